#include "libs/catalog/load.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "fupin/catalog/v1/catalog.pb.h"
#include "libs/catalog/score_function.h"
#include "libs/catalog/source_reader.h"
#include "libs/catalog/stable_hash.h"
#include "libs/catalog/text_file.h"
#include "libs/status/macros.h"

namespace fupin::catalog {
namespace {

bool IsCode(absl::string_view code) {
  return !code.empty() && code.size() <= 40 && std::all_of(code.begin(), code.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.';
  });
}

// Builds one catalog from its message.
class CatalogReader {
 public:
  CatalogReader(TextFile* file, const v1::Catalog& proto, const SourceLookup& lookup)
      : file_(file), proto_(proto), sources_(file, catalog_, lookup) {}

  Catalog Read() {
    ReadHeader();
    for (int i = 0; i < proto_.questions_size(); ++i) {
      ReadQuestion(proto_.questions(i),
                   file_->root().At(proto_, v1::Catalog::kQuestionsFieldNumber, i));
    }
    int64_t permille = 0;
    for (int i = 0; i < proto_.dimensions_size(); ++i) {
      permille += proto_.dimensions(i).weight_permille();
      ReadDimension(proto_.dimensions(i),
                    file_->root().At(proto_, v1::Catalog::kDimensionsFieldNumber, i));
    }
    if (permille != 1000) {
      file_->Refuse(file_->root(), "CATALOG_WEIGHT",
                    absl::StrCat("一级指标权重合计应为 1000‰,实为 ", permille),
                    absl::StrCat("the dimensions' weights must give 1000, not ", permille));
    }
    for (int i = 0; i < proto_.references_size(); ++i) {
      ReadReference(proto_.references(i),
                    file_->root().At(proto_, v1::Catalog::kReferencesFieldNumber, i));
    }
    catalog_.fingerprint = StableHash().Add(proto_.SerializeAsString()).value();
    catalog_.source_fingerprint = SourceFingerprint();
    return std::move(catalog_);
  }

 private:
  void ReadHeader() {
    const Place root = file_->root();
    catalog_.id = proto_.id();
    catalog_.version = proto_.version();
    catalog_.effective_date = proto_.effective_date();
    catalog_.label_zh = proto_.label_zh();
    catalog_.label_en = proto_.label_en();
    catalog_.direction = static_cast<Direction>(proto_.direction());
    catalog_.poor_below = proto_.poor_below_centipoints();
    catalog_.stable_above = proto_.stable_above_centipoints();
    catalog_.min_completeness_permille = proto_.min_completeness_permille();
    if (!IsCode(proto_.id()) || proto_.version() <= 0) {
      file_->Refuse(root.At(proto_, v1::Catalog::kIdFieldNumber), "CATALOG_CODE",
                    "需要 id 和大于零的 version", "id and a version above zero are needed");
    }
    NeedLabels(root, proto_.label_zh(), proto_.label_en());
    if (!ParseDay(proto_.effective_date())) {
      file_->Refuse(root.At(proto_, v1::Catalog::kEffectiveDateFieldNumber), "CATALOG_DATE",
                    "effective_date 应为 YYYY-MM-DD", "effective_date must be YYYY-MM-DD");
    }
    const auto day = ParseDay(proto_.reference_date());
    if (day) {
      catalog_.reference_date = *day;
    } else {
      file_->Refuse(root.At(proto_, v1::Catalog::kReferenceDateFieldNumber), "CATALOG_DATE",
                    "reference_date 应为 YYYY-MM-DD", "reference_date must be YYYY-MM-DD");
    }
    if (proto_.direction() != v1::DIRECTION_LOW_IS_POOR &&
        proto_.direction() != v1::DIRECTION_HIGH_IS_POOR) {
      file_->Refuse(root.At(proto_, v1::Catalog::kDirectionFieldNumber), "CATALOG_EDGES",
                    "必须声明 direction", "direction must be declared");
    }
    const int32_t low = catalog_.poor_below;
    const int32_t high = catalog_.stable_above;
    if (low < 0 || low > high || high > kMaxScore) {
      file_->Refuse(root.At(proto_, v1::Catalog::kPoorBelowCentipointsFieldNumber), "CATALOG_EDGES",
                    "应有 0 <= poor_below_centipoints <= stable_above_centipoints <= 10000",
                    "0 <= poor_below_centipoints <= stable_above_centipoints <= 10000 must hold");
    }
    if (catalog_.min_completeness_permille < 0 || catalog_.min_completeness_permille > 1000) {
      file_->Refuse(root.At(proto_, v1::Catalog::kMinCompletenessPermilleFieldNumber),
                    "CATALOG_EDGES", "min_completeness_permille 应在 0 到 1000 之间",
                    "min_completeness_permille must be 0 to 1000");
    }
  }

