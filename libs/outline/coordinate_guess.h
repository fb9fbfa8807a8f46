// What coordinates that are not where they should be look like.
#ifndef FUPIN_LIBS_OUTLINE_COORDINATE_GUESS_H_
#define FUPIN_LIBS_OUTLINE_COORDINATE_GUESS_H_

#include <string>

#include "libs/geo/point.h"
#include "libs/outline/outlines.h"

namespace fupin::outline {

struct CoordinateGuess {
  std::string reason;  // of reasons.h; empty: the place lies in the expected area
  std::string detail;  // the place, and what it would be read another way
};

// A pair of numbers as a file has it against the area it should lie in: degrees in the wrong order
// (GEOJSON_SWAPPED), metres of web mercator or of a Gauss-Krueger zone, also with northing first
// (GEOJSON_PROJECTED, with the EPSG codes it may be), a place on earth but elsewhere
// (GEOJSON_FAR_OUTSIDE), or no place at all (GEOJSON_ABSURD).
CoordinateGuess GuessCoordinates(geo::LonLat pair, const LonLatBox& expected);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_COORDINATE_GUESS_H_
