#include "services/gis/server/export_geojson.h"

#include <cstdlib>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "libs/geo/mercator.h"
#include "libs/outline/polygons.h"
#include "libs/status/macros.h"

namespace fupin::gis {
namespace {

std::string Quoted(absl::string_view text) { return nlohmann::json(std::string(text)).dump(); }

// "106.713" of 106713000.
void AppendDegrees(int32_t micro, std::string& out) {
  if (micro < 0) out.push_back('-');
  const int64_t size = std::abs(int64_t{micro});
  absl::StrAppend(&out, size / 1'000'000);
  int64_t rest = size % 1'000'000;
  if (rest == 0) return;
  char digits[] = ".000000";
  int last = 0;
  for (int i = 6; i > 0; --i, rest /= 10) {
    digits[i] = static_cast<char>('0' + rest % 10);
    if (last == 0 && digits[i] != '0') last = i;
  }
  out.append(digits, static_cast<size_t>(last) + 1);
}

void AppendPlace(geo::Point world, std::string& out) {
  const geo::Point micro = geo::ToMicrodegrees(geo::ToLonLat(world));
  out.push_back('[');
  AppendDegrees(micro.x, out);
  out.push_back(',');
  AppendDegrees(micro.y, out);
  out.push_back(']');
}

// Outer rings counter-clockwise with north up: ours are the other way round. Closed.
void AppendRing(const geo::Ring& ring, std::string& out) {
  out.push_back('[');
  AppendPlace(ring[0], out);
  for (size_t i = ring.size(); i-- > 0;) {
    out.push_back(',');
    AppendPlace(ring[i], out);
  }
  out.push_back(']');
}

void AppendPolygon(const outline::Polygon& polygon, std::string& out) {
  out.push_back('[');
  for (size_t i = 0; i < polygon.size(); ++i) {
    if (i > 0) out.push_back(',');
    AppendRing(polygon[i], out);
  }
  out.push_back(']');
}

void AppendGeometry(const std::vector<outline::Polygon>& polygons, std::string& out) {
  if (polygons.empty()) {
    out += "null";
  } else if (polygons.size() == 1) {
    out += R"({"type":"Polygon","coordinates":)";
    AppendPolygon(polygons[0], out);
    out.push_back('}');
  } else {
    out += R"({"type":"MultiPolygon","coordinates":[)";
    for (size_t i = 0; i < polygons.size(); ++i) {
      if (i > 0) out.push_back(',');
      AppendPolygon(polygons[i], out);
    }
    out += "]}";
  }
}

std::vector<division::Division> FeaturesOf(const ExportSubject& subject) {
  if (subject.level) return PlacesOf(subject.division, subject.level);
  std::vector<division::Division> parts;
  for (const division::Division& part : subject.division.children()) parts.push_back(part);
  if (parts.empty()) parts.push_back(subject.division);
  return parts;
}

std::string Front(const ExportSubject& subject) {
  const outline::Outlines& outlines = subject.shapes.outlines();
  const outline::Origin& origin = outlines.origin();
  std::string out = R"({"type":"FeatureCollection")";
  if (const auto bounds = outlines.Bounds(subject.division.order())) {
    absl::StrAppend(&out, ",\"bbox\":[", bounds->min.lon, ",", bounds->min.lat, ",",
                    bounds->max.lon, ",", bounds->max.lat, "]");
  }
  absl::StrAppend(
      &out, subject.of_public ? ",\"edition\":" : ",\"date\":", Quoted(subject.date),
      ",\"division\":", Quoted(subject.division.code()),
      ",\"attribution\":", Quoted(absl::StrCat(origin.source_zh, " ", origin.licence_zh)),
      ",\"attribution_en\":", Quoted(absl::StrCat(origin.source_en, " ", origin.licence_en)),
      ",\"synthetic\":", origin.synthetic ? "true" : "false", ",\"features\":[");
  return out;
}

}  // namespace

absl::Status WriteGeoJson(const ExportSubject& subject, ScratchFile& file) {
  RETURN_IF_ERROR(file.Append(Front(subject)));
  std::string text;
  size_t count = 0;
  for (const division::Division& place : FeaturesOf(subject)) {
    if (count % 1000 == 0) RETURN_IF_ERROR(GoOn(subject));
    text = count++ == 0 ? "\n" : ",\n";
    absl::StrAppend(&text, R"({"type":"Feature","id":)", place.order(), R"(,"properties":{"name":)",
                    Quoted(place.name()), ",\"code\":", Quoted(place.code()),
                    ",\"level\":", Quoted(place.level_name()));
    for (const mvt::IntColumn& column : subject.numbers) {
      const int32_t value = column.values[place.order()];
      if (value == mvt::IntColumn::kAbsent) continue;
      absl::StrAppend(&text, ",\"", column.key, "\":", value);
    }
    text += "},\"geometry\":";
    AppendGeometry(outline::PolygonsOf(subject.shapes.outlines(), place.order()), text);
    text.push_back('}');
    RETURN_IF_ERROR(file.Append(text));
  }
  return file.Append("\n]}\n");
}

}  // namespace fupin::gis
