// An ordered, durable key-value store: what every service keeps its state in.
//
// The atomic unit is a partition, a natural owner such as a dataset or a township. A Batch writes
// keys of one partition, in several tables, all or nothing; what must cross partitions travels as an
// event. This is what any ordered engine can promise, also one spread over many machines, so the
// embedded engine promises no more. The contract is proved by store_contract.h for every engine.
#ifndef FUPIN_LIBS_KV_STORE_H_
#define FUPIN_LIBS_KV_STORE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace fupin::kv {

// Limits of every engine.
inline constexpr size_t kMaxKeyBytes = 1024;
inline constexpr size_t kMaxValueBytes = 64 << 10;
inline constexpr size_t kMaxBatchBytes = 1 << 20;
inline constexpr int kMaxBatchKeys = 2000;
inline constexpr int kMaxPageRows = 1000;

// Writes to one partition that happen together or not at all.
class Batch {
 public:
  explicit Batch(std::string partition) : partition_(std::move(partition)) {}

  void Put(std::string table, std::string key, std::string value);
  void Delete(std::string table, std::string key);
  // The commit is ABORTED unless the key is absent / has this value.
  void ExpectAbsent(std::string table, std::string key);
  void ExpectEquals(std::string table, std::string key, std::string value);

  const std::string& partition() const { return partition_; }
  int keys() const { return static_cast<int>(writes_.size()); }
  size_t bytes() const { return bytes_; }

  struct Write {
    std::string table;
    std::string key;
    std::optional<std::string> value;  // absent: delete
  };
  struct Expect {
    std::string table;
    std::string key;
    std::optional<std::string> value;  // absent: key must be absent
  };
  const std::vector<Write>& writes() const { return writes_; }
  const std::vector<Expect>& expects() const { return expects_; }

 private:
  std::string partition_;
  std::vector<Write> writes_;
  std::vector<Expect> expects_;
  size_t bytes_ = 0;
};

struct Row {
  std::string key;
  std::string value;
};

struct Page {
  std::vector<Row> rows;
  // Where to go on; empty: the range is finished.
  std::string next;
};

struct StoreStats {
  int64_t live_bytes = 0;
  int64_t estimated_keys = 0;
  int64_t disk_free_bytes = 0;
};

// Safe for concurrent use. Tables are named when the store is opened.
// Reads: DATA_LOSS / STORE_CORRUPT when the bytes on disk are not what was written; never a guess.
class Store {
 public:
  virtual ~Store() = default;

  virtual absl::StatusOr<std::optional<std::string>> Get(const std::string& table,
                                                         absl::string_view partition,
                                                         absl::string_view key) const = 0;
  // In the order of `keys`.
  virtual absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      const std::string& table, absl::string_view partition,
      absl::Span<const std::string> keys) const = 0;
  // Rows with begin <= key < end in key order, at most `limit` (1..kMaxPageRows). `end` empty: to
  // the end of the partition.
  virtual absl::StatusOr<Page> Scan(const std::string& table, absl::string_view partition,
                                    absl::string_view begin, absl::string_view end,
                                    int limit) const = 0;
  // Every row of every partition of a table as of one moment; order is the engine's own. `visit`
  // returns false to stop. The views live during the call only.
  using Visitor =
      std::function<bool(absl::string_view partition, absl::string_view key, absl::string_view value)>;
  virtual absl::Status ScanTable(const std::string& table, const Visitor& visit) const = 0;

  // Atomic and synced to disk when it returns OK.
  // ABORTED: an expectation does not hold; nothing was written.
  // INVALID_ARGUMENT: a limit is exceeded. RESOURCE_EXHAUSTED / STORE_DISK_RESERVE: the disk is
  // nearly full; reads go on, writes come back by themselves when there is room.
  // UNAVAILABLE / STORE_BROKEN: an earlier write failed on disk; the process must end and reopen.
  absl::Status Commit(const Batch& batch);
  // Each batch as by Commit, all with one sync; one result per batch.
  virtual std::vector<absl::Status> CommitAll(absl::Span<const Batch> batches) = 0;

  // Copies a consistent state into the new folder `dir`, while in use.
  virtual absl::Status Checkpoint(const std::string& dir) = 0;
  // Reads everything and checks it. DATA_LOSS / STORE_CORRUPT names the file.
  virtual absl::Status Verify() = 0;
  // Not OK once a write or sync has failed; stays so.
  virtual absl::Status Health() const = 0;
  virtual StoreStats Stats() const = 0;
};

// First key after every key that starts with `prefix`; empty when there is none.
std::string PrefixEnd(absl::string_view prefix);

// Limits of a batch, before any engine sees it. INVALID_ARGUMENT / STORE_LIMIT.
absl::Status CheckLimits(const Batch& batch);

// Big-endian, so that numbers sort as they count.
void AppendU32(std::string* out, uint32_t value);
void AppendU64(std::string* out, uint64_t value);
uint32_t ReadU32(absl::string_view bytes);  // at least 4 bytes
uint64_t ReadU64(absl::string_view bytes);  // at least 8 bytes

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_STORE_H_
