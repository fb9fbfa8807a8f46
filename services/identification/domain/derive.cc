#include "services/identification/domain/derive.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/domain/input_plan.h"

namespace fupin::identification {
namespace {

// What the reason of a household without any value is, when sources give different ones: the
// survey's word first, because somebody can be sent to ask.
Absence Combined(std::optional<Absence> before, Absence next) {
  const auto rank = [](Absence absence) {
    switch (absence) {
      case Absence::kNotApplicable:
        return 4;
      case Absence::kRefused:
        return 3;
      case Absence::kNotAsked:
        return 2;
      case Absence::kNoRecord:
        return 1;
    }
    return 0;
  };
  return before && rank(*before) >= rank(next) ? *before : next;
}

}  // namespace

struct Evaluator::SourcePlan {
  std::optional<PickPlan> pick;  // else formula and its inputs
  std::vector<InputPlan> inputs;
  std::optional<expression::Chunk> formula;
  bool nil_ok = false;
};

struct Evaluator::ColumnPlan {
  std::vector<SourcePlan> sources;
  std::optional<SourcePlan> applies_when;
};

struct Evaluator::Result {
  Datum datum;
  absl::Status fault;
};

absl::Span<const Evidence> Derivation::EvidenceOf(int indicator) const {
  const DerivedValue& value = details[indicator];
  return absl::MakeConstSpan(evidence).subspan(value.evidence_begin,
                                               value.evidence_end - value.evidence_begin);
}

Evaluator::Evaluator(std::shared_ptr<const catalog::Catalog> catalog)
    : catalog_(std::move(catalog)), table_(*catalog_) {}

Evaluator::~Evaluator() = default;

absl::StatusOr<std::unique_ptr<Evaluator>> Evaluator::Create(
    std::shared_ptr<const catalog::Catalog> catalog) {
  std::unique_ptr<Evaluator> evaluator(new Evaluator(std::move(catalog)));
  ASSIGN_OR_RETURN(evaluator->sandbox_, expression::Sandbox::Create());
  RETURN_IF_ERROR(evaluator->PlanColumns());
  evaluator->view_ = std::make_unique<HouseholdView>(&evaluator->table_);
  return evaluator;
}

absl::Status Evaluator::PlanColumns() {
  for (const catalog::Indicator& indicator : catalog_->indicators) {
    ColumnPlan column;
    for (const catalog::Source& source : indicator.sources) {
      ASSIGN_OR_RETURN(SourcePlan plan, PlanSource(source));
      column.sources.push_back(std::move(plan));
    }
    if (indicator.applies_when) {
      ASSIGN_OR_RETURN(SourcePlan plan, PlanSource(*indicator.applies_when));
      column.applies_when = std::move(plan);
    }
    indicators_.push_back(std::move(column));
  }
  for (const catalog::Reference& reference : catalog_->references) {
    ColumnPlan column;
    for (const catalog::Source& source : reference.sources) {
      ASSIGN_OR_RETURN(SourcePlan plan, PlanSource(source));
      column.sources.push_back(std::move(plan));
    }
    references_.push_back(std::move(column));
  }
  return absl::OkStatus();
}

absl::StatusOr<Evaluator::SourcePlan> Evaluator::PlanSource(const catalog::Source& source) {
  SourcePlan plan;
  if (const auto* pick = std::get_if<catalog::Pick>(&source)) {
    plan.pick.emplace(*pick, catalog_->reference_date, &table_);
    return plan;
  }
  const auto& formula = std::get<catalog::Formula>(source);
  std::vector<std::string> names;
  for (const catalog::Input& input : formula.inputs) {
    names.push_back(input.name);
    plan.inputs.emplace_back(input, catalog_->reference_date, &table_);
  }
  ASSIGN_OR_RETURN(plan.formula, sandbox_->Compile(formula.expression, formula.position, names));
  plan.nil_ok = formula.nil_ok;
  return plan;
}

Evaluator::Result Evaluator::Run(const SourcePlan& source, Lineage* lineage) {
  if (source.formula) return RunFormula(source, lineage);
  return {source.pick->Evaluate(*view_, -1, lineage), absl::OkStatus()};
}

Evaluator::Result Evaluator::RunFormula(const SourcePlan& source, Lineage* lineage) {
  inputs_.clear();
  std::optional<Absence> absence;
  for (const InputPlan& input : source.inputs) {
    const Datum datum = input.Evaluate(*view_, -1, lineage);
    if (!datum.present()) {
      absence = Combined(absence, datum.absence);
      if (!source.nil_ok) return {Datum::Absent(*absence), absl::OkStatus()};
    }
    inputs_.push_back(ToInput(datum));
  }
  auto output = sandbox_->Evaluate(*source.formula, inputs_);
  const Datum absent = Datum::Absent(absence.value_or(Absence::kNoRecord));
  if (!output.ok()) return {absent, output.status()};
  if (const auto* number = std::get_if<double>(&*output)) return {Datum::Number(*number), {}};
  if (const auto* yes = std::get_if<bool>(&*output)) return {Datum::Boolean(*yes), {}};
  if (auto* text = std::get_if<std::string>(&*output)) {
    text_ = std::move(*text);
    return {Datum::Text(text_), {}};
  }
  return {absent, absl::OkStatus()};
}

namespace {

void AddFault(const std::string& code, int source, const absl::Status& status,
              Derivation* derivation) {
  const Problem problem = ProblemsOf(status).front();
  derivation->faults.push_back(
      {code, source, problem.reason, problem.message_zh, problem.message_en});
}

}  // namespace

std::optional<float> Evaluator::Measured(const catalog::Indicator& indicator, const Datum& datum,
                                         int source, Derivation* derivation) const {
  const auto fault = [&](absl::string_view reason, absl::string_view zh, absl::string_view en) {
    derivation->faults.push_back(
        {indicator.code, source, std::string(reason),
         absl::StrCat(indicator.position, ": 指标 ", indicator.code, zh),
         absl::StrCat(indicator.position, ": indicator ", indicator.code, en)});
    return std::nullopt;
  };
  switch (indicator.measure) {
    case catalog::Measure::kBoolean:
      if (datum.numeric()) return datum.number != 0 ? 1.0f : 0.0f;
      break;
    case catalog::Measure::kNumber: {
      if (!datum.numeric()) break;
      if (std::fabs(datum.number) > std::numeric_limits<float>::max()) {
        return fault("VALUE_RANGE", " 的值过大", ": the value is too large");
      }
      const float value = static_cast<float>(datum.number);
      return value == 0 ? 0.0f : value;  // no negative zero: equal values are equal bytes
    }
    case catalog::Measure::kCategory: {
      if (datum.kind != Datum::Kind::kText) break;
      const auto found =
          std::find(indicator.categories.begin(), indicator.categories.end(), datum.text);
      if (found != indicator.categories.end()) {
        return static_cast<float>(found - indicator.categories.begin());
      }
      return fault("CATEGORY_UNLISTED", " 的取值没有计分", ": the value's code has no score");
    }
  }
  return fault("VALUE_TYPE", " 的值类型与计分方式不符",
               ": the value's type does not fit the scoring");
}

void Evaluator::DeriveIndicator(int index, Derivation* derivation) {
  const catalog::Indicator& indicator = catalog_->indicators[index];
  const ColumnPlan& plan = indicators_[index];
  DerivedValue& value = derivation->details[index];
  value.evidence_begin = static_cast<int>(derivation->evidence.size());
  const auto keep_evidence = [&] {
    for (size_t i = 0; i < lineage_.evidence.size(); ++i) {
      const auto end = lineage_.evidence.begin() + static_cast<ptrdiff_t>(i);
      const bool seen = i < 64 && std::find(lineage_.evidence.begin(), end, *end) != end;
      if (!seen) derivation->evidence.push_back(*end);
    }
  };
  bool declared = false;
  if (plan.applies_when) {
    lineage_ = Lineage{.evidence = std::move(lineage_.evidence)};
    lineage_.evidence.clear();
    const Result applies = Run(*plan.applies_when, &lineage_);
    if (!applies.fault.ok()) AddFault(indicator.code, -1, applies.fault, derivation);
    declared = applies.datum.present();
    if (applies.datum.numeric() && applies.datum.number == 0) {
      value.state = ValueState::kNotApplicable;
      value.value = kNotApplicableValue;
      keep_evidence();
    }
  }
  std::optional<Absence> absence;
  for (size_t i = 0; i < plan.sources.size() && value.state == ValueState::kAbsent; ++i) {
    lineage_ = Lineage{.evidence = std::move(lineage_.evidence)};
    lineage_.evidence.clear();
    const Result result = Run(plan.sources[i], &lineage_);
    if (!result.fault.ok()) {
      AddFault(indicator.code, static_cast<int>(i), result.fault, derivation);
    }
    std::optional<float> number;
    if (result.datum.present()) {
      number = Measured(indicator, result.datum, static_cast<int>(i), derivation);
    }
    if (!number) {
      const bool fault = result.datum.present();
      absence = Combined(absence, fault ? Absence::kNoRecord : result.datum.absence);
      continue;
    }
    value.state = ValueState::kPresent;
    value.value = *number;
    value.source = static_cast<int>(i);
    value.filling = lineage_.department && !lineage_.survey && !lineage_.by_hand
                        ? Filling::kAutomatic
                        : Filling::kManual;
    keep_evidence();
  }
  value.evidence_end = static_cast<int>(derivation->evidence.size());
  if (value.state == ValueState::kAbsent) {
    value.absence = absence.value_or(Absence::kNotAsked);
    // Nobody there to be asked, or answered so; but the catalog's own word counts for more.
    if (value.absence == Absence::kNotApplicable && !declared) {
      value.state = ValueState::kNotApplicable;
      value.value = kNotApplicableValue;
    }
  }
  derivation->values[index] = value.value;
}

DerivedReference Evaluator::DeriveReference(int index, Derivation* derivation) {
  const catalog::Reference& reference = catalog_->references[index];
  DerivedReference derived;
  std::optional<Absence> absence;
  for (size_t i = 0; i < references_[index].sources.size(); ++i) {
    lineage_.evidence.clear();
    const Result result = Run(references_[index].sources[i], &lineage_);
    if (!result.fault.ok()) {
      AddFault(reference.code, static_cast<int>(i), result.fault, derivation);
    }
    if (result.datum.numeric()) {
      derived.value = result.datum.number;
      return derived;
    }
    absence = Combined(absence, result.datum.present() ? Absence::kNoRecord : result.datum.absence);
  }
  derived.absence = absence.value_or(Absence::kNotAsked);
  return derived;
}

Derivation Evaluator::Derive(const Household& household) {
  view_->Bind(household);
  Derivation derivation;
  derivation.values.resize(catalog_->indicators.size());
  derivation.details.resize(catalog_->indicators.size());
  derivation.evidence.reserve(catalog_->indicators.size() * 4);
  for (size_t i = 0; i < catalog_->indicators.size(); ++i) {
    DeriveIndicator(static_cast<int>(i), &derivation);
  }
  for (size_t i = 0; i < catalog_->references.size(); ++i) {
    derivation.references.push_back(DeriveReference(static_cast<int>(i), &derivation));
  }
  return derivation;
}

}  // namespace fupin::identification
