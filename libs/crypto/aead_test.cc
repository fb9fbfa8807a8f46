#include "libs/crypto/aead.h"

#include <catch2/catch.hpp>

#include "absl/strings/escaping.h"
#include "libs/crypto/hkdf.h"

namespace fupin::crypto {
namespace {

std::string Hex(absl::string_view hex) { return absl::HexStringToBytes(hex); }

struct Vector {
  const char* source;
  std::unique_ptr<Aead> (*make)(absl::string_view key);
  const char* key;
  const char* nonce;
  const char* associated;
  const char* plaintext;
  const char* sealed;
};

const Vector kVectors[] = {
    {"McGrew and Viega, The Galois/Counter Mode of Operation, test case 16", NewAes256Gcm,
     "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
     "b525b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b105682"
     "8838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
    {"RFC 8998, A.1", NewSm4Gcm, "0123456789abcdeffedcba9876543210", "00001234567800000000abcd",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffff"
     "ffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
     "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496"
     "ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec"},
};

TEST_CASE("SEC-1 both ciphers give the published values, again and again", "[crypto]") {
  for (const Vector& vector : kVectors) {
    CAPTURE(vector.source);
    const auto aead = vector.make(Hex(vector.key));
    for (int round = 0; round < 3; ++round) {
      std::string sealed = "before";
      REQUIRE(
          aead->Encrypt(Hex(vector.nonce), Hex(vector.associated), Hex(vector.plaintext), &sealed));
      CHECK(absl::BytesToHexString(sealed.substr(6)) == vector.sealed);
      std::string opened;
      REQUIRE(aead->Decrypt(Hex(vector.nonce), Hex(vector.associated), sealed.substr(6), &opened));
      CHECK(absl::BytesToHexString(opened) == vector.plaintext);
      // A refusal leaves nothing behind, neither in the output nor for the next call.
      sealed.back() ^= 1;
      opened.clear();
      CHECK_FALSE(
          aead->Decrypt(Hex(vector.nonce), Hex(vector.associated), sealed.substr(6), &opened));
      CHECK(opened.empty());
    }
    std::string out;
    CHECK_FALSE(aead->Encrypt("short", "", "x", &out));
    CHECK_FALSE(aead->Decrypt("short", "", Hex(vector.sealed), &out));
    CHECK_FALSE(aead->Decrypt(Hex(vector.nonce), "", "short", &out));
    CHECK(out.empty());
  }
}

TEST_CASE("SEC-1 key derivation gives the published value", "[crypto]") {
  // RFC 5869, A.1.
  CHECK(absl::BytesToHexString(Hkdf(Digest::kSha256, std::string(22, 0x0b),
                                    Hex("000102030405060708090a0b0c"), Hex("f0f1f2f3f4f5f6f7f8f9"),
                                    42)) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  CHECK(Hkdf(Digest::kSm3, "secret", "salt", "a", 16) !=
        Hkdf(Digest::kSm3, "secret", "salt", "b", 16));
  CHECK(Hkdf(Digest::kSm3, "secret", "salt", "a", 16) !=
        Hkdf(Digest::kSha256, "secret", "salt", "a", 16));
}

}  // namespace
}  // namespace fupin::crypto
