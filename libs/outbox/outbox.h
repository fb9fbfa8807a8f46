// Transactional outbox (发件箱): an event is written in the same batch as the state it tells about,
// so neither exists without the other. Events of a partition are numbered 1, 2, 3, ... without gap.
//
//   table         key in partition      value
//   outbox        sequence (8, BE)      1 version byte, time ms (8, BE), type size (1), type,
//   payload outbox_heads  "h"                   last sequence (8, BE) outbox_heads  "t" last
//   trimmed sequence (8, BE) outbox_heads  "c" + consumer        sequence this consumer has
//   confirmed (8, BE) outbox_heads  "r" + consumer        "", in partition "~": events are kept for
//   this consumer
//
// The epoch of a feed is the incarnation of its store: another one after a restore.
#ifndef FUPIN_LIBS_OUTBOX_OUTBOX_H_
#define FUPIN_LIBS_OUTBOX_OUTBOX_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "libs/kv/store.h"

namespace fupin::outbox {

// Tables to open the store with.
std::vector<std::string> Tables();

struct Event {
  std::string partition;
  int64_t sequence = 0;
  absl::Time time;
  std::string type;
  std::string payload;
};

// Safe for concurrent use.
class Outbox {
 public:
  // DATA_LOSS / STORE_CORRUPT when a stored sequence cannot be one.
  static absl::StatusOr<std::unique_ptr<Outbox>> Open(kv::Store& store, const Clock& clock);

  // Holds the right to write events of one partition; at most one at a time, another waits. Who
  // needs several takes them in ascending order of the partitions. Append to batches of that
  // partition, Seal each, commit them in order, then call Committed. Without it, what the store
  // really holds counts: no number is used up by a batch that failed, none is used twice.
  // For one thread.
  class Writer {
   public:
    Writer(Outbox& outbox, const std::string& partition);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // Number of the event. `type` has 1 to 255 bytes. Call Seal for every batch that got events,
    // before committing it.
    int64_t Append(kv::Batch& batch, const std::string& type, const std::string& payload);
    // Also makes the commit ABORTED when a batch sealed before it was not committed.
    void Seal(kv::Batch& batch);
    void Committed();
    // All three for the one batch: Seal, commit, Committed.
    absl::Status Commit(kv::Batch& batch);

   private:
    Outbox& outbox_;
    const std::string partition_;
    int64_t next_;
    int64_t sealed_;
    bool batches_sealed_ = false;
    bool committed_ = false;
  };

  const std::string& epoch() const { return store_.incarnation(); }
  // Partition -> last sequence, all partitions that ever had an event.
  std::map<std::string, int64_t> Heads() const;
  // Events after `after`, oldest first, without gap. OUT_OF_RANGE / FEED_TRIMMED when some of them
  // are gone; DATA_LOSS / STORE_CORRUPT when one is missing that was never trimmed.
  absl::StatusOr<std::vector<Event>> Read(const std::string& partition, int64_t after,
                                          int limit) const;

  // Changes whenever an event is committed; WaitForChange returns when it is no longer `seen`, or
  // after `timeout`.
  int64_t version() const;
  int64_t WaitForChange(int64_t seen, absl::Duration timeout) const;

  // From now on events are kept for this consumer until it confirms them or they are too old.
  absl::Status Register(const std::string& consumer);
  // FAILED_PRECONDITION / FEED_EPOCH_CHANGED when a cursor is ahead of its partition: this store
  // has lost what the consumer has seen, as after a restore that did not go through
  // RestoreRocksStore.
  absl::Status CheckCursors(const std::map<std::string, int64_t>& cursors) const;
  // What a consumer has made durable on its side; registers it. Lower than before: no change.
  // Errors as CheckCursors.
  absl::Status Confirm(const std::string& consumer, const std::map<std::string, int64_t>& cursors);
  // Drops what every registered consumer has confirmed, and what is older than `retention`. Returns
  // how many. Without a consumer only age counts.
  absl::StatusOr<int64_t> Trim(absl::Duration retention);
  // Events still kept that the slowest consumer has not confirmed.
  int64_t Backlog() const;

 private:
  Outbox(kv::Store& store, const Clock& clock) : store_(store), clock_(clock) {}
  struct Partition {
    absl::Mutex writing;
    // The rest is guarded by mutex_.
    int64_t head = 0;
    int64_t trimmed = 0;
    std::map<std::string, int64_t> confirmed;
  };
  // Makes it when it is new; the reference stays good.
  Partition& Of(const std::string& partition) ABSL_LOCKS_EXCLUDED(mutex_);
  // The lowest sequence all registered consumers have confirmed.
  int64_t ConfirmedByAll(const Partition& partition) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  kv::Store& store_;
  const Clock& clock_;
  mutable absl::Mutex mutex_;
  std::map<std::string, std::unique_ptr<Partition>> partitions_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> consumers_ ABSL_GUARDED_BY(mutex_);
  int64_t version_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace fupin::outbox

#endif  // FUPIN_LIBS_OUTBOX_OUTBOX_H_
