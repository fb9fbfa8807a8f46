// Which causes (致贫原因) may be published (SEC-2), on top of what an edition shows of the places.
//
// A place shows the numbers of all its causes or of none; only a place that shows its counts does,
// and only from the township up. As in publication.h, what the parts of a showing place that do not
// show count together is 0, or `small_count` and more, for each cause and for all together.
//
// Beyond that everybody knows that no place has more households with a cause than households. So
// the parts that are withheld must have room enough: whatever is withheld of one of them and small
// could lie in the others altogether. Where that cannot be had, the place above shows no causes
// either.
#ifndef FUPIN_SERVICES_GIS_DOMAIN_CAUSE_PUBLICATION_H_
#define FUPIN_SERVICES_GIS_DOMAIN_CAUSE_PUBLICATION_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/gis/domain/publication.h"

namespace fupin::gis {

struct CausesToPublish {
  // Households by main cause, and last those without one; empty: none. Also of the parts of places
  // that may show.
  std::vector<int64_t> counts;
  bool may_show = false;         // of a level that shows causes
  bool withheld_before = false;  // in an earlier edition of the same period
};

// By place the rounded counts; empty where none are shown. `causes` by place, all of the same
// length or empty.
std::vector<std::vector<int64_t>> PublishCauses(absl::Span<const PlaceToPublish> places,
                                                absl::Span<const PublishedPlace> published,
                                                absl::Span<const CausesToPublish> causes,
                                                const PublicationRules& rules);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_DOMAIN_CAUSE_PUBLICATION_H_
