// Only in the tsan preset, linked into every program. Debian's Abseil is not instrumented, so the
// sanitizer sees neither its locks nor that they order anything, and would report every guarded
// member as a race. The linker sends our calls (--wrap) through here, where it is told.
#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}

namespace {

// Unlock and Await evaluate the conditions of waiting threads, under the lock, but after we told of
// its release.
class Unseen {
 public:
  Unseen() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  ~Unseen() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
};

template <typename Wait>
auto Waiting(absl::Mutex* mutex, const Wait& wait) {
  __tsan_release(mutex);
  struct After {
    absl::Mutex* mutex;
    ~After() { __tsan_acquire(mutex); }
  } after{mutex};
  const Unseen unseen;
  return wait();
}

}  // namespace

// NAME is the function as the linker calls it.
#define FUPIN_WRAP(result, name, ...)           \
  extern "C" result __real_##name(__VA_ARGS__); \
  extern "C" result __wrap_##name(__VA_ARGS__)

FUPIN_WRAP(void, _ZN4absl7debian35Mutex4LockEv, absl::Mutex* mutex) {
  __real__ZN4absl7debian35Mutex4LockEv(mutex);
  __tsan_acquire(mutex);
}

FUPIN_WRAP(void, _ZN4absl7debian35Mutex6UnlockEv, absl::Mutex* mutex) {
  __tsan_release(mutex);
  const Unseen unseen;
  __real__ZN4absl7debian35Mutex6UnlockEv(mutex);
}

FUPIN_WRAP(void, _ZN4absl7debian35Mutex10ReaderLockEv, absl::Mutex* mutex) {
  __real__ZN4absl7debian35Mutex10ReaderLockEv(mutex);
  __tsan_acquire(mutex);
}

FUPIN_WRAP(void, _ZN4absl7debian35Mutex12ReaderUnlockEv, absl::Mutex* mutex) {
  __tsan_release(mutex);
  const Unseen unseen;
  __real__ZN4absl7debian35Mutex12ReaderUnlockEv(mutex);
}

FUPIN_WRAP(void, _ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE, absl::Mutex* mutex,
           const absl::Condition& condition) {
  Waiting(mutex, [&] { __real__ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE(mutex, condition); });
}

FUPIN_WRAP(bool, _ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE,
           absl::Mutex* mutex, const absl::Condition& condition, absl::Duration timeout) {
  return Waiting(mutex, [&] {
    return __real__ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE(
        mutex, condition, timeout);
  });
}

FUPIN_WRAP(void, _ZN4absl7debian37CondVar4WaitEPNS0_5MutexE, absl::CondVar* changed,
           absl::Mutex* mutex) {
  Waiting(mutex, [&] { __real__ZN4absl7debian37CondVar4WaitEPNS0_5MutexE(changed, mutex); });
}

FUPIN_WRAP(void, _ZN4absl7debian312Notification6NotifyEv, absl::Notification* notification) {
  __tsan_release(notification);
  __real__ZN4absl7debian312Notification6NotifyEv(notification);
}

FUPIN_WRAP(void, _ZNK4absl7debian312Notification19WaitForNotificationEv,
           const absl::Notification* notification) {
  __real__ZNK4absl7debian312Notification19WaitForNotificationEv(notification);
  __tsan_acquire(const_cast<absl::Notification*>(notification));
}