  void NeedLabels(const Place& place, absl::string_view zh, absl::string_view en) {
    if (!zh.empty() && !en.empty()) return;
    file_->Refuse(place, "CATALOG_LABEL", "需要中文和英文名称",
                  "a Chinese and an English text are needed");
  }

  // Codes of questions, dimensions and of columns are three name spaces.
  void NeedCode(const Place& place, absl::string_view kind, const std::string& code) {
    if (!IsCode(code)) {
      file_->Refuse(place, "CATALOG_CODE", "code 为空或含非法字符",
                    "code is empty or has characters other than A-Z a-z 0-9 _ - .");
    } else if (!codes_.insert(absl::StrCat(kind, "/", code)).second) {
      file_->Refuse(place, "CATALOG_CODE", absl::StrCat("代码 ", code, " 重复"),
                    absl::StrCat("code ", code, " stands twice"));
    }
  }

  void ReadQuestion(const v1::Question& proto, const Place& place) {
    NeedCode(place, "question", proto.code());
    NeedLabels(place, proto.text_zh(), proto.text_en());
    Question question{.code = proto.code(),
                      .of_member = proto.scope() == v1::Question::SCOPE_MEMBER,
                      .text_zh = proto.text_zh(),
                      .text_en = proto.text_en(),
                      .unit_zh = proto.unit_zh(),
                      .section_zh = proto.section_zh(),
                      .section_en = proto.section_en(),
                      .hint_zh = proto.hint_zh(),
                      .position = file_->Position(place)};
    if (proto.scope() != v1::Question::SCOPE_MEMBER &&
        proto.scope() != v1::Question::SCOPE_HOUSEHOLD) {
      file_->Refuse(place, "CATALOG_QUESTION", "必须写 scope", "scope must be given");
    }
    switch (proto.type()) {
      case v1::Question::TYPE_INTEGER:
        question.type = Question::Type::kInteger;
        break;
      case v1::Question::TYPE_NUMBER:
        question.type = Question::Type::kNumber;
        break;
      case v1::Question::TYPE_MONEY_YUAN:
        question.type = Question::Type::kMoneyYuan;
        break;
      case v1::Question::TYPE_BOOLEAN:
        question.type = Question::Type::kBoolean;
        break;
      case v1::Question::TYPE_CHOICE:
        question.type = Question::Type::kChoice;
        break;
      case v1::Question::TYPE_DATE:
        question.type = Question::Type::kDate;
        break;
      case v1::Question::TYPE_TEXT:
        question.type = Question::Type::kText;
        break;
      case v1::Question::TYPE_YEAR:
        question.type = Question::Type::kYear;
        break;
      default:
        file_->Refuse(place, "CATALOG_QUESTION", "必须写 type", "type must be given");
    }
    ReadChoices(proto, place, &question);
    if (proto.has_min()) question.min = proto.min();
    if (proto.has_max()) question.max = proto.max();
    const bool number =
        question.type == Question::Type::kInteger || question.type == Question::Type::kNumber ||
        question.type == Question::Type::kMoneyYuan || question.type == Question::Type::kYear;
    const bool ranged = question.min || question.max;
    if ((ranged && !number) ||
        (question.min && question.max && !(*question.min <= *question.max))) {
      file_->Refuse(place, "CATALOG_QUESTION", "min、max 只用于数字,且 min <= max",
                    "min and max are for numbers, and min <= max must hold");
    }
    catalog_.questions.push_back(std::move(question));
  }

