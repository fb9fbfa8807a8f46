#include "libs/outline/geography_import.h"

#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/geo/crossing.h"
#include "libs/outline/geojson.h"
#include "libs/outline/pack_builder.h"
#include "libs/outline/reasons.h"
#include "libs/status/macros.h"

namespace fupin::outline {
namespace {

std::string Degrees(geo::LonLat place) {
  return absl::StrFormat("%.6f,%.6f", place.lon, place.lat);
}

bool Inside(const LonLatBox& box, double lon, double lat) {
  return lon >= box.min.lon && lon <= box.max.lon && lat >= box.min.lat && lat <= box.max.lat;
}

// GeoJSON of 2008 may name a system; what it names must be what the operator says. GCJ-02 has no
// name there: such files say CRS84 or nothing.
bool CrsFits(absl::string_view crs, Datum datum) {
  if (crs.empty()) return true;
  const bool wgs84 = absl::EndsWith(crs, "CRS84") || absl::EndsWith(crs, "EPSG::4326") ||
                     absl::EndsWith(crs, "EPSG:4326");
  const bool cgcs2000 = absl::EndsWith(crs, "EPSG::4490") || absl::EndsWith(crs, "EPSG:4490");
  return datum == DATUM_CGCS2000 ? cgcs2000 : wgs84;
}

class Importer {
 public:
  explicit Importer(const ImportOptions& options) : options_(options) {}

  void Add(const division::Source& file) {
    const auto areas = ReadGeoJson(file.text, options_.code_property);
    if (!areas.ok()) {
      for (Problem problem : ProblemsOf(areas.status())) {
        problem.field = absl::StrCat(file.name, problem.field.empty() ? "" : ": ", problem.field);
        problems_.push_back(std::move(problem));
      }
      return;
    }
    if (!CrsFits(areas->crs, options_.origin.datum)) {
      problems_.push_back(Because("GEOJSON_CRS", file.name, areas->crs));
      return;
    }
    for (const Area& area : areas->areas) {
      if (problems_.size() < Outlines::kMaxProblems)
        AddArea(area, absl::StrCat(file.name, ": ", area.feature));
    }
  }

  absl::StatusOr<OutlinePack> Finish(std::shared_ptr<const division::Tree> tree) {
    if (!problems_.empty())
      return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems_));
    OutlinePack pack = builder_.Finish(options_.origin);
    RETURN_IF_ERROR(Outlines::Make(pack, std::move(tree)).status());
    return pack;
  }

 private:
  void AddArea(const Area& area, const std::string& name) {
    std::vector<geo::Ring> rings;
    for (const auto& places : area.rings) {
      for (const geo::LonLat place : places) {
        if (const absl::string_view wrong = WrongPlace(place); !wrong.empty()) {
          problems_.push_back(Because(wrong, name, Degrees(place)));
          return;
        }
      }
      if (places.size() < 4 || places.front().lon != places.back().lon ||
          places.front().lat != places.back().lat) {
        problems_.push_back(
            Because("OUTLINE_RING_OPEN", name, places.empty() ? "" : Degrees(places.back())));
        return;
      }
      geo::Ring ring;
      for (const geo::LonLat place : places) {
        const geo::Point point = geo::ToMicrodegrees(place);
        if (ring.empty() || ring.back() != point) ring.push_back(point);
      }
      ring.pop_back();
      if (ring.size() < 3 || geo::DoubleArea(ring) == 0) {
        problems_.push_back(Because("OUTLINE_EMPTY", name, Degrees(places.front())));
        return;
      }
      rings.push_back(std::move(ring));
    }
    if (rings.empty()) {
      problems_.push_back(Because("OUTLINE_EMPTY", name));
      return;
    }
    if (const auto place = geo::FindCrossing(rings)) {
      problems_.push_back(
          Because("OUTLINE_CROSSING", name, Degrees(geo::FromMicrodegrees(*place))));
      return;
    }
    builder_.Add(area.code, std::move(rings));
  }

  // A reason, or nothing.
  absl::string_view WrongPlace(geo::LonLat place) const {
    if (Inside(options_.expected, place.lon, place.lat)) return "";
    if (Inside(options_.expected, place.lat, place.lon)) return "GEOJSON_SWAPPED";
    if (!(std::abs(place.lon) <= 180 && std::abs(place.lat) <= 90)) return "GEOJSON_PROJECTED";
    return "GEOJSON_FAR_OUTSIDE";
  }

  const ImportOptions& options_;
  PackBuilder builder_;
  std::vector<Problem> problems_;
};

}  // namespace

absl::StatusOr<OutlinePack> ImportGeography(const std::vector<division::Source>& files,
                                            const ImportOptions& options,
                                            std::shared_ptr<const division::Tree> tree) {
  const Datum datum = options.origin.datum;
  if (datum != DATUM_WGS84 && datum != DATUM_CGCS2000 && datum != DATUM_GCJ02)
    return Refuse("OUTLINE_DATUM_MISSING", "datum");
  Importer importer(options);
  for (const division::Source& file : files) importer.Add(file);
  return importer.Finish(std::move(tree));
}

}  // namespace fupin::outline
