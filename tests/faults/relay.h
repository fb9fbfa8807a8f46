// A TCP relay between two processes that can be told to misbehave: cut a connection after a number
// of bytes, or fall silent without a word (half-open peer).
#ifndef FUPIN_TESTS_FAULTS_RELAY_H_
#define FUPIN_TESTS_FAULTS_RELAY_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace fupin::faults {

class Relay {
 public:
  // Listens on a port of its own and connects each caller with localhost:`target_port`.
  explicit Relay(int target_port);
  ~Relay();

  int port() const { return port_; }
  // The next connection is reset once so many bytes have passed in that direction; bytes behind
  // them are dropped. Negative: never.
  void CutNextAfter(int64_t bytes_to_server, int64_t bytes_to_client);
  // From now on nothing passes on the connections there are, and none is closed; connections made
  // while silent are as dead. Healed: new connections work, old ones stay dead.
  void SetSilent(bool silent) { silent_ = silent; }

  int connections() const { return connections_; }
  int cuts() const { return cuts_; }
  int64_t bytes_to_server() const { return to_server_; }
  int64_t bytes_to_client() const { return to_client_; }

 private:
  void Accept();
  void Serve(int client, int64_t cut_server, int64_t cut_client);

  const int target_port_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> silent_{false};
  std::atomic<int> connections_{0};
  std::atomic<int> cuts_{0};
  std::atomic<int64_t> to_server_{0};
  std::atomic<int64_t> to_client_{0};
  absl::Mutex mutex_;
  int64_t next_cut_server_ ABSL_GUARDED_BY(mutex_) = -1;
  int64_t next_cut_client_ ABSL_GUARDED_BY(mutex_) = -1;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace fupin::faults

#endif  // FUPIN_TESTS_FAULTS_RELAY_H_
