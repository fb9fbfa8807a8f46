// What all benchmarks share: times, percentiles, and ratios printed beside their targets.
#ifndef FUPIN_TESTS_BENCH_MEASURE_H_
#define FUPIN_TESTS_BENCH_MEASURE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace fupin::bench {

// A small generator of its own, so that the numbers are the same everywhere.
struct Random {
  uint64_t state = 20251231;
  uint32_t Next() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state >> 33);
  }
};

double Seconds(const std::function<void()>& run);

// 0 < share <= 1; sorts `values`.
double Percentile(std::vector<double>& values, double share);

// Resident memory of a process ("self" or its number) in MB; 0 when it is gone.
double ResidentMegabytes(const std::string& process);

// Median of `rounds` writes of 4 kB with fdatasync in `dir`, in seconds: the disk's own limit.
double SyncSeconds(const std::string& dir, int rounds);

enum class Bar { kAtMost, kAtLeast };
// One line: name, ratio, target, reached or missed.
void Ratio(const std::string& name, double ratio, Bar bar, double target,
           const std::string& note = "");
// A figure without a target.
void Plain(const std::string& name, double figure, const std::string& unit);

}  // namespace fupin::bench

#endif  // FUPIN_TESTS_BENCH_MEASURE_H_
