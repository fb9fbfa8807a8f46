#include "libs/outline/geojson.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "libs/outline/reasons.h"
#include "libs/status/macros.h"

namespace fupin::outline {
namespace {

using nlohmann::json;

// Nothing when there is no such member.
const json* Member(const json& object, const std::string& name) {
  if (!object.is_object()) return nullptr;
  const auto at = object.find(name);
  return at == object.end() ? nullptr : &*at;
}

std::string Text(const json* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : "";
}

absl::Status ReadPolygon(const json& rings, Area& area) {
  if (!rings.is_array())
    return Refuse("GEOJSON_MALFORMED", area.feature, "a polygon is not an array");
  for (const json& ring : rings) {
    if (!ring.is_array())
      return Refuse("GEOJSON_MALFORMED", area.feature, "a ring is not an array");
    std::vector<geo::LonLat>& places = area.rings.emplace_back();
    for (const json& place : ring) {
      if (!place.is_array() || place.size() < 2 || !place[0].is_number() || !place[1].is_number()) {
        return Refuse("GEOJSON_MALFORMED", area.feature, "a place is not two numbers");
      }
      places.push_back({place[0].get<double>(), place[1].get<double>()});
    }
  }
  return absl::OkStatus();
}

absl::Status ReadGeometry(const json* geometry, Area& area) {
  const std::string type = geometry == nullptr ? "" : Text(Member(*geometry, "type"));
  const json* const coordinates = geometry == nullptr ? nullptr : Member(*geometry, "coordinates");
  if (type != "Polygon" && type != "MultiPolygon")
    return Refuse("GEOJSON_GEOMETRY", area.feature, type.empty() ? "nothing" : type);
  if (coordinates == nullptr || !coordinates->is_array()) {
    return Refuse("GEOJSON_MALFORMED", area.feature, "coordinates are missing");
  }
  if (type == "Polygon") return ReadPolygon(*coordinates, area);
  for (const json& polygon : *coordinates) RETURN_IF_ERROR(ReadPolygon(polygon, area));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Areas> ReadGeoJson(absl::string_view text, absl::string_view code_property) {
  const json root = json::parse(text.begin(), text.end(), nullptr, false);
  if (root.is_discarded()) return Refuse("GEOJSON_MALFORMED", "", "not JSON");
  const json* const features = Member(root, "features");
  if (Text(Member(root, "type")) != "FeatureCollection" || features == nullptr ||
      !features->is_array()) {
    return Refuse("GEOJSON_MALFORMED", "", "not a FeatureCollection");
  }
  Areas result;
  if (const json* crs = Member(root, "crs"); crs != nullptr && !crs->is_null()) {
    const json* const properties = Member(*crs, "properties");
    result.crs = properties == nullptr ? "" : Text(Member(*properties, "name"));
    if (result.crs.empty()) return Refuse("GEOJSON_MALFORMED", "crs", "crs without a name");
  }
  const std::string property(code_property);
  size_t number = 0;
  for (const json& feature : *features) {
    Area area;
    area.feature = absl::StrCat("features[", number++, "]");
    const json* const properties = Member(feature, "properties");
    const json* const code = properties == nullptr ? nullptr : Member(*properties, property);
    if (code == nullptr || !(code->is_string() || code->is_number_integer())) {
      return Refuse("GEOJSON_CODE_MISSING", area.feature, property);
    }
    area.code = code->is_string() ? code->get<std::string>() : code->dump();
    absl::StrAppend(&area.feature, " ", area.code);
    RETURN_IF_ERROR(ReadGeometry(Member(feature, "geometry"), area));
    result.areas.push_back(std::move(area));
  }
  return result;
}

}  // namespace fupin::outline
