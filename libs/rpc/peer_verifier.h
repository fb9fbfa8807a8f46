// Verifies the certificate a caller presented. The TLS handshake proves that the caller holds the
// key; whether the certificate is one of ours is decided here and not in the handshake, so that a
// refusal has a reason the caller can read, is counted, and follows a replaced CA or deny list
// without a restart.
#ifndef FUPIN_LIBS_RPC_PEER_VERIFIER_H_
#define FUPIN_LIBS_RPC_PEER_VERIFIER_H_

#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "libs/rpc/principal.h"

namespace fupin::rpc {

// Safe for concurrent use. Files are looked at again at most once a second.
class PeerVerifier {
 public:
  // `deny_file` may be empty; it lists one certificate serial (hex) or SHA-256 fingerprint a line.
  PeerVerifier(std::string ca_file, std::string deny_file, const Clock& clock);

  // `pem_chain`: leaf first. UNAUTHENTICATED with reason CERT_MISSING, CERT_MALFORMED,
  // CERT_UNKNOWN_CA, CERT_EXPIRED, CERT_REVOKED or CERT_URI_UNKNOWN.
  absl::StatusOr<Principal> Verify(absl::string_view pem_chain);

 private:
  struct Known {
    absl::Time checked;
    absl::StatusOr<Principal> result;
  };
  void Refresh(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Principal> VerifyNow(absl::string_view pem_chain, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string ca_file_;
  const std::string deny_file_;
  const Clock& clock_;
  absl::Mutex mutex_;
  absl::Time refreshed_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::string ca_pem_ ABSL_GUARDED_BY(mutex_);
  std::string deny_text_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Known> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fupin::rpc

#endif  // FUPIN_LIBS_RPC_PEER_VERIFIER_H_
