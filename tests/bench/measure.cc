#include "tests/bench/measure.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "libs/status/macros.h"

namespace fupin::bench {

double Seconds(const std::function<void()>& run) {
  const auto begun = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

double Percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<size_t>(share * static_cast<double>(values.size()));
  return values[std::min(rank, values.size() - 1)];
}

double ResidentMegabytes(const std::string& process) {
  std::FILE* file = std::fopen(("/proc/" + process + "/statm").c_str(), "r");
  if (file == nullptr) return 0;
  long all = 0;
  long resident = 0;
  const int read = std::fscanf(file, "%ld %ld", &all, &resident);
  std::fclose(file);
  return read == 2
             ? static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6
             : 0;
}

double SyncSeconds(const std::string& dir, int rounds) {
  const std::string path = dir + "/sync.probe";
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  FUPIN_CHECK(file >= 0);
  const std::string block(4096, 'x');
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    times.push_back(Seconds([&] {
      FUPIN_CHECK(pwrite(file, block.data(), block.size(), 4096 * i) == 4096);
      FUPIN_CHECK(fdatasync(file) == 0);
    }));
  }
  close(file);
  unlink(path.c_str());
  return Percentile(times, 0.5);
}

void Ratio(const std::string& name, double ratio, Bar bar, double target, const std::string& note) {
  const bool reached = bar == Bar::kAtMost ? ratio <= target : ratio >= target;
  std::printf("%-62s %10.3f   target %s %g   %s%s%s\n", name.c_str(), ratio,
              bar == Bar::kAtMost ? "<=" : ">=", target, reached ? "reached" : "MISSED",
              note.empty() ? "" : "   ", note.c_str());
}

void Plain(const std::string& name, double figure, const std::string& unit) {
  std::printf("%-62s %10.3f %s\n", name.c_str(), figure, unit.c_str());
}

}  // namespace fupin::bench
