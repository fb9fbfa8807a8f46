// A case (办件): where a household stands in a procedure, and everything a decision of it rests on.
// Plain values.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_CASE_STATE_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_CASE_STATE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/procedure/procedure.h"

namespace fupin::identification {

// A notice (公示) of the step the case is in. It begins when its posting is recorded and ends by
// the clock.
struct PostedNotice {
  absl::Time posted;
  absl::Time ends;
};

// A democratic appraisal (民主评议).
struct MeetingRecord {
  int entitled = 0;   // 应到
  int present = 0;    // 实到
  int in_favour = 0;  // 同意
  int against = 0;
  bool photo = false;
  std::string recorder;
};

struct EvidenceItem {
  std::string kind;
  std::string by;
};

struct CaseState {
  std::string procedure;
  int version = 0;
  size_t step = 0;
  absl::Time opened;
  absl::Time entered;  // the step

  // Of the step the case is in; forgotten when it is left.
  std::optional<PostedNotice> notice;
  std::optional<MeetingRecord> meeting;
  std::vector<EvidenceItem> evidence;
  bool drawn = false;     // by lot, for another visit
  std::string revisitor;  // who made that visit; empty: nobody yet

  // Of the whole case.
  int open_objections = 0;
  std::map<std::string, std::string> last_actor;  // by action
  std::string status;                             // given by a granting end
};

// What is known of the household now; read by the caller.
struct CaseFacts {
  std::optional<absl::Time> survey_time;  // collected; none: never surveyed
  std::string surveyor;
  std::optional<absl::Time> compare_time;  // newest comparison with the departments' records
  // Open findings by severity: 1 info, 2 warning, 3 serious.
  int open_findings[4] = {0, 0, 0, 0};
  struct Score {
    absl::Time time;
    int32_t index_centipoints = 0;
    bool scorable = false;
  };
  std::vector<Score> scores;               // newest first
  std::vector<procedure::Text> form_gaps;  // required fields of the registration form left open
};

// Who acts. An applicant has no level.
struct CaseActor {
  std::string id;
  int level = -1;  // of the division the officer serves
  bool applicant = false;
};

struct CaseRequest {
  std::string action;
  std::string reason;
  std::string status;  // with an action that grants: which of those possible; empty: the only one
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_CASE_STATE_H_
