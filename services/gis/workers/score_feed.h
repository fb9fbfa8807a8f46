// Takes scores from identification's feed into the store and onto the board.
#ifndef FUPIN_SERVICES_GIS_WORKERS_SCORE_FEED_H_
#define FUPIN_SERVICES_GIS_WORKERS_SCORE_FEED_H_

#include <string>
#include <vector>

#include "libs/clock/clock.h"
#include "libs/feed/feed_consumer.h"
#include "services/gis/metrics.h"
#include "services/gis/server/board.h"
#include "services/gis/store/cell_store.h"

namespace fupin::gis {

// Types of the events it takes.
inline constexpr char kHouseholdScored[] = "fupin.identification.v1.HouseholdScored";
inline constexpr char kCaseMoved[] = "fupin.identification.v1.CaseMoved";

class ScoreFeed : public feed::FeedHandler {
 public:
  ScoreFeed(CellStore& store, Board& board, GisMetrics& metrics, const Clock& clock)
      : store_(store), board_(board), metrics_(metrics), clock_(clock) {}

  absl::StatusOr<feed::Position> Load() override;
  // An event that cannot be read, or is about a place nobody knows, is counted and passed over: the
  // next score of that household says the same and more.
  absl::Status Apply(const std::string& epoch, const std::vector<feed::v1::Event>& events) override;
  absl::Status Save(const feed::Position& position) override { return store_.Save(position); }

 private:
  // Shows what was stored of `count` events.
  absl::Status TakeUp(absl::StatusOr<std::vector<CellChange>> changes, size_t count);

  CellStore& store_;
  Board& board_;
  GisMetrics& metrics_;
  const Clock& clock_;
  std::string epoch_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_WORKERS_SCORE_FEED_H_
