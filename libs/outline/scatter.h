// Numbers that look random and depend on nothing but their arguments: the same on every machine.
#ifndef FUPIN_LIBS_OUTLINE_SCATTER_H_
#define FUPIN_LIBS_OUTLINE_SCATTER_H_

#include <cmath>
#include <cstdint>

namespace fupin::outline {

// splitmix64's finish.
constexpr uint64_t Scatter(uint64_t value) {
  value += 0x9E3779B97F4A7C15u;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

// -1 to below 1, for a point of a grid.
constexpr double Scatter(uint64_t seed, int64_t x, int64_t y) {
  const uint64_t bits =
      Scatter(Scatter(seed ^ static_cast<uint64_t>(x)) ^ static_cast<uint64_t>(y));
  return static_cast<double>(bits >> 11) * 0x1.0p-52 - 1;
}

// The same between the points of the grid, without jumps.
inline double SmoothScatter(uint64_t seed, double x, double y) {
  const double left = std::floor(x), low = std::floor(y);
  const int64_t i = static_cast<int64_t>(left), j = static_cast<int64_t>(low);
  const double u = x - left, v = y - low;
  return (Scatter(seed, i, j) * (1 - u) + Scatter(seed, i + 1, j) * u) * (1 - v) +
         (Scatter(seed, i, j + 1) * (1 - u) + Scatter(seed, i + 1, j + 1) * u) * v;
}

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_SCATTER_H_
