#include "services/identification/server/convert.h"

#include <google/protobuf/util/time_util.h>

#include "absl/strings/str_cat.h"
#include "libs/fixed/fixed.h"
#include "libs/mask/mask.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {

Answers ToAnswers(const google::protobuf::RepeatedPtrField<v1::Answer>& answers) {
  Answers out;
  for (const v1::Answer& answer : answers) {
    Value value = Absence::kNotAsked;
    switch (answer.value_case()) {
      case v1::Answer::kNumber:
        if (const auto number = fixed::ParseMicro(answer.number()); number.ok()) value = *number;
        break;
      case v1::Answer::kYes:
        value = answer.yes();
        break;
      case v1::Answer::kChoice:
        value = answer.choice();
        break;
      case v1::Answer::kText:
        value = answer.text();
        break;
      case v1::Answer::kAbsent:
        value = static_cast<Absence>(answer.absent());
        break;
      case v1::Answer::VALUE_NOT_SET:
        break;
    }
    out.emplace(answer.question(), std::move(value));
  }
  return out;
}

Value ToValue(const store::StoredField& field) {
  switch (field.value_case()) {
    case store::StoredField::kMicro:
      return fixed::Micro{field.micro()};
    case store::StoredField::kYes:
      return field.yes();
    case store::StoredField::kText:
      return field.text();
    case store::StoredField::VALUE_NOT_SET:
      break;
  }
  return Absence::kNoRecord;
}

std::string ToText(const Value& value) {
  if (const auto* number = std::get_if<fixed::Micro>(&value)) return fixed::ToText(*number);
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "";
}

v1::Score ToProto(const catalog::Catalog& catalog, const Score& score) {
  v1::Score out;
  out.set_catalog(catalog.id);
  out.set_catalog_version(catalog.version);
  out.set_index_centipoints(score.index.units);
  out.set_poverty_class(static_cast<v1::PovertyClass>(score.poverty_class));
  out.set_low_centipoints(score.low.units);
  out.set_high_centipoints(score.high.units);
  out.set_completeness_permille(score.completeness_permille);
  out.set_class_certain(score.class_certain);
  return out;
}

v1::Finding ToProto(const catalog::CrossCheckRules& rules, const Finding& finding,
                    const std::string& household_id) {
  v1::Finding out;
  out.set_name(absl::StrCat(HouseholdName(household_id), "/findings/", finding.key));
  out.set_rule(finding.rule);
  out.set_kind(static_cast<catalog::v1::FindingKind>(finding.kind));
  out.set_severity(static_cast<catalog::v1::Severity>(finding.severity));
  out.set_member_index(finding.member);
  out.set_field_value(finding.field_value);
  out.set_department_value(finding.department_value);
  if (const catalog::CrossCheckRule* rule = rules.Find(finding.rule)) {
    out.set_rule_name_zh(rule->name_zh);
    out.set_rule_name_en(rule->name_en);
    out.set_advice_zh(rule->advice_zh);
    out.set_advice_en(rule->advice_en);
    out.set_unit_zh(rule->unit_zh);
  }
  return out;
}

v1::Distribution ToProto(const Distribution& distribution) {
  v1::Distribution out;
  out.set_household_count(distribution.households);
  out.set_weight_sum(distribution.weight_sum);
  out.set_median(distribution.median);
  out.set_line(distribution.line);
  out.set_at_risk_rate(distribution.at_risk_rate);
  out.set_gini(distribution.gini);
  out.set_s80_s20(distribution.s80_s20);
  out.set_relative_median_gap(distribution.relative_median_gap);
  for (size_t i = 0; i < distribution.classes.size(); ++i) {
    const ClassSplit& split = distribution.classes[i];
    if (split.at_risk_households + split.other_households == 0) continue;
    v1::ConfusionRow* row = out.add_confusion();
    row->set_poverty_class(static_cast<v1::PovertyClass>(i));
    row->set_at_risk_household_count(split.at_risk_households);
    row->set_not_at_risk_household_count(split.other_households);
    row->set_at_risk_weight(split.at_risk_weight);
    row->set_not_at_risk_weight(split.other_weight);
  }
  return out;
}

v1::HouseholdMember ShowMember(const v1::SurveyMember& member) {
  v1::HouseholdMember out;
  out.set_name(member.name());
  out.set_masked_citizen_number(mask::CitizenNumber(member.citizen_number()));
  out.set_relation(member.relation());
  out.set_sex(member.sex());
  out.set_birth_date(member.birth_date());
  *out.mutable_answers() = member.answers();
  return out;
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::MillisecondsToTimestamp(absl::ToUnixMillis(time));
}

}  // namespace fupin::identification
