#include "services/gis/workers/score_feed.h"

#include <utility>

#include <google/protobuf/util/time_util.h>

#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::gis {
namespace {

constexpr absl::string_view kHouseholdPrefix = "households/";

absl::StatusOr<ScoredHousehold> Read(const feed::v1::Event& event) {
  identification::v1::HouseholdScored scored;
  if (!scored.ParseFromString(event.payload()) ||
      scored.household().compare(0, kHouseholdPrefix.size(), kHouseholdPrefix.data(),
                                 kHouseholdPrefix.size()) != 0) {
    return absl::InvalidArgumentError("event malformed");
  }
  ScoredHousehold out;
  out.id = scored.household().substr(kHouseholdPrefix.size());
  out.division = scored.division();
  const int poverty_class = scored.score().poverty_class();
  if (poverty_class < 1 || poverty_class > 4) return absl::InvalidArgumentError("class unknown");
  out.poverty_class = static_cast<PovertyClass>(poverty_class);
  out.persons = scored.person_count();
  out.index_centipoints = scored.score().index_centipoints();
  out.version = scored.score().version();
  out.time = absl::FromUnixMillis(
      google::protobuf::util::TimeUtil::TimestampToMilliseconds(scored.score().score_time()));
  return out;
}

}  // namespace

absl::StatusOr<feed::Position> ScoreFeed::Load() {
  ASSIGN_OR_RETURN(feed::Position position, store_.Position());
  epoch_ = position.epoch;
  return position;
}

absl::Status ScoreFeed::TakeUp(const std::string& epoch,
                               const std::vector<ScoredHousehold>& scored) {
  auto changes = store_.Apply(epoch, scored);
  if (!changes.ok()) {
    // Part of it may be stored: what is in memory must not fall behind that.
    metrics_.reloads.Increment();
    RETURN_IF_ERROR(board_.Load(store_));
    return changes.status();
  }
  board_.Apply(*changes);
  metrics_.applied.Increment(static_cast<double>(scored.size()));
  return absl::OkStatus();
}

absl::Status ScoreFeed::Apply(const std::string& epoch,
                              const std::vector<feed::v1::Event>& events) {
  if (epoch != epoch_) {
    if (!epoch_.empty()) {
      log::Warning("the store behind the feed was restored, counting anew");
      metrics_.resets.Increment();
      RETURN_IF_ERROR(store_.Reset(DayOf(clock_.Now())));
      RETURN_IF_ERROR(board_.Load(store_));
    }
    feed::Position begun;
    begun.epoch = epoch;
    RETURN_IF_ERROR(store_.Save(begun));
    epoch_ = epoch;
  }
  std::vector<ScoredHousehold> scored;
  for (const feed::v1::Event& event : events) {
    auto household = Read(event);
    if (household.ok()) {
      if (store_.Knows(*household)) {
        scored.push_back(*std::move(household));
        continue;
      }
    }
    metrics_.unplaced.Increment();
    log::Warning("score passed over",
                 {{"partition", event.partition()},
                  {"sequence", event.sequence()},
                  {"reason", household.ok() ? "PLACE_UNKNOWN" : "EVENT_MALFORMED"}});
  }
  return scored.empty() ? absl::OkStatus() : TakeUp(epoch, scored);
}

}  // namespace fupin::gis
