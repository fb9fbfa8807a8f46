#include "services/identification/domain/pick_plan.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "libs/status/macros.h"

namespace fupin::identification {
namespace {

using catalog::Aggregate;
using catalog::Operator;
using catalog::Origin;
using catalog::Transform;
using catalog::ValueType;

MemberField MemberFieldOf(absl::string_view name) {
  if (name.empty()) return MemberField::kNone;
  if (name == "relation") return MemberField::kRelation;
  if (name == "sex") return MemberField::kSex;
  if (name == "birth_date") return MemberField::kBirthDate;
  if (name == "name") return MemberField::kName;
  if (name == "identified") return MemberField::kIdentified;
  FUPIN_CHECK(name == "household_count");
  return MemberField::kHouseholdCount;
}

// "YYYY", "YYYY-MM" or "YYYY-MM-DD"; parts that are missing are 0. False when malformed.
bool ReadDate(absl::string_view text, int* year, int* month, int* day) {
  *month = *day = 0;
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : !absl::ascii_isdigit(text[i])) return false;
  }
  const auto two = [&](size_t i) { return (text[i] - '0') * 10 + (text[i + 1] - '0'); };
  *year = two(0) * 100 + two(2);
  if (text.size() >= 7) *month = two(5);
  if (text.size() == 10) *day = two(8);
  return true;
}

// Full months from a date to `to`; a missing day counts as the first.
int MonthsBetween(int year, int month, int day, absl::CivilDay to) {
  const int months = static_cast<int>(to.year() - year) * 12 + to.month() - month;
  return to.day() < day ? months - 1 : months;
}

int FloorDivide(int a, int b) { return a / b - (a % b < 0 ? 1 : 0); }

// An answer that was refused says more than one that was not asked.
Absence Stronger(Absence a, Absence b) {
  const auto rank = [](Absence absence) {
    switch (absence) {
      case Absence::kRefused:
        return 3;
      case Absence::kNotAsked:
        return 2;
      case Absence::kNoRecord:
        return 1;
      case Absence::kNotApplicable:
        return 0;
    }
    return 0;
  };
  return rank(a) >= rank(b) ? a : b;
}

}  // namespace

// What the rows seen so far amount to.
struct PickPlan::Totals {
  int rows = 0;
  int unknown = 0;  // rows that may or may not count
  double sum = 0;
  double least = 0;
  double most = 0;
  int yes = 0;
  Datum last;
  Absence absence = Absence::kNotApplicable;
  Lineage* lineage = nullptr;
  size_t evidence_before = 0;

  void AddUnknown(Absence reason) {
    absence = unknown == 0 ? reason : Stronger(absence, reason);
    ++unknown;
  }
  void Add(const Datum& datum, const Evidence& evidence) {
    const double number = datum.number;
    least = rows == 0 ? number : std::min(least, number);
    most = rows == 0 ? number : std::max(most, number);
    sum += number;
    yes += number != 0;
    last = datum;
    ++rows;
    lineage->evidence.push_back(evidence);
  }
};

PickPlan::FilterPlan PickPlan::Plan(const catalog::Filter& filter, int dataset, FieldTable* table) {
  FilterPlan plan{
      .origin = filter.origin,
      .slot = 0,
      .op = filter.op,
      .transform = filter.transform,
      .numeric = filter.type == ValueType::kNumber || filter.type == ValueType::kBoolean};
  switch (filter.origin) {
    case Origin::kDataset:
      plan.slot = table->Field(dataset, filter.field);
      break;
    case Origin::kMember:
      plan.slot = static_cast<int>(MemberFieldOf(filter.field));
      break;
    case Origin::kHouseholdQuestion:
    case Origin::kMemberQuestion:
      plan.slot = table->Question(filter.field);
      break;
  }
  for (const std::string& value : filter.values) {
    double number = value == "true" ? 1 : 0;
    if (filter.type == ValueType::kNumber) FUPIN_CHECK(absl::SimpleAtod(value, &number));
    plan.numbers.push_back(number);
    plan.texts.push_back(value);
  }
  return plan;
}

PickPlan::PickPlan(const catalog::Pick& pick, absl::CivilDay reference_date, FieldTable* table)
    : origin_(pick.origin),
      aggregate_(pick.aggregate),
      transform_(pick.transform),
      scale_(pick.scale),
      boolean_(pick.type == ValueType::kBoolean),
      empty_is_zero_(pick.empty_is_zero || pick.aggregate == Aggregate::kCount),
      reference_date_(reference_date) {
  switch (origin_) {
    case Origin::kDataset:
      dataset_ = table->Dataset(pick.of);
      if (!pick.field.empty()) slot_ = table->Field(dataset_, pick.field);
      if (pick.field.empty()) empty_is_zero_ = true;
      break;
    case Origin::kMember:
      slot_ = static_cast<int>(MemberFieldOf(pick.field));
      if (pick.field.empty()) empty_is_zero_ = true;
      break;
    case Origin::kHouseholdQuestion:
    case Origin::kMemberQuestion:
      slot_ = table->Question(pick.of);
      break;
  }
  for (const auto& filter : pick.where) where_.push_back(Plan(filter, dataset_, table));
  for (const auto& filter : pick.members) members_.push_back(Plan(filter, dataset_, table));
  if (pick.months > 0) {
    // China keeps one zone without summer time.
    const absl::TimeZone zone = absl::FixedTimeZone(8 * 3600);
    const absl::CivilMonth month = absl::CivilMonth(reference_date) - pick.months;
    const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
    const absl::CivilDay start(month.year(), month.month(),
                               std::min(reference_date.day(), last.day()));
    from_ = absl::FromCivil(start + 1, zone);
    to_ = absl::FromCivil(reference_date + 1, zone);
  }
}

