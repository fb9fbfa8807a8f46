// How the command line reaches the services.
#ifndef FUPIN_SERVICES_FUPINCTL_CLIENT_H_
#define FUPIN_SERVICES_FUPINCTL_CLIENT_H_

#include <memory>
#include <string>

#include <grpcpp/channel.h>

#include "absl/status/status.h"
#include "services/fupinctl/https_client.h"

namespace fupin::fupinctl {

// Exit codes of every command.
inline constexpr int kOk = 0;
inline constexpr int kSomeRejected = 1;
inline constexpr int kUsage = 2;
inline constexpr int kRefused = 3;
inline constexpr int kUnreachable = 4;

// Channels with the certificate NAME.{crt,key} of the folder --certs.
std::shared_ptr<grpc::Channel> ExchangeChannel(const std::string& certificate);
std::shared_ptr<grpc::Channel> IdentificationChannel(const std::string& certificate);
std::shared_ptr<grpc::Channel> GisChannel(const std::string& certificate);
std::unique_ptr<HttpsClient> Gateway(const std::string& certificate);

// The addresses given by --exchange, --identification, --gis and --gateway.
std::string ExchangeAddress();
std::string IdentificationAddress();
std::string GisAddress();
std::string GatewayAddress();

// Name of the certificate given by --as, "operator-admin" by default.
std::string DefaultCertificate();

// Prints every problem of a status in both languages on standard error; the exit code for it.
int Report(const absl::Status& status);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_CLIENT_H_
