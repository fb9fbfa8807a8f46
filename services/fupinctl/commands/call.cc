// Any unary method by its descriptor: arguments are field=value, the answer is JSON.
#include <cstdio>
#include <memory>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/rpc_method.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/config/config.h"
#include "libs/log/log.h"
#include "libs/rpc/edge.h"
#include "libs/rpc/wire_status.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"

namespace fupin::fupinctl {
namespace {

std::unique_ptr<google::protobuf::Message> New(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

}  // namespace

int CallCommand(const std::string& method_name, const std::string& positional_field,
                const Arguments& arguments) {
  const auto& method = rpc::MethodNamed(method_name);
  std::string json = "{";
  for (const std::string& argument : arguments) {
    std::pair<std::string, std::string> field = absl::StrSplit(argument, absl::MaxSplits('=', 1));
    if (!absl::StrContains(argument, "=")) {
      if (positional_field.empty()) {
        std::fprintf(stderr, "参数应为 字段=值 / arguments are field=value: %s\n",
                     argument.c_str());
        return kUsage;
      }
      field = {positional_field, argument};
    }
    // A value that begins with @ is the content of a file.
    if (absl::StartsWith(field.second, "@")) {
      auto content = config::ReadFile(field.second.substr(1));
      if (!content.ok()) return Report(content.status());
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
    return kUsage;
  }
  const bool exchange = absl::StartsWith(method_name, "fupin.exchange");
  const auto channel = exchange ? ExchangeChannel(DefaultCertificate())
                                : IdentificationChannel(DefaultCertificate());
  auto response = New(method.output_type());
  const std::string path = absl::StrCat("/", method.service()->full_name(), "/", method.name());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(2));
  const grpc::internal::RpcMethod call(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
  const grpc::Status status = grpc::internal::BlockingUnaryCall<google::protobuf::MessageLite,
                                                                google::protobuf::MessageLite>(
      channel.get(), call, &context, *request, response.get());
  if (!status.ok()) return Report(rpc::FromGrpc(status));
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(*response, &text, options).ok()) return kRefused;
  std::printf("%s\n", text.c_str());
  return kOk;
}

}  // namespace fupin::fupinctl
