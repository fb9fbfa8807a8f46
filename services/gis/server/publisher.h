// Makes editions of the published map from the live one.
#ifndef FUPIN_SERVICES_GIS_SERVER_PUBLISHER_H_
#define FUPIN_SERVICES_GIS_SERVER_PUBLISHER_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/division/tree.h"
#include "services/gis/server/board.h"
#include "services/gis/server/public_map.h"
#include "services/gis/store/edition_store.h"

namespace fupin::gis {

struct PublisherSettings {
  PublicationRules rules;
  int min_days = 28;     // between two editions: each pair is a chance to subtract
  int period_days = 90;  // what was withheld once stays withheld so long
  int band_level = 0;    // level that never shows counts; -1: none
  int cause_level = 0;   // lowest level that shows causes
};

// Safe for concurrent use; one edition at a time.
class Publisher {
 public:
  Publisher(const Board& board, EditionStore& store, PublicMap& map,
            std::shared_ptr<const division::Tree> divisions, const PublisherSettings& settings)
      : board_(board),
        store_(store),
        map_(map),
        divisions_(std::move(divisions)),
        settings_(settings) {}

  // Durable and shown when it returns. FAILED_PRECONDITION / EDITION_TOO_SOON: the last edition is
  // younger than min_days and shows something. NOTHING_COUNTED: there is nothing to show.
  absl::StatusOr<Edition> Publish(absl::Time now);

 private:
  bool CausesMatter(const division::Division& place) const;

  const Board& board_;
  EditionStore& store_;
  PublicMap& map_;
  const std::shared_ptr<const division::Tree> divisions_;
  const PublisherSettings settings_;
  absl::Mutex mutex_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_PUBLISHER_H_
