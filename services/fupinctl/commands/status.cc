// Asks every service whether it accepts calls.
#include <chrono>
#include <cstdio>

#include <grpcpp/client_context.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/rpc_method.h>
#include <grpcpp/support/byte_buffer.h>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "fupin/gateway/v1/gateway_service.pb.h"
#include "libs/log/log.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/status.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/fupinctl/commands/print_answer.h"
#include "services/fupinctl/text_table.h"
#include "services/fupinctl/text_width.h"

ABSL_DECLARE_FLAG(bool, json);

namespace fupin::fupinctl {
namespace {

// grpc.health.v1 by hand, as no generated code of it is installed: the request names service
// "ready" (field 1), the answer's field 1 is 1 when it serves.
constexpr char kReadyRequest[] = "\x0a\x05ready";
constexpr char kServing[] = "\x08\x01";

enum class State { kReady, kNotReady, kUnreachable };

struct Line {
  std::string service;
  std::string zh;
  std::string address;
  State state = State::kUnreachable;
  std::string note;
};

std::string Bytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

std::string Why(const absl::Status& status) {
  const auto problems = ProblemsOf(status);
  return OneLine(problems.empty()
                     ? std::string(status.message())
                     : absl::StrCat(problems.front().reason, " ", problems.front().message_zh,
                                    " / ", problems.front().message_en));
}

Line AskGrpc(const char* service, const char* zh, const std::string& address,
             const std::shared_ptr<grpc::Channel>& channel) {
  Line line{service, zh, address};
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
  const grpc::Slice slice(kReadyRequest);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  const grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check",
                                         grpc::internal::RpcMethod::NORMAL_RPC);
  const grpc::Status status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
      channel.get(), method, &context, request, &response);
  if (!status.ok()) {
    line.note = Why(rpc::FromGrpc(status));
    return line;
  }
  line.state = Bytes(response) == kServing ? State::kReady : State::kNotReady;
  return line;
}

// The gateway has no gRPC port; it is ready when it answers, and tells which services it reaches.
Line AskGateway() {
  Line line{"gateway", "网关", GatewayAddress()};
  gateway::v1::System system;
  const absl::Status status = Gateway(DefaultCertificate())->Get("/v1/system", &system);
  if (!status.ok()) {
    if (status.code() != absl::StatusCode::kUnavailable) line.state = State::kNotReady;
    line.note = Why(status);
    return line;
  }
  line.state = State::kReady;
  std::vector<std::string> away;
  for (const auto& service : system.services()) {
    if (!service.ready()) away.push_back(service.name());
  }
  if (!away.empty()) {
    line.state = State::kNotReady;
    line.note =
        absl::StrCat("网关无法访问 the gateway does not reach: ", absl::StrJoin(away, ", "));
  }
  return line;
}

const char* Text(State state) {
  switch (state) {
    case State::kReady:
      return "就绪 ready";
    case State::kNotReady:
      return "未就绪 not ready";
    case State::kUnreachable:
      return "无法访问 unreachable";
  }
  return "";
}

const char* Code(State state) {
  switch (state) {
    case State::kReady:
      return "READY";
    case State::kNotReady:
      return "NOT_READY";
    case State::kUnreachable:
      return "UNREACHABLE";
  }
  return "";
}

void PrintJson(const std::vector<Line>& lines) {
  std::vector<std::string> objects;
  for (const Line& line : lines) {
    objects.push_back(absl::StrCat(
        "  {\"service\": ", log::Quote(line.service), ", \"address\": ", log::Quote(line.address),
        ", \"state\": ", log::Quote(Code(line.state)), ", \"note\": ", log::Quote(line.note), "}"));
  }
  std::printf("{\"services\": [\n%s\n]}\n", absl::StrJoin(objects, ",\n").c_str());
}

}  // namespace

int StatusCommand(const Arguments& arguments) {
  if (!arguments.empty()) {
    std::fprintf(stderr,
                 "fupinctl status [--exchange ADDRESS] [--identification ADDRESS] [--gis ADDRESS]"
                 " [--gateway ADDRESS]\n");
    return kUsage;
  }
  const std::string certificate = DefaultCertificate();
  const std::vector<Line> lines = {
      AskGrpc("exchange", "数据交换", ExchangeAddress(), ExchangeChannel(certificate)),
      AskGrpc("identification", "精准识别", IdentificationAddress(),
              IdentificationChannel(certificate)),
      AskGrpc("gis", "扶贫地图", GisAddress(), GisChannel(certificate)), AskGateway()};
  if (absl::GetFlag(FLAGS_json)) {
    PrintJson(lines);
  } else {
    TextTable table;
    table.columns = {{"服务", "service"}, {"地址", "address"}, {"状态", "state"}, {"说明", "note"}};
    for (const Line& line : lines) {
      table.rows.push_back(
          {absl::StrCat(line.zh, " ", line.service), line.address, Text(line.state), line.note});
    }
    // The reason stays whole: it is what one reads when something is wrong.
    std::fputs(Draw(table, 0, 0).c_str(), stdout);
  }
  for (const Line& line : lines) {
    if (line.state != State::kReady) return kUnreachable;
  }
  return kOk;
}

}  // namespace fupin::fupinctl
