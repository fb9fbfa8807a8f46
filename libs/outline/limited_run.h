// Runs a program of another package on a file from outside, without a shell and within limits.
#ifndef FUPIN_LIBS_OUTLINE_LIMITED_RUN_H_
#define FUPIN_LIBS_OUTLINE_LIMITED_RUN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace fupin::outline {

struct RunLimits {
  uint64_t cpu_seconds = 600;
  uint64_t memory_bytes = uint64_t{4} << 30;  // of address space
  uint64_t file_bytes = uint64_t{512} << 20;  // the largest file it may write
};

// `words[0]` is looked up in PATH. `folder` receives what the program says (files out and said).
// Returns standard output. FAILED_PRECONDITION / OGR_MISSING: there is no such program.
// INVALID_ARGUMENT: OGR_FAILED with what it said last; OGR_LIMIT with the limit it reached.
absl::StatusOr<std::string> RunLimited(const std::string& folder,
                                       const std::vector<std::string>& words,
                                       const RunLimits& limits = {});

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_LIMITED_RUN_H_
