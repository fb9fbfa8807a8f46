#include "libs/crypto/blind_index.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/config/config.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::crypto {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kIndexBytes = 16;

bool IsHex(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isxdigit(c)) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<BlindIndex> BlindIndex::FromFile(const std::string& path) {
  ASSIGN_OR_RETURN(std::string key, config::ReadFile(path));
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0) {
    return ProblemStatus(absl::StatusCode::kFailedPrecondition,
                         {"KEY_FILE_OPEN_TO_OTHERS", path,
                          absl::StrCat("密钥文件 ", path, " 可被他人读取,请执行 chmod 600"),
                          absl::StrCat("the key file ", path, " is open to others; chmod 600 it")});
  }
  if (key.size() != kKeyBytes) {
    const std::string text(absl::StripAsciiWhitespace(key));
    if (text.size() != 2 * kKeyBytes || !IsHex(text)) {
      return ProblemStatus(absl::StatusCode::kInvalidArgument,
                           {"KEY_FILE_FORMAT", path, "密钥文件须为 64 位十六进制或 32 字节",
                            "the key file must hold 64 hex digits or 32 bytes"});
    }
    key = absl::HexStringToBytes(text);
  }
  return BlindIndex(std::move(key));
}

std::string BlindIndex::Of(absl::string_view domain, absl::string_view value) const {
  const std::string input = absl::StrCat(domain, absl::string_view("\0", 1), value);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(input.data()), input.size(), digest, &size);
  return std::string(reinterpret_cast<const char*>(digest), kIndexBytes);
}

std::string Sha256(absl::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  return std::string(reinterpret_cast<const char*>(digest), size);
}

}  // namespace fupin::crypto
