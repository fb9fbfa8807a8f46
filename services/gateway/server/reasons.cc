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
    // Signing in by an identity provider.
    {"SIGN_IN_EXPIRED", StatusCode::kInvalidArgument, "登录已超时,或不是从本页面开始的,请重新登录",
     "the sign-in took too long or was not begun here; sign in again"},
    {"SIGN_IN_USED", StatusCode::kInvalidArgument, "这次登录已经用过,请重新登录",
     "this sign-in was used already; sign in again"},
    {"SIGN_IN_DENIED", StatusCode::kPermissionDenied, "身份认证平台未同意登录,或您取消了登录",
     "the identity provider did not agree, or you cancelled"},
    {"IDENTITY_PROVIDER_DOWN", StatusCode::kUnavailable,
     "身份认证平台暂时无法访问,请稍后再试,或用密码登录",
     "the identity provider cannot be reached now; try again later or use a password"},
    {"IDENTITY_PROVIDER_WRONG", StatusCode::kUnavailable,
     "身份认证平台的说明与本系统的设置不符,请联系管理员",
     "what the identity provider says of itself does not fit the settings here; tell the operator"},
    {"CODE_REFUSED", StatusCode::kUnauthenticated, "身份认证平台不承认这次登录,请重新登录",
     "the identity provider does not know this sign-in; sign in again"},
    {"TOKEN_MALFORMED", StatusCode::kUnauthenticated, "身份令牌无法解析,请联系管理员",
     "the identity token cannot be read; tell the operator"},
    {"TOKEN_ALGORITHM", StatusCode::kUnauthenticated,
     "身份令牌须以 RS256 或 ES256 签名,请联系管理员",
     "the identity token must be signed by RS256 or ES256; tell the operator"},
    {"TOKEN_KEY_UNKNOWN", StatusCode::kUnauthenticated,
     "身份令牌的签名密钥不在认证平台公布的密钥中,请联系管理员",
     "the identity token is signed with a key the provider does not publish; tell the operator"},
    {"TOKEN_SIGNATURE", StatusCode::kUnauthenticated, "身份令牌的签名不正确,请联系管理员",
     "the signature of the identity token is wrong; tell the operator"},
    {"TOKEN_ISSUER", StatusCode::kUnauthenticated, "身份令牌不是由约定的平台签发,请联系管理员",
     "the identity token is by another issuer; tell the operator"},
    {"TOKEN_AUDIENCE", StatusCode::kUnauthenticated, "身份令牌不是发给本系统的,请联系管理员",
     "the identity token is for another system; tell the operator"},
    {"TOKEN_EXPIRED", StatusCode::kUnauthenticated, "身份令牌已过期,请重新登录",
     "the identity token has expired; sign in again"},
    {"TOKEN_TIME", StatusCode::kUnauthenticated,
     "身份令牌的签发时间不对,请管理员核对两边服务器的时钟",
     "the identity token was not issued just now; the clocks of both servers may differ"},
    {"TOKEN_NONCE", StatusCode::kUnauthenticated, "身份令牌不属于这次登录,请重新登录",
     "the identity token belongs to another sign-in; sign in again"},
    {"ACCOUNT_NAME_UNFIT", StatusCode::kPermissionDenied,
     "身份令牌中的账号名缺失或不能使用(须为字母、数字和 . - _,不得为证件号或手机号),请联系管理员",
     "the account name in the identity token is missing or unfit (letters, digits, . - _; no "
     "citizen or phone number); tell the operator"},
    {"ACCOUNT_NO_RIGHTS", StatusCode::kPermissionDenied,
     "此账号尚无本系统的角色或区划,请向管理员申请",
     "this account has no role or no division here yet; ask the operator"},
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
