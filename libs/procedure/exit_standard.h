// By which numbers a county's exit is tested, as plain values: see
// proto/fupin/procedure/v1/exit_standard.proto.
#ifndef FUPIN_LIBS_PROCEDURE_EXIT_STANDARD_H_
#define FUPIN_LIBS_PROCEDURE_EXIT_STANDARD_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "libs/procedure/procedure.h"

namespace fupin::procedure {

// Numbers as in exit_standard.proto.
enum class ExitRate { kIncidence = 1, kWrongExit = 2, kMissed = 3, kApproval = 4 };

struct ExitThreshold {
  ExitRate rate = ExitRate::kIncidence;
  int permille = 0;
  Certainty certainty = Certainty::kExample;
};

struct SampleSize {
  int expected_permille = 0;
  int margin_permille = 0;
  int z_milli = 0;
  Certainty certainty = Certainty::kExample;
};

struct ExitStandard {
  std::string id;
  Text name;
  absl::CivilDay valid_from;
  std::optional<absl::CivilDay> valid_to;
  std::vector<Basis> basis;
  std::vector<ExitThreshold> thresholds;  // one per rate
  SampleSize sample_size;
};

}  // namespace fupin::procedure

#endif  // FUPIN_LIBS_PROCEDURE_EXIT_STANDARD_H_
