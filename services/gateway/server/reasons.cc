#include "services/gateway/server/reasons.h"

#include "libs/status/reasons.h"

namespace fupin::gateway {
namespace {

using absl::StatusCode;

constexpr Reason kReasons[] = {
    {"ROUTE_UNKNOWN", StatusCode::kNotFound, "没有这个地址,可用的地址见 /openapi.json",
     "there is nothing at this address; see /openapi.json"},
    {"METHOD_NOT_ALLOWED", StatusCode::kUnimplemented, "此地址只接受 {}",
     "this address accepts {} only"},
    {"PATH_MALFORMED", StatusCode::kInvalidArgument, "地址中的百分号编码不正确",
     "the address is not percent-encoded correctly"},
    {"HTTP_MALFORMED", StatusCode::kInvalidArgument, "不是正确的 HTTP 请求",
     "this is not a well-formed HTTP request"},
    {"HEADER_TOO_LARGE", StatusCode::kInvalidArgument, "请求头过大,请减少",
     "the request header is too large"},
    {"BODY_TOO_LARGE", StatusCode::kInvalidArgument, "请求体过大,请拆分成较小的请求",
     "the request body is too large; send smaller requests"},
    {"CONTENT_TYPE_WRONG", StatusCode::kInvalidArgument, "请求体须为 application/json(UTF-8)",
     "the body must be application/json in UTF-8"},
    {"JSON_MALFORMED", StatusCode::kInvalidArgument, "请求体不是正确的 JSON,或嵌套过深",
     "the body is not well-formed JSON, or nested too deeply"},
    {"JSON_KEY_TWICE", StatusCode::kInvalidArgument, "同一对象中有重复的字段名,请只保留一个",
     "a field name comes twice in one object; keep one"},
    {"JSON_FIELD_UNKNOWN", StatusCode::kInvalidArgument, "没有这个字段,字段名见 /openapi.json",
     "there is no such field; see /openapi.json"},
    {"JSON_VALUE_WRONG", StatusCode::kInvalidArgument,
     "值的类型或格式不对,应有的类型见 /openapi.json",
     "the value has the wrong type or form; see /openapi.json"},
    {"QUERY_FIELD_UNKNOWN", StatusCode::kInvalidArgument, "查询参数中没有这个字段",
     "the query has no such field"},
    {"QUERY_VALUE_WRONG", StatusCode::kInvalidArgument, "查询参数的值应为 {}",
     "the value of this query parameter must be {}"},
    {"RATE_LIMITED", StatusCode::kResourceExhausted, "请求过于频繁,请一秒后再试",
     "too many requests; try again in a second"},
    {"CERT_NEEDED", StatusCode::kUnauthenticated, "此操作需要登录,或使用本系统签发的客户端证书",
     "this needs signing in, or a client certificate issued for this system"},
    {"SIGN_IN_NEEDED", StatusCode::kUnauthenticated, "请先登录", "sign in first"},
    {"SIGN_IN_WRONG", StatusCode::kUnauthenticated, "用户名或密码不正确",
     "the name or the password is wrong"},
    {"SIGN_IN_MALFORMED", StatusCode::kInvalidArgument, "登录请求须含 name 和 password",
     "signing in takes name and password"},
    {"ROLE_NOT_ALLOWED", StatusCode::kPermissionDenied,
     "该证书的角色无权使用此地址,请换用有权限的证书",
     "the role of this certificate may not use this address; use one that may"},
    {"SERVICE_UNREACHABLE", StatusCode::kUnavailable, "{} 服务暂时无法访问,请稍后重试",
     "the service {} cannot be reached now; try again later"},
    {"SHUTTING_DOWN", StatusCode::kUnavailable, "服务正在停止,请稍后重试",
     "the service is stopping; try again"},
};

constexpr ReasonTable kTable(kReasons);

}  // namespace

absl::Status Refuse(absl::string_view reason, absl::string_view field, absl::string_view detail) {
  return kTable.Refuse(reason, field, detail);
}

}  // namespace fupin::gateway
