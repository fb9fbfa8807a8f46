#include "services/gateway/oidc/claims.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "libs/clock/clock.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/numbers.h"
#include "services/gateway/server/reasons.h"

namespace fupin::gateway::oidc {
namespace {

using nlohmann::json;

constexpr size_t kMaxName = 64;
constexpr size_t kMaxDivision = 32;
constexpr size_t kMaxDisplayName = 60;

json Parse(const std::string& payload) {
  return json::parse(payload, nullptr, /*allow_exceptions=*/false);
}

std::string Text(const json& claims, const std::string& name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : "";
}

// A claim is a text or a list of texts.
bool Holds(const json& claims, const std::string& name, const std::string& value) {
  const auto found = claims.find(name);
  if (found == claims.end()) return false;
  if (found->is_string()) return found->get<std::string>() == value;
  if (!found->is_array()) return false;
  return std::any_of(found->begin(), found->end(), [&](const json& one) {
    return one.is_string() && one.get<std::string>() == value;
  });
}

std::optional<absl::Time> Moment(const json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  const double seconds = found->get<double>();
  if (!(seconds >= 0 && seconds < 1e11)) return std::nullopt;
  return absl::FromUnixSeconds(static_cast<int64_t>(seconds));
}

// It becomes part of the principal's URI, which stands in logs.
bool IsSegment(absl::string_view text, size_t most) {
  return !text.empty() && text.size() <= most && absl::ascii_isalnum(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
         });
}

// At most `most` bytes, whole characters, nothing that cannot be seen.
std::string Shown(const std::string& text, size_t most) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    size_t size = 1;
    while (i + size < text.size() && (text[i + size] & 0xC0) == 0x80) ++size;
    if (out.size() + size > most) break;
    if (size > 1 || !absl::ascii_iscntrl(text[i])) out.append(text, i, size);
    i += size;
  }
  return out;
}

std::string Or(const std::string& setting, const char* fallback) {
  return setting.empty() ? fallback : setting;
}

}  // namespace

absl::Status CheckClaims(const std::string& payload, const Oidc& settings, const std::string& nonce,
                         absl::Time now) {
  const json claims = Parse(payload);
  if (!claims.is_object()) return Refuse("TOKEN_MALFORMED");
  if (Text(claims, "iss") != settings.issuer()) return Refuse("TOKEN_ISSUER");
  if (!Holds(claims, "aud", settings.client_id())) return Refuse("TOKEN_AUDIENCE");
  const bool for_others = claims["aud"].is_array() && claims["aud"].size() > 1;
  if ((for_others || claims.contains("azp")) && Text(claims, "azp") != settings.client_id()) {
    return Refuse("TOKEN_AUDIENCE");
  }
  const auto expires = Moment(claims, "exp");
  if (!expires || now - kSkew >= *expires) return Refuse("TOKEN_EXPIRED");
  const auto issued = Moment(claims, "iat");
  if (!issued || *issued > now + kSkew || *issued < now - kSkew - kFresh) {
    return Refuse("TOKEN_TIME");
  }
  if (claims.contains("nbf")) {
    const auto begins = Moment(claims, "nbf");
    if (!begins || *begins > now + kSkew) return Refuse("TOKEN_TIME");
  }
  if (nonce.empty() || Text(claims, "nonce") != nonce) return Refuse("TOKEN_NONCE");
  return absl::OkStatus();
}

absl::StatusOr<Person> PersonOf(const std::string& payload, const Oidc& settings, absl::Time now) {
  const json claims = Parse(payload);
  if (!claims.is_object()) return Refuse("TOKEN_MALFORMED");
  Person person;
  person.name = Text(claims, Or(settings.name_claim(), "sub"));
  const absl::CivilDay today = absl::ToCivilDay(now, Shanghai());
  if (!IsSegment(person.name, kMaxName) || codes::CitizenNumber::Parse(person.name, today).ok() ||
      codes::CheckPhone(person.name).ok()) {
    return Refuse("ACCOUNT_NAME_UNFIT");
  }
  person.display_name =
      Shown(Text(claims, Or(settings.display_name_claim(), "name")), kMaxDisplayName);
  person.division = Text(claims, Or(settings.division_claim(), "division"));
  if (settings.rules().empty()) {
    person.role = Text(claims, Or(settings.role_claim(), "role"));
  }
  for (const OidcRule& rule : settings.rules()) {
    if (!Holds(claims, rule.claim(), rule.value())) continue;
    person.role = rule.role();
    if (!rule.division().empty()) person.division = rule.division();
    break;
  }
  const bool known = person.role == "officer" || person.role == "operator";
  const bool placed = IsSegment(person.division, kMaxDivision);
  if (!known || (!placed && (person.role == "officer" || !person.division.empty()))) {
    return Refuse("ACCOUNT_NO_RIGHTS");
  }
  return person;
}

}  // namespace fupin::gateway::oidc
