#include "services/identification/server/case_facts.h"

#include <utility>

#include <google/protobuf/util/time_util.h>

#include "libs/mask/mask.h"
#include "libs/status/macros.h"

namespace fupin::identification {
namespace {

constexpr char kHead[] = "02";  // GB/T 4761: 户主

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixMillis(google::protobuf::util::TimeUtil::TimestampToMilliseconds(timestamp));
}

// Whether an action of the case's step asks for a complete form; filling it in costs something.
bool AsksForForm(const procedure::Procedure& procedure, const std::string& step) {
  const auto at = procedure.FindStep(step);
  if (!at) return false;
  for (const procedure::Action& action : procedure.steps[*at].actions) {
    for (const procedure::Condition& condition : action.conditions) {
      if (std::holds_alternative<procedure::FormComplete>(condition)) return true;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<KnownFacts> CaseFactsReader::Read(const store::StoredCase& stored,
                                                 const procedure::Procedure& procedure,
                                                 bool judge) {
  KnownFacts known;
  CaseFacts& facts = known.facts;
  const bool registers = procedure.purpose == procedure::Purpose::kRegister ||
                         procedure.purpose == procedure::Purpose::kReturn;
  if (stored.household().empty()) {
    facts.form_gaps.push_back({"入户调查", "Survey"});
    return known;
  }
  ASSIGN_OR_RETURN(const auto household, households_.Find(stored.household()));
  if (!household) {
    facts.form_gaps.push_back({"入户调查", "Survey"});
    return known;
  }
  if (judge) {
    absl::MutexLock lock(&judging_);
    RETURN_IF_ERROR(scorer_.JudgeNow(judge_, {stored.household()}).status());
  }
  if (form_.HasForm() && AsksForForm(procedure, stored.step())) {
    ASSIGN_OR_RETURN(auto gaps, form_.Gaps(stored.household(), stored));
    facts.form_gaps.insert(facts.form_gaps.end(), gaps.begin(), gaps.end());
  }
  // Also where no form asks for it.
  if (registers && stored.main_cause().empty() && facts.form_gaps.empty()) {
    facts.form_gaps.push_back({"主要致贫原因", "Main cause"});
  }
  const v1::Survey& survey = household->survey;
  facts.survey_time = ToTime(survey.provenance().collect_time());
  facts.surveyor = survey.provenance().collector();
  if (judge) facts.compare_time = std::max(clock_.Now(), *facts.survey_time);
  known.division = survey.division();
  known.person_count = survey.members_size();
  for (const v1::SurveyMember& member : survey.members()) {
    if (member.relation() == kHead) known.head_masked = mask::Name(member.name());
  }
  if (known.head_masked.empty() && !survey.members().empty()) {
    known.head_masked = mask::Name(survey.members(0).name());
  }
  ASSIGN_OR_RETURN(const auto findings, scores_.Findings(stored.household()));
  for (const auto& [id, open] : findings) {
    if (open.finding.state() != v1::FINDING_STATE_OPEN) continue;
    const int severity = open.finding.severity();
    if (severity >= 1 && severity <= 3) ++facts.open_findings[severity];
  }
  ASSIGN_OR_RETURN(known.score, scores_.Find(stored.household()));
  ASSIGN_OR_RETURN(const auto log, scores_.Log(stored.household()));
  for (const v1::Score& score : log) {
    facts.scores.push_back({ToTime(score.score_time()), score.index_centipoints(),
                            score.poverty_class() != v1::POVERTY_CLASS_NOT_SCORABLE});
  }
  return known;
}

}  // namespace fupin::identification
