#include <gcrypt.h>

#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/crypto/aead.h"
#include "libs/status/macros.h"

namespace fupin::crypto {
namespace {

void StartLibrary() {
  static const bool started = [] {
    if (gcry_check_version("1.10.0") == nullptr) return false;
    // Keys do not live in its locked pages: their number is bounded, ours is not.
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    return true;
  }();
  FUPIN_CHECK(started);
}

class Sm4Gcm : public Aead {
 public:
  explicit Sm4Gcm(absl::string_view key) : key_(key) {
    FUPIN_CHECK(key.size() == kSm4KeyBytes);
    StartLibrary();
  }
  ~Sm4Gcm() override {
    for (gcry_cipher_hd_t handle : idle_) gcry_cipher_close(handle);  // wipes the key
    for (char& byte : key_) *static_cast<volatile char*>(&byte) = 0;
  }

  bool Encrypt(absl::string_view nonce, absl::string_view associated, absl::string_view plaintext,
               std::string* out) const override {
    const size_t begin = out->size();
    out->resize(begin + plaintext.size() + kTagBytes);
    char* to = out->data() + begin;
    gcry_cipher_hd_t handle = Take();
    const bool done = handle != nullptr && nonce.size() == kNonceBytes &&
                      gcry_cipher_setiv(handle, nonce.data(), nonce.size()) == 0 &&
                      gcry_cipher_authenticate(handle, associated.data(), associated.size()) == 0 &&
                      gcry_cipher_final(handle) == 0 &&
                      gcry_cipher_encrypt(handle, to, plaintext.size(), plaintext.data(),
                                          plaintext.size()) == 0 &&
                      gcry_cipher_gettag(handle, to + plaintext.size(), kTagBytes) == 0;
    Return(handle);
    if (!done) out->resize(begin);
    return done;
  }

  bool Decrypt(absl::string_view nonce, absl::string_view associated, absl::string_view sealed,
               std::string* out) const override {
    if (sealed.size() < kTagBytes || nonce.size() != kNonceBytes) return false;
    const absl::string_view ciphertext = sealed.substr(0, sealed.size() - kTagBytes);
    const size_t begin = out->size();
    out->resize(begin + ciphertext.size());
    gcry_cipher_hd_t handle = Take();
    const bool done =
        handle != nullptr && gcry_cipher_setiv(handle, nonce.data(), nonce.size()) == 0 &&
        gcry_cipher_authenticate(handle, associated.data(), associated.size()) == 0 &&
        gcry_cipher_final(handle) == 0 &&
        gcry_cipher_decrypt(handle, out->data() + begin, ciphertext.size(), ciphertext.data(),
                            ciphertext.size()) == 0 &&
        gcry_cipher_checktag(handle, sealed.data() + ciphertext.size(), kTagBytes) == 0;
    Return(handle);
    if (!done) out->resize(begin);
    return done;
  }

 private:
  gcry_cipher_hd_t Take() const {
    {
      absl::MutexLock lock(&mutex_);
      if (!idle_.empty()) {
        gcry_cipher_hd_t handle = idle_.back();
        idle_.pop_back();
        return handle;
      }
    }
    gcry_cipher_hd_t handle = nullptr;
    if (gcry_cipher_open(&handle, GCRY_CIPHER_SM4, GCRY_CIPHER_MODE_GCM, 0) != 0) return nullptr;
    if (gcry_cipher_setkey(handle, key_.data(), key_.size()) == 0) return handle;
    gcry_cipher_close(handle);
    return nullptr;
  }
  void Return(gcry_cipher_hd_t handle) const {
    if (handle == nullptr) return;
    absl::MutexLock lock(&mutex_);
    idle_.push_back(handle);
  }

  std::string key_;
  mutable absl::Mutex mutex_;
  mutable std::vector<gcry_cipher_hd_t> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Aead> NewSm4Gcm(absl::string_view key) { return std::make_unique<Sm4Gcm>(key); }

}  // namespace fupin::crypto
