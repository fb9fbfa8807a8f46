// What of the map may be published (SEC-2): sums of places with small counts are withheld, and as
// many others that those cannot be worked out from what is shown.
//
// A place shows all its counts or none. Where a place is shown, let H be what its parts that are
// not shown count together, for any figure: everyone can subtract and learns H. H is kept at 0 or
// at `small_count` and more, so that each of them can be anything from 0 to H. What lies below a
// place that is not shown is not shown either: nothing but that H is known of it.
#ifndef FUPIN_SERVICES_GIS_DOMAIN_PUBLICATION_H_
#define FUPIN_SERVICES_GIS_DOMAIN_PUBLICATION_H_

#include <array>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/gis/domain/counts.h"

namespace fupin::gis {

// Settings; the usual ones are examples, not a standard.
struct PublicationRules {
  int64_t small_count = 10;  // counts from 1 to one less are small
  int64_t small_band = 5;    // a band leaves at least so many counts possible
  int64_t round_to = 5;      // what is shown is a multiple of it
  // Incidence in per mille at which the next band (档) begins.
  std::array<int32_t, 2> band_edges = {100, 300};
};

enum class Shown { kNothing = 0, kBand = 1, kCounts = 2 };

struct PublishedPlace {
  Shown shown = Shown::kNothing;
  int32_t band = 0;  // with kBand and kCounts: 1, lowest, to 3; 0: nobody is counted there
  // With kCounts, rounded each by itself: parts need not add up. Only these:
  int64_t households = 0;
  int64_t persons = 0;
  int64_t poor = 0;  // households, as the next two
  int64_t possibly_poor = 0;
  int64_t stable = 0;
  int64_t poor_persons = 0;
  // With kCounts and only where cause_publication.h shows them: households by main cause, and last
  // those without one. Empty: not shown.
  std::vector<int64_t> causes;

  // Of the rounded numbers.
  int32_t IncidencePermille() const;
  friend bool operator==(const PublishedPlace&, const PublishedPlace&) = default;
};

// One place of the map as it is; places stand in depth-first order, a parent before its parts.
struct PlaceToPublish {
  static constexpr uint32_t kNoParent = UINT32_MAX;
  uint32_t parent = kNoParent;
  Counts counts;
  bool band_only = false;        // of the lowest level: never counts, at most a band
  bool withheld_before = false;  // in an earlier edition of the same period: stays so
};

std::vector<PublishedPlace> Publish(absl::Span<const PlaceToPublish> places,
                                    const PublicationRules& rules);

// The band of `poor` of `persons`: 1 to band_edges.size() + 1.
int32_t BandOf(int64_t poor, int64_t persons, const PublicationRules& rules);
// The counts a band leaves possible for so many persons, first and last.
std::array<int64_t, 2> CountsInBand(int32_t band, int64_t persons, const PublicationRules& rules);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_DOMAIN_PUBLICATION_H_
