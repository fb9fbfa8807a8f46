// Makes a pack from rings: finds the stretches that rings share and stores each once.
#ifndef FUPIN_LIBS_OUTLINE_PACK_BUILDER_H_
#define FUPIN_LIBS_OUTLINE_PACK_BUILDER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/geo/ring.h"
#include "libs/outline/outlines.h"

namespace fupin::outline {

// Rings share a stretch when they have exactly the same points on it; nothing is snapped. Not
// checked here: Outlines::Make does that.
class PackBuilder {
 public:
  // Microdegrees; any winding and start, no point twice in a row, the last not equal to the first.
  // The rings are turned so that outer ones run counter-clockwise and holes clockwise;
  // geo::FindHoles must be able to tell which are which (checked).
  void Add(absl::string_view code, std::vector<geo::Ring> rings);
  // In the order added.
  OutlinePack Finish(const Origin& origin) const;

 private:
  struct Shape {
    std::string code;
    std::vector<geo::Ring> rings;
  };
  std::vector<Shape> shapes_;
};

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_PACK_BUILDER_H_
