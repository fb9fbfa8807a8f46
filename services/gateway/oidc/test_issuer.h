// An identity provider for tests: keys made on the spot, tokens signed with them. Synthetic people.
#ifndef FUPIN_SERVICES_GATEWAY_OIDC_TEST_ISSUER_H_
#define FUPIN_SERVICES_GATEWAY_OIDC_TEST_ISSUER_H_

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/status/macros.h"

namespace fupin::gateway::oidc {

// RS256 or ES256.
class TestKey {
 public:
  TestKey(const std::string& algorithm, std::string id)
      : algorithm_(algorithm),
        id_(std::move(id)),
        key_(algorithm == "RS256" ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"), EVP_PKEY_free) {
    FUPIN_CHECK(key_ != nullptr);
  }

  nlohmann::json Jwk() const {
    nlohmann::json jwk = {{"kid", id_}, {"use", "sig"}, {"alg", algorithm_}};
    if (algorithm_ == "RS256") {
      jwk["kty"] = "RSA";
      jwk["n"] = Number(OSSL_PKEY_PARAM_RSA_N, 0);
      jwk["e"] = Number(OSSL_PKEY_PARAM_RSA_E, 0);
    } else {
      jwk["kty"] = "EC";
      jwk["crv"] = "P-256";
      jwk["x"] = Number(OSSL_PKEY_PARAM_EC_PUB_X, 32);
      jwk["y"] = Number(OSSL_PKEY_PARAM_EC_PUB_Y, 32);
    }
    return jwk;
  }

  std::string Sign(const nlohmann::json& claims) const {
    const std::string text = SignedPart(algorithm_, claims);
    std::string signature(512, '\0');
    size_t size = signature.size();
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    FUPIN_CHECK(
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1);
    signature.resize(size);
    if (algorithm_ == "ES256") signature = SideBySide(signature);
    return absl::StrCat(text, ".", absl::WebSafeBase64Escape(signature));
  }

  // Signed by what everybody knows, as if it were a shared secret.
  std::string SignHs256WithPublicKey(const nlohmann::json& claims) const {
    BIO* out = BIO_new(BIO_s_mem());
    FUPIN_CHECK(PEM_write_bio_PUBKEY(out, key_.get()) == 1);
    char* pem = nullptr;
    const long pem_size = BIO_get_mem_data(out, &pem);
    const std::string text = SignedPart("HS256", claims);
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), pem, static_cast<int>(pem_size),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
    BIO_free(out);
    return absl::StrCat(
        text, ".",
        absl::WebSafeBase64Escape(absl::string_view(reinterpret_cast<const char*>(mac), size)));
  }

  // By nobody.
  std::string Unsigned(const nlohmann::json& claims) const {
    return absl::StrCat(SignedPart("none", claims), ".");
  }

  // What is signed, when the header says `algorithm`.
  std::string SignedPart(const std::string& algorithm, const nlohmann::json& claims) const {
    nlohmann::json header = {{"alg", algorithm}, {"typ", "JWT"}};
    if (!id_.empty()) header["kid"] = id_;
    return absl::StrCat(absl::WebSafeBase64Escape(header.dump()), ".",
                        absl::WebSafeBase64Escape(claims.dump()));
  }

 private:
  std::string Number(const char* name, int size) const {
    BIGNUM* number = nullptr;
    FUPIN_CHECK(EVP_PKEY_get_bn_param(key_.get(), name, &number) == 1);
    std::string bytes(static_cast<size_t>(size > 0 ? size : BN_num_bytes(number)), '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()),
                 static_cast<int>(bytes.size()));
    BN_free(number);
    return absl::WebSafeBase64Escape(bytes);
  }

  static std::string SideBySide(const std::string& asn1) {
    const auto* at = reinterpret_cast<const unsigned char*>(asn1.data());
    ECDSA_SIG* numbers = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(asn1.size()));
    FUPIN_CHECK(numbers != nullptr);
    std::string out(64, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(out.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(numbers), bytes, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(numbers), bytes + 32, 32);
    ECDSA_SIG_free(numbers);
    return out;
  }

  std::string algorithm_;
  std::string id_;
  std::shared_ptr<EVP_PKEY> key_;
};

// What a provider says of an officer of Nanming district who signs in now.
inline nlohmann::json OfficerClaims(const std::string& issuer, const std::string& client,
                                    const std::string& nonce, absl::Time now) {
  return {{"iss", issuer},
          {"aud", client},
          {"sub", "staff-0017"},
          {"name", "李四(合成)"},
          {"role", "officer"},
          {"division", "520102"},
          {"nonce", nonce},
          {"iat", absl::ToUnixSeconds(now)},
          {"exp", absl::ToUnixSeconds(now + absl::Minutes(5))}};
}

inline std::string KeySetOf(const std::vector<const TestKey*>& keys) {
  nlohmann::json set = {{"keys", nlohmann::json::array()}};
  for (const TestKey* key : keys) set["keys"].push_back(key->Jwk());
  return set.dump();
}

}  // namespace fupin::gateway::oidc

#endif  // FUPIN_SERVICES_GATEWAY_OIDC_TEST_ISSUER_H_