Datum PickPlan::Transformed(const Datum& datum, Transform transform) const {
  if (transform == Transform::kNone) return datum;
  if (transform == Transform::kIsPresent) return Datum::Boolean(datum.present());
  if (!datum.present()) return datum;
  if (datum.kind == Datum::Kind::kNumber) {
    return Datum::Number(static_cast<double>(reference_date_.year()) - datum.number);
  }
  int year = 0;
  int month = 0;
  int day = 0;
  if (!ReadDate(datum.text, &year, &month, &day)) return Datum::Absent(Absence::kNoRecord);
  if (month == 0) return Datum::Number(static_cast<double>(reference_date_.year() - year));
  const int months = MonthsBetween(year, month, day, reference_date_);
  return Datum::Number(transform == Transform::kMonthsSince ? months : FloorDivide(months, 12));
}

PickPlan::Verdict PickPlan::Judge(const FilterPlan& filter, const Datum& raw) const {
  const Datum datum = Transformed(raw, filter.transform);
  const auto verdict = [](bool yes) { return yes ? Verdict::kYes : Verdict::kNo; };
  if (filter.op == Operator::kPresent) return verdict(datum.present());
  if (filter.op == Operator::kAbsent) return verdict(!datum.present());
  if (!datum.present() || datum.numeric() != filter.numeric) return Verdict::kUnknown;
  // Below, at or above the filter's value.
  const auto compare = [&](size_t i) {
    if (!filter.numeric) return datum.text.compare(filter.texts[i]);
    return datum.number < filter.numbers[i] ? -1 : datum.number > filter.numbers[i] ? 1 : 0;
  };
  const auto listed = [&] {
    for (size_t i = 0; i < filter.texts.size(); ++i) {
      if (compare(i) == 0) return true;
    }
    return false;
  };
  switch (filter.op) {
    case Operator::kEq:
      return verdict(compare(0) == 0);
    case Operator::kNe:
      return verdict(compare(0) != 0);
    case Operator::kLt:
      return verdict(compare(0) < 0);
    case Operator::kLe:
      return verdict(compare(0) <= 0);
    case Operator::kGt:
      return verdict(compare(0) > 0);
    case Operator::kGe:
      return verdict(compare(0) >= 0);
    case Operator::kIn:
      return verdict(listed());
    case Operator::kNotIn:
      return verdict(!listed());
    case Operator::kPresent:
    case Operator::kAbsent:
      break;
  }
  return Verdict::kUnknown;
}

PickPlan::Verdict PickPlan::JudgeAll(const std::vector<FilterPlan>& filters,
                                     const HouseholdView& view, int member,
                                     const HouseholdView::Row* row) const {
  Verdict all = Verdict::kYes;
  for (const FilterPlan& filter : filters) {
    Datum datum;
    switch (filter.origin) {
      case Origin::kHouseholdQuestion:
        datum = view.HouseholdAnswer(filter.slot);
        break;
      case Origin::kMemberQuestion:
        datum = view.MemberAnswer(member, filter.slot);
        break;
      case Origin::kMember:
        datum = view.OfMember(member, static_cast<MemberField>(filter.slot));
        break;
      case Origin::kDataset: {
        const Value* value = row->fields[filter.slot];
        if (value != nullptr) datum = Datum::Of(*value);
        break;
      }
    }
    const Verdict verdict = Judge(filter, datum);
    if (verdict == Verdict::kNo) return verdict;
    if (verdict == Verdict::kUnknown) all = verdict;
  }
  return all;
}

void PickPlan::AddHousehold(const HouseholdView& view, Totals* totals) const {
  const Datum raw = view.HouseholdAnswer(slot_);
  const Datum datum = Transformed(raw, transform_);
  const Verdict verdict = JudgeAll(where_, view, -1, nullptr);
  if (verdict == Verdict::kNo) return;
  if (verdict == Verdict::kUnknown || !datum.present()) {
    totals->AddUnknown(datum.present() ? Absence::kNotAsked : datum.absence);
    return;
  }
  totals->Add(datum, {Evidence::Kind::kHouseholdAnswer, slot_, -1});
}