  void ReadChoices(const v1::Question& proto, const Place& place, Question* question) {
    if ((question->type == Question::Type::kChoice) != (proto.choices_size() > 0)) {
      file_->Refuse(place, "CATALOG_QUESTION", "选择题须有 choices,其它类型不得有",
                    "a choice question needs choices, other types have none");
    }
    absl::flat_hash_set<std::string> seen;
    for (int i = 0; i < proto.choices_size(); ++i) {
      const v1::Choice& choice = proto.choices(i);
      const Place at = place.At(proto, v1::Question::kChoicesFieldNumber, i);
      NeedLabels(at, choice.zh(), choice.en());
      if (!IsCode(choice.code()) || !seen.insert(choice.code()).second) {
        file_->Refuse(at, "CATALOG_CODE", "选项代码为空、非法或重复",
                      "the choice's code is empty, malformed or stands twice");
      }
      question->choices.push_back({choice.code(), choice.zh(), choice.en()});
    }
  }

  void ReadDimension(const v1::Dimension& proto, const Place& place) {
    NeedCode(place, "dimension", proto.code());
    NeedLabels(place, proto.name_zh(), proto.name_en());
    Dimension dimension{.code = proto.code(),
                        .name_zh = proto.name_zh(),
                        .name_en = proto.name_en(),
                        .weight_permille = proto.weight_permille(),
                        .first_indicator = static_cast<int>(catalog_.indicators.size()),
                        .indicator_count = proto.indicators_size()};
    if (proto.weight_permille() <= 0 || proto.weight_permille() > 1000 ||
        proto.indicators_size() == 0) {
      file_->Refuse(place, "CATALOG_WEIGHT", "一级指标须有 1 到 1000 的权重和至少一个二级指标",
                    "a dimension needs a weight of 1 to 1000 and at least one indicator");
    }
    std::vector<int32_t> weights;
    bool positive = true;
    for (int i = 0; i < proto.indicators_size(); ++i) {
      const Place at = place.At(proto, v1::Dimension::kIndicatorsFieldNumber, i);
      const int32_t weight = proto.indicators(i).weight();
      if (weight <= 0 || weight > 1'000'000) {
        positive = false;
        file_->Refuse(at.At(proto.indicators(i), v1::Indicator::kWeightFieldNumber),
                      "CATALOG_WEIGHT", "weight 应在 1 到 1000000 之间",
                      "weight must be 1 to 1000000");
      }
      weights.push_back(weight);
      ReadIndicator(proto.indicators(i), at);
    }
    if (positive && !weights.empty() && proto.weight_permille() > 0) {
      GiveWeights(proto, place, dimension, weights);
    }
    catalog_.dimensions.push_back(std::move(dimension));
  }

  void GiveWeights(const v1::Dimension& proto, const Place& place, const Dimension& dimension,
                   const std::vector<int32_t>& weights) {
    const std::vector<int32_t> units =
        Apportion(dimension.weight_permille * (kWeightUnits / 1000), weights);
    for (size_t i = 0; i < units.size(); ++i) {
      catalog_.indicators[dimension.first_indicator + i].weight_units = units[i];
      if (units[i] > 0) continue;
      file_->Refuse(place.At(proto, v1::Dimension::kIndicatorsFieldNumber, static_cast<int>(i)),
                    "CATALOG_WEIGHT", "weight 相对过小,不足总权重的十万分之一",
                    "weight is too small: below 1/100000 of the whole");
    }
  }

