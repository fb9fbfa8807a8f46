// A procedure (程序) as the engine sees it: steps, actions, conditions; checked, plain values.
#ifndef FUPIN_LIBS_PROCEDURE_PROCEDURE_H_
#define FUPIN_LIBS_PROCEDURE_PROCEDURE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace fupin::procedure {

// Numbers as in procedure.proto.
enum class Purpose { kRegister = 1, kExit = 2, kMonitor = 3, kRemoveRisk = 4, kReturn = 5 };
enum class Certainty { kPrimary = 1, kSecondary = 2, kExample = 3 };
enum class Standing { kRegistered = 1, kExited = 2, kMonitored = 3, kSafe = 4 };
enum class Outcome { kGranted = 1, kRefused = 2, kWithdrawn = 3 };

struct Text {
  std::string zh;
  std::string en;
};

struct Period {
  int days = 0;
  bool working = false;
};

struct NoticeRule {
  std::string type;
  int level = 0;  // index of the division level
  Period period;
  std::string title_zh;
  std::string text_zh;
  size_t substantiated_to = 0;  // step
};

struct SurveyDone {
  int within_days = 0;
};
struct Comparison {
  int no_open_severity = 0;  // 1 info, 2 warning, 3 serious
};
struct Meeting {
  int quorum_permille = 0;
  int approve_permille = 0;
  bool photo = false;
};
struct Evidence {
  std::string kind;
  Text name;
};
struct Revisit {
  int permille = 0;
};
struct StableIncome {
  int months = 0;
  int32_t index_centipoints = 0;
};
struct FormComplete {};
using Condition =
    std::variant<SurveyDone, Comparison, Meeting, Evidence, Revisit, StableIncome, FormComplete>;

struct Action {
  std::string id;
  Text name;
  size_t to = 0;            // step
  std::vector<int> levels;  // indexes of division levels, ascending
  bool by_applicant = false;
  bool after_period = false;
  bool reason_required = false;
  std::vector<std::string> other_than;  // action ids of this procedure
  std::vector<Condition> conditions;
};

struct Step {
  std::string id;
  Text name;
  std::optional<NoticeRule> notice;
  std::optional<Outcome> end;
  // Of a refusal: where an appeal (申诉) leads, and by when it may be made.
  std::optional<size_t> appeal_to;
  Period appeal_within;
  std::optional<Period> due;
  std::vector<Action> actions;

  const Action* FindAction(absl::string_view action) const;
};

struct Basis {
  Text text;
  Certainty certainty = Certainty::kExample;
};

struct Procedure {
  std::string id;
  int version = 0;
  Text name;
  Purpose purpose = Purpose::kRegister;
  absl::CivilDay valid_from;
  std::optional<absl::CivilDay> valid_to;
  std::vector<Basis> basis;
  std::vector<std::string> from_statuses;  // "none": not in the register
  std::vector<std::string> granted_statuses;
  std::optional<Period> decide_within;
  std::vector<Step> steps;  // cases begin at the first

  std::optional<size_t> FindStep(absl::string_view step) const;
  bool OpensOn(absl::CivilDay day) const {
    return day >= valid_from && (!valid_to || day <= *valid_to);
  }
};

struct Status {
  std::string code;
  Text name;
  absl::CivilDay valid_from;
  std::optional<absl::CivilDay> valid_to;
  bool monitored = false;
  bool poor = false;
  Standing standing = Standing::kRegistered;
  Certainty certainty = Certainty::kExample;
};

}  // namespace fupin::procedure

#endif  // FUPIN_LIBS_PROCEDURE_PROCEDURE_H_
