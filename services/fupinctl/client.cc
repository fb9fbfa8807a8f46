#include "services/fupinctl/client.h"

#include <cstdio>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "libs/rpc/channel.h"
#include "libs/status/status.h"

ABSL_FLAG(std::string, exchange, "localhost:7101", "gRPC address of the exchange");
ABSL_FLAG(std::string, identification, "localhost:7201", "gRPC address of identification");
ABSL_FLAG(std::string, gis, "localhost:7301", "gRPC address of the map");
ABSL_FLAG(std::string, gateway, "localhost:7443", "HTTPS address of the gateway");
ABSL_FLAG(std::string, certs, "out/demo/certs", "folder with ca.crt and certificates");
ABSL_FLAG(std::string, as, "operator-admin", "certificate to use: NAME.crt, NAME.key in --certs");

namespace fupin::fupinctl {
namespace {

rpc::TlsFiles Files(const std::string& name) {
  const std::string dir = absl::GetFlag(FLAGS_certs);
  return rpc::TlsFiles{absl::StrCat(dir, "/ca.crt"), absl::StrCat(dir, "/", name, ".crt"),
                       absl::StrCat(dir, "/", name, ".key")};
}

std::shared_ptr<grpc::Channel> Channel(const std::string& address, const std::string& name) {
  return rpc::MakeChannel(address, Files(name));
}

}  // namespace

std::shared_ptr<grpc::Channel> ExchangeChannel(const std::string& certificate) {
  return Channel(absl::GetFlag(FLAGS_exchange), certificate);
}

std::shared_ptr<grpc::Channel> IdentificationChannel(const std::string& certificate) {
  return Channel(absl::GetFlag(FLAGS_identification), certificate);
}

std::shared_ptr<grpc::Channel> GisChannel(const std::string& certificate) {
  return Channel(absl::GetFlag(FLAGS_gis), certificate);
}

std::unique_ptr<HttpsClient> Gateway(const std::string& certificate) {
  return std::make_unique<HttpsClient>(absl::GetFlag(FLAGS_gateway), Files(certificate));
}

std::string ExchangeAddress() { return absl::GetFlag(FLAGS_exchange); }
std::string IdentificationAddress() { return absl::GetFlag(FLAGS_identification); }
std::string GisAddress() { return absl::GetFlag(FLAGS_gis); }
std::string GatewayAddress() { return absl::GetFlag(FLAGS_gateway); }

std::string DefaultCertificate() { return absl::GetFlag(FLAGS_as); }

int Report(const absl::Status& status) {
  if (status.ok()) return kOk;
  for (const Problem& problem : ProblemsOf(status)) {
    std::fprintf(stderr, "%s%s%s: %s\n    %s\n", problem.reason.c_str(),
                 problem.field.empty() ? "" : " ", problem.field.c_str(),
                 problem.message_zh.c_str(), problem.message_en.c_str());
  }
  if (ProblemsOf(status).empty()) {
    std::fprintf(stderr, "%s\n", std::string(status.ToString()).c_str());
  }
  return status.code() == absl::StatusCode::kUnavailable ? kUnreachable : kRefused;
}

}  // namespace fupin::fupinctl