  void ReadIndicator(const v1::Indicator& proto, const Place& place) {
    NeedCode(place, "column", proto.code());
    NeedLabels(place, proto.name_zh(), proto.name_en());
    Indicator indicator{.code = proto.code(),
                        .name_zh = proto.name_zh(),
                        .name_en = proto.name_en(),
                        .unit_zh = proto.unit_zh(),
                        .rationale_zh = proto.rationale_zh(),
                        .rationale_en = proto.rationale_en(),
                        .dimension = static_cast<int>(catalog_.dimensions.size()),
                        .required = proto.when_absent() == v1::WHEN_ABSENT_REQUIRED,
                        .position = file_->Position(place)};
    if (proto.when_absent() != v1::WHEN_ABSENT_INTERVAL &&
        proto.when_absent() != v1::WHEN_ABSENT_REQUIRED) {
      file_->Refuse(place, "CATALOG_SCORE", "必须写 when_absent", "when_absent must be given");
    }
    ReadScoring(proto, place, &indicator);
    if (proto.sources_size() == 0) {
      file_->Refuse(place, "CATALOG_SOURCE", "指标没有来源", "the indicator has no source");
    }
    for (int i = 0; i < proto.sources_size(); ++i) {
      const Place at = place.At(proto, v1::Indicator::kSourcesFieldNumber, i);
      indicator.sources.push_back(sources_.ReadSource(proto.sources(i), at));
      CheckFits(indicator, indicator.sources.back(), at);
    }
    if (indicator.measure == Measure::kCategory) CheckCategories(indicator, place);
    if (proto.has_applies_when()) {
      const Place at = place.At(proto, v1::Indicator::kAppliesWhenFieldNumber);
      indicator.applies_when = sources_.ReadSource(proto.applies_when(), at);
      const Pick* pick = std::get_if<Pick>(&*indicator.applies_when);
      if (pick != nullptr && pick->type != ValueType::kNumber &&
          pick->type != ValueType::kBoolean) {
        file_->Refuse(at, "CATALOG_SOURCE", "applies_when 应为数字或是/否",
                      "applies_when must be a number or yes/no");
      }
    }
    catalog_.indicators.push_back(std::move(indicator));
  }

  // The type a source gives must be what the scoring takes; of a formula it shows at evaluation.
  void CheckFits(const Indicator& indicator, const Source& source, const Place& place) {
    const Pick* pick = std::get_if<Pick>(&source);
    if (pick == nullptr) return;
    bool fits = false;
    switch (indicator.measure) {
      case Measure::kNumber:
        fits = pick->type == ValueType::kNumber;
        break;
      case Measure::kBoolean:
        fits = pick->type == ValueType::kBoolean || pick->type == ValueType::kNumber;
        break;
      case Measure::kCategory:
        fits = pick->type == ValueType::kCode || pick->type == ValueType::kText;
        break;
    }
    if (fits) return;
    file_->Refuse(place, "CATALOG_SOURCE", "来源的类型与计分方式不符",
                  "the source's type does not fit the scoring");
  }

  // A category must be a code some source can give, and every choice of the form a category.
  void CheckCategories(const Indicator& indicator, const Place& place) {
    absl::flat_hash_set<std::string> known;
    bool open = false;
    for (const Source& source : indicator.sources) {
      const Pick* pick = std::get_if<Pick>(&source);
      if (pick == nullptr) {
        open = true;
        continue;
      }
      const std::vector<std::string> codes = sources_.CodesOf(*pick);
      if (codes.empty()) open = true;
      known.insert(codes.begin(), codes.end());
      if (pick->origin == Origin::kDataset) continue;
      for (const std::string& code : codes) {
        if (std::find(indicator.categories.begin(), indicator.categories.end(), code) ==
            indicator.categories.end()) {
          file_->Refuse(place, "CATALOG_CATEGORY",
                        absl::StrCat("问题 ", pick->of, " 的选项 ", code, " 没有计分"),
                        absl::StrCat("choice ", code, " of question ", pick->of, " has no score"));
        }
      }
    }
    if (open) return;
    for (const std::string& code : indicator.categories) {
      if (known.contains(code)) continue;
      file_->Refuse(place, "CATALOG_CATEGORY",
                    absl::StrCat("分类 ", code, " 不在问题选项或代码表中"),
                    absl::StrCat("category ", code, " is in no source's choices or code list"));
    }
  }

