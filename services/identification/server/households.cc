#include "services/identification/server/households.h"

#include <cmath>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/fixed/fixed.h"
#include "libs/mask/mask.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/domain/scoring.h"
#include "services/identification/server/convert.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr size_t kMaxNoteBytes = 2000;
constexpr absl::string_view kFindingsPart = "/findings/";

catalog::v1::Question::Type ToProto(catalog::Question::Type type) {
  using Type = catalog::Question::Type;
  switch (type) {
    case Type::kInteger:
      return catalog::v1::Question::TYPE_INTEGER;
    case Type::kNumber:
      return catalog::v1::Question::TYPE_NUMBER;
    case Type::kMoneyYuan:
      return catalog::v1::Question::TYPE_MONEY_YUAN;
    case Type::kBoolean:
      return catalog::v1::Question::TYPE_BOOLEAN;
    case Type::kChoice:
      return catalog::v1::Question::TYPE_CHOICE;
    case Type::kDate:
      return catalog::v1::Question::TYPE_DATE;
    case Type::kText:
      return catalog::v1::Question::TYPE_TEXT;
    case Type::kYear:
      return catalog::v1::Question::TYPE_YEAR;
  }
  return catalog::v1::Question::TYPE_UNSPECIFIED;
}

// Value of an indicator for people.
std::string ShowValue(const catalog::Indicator& indicator, const DerivedValue& value) {
  if (value.state != ValueState::kPresent) return "";
  if (indicator.measure == catalog::Measure::kBoolean) return value.value != 0 ? "是" : "否";
  if (indicator.measure == catalog::Measure::kCategory) {
    const auto index = static_cast<size_t>(value.value);
    return index < indicator.categories.size() ? indicator.categories[index] : "";
  }
  // Two decimals are enough to read; the exact value stays in the store.
  const auto rounded = fixed::MicroFromDouble(std::round(value.value * 100.0) / 100.0);
  return rounded.ok() ? fixed::ToText(*rounded) : "";
}

}  // namespace

std::string HouseholdOfFinding(const std::string& name) {
  return name.substr(0, name.find(kFindingsPart.data()));
}

absl::StatusOr<v1::Form> Households::Form() const {
  const auto known = knowledge_.current();
  v1::Form form;
  form.set_catalog(known->catalog->id);
  form.set_version(known->catalog->version);
  form.set_label_zh(known->catalog->label_zh);
  form.set_label_en(known->catalog->label_en);
  for (const catalog::Question& question : known->catalog->questions) {
    auto* out = form.add_questions();
    out->set_code(question.code);
    out->set_scope(question.of_member ? catalog::v1::Question::SCOPE_MEMBER
                                      : catalog::v1::Question::SCOPE_HOUSEHOLD);
    out->set_type(ToProto(question.type));
    out->set_text_zh(question.text_zh);
    out->set_text_en(question.text_en);
    out->set_unit_zh(question.unit_zh);
    for (const catalog::Choice& choice : question.choices) {
      auto* made = out->add_choices();
      made->set_code(choice.code);
      made->set_zh(choice.zh);
      made->set_en(choice.en);
    }
    if (question.min) out->set_min(*question.min);
    if (question.max) out->set_max(*question.max);
    out->set_section_zh(question.section_zh);
    out->set_section_en(question.section_en);
    out->set_hint_zh(question.hint_zh);
  }
  return form;
}

absl::StatusOr<v1::Household> Households::Get(const std::string& name) const {
  ASSIGN_OR_RETURN(const std::string id, ParseHouseholdName(name));
  ASSIGN_OR_RETURN(const Gathered gathered, gatherer_.Gather(id));
  const v1::Survey& survey = gathered.survey.survey;
  v1::Household out;
  out.set_name(name);
  out.set_division(survey.division());
  if (const auto division = divisions_->Find(survey.division())) {
    for (const division::Division& part : division->Path()) {
      out.add_division_names(std::string(part.name()));
    }
  }
  out.set_survey_version(gathered.survey.stored.version());
  for (int i = 0; i < survey.members_size(); ++i) {
    v1::HouseholdMember* member = out.add_members();
    *member = ShowMember(survey.members(i));
    member->set_household_count(gathered.household.members[static_cast<size_t>(i)].household_count);
  }
  *out.mutable_answers() = survey.answers();
  *out.mutable_provenance() = survey.provenance();
  for (const Fact& fact : gathered.household.facts) {
    v1::Fact* made = out.add_facts();
    made->set_dataset(fact.source.dataset);
    const std::vector<std::string> record = absl::StrSplit(fact.source.record, '@');
    made->set_record(record[0]);
    int64_t version = 0;
    if (record.size() > 1 && absl::SimpleAtoi(record[1], &version)) {
      made->set_source_version(version);
    }
    *made->mutable_business_time() = ToTimestamp(fact.source.business_time);
    made->set_member_index(fact.member);
    made->set_automatic(fact.source.automatic);
    for (const auto& [field, value] : fact.fields) {
      std::string text = ToText(value);
      // Numbers of other persons inside a record (an owner, a payee) are shown masked.
      if (field.find("citizen_number") != std::string::npos) text = mask::CitizenNumber(text);
      (*made->mutable_fields())[field] = std::move(text);
    }
  }
  ASSIGN_OR_RETURN(const auto findings, scores_.Findings(id));
  for (const auto& [key, finding] : findings) *out.add_findings() = finding.finding;
  ASSIGN_OR_RETURN(const auto score, scores_.Find(id));
  if (score) *out.mutable_score() = score->score();
  return out;
}

