// One thread that serves many sockets without ever waiting for one of them (epoll).
#ifndef FUPIN_LIBS_HTTP_LOOP_H_
#define FUPIN_LIBS_HTTP_LOOP_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace fupin::http {

// Everything about a connection happens on its loop's thread: no locks, no waking of other threads.
class Loop {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // What a socket belongs to. Called on the loop's thread only.
  class Watcher : public std::enable_shared_from_this<Watcher> {
   public:
    virtual ~Watcher() = default;
    // There is more to read or room to write (bits of epoll). Told once: read until nothing comes.
    virtual void Ready(uint32_t events) = 0;
    // `deadline` has passed, by up to kSweep.
    virtual void Expired() = 0;
    // The loop ends: nothing will be called again.
    virtual void Dropped() = 0;

    Time deadline = Time::max();
  };
  static constexpr std::chrono::milliseconds kSweep{100};

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void Start();
  // Ends the thread and drops all watchers. What is posted afterwards is not done.
  void Stop();

  // From any thread; done in order.
  void Post(std::function<void()> work);
  // The loop whose thread this is; null elsewhere.
  static Loop* Current();
  bool Here() const { return Current() == this; }

  // On its thread. The socket stays the watcher's and is open until Forget().
  void Watch(int socket, std::shared_ptr<Watcher> watcher);
  void Forget(int socket, Watcher& watcher);
  // When the events that are being served came.
  Time now() const { return now_; }

 private:
  void Run();
  void DoPosted();
  void Sweep();

  const int poll_;
  const int wake_;
  Time now_;
  Time swept_;
  absl::flat_hash_map<Watcher*, std::shared_ptr<Watcher>> watchers_;
  std::vector<std::shared_ptr<Watcher>> forgotten_;  // until the events at hand are served
  absl::Mutex mutex_;
  std::vector<std::function<void()>> posted_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace fupin::http

#endif  // FUPIN_LIBS_HTTP_LOOP_H_
