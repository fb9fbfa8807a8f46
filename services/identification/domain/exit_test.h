// The test of a county's exit: how many are drawn, who, and what the visits say. Pure.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_EXIT_TEST_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_EXIT_TEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/procedure/exit_standard.h"

namespace fupin::identification {

// Of a frame of `frame` households: n0 = z^2 p (1 - p) / e^2, n = n0 / (1 + (n0 - 1) / frame),
// rounded up; never more than the frame.
int64_t SampleSizeOf(const procedure::SampleSize& rule, int64_t frame);

// Shares of `sample` in strata of these sizes: in proportion, by largest remainder (of equal ones
// the earlier), at least one of each that has any while there are enough, never more than there
// are.
std::vector<int64_t> Allocate(const std::vector<int64_t>& sizes, int64_t sample);

// The `count` ids whose DrawKey is lowest, in that order. Whoever knows seed and ids gets them
// again.
std::vector<std::string> Draw(absl::string_view seed, std::vector<std::string> ids, int64_t count);
// FNV-1a of seed, "/" and id, 64 bits, mixed by splitmix64.
uint64_t DrawKey(absl::string_view seed, absl::string_view id);

struct ExitVisited {
  bool exited = false;  // drawn among the exited; otherwise among those not in the register
  enum class Outcome { kPending = 0, kRight = 1, kWrong = 2, kNotReached = 3 };
  Outcome outcome = Outcome::kPending;
  std::optional<bool> content;
  int64_t persons = 0;
};

struct ExitCounty {
  int64_t rural_population = 0;
  int64_t remaining_persons = 0;
  int64_t exited_persons = 0;  // of the frames
  int64_t not_registered_persons = 0;
};

struct Rate {
  procedure::ExitRate rate = procedure::ExitRate::kIncidence;
  bool estimated = false;
  int64_t numerator = 0;
  int64_t denominator = 0;
  // Millionths; outwards rounded.
  std::optional<std::pair<int32_t, int32_t>> interval;
  int32_t micro() const;  // nearest; 0 of nothing
};

// Wilson's interval of k of n, n > 0.
std::pair<int32_t, int32_t> Wilson(int64_t k, int64_t n, int z_milli);

// Incidence as found, incidence estimated, wrong exits, missed, approval.
std::vector<Rate> RatesOf(const ExitCounty& county, const std::vector<ExitVisited>& sample,
                          int z_milli);

// Nothing while there is nothing to divide by. Compared exactly, not by rounded numbers.
std::optional<bool> Meets(const Rate& rate, const procedure::ExitThreshold& threshold);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_EXIT_TEST_H_
