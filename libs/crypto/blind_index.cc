#include "libs/crypto/blind_index.h"

#include <openssl/evp.h>

#include "libs/crypto/key_file.h"
#include "libs/crypto/reasons.h"
#include "libs/status/macros.h"

namespace fupin::crypto {
namespace {

constexpr size_t kIndexBytes = 16;
constexpr size_t kBlockBytes = 64;  // of SHA-256

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

const EVP_MD* Hash() {
  static const EVP_MD* const hash = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  FUPIN_CHECK(hash != nullptr);
  return hash;
}

// SHA-256 after one block: the key, combined with `pad`.
Context Begun(absl::string_view key, char pad) {
  std::string block(kBlockBytes, pad);
  for (size_t i = 0; i < key.size(); ++i) block[i] = static_cast<char>(block[i] ^ key[i]);
  Context context(EVP_MD_CTX_new());
  FUPIN_CHECK(EVP_DigestInit_ex2(context.get(), Hash(), nullptr) == 1 &&
              EVP_DigestUpdate(context.get(), block.data(), block.size()) == 1);
  Wipe(&block);
  return context;
}

}  // namespace

// Both hashes of HMAC (RFC 2104) with the key already in them: copying is seven times faster than
// beginning anew, and a record needs two of these.
struct BlindIndex::State {
  Context inner;
  Context outer;
};

absl::StatusOr<BlindIndex> BlindIndex::FromFile(const std::string& path) {
  ASSIGN_OR_RETURN(std::string key, ReadSecretFile(path));
  if (key.size() != kSecretBytes) key = SecretFromHex(key);
  if (key.empty()) return Refuse("KEY_FILE_FORMAT", path);
  return BlindIndex(std::move(key));
}

BlindIndex::BlindIndex(std::string key) {
  FUPIN_CHECK(key.size() <= kBlockBytes);
  state_ = std::make_shared<const State>(State{Begun(key, 0x36), Begun(key, 0x5c)});
  Wipe(&key);
}

std::string BlindIndex::Of(absl::string_view domain, absl::string_view value) const {
  static thread_local const Context context(EVP_MD_CTX_new());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_MD_CTX* const hash = context.get();
  FUPIN_CHECK(EVP_MD_CTX_copy_ex(hash, state_->inner.get()) == 1 &&
              EVP_DigestUpdate(hash, domain.data(), domain.size()) == 1 &&
              EVP_DigestUpdate(hash, "\0", 1) == 1 &&
              EVP_DigestUpdate(hash, value.data(), value.size()) == 1 &&
              EVP_DigestFinal_ex(hash, digest, &size) == 1 &&
              EVP_MD_CTX_copy_ex(hash, state_->outer.get()) == 1 &&
              EVP_DigestUpdate(hash, digest, size) == 1 &&
              EVP_DigestFinal_ex(hash, digest, &size) == 1);
  return std::string(reinterpret_cast<const char*>(digest), kIndexBytes);
}

std::string Sha256(absl::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  return std::string(reinterpret_cast<const char*>(digest), size);
}

}  // namespace fupin::crypto
