#include "libs/geo/gcj02.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fupin::geo {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kAxis = 6378245.0;
constexpr double kEccentricitySquared = 0.00669342162296594323;
constexpr double kEqualWithinM = 100;

// The long waves of one axis, in metres.
double Waves(double v, double twelfth, double thirtieth) {
  return (20.0 * std::sin(v * kPi) + 40.0 * std::sin(v / 3.0 * kPi) +
          twelfth * std::sin(v / 12.0 * kPi) + thirtieth * std::sin(v / 30.0 * kPi)) *
         2.0 / 3.0;
}

LonLat Shift(LonLat place) {
  const double x = place.lon - 105.0, y = place.lat - 35.0;
  const double common =
      (20.0 * std::sin(6.0 * x * kPi) + 20.0 * std::sin(2.0 * x * kPi)) * 2.0 / 3.0;
  double lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y +
               0.2 * std::sqrt(std::abs(x)) + common + Waves(y, 160.0, 320.0);
  double lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * std::sqrt(std::abs(x)) +
               common + Waves(x, 150.0, 300.0);
  const double latitude = place.lat / 180.0 * kPi;
  const double magic = 1 - kEccentricitySquared * std::sin(latitude) * std::sin(latitude);
  const double root = std::sqrt(magic);
  lat = lat * 180.0 / (kAxis * (1 - kEccentricitySquared) / (magic * root) * kPi);
  lon = lon * 180.0 / (kAxis / root * std::cos(latitude) * kPi);
  return {lon, lat};
}

bool Shifted(LonLat place) {
  return place.lon >= 72.004 && place.lon <= 137.8347 && place.lat >= 0.8293 &&
         place.lat <= 55.8271;
}

}  // namespace

LonLat Wgs84ToGcj02(LonLat wgs84) {
  if (!Shifted(wgs84)) return wgs84;
  const LonLat shift = Shift(wgs84);
  return {wgs84.lon + shift.lon, wgs84.lat + shift.lat};
}

LonLat Gcj02ToWgs84(LonLat gcj02) {
  if (!Shifted(gcj02)) return gcj02;
  // The shift changes by less than 1 % over its own length: each round gains two digits and more.
  LonLat guess = gcj02;
  for (int round = 0; round < 10; ++round) {
    const LonLat there = Wgs84ToGcj02(guess);
    const LonLat miss{gcj02.lon - there.lon, gcj02.lat - there.lat};
    guess = {guess.lon + miss.lon, guess.lat + miss.lat};
    if (std::abs(miss.lon) < 1e-10 && std::abs(miss.lat) < 1e-10) break;
  }
  return guess;
}

Offset OffsetBetween(LonLat a, LonLat b) {
  constexpr double kMetresPerDegree = 6371008.8 * kPi / 180;
  const double middle = (a.lat + b.lat) / 2 * kPi / 180;
  return {(b.lon - a.lon) * kMetresPerDegree * std::cos(middle),
          (b.lat - a.lat) * kMetresPerDegree};
}

DatumGuess GuessDatum(absl::Span<const LonLat> observed, absl::Span<const LonLat> known) {
  const size_t count = std::min(observed.size(), known.size());
  if (count == 0) return DatumGuess::kNeither;
  double east = 0, north = 0, gcj_east = 0, gcj_north = 0;
  for (size_t i = 0; i < count; ++i) {
    const Offset seen = OffsetBetween(known[i], observed[i]);
    const Offset shifted = OffsetBetween(Wgs84ToGcj02(known[i]), observed[i]);
    east += seen.east_m;
    north += seen.north_m;
    gcj_east += shifted.east_m;
    gcj_north += shifted.north_m;
  }
  const double n = static_cast<double>(count);
  if (std::hypot(east / n, north / n) <= kEqualWithinM) return DatumGuess::kWgs84;
  if (std::hypot(gcj_east / n, gcj_north / n) <= kEqualWithinM) return DatumGuess::kGcj02;
  return DatumGuess::kNeither;
}

}  // namespace fupin::geo
