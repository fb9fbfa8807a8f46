#include "services/identification/domain/household_view.h"

#include <algorithm>

#include "libs/status/macros.h"

namespace fupin::identification {
namespace {

// Writes the values whose names stand in both lists; both are sorted.
void Join(const std::map<std::string, Value>& values,
          const std::vector<std::pair<std::string, int>>& names, const Value** slots) {
  auto name = names.begin();
  for (auto value = values.begin(); value != values.end() && name != names.end();) {
    const int order = value->first.compare(name->first);
    if (order == 0) slots[name->second] = &value->second;
    if (order <= 0) ++value;
    if (order >= 0) ++name;
  }
}

Datum TextOrNotAsked(const std::string& text) {
  return text.empty() ? Datum::Absent(Absence::kNotAsked) : Datum::Text(text);
}

}  // namespace

FieldTable::FieldTable(const catalog::Catalog& catalog) {
  for (const catalog::Question& question : catalog.questions) {
    questions_.emplace_back(question.code, static_cast<int>(questions_.size()));
  }
  std::sort(questions_.begin(), questions_.end());
}

int FieldTable::Question(absl::string_view code) const {
  const auto found = std::lower_bound(
      questions_.begin(), questions_.end(), code,
      [](const std::pair<std::string, int>& a, absl::string_view b) { return a.first < b; });
  FUPIN_CHECK(found != questions_.end() && found->first == code);
  return found->second;
}

int FieldTable::Dataset(absl::string_view dataset) {
  const auto [found, added] =
      datasets_.try_emplace(std::string(dataset), static_cast<int>(fields_.size()));
  if (added) fields_.emplace_back();
  return found->second;
}

int FieldTable::Field(int dataset, absl::string_view field) {
  auto& sorted = fields_[dataset].sorted;
  auto at = std::lower_bound(
      sorted.begin(), sorted.end(), field,
      [](const std::pair<std::string, int>& a, absl::string_view b) { return a.first < b; });
  if (at == sorted.end() || at->first != field) {
    at = sorted.emplace(at, std::string(field), static_cast<int>(sorted.size()));
  }
  return at->second;
}

void HouseholdView::Bind(const Household& household) {
  household_ = &household;
  question_count_ = table_->questions_.size();
  answers_.assign((household.members.size() + 1) * question_count_, nullptr);
  Join(household.answers, table_->questions_, answers_.data());
  for (size_t i = 0; i < household.members.size(); ++i) {
    Join(household.members[i].answers, table_->questions_,
         answers_.data() + (i + 1) * question_count_);
  }
  BindFacts();
}

void HouseholdView::BindFacts() {
  rows_.resize(table_->fields_.size());
  for (auto& rows : rows_) rows.clear();
  size_t cell_count = 0;
  for (size_t i = 0; i < household_->facts.size(); ++i) {
    const Fact& fact = household_->facts[i];
    const auto found = table_->datasets_.find(fact.source.dataset);
    if (found == table_->datasets_.end()) continue;
    const bool of_member = fact.about == Fact::About::kMember;
    // A fact about a person who is no member (any more) says nothing here.
    if (of_member && (fact.member < 0 || fact.member >= member_count())) continue;
    rows_[found->second].push_back({.fact = static_cast<int>(i),
                                    .member = of_member ? fact.member : -1,
                                    .business_time = fact.source.business_time});
    cell_count += table_->fields_[found->second].sorted.size();
  }
  cells_.assign(cell_count, nullptr);
  const Value** next = cells_.data();
  for (size_t dataset = 0; dataset < rows_.size(); ++dataset) {
    auto& rows = rows_[dataset];
    std::sort(rows.begin(), rows.end(), [this](const Row& a, const Row& b) {
      if (a.business_time != b.business_time) return a.business_time < b.business_time;
      const int order =
          household_->facts[a.fact].source.record.compare(household_->facts[b.fact].source.record);
      return order != 0 ? order < 0 : a.fact < b.fact;
    });
    const auto& names = table_->fields_[dataset].sorted;
    for (Row& row : rows) {
      Join(household_->facts[row.fact].fields, names, next);
      row.fields = next;
      next += names.size();
    }
  }
}

Datum HouseholdView::OfMember(int member, MemberField field) const {
  const Member& from = household_->members[member];
  switch (field) {
    case MemberField::kNone:
      return Datum::Boolean(true);
    case MemberField::kRelation:
      return TextOrNotAsked(from.relation);
    case MemberField::kSex:
      return TextOrNotAsked(from.sex);
    case MemberField::kBirthDate:
      return TextOrNotAsked(from.birth_date);
    case MemberField::kName:
      return TextOrNotAsked(from.name);
    case MemberField::kIdentified:
      return Datum::Boolean(!from.person.empty());
    case MemberField::kHouseholdCount:
      return Datum::Number(from.household_count);
  }
  return Datum::Absent(Absence::kNotAsked);
}

}  // namespace fupin::identification
