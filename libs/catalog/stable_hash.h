// A 64-bit hash that never changes: stored with scores to show that inputs were equal. It guards
// against mistakes, not against an attacker.
#ifndef FUPIN_LIBS_CATALOG_STABLE_HASH_H_
#define FUPIN_LIBS_CATALOG_STABLE_HASH_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace fupin::catalog {

// Feed parts in order; each part's length is mixed in, so ("ab","c") differs from ("a","bc").
class StableHash {
 public:
  StableHash& Add(uint64_t word) {
    state_ = (state_ ^ word) * 0x9e3779b97f4a7c15u;
    state_ ^= state_ >> 29;
    return *this;
  }
  // Bytes are read as little-endian words of eight, the last one filled up with zeros.
  StableHash& AddBytes(const void* data, size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (size_t i = 0; i < size; i += 8) {
      uint64_t word = 0;
      for (size_t k = 0; k < 8 && i + k < size; ++k) word |= uint64_t{bytes[i + k]} << (8 * k);
      Add(word);
    }
    return Add(size);
  }
  StableHash& Add(absl::string_view text) { return AddBytes(text.data(), text.size()); }
  uint64_t value() const {
    uint64_t x = state_ * 0xbf58476d1ce4e5b9u;
    x ^= x >> 32;
    return x * 0x94d049bb133111ebu ^ x >> 31;
  }

 private:
  uint64_t state_ = 0xcbf29ce484222325u;
};

}  // namespace fupin::catalog

#endif  // FUPIN_LIBS_CATALOG_STABLE_HASH_H_
