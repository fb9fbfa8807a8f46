// The only place that touches gRPC's experimental TLS types.
#ifndef FUPIN_LIBS_RPC_CREDENTIALS_H_
#define FUPIN_LIBS_RPC_CREDENTIALS_H_

#include <memory>
#include <string>

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

namespace fupin::rpc {

// Paths of PEM files; replaced files are picked up within a second by new connections.
struct TlsFiles {
  std::string ca;
  std::string certificate;
  std::string key;
};

// The server proves itself and asks callers for a certificate; PeerVerifier decides about it.
// One object per server (gRPC crashes when one options object is used twice).
std::shared_ptr<grpc::ServerCredentials> ServerTls(const TlsFiles& files);

// The client verifies the server against `files.ca` and presents its own certificate, when
// `files.certificate` is not empty.
std::shared_ptr<grpc::ChannelCredentials> ClientTls(const TlsFiles& files);

}  // namespace fupin::rpc

#endif  // FUPIN_LIBS_RPC_CREDENTIALS_H_
