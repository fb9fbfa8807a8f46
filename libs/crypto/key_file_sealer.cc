#include "libs/crypto/key_file_sealer.h"

#include <openssl/rand.h>
#include <pthread.h>

#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/crypto/hkdf.h"
#include "libs/crypto/reasons.h"
#include "libs/status/macros.h"

namespace fupin::crypto {
namespace {

constexpr char kFormat = 1;
constexpr size_t kHeaderBytes = 6;
static_assert(kSealBytes == kHeaderBytes + kNonceBytes + kTagBytes);

void AppendU32(uint32_t value, std::string* out) {
  for (int shift = 24; shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

uint32_t ReadU32(absl::string_view bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::string Associated(absl::string_view header, absl::string_view service,
                       const SealPlace& place) {
  std::string out(header);
  out.reserve(160);
  for (const absl::string_view part :
       {service, place.table, place.partition, place.key, place.field}) {
    AppendU32(static_cast<uint32_t>(part.size()), &out);
    out.append(part.data(), part.size());
  }
  return out;
}

std::atomic<int> forks{0};

// Random bytes are made many at a time: one call costs twice what sealing a record does. A child
// process must not go on with the bytes of its parent.
bool AppendNonce(std::string* out) {
  static const int watched = pthread_atfork(nullptr, nullptr, [] { ++forks; });
  struct Stock {
    int forks = -1;
    size_t used = 0;
    unsigned char bytes[256 * kNonceBytes];
  };
  thread_local Stock stock;
  if (watched != 0) return false;
  if (stock.forks != forks || stock.used == sizeof stock.bytes) {
    if (RAND_bytes(stock.bytes, sizeof stock.bytes) != 1) return false;
    stock.forks = forks;
    stock.used = 0;
  }
  out->append(reinterpret_cast<const char*>(stock.bytes) + stock.used, kNonceBytes);
  stock.used += kNonceBytes;
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Sealer>> KeyFileSealer::FromFile(const std::string& path,
                                                                const std::string& service) {
  ASSIGN_OR_RETURN(std::string text, ReadSecretFile(path));
  auto keys = ParseSealKeys(text, path);
  Wipe(&text);
  RETURN_IF_ERROR(keys.status());
  std::unique_ptr<Sealer> sealer = std::make_unique<KeyFileSealer>(*keys, service);
  for (auto& [version, key] : *keys) Wipe(&key.secret);
  return sealer;
}

KeyFileSealer::KeyFileSealer(const std::map<uint32_t, SealKey>& keys, std::string service)
    : service_(std::move(service)) {
  FUPIN_CHECK(!keys.empty());
  for (const auto& [version, key] : keys) {
    const bool sm = key.suite == Suite::kSm;
    std::string derived =
        Hkdf(sm ? Digest::kSm3 : Digest::kSha256, key.secret, "fupin",
             absl::StrCat("seal/", service_), sm ? kSm4KeyBytes : kAes256KeyBytes);
    keys_[version] = Key{key.suite, sm ? NewSm4Gcm(derived) : NewAes256Gcm(derived)};
    Wipe(&derived);
  }
}

absl::StatusOr<std::string> KeyFileSealer::Seal(const SealPlace& place,
                                                absl::string_view value) const {
  const auto& [version, key] = *keys_.rbegin();
  std::string out;
  out.reserve(value.size() + kSealBytes);
  out.push_back(kFormat);
  out.push_back(static_cast<char>(key.suite));
  AppendU32(version, &out);
  const std::string associated = Associated(out, service_, place);
  if (!AppendNonce(&out)) return Refuse("SEAL_FAILED", place.field, "RAND_bytes");
  const std::string nonce = out.substr(kHeaderBytes);
  if (!key.aead->Encrypt(nonce, associated, value, &out)) {
    return Refuse("SEAL_FAILED", place.field, place.table);
  }
  return out;
}

absl::StatusOr<std::string> KeyFileSealer::Open(const SealPlace& place,
                                                absl::string_view sealed) const {
  const std::string where = absl::StrCat(service_, " ", place.table, " ", place.field);
  if (sealed.size() < kSealBytes || sealed[0] != kFormat) {
    return Refuse("SEAL_BROKEN", place.field, where);
  }
  const uint32_t version = ReadU32(sealed.substr(2));
  const auto key = keys_.find(version);
  if (key == keys_.end()) {
    return Refuse("KEY_VERSION_UNKNOWN", place.field, absl::StrCat(version));
  }
  const bool same_suite = sealed[1] == static_cast<char>(key->second.suite);
  std::string value;
  value.reserve(sealed.size() - kSealBytes);
  if (!same_suite ||
      !key->second.aead->Decrypt(sealed.substr(kHeaderBytes, kNonceBytes),
                                 Associated(sealed.substr(0, kHeaderBytes), service_, place),
                                 sealed.substr(kHeaderBytes + kNonceBytes), &value)) {
    return Refuse("SEAL_BROKEN", place.field, where);
  }
  return value;
}

}  // namespace fupin::crypto
