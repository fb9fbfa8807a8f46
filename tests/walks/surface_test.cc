// What every service shows besides its own calls: health apart from readiness, reflection, and a
// program in another language that speaks the protocol.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/support/byte_buffer.h>
#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/config/config.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

grpc::ByteBuffer Buffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string Bytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return "";
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// grpc.health.v1.Health/Check of one name: the status number, -1 when unknown or unreachable.
int Health(const std::shared_ptr<grpc::Channel>& channel, const std::string& name) {
  const std::string request =
      absl::StrCat("\x0a", std::string(1, static_cast<char>(name.size())), name);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  context.set_wait_for_ready(true);
  grpc::ByteBuffer response;
  const grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check",
                                         grpc::internal::RpcMethod::NORMAL_RPC);
  const grpc::Status status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
      channel.get(), method, &context, Buffer(request), &response);
  const std::string bytes = Bytes(response);
  return status.ok() && bytes.size() == 2 ? bytes[1] : -1;
}

// What grpc.reflection lists.
std::string Reflected(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  context.set_wait_for_ready(true);
  const grpc::internal::RpcMethod method(
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      grpc::internal::RpcMethod::BIDI_STREAMING);
  const std::unique_ptr<grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> stream(
      grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
          channel.get(), method, &context));
  grpc::ByteBuffer response;
  stream->Write(Buffer(std::string("\x3a\x01*", 3)));  // list_services
  const bool read = stream->Read(&response);
  stream->WritesDone();
  stream->Finish();
  return read ? Bytes(response) : "";
}

TEST_CASE(
    "F30 every service says apart whether it lives and whether it is ready, and what it offers",
    "[walk]") {
  constexpr int kServing = 1;
  World world;
  world.Start();
  const auto plain = [](int port) {
    return grpc::CreateChannel(absl::StrCat("localhost:", port),
                               grpc::InsecureChannelCredentials());
  };
  for (const int port : {world.exchange().ports().health, world.identification().ports().health}) {
    CHECK(Health(plain(port), "live") == kServing);
    CHECK(Health(plain(port), "ready") == kServing);
    CHECK(Health(plain(port), "no such") == -1);
  }
  CHECK(Health(world.ToExchange("operator-admin"), "ready") == kServing);
  CHECK(absl::StrContains(Reflected(world.ToExchange("operator-admin")),
                          "fupin.exchange.v1.ExchangeService"));
  const std::string offered = Reflected(world.ToIdentification("operator-admin"));
  CHECK(absl::StrContains(offered, "fupin.identification.v1.IdentificationService"));
  CHECK(absl::StrContains(offered, "fupin.feed.v1.FeedService"));
}

TEST_CASE("EX-1 a department's program in Python pushes with the protos alone", "[walk]") {
  World world;
  world.StartExchange();
  const std::string log = world.certs() + "/python.log";
  const auto push = [&](const std::string& stream, const std::string& numbers) {
    return std::system(absl::StrCat("timeout 60 " FUPIN_SOURCE_DIR
                                    "/services/exchange/example/push.py --address localhost:",
                                    world.exchange().ports().grpc, " --certs ", world.certs(),
                                    " --stream ", stream, " ", numbers, " >", log, " 2>&1")
                           .c_str());
  };
  const int pushed = push("python-1", "");
  const std::string said = *config::ReadFile(log);
  CAPTURE(said);
  CHECK(pushed == 0);
  CHECK(said == "0 OUTCOME_ACCEPTED_NEW\n1 OUTCOME_ACCEPTED_NEW\n");
  CHECK(push("python-2", "529999195001010011") != 0);
  CHECK(absl::StrContains(*config::ReadFile(log), "CITIZEN_NUMBER_CHECK_DIGIT"));
}

}  // namespace
}  // namespace fupin::walks
