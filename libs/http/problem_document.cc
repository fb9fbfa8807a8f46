#include "libs/http/problem_document.h"

#include <utility>

#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "fupin/gateway/v1/gateway_service.pb.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/status.h"

namespace fupin::http {
namespace {

struct Row {
  absl::StatusCode code;
  int http;
  const char* title;
};

constexpr Row kRows[] = {
    {absl::StatusCode::kInvalidArgument, 400, "请求有误 / bad request"},
    {absl::StatusCode::kFailedPrecondition, 409, "当前状态不允许 / not possible now"},
    {absl::StatusCode::kOutOfRange, 400, "超出范围 / out of range"},
    {absl::StatusCode::kUnauthenticated, 401, "身份未确认 / not authenticated"},
    {absl::StatusCode::kPermissionDenied, 403, "无权限 / not allowed"},
    {absl::StatusCode::kNotFound, 404, "未找到 / not found"},
    {absl::StatusCode::kAborted, 409, "冲突 / conflict"},
    {absl::StatusCode::kAlreadyExists, 409, "已存在 / already exists"},
    {absl::StatusCode::kResourceExhausted, 429, "请求过多 / too many requests"},
    {absl::StatusCode::kCancelled, 499, "已取消 / cancelled"},
    {absl::StatusCode::kUnimplemented, 501, "未实现 / not implemented"},
    {absl::StatusCode::kUnavailable, 503, "暂不可用 / unavailable"},
    {absl::StatusCode::kDeadlineExceeded, 504, "超时 / timed out"},
};

struct Exact {
  const char* reason;
  int http;
};

constexpr Exact kExact[] = {
    {"METHOD_NOT_ALLOWED", 405}, {"BODY_TOO_LARGE", 413},     {"CONTENT_TYPE_WRONG", 415},
    {"HEADER_TOO_LARGE", 431},   {"STORE_DISK_RESERVE", 507},
};

}  // namespace

int HttpStatusOf(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  for (const Exact& exact : kExact) {
    if (reason == exact.reason) return exact.http;
  }
  for (const Row& row : kRows) {
    if (row.code == status.code()) return row.http;
  }
  return 500;
}

HttpResponse ProblemResponse(const absl::Status& status, const std::string& request_id) {
  gateway::v1::ProblemDocument document;
  document.set_type("about:blank");
  document.set_title("内部错误 / internal error");
  for (const Row& row : kRows) {
    if (row.code == status.code()) document.set_title(row.title);
  }
  document.set_status(HttpStatusOf(status));
  document.set_code(absl::StatusCodeToString(status.code()));
  document.set_request_id(request_id);
  rpc::AddProblems(ProblemsOf(status), document.mutable_problems());
  HttpResponse response = JsonResponse("");
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  (void)google::protobuf::util::MessageToJsonString(document, &json, options);
  response.status = document.status();
  response.content_type = "application/problem+json";
  response.body = std::make_shared<const std::string>(std::move(json));
  if (response.status == 429 || response.status == 503) {
    response.headers.emplace_back("Retry-After", "1");
  }
  return response;
}

HttpResponse JsonResponse(std::string json) {
  HttpResponse response;
  response.content_type = "application/json";
  response.body = std::make_shared<const std::string>(std::move(json));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace fupin::http
