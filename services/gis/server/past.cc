#include "services/gis/server/past.h"

#include "libs/status/macros.h"

namespace fupin::gis {

absl::StatusOr<Counts> Past::CountsAt(uint32_t row, Day day) const {
  const division::Division place = tree_.At(rests_.PlaceOf(row));
  ASSIGN_OR_RETURN(Counts counts, store_.At(place, day));
  // Nothing in the place is nothing in its parts.
  if (!rests_.IsRest(row) || counts == Counts()) return counts;
  for (const division::Division& part : place.children()) {
    ASSIGN_OR_RETURN(const Counts less, store_.At(part, day));
    counts -= less;
  }
  return counts;
}

absl::StatusOr<std::vector<CauseNumber>> Past::CausesAt(uint32_t row, Day day) const {
  const division::Division place = tree_.At(rests_.PlaceOf(row));
  ASSIGN_OR_RETURN(CauseCounts counts, store_.CausesAt(place, day));
  if (rests_.IsRest(row) && !counts.empty()) {
    for (const division::Division& part : place.children()) {
      ASSIGN_OR_RETURN(const CauseCounts less, store_.CausesAt(part, day));
      counts -= less;
    }
  }
  return NumbersOf(counts, causes_);
}

absl::Status Past::Fill(uint32_t row, Day day, Columns* columns) const {
  ASSIGN_OR_RETURN(const Counts counts, CountsAt(row, day));
  columns->Set(row, counts);
  columns->SetCause(row, std::nullopt);
  if (WithCause(counts) == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto causes, CausesAt(row, day));
  columns->SetCause(row, LeadingCause(causes));
  return absl::OkStatus();
}

}  // namespace fupin::gis