  void ReadScoring(const v1::Indicator& proto, const Place& place, Indicator* indicator) {
    std::vector<ScorePoint> points;
    bool ascending = true;
    const auto add = [&](double value, int32_t score) {
      const auto edge = static_cast<float>(value);
      if (!std::isfinite(edge)) ascending = false;
      points.push_back({edge, score});
    };
    size_t first = 0;  // the first point whose value has a predecessor to compare with
    size_t least = 1;
    indicator->measure = Measure::kNumber;
    switch (proto.scoring_case()) {
      case v1::Indicator::kLinear:
        for (const auto& knot : proto.linear().knots()) add(knot.value(), knot.score());
        least = 2;
        first = 1;
        break;
      case v1::Indicator::kBands:
        for (const auto& band : proto.bands().bands()) add(band.from(), band.score());
        first = 2;
        break;
      case v1::Indicator::kCategories:
        indicator->measure = Measure::kCategory;
        for (const auto& category : proto.categories().categories()) {
          add(static_cast<double>(points.size()), category.score());
          if (std::find(indicator->categories.begin(), indicator->categories.end(),
                        category.code()) != indicator->categories.end() ||
              category.code().empty()) {
            file_->Refuse(place, "CATALOG_CATEGORY", "分类代码为空或重复",
                          "a category's code is empty or stands twice");
          }
          indicator->categories.push_back(category.code());
        }
        first = 1;
        break;
      case v1::Indicator::kBoolean:
        indicator->measure = Measure::kBoolean;
        add(0, proto.boolean().false_score());
        add(1, proto.boolean().true_score());
        first = 1;
        break;
      case v1::Indicator::SCORING_NOT_SET:
        break;
    }
    for (size_t i = std::max<size_t>(first, 1); i < points.size(); ++i) {
      // Neither the distance nor a slope over it may leave float32.
      const float width = points[i].value - points[i - 1].value;
      const bool usable = std::isfinite(width) && std::isfinite(kMaxScore / width);
      ascending = ascending && width > 0 && usable;
    }
    bool in_range = true;
    for (const ScorePoint& point : points) {
      in_range = in_range && point.score >= 0 && point.score <= kMaxScore;
    }
    if (points.size() < least || !ascending || !in_range) {
      file_->Refuse(place, "CATALOG_SCORE",
                    "计分须存在(折线至少两点),取值严格递增,分值在 0 到 10000 之间",
                    "scoring must exist (a line has two knots at least), values must ascend and "
                    "scores be 0 to 10000");
      return;
    }
    indicator->function = proto.scoring_case() == v1::Indicator::kLinear ? LinearFunction(points)
                                                                         : StepFunction(points);
  }

  void ReadReference(const v1::Reference& proto, const Place& place) {
    NeedCode(place, "column", proto.code());
    NeedLabels(place, proto.name_zh(), proto.name_en());
    Reference reference{
        .code = proto.code(), .name_zh = proto.name_zh(), .name_en = proto.name_en()};
    if (proto.sources_size() == 0) {
      file_->Refuse(place, "CATALOG_SOURCE", "参考值没有来源", "the reference has no source");
    }
    for (int i = 0; i < proto.sources_size(); ++i) {
      const Place at = place.At(proto, v1::Reference::kSourcesFieldNumber, i);
      reference.sources.push_back(sources_.ReadSource(proto.sources(i), at));
      const Pick* pick = std::get_if<Pick>(&reference.sources.back());
      if (pick != nullptr && pick->type != ValueType::kNumber &&
          pick->type != ValueType::kBoolean) {
        file_->Refuse(at, "CATALOG_SOURCE", "参考值应为数字或是/否",
                      "a reference must be a number or yes/no");
      }
    }
    catalog_.references.push_back(std::move(reference));
  }

