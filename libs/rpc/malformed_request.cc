#include "libs/rpc/malformed_request.h"

#include <memory>
#include <utility>
#include <vector>

#include <grpcpp/support/server_interceptor.h>

#include "libs/rpc/wire_status.h"

namespace fupin::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;

class Explainer : public grpc::experimental::Interceptor {
 public:
  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      const grpc::Status status = methods->GetSendStatus();
      // Handlers never send an INTERNAL without text; a request that cannot be parsed always is
      // one.
      if (status.error_code() == grpc::StatusCode::INTERNAL && status.error_message().empty() &&
          status.error_details().empty()) {
        methods->ModifySendStatus(ToGrpc(ProblemStatus(
            absl::StatusCode::kInvalidArgument,
            {"REQUEST_MALFORMED", "message", "请求无法按 proto 解析,请按约定编码;文字须为 UTF-8",
             "the request cannot be read as its proto; encode it so, with texts in UTF-8"})));
      }
    }
    methods->Proceed();
  }
};

class Factory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    // gRPC takes ownership. Streams read their messages themselves.
    return info->type() == grpc::experimental::ServerRpcInfo::Type::UNARY ? new Explainer : nullptr;
  }
};

}  // namespace

void ExplainMalformedRequests(grpc::ServerBuilder& builder) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<Factory>());
  builder.experimental().SetInterceptorCreators(std::move(factories));
}

}  // namespace fupin::rpc
