#include "services/exchange/server/record_feed.h"

#include <utility>

#include "fupin/exchange/v1/exchange_service.pb.h"
#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/exchange/server/convert.h"

namespace fupin::exchange {
namespace {

std::string Payload(const std::string& dataset, const std::string& record,
                    const OpenRecord& stored) {
  v1::RecordChanged changed;
  *changed.mutable_record() = ToProto(dataset, record, stored);
  return changed.SerializeAsString();
}

}  // namespace

feed::FeedHooks RecordFeedHooks(const RecordStore& store, const kv::Store& kv) {
  feed::FeedHooks hooks;
  hooks.enrich = [&store](std::vector<outbox::Event>& events) -> absl::Status {
    for (outbox::Event& event : events) {
      store::RecordRef reference;
      if (!reference.ParseFromString(event.payload)) {
        return absl::DataLossError("an event of the outbox cannot be read");
      }
      ASSIGN_OR_RETURN(const auto stored,
                       store.Get(event.partition, reference.record(), reference.source_version()));
      event.payload = Payload(event.partition, reference.record(), stored);
    }
    return absl::OkStatus();
  };
  hooks.snapshot = [&store, &kv](const std::function<bool(outbox::Event)>& send) -> absl::Status {
    absl::Status status = absl::OkStatus();
    RETURN_IF_ERROR(kv.ScanTable(
        kHeadsTable, [&](absl::string_view partition, absl::string_view key, absl::string_view) {
          const std::string dataset(partition);
          const std::string record(key);
          auto stored = store.Get(dataset, record, 0);
          if (!stored.ok()) {
            status = stored.status();
            return false;
          }
          outbox::Event event;
          event.partition = dataset;
          event.time = absl::FromUnixMillis(stored->stored.receive_time_ms());
          event.type = kRecordChanged;
          event.payload = Payload(dataset, record, *stored);
          return send(std::move(event));
        }));
    return status;
  };
  return hooks;
}

}  // namespace fupin::exchange
