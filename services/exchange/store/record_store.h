// Everything the exchange keeps, over one key-value store. The partition (atomic unit) is the
// dataset.
//
//   table       key                                  value
//   heads       record id (16)                       Head: newest version, for decisions
//   records     record id (16) + version (8, BE)     StoredRecord: every accepted version
//   rejections  stream id + 0 + batch (8) + index (4)  StoredRejection
//   streams     participant + 0 + stream id          last batch answered (8, BE)
//   statistics  "s"                                  StoredStatistics
//   contracts   "c"                                  StoredContract in use
//   outbox      see libs/outbox                      RecordRef
//
// Safe for concurrent use; only the committer writes records.
#ifndef FUPIN_SERVICES_EXCHANGE_STORE_RECORD_STORE_H_
#define FUPIN_SERVICES_EXCHANGE_STORE_RECORD_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/kv/store.h"
#include "libs/outbox/outbox.h"
#include "services/exchange/domain/verdict.h"
#include "services/exchange/store/records.pb.h"

namespace fupin::exchange {

inline constexpr char kHeadsTable[] = "heads";
// Type of the one event the exchange writes.
inline constexpr char kRecordChanged[] = "fupin.exchange.v1.RecordChanged";

// Tables to open the store with.
std::vector<std::string> Tables();

struct RejectionKey {
  std::string stream_id;
  int64_t batch_number = 0;
  int32_t index = 0;

  std::string Encode() const;
  static std::optional<RejectionKey> Decode(absl::string_view key);
};

class RecordStore {
 public:
  RecordStore(kv::Store& kv, outbox::Outbox& outbox) : kv_(kv), outbox_(outbox) {}

  absl::StatusOr<std::vector<std::optional<Head>>> Heads(
      const std::string& dataset, absl::Span<const std::string> records) const;
  // NOT_FOUND / RECORD_NOT_FOUND. `version` 0 = the newest.
  absl::StatusOr<store::StoredRecord> Get(const std::string& dataset, const std::string& record,
                                          int64_t version) const;
  absl::StatusOr<std::optional<store::StoredRejection>> Rejection(const std::string& dataset,
                                                                  const std::string& key) const;
  struct RejectionPage {
    std::vector<std::pair<std::string, store::StoredRejection>> rows;  // key, rejection
    std::string next;                                                  // empty: no more
  };
  absl::StatusOr<RejectionPage> Rejections(const std::string& dataset, const std::string& after,
                                           int limit) const;
  absl::StatusOr<int64_t> LastBatch(const std::string& dataset, const std::string& participant,
                                    const std::string& stream_id) const;
  absl::StatusOr<store::StoredStatistics> Statistics(const std::string& dataset) const;
  absl::StatusOr<std::optional<store::StoredContract>> ContractInUse(
      const std::string& dataset) const;
  absl::Status UseContract(const std::string& dataset, const store::StoredContract& contract);

  // Records, rejections, batch numbers and counts of one dataset that are to be written together;
  // split over several atomic batches when they exceed the limits of one.
  struct Changes {
    struct Accepted {
      std::string record;
      Head head;
      store::StoredRecord stored;
      bool announce = true;  // write an event
    };
    std::vector<Accepted> accepted;
    std::vector<std::pair<std::string, store::StoredRejection>> rejections;
    std::map<std::pair<std::string, std::string>, int64_t> last_batches;  // participant, stream
    std::optional<store::StoredStatistics> statistics;
  };
  // All of it is synced to disk when this returns OK. On an error some may be stored; pushing the
  // same again is harmless.
  absl::Status Write(const std::map<std::string, Changes>& by_dataset);

 private:
  kv::Store& kv_;
  outbox::Outbox& outbox_;
};

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_STORE_RECORD_STORE_H_
