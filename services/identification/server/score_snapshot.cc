#include "services/identification/server/score_snapshot.h"

#include <utility>

#include <google/protobuf/util/time_util.h>

#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/store/records.pb.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {

feed::FeedHooks ScoreFeedHooks(const kv::Store& kv) {
  feed::FeedHooks hooks;
  hooks.snapshot = [&kv](const std::function<bool(outbox::Event)>& send) -> absl::Status {
    absl::Status status = absl::OkStatus();
    RETURN_IF_ERROR(kv.ScanTable(
        kScores, [&](absl::string_view partition, absl::string_view key, absl::string_view value) {
          auto stored = kv::Decode<store::StoredScore>(value);
          if (!stored.ok()) {
            status = stored.status();
            return false;
          }
          v1::HouseholdScored scored;
          scored.set_household(HouseholdName(key));
          scored.set_division(stored->division());
          *scored.mutable_score() = stored->score();
          scored.set_previous_class(stored->score().poverty_class());
          scored.set_person_count(stored->person_count());
          scored.set_open_finding_count(stored->open_finding_count());
          outbox::Event event;
          event.partition = std::string(partition);
          event.time = absl::FromUnixMillis(
              google::protobuf::util::TimeUtil::TimestampToMilliseconds(
                  stored->score().score_time()));
          event.type = kHouseholdScored;
          event.payload = scored.SerializeAsString();
          return send(std::move(event));
        }));
    return status;
  };
  return hooks;
}

}  // namespace fupin::identification
