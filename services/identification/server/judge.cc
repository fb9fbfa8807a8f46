#include "services/identification/server/judge.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/status/macros.h"
#include "services/identification/domain/scoring.h"
#include "services/identification/server/convert.h"
#include "services/identification/store/automation.h"
#include "services/identification/store/values.h"

namespace fupin::identification {
namespace {

void AddFacts(const std::vector<OpenFact>& opened, Fact::About about, int member,
              std::vector<Fact>* out) {
  for (const auto& [fact, values] : opened) {
    Fact made;
    made.about = about;
    made.member = member;
    made.source.dataset = fact.dataset();
    made.source.record = absl::StrCat(fact.record(), "@", fact.source_version());
    made.source.business_time = absl::FromUnixMillis(fact.business_time_ms());
    made.source.automatic = fact.automatic();
    for (const store::StoredField& field : values.fields()) {
      made.fields.emplace(field.name(), ToValue(field));
    }
    out->push_back(std::move(made));
  }
}

}  // namespace

absl::StatusOr<Gathered> Gatherer::Gather(const std::string& id) const {
  Gathered gathered;
  ASSIGN_OR_RETURN(gathered.survey, households_.Get(id));
  const auto& [stored, survey] = gathered.survey;
  Household& household = gathered.household;
  household.id = id;
  household.village = survey.division();
  household.answers = ToAnswers(survey.answers());
  for (int i = 0; i < survey.members_size(); ++i) {
    const v1::SurveyMember& in = survey.members(i);
    Member member;
    const std::string& person = stored.persons(i);
    member.person = absl::BytesToHexString(person);
    member.name = in.name();
    member.relation = in.relation();
    member.sex = in.sex();
    member.birth_date = in.birth_date();
    member.answers = ToAnswers(in.answers());
    if (!person.empty()) {
      ASSIGN_OR_RETURN(const auto linked, households_.LinkedTo(person));
      member.household_count = std::max<int>(1, static_cast<int>(linked.size()));
      ASSIGN_OR_RETURN(const auto facts, facts_.Of(person));
      AddFacts(facts, Fact::About::kMember, i, &household.facts);
    }
    household.members.push_back(std::move(member));
  }
  if (!stored.household_subject().empty()) {
    ASSIGN_OR_RETURN(const auto facts, facts_.Of(stored.household_subject()));
    AddFacts(facts, Fact::About::kHousehold, -1, &household.facts);
  }
  // A record about a place holds for every household below it, up to the atomic unit of the store.
  if (const auto division = divisions_->Find(survey.division())) {
    for (const division::Division& place : division->Path()) {
      ASSIGN_OR_RETURN(const auto facts, facts_.Of(subjects_.Place(place.code())));
      AddFacts(facts, Fact::About::kVillage, -1, &household.facts);
    }
  }
  return gathered;
}

absl::Status Judge::Ready() {
  auto now = knowledge_.current();
  if (known_ != nullptr && known_->generation == now->generation) return absl::OkStatus();
  ASSIGN_OR_RETURN(evaluator_, Evaluator::Create(now->catalog));
  ASSIGN_OR_RETURN(checker_, CrossChecker::Create(now->rules, now->catalog));
  known_ = std::move(now);
  return absl::OkStatus();
}

absl::StatusOr<Evaluator*> Judge::evaluator() {
  RETURN_IF_ERROR(Ready());
  return evaluator_.get();
}

absl::StatusOr<Evaluation> Judge::Evaluate(const std::string& id) {
  RETURN_IF_ERROR(Ready());
  ASSIGN_OR_RETURN(const Gathered gathered, gatherer_.Gather(id));
  if (gathered.survey.stored.closed()) {
    Evaluation closed;
    closed.household = id;
    closed.division = gathered.household.village;
    closed.closed = true;
    return closed;
  }
  const catalog::Catalog& catalog = *known_->catalog;
  const Derivation derived = evaluator_->Derive(gathered.household);
  const Score score = ScoreHousehold(catalog, derived.values);

  Evaluation evaluation;
  evaluation.household = id;
  evaluation.division = gathered.household.village;
  evaluation.person_count = static_cast<int>(gathered.household.members.size());
  evaluation.score = ToProto(catalog, score);
  evaluation.score.set_input_hash(absl::StrFormat("%016x", InputHash(catalog, derived.values)));
  for (const DerivedValue& value : derived.details) {
    if (value.state == ValueState::kPresent) {
      if (value.filling == Filling::kAutomatic) {
        evaluation.score.set_automatic_count(evaluation.score.automatic_count() + 1);
      } else {
        evaluation.score.set_manual_count(evaluation.score.manual_count() + 1);
      }
    } else if (value.state == ValueState::kAbsent) {
      evaluation.score.set_absent_count(evaluation.score.absent_count() + 1);
    }
  }
  std::vector<float> references;
  for (const DerivedReference& reference : derived.references) {
    references.push_back(reference.value ? static_cast<float>(*reference.value) : kAbsentValue);
  }
  evaluation.values =
      EncodeValues(evaluation.score.poverty_class(), evaluation.score.index_centipoints(),
                   catalog.source_fingerprint, derived.values, references);

  evaluation.fillings =
      ToStored(FillingsOf(gathered.household, derived), catalog.source_fingerprint);

  const CrossCheckResult checked = checker_->Check(gathered.household);
  for (const Finding& finding : checked.findings) {
    OpenFinding open;
    open.finding = ToProto(*known_->rules, finding, id);
    for (const Evidence& evidence : finding.field_evidence) {
      open.finding.add_field_sources(Describe(evidence, gathered.household, catalog));
    }
    for (const Evidence& evidence : finding.department_evidence) {
      open.finding.add_department_sources(Describe(evidence, gathered.household, catalog));
    }
    open.values_hash = absl::StrFormat("%016x", finding.values_hash);
    evaluation.findings.emplace(finding.key, std::move(open));
  }
  return evaluation;
}

std::string Describe(const Evidence& evidence, const Household& household,
                     const catalog::Catalog& catalog) {
  const auto index = static_cast<size_t>(evidence.index);
  switch (evidence.kind) {
    case Evidence::Kind::kFact:
      return household.facts[index].source.record;
    case Evidence::Kind::kHouseholdAnswer:
      return catalog.questions[index].code;
    case Evidence::Kind::kMemberAnswer:
      return absl::StrCat("members/", evidence.member, " ", catalog.questions[index].code);
    case Evidence::Kind::kMemberEntry:
      return absl::StrCat("members/", evidence.index);
  }
  return "";
}

}  // namespace fupin::identification
