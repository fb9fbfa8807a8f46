#include "libs/http/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "libs/status/macros.h"

namespace fupin::http {
namespace {

constexpr int kMostEvents = 128;

thread_local Loop* current_loop = nullptr;

}  // namespace

Loop::Loop() : poll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  FUPIN_CHECK(poll_ >= 0 && wake_ >= 0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  FUPIN_CHECK(epoll_ctl(poll_, EPOLL_CTL_ADD, wake_, &event) == 0);
}

Loop::~Loop() {
  Stop();
  close(wake_);
  close(poll_);
}

Loop* Loop::Current() { return current_loop; }

void Loop::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Loop::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  eventfd_write(wake_, 1);
  if (thread_.joinable()) thread_.join();
  std::vector<std::function<void()>> undone;  // let go outside of the lock
  absl::MutexLock lock(&mutex_);
  undone.swap(posted_);
}

void Loop::Post(std::function<void()> work) {
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    posted_.push_back(std::move(work));
    if (posted_.size() > 1) return;  // woken already
  }
  eventfd_write(wake_, 1);
}

void Loop::Watch(int socket, std::shared_ptr<Watcher> watcher) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = watcher.get();
  FUPIN_CHECK(epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event) == 0);
  Watcher* const key = watcher.get();
  watchers_.emplace(key, std::move(watcher));
}

void Loop::Forget(int socket, Watcher& watcher) {
  const auto found = watchers_.find(&watcher);
  if (found == watchers_.end()) return;
  epoll_ctl(poll_, EPOLL_CTL_DEL, socket, nullptr);
  forgotten_.push_back(std::move(found->second));
  watchers_.erase(found);
}

void Loop::DoPosted() {
  eventfd_t ignored;
  eventfd_read(wake_, &ignored);
  std::vector<std::function<void()>> posted;
  {
    absl::MutexLock lock(&mutex_);
    posted.swap(posted_);
  }
  for (const auto& work : posted) work();
}

void Loop::Sweep() {
  if (now_ - swept_ < kSweep) return;
  swept_ = now_;
  std::vector<std::shared_ptr<Watcher>> late;
  for (const auto& [key, watcher] : watchers_) {
    if (watcher->deadline <= now_) late.push_back(watcher);
  }
  for (const auto& watcher : late) {
    watcher->deadline = Time::max();
    watcher->Expired();
  }
}

void Loop::Run() {
  current_loop = this;
  epoll_event events[kMostEvents];
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) break;
    }
    const int patience = watchers_.empty() ? -1 : static_cast<int>(kSweep.count());
    const int count = epoll_wait(poll_, events, kMostEvents, patience);
    now_ = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) {
      if (events[i].data.ptr == nullptr) {
        DoPosted();
        continue;
      }
      // One that an earlier event has ended is not there any more.
      const auto found = watchers_.find(static_cast<Watcher*>(events[i].data.ptr));
      if (found != watchers_.end()) {
        const std::shared_ptr<Watcher> watcher = found->second;
        watcher->Ready(events[i].events);
      }
    }
    Sweep();
    forgotten_.clear();
  }
  // One that is dropped may still have begun another.
  while (!watchers_.empty()) {
    const auto watchers = std::exchange(watchers_, {});
    for (const auto& [key, watcher] : watchers) watcher->Dropped();
  }
  forgotten_.clear();
  current_loop = nullptr;
}

}  // namespace fupin::http
