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
//   seal_keys   see libs/process/sealing.h
//
// What tells of persons (payloads, names of collectors and enterers) is sealed here before it goes
// to disk and opened here when it is read; nobody else sees a sealed value.
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
#include "libs/crypto/sealer.h"
#include "libs/kv/store.h"
#include "libs/outbox/outbox.h"
#include "services/exchange/domain/verdict.h"
#include "services/exchange/store/records.pb.h"

namespace fupin::exchange {

inline constexpr char kHeadsTable[] = "heads";
// Type of the one event the exchange writes.
inline constexpr char kRecordChanged[] = "fupin.exchange.v1.RecordChanged";

// Of the stored values; raised when an older release could no longer read them. 2: sealed.
inline constexpr int kSchema = 2;

// Tables to open the store with, but for those of libs/process.
std::vector<std::string> Tables();

struct RejectionKey {
  std::string stream_id;
  int64_t batch_number = 0;
  int32_t index = 0;

  std::string Encode() const;
  static std::optional<RejectionKey> Decode(absl::string_view key);
};

// A stored version, opened. `stored.sealed_content` says nothing here.
struct OpenRecord {
  store::StoredRecord stored;
  store::RecordContent content;
};

struct OpenRejection {
  store::StoredRejection stored;
  std::string payload;
};

// Errors of opening: DATA_LOSS / SEAL_BROKEN, FAILED_PRECONDITION / KEY_VERSION_UNKNOWN.
class RecordStore {
 public:
  RecordStore(kv::Store& kv, outbox::Outbox& outbox, const crypto::Sealer& sealer)
      : kv_(kv), outbox_(outbox), sealer_(sealer) {}

  absl::StatusOr<std::vector<std::optional<Head>>> Heads(
      const std::string& dataset, absl::Span<const std::string> records) const;
  // NOT_FOUND / RECORD_NOT_FOUND. `version` 0 = the newest.
  absl::StatusOr<OpenRecord> Get(const std::string& dataset, const std::string& record,
                                 int64_t version) const;
  absl::StatusOr<std::optional<OpenRejection>> Rejection(const std::string& dataset,
                                                         const std::string& key) const;
  struct RejectionPage {
    std::vector<std::pair<std::string, OpenRejection>> rows;  // key, rejection
    std::string next;                                         // empty: no more
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
      OpenRecord version;
      bool announce = true;  // write an event
    };
    std::vector<Accepted> accepted;
    std::vector<std::pair<std::string, OpenRejection>> rejections;
    std::map<std::pair<std::string, std::string>, int64_t> last_batches;  // participant, stream
    std::optional<store::StoredStatistics> statistics;
  };
  // All of it is synced to disk when this returns OK. On an error some may be stored; pushing the
  // same again is harmless. Sealed parts are filled in.
  absl::Status Write(std::map<std::string, Changes>& by_dataset);

 private:
  absl::StatusOr<OpenRejection> Open(const std::string& dataset, const std::string& key,
                                     absl::string_view value) const;

  kv::Store& kv_;
  outbox::Outbox& outbox_;
  const crypto::Sealer& sealer_;
};

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_STORE_RECORD_STORE_H_
