// An ordered, durable key-value store: what every service keeps its state in.
//
// The atomic unit is a partition, a natural owner such as a dataset or a township. A Batch writes
// keys of one partition, in several tables, all or nothing; what must cross partitions travels as
// an event. This is what any ordered engine can promise, also one spread over many machines, so the
// embedded engine promises no more. The contract is proved by store_contract.h for every engine.
#ifndef FUPIN_LIBS_KV_STORE_H_
#define FUPIN_LIBS_KV_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
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
inline constexpr size_t kMaxPartitionBytes = 255;
inline constexpr size_t kMaxKeyBytes = 1024;
inline constexpr size_t kMaxValueBytes = 64 << 10;
inline constexpr size_t kMaxBatchBytes = 1 << 20;
inline constexpr int kMaxBatchKeys = 2000;
inline constexpr int kMaxPageRows = 1000;

// Writes to one partition that happen together or not at all. Of two writes to one key the later
// one counts.
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
  // Where to go on: `begin` of the next Scan, `end` of the next ScanBack. Empty: the range is
  // finished.
  std::string next;
};

// A part of a table in the engine's own order; made by Split. Both empty: the whole table.
struct TableRange {
  std::string begin;
  std::string end;
};

// One moment of the whole store. Must not outlive the store; while it lives, old rows are kept, so
// it is for minutes, not for hours.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
};

struct StoreStats {
  int64_t live_bytes = 0;
  int64_t estimated_keys = 0;
  int64_t memory_bytes = 0;              // written, not yet in a sorted file
  int64_t pending_compaction_bytes = 0;  // the engine's backlog
  bool writes_stalled = false;           // the engine has stopped writes to catch up
  bool at_disk_reserve = false;
  int64_t disk_free_bytes = 0;
  int64_t disk_reserve_bytes = 0;
  int64_t commits = 0;  // batches committed since the store was opened
  int64_t syncs = 0;    // syncs they took
  // What was left out when the store was opened: the torn end of a log, never an acknowledged
  // write. Empty: nothing.
  std::string open_note;
};

// Safe for concurrent use. Tables are named when the store is opened; naming another one is a
// mistake in the program and ends it.
// Reads: INVALID_ARGUMENT / STORE_LIMIT; DATA_LOSS / STORE_CORRUPT when the bytes on disk are not
// what was written, with the file: never a guess; UNAVAILABLE / STORE_IO.
class Store {
 public:
  virtual ~Store() = default;

  absl::StatusOr<std::optional<std::string>> Get(const std::string& table,
                                                 absl::string_view partition,
                                                 absl::string_view key) const;
  // In the order of `keys`, at most kMaxPageRows.
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      const std::string& table, absl::string_view partition,
      absl::Span<const std::string> keys) const;
  // Rows with begin <= key < end in key order, at most `limit` (1..kMaxPageRows). `end` empty: to
  // the end of the partition. For a prefix: (prefix, PrefixEnd(prefix)).
  absl::StatusOr<Page> Scan(const std::string& table, absl::string_view partition,
                            absl::string_view begin, absl::string_view end, int limit) const;
  // The same rows, last first.
  absl::StatusOr<Page> ScanBack(const std::string& table, absl::string_view partition,
                                absl::string_view begin, absl::string_view end, int limit) const;

  // Every row of every partition of a table as of one moment; order is the engine's own, rows of a
  // partition are neighbours in key order. `visit` returns false to stop. The views live during the
  // call only; nothing is copied.
  using Visitor = std::function<bool(absl::string_view partition, absl::string_view key,
                                     absl::string_view value)>;
  absl::Status ScanTable(const std::string& table, const Visitor& visit) const;
  // One range of a table, as of `snapshot` (null: now). Several threads may scan ranges of one
  // Split under one snapshot.
  virtual absl::Status ScanTable(const std::string& table, const TableRange& range,
                                 const Snapshot* snapshot, const Visitor& visit) const = 0;
  // At most `parts` ranges of about the same size that cover the table; a partition is never cut.
  virtual absl::StatusOr<std::vector<TableRange>> Split(const std::string& table,
                                                        int parts) const = 0;
  virtual std::unique_ptr<const Snapshot> TakeSnapshot() const = 0;

  // Atomic and synced to disk when it returns OK. Commits of several threads share a sync.
  // ABORTED / STORE_EXPECT: an expectation does not hold; nothing was written.
  // INVALID_ARGUMENT / STORE_LIMIT: a limit is exceeded.
  // RESOURCE_EXHAUSTED / STORE_DISK_RESERVE: the disk is nearly full; reads go on, writes come back
  // by themselves when there is room.
  // UNAVAILABLE / STORE_BROKEN: this or an earlier write failed on disk. Whether this one is kept
  // is not known; the process must end and reopen.
  absl::Status Commit(const Batch& batch);
  // Each batch as by Commit, in this order, all with one sync; one result per batch.
  std::vector<absl::Status> CommitAll(absl::Span<const Batch> batches);

  // Copies a consistent state into the new folder `dir`, while in use.
  virtual absl::Status Checkpoint(const std::string& dir) = 0;
  // Reads everything and checks it. DATA_LOSS / STORE_CORRUPT names the file.
  virtual absl::Status Verify() = 0;
  // UNAVAILABLE / STORE_BROKEN once a write or sync has failed; stays so until the process ends.
  virtual absl::Status Health() const = 0;
  virtual StoreStats Stats() const = 0;
  // Random name of this life of the data: made with the store, replaced when it is restored from a
  // backup. Whoever counts on continuity compares it.
  virtual const std::string& incarnation() const = 0;

 private:
  // The engine's part; arguments are within the limits.
  virtual absl::StatusOr<std::optional<std::string>> DoGet(const std::string& table,
                                                           absl::string_view partition,
                                                           absl::string_view key) const = 0;
  virtual absl::StatusOr<std::vector<std::optional<std::string>>> DoMultiGet(
      const std::string& table, absl::string_view partition,
      absl::Span<const std::string> keys) const = 0;
  virtual absl::StatusOr<Page> DoScan(const std::string& table, absl::string_view partition,
                                      absl::string_view begin, absl::string_view end, int limit,
                                      bool back) const = 0;
  virtual std::vector<absl::Status> DoCommit(absl::Span<const Batch* const> batches) = 0;
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
