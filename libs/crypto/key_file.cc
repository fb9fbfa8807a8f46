#include "libs/crypto/key_file.h"

#include <openssl/crypto.h>
#include <sys/stat.h>

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/config/config.h"
#include "libs/crypto/reasons.h"
#include "libs/status/macros.h"

namespace fupin::crypto {

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  ASSIGN_OR_RETURN(std::string secret, config::ReadFile(path));
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0) {
    return Refuse("KEY_FILE_OPEN_TO_OTHERS", path, path);
  }
  return secret;
}

std::string SecretFromHex(absl::string_view hex) {
  hex = absl::StripAsciiWhitespace(hex);
  if (hex.size() != 2 * kSecretBytes) return "";
  for (const char c : hex) {
    if (!absl::ascii_isxdigit(c)) return "";
  }
  return absl::HexStringToBytes(hex);
}

void Wipe(std::string* secret) {
  OPENSSL_cleanse(secret->data(), secret->size());
  secret->clear();
}

absl::StatusOr<std::map<uint32_t, SealKey>> ParseSealKeys(absl::string_view text,
                                                          const std::string& path) {
  std::map<uint32_t, SealKey> keys;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    uint32_t version = 0;
    SealKey key;
    const bool read = words.size() == 3 && absl::SimpleAtoi(words[0], &version) && version > 0 &&
                      (words[1] == "INTL" || words[1] == "SM");
    if (read) {
      key.suite = words[1] == "SM" ? Suite::kSm : Suite::kIntl;
      key.secret = SecretFromHex(words[2]);
    }
    if (!read || key.secret.empty() || !keys.emplace(version, std::move(key)).second) {
      return Refuse("SEAL_KEY_FILE_FORMAT", path, absl::StrCat(path, ":", number));
    }
  }
  if (keys.empty()) return Refuse("SEAL_KEY_FILE_FORMAT", path, path);
  return keys;
}

}  // namespace fupin::crypto
