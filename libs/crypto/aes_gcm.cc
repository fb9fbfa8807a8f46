#include <openssl/evp.h>

#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/crypto/aead.h"
#include "libs/status/macros.h"

namespace fupin::crypto {
namespace {

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Looked up once: a lookup costs more than sealing a record.
const EVP_CIPHER* Cipher() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  FUPIN_CHECK(cipher != nullptr);
  return cipher;
}

class Aes256Gcm : public Aead {
 public:
  // One context stays: it carries the key for all others.
  explicit Aes256Gcm(absl::string_view key) : first_(EVP_CIPHER_CTX_new()) {
    FUPIN_CHECK(key.size() == kAes256KeyBytes);
    FUPIN_CHECK(EVP_EncryptInit_ex2(first_, Cipher(), Bytes(key), nullptr, nullptr) == 1);
  }
  ~Aes256Gcm() override {
    for (EVP_CIPHER_CTX* context : idle_) EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_CTX_free(first_);  // wipes the key
  }

  bool Encrypt(absl::string_view nonce, absl::string_view associated, absl::string_view plaintext,
               std::string* out) const override {
    const size_t begin = out->size();
    out->resize(begin + plaintext.size() + kTagBytes);
    auto* to = reinterpret_cast<unsigned char*>(out->data() + begin);
    EVP_CIPHER_CTX* context = Take();
    int size = 0;
    const bool done =
        context != nullptr && nonce.size() == kNonceBytes &&
        EVP_EncryptInit_ex2(context, nullptr, nullptr, Bytes(nonce), nullptr) == 1 &&
        EVP_EncryptUpdate(context, nullptr, &size, Bytes(associated), Int(associated)) == 1 &&
        EVP_EncryptUpdate(context, to, &size, Bytes(plaintext), Int(plaintext)) == 1 &&
        EVP_EncryptFinal_ex(context, to + plaintext.size(), &size) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, to + plaintext.size()) == 1;
    Return(context);
    if (!done) out->resize(begin);
    return done;
  }

  bool Decrypt(absl::string_view nonce, absl::string_view associated, absl::string_view sealed,
               std::string* out) const override {
    if (sealed.size() < kTagBytes || nonce.size() != kNonceBytes) return false;
    const absl::string_view ciphertext = sealed.substr(0, sealed.size() - kTagBytes);
    unsigned char tag[kTagBytes];
    sealed.substr(ciphertext.size()).copy(reinterpret_cast<char*>(tag), kTagBytes);
    const size_t begin = out->size();
    out->resize(begin + ciphertext.size());
    auto* to = reinterpret_cast<unsigned char*>(out->data() + begin);
    EVP_CIPHER_CTX* context = Take();
    int size = 0;
    const bool done =
        context != nullptr &&
        EVP_DecryptInit_ex2(context, nullptr, nullptr, Bytes(nonce), nullptr) == 1 &&
        EVP_DecryptUpdate(context, nullptr, &size, Bytes(associated), Int(associated)) == 1 &&
        EVP_DecryptUpdate(context, to, &size, Bytes(ciphertext), Int(ciphertext)) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag) == 1 &&
        EVP_DecryptFinal_ex(context, to + ciphertext.size(), &size) == 1;
    Return(context);
    if (!done) out->resize(begin);  // nothing of what could not be proved is given out
    return done;
  }

 private:
  static int Int(absl::string_view text) { return static_cast<int>(text.size()); }

  // A context for one call; there are as many as threads ever called at once.
  EVP_CIPHER_CTX* Take() const {
    absl::MutexLock lock(&mutex_);
    if (!idle_.empty()) {
      EVP_CIPHER_CTX* context = idle_.back();
      idle_.pop_back();
      return context;
    }
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    if (context != nullptr && EVP_CIPHER_CTX_copy(context, first_) == 1) return context;
    EVP_CIPHER_CTX_free(context);
    return nullptr;
  }
  void Return(EVP_CIPHER_CTX* context) const {
    if (context == nullptr) return;
    absl::MutexLock lock(&mutex_);
    idle_.push_back(context);
  }

  EVP_CIPHER_CTX* const first_;
  mutable absl::Mutex mutex_;
  mutable std::vector<EVP_CIPHER_CTX*> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Aead> NewAes256Gcm(absl::string_view key) {
  return std::make_unique<Aes256Gcm>(key);
}

}  // namespace fupin::crypto
