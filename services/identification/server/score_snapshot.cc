#include "services/identification/server/score_snapshot.h"

#include <functional>
#include <string>
#include <utility>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/str_cat.h"
#include "fupin/identification/v1/case_service.pb.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/identification/store/case_records.pb.h"
#include "services/identification/store/records.pb.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {

namespace {

using Send = std::function<bool(outbox::Event)>;

outbox::Event EventOf(absl::string_view partition, const char* type, int64_t time_ms,
                      std::string payload) {
  outbox::Event event;
  event.partition = std::string(partition);
  event.time = absl::FromUnixMillis(time_ms);
  event.type = type;
  event.payload = std::move(payload);
  return event;
}

absl::Status SendScores(const kv::Store& kv, const Send& send) {
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
        scored.set_closed(stored->closed());
        return send(EventOf(
            partition, kHouseholdScored,
            google::protobuf::util::TimeUtil::TimestampToMilliseconds(stored->score().score_time()),
            scored.SerializeAsString()));
      }));
  return status;
}

// The last change of each household's status.
absl::Status SendStandings(const kv::Store& kv, const procedure::ProcedureSet& procedures,
                           const Send& send) {
  absl::Status status = absl::OkStatus();
  RETURN_IF_ERROR(kv.ScanTable(
      kRegister, [&](absl::string_view partition, absl::string_view key, absl::string_view value) {
        auto stored = kv::Decode<store::StoredRegistration>(value);
        if (!stored.ok()) {
          status = stored.status();
          return false;
        }
        if (stored->changes().empty()) return true;
        const auto& last = stored->changes(stored->changes_size() - 1);
        v1::CaseMoved moved;
        if (!last.case_().empty()) moved.set_case_(absl::StrCat("cases/", last.case_()));
        moved.set_household(HouseholdName(key));
        moved.set_division(stored->division());
        moved.set_procedure(last.procedure());
        for (const procedure::Procedure& each : procedures.procedures()) {
          if (each.id != last.procedure()) continue;
          moved.set_purpose(static_cast<fupin::procedure::v1::Purpose>(each.purpose));
        }
        moved.set_outcome(fupin::procedure::v1::OUTCOME_GRANTED);
        moved.set_status(last.status());
        if (const auto* given = procedures.FindStatus(last.status())) {
          moved.set_standing(static_cast<fupin::procedure::v1::Standing>(given->standing));
        }
        moved.set_status_version(stored->changes_size());
        *moved.mutable_time() =
            google::protobuf::util::TimeUtil::MillisecondsToTimestamp(last.time_ms());
        if (!stored->main_cause().empty()) moved.add_causes(stored->main_cause());
        for (const std::string& cause : stored->other_causes()) moved.add_causes(cause);
        return send(EventOf(partition, kCaseMoved, last.time_ms(), moved.SerializeAsString()));
      }));
  return status;
}

}  // namespace

feed::FeedHooks ScoreFeedHooks(const kv::Store& kv, const Procedures& procedures) {
  feed::FeedHooks hooks;
  hooks.snapshot = [&kv, &procedures](const Send& send) -> absl::Status {
    RETURN_IF_ERROR(SendScores(kv, send));
    return SendStandings(kv, *procedures.current(), send);
  };
  return hooks;
}

}  // namespace fupin::identification
