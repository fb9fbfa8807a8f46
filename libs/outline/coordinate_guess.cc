#include "libs/outline/coordinate_guess.h"

#include <cmath>
#include <numbers>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace fupin::outline {
namespace {

bool Inside(const LonLatBox& box, double lon, double lat) {
  return lon >= box.min.lon && lon <= box.max.lon && lat >= box.min.lat && lat <= box.max.lat;
}

// The latitude of a northing, to a hundredth of a degree: enough to tell China from elsewhere.
double RoughLatitude(double northing) { return northing / 110'900; }

// A place of web mercator.
geo::LonLat FromMercator(double x, double y) {
  constexpr double kRadius = 6'378'137;
  return {x / kRadius * 180 / std::numbers::pi,
          (2 * std::atan(std::exp(y / kRadius)) - std::numbers::pi / 2) * 180 / std::numbers::pi};
}

// Zones whose false easting starts with the number of the zone; `width` 3 or 6 degrees.
std::string Zone(double easting, double northing, int width, const LonLatBox& expected) {
  const int zone = static_cast<int>(easting / 1e6);
  const int first = width == 3 ? 25 : 13, last = width == 3 ? 45 : 23;
  const double east = easting - zone * 1e6 - 500'000;
  if (zone < first || zone > last || std::abs(east) > 400'000) return "";
  const double meridian = width == 3 ? 3.0 * zone : 6.0 * zone - 3;
  const double lat = RoughLatitude(northing);
  const double lon = meridian + east / (111'320 * std::cos(lat * std::numbers::pi / 180));
  if (!Inside(expected, lon, lat)) return "";
  // CGCS2000 / 3-degree zones 25 to 45: EPSG 4513 to 4533; 6-degree zones 13 to 23: 4491 to 4501.
  return absl::StrFormat("EPSG:%d (Gauss-Krueger %d-degree zone %d)",
                         width == 3 ? 4513 + zone - 25 : 4491 + zone - 13, width, zone);
}

// What metres may be; empty when nothing fits.
std::vector<std::string> Systems(double x, double y, const LonLatBox& expected) {
  std::vector<std::string> systems;
  const geo::LonLat mercator = FromMercator(x, y);
  if (Inside(expected, mercator.lon, mercator.lat)) systems.push_back("EPSG:3857 (web mercator)");
  for (const int width : {3, 6}) {
    if (std::string zone = Zone(x, y, width, expected); !zone.empty())
      systems.push_back(std::move(zone));
  }
  const double lat = RoughLatitude(y);
  if (x > 100'000 && x < 900'000 && lat >= expected.min.lat && lat <= expected.max.lat) {
    systems.push_back(
        "EPSG:4534-4554 (Gauss-Krueger without zone number; which central meridian the numbers do "
        "not say)");
  }
  return systems;
}

}  // namespace

CoordinateGuess GuessCoordinates(geo::LonLat pair, const LonLatBox& expected) {
  const double x = pair.lon, y = pair.lat;
  if (Inside(expected, x, y)) return {};
  const std::string place = absl::StrFormat("%.8g,%.8g", x, y);
  if (Inside(expected, y, x)) return {"GEOJSON_SWAPPED", place};
  if (std::abs(x) <= 180 && std::abs(y) <= 90) return {"GEOJSON_FAR_OUTSIDE", place};
  if (std::abs(x) <= 1e9 && std::abs(y) <= 1e9) {
    if (const auto systems = Systems(x, y, expected); !systems.empty())
      return {"GEOJSON_PROJECTED", absl::StrCat(place, ": ", absl::StrJoin(systems, " / "))};
    if (const auto systems = Systems(y, x, expected); !systems.empty()) {
      return {"GEOJSON_PROJECTED",
              absl::StrCat(place, ": ", absl::StrJoin(systems, " / "), ", northing first")};
    }
  }
  return {"GEOJSON_ABSURD", place};
}

}  // namespace fupin::outline
