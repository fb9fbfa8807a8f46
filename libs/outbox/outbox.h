// Transactional outbox (发件箱): an event is written in the same batch as the state it tells about,
// so neither exists without the other. Events of a partition are numbered 1, 2, 3, ... without gap.
//
//   table         key in partition      value
//   outbox        sequence (8, BE)      1 version byte, time ms (8, BE), type size (1), type, payload
//   outbox_heads  "h"                   last sequence (8, BE)
//   outbox_heads  "t"                   last trimmed sequence (8, BE)
//   outbox_heads  "c" + consumer        sequence this consumer has confirmed (8, BE)
//
// The epoch of a feed is the incarnation of its store: another one after a restore.
#ifndef FUPIN_LIBS_OUTBOX_OUTBOX_H_
#define FUPIN_LIBS_OUTBOX_OUTBOX_H_

#include <cstdint>
#include <map>
#include <memory>
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
  static absl::StatusOr<std::unique_ptr<Outbox>> Open(kv::Store& store, const Clock& clock);

  // Holds the right to write events of one partition; at most one at a time. Append to batches of
  // that partition, commit them in order, then call Committed. Without it no number is used up.
  class Writer {
   public:
    Writer(Outbox& outbox, const std::string& partition);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // Number of the event. Call Seal for every batch that got events, before committing it.
    int64_t Append(kv::Batch& batch, const std::string& type, const std::string& payload);
    void Seal(kv::Batch& batch);
    void Committed();

   private:
    Outbox& outbox_;
    const std::string partition_;
    int64_t next_;
    bool committed_ = false;
  };

  const std::string& epoch() const { return store_.incarnation(); }
  // Partition -> last sequence, all partitions that ever had an event.
  std::map<std::string, int64_t> Heads() const;
  // Events after `after`, oldest first. OUT_OF_RANGE / FEED_TRIMMED when some of them are gone.
  absl::StatusOr<std::vector<Event>> Read(const std::string& partition, int64_t after,
                                          int limit) const;

  // Changes whenever an event is committed; WaitForChange returns when it is no longer `seen`, or
  // after `timeout`.
  int64_t version() const;
  int64_t WaitForChange(int64_t seen, absl::Duration timeout) const;

  // What a consumer has made durable on its side.
  absl::Status Confirm(const std::string& consumer, const std::map<std::string, int64_t>& cursors);
  // Drops what every consumer has confirmed, and what is older than `retention`. Returns how many.
  absl::StatusOr<int64_t> Trim(absl::Duration retention);
  // Events not yet confirmed by the slowest consumer.
  int64_t Backlog() const;

 private:
  Outbox(kv::Store& store, const Clock& clock) : store_(store), clock_(clock) {}
  struct Partition {
    absl::Mutex writing;
    int64_t head = 0;
    int64_t trimmed = 0;
    std::map<std::string, int64_t> confirmed;
  };
  Partition& Of(const std::string& partition) const;

  kv::Store& store_;
  const Clock& clock_;
  mutable absl::Mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<Partition>> partitions_ ABSL_GUARDED_BY(mutex_);
  mutable int64_t version_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace fupin::outbox

#endif  // FUPIN_LIBS_OUTBOX_OUTBOX_H_
