#include "libs/catalog/source_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"

namespace fupin::catalog {
namespace {

constexpr absl::string_view kMemberDataset = "member";

// The pseudo-dataset "member".
std::optional<FieldInfo> MemberField(absl::string_view field) {
  if (field == "relation" || field == "sex") return FieldInfo{ValueType::kCode, {}};
  if (field == "birth_date") return FieldInfo{ValueType::kDate, {}};
  if (field == "name") return FieldInfo{ValueType::kText, {}};
  if (field == "identified") return FieldInfo{ValueType::kBoolean, {}};
  if (field == "household_count") return FieldInfo{ValueType::kNumber, {}};
  return std::nullopt;
}

ValueType TypeOf(const Question& question) {
  switch (question.type) {
    case Question::Type::kInteger:
    case Question::Type::kNumber:
    case Question::Type::kMoneyYuan:
    case Question::Type::kYear:
      return ValueType::kNumber;
    case Question::Type::kBoolean:
      return ValueType::kBoolean;
    case Question::Type::kChoice:
      return ValueType::kCode;
    case Question::Type::kDate:
      return ValueType::kDate;
    case Question::Type::kText:
      return ValueType::kText;
  }
  return ValueType::kText;
}

std::vector<std::string> ChoiceCodes(const Question& question) {
  std::vector<std::string> codes;
  for (const Choice& choice : question.choices) codes.push_back(choice.code);
  return codes;
}

bool IsNumeric(ValueType type) { return type == ValueType::kNumber || type == ValueType::kBoolean; }

bool IsOrdered(ValueType type) {
  return type == ValueType::kNumber || type == ValueType::kDate || type == ValueType::kMonth ||
         type == ValueType::kYear;
}

bool IsDigits(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

bool Fits(ValueType type, absl::string_view value) {
  double number = 0;
  switch (type) {
    case ValueType::kNumber:
      return absl::SimpleAtod(value, &number) && std::isfinite(number);
    case ValueType::kBoolean:
      return value == "true" || value == "false";
    case ValueType::kDate:
      return ParseDay(value).has_value();
    case ValueType::kMonth:
      return ParseDay(absl::StrCat(value, "-01")).has_value();
    case ValueType::kYear:
      return value.size() == 4 && IsDigits(value);
    case ValueType::kCode:
    case ValueType::kText:
      return true;
  }
  return false;
}

}  // namespace

std::optional<absl::CivilDay> ParseDay(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int year = 0;
  int month = 0;
  int day = 0;
  if (!IsDigits(text.substr(0, 4)) || !IsDigits(text.substr(5, 2)) || !IsDigits(text.substr(8))) {
    return std::nullopt;
  }
  (void)absl::SimpleAtoi(text.substr(0, 4), &year);
  (void)absl::SimpleAtoi(text.substr(5, 2), &month);
  (void)absl::SimpleAtoi(text.substr(8), &day);
  const absl::CivilDay result(year, month, day);
  // 02-30 would become 03-02.
  if (result.year() != year || result.month() != month || result.day() != day) return std::nullopt;
  return result;
}

SourceReader::SourceReader(TextFile* file, const Catalog& catalog, const SourceLookup& lookup)
    : file_(file), catalog_(catalog), lookup_(lookup) {
  auto sandbox = expression::Sandbox::Create({.memory_bytes = 64 << 20});
  FUPIN_CHECK(sandbox.ok());
  sandbox_ = *std::move(sandbox);
}

Source SourceReader::ReadSource(const v1::Source& proto, const Place& place) {
  switch (proto.from_case()) {
    case v1::Source::kQuestion:
      return ReadPick(proto.question(), place.At(proto, v1::Source::kQuestionFieldNumber), true,
                      false);
    case v1::Source::kDataset:
      return ReadPick(proto.dataset(), place.At(proto, v1::Source::kDatasetFieldNumber), false,
                      false);
    case v1::Source::kFormula: {
      const v1::Formula& from = proto.formula();
      const Place at = place.At(proto, v1::Source::kFormulaFieldNumber);
      const Place expression_at = at.At(from, v1::Formula::kExpressionFieldNumber);
      Formula formula;
      formula.inputs = ReadInputs(
          from.inputs(), [&](int i) { return at.At(from, v1::Formula::kInputsFieldNumber, i); },
          false);
      formula.expression = from.expression();
      formula.position = file_->Position(expression_at);
      formula.nil_ok = from.nil_ok();
      CheckExpression(formula.expression, expression_at, formula.inputs);
      return formula;
    }
    case v1::Source::FROM_NOT_SET:
      break;
  }
  file_->Refuse(place, "CATALOG_SOURCE", "来源为空,请写 question、dataset 或 formula",
                "an empty source: give question, dataset or formula");
  return Pick{};
}

std::vector<Input> SourceReader::ReadInputs(
    const google::protobuf::RepeatedPtrField<v1::Input>& protos,
    const std::function<Place(int)>& place_of, bool per_member) {
  std::vector<Input> inputs;
  for (int i = 0; i < protos.size(); ++i) {
    const v1::Input& proto = protos[i];
    const Place place = place_of(i);
    Input input{.name = proto.name()};
    if (proto.from_case() == v1::Input::kQuestion) {
      input.pick = ReadPick(proto.question(), place.At(proto, v1::Input::kQuestionFieldNumber),
                            true, per_member);
    } else if (proto.from_case() == v1::Input::kDataset) {
      input.pick = ReadPick(proto.dataset(), place.At(proto, v1::Input::kDatasetFieldNumber), false,
                            per_member);
    } else {
      file_->Refuse(place, "CATALOG_SOURCE",
                    absl::StrCat("输入 ", proto.name(), " 没有来源,请写 question 或 dataset"),
                    absl::StrCat("input ", proto.name(), " has no source: question or dataset"));
    }
    if (proto.has_default_()) {
      input.default_value = proto.default_();
      if (!std::isfinite(proto.default_())) {
        file_->Refuse(place, "CATALOG_FORMULA", "default 不是有限数", "default is not finite");
      }
    }
    inputs.push_back(std::move(input));
  }
  return inputs;
}

void SourceReader::CheckExpression(const std::string& expression, const Place& place,
                                   absl::Span<const Input> inputs) {
  std::vector<std::string> names;
  for (const Input& input : inputs) names.push_back(input.name);
  const auto chunk = sandbox_->Compile(expression, file_->Position(place), names);
  if (chunk.ok()) return;
  const Problem problem = ProblemsOf(chunk.status()).front();
  file_->Refuse(place, "CATALOG_FORMULA", problem.message_zh, problem.message_en);
}

std::vector<std::string> SourceReader::CodesOf(const Pick& pick) const {
  if (pick.type != ValueType::kCode) return {};
  if (pick.origin == Origin::kDataset) {
    const auto info = lookup_(pick.of, pick.field);
    return info ? info->codes : std::vector<std::string>();
  }
  const Question* question = catalog_.FindQuestion(pick.of);
  return question != nullptr ? ChoiceCodes(*question) : std::vector<std::string>();
}

Pick SourceReader::ReadPick(const v1::Pick& proto, const Place& place, bool of_question,
                            bool per_member) {
  Pick pick{.of = proto.of(), .field = proto.field(), .type = ValueType::kNumber};
  pick.aggregate = static_cast<Aggregate>(proto.aggregate());
  pick.transform = static_cast<Transform>(proto.transform());
  pick.months = proto.months();
  pick.scale = proto.scale() == 0 ? 1.0 : proto.scale();
  pick.empty_is_zero = proto.empty_is_zero();
  if (!v1::Aggregate_IsValid(proto.aggregate()) || !v1::Transform_IsValid(proto.transform())) {
    file_->Refuse(place, "CATALOG_SOURCE", "未知的 aggregate 或 transform",
                  "unknown aggregate or transform");
    return pick;
  }
  if (of_question) {
    ReadQuestionField(proto, place, per_member, &pick);
  } else {
    ReadDatasetField(proto, place, per_member, &pick);
  }
  const bool timed = pick.origin == Origin::kDataset;
  if (pick.months < 0 || (pick.months > 0 && !timed)) {
    file_->Refuse(place.At(proto, v1::Pick::kMonthsFieldNumber), "CATALOG_SOURCE",
                  "months 须为正数,且只用于部门数据集",
                  "months must be positive and is for datasets of departments only");
  }
  for (int i = 0; i < proto.where_size(); ++i) {
    pick.where.push_back(
        ReadFilter(proto.where(i), place.At(proto, v1::Pick::kWhereFieldNumber, i), pick, false));
  }
  for (int i = 0; i < proto.members_size(); ++i) {
    const Place at = place.At(proto, v1::Pick::kMembersFieldNumber, i);
    if (pick.origin == Origin::kHouseholdQuestion) {
      file_->Refuse(at, "CATALOG_FILTER", "户级问题不能按成员筛选",
                    "a question of the household cannot be restricted to members");
    }
    pick.members.push_back(ReadFilter(proto.members(i), at, pick, true));
  }
  CheckAggregate(proto, place, &pick);
  return pick;
}

void SourceReader::ReadQuestionField(const v1::Pick& proto, const Place& place, bool per_member,
                                     Pick* pick) {
  pick->origin = Origin::kHouseholdQuestion;
  const Question* question = catalog_.FindQuestion(proto.of());
  if (question == nullptr) {
    file_->Refuse(place.At(proto, v1::Pick::kOfFieldNumber), "CATALOG_QUESTION",
                  absl::StrCat("没有问题 \"", proto.of(), "\""),
                  absl::StrCat("there is no question \"", proto.of(), "\""));
    return;
  }
  if (!proto.field().empty()) {
    file_->Refuse(place.At(proto, v1::Pick::kFieldFieldNumber), "CATALOG_SOURCE",
                  "问题没有字段,请去掉 field", "a question has no fields: remove field");
  }
  pick->type = TypeOf(*question);
  if (!question->of_member) return;
  pick->origin = Origin::kMemberQuestion;
  const bool one = pick->aggregate == Aggregate::kSingle || pick->aggregate == Aggregate::kLatest;
  if (one && !per_member) {
    file_->Refuse(place, "CATALOG_SOURCE",
                  absl::StrCat("成员级问题 ", proto.of(), " 需要 aggregate"),
                  absl::StrCat("question ", proto.of(),
                               " has one answer per member: give an "
                               "aggregate"));
  }
}

void SourceReader::ReadDatasetField(const v1::Pick& proto, const Place& place, bool per_member,
                                    Pick* pick) {
  const bool rows_only = proto.field().empty();
  const bool counts = pick->aggregate == Aggregate::kCount || pick->aggregate == Aggregate::kAny;
  std::optional<FieldInfo> info;
  if (proto.of() == kMemberDataset) {
    pick->origin = Origin::kMember;
    if (!rows_only) info = MemberField(proto.field());
    const bool one = pick->aggregate == Aggregate::kSingle || pick->aggregate == Aggregate::kLatest;
    if (one && !per_member) {
      file_->Refuse(place, "CATALOG_SOURCE", "数据集 member 每人一行,需要 aggregate",
                    "dataset member has one row per member: give an aggregate");
    }
  } else {
    pick->origin = Origin::kDataset;
    if (!lookup_(proto.of(), "")) {
      file_->Refuse(place.At(proto, v1::Pick::kOfFieldNumber), "CATALOG_DATASET",
                    absl::StrCat("没有数据集 \"", proto.of(), "\""),
                    absl::StrCat("there is no dataset \"", proto.of(), "\""));
      return;
    }
    if (!rows_only) info = lookup_(proto.of(), proto.field());
  }
  if (rows_only) {
    pick->type = ValueType::kBoolean;
    if (!counts || pick->transform != Transform::kNone) {
      file_->Refuse(place, "CATALOG_SOURCE", "没有 field,只能用 COUNT 或 ANY 且不带 transform",
                    "without field only COUNT or ANY is possible, and no transform");
    }
    return;
  }
  if (!info) {
    file_->Refuse(place.At(proto, v1::Pick::kFieldFieldNumber), "CATALOG_DATASET",
                  absl::StrCat("数据集 ", proto.of(), " 没有字段 \"", proto.field(), "\""),
                  absl::StrCat("dataset ", proto.of(), " has no field \"", proto.field(), "\""));
    return;
  }
  pick->type = info->type;
  if (pick->aggregate == Aggregate::kCount) {
    file_->Refuse(place.At(proto, v1::Pick::kFieldFieldNumber), "CATALOG_SOURCE",
                  "COUNT 数的是行,请去掉 field,用 where 筛选",
                  "COUNT counts rows: remove field and use where");
  }
}

ValueType SourceReader::Transformed(ValueType type, Transform transform, const Place& place) {
  const bool dated = type == ValueType::kDate;
  bool fits = true;
  switch (transform) {
    case Transform::kNone:
      return type;
    case Transform::kIsPresent:
      return ValueType::kBoolean;
    case Transform::kAgeYears:
      fits = dated;
      break;
    case Transform::kYearsSince:
      fits = dated || type == ValueType::kMonth || type == ValueType::kYear ||
             type == ValueType::kNumber;
      break;
    case Transform::kMonthsSince:
      fits = dated || type == ValueType::kMonth;
      break;
  }
  if (!fits) {
    file_->Refuse(place, "CATALOG_SOURCE", "transform 与字段类型不符",
                  "the transform does not fit the type of the field");
  }
  return ValueType::kNumber;
}

void SourceReader::CheckAggregate(const v1::Pick& proto, const Place& place, Pick* pick) {
  if (pick->aggregate == Aggregate::kCount && pick->transform != Transform::kNone) {
    file_->Refuse(place, "CATALOG_SOURCE", "COUNT 不能带 transform", "COUNT takes no transform");
  }
  pick->type = Transformed(pick->type, pick->transform, place);
  switch (pick->aggregate) {
    case Aggregate::kSingle:
    case Aggregate::kLatest:
      break;
    case Aggregate::kCount:
      pick->type = ValueType::kNumber;
      break;
    case Aggregate::kSum:
    case Aggregate::kMin:
    case Aggregate::kMax:
    case Aggregate::kMean:
    case Aggregate::kAny:
    case Aggregate::kAll:
    case Aggregate::kShare: {
      if (!IsNumeric(pick->type)) {
        file_->Refuse(place, "CATALOG_SOURCE", "此 aggregate 需要数字或是/否",
                      "this aggregate needs numbers or yes/no values");
      }
      const bool yes_no = pick->aggregate == Aggregate::kAny || pick->aggregate == Aggregate::kAll;
      pick->type = yes_no ? ValueType::kBoolean : ValueType::kNumber;
      break;
    }
  }
  if (proto.scale() != 0 && (pick->type != ValueType::kNumber || !std::isfinite(proto.scale()))) {
    file_->Refuse(place.At(proto, v1::Pick::kScaleFieldNumber), "CATALOG_SOURCE",
                  "scale 只用于数字结果", "scale is for results that are numbers");
  }
  if (pick->empty_is_zero && !IsNumeric(pick->type)) {
    file_->Refuse(place.At(proto, v1::Pick::kEmptyIsZeroFieldNumber), "CATALOG_SOURCE",
                  "empty_is_zero 只用于数字或是/否", "empty_is_zero is for numbers and yes/no");
  }
}

Filter SourceReader::ReadFilter(const v1::Filter& proto, const Place& place, const Pick& pick,
                                bool of_members) {
  Filter filter{.origin = Origin::kMember,
                .field = proto.field(),
                .type = ValueType::kText,
                .op = static_cast<Operator>(proto.op()),
                .values = {proto.value().begin(), proto.value().end()},
                .transform = static_cast<Transform>(proto.transform())};
  if (!v1::Filter::Operator_IsValid(proto.op()) || proto.op() == 0 ||
      !v1::Transform_IsValid(proto.transform())) {
    file_->Refuse(place, "CATALOG_FILTER", "缺少 op 或取值未知", "op is missing or unknown");
    return filter;
  }
  std::optional<FieldInfo> info;
  if (!of_members && pick.origin == Origin::kDataset) {
    filter.origin = Origin::kDataset;
    info = lookup_(pick.of, proto.field());
    if (proto.field().empty()) info.reset();
  } else {
    const Question* question = catalog_.FindQuestion(proto.field());
    const bool one_member = of_members || pick.origin != Origin::kHouseholdQuestion;
    if (question != nullptr && question->of_member && one_member) {
      filter.origin = Origin::kMemberQuestion;
      info = FieldInfo{TypeOf(*question), ChoiceCodes(*question)};
    } else if (question != nullptr && !question->of_member && !of_members) {
      filter.origin = Origin::kHouseholdQuestion;
      info = FieldInfo{TypeOf(*question), ChoiceCodes(*question)};
    } else if (question == nullptr && one_member) {
      info = MemberField(proto.field());
    }
  }
  if (!info) {
    file_->Refuse(place, "CATALOG_FILTER",
                  absl::StrCat("筛选条件中没有可用的字段或问题 \"", proto.field(), "\""),
                  absl::StrCat("a filter cannot use \"", proto.field(),
                               "\" here: no such field or question of these rows"));
    return filter;
  }
  filter.type = Transformed(info->type, filter.transform, place);
  CheckFilterValues(
      filter, filter.type == ValueType::kCode ? info->codes : std::vector<std::string>(), place);
  return filter;
}

void SourceReader::CheckFilterValues(const Filter& filter, const std::vector<std::string>& codes,
                                     const Place& place) {
  const bool none = filter.op == Operator::kPresent || filter.op == Operator::kAbsent;
  const bool many = filter.op == Operator::kIn || filter.op == Operator::kNotIn;
  const size_t count = filter.values.size();
  if (none ? count != 0 : many ? count == 0 : count != 1) {
    file_->Refuse(place, "CATALOG_FILTER", "value 的个数与 op 不符",
                  "the number of values does not fit op");
  }
  const bool ordered = filter.op == Operator::kLt || filter.op == Operator::kLe ||
                       filter.op == Operator::kGt || filter.op == Operator::kGe;
  if (ordered && !IsOrdered(filter.type)) {
    file_->Refuse(place, "CATALOG_FILTER", "此字段不能比较大小", "this field has no order");
  }
  for (const std::string& value : filter.values) {
    const bool listed =
        codes.empty() || std::find(codes.begin(), codes.end(), value) != codes.end();
    if (!listed || !Fits(filter.type, value)) {
      file_->Refuse(place, "CATALOG_FILTER",
                    absl::StrCat("值 \"", value, "\" 不属于字段 ", filter.field),
                    absl::StrCat("\"", value, "\" is no value of ", filter.field));
    }
  }
}

}  // namespace fupin::catalog
