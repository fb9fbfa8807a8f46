// A pick of the catalog compiled against a FieldTable, and its evaluation over one household.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_PICK_PLAN_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_PICK_PLAN_H_

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/catalog/catalog.h"
#include "services/identification/domain/datum.h"
#include "services/identification/domain/household_view.h"

namespace fupin::identification {

// One thing a value was computed from.
struct Evidence {
  enum class Kind {
    kFact = 1,             // index into Household::facts
    kHouseholdAnswer = 2,  // index into Catalog::questions
    kMemberAnswer = 3,     // index into Catalog::questions; `member` answered
    kMemberEntry = 4,      // the member's own entry; index = member
  };
  Kind kind = Kind::kFact;
  int index = 0;
  int member = -1;
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// What went into a value; picks add to it.
struct Lineage {
  std::vector<Evidence> evidence;
  bool survey = false;      // an answer of the survey
  bool department = false;  // a dataset was asked
  bool by_hand = false;     // a fact typed by hand at its department (EX-4)
};

class PickPlan {
 public:
  // `pick` comes from a loaded catalog, so that everything it names exists. Adds to `table`.
  PickPlan(const catalog::Pick& pick, absl::CivilDay reference_date, FieldTable* table);

  // The pick's value over all members, or over one (`member` >= 0: its records and answers only).
  // Rows are unknown, not wrong, where a filter meets an absent value: an absent answer is never
  // counted as zero. No row at all: 0 for COUNT, ANY without field and empty_is_zero, else absent
  // (kNotApplicable where no member was there to be asked). Adds to `lineage` only when present.
  Datum Evaluate(const HouseholdView& view, int member, Lineage* lineage) const;

 private:
  struct FilterPlan {
    catalog::Origin origin;
    int slot;  // question, field or MemberField
    catalog::Operator op;
    catalog::Transform transform;
    bool numeric;
    std::vector<double> numbers;
    std::vector<std::string> texts;
  };
  enum class Verdict { kNo, kYes, kUnknown };
  struct Totals;

  static FilterPlan Plan(const catalog::Filter& filter, int dataset, FieldTable* table);
  Datum Transformed(const Datum& datum, catalog::Transform transform) const;
  Verdict Judge(const FilterPlan& filter, const Datum& datum) const;
  // All filters over one row; `fields` for dataset rows, `member` for the others.
  Verdict JudgeAll(const std::vector<FilterPlan>& filters, const HouseholdView& view, int member,
                   const HouseholdView::Row* row) const;
  void AddHousehold(const HouseholdView& view, Totals* totals) const;
  void AddMember(const HouseholdView& view, int member, Totals* totals) const;
  void AddRow(const HouseholdView& view, const HouseholdView::Row& row, Totals* totals) const;
  Datum Result(const Totals& totals) const;

  catalog::Origin origin_;
  int slot_ = -1;  // question, field (-1: rows as such) or MemberField
  int dataset_ = -1;
  catalog::Aggregate aggregate_;
  catalog::Transform transform_;
  std::vector<FilterPlan> where_;
  std::vector<FilterPlan> members_;
  absl::Time from_ = absl::InfinitePast();
  absl::Time to_ = absl::InfiniteFuture();
  double scale_;
  bool boolean_;
  bool empty_is_zero_;
  absl::CivilDay reference_date_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_PICK_PLAN_H_
