#include "libs/crypto/key_file_sealer.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/config/config.h"
#include "libs/status/status.h"
#include "libs/testing/temp_dir.h"

namespace fupin::crypto {
namespace {

constexpr SealPlace kPlace{"records", "mps.population", "key", "content"};
constexpr char kValue[] = "张三 529999195001010011";

SealKey Key(char fill, Suite suite = Suite::kIntl) { return {suite, std::string(32, fill)}; }

std::string Line(int version, const char* suite, char digit) {
  return absl::StrCat(version, " ", suite, " ", std::string(64, digit), "\n");
}

TEST_CASE("SEC-1 a sealed value opens where it was sealed and shows nothing", "[crypto]") {
  for (const Suite suite : {Suite::kIntl, Suite::kSm}) {
    CAPTURE(static_cast<int>(suite));
    const KeyFileSealer sealer({{1, Key('a', suite)}}, "exchange");
    for (const std::string& value :
         {std::string(), std::string("x"), std::string(kValue), std::string(64 << 10, '\0')}) {
      const auto sealed = sealer.Seal(kPlace, value);
      REQUIRE(sealed.ok());
      CHECK(sealed->size() == value.size() + kSealBytes);
      if (value.size() > 1) CHECK_FALSE(absl::StrContains(*sealed, value.substr(0, 4)));
      const auto opened = sealer.Open(kPlace, *sealed);
      REQUIRE(opened.ok());
      CHECK(*opened == value);
    }
  }
}

TEST_CASE("SEC-1 the bytes of a sealed value are those of the page", "[crypto]") {
  const KeyFileSealer sealer({{0x01020304, Key('a')}}, "exchange");
  const std::string sealed = *sealer.Seal(kPlace, "");
  CHECK(sealed.substr(0, 6) == std::string("\x01\x01\x01\x02\x03\x04", 6));
}

TEST_CASE("SEC-1 any flipped bit and any cut is refused", "[crypto]") {
  for (const Suite suite : {Suite::kIntl, Suite::kSm}) {
    const KeyFileSealer sealer({{7, Key('a', suite)}, {6, Key('b', suite)}}, "exchange");
    const std::string sealed = *sealer.Seal(kPlace, kValue);
    for (size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
      CAPTURE(bit);
      std::string flipped = sealed;
      flipped[bit / 8] ^= static_cast<char>(1 << bit % 8);
      const auto opened = sealer.Open(kPlace, flipped);
      REQUIRE_FALSE(opened.ok());
      // In the key's version: another key, which is not there or does not fit.
      const bool version = bit / 8 >= 2 && bit / 8 < 6;
      const std::string reason = ReasonOf(opened.status());
      CHECK((reason == "SEAL_BROKEN" || (version && reason == "KEY_VERSION_UNKNOWN")));
      CHECK(opened.status().code() == (reason == "SEAL_BROKEN"
                                           ? absl::StatusCode::kDataLoss
                                           : absl::StatusCode::kFailedPrecondition));
      CHECK_FALSE(absl::StrContains(opened.status().message(), "张三"));
    }
    for (size_t size = 0; size < sealed.size(); ++size) {
      CHECK(ReasonOf(sealer.Open(kPlace, sealed.substr(0, size)).status()) == "SEAL_BROKEN");
    }
    CHECK(ReasonOf(sealer.Open(kPlace, sealed + '\0').status()) == "SEAL_BROKEN");
  }
}

TEST_CASE("SEC-1 a value moved to another place, service or suite is refused", "[crypto]") {
  const KeyFileSealer sealer({{1, Key('a')}}, "exchange");
  const std::string sealed = *sealer.Seal(kPlace, kValue);
  const SealPlace others[] = {
      {"rejections", "mps.population", "key", "content"},
      {"records", "mps.household", "key", "content"},
      {"records", "mps.population", "other", "content"},
      {"records", "mps.population", "key", "payload"},
      // The same letters, cut elsewhere.
      {"records", "mps.populatio", "nkey", "content"},
      {"records", "mps.population", "keycontent", ""},
  };
  for (const SealPlace& other : others) {
    CHECK(ReasonOf(sealer.Open(other, sealed).status()) == "SEAL_BROKEN");
  }
  // The same file for two services, the same secret for two suites: still other keys.
  const KeyFileSealer neighbour({{1, Key('a')}}, "identification");
  CHECK(ReasonOf(neighbour.Open(kPlace, sealed).status()) == "SEAL_BROKEN");
  const KeyFileSealer sm({{1, Key('a', Suite::kSm)}}, "exchange");
  CHECK(ReasonOf(sm.Open(kPlace, sealed).status()) == "SEAL_BROKEN");
  std::string relabelled = sealed;
  relabelled[1] = static_cast<char>(Suite::kSm);
  CHECK(ReasonOf(sm.Open(kPlace, relabelled).status()) == "SEAL_BROKEN");
}

TEST_CASE("SEC-1 a new version seals, old ones still open, an unknown one is named", "[crypto]") {
  const KeyFileSealer before({{1, Key('a')}}, "exchange");
  const KeyFileSealer after({{1, Key('a')}, {2, Key('b', Suite::kSm)}}, "exchange");
  const std::string old = *before.Seal(kPlace, kValue);
  const std::string fresh = *after.Seal(kPlace, kValue);
  CHECK(old[5] == 1);
  CHECK(fresh[5] == 2);
  CHECK(*after.Open(kPlace, old) == kValue);
  CHECK(*after.Open(kPlace, fresh) == kValue);
  const absl::Status unknown = before.Open(kPlace, fresh).status();
  CHECK(unknown.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(ReasonOf(unknown) == "KEY_VERSION_UNKNOWN");
  CHECK(absl::StrContains(unknown.message(), "version 2"));
  // A version whose secret was exchanged opens nothing.
  const KeyFileSealer exchanged({{1, Key('c')}}, "exchange");
  CHECK(ReasonOf(exchanged.Open(kPlace, old).status()) == "SEAL_BROKEN");
}

TEST_CASE("SEC-1 no nonce is used twice, over threads and after a fork", "[crypto]") {
  constexpr int kEach = 20'000;
  const KeyFileSealer sealer({{1, Key('a')}}, "exchange");
  std::vector<std::vector<std::string>> of_thread(4);
  std::vector<std::thread> threads;
  for (auto& nonces : of_thread) {
    threads.emplace_back([&sealer, &nonces] {
      for (int i = 0; i < kEach; ++i) nonces.push_back(sealer.Seal(kPlace, "x")->substr(6, 12));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& nonces : of_thread) all.insert(nonces.begin(), nonces.end());
  CHECK(all.size() == 4 * kEach);

  // Both go on from the same memory.
  REQUIRE(sealer.Seal(kPlace, "x").ok());
  int pipes[2];
  REQUIRE(pipe(pipes) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string nonce = sealer.Seal(kPlace, "x")->substr(6, 12);
    _exit(write(pipes[1], nonce.data(), nonce.size()) == 12 ? 0 : 1);
  }
  std::string of_child(12, '\0');
  CHECK(read(pipes[0], of_child.data(), 12) == 12);
  int status = 1;
  waitpid(child, &status, 0);
  CHECK(status == 0);
  CHECK(of_child != sealer.Seal(kPlace, "x")->substr(6, 12));
  close(pipes[0]);
  close(pipes[1]);
}

TEST_CASE("SEC-1 a file of keys is read line by line and must be closed to others", "[crypto]") {
  testing::TempDir dir;
  const std::string path = dir / "seal.key";
  const auto reason = [&](const std::string& text, mode_t mode = 0600) {
    REQUIRE(config::WriteFile(path, text).ok());
    REQUIRE(chmod(path.c_str(), mode) == 0);
    const auto sealer = KeyFileSealer::FromFile(path, "exchange");
    CHECK_FALSE(absl::StrContains(sealer.status().message(), "aaaa"));
    return sealer.ok() ? "" : ReasonOf(sealer.status());
  };
  CHECK(reason(Line(1, "INTL", 'a')) == "");
  CHECK(reason("# two\n\n" + Line(2, "SM", 'b') + " \t" + Line(1, "INTL", 'a')) == "");
  CHECK(reason(Line(1, "INTL", 'a'), 0640) == "KEY_FILE_OPEN_TO_OTHERS");
  CHECK(reason(Line(1, "INTL", 'a'), 0604) == "KEY_FILE_OPEN_TO_OTHERS");
  for (const std::string& text :
       {std::string(), std::string("# nothing\n"), std::string(64, 'a'), Line(0, "INTL", 'a'),
        Line(-1, "INTL", 'a'), Line(1, "intl", 'a'), Line(1, "AES", 'a'), Line(1, "INTL", 'g'),
        Line(1, "INTL", 'a') + Line(1, "SM", 'b'), "1 INTL " + std::string(63, 'a'),
        "1 INTL " + std::string(64, 'a') + " more", "4294967296 INTL " + std::string(64, 'a')}) {
    CAPTURE(text);
    CHECK(reason(text) == "SEAL_KEY_FILE_FORMAT");
  }
  CHECK(ReasonOf(KeyFileSealer::FromFile(dir / "none", "exchange").status()) == "FILE_NOT_FOUND");
}

}  // namespace
}  // namespace fupin::crypto
