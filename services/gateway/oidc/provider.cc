#include "services/gateway/oidc/provider.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/crypto/blind_index.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/gateway/oidc/token.h"
#include "services/gateway/server/reasons.h"

namespace fupin::gateway::oidc {
namespace {

using nlohmann::json;

constexpr absl::Duration kKept = absl::Hours(1);
constexpr absl::Duration kSeek = absl::Seconds(10);
constexpr absl::Duration kRest = absl::Seconds(2);

json Parse(const std::string& text) {
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

std::string Text(const json& of, const char* name) {
  const auto found = of.find(name);
  return found != of.end() && found->is_string() ? found->get<std::string>() : "";
}

// It becomes a header of our answer, with a query behind it.
bool IsAddress(const std::string& url) {
  return absl::StartsWith(url, "https://") && std::all_of(url.begin(), url.end(), [](char c) {
           return absl::ascii_isgraph(c) && c != '#';
         });
}

std::string Form(std::initializer_list<std::pair<const char*, std::string>> fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    absl::StrAppend(&out, out.empty() ? "" : "&", name, "=", PercentEncoded(value));
  }
  return out;
}

}  // namespace

Provider::Provider(const Oidc& settings, std::string secret, Fetch fetch, const Clock& clock)
    : settings_(settings), secret_(std::move(secret)), fetch_(std::move(fetch)), clock_(clock) {}

absl::StatusOr<std::string> Provider::Get(const std::string& url, const char* what) {
  const absl::Time now = clock_.Now();
  if (now >= failed_ && now - failed_ < kRest) return Refuse("IDENTITY_PROVIDER_DOWN");
  auto answer = fetch_({url, "", ""});
  if (answer.ok() && answer->status == 200) return std::move(answer->body);
  failed_ = now;
  if (!answer.ok()) return answer.status();
  log::Warning("identity provider answers otherwise", {{"what", what}, {"status", answer->status}});
  return Refuse("IDENTITY_PROVIDER_DOWN");
}

absl::Status Provider::Describe() {
  const absl::Time now = clock_.Now();
  if (description_ != nullptr && now - described_ < kKept) return absl::OkStatus();
  const auto text = Get(
      absl::StrCat(absl::StripSuffix(settings_.issuer(), "/"), "/.well-known/openid-configuration"),
      "description");
  if (!text.ok()) {
    // What was true an hour ago serves better than nothing.
    return description_ != nullptr ? absl::OkStatus() : text.status();
  }
  const json said = Parse(*text);
  auto made = std::make_unique<Description>();
  if (!said.is_object() || Text(said, "issuer") != settings_.issuer()) {
    return Refuse("IDENTITY_PROVIDER_WRONG", "issuer");
  }
  made->authorization_endpoint = Text(said, "authorization_endpoint");
  made->token_endpoint = Text(said, "token_endpoint");
  made->jwks_uri = Text(said, "jwks_uri");
  for (const auto& [url, field] :
       {std::pair(&made->authorization_endpoint, "authorization_endpoint"),
        std::pair(&made->token_endpoint, "token_endpoint"),
        std::pair(&made->jwks_uri, "jwks_uri")}) {
    if (!IsAddress(*url)) {
      return Refuse("IDENTITY_PROVIDER_WRONG", field);
    }
  }
  // Without a list it is the header (OpenID Connect Discovery, section 3).
  const auto ways = said.find("token_endpoint_auth_methods_supported");
  if (ways != said.end() && ways->is_array()) {
    bool header = false;
    for (const json& way : *ways) header |= way == "client_secret_basic";
    made->secret_in_form = !header;
  }
  description_ = std::move(made);
  described_ = now;
  return absl::OkStatus();
}

absl::Status Provider::FetchKeys() {
  ASSIGN_OR_RETURN(const std::string text, Get(description_->jwks_uri, "keys"));
  ASSIGN_OR_RETURN(KeySet keys, KeySet::Parse(text));
  keys_ = std::make_unique<KeySet>(std::move(keys));
  keys_fetched_ = clock_.Now();
  return absl::OkStatus();
}

absl::Status Provider::Verify(const Token& token) {
  const absl::Time now = clock_.Now();
  if (keys_ == nullptr || now - keys_fetched_ >= kKept) {
    // A key taken back must not serve for ever: no old keys when there are no new ones.
    keys_.reset();
    RETURN_IF_ERROR(FetchKeys());
  }
  const absl::Status status = keys_->Verify(token);
  if (ReasonOf(status) != "TOKEN_KEY_UNKNOWN" || now - sought_ < kSeek) return status;
  sought_ = now;
  RETURN_IF_ERROR(FetchKeys());
  return keys_->Verify(token);
}

absl::StatusOr<std::string> Provider::AuthorizationUrl(const Attempt& attempt) {
  RETURN_IF_ERROR(Describe());
  const std::string challenge = absl::WebSafeBase64Escape(crypto::Sha256(attempt.verifier));
  const std::string& at = description_->authorization_endpoint;
  return absl::StrCat(
      at, absl::StrContains(at, '?') ? "&" : "?",
      Form({{"response_type", "code"},
            {"client_id", settings_.client_id()},
            {"redirect_uri", settings_.redirect_uri()},
            {"scope", settings_.scope().empty() ? "openid profile" : settings_.scope()},
            {"state", attempt.state},
            {"nonce", attempt.nonce},
            {"code_challenge", challenge},
            {"code_challenge_method", "S256"}}));
}

absl::StatusOr<std::string> Provider::IdToken(const std::string& code, const Attempt& attempt) {
  Request request;
  request.url = description_->token_endpoint;
  request.form = Form({{"grant_type", "authorization_code"},
                       {"code", code},
                       {"redirect_uri", settings_.redirect_uri()},
                       {"code_verifier", attempt.verifier}});
  if (secret_.empty() || description_->secret_in_form) {
    absl::StrAppend(&request.form, "&", Form({{"client_id", settings_.client_id()}}));
  }
  if (!secret_.empty() && description_->secret_in_form) {
    absl::StrAppend(&request.form, "&", Form({{"client_secret", secret_}}));
  } else if (!secret_.empty()) {
    request.authorization = absl::StrCat(
        "Basic ", absl::Base64Escape(absl::StrCat(PercentEncoded(settings_.client_id()), ":",
                                                  PercentEncoded(secret_))));
  }
  ASSIGN_OR_RETURN(const Answer answer, fetch_(request));
  if (answer.status >= 500) return Refuse("IDENTITY_PROVIDER_DOWN");
  const json said = Parse(answer.body);
  const std::string token = said.is_object() ? Text(said, "id_token") : "";
  if (answer.status != 200 || token.empty()) {
    log::Warning("identity provider refused the code", {{"status", answer.status}});
    return Refuse("CODE_REFUSED");
  }
  return token;
}

absl::StatusOr<Person> Provider::Redeem(const std::string& code, const Attempt& attempt) {
  RETURN_IF_ERROR(Describe());
  ASSIGN_OR_RETURN(const std::string text, IdToken(code, attempt));
  ASSIGN_OR_RETURN(const Token token, ParseToken(text));
  RETURN_IF_ERROR(Verify(token));
  const absl::Time now = clock_.Now();
  RETURN_IF_ERROR(CheckClaims(token.payload, settings_, attempt.nonce, now));
  return PersonOf(token.payload, settings_, now);
}

}  // namespace fupin::gateway::oidc
