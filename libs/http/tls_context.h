// OpenSSL's contexts of the suite's servers and of its clients, from certificate files.
#ifndef FUPIN_LIBS_HTTP_TLS_CONTEXT_H_
#define FUPIN_LIBS_HTTP_TLS_CONTEXT_H_

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "absl/status/statusor.h"
#include "libs/rpc/credentials.h"

namespace fupin::http {

using TlsContext = std::shared_ptr<SSL_CTX>;

// Asks callers for a certificate without demanding one. INVALID_ARGUMENT / SETTING_WRONG names the
// file that cannot be used.
absl::StatusOr<TlsContext> ServerTlsContext(const rpc::TlsFiles& files);

// Presents the certificate and believes servers of `files.ca` only; the name is checked by the
// connection. INVALID_ARGUMENT: files that cannot be used.
absl::StatusOr<TlsContext> ClientTlsContext(const rpc::TlsFiles& files);

// What the other side presented, leaf first; empty: nothing.
std::string PeerPem(SSL* ssl);

}  // namespace fupin::http

#endif  // FUPIN_LIBS_HTTP_TLS_CONTEXT_H_
