#include "services/identification/server/submit_survey.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/codes/text.h"
#include "libs/rpc/request_id.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/convert.h"
#include "services/identification/server/member_check.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr size_t kMaxKeyBytes = 64;
constexpr absl::Duration kFuture = absl::Hours(24);
constexpr size_t kMaxProvenanceBytes = 200;

// Both degrees or none; NaN is within nothing.
bool IsPlace(const type::v1::Provenance& provenance) {
  if (!provenance.has_latitude() && !provenance.has_longitude()) return true;
  return provenance.has_latitude() && provenance.has_longitude() &&
         std::abs(provenance.latitude()) <= 90 && std::abs(provenance.longitude()) <= 180;
}

// Nobody came and nobody left. A member may have got a number meanwhile.
bool SamePersons(const store::StoredHousehold& before, const store::StoredHousehold& next) {
  if (before.persons_size() != next.persons_size()) return false;
  const std::set<std::string> now(next.persons().begin(), next.persons().end());
  return std::all_of(
      before.persons().begin(), before.persons().end(),
      [&](const std::string& person) { return person.empty() || now.count(person); });
}

// Problems of `status`, as being about `field`.
void Take(const absl::Status& status, const std::string& field, std::vector<Problem>* problems) {
  for (Problem problem : ProblemsOf(status)) {
    problem.field = field;
    problems->push_back(std::move(problem));
  }
}

}  // namespace

std::vector<Problem> SubmitSurvey::Check(v1::Survey* survey,
                                         store::StoredHousehold* household) const {
  std::vector<Problem> problems;
  const auto known = knowledge_.current();
  const catalog::Catalog& catalog = *known->catalog;
  const absl::Time now = clock_.Now();
  const absl::CivilDay today = absl::ToCivilDay(now, Shanghai());

  if (survey->source_key().empty()) {
    problems.push_back(Because("SOURCE_KEY_MISSING", "survey.source_key"));
  } else if (survey->source_key().size() > kMaxKeyBytes) {
    problems.push_back(Because("SOURCE_KEY_TOO_LONG", "survey.source_key"));
  }
  if (const absl::Status text = codes::CheckText(survey->source_key()); !text.ok()) {
    Take(text, "survey.source_key", &problems);
  }
  household->set_household_subject(subjects_.Household(survey->source_key()));

  const type::v1::Provenance& provenance = survey->provenance();
  if (provenance.collector().empty()) {
    problems.push_back(Because("COLLECTOR_MISSING", "survey.provenance.collector"));
  }
  if (provenance.enterer().empty()) {
    problems.push_back(Because("ENTERER_MISSING", "survey.provenance.enterer"));
  }
  for (const auto& [text, field] :
       {std::pair(&provenance.collector(), "survey.provenance.collector"),
        std::pair(&provenance.enterer(), "survey.provenance.enterer"),
        std::pair(&provenance.device(), "survey.provenance.device")}) {
    if (text->size() > kMaxProvenanceBytes || !codes::CheckText(*text).ok()) {
      problems.push_back(Because("PROVENANCE_TEXT", field));
    }
  }
  if (!type::v1::CollectionMethod_IsValid(provenance.method())) {
    problems.push_back(Because("METHOD_UNKNOWN", "survey.provenance.method"));
  }
  if (!IsPlace(provenance)) {
    problems.push_back(Because("LOCATION_INVALID", "survey.provenance.latitude"));
  }
  if (!provenance.has_collect_time()) {
    problems.push_back(Because("COLLECT_TIME_MISSING", "survey.provenance.collect_time"));
  } else if (absl::FromUnixSeconds(provenance.collect_time().seconds()) > now + kFuture) {
    problems.push_back(Because("COLLECT_TIME_FUTURE", "survey.provenance.collect_time"));
  } else if (provenance.collect_time().seconds() < 0 || provenance.collect_time().nanos() < 0 ||
             provenance.collect_time().nanos() > 999'999'999) {
    problems.push_back(Because("COLLECT_TIME_INVALID", "survey.provenance.collect_time"));
  }

  CheckSentAnswers(catalog, survey->answers(), false, "survey.", &problems);
  if (survey->members().empty()) problems.push_back(Because("MEMBERS_MISSING", "survey.members"));
  if (survey->members_size() > kMaxMembers) {
    problems.push_back(Because("MEMBERS_TOO_MANY", "survey.members"));
    return problems;
  }
  std::set<std::string> persons;
  int heads = 0;
  for (int i = 0; i < survey->members_size(); ++i) {
    v1::SurveyMember& member = *survey->mutable_members(i);
    const std::string path = absl::StrCat("survey.members[", i, "].");
    const std::string person = CheckMember(*known, subjects_, today, path, &member, &problems);
    if (!person.empty() && !persons.insert(person).second) {
      problems.push_back(Because("MEMBER_REPEATED", absl::StrCat("survey.members[", i, "]")));
    }
    household->add_persons(person);
    heads += member.relation() == kHeadRelation ? 1 : 0;
  }
  if (!survey->members().empty() && heads != 1) {
    problems.push_back(Because("HEAD_NOT_ONE", "survey.members"));
  }
  return problems;
}

