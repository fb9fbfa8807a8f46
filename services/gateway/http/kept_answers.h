// Answers of the map kept for the next who asks for the same: the map is asked whether they still
// hold, which costs it and the wire a tenth of sending them again.
//
// Safe also between callers who may see different things: an ETag is a hash of the content, so a
// map that says "not changed" to a caller says that these bytes are this caller's answer.
#ifndef FUPIN_SERVICES_GATEWAY_HTTP_KEPT_ANSWERS_H_
#define FUPIN_SERVICES_GATEWAY_HTTP_KEPT_ANSWERS_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "libs/http/message.h"

namespace fupin::gateway {

// Safe for concurrent use.
class KeptAnswers {
 public:
  // Forgets everything when more than `limit` bytes are kept.
  explicit KeptAnswers(size_t limit) : limit_(limit) {}

  struct Kept {
    std::string etag;
    http::HttpResponse response;
  };
  // What to ask for: its address and what else the answer depends on. Empty: not to be kept.
  static std::string KeyOf(const http::HttpRequest& request);

  // Null when nothing is kept, or not in the encoding the asker takes.
  std::shared_ptr<const Kept> Find(const std::string& key) const;
  // Keeps an answer that has a body and an ETag; others are left out.
  void Keep(const std::string& key, const http::HttpResponse& response);

 private:
  const size_t limit_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<const Kept>> kept_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_HTTP_KEPT_ANSWERS_H_