  uint64_t SourceFingerprint() const {
    StableHash hash;
    hash.Add(proto_.reference_date());
    for (const auto& question : proto_.questions()) {
      hash.Add(question.code()).Add(question.scope()).Add(question.type());
    }
    for (const auto& dimension : proto_.dimensions()) {
      for (const auto& indicator : dimension.indicators()) {
        const bool number = indicator.has_linear() || indicator.has_bands();
        hash.Add(indicator.code()).Add(number ? 0 : indicator.scoring_case());
        for (const auto& category : indicator.categories().categories()) hash.Add(category.code());
        for (const auto& source : indicator.sources()) hash.Add(source.SerializeAsString());
        hash.Add(indicator.applies_when().SerializeAsString());
      }
    }
    for (const auto& reference : proto_.references()) {
      hash.Add(reference.code());
      for (const auto& source : reference.sources()) hash.Add(source.SerializeAsString());
    }
    return hash.value();
  }

  TextFile* file_;
  const v1::Catalog& proto_;
  Catalog catalog_;
  SourceReader sources_;
  absl::flat_hash_set<std::string> codes_;
};

void UsePick(const Pick& pick, absl::flat_hash_set<std::string>* used) {
  if (pick.origin == Origin::kHouseholdQuestion || pick.origin == Origin::kMemberQuestion) {
    used->insert(pick.of);
  }
  for (const auto* filters : {&pick.where, &pick.members}) {
    for (const Filter& filter : *filters) {
      if (filter.origin == Origin::kHouseholdQuestion || filter.origin == Origin::kMemberQuestion) {
        used->insert(filter.field);
      }
    }
  }
}

void UseSource(const Source& source, absl::flat_hash_set<std::string>* used) {
  if (const Pick* pick = std::get_if<Pick>(&source)) {
    UsePick(*pick, used);
    return;
  }
  for (const Input& input : std::get<Formula>(source).inputs) UsePick(input.pick, used);
}

}  // namespace

const Question* Catalog::FindQuestion(absl::string_view code) const {
  for (const Question& question : questions) {
    if (question.code == code) return &question;
  }
  return nullptr;
}

int Catalog::FindIndicator(absl::string_view code) const {
  for (size_t i = 0; i < indicators.size(); ++i) {
    if (indicators[i].code == code) return static_cast<int>(i);
  }
  return -1;
}

absl::StatusOr<std::shared_ptr<const Catalog>> Parse(const std::string& text,
                                                     absl::string_view name,
                                                     const SourceLookup& lookup) {
  TextFile file(name);
  v1::Catalog proto;
  if (!file.Parse(text, &proto)) return file.status();
  auto catalog = std::make_shared<const Catalog>(CatalogReader(&file, proto, lookup).Read());
  RETURN_IF_ERROR(file.status());
  return catalog;
}

absl::StatusOr<std::shared_ptr<const Catalog>> Load(const std::string& path,
                                                    const SourceLookup& lookup) {
  ASSIGN_OR_RETURN(const std::string text, TextFile::Read(path));
  return Parse(text, path, lookup);
}

absl::Status CheckQuestionsUsed(const Catalog& catalog, const CrossCheckRules& rules) {
  absl::flat_hash_set<std::string> used;
  for (const Indicator& indicator : catalog.indicators) {
    for (const Source& source : indicator.sources) UseSource(source, &used);
    if (indicator.applies_when) UseSource(*indicator.applies_when, &used);
  }
  for (const Reference& reference : catalog.references) {
    for (const Source& source : reference.sources) UseSource(source, &used);
  }
  for (const CrossCheckRule& rule : rules.rules) {
    for (const Input& input : rule.inputs) UsePick(input.pick, &used);
  }
  std::vector<Problem> problems;
  for (const Question& question : catalog.questions) {
    if (used.contains(question.code) || problems.size() == 20) continue;
    problems.push_back(
        {"CATALOG_QUESTION_UNUSED", question.position,
         absl::StrCat(question.position, ": 问题 ", question.code, " 没有指标或规则使用,请删除"),
         absl::StrCat(question.position, ": no indicator or rule uses question ", question.code,
                      ": remove it")});
  }
  if (problems.empty()) return absl::OkStatus();
  return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems));
}

}  // namespace fupin::catalog
