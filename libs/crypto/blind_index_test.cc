#include "libs/crypto/blind_index.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "absl/strings/escaping.h"
#include "libs/config/config.h"
#include "libs/status/status.h"

namespace fupin::crypto {
namespace {

TEST_CASE("SEC-1 SHA-256 gives the published value", "[crypto]") {
  CHECK(absl::BytesToHexString(Sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// RFC 4231, test case 2, with the zero byte the blind index puts between its two parts: python3 -c
// "import hmac; print(hmac.new(b'Jefe', b'what do ya want\0for nothing?', 'sha256').hexdigest())"
TEST_CASE("SEC-1 the blind index is HMAC-SHA-256", "[crypto]") {
  const BlindIndex index("Jefe");
  CHECK(absl::BytesToHexString(index.Of("what do ya want", "for nothing?")) ==
        "adf13648edae17564744ff0aef28b138");
}

TEST_CASE("SEC-1 the blind index depends on key, domain and value", "[crypto]") {
  const BlindIndex a(std::string(32, 'a'));
  const BlindIndex b(std::string(32, 'b'));
  CHECK(a.Of("person", "1").size() == 16);
  CHECK(a.Of("person", "1") == a.Of("person", "1"));
  CHECK(a.Of("person", "1") != b.Of("person", "1"));
  CHECK(a.Of("person", "1") != a.Of("record", "1"));
  CHECK(a.Of("person", "1") != a.Of("person", "2"));
  // Length of the domain matters: "ab"+"c" is not "a"+"bc".
  CHECK(a.Of("ab", "c") != a.Of("a", "bc"));
}

TEST_CASE("SEC-1 a key file that others can read is refused", "[crypto]") {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("fupin-key-" + std::to_string(getpid()))).string();
  REQUIRE(config::WriteFile(path, std::string(64, 'a') + "\n").ok());
  chmod(path.c_str(), 0644);
  CHECK(ReasonOf(BlindIndex::FromFile(path).status()) == "KEY_FILE_OPEN_TO_OTHERS");
  chmod(path.c_str(), 0600);
  CHECK(BlindIndex::FromFile(path).ok());
  REQUIRE(config::WriteFile(path, "short").ok());
  chmod(path.c_str(), 0600);
  CHECK(ReasonOf(BlindIndex::FromFile(path).status()) == "KEY_FILE_FORMAT");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace fupin::crypto