absl::StatusOr<v1::ScoreExplanation> Households::Explain(const std::string& name) const {
  ASSIGN_OR_RETURN(const std::string id, ParseHouseholdName(name));
  ASSIGN_OR_RETURN(const auto score, scores_.Find(id));
  ASSIGN_OR_RETURN(const Gathered gathered, gatherer_.Gather(id));
  if (!score) return Refuse("SCORE_NOT_FOUND", "name");
  Judge judge(gatherer_, knowledge_);
  ASSIGN_OR_RETURN(Evaluator * evaluator, judge.evaluator());
  const catalog::Catalog& catalog = *judge.known().catalog;
  const Derivation derived = evaluator->Derive(gathered.household);
  v1::ScoreExplanation out;
  out.set_household(name);
  *out.mutable_score() = score->score();
  out.set_label_zh(catalog.label_zh);
  out.set_label_en(catalog.label_en);
  for (const Contribution& part : identification::Explain(catalog, derived.values)) {
    const auto index = static_cast<size_t>(part.indicator);
    const catalog::Indicator& indicator = catalog.indicators[index];
    const DerivedValue& value = derived.details[index];
    if (value.state == ValueState::kNotApplicable) continue;
    v1::Contribution* made = out.add_contributions();
    made->set_indicator(indicator.code);
    made->set_name_zh(indicator.name_zh);
    made->set_name_en(indicator.name_en);
    const auto& dimension = catalog.dimensions[static_cast<size_t>(indicator.dimension)];
    made->set_dimension_zh(dimension.name_zh);
    made->set_dimension_en(dimension.name_en);
    made->set_value(ShowValue(indicator, value));
    made->set_unit_zh(indicator.unit_zh);
    if (value.state == ValueState::kAbsent) {
      made->set_absence(static_cast<v1::Absence>(value.absence));
    }
    made->set_score_centipoints(part.score_centipoints);
    made->set_weight_units(part.weight_units);
    made->set_points_lost_micro(static_cast<int32_t>(part.points_lost_micro));
    made->set_automatic(value.state == ValueState::kPresent &&
                        value.filling == Filling::kAutomatic);
    for (const Evidence& evidence : derived.EvidenceOf(part.indicator)) {
      made->add_evidence(Describe(evidence, gathered.household, catalog));
    }
  }
  return out;
}

absl::StatusOr<v1::ListScoresResponse> Households::Scores(const std::string& name) const {
  ASSIGN_OR_RETURN(const std::string id, ParseHouseholdName(name));
  ASSIGN_OR_RETURN(const auto scores, scores_.Log(id));
  if (scores.empty()) return Refuse("SCORE_NOT_FOUND", "household");
  v1::ListScoresResponse out;
  for (const v1::Score& score : scores) *out.add_scores() = score;
  return out;
}

absl::StatusOr<v1::Finding> Households::Resolve(const v1::ResolveFindingRequest& request,
                                                absl::string_view officer) {
  const std::string household = HouseholdOfFinding(request.name());
  if (household == request.name()) return Refuse("FINDING_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(const std::string id, ParseHouseholdName(household));
  const std::string finding = request.name().substr(household.size() + kFindingsPart.size());
  const std::string resolver(officer.empty() ? absl::string_view(request.resolver()) : officer);
  if (resolver.empty()) return Refuse("RESOLVER_MISSING", "resolver");
  if (request.resolution() == v1::RESOLUTION_UNSPECIFIED ||
      !v1::Resolution_IsValid(request.resolution())) {
    return Refuse("RESOLUTION_MISSING", "resolution");
  }
  return scores_.Resolve(id, finding, request.resolution(), resolver,
                         request.note().substr(0, kMaxNoteBytes), clock_.Now());
}

}  // namespace fupin::identification
