#include "services/gis/server/publisher.h"

#include <numeric>
#include <utility>
#include <vector>

#include "libs/status/macros.h"
#include "services/gis/domain/cause_publication.h"
#include "services/gis/domain/reasons.h"

namespace fupin::gis {

bool Publisher::CausesMatter(const division::Division& place) const {
  // What the parts of those that may show hide is looked at.
  const auto parent = place.parent();
  return !parent || parent->level() <= settings_.cause_level;
}

absl::StatusOr<Edition> Publisher::Publish(absl::Time now) {
  absl::MutexLock lock(&mutex_);
  const std::vector<Edition> before = map_.List();
  Edition edition;
  edition.number = before.empty() ? 1 : before.front().number + 1;
  edition.day = DayOf(now);
  edition.period_first = edition.number;
  edition.period_first_day = edition.day;
  edition.rules = settings_.rules;
  edition.causes = board_.causes();
  std::vector<bool> withheld(divisions_->size(), false);
  std::vector<bool> causes_withheld(divisions_->size(), false);
  if (!before.empty()) {
    const Edition& last = before.front();
    if (edition.day < last.day + settings_.min_days) {
      return Refuse("EDITION_TOO_SOON", "", DayText(last.day + settings_.min_days));
    }
    if (edition.day < last.period_first_day + settings_.period_days) {
      edition.period_first = last.period_first;
      edition.period_first_day = last.period_first_day;
      ASSIGN_OR_RETURN(withheld, store_.WithheldSince(last.period_first, last.number));
      ASSIGN_OR_RETURN(causes_withheld, store_.CausesWithheldSince(last.period_first, last.number));
    }
  }
  std::vector<uint32_t> orders(divisions_->size());
  std::iota(orders.begin(), orders.end(), 0u);
  std::vector<PlaceToPublish> places(orders.size());
  std::vector<CausesToPublish> causes(orders.size());
  board_.ReadCauses(orders,
                    [&](size_t i, const CellState& state, absl::Span<const CauseNumber> numbers) {
                      places[i].counts = state.counts;
                      if (!CausesMatter(divisions_->At(orders[i]))) return;
                      int64_t without = WithCause(state.counts);
                      for (const CauseNumber& number : numbers) {
                        causes[i].counts.push_back(number.main);
                        without -= number.main;
                      }
                      causes[i].counts.push_back(without);
                    });
  bool anybody = false;
  for (const uint32_t order : orders) {
    const division::Division place = divisions_->At(order);
    if (const auto parent = place.parent()) places[order].parent = parent->order();
    places[order].band_only = place.level() == settings_.band_level;
    places[order].withheld_before = withheld[order];
    causes[order].may_show = place.level() <= settings_.cause_level;
    causes[order].withheld_before = causes_withheld[order];
    anybody |= places[order].counts.households > 0;
  }
  if (!anybody) return Refuse("NOTHING_COUNTED");
  std::vector<PublishedPlace> published = gis::Publish(places, settings_.rules);
  auto shown = PublishCauses(places, published, causes, settings_.rules);
  for (const uint32_t order : orders) published[order].causes = std::move(shown[order]);
  for (const uint32_t order : orders) {
    edition.counts_count += published[order].shown == Shown::kCounts ? 1 : 0;
    edition.band_count += published[order].shown == Shown::kBand ? 1 : 0;
    edition.withheld_count +=
        published[order].shown == Shown::kNothing && places[order].counts.households > 0 ? 1 : 0;
  }
  RETURN_IF_ERROR(store_.Add(edition, published));
  RETURN_IF_ERROR(map_.Load());
  return edition;
}

}  // namespace fupin::gis
