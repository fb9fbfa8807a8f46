// Outlines on their way from files into a pack.
#ifndef FUPIN_LIBS_OUTLINE_SHAPE_H_
#define FUPIN_LIBS_OUTLINE_SHAPE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "libs/geo/point.h"
#include "libs/geo/ring.h"
#include "libs/outline/outline.pb.h"

namespace fupin::outline {

// One outline; WGS 84 (or CGCS2000) as far as what its file is said to be is true.
struct Shape {
  uint32_t order;  // of the division
  uint32_t file;
  std::string label;             // how messages call it
  std::vector<geo::Ring> rings;  // microdegrees, simple, closed without repeated point
  geo::Box box;
};

// What the operator says of a file.
struct StatedFile {
  std::string name;
  Datum datum;
  bool reference;  // only to compare with
};

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_SHAPE_H_
