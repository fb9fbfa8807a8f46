#include "libs/rpc/peer_verifier.h"

#include <cstdlib>
#include <filesystem>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/config/config.h"
#include "libs/status/status.h"

namespace fupin::rpc {
namespace {

// Certificates made once for all cases of this file.
const std::string& Certs() {
  static const std::string dir = [] {
    std::string pattern = (std::filesystem::temp_directory_path() / "fupin-certs-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    const std::string make = absl::StrCat(FUPIN_SOURCE_DIR "/scripts/certs ", pattern,
                                          " dept/mps operator/admin officer/5204/li --expired "
                                          "dept/edu --other-ca dept/civil --self-signed dept/hud"
                                          " >/dev/null 2>&1");
    REQUIRE(std::system(make.c_str()) == 0);
    return pattern;
  }();
  return dir;
}

std::string Pem(const std::string& name) {
  return *config::ReadFile(absl::StrCat(Certs(), "/", name, ".crt"));
}

TEST_CASE("SEC-1 a certificate of our CA names its owner", "[rpc]") {
  PeerVerifier verifier(Certs() + "/ca.crt", "", SystemClock());
  const auto principal = verifier.Verify(Pem("dept-mps"));
  INFO(principal.status());
  REQUIRE(principal.ok());
  CHECK(principal->role == type::v1::ROLE_DEPARTMENT);
  CHECK(principal->id == "mps");
  CHECK(principal->uri == "spiffe://guizhou/dept/mps/system/main");
  CHECK(verifier.Verify(Pem("operator-admin"))->role == type::v1::ROLE_OPERATOR);
  const auto officer = verifier.Verify(Pem("officer-5204-li"));
  REQUIRE(officer.ok());
  CHECK(officer->role == type::v1::ROLE_OFFICER);
  CHECK(officer->division == "5204");
  CHECK(officer->id == "li");
}

TEST_CASE("I17 every kind of bad certificate has its own reason", "[rpc]") {
  PeerVerifier verifier(Certs() + "/ca.crt", "", SystemClock());
  CHECK(ReasonOf(verifier.Verify("").status()) == "CERT_MISSING");
  CHECK(ReasonOf(verifier.Verify("junk").status()) == "CERT_MALFORMED");
  CHECK(ReasonOf(verifier.Verify(Pem("dept-edu")).status()) == "CERT_EXPIRED");
  CHECK(ReasonOf(verifier.Verify(Pem("dept-civil")).status()) == "CERT_UNKNOWN_CA");
  CHECK(ReasonOf(verifier.Verify(Pem("dept-hud")).status()) == "CERT_UNKNOWN_CA");
}

TEST_CASE("F35 a revoked certificate is refused without a restart", "[rpc]") {
  const std::string deny = Certs() + "/deny.txt";
  FakeClock clock(absl::Now());  // not before the certificates are valid
  REQUIRE(config::WriteFile(deny, "").ok());
  PeerVerifier verifier(Certs() + "/ca.crt", deny, clock);
  REQUIRE(verifier.Verify(Pem("dept-mps")).ok());
  const std::string fingerprint = absl::StrCat(
      "openssl x509 -in ", Certs(), "/dept-mps.crt -noout -serial | cut -d= -f2 > ", deny);
  REQUIRE(std::system(fingerprint.c_str()) == 0);
  clock.Advance(absl::Seconds(2));
  CHECK(ReasonOf(verifier.Verify(Pem("dept-mps")).status()) == "CERT_REVOKED");
}

}  // namespace
}  // namespace fupin::rpc
