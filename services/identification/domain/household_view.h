// A household laid out for picks: answers by question index, records by dataset, oldest first.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_HOUSEHOLD_VIEW_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_HOUSEHOLD_VIEW_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/catalog/catalog.h"
#include "services/identification/domain/datum.h"
#include "services/identification/domain/household.h"

namespace fupin::identification {

// Fields of the pseudo-dataset "member".
enum class MemberField { kNone, kRelation, kSex, kBirthDate, kName, kIdentified, kHouseholdCount };

// The questions of a catalog and the dataset fields its picks read, numbered.
class FieldTable {
 public:
  explicit FieldTable(const catalog::Catalog& catalog);
  // The number of a question, dataset or field; datasets and fields are added when new.
  int Question(absl::string_view code) const;
  int Dataset(absl::string_view dataset);
  int Field(int dataset, absl::string_view field);

 private:
  friend class HouseholdView;
  struct Fields {
    std::vector<std::pair<std::string, int>> sorted;  // name, number
  };
  std::vector<std::pair<std::string, int>> questions_;  // sorted by code
  absl::flat_hash_map<std::string, int> datasets_;
  std::vector<Fields> fields_;  // by dataset
};

// Reused from household to household, so that nothing is allocated once it has grown.
class HouseholdView {
 public:
  struct Row {
    int fact = -1;    // index into Household::facts
    int member = -1;  // -1: about the household or its village
    absl::Time business_time;
    const Value* const* fields = nullptr;  // by field number; nullptr = absent
  };

  // `table` must be complete and outlive the view.
  explicit HouseholdView(const FieldTable* table) : table_(table) {}

  // `household` must stay unchanged until the next Bind.
  void Bind(const Household& household);

  int member_count() const { return static_cast<int>(household_->members.size()); }
  const Household& household() const { return *household_; }
  // Not asked when there is no answer.
  Datum HouseholdAnswer(int question) const { return AnswerAt(question); }
  Datum MemberAnswer(int member, int question) const {
    return AnswerAt((static_cast<size_t>(member) + 1) * question_count_ + question);
  }
  Datum OfMember(int member, MemberField field) const;
  // Oldest first; equal times by record, so that the order never depends on arrival.
  absl::Span<const Row> Rows(int dataset) const { return rows_[dataset]; }

 private:
  Datum AnswerAt(size_t at) const {
    return answers_[at] == nullptr ? Datum::Absent(Absence::kNotAsked) : Datum::Of(*answers_[at]);
  }
  void BindFacts();

  const FieldTable* table_;
  const Household* household_ = nullptr;
  size_t question_count_ = 0;
  std::vector<const Value*> answers_;  // household's, then each member's
  std::vector<std::vector<Row>> rows_;
  std::vector<const Value*> cells_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_HOUSEHOLD_VIEW_H_
