// A style for MapLibre and programs that read its styles (version 8): the colours of the web app.
#ifndef FUPIN_SERVICES_GIS_SERVER_MAP_STYLE_H_
#define FUPIN_SERVICES_GIS_SERVER_MAP_STYLE_H_

#include <array>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "services/gis/server/shapes.h"

namespace fupin::gis {

struct StyleRequest {
  std::string theme;   // "incidence" (also ""), "possibly", "index"
  std::string origin;  // "https://host:port" before the addresses of tiles; "": none
  std::string date;    // of the numbers or the edition; "": as of now, the newest
  bool of_public = false;
  std::array<int32_t, 2> band_edges = {100, 300};  // per mille, of the edition
};

// No glyphs and no sprites: characters are drawn from the fonts of the machine.
// INVALID_ARGUMENT / THEME_UNKNOWN: also "index" for the public, which is not published.
absl::StatusOr<nlohmann::json> MapStyle(const Shapes& shapes, const StyleRequest& request);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_MAP_STYLE_H_
