// Channels between the parts of the suite: keepalive, message limits, one place.
#ifndef FUPIN_LIBS_RPC_CHANNEL_H_
#define FUPIN_LIBS_RPC_CHANNEL_H_

#include <memory>
#include <optional>
#include <string>

#include <grpcpp/channel.h>
#include <grpcpp/server_builder.h>

#include "libs/rpc/credentials.h"

namespace fupin::rpc {

inline constexpr int kMaxMessageBytes = 4 << 20;

// `tls` absent: plain text, only where a configuration says so explicitly.
// A channel makes its connections only while somebody waits on it: a caller that tries again waits
// with set_wait_for_ready, or it may find the channel broken for ever.
std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address,
                                           const std::optional<TlsFiles>& tls);

// Keepalive, connection age, stream and message limits of every server.
void ApplyServerLimits(grpc::ServerBuilder& builder, int max_threads, int max_concurrent_streams);

}  // namespace fupin::rpc

#endif  // FUPIN_LIBS_RPC_CHANNEL_H_