absl::StatusOr<v1::SubmitSurveyResponse> SubmitSurvey::Run(const v1::SubmitSurveyRequest& request,
                                                           const rpc::Caller& caller) {
  if (!request.has_survey()) return Refuse("SURVEY_MISSING", "survey");
  if (!rpc::IsRequestId(request.request_id())) return Refuse("REQUEST_ID_INVALID", "request_id");
  v1::Survey survey = request.survey();
  const auto division = divisions_->Find(survey.division());
  // The code comes from outside and is not repeated unless it is one.
  if (!division) return Refuse("DIVISION_UNKNOWN", "survey.division");
  const auto township = division->AncestorAt(partition_level_);
  if (!township) return Refuse("DIVISION_TOO_HIGH", "survey.division");
  const std::string unit(township->code());
  RETURN_IF_ERROR(scope_.Division(caller, survey.division(), "survey.division"));

  OpenHousehold next;
  std::vector<Problem> problems = Check(&survey, &next.stored);
  if (!problems.empty()) {
    return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems));
  }
  const std::string content = subjects_.Content(survey.SerializeAsString());
  const std::string id = absl::StrCat(
      unit, "-", absl::BytesToHexString(next.stored.household_subject().substr(0, 12)));

  v1::SubmitSurveyResponse response;
  ASSIGN_OR_RETURN(const auto answered, households_.Request(unit, request.request_id()));
  if (answered) {
    if (answered->content_hash() != content) {
      return Refuse("REQUEST_ID_REUSED", "request_id",
                    absl::StrCat(absl::BytesToHexString(answered->content_hash()), ", ",
                                 absl::BytesToHexString(content)));
    }
    response.set_household(answered->household());
    response.set_version(answered->version());
    return response;
  }
  *survey.mutable_provenance()->mutable_receive_time() = ToTimestamp(clock_.Now());
  survey.mutable_provenance()->set_principal(caller.principal.uri);
  ASSIGN_OR_RETURN(const auto before, households_.Find(id));
  if (before) {
    RETURN_IF_ERROR(scope_.Move(caller, before->survey.division(), "survey.source_key"));
    if (before->stored.closed()) return Refuse("HOUSEHOLD_CLOSED", "survey.source_key");
    ASSIGN_OR_RETURN(const bool registered, households_.InRegister(id));
    if (registered && !SamePersons(before->stored, next.stored)) {
      return Refuse("MEMBERS_BY_CHANGE_ONLY", "survey.members");
    }
  }
  next.stored.set_version(before ? before->stored.version() + 1 : 1);
  next.survey = std::move(survey);
  next.stored.set_receive_time_ms(absl::ToUnixMillis(clock_.Now()));
  store::StoredRequest stored;
  stored.set_household(HouseholdName(id));
  stored.set_version(next.stored.version());
  stored.set_content_hash(content);
  RETURN_IF_ERROR(households_.Append(id, before, next, request.request_id(), stored));
  metrics_.surveys.Increment();
  ASSIGN_OR_RETURN(const std::vector<Mark> marks, households_.Link(id));
  scorer_.Notify(marks);
  response.set_household(HouseholdName(id));
  response.set_version(next.stored.version());
  return response;
}

}  // namespace fupin::identification
