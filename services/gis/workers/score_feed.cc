#include "services/gis/workers/score_feed.h"

#include <optional>
#include <utility>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/strip.h"
#include "fupin/identification/v1/case_service.pb.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::gis {
namespace {

constexpr absl::string_view kHouseholdPrefix = "households/";

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixMillis(google::protobuf::util::TimeUtil::TimestampToMilliseconds(timestamp));
}

absl::StatusOr<std::string> IdOf(absl::string_view household) {
  if (!absl::ConsumePrefix(&household, kHouseholdPrefix)) {
    return absl::InvalidArgumentError("event malformed");
  }
  return std::string(household);
}

// Nothing: the case changed no status.
absl::StatusOr<std::optional<StandingChange>> ReadMoved(const feed::v1::Event& event) {
  identification::v1::CaseMoved moved;
  if (!moved.ParseFromString(event.payload())) {
    return absl::InvalidArgumentError("event malformed");
  }
  if (moved.status_version() == 0) return std::optional<StandingChange>();
  StandingChange out;
  ASSIGN_OR_RETURN(out.id, IdOf(moved.household()));
  out.division = moved.division();
  const int standing = moved.standing();
  if (standing < 0 || standing > 4) return absl::InvalidArgumentError("standing unknown");
  out.standing = static_cast<Standing>(standing);
  out.persons = moved.person_count();
  out.version = moved.status_version();
  out.time = ToTime(moved.time());
  out.causes.assign(moved.causes().begin(), moved.causes().end());
  if (moved.purpose() != procedure::v1::PURPOSE_UNSPECIFIED) {
    out.returned = moved.purpose() == procedure::v1::PURPOSE_RETURN;
  }
  return std::optional<StandingChange>(std::move(out));
}

// `scored` is room for the message, made once for many.
absl::StatusOr<ScoredHousehold> ReadScored(const feed::v1::Event& event,
                                           identification::v1::HouseholdScored& scored) {
  if (!scored.ParseFromString(event.payload())) {
    return absl::InvalidArgumentError("event malformed");
  }
  ScoredHousehold out;
  ASSIGN_OR_RETURN(out.id, IdOf(scored.household()));
  out.division = scored.division();
  const int poverty_class = scored.score().poverty_class();
  out.closed = scored.closed();
  if (poverty_class < 1 || poverty_class > 4) return absl::InvalidArgumentError("class unknown");
  out.poverty_class = static_cast<PovertyClass>(poverty_class);
  out.persons = scored.person_count();
  out.index_centipoints = scored.score().index_centipoints();
  out.version = scored.score().version();
  out.time = ToTime(scored.score().score_time());
  return out;
}

}  // namespace

absl::StatusOr<feed::Position> ScoreFeed::Load() {
  ASSIGN_OR_RETURN(feed::Position position, store_.Position());
  epoch_ = position.epoch;
  return position;
}

absl::Status ScoreFeed::TakeUp(absl::StatusOr<std::vector<CellChange>> changes, size_t count) {
  if (!changes.ok()) {
    // Part of it may be stored: what is in memory must not fall behind that.
    metrics_.reloads.Increment();
    RETURN_IF_ERROR(board_.Load(store_));
    return changes.status();
  }
  board_.Apply(*changes);
  metrics_.applied.Increment(static_cast<double>(count));
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
  // Of one household each kind has its own order; between the kinds none is needed.
  std::vector<ScoredHousehold> scored;
  scored.reserve(events.size());
  std::vector<StandingChange> moved;
  identification::v1::HouseholdScored message;
  for (const feed::v1::Event& event : events) {
    bool malformed = false;
    if (event.type() == kCaseMoved) {
      auto change = ReadMoved(event);
      malformed = !change.ok();
      if (change.ok() && !change->has_value()) continue;
      if (change.ok() && store_.Knows(**change)) {
        moved.push_back(**std::move(change));
        continue;
      }
    } else {
      auto household = ReadScored(event, message);
      malformed = !household.ok();
      if (household.ok() && store_.Knows(*household)) {
        scored.push_back(*std::move(household));
        continue;
      }
    }
    metrics_.unplaced.Increment();
    log::Warning("event passed over",
                 {{"partition", event.partition()},
                  {"sequence", event.sequence()},
                  {"reason", malformed ? "EVENT_MALFORMED" : "PLACE_UNKNOWN"}});
  }
  if (!scored.empty()) RETURN_IF_ERROR(TakeUp(store_.Apply(epoch, scored), scored.size()));
  if (!moved.empty()) RETURN_IF_ERROR(TakeUp(store_.ApplyStandings(epoch, moved), moved.size()));
  return absl::OkStatus();
}

}  // namespace fupin::gis
