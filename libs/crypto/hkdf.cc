#include "libs/crypto/hkdf.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "libs/status/macros.h"

namespace fupin::crypto {
namespace {

OSSL_PARAM Octets(const char* name, absl::string_view bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(bytes.data()), bytes.size());
}

}  // namespace

std::string Hkdf(Digest digest, absl::string_view secret, absl::string_view salt,
                 absl::string_view info, size_t size) {
  std::string name = digest == Digest::kSm3 ? "SM3" : "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name.data(), 0),
      Octets(OSSL_KDF_PARAM_KEY, secret),
      Octets(OSSL_KDF_PARAM_SALT, salt),
      Octets(OSSL_KDF_PARAM_INFO, info),
      OSSL_PARAM_construct_end(),
  };
  std::string key(size, '\0');
  EVP_KDF* function = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  EVP_KDF_CTX* context = EVP_KDF_CTX_new(function);
  const bool done =
      context != nullptr && EVP_KDF_derive(context, reinterpret_cast<unsigned char*>(key.data()),
                                           key.size(), parameters) == 1;
  EVP_KDF_CTX_free(context);
  EVP_KDF_free(function);
  FUPIN_CHECK(done);
  return key;
}

}  // namespace fupin::crypto
