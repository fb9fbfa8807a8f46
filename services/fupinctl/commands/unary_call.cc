#include "services/fupinctl/commands/unary_call.h"

#include <chrono>
#include <cstdio>
#include <utility>

#include <google/protobuf/util/json_util.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/rpc_method.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/config/config.h"
#include "libs/log/log.h"
#include "libs/rpc/wire_status.h"
#include "services/fupinctl/client.h"

namespace fupin::fupinctl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using google::protobuf::MessageLite;
using google::protobuf::MethodDescriptor;

std::unique_ptr<Message> New(const Descriptor* type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

bool NamesFile(const Descriptor& request, const std::string& field) {
  return request.FindFieldByName(field) == nullptr &&
         request.FindFieldByName(absl::StrCat(field, "_text")) != nullptr;
}

}  // namespace

std::unique_ptr<Message> ParseRequest(const MethodDescriptor& method,
                                      const std::string& positional_field,
                                      const Arguments& arguments, int* exit_code) {
  *exit_code = kUsage;
  std::string json = "{";
  for (const std::string& argument : arguments) {
    std::pair<std::string, std::string> field = absl::StrSplit(argument, absl::MaxSplits('=', 1));
    if (!absl::StrContains(argument, "=")) {
      if (positional_field.empty()) {
        std::fprintf(stderr, "参数应为 字段=值 / arguments are field=value: %s\n",
                     argument.c_str());
        return nullptr;
      }
      field = {positional_field, argument};
    } else if (NamesFile(*method.input_type(), field.first)) {
      field = {absl::StrCat(field.first, "_text"), absl::StrCat("@", field.second)};
    }
    if (absl::StartsWith(field.second, "@")) {
      auto content = config::ReadFile(field.second.substr(1));
      if (!content.ok()) {
        *exit_code = Report(content.status());
        return nullptr;
      }
      field.second = *std::move(content);
    }
    absl::StrAppend(&json, json.size() > 1 ? "," : "", log::Quote(field.first), ":",
                    log::Quote(field.second));
  }
  json += "}";
  auto request = New(method.input_type());
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, request.get());
  if (!parsed.ok()) {
    std::fprintf(stderr, "参数有误 / wrong argument: %s\n", parsed.ToString().c_str());
    return nullptr;
  }
  return request;
}

absl::StatusOr<std::unique_ptr<Message>> Call(const MethodDescriptor& method,
                                              const Message& request) {
  const auto of = [&](const char* package) {
    return absl::StartsWith(method.full_name(), package);
  };
  const auto channel = of("fupin.exchange") ? ExchangeChannel(DefaultCertificate())
                       : of("fupin.gis")    ? GisChannel(DefaultCertificate())
                                            : IdentificationChannel(DefaultCertificate());
  auto response = New(method.output_type());
  const std::string path = absl::StrCat("/", method.service()->full_name(), "/", method.name());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(2));
  const grpc::internal::RpcMethod call(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
  const grpc::Status status = grpc::internal::BlockingUnaryCall<MessageLite, MessageLite>(
      channel.get(), call, &context, request, response.get());
  if (!status.ok()) return rpc::FromGrpc(status);
  return response;
}

}  // namespace fupin::fupinctl
