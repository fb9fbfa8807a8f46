#include "services/gateway/oidc/key_set.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "services/gateway/server/reasons.h"

namespace fupin::gateway::oidc {
namespace {

using nlohmann::json;

constexpr size_t kMaxKeys = 100;
constexpr size_t kMaxNumberBytes = 1024;  // 8192 bits
constexpr int kMinRsaBits = 2048;
constexpr size_t kHalf = 32;  // of a P-256 point or signature

template <typename T, void (*free)(T*)>
struct Freed {
  void operator()(T* value) const { free(value); }
};
using Number = std::unique_ptr<BIGNUM, Freed<BIGNUM, BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM, OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using HashContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG, ECDSA_SIG_free>>;

const unsigned char* Bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string Text(const json& of, const char* name) {
  const auto found = of.find(name);
  return found != of.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string Decoded(const json& of, const char* name) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(Text(of, name), &bytes) || bytes.size() > kMaxNumberBytes) {
    return "";
  }
  return bytes;
}

// Null when the numbers are no such key.
std::shared_ptr<EVP_PKEY> Make(const char* kind, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  std::shared_ptr<EVP_PKEY> made(key, EVP_PKEY_free);
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return check != nullptr && EVP_PKEY_public_check(check.get()) == 1 ? made : nullptr;
}

std::shared_ptr<EVP_PKEY> RsaKey(const json& of) {
  const std::string modulus = Decoded(of, "n");
  const std::string exponent = Decoded(of, "e");
  if (modulus.empty() || exponent.empty() || exponent.size() > 8) return nullptr;
  const Number n(BN_bin2bn(Bytes(modulus), static_cast<int>(modulus.size()), nullptr));
  const Number e(BN_bin2bn(Bytes(exponent), static_cast<int>(exponent.size()), nullptr));
  if (n == nullptr || e == nullptr || BN_num_bits(n.get()) < kMinRsaBits) return nullptr;
  const Builder builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return nullptr;
  }
  return Make("RSA", builder.get());
}

std::shared_ptr<EVP_PKEY> EcKey(const json& of) {
  const std::string x = Decoded(of, "x");
  const std::string y = Decoded(of, "y");
  if (Text(of, "crv") != "P-256" || x.size() != kHalf || y.size() != kHalf) return nullptr;
  const std::string point = "\x04" + x + y;
  const Builder builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return nullptr;
  }
  return Make("EC", builder.get());
}

// A token has the two numbers side by side, OpenSSL wants them as ASN.1; empty when that cannot be.
std::string AsAsn1(const std::string& signature) {
  if (signature.size() != 2 * kHalf) return "";
  const Signature numbers(ECDSA_SIG_new());
  Number r(BN_bin2bn(Bytes(signature), kHalf, nullptr));
  Number s(BN_bin2bn(Bytes(signature) + kHalf, kHalf, nullptr));
  if (ECDSA_SIG_set0(numbers.get(), r.get(), s.get()) != 1) return "";
  (void)r.release();
  (void)s.release();
  unsigned char* out = nullptr;
  const int size = i2d_ECDSA_SIG(numbers.get(), &out);
  if (size <= 0) return "";
  std::string encoded(reinterpret_cast<const char*>(out), static_cast<size_t>(size));
  OPENSSL_free(out);
  return encoded;
}

bool Fits(EVP_PKEY* key, const std::string& text, const std::string& signature) {
  const HashContext context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(text),
                          text.size()) == 1;
}

}  // namespace

absl::StatusOr<KeySet> KeySet::Parse(absl::string_view text) {
  const json set = json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!set.is_object() || !set.contains("keys") || !set["keys"].is_array() ||
      set["keys"].size() > kMaxKeys) {
    return Refuse("IDENTITY_PROVIDER_WRONG", "jwks_uri");
  }
  KeySet keys;
  for (const json& of : set["keys"]) {
    if (!of.is_object()) continue;
    const std::string use = Text(of, "use");
    if (!use.empty() && use != "sig") continue;
    const std::string kind = Text(of, "kty");
    Key key;
    key.id = Text(of, "kid");
    if (kind == "RSA") {
      key.algorithm = "RS256";
      key.key = RsaKey(of);
    } else if (kind == "EC") {
      key.algorithm = "ES256";
      key.key = EcKey(of);
    }
    const std::string meant = Text(of, "alg");
    if (key.key == nullptr || (!meant.empty() && meant != key.algorithm)) continue;
    keys.keys_.push_back(std::move(key));
  }
  return keys;
}

absl::Status KeySet::Verify(const Token& token) const {
  if (token.algorithm != "RS256" && token.algorithm != "ES256") return Refuse("TOKEN_ALGORITHM");
  const bool elliptic = token.algorithm == "ES256";
  const std::string signature = elliptic ? AsAsn1(token.signature) : token.signature;
  bool known = false;
  for (const Key& key : keys_) {
    if (key.algorithm != token.algorithm) continue;
    // A token without an id may be by any of them.
    if (!token.key_id.empty() && token.key_id != key.id) continue;
    known = true;
    if (Fits(key.key.get(), token.signed_part, signature)) return absl::OkStatus();
  }
  return known ? Refuse("TOKEN_SIGNATURE") : Refuse("TOKEN_KEY_UNKNOWN");
}

}  // namespace fupin::gateway::oidc
