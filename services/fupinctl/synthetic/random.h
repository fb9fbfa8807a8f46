// Chance that is the same on every machine: splitmix64, no standard distribution.
#ifndef FUPIN_SERVICES_FUPINCTL_SYNTHETIC_RANDOM_H_
#define FUPIN_SERVICES_FUPINCTL_SYNTHETIC_RANDOM_H_

#include <cstdint>

namespace fupin::synthetic {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  }
  // 0 <= x < n
  int Below(int n) { return static_cast<int>(Next() % static_cast<uint64_t>(n)); }
  int Between(int low, int high) { return low + Below(high - low + 1); }
  double Unit() { return static_cast<double>(Next() >> 11) / 9007199254740992.0; }
  bool Chance(double p) { return Unit() < p; }

 private:
  uint64_t state_;
};

}  // namespace fupin::synthetic

#endif  // FUPIN_SERVICES_FUPINCTL_SYNTHETIC_RANDOM_H_
