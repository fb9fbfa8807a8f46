#include "libs/rpc/wire_status.h"

#include <string>
#include <utility>

namespace fupin::rpc {
namespace {

// Details travel in a trailer, as base64; gRPC callers take 8 KiB of metadata unless told otherwise
// and would get nothing but RESOURCE_EXHAUSTED.
constexpr size_t kMaxDetailBytes = 4 << 10;

type::v1::Problem NotListed(int count) {
  type::v1::Problem problem;
  problem.set_reason("PROBLEMS_NOT_LISTED");
  problem.set_message_zh("另有 " + std::to_string(count) + " 个问题未列出,请先改正已列出的");
  problem.set_message_en(std::to_string(count) +
                         " more problems are not listed; correct those listed first");
  return problem;
}

}  // namespace

void AddProblems(const std::vector<Problem>& problems,
                 google::protobuf::RepeatedPtrField<type::v1::Problem>* out) {
  for (const Problem& problem : problems) {
    type::v1::Problem* wire = out->Add();
    wire->set_reason(problem.reason);
    wire->set_field(problem.field);
    wire->set_message_zh(problem.message_zh);
    wire->set_message_en(problem.message_en);
  }
}

std::vector<Problem> FromProto(const google::protobuf::RepeatedPtrField<type::v1::Problem>& in) {
  std::vector<Problem> problems;
  for (const auto& wire : in) {
    problems.push_back({wire.reason(), wire.field(), wire.message_zh(), wire.message_en()});
  }
  return problems;
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  type::v1::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));
  google::protobuf::RepeatedPtrField<type::v1::Problem> problems;
  AddProblems(ProblemsOf(status), &problems);
  for (int i = 0; i < problems.size(); ++i) {
    if (details.ByteSizeLong() + problems[i].ByteSizeLong() > kMaxDetailBytes) {
      details.add_details()->PackFrom(NotListed(problems.size() - i));
      break;
    }
    details.add_details()->PackFrom(problems[i]);
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      details.SerializeAsString());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  type::v1::Status details;
  std::vector<Problem> problems;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& any : details.details()) {
      type::v1::Problem problem;
      if (any.UnpackTo(&problem)) {
        problems.push_back(
            {problem.reason(), problem.field(), problem.message_zh(), problem.message_en()});
      }
    }
  }
  // Our callers cancel nothing they still wait for, and a handler's status has a reason. So this is
  // gRPC's own word for a server that took the call and was stopped before it began with it.
  if (problems.empty() && absl::IsCancelled(absl::Status(code, ""))) {
    return absl::UnavailableError("the server stopped before it answered");
  }
  if (problems.empty()) return absl::Status(code, status.error_message());
  return ProblemStatus(code, std::move(problems));
}

}  // namespace fupin::rpc
