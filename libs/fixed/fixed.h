// Exact numbers: no float decides anything.
#ifndef FUPIN_LIBS_FIXED_FIXED_H_
#define FUPIN_LIBS_FIXED_FIXED_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::fixed {

// A number in millionths: 86.5 is {86500000}. Range about +-9.2e12.
struct Micro {
  int64_t units = 0;
  friend auto operator<=>(const Micro&, const Micro&) = default;
};

inline constexpr int64_t kMicroPerOne = 1'000'000;

// Parses "86.5", "-3", "1e3"-free decimal text with at most six decimals.
// INVALID_ARGUMENT with reason NUMBER_FORMAT, NUMBER_DECIMALS or NUMBER_RANGE.
absl::StatusOr<Micro> ParseMicro(absl::string_view text);
// From a whole number; NUMBER_RANGE when it does not fit.
absl::StatusOr<Micro> MicroFromInteger(int64_t value);
// Rounds half away from zero; NUMBER_NOT_FINITE or NUMBER_RANGE.
absl::StatusOr<Micro> MicroFromDouble(double value);
double ToDouble(Micro value);
// Shortest exact decimal text: "86.5".
std::string ToText(Micro value);

// Points of the index in hundredths: 60.00 is {6000}.
struct CentiPoints {
  int32_t units = 0;
  friend auto operator<=>(const CentiPoints&, const CentiPoints&) = default;
};

// "60.00"
std::string ToText(CentiPoints value);

}  // namespace fupin::fixed

#endif  // FUPIN_LIBS_FIXED_FIXED_H_