void PickPlan::AddMember(const HouseholdView& view, int member, Totals* totals) const {
  const Verdict belongs = JudgeAll(members_, view, member, nullptr);
  if (belongs == Verdict::kNo) return;
  const bool answer = origin_ == Origin::kMemberQuestion;
  const Datum raw = answer ? view.MemberAnswer(member, slot_)
                           : view.OfMember(member, static_cast<MemberField>(slot_));
  const Datum datum = Transformed(raw, transform_);
  const Verdict verdict = JudgeAll(where_, view, member, nullptr);
  if (verdict == Verdict::kNo) return;
  if (belongs == Verdict::kUnknown || verdict == Verdict::kUnknown || !datum.present()) {
    totals->AddUnknown(datum.present() ? Absence::kNotAsked : datum.absence);
    return;
  }
  totals->Add(datum, answer ? Evidence{Evidence::Kind::kMemberAnswer, slot_, member}
                            : Evidence{Evidence::Kind::kMemberEntry, member, member});
}

void PickPlan::AddRow(const HouseholdView& view, const HouseholdView::Row& row,
                      Totals* totals) const {
  if (row.business_time < from_ || row.business_time >= to_) return;
  if (!members_.empty() &&
      (row.member < 0 || JudgeAll(members_, view, row.member, nullptr) != Verdict::kYes)) {
    return;
  }
  if (JudgeAll(where_, view, row.member, &row) != Verdict::kYes) return;
  Datum datum = Datum::Boolean(true);
  if (slot_ >= 0) {
    const Value* value = row.fields[slot_];
    datum = Transformed(value == nullptr ? Datum() : Datum::Of(*value), transform_);
    if (!datum.present()) return;
  }
  totals->Add(datum, {Evidence::Kind::kFact, row.fact, row.member});
  totals->lineage->by_hand |= !view.household().facts[row.fact].source.automatic;
}

Datum PickPlan::Result(const Totals& totals) const {
  if (totals.rows == 0) {
    // What may be there cannot be called zero.
    if (totals.unknown > 0) return Datum::Absent(totals.absence);
    if (empty_is_zero_) return boolean_ ? Datum::Boolean(false) : Datum::Number(0);
    if (origin_ == Origin::kDataset) return Datum::Absent(Absence::kNoRecord);
    return Datum::Absent(Absence::kNotApplicable);
  }
  switch (aggregate_) {
    case Aggregate::kSingle:
    case Aggregate::kLatest:
      if (totals.last.kind == Datum::Kind::kNumber) {
        return Datum::Number(totals.last.number * scale_);
      }
      return totals.last;
    case Aggregate::kSum:
      return Datum::Number(totals.sum * scale_);
    case Aggregate::kMin:
      return Datum::Number(totals.least * scale_);
    case Aggregate::kMax:
      return Datum::Number(totals.most * scale_);
    case Aggregate::kMean:
      return Datum::Number(totals.sum / totals.rows * scale_);
    case Aggregate::kCount:
      return Datum::Number(totals.rows * scale_);
    case Aggregate::kAny:
      return Datum::Boolean(totals.yes > 0);
    case Aggregate::kAll:
      return Datum::Boolean(totals.yes == totals.rows);
    case Aggregate::kShare:
      return Datum::Number(static_cast<double>(totals.yes) / totals.rows * scale_);
  }
  return Datum();
}

Datum PickPlan::Evaluate(const HouseholdView& view, int member, Lineage* lineage) const {
  Totals totals{.lineage = lineage, .evidence_before = lineage->evidence.size()};
  const bool by_hand_before = lineage->by_hand;
  switch (origin_) {
    case Origin::kHouseholdQuestion:
      AddHousehold(view, &totals);
      break;
    case Origin::kMemberQuestion:
    case Origin::kMember:
      if (member >= 0) {
        AddMember(view, member, &totals);
      } else {
        for (int i = 0; i < view.member_count(); ++i) AddMember(view, i, &totals);
      }
      break;
    case Origin::kDataset:
      for (const HouseholdView::Row& row : view.Rows(dataset_)) {
        if (member < 0 || row.member == member) AddRow(view, row, &totals);
      }
      break;
  }
  const Datum result = Result(totals);
  auto& evidence = lineage->evidence;
  if (!result.present()) {
    evidence.resize(totals.evidence_before);
    lineage->by_hand = by_hand_before;
    return result;
  }
  const bool newest = aggregate_ == Aggregate::kSingle || aggregate_ == Aggregate::kLatest;
  if (newest && totals.rows > 1) {
    evidence.erase(evidence.begin() + static_cast<ptrdiff_t>(totals.evidence_before),
                   evidence.end() - 1);
    // Only the record that was used says whether the value was typed by hand.
    if (origin_ == Origin::kDataset) {
      lineage->by_hand =
          by_hand_before || !view.household().facts[evidence.back().index].source.automatic;
    }
  }
  lineage->survey |= origin_ == Origin::kHouseholdQuestion || origin_ == Origin::kMemberQuestion;
  lineage->department |= origin_ == Origin::kDataset;
  return result;
}

}  // namespace fupin::identification
