// Who calls: read from the URI in the caller's certificate, never from its display name.
#ifndef FUPIN_LIBS_RPC_PRINCIPAL_H_
#define FUPIN_LIBS_RPC_PRINCIPAL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fupin/type/v1/access.pb.h"

namespace fupin::rpc {

struct Principal {
  type::v1::Role role = type::v1::ROLE_ANYONE;
  std::string province;  // "guizhou"
  std::string id;        // "mps": participant, service, operator, officer or device
  std::string division;  // an officer's; empty: no bounds
  std::string uri;       // the whole, for provenance
};

// From "spiffe://<province>/{service,dept,operator,enumerator}/<id>[/...]" or
// "spiffe://<province>/officer/<division>/<id>".
// UNAUTHENTICATED / CERT_URI_UNKNOWN for anything else.
absl::StatusOr<Principal> ParsePrincipal(absl::string_view uri);

}  // namespace fupin::rpc

#endif  // FUPIN_LIBS_RPC_PRINCIPAL_H_
