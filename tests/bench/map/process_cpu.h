// CPU time of other processes, from the scheduler: all threads, also those that have ended.
#ifndef FUPIN_TESTS_BENCH_MAP_PROCESS_CPU_H_
#define FUPIN_TESTS_BENCH_MAP_PROCESS_CPU_H_

#include <sys/types.h>

#include <vector>

namespace fupin::bench::map {

// Seconds since the process began; 0 when it is gone.
double CpuSeconds(pid_t process);
double CpuSeconds(const std::vector<pid_t>& processes);
// Direct children that run now.
std::vector<pid_t> ChildrenOf(pid_t parent);

}  // namespace fupin::bench::map

#endif  // FUPIN_TESTS_BENCH_MAP_PROCESS_CPU_H_
