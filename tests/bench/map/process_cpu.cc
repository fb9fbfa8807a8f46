#include "tests/bench/map/process_cpu.h"

#include <ctime>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/numbers.h"

namespace fupin::bench::map {

double CpuSeconds(pid_t process) {
  clockid_t clock;
  timespec time{};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double CpuSeconds(const std::vector<pid_t>& processes) {
  double sum = 0;
  for (const pid_t process : processes) sum += CpuSeconds(process);
  return sum;
}

std::vector<pid_t> ChildrenOf(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    pid_t process = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &process)) continue;
    std::ifstream file(entry.path() / "stat");
    std::string text;
    std::getline(file, text);
    const size_t name_end = text.rfind(')');
    if (name_end == std::string::npos) continue;
    char state = 0;
    int above = 0;
    if (std::sscanf(text.c_str() + name_end + 1, " %c %d", &state, &above) == 2 &&
        above == parent) {
      children.push_back(process);
    }
  }
  return children;
}

}  // namespace fupin::bench::map
