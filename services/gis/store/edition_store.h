// The editions of the published map: what was shown of every place, never changed afterwards.
//
//  Partition "public":
//   table      key                          value
//   editions   number (4, BE)               StoredEdition
//   published  number (4, BE) + division    StoredPublished
#ifndef FUPIN_SERVICES_GIS_STORE_EDITION_STORE_H_
#define FUPIN_SERVICES_GIS_STORE_EDITION_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/division/tree.h"
#include "libs/kv/store.h"
#include "services/gis/domain/causes.h"
#include "services/gis/domain/day.h"
#include "services/gis/domain/publication.h"

namespace fupin::gis {

struct Edition {
  int32_t number = 0;
  Day day = 0;
  int32_t period_first = 0;
  Day period_first_day = 0;
  int32_t counts_count = 0;
  int32_t band_count = 0;
  int32_t withheld_count = 0;
  PublicationRules rules;
  CauseList causes;  // which it may show; empty: made before causes were published
};

// Safe for concurrent use; one thread adds.
class EditionStore {
 public:
  static std::vector<std::string> Tables();

  EditionStore(kv::Store& kv, std::shared_ptr<const division::Tree> divisions)
      : kv_(kv), divisions_(std::move(divisions)) {}

  // All of them, newest first.
  absl::StatusOr<std::vector<Edition>> List() const;
  // What an edition shows, by Division::order(). A place that is gone from the files is left out.
  absl::StatusOr<std::vector<PublishedPlace>> Places(int32_t number) const;
  // Whether a place showed nothing in an edition of [first, last], by order.
  absl::StatusOr<std::vector<bool>> WithheldSince(int32_t first, int32_t last) const;
  // Whether a place showed no causes in one of them that shows some.
  absl::StatusOr<std::vector<bool>> CausesWithheldSince(int32_t first, int32_t last) const;
  // Durable when it returns; a crash in between leaves no edition.
  absl::Status Add(const Edition& edition, absl::Span<const PublishedPlace> places);

 private:
  kv::Store& kv_;
  const std::shared_ptr<const division::Tree> divisions_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_STORE_EDITION_STORE_H_
