#include "libs/outline/geography_import.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/geo/crossing.h"
#include "libs/geo/gcj02.h"
#include "libs/geo/segment_index.h"
#include "libs/geo/simple_rings.h"
#include "libs/outline/coordinate_guess.h"
#include "libs/outline/pack_builder.h"
#include "libs/outline/reasons.h"
#include "libs/status/macros.h"

namespace fupin::outline {
namespace {

constexpr size_t kMaxRings = 10'000;    // as in a pack
constexpr size_t kNamedCrossings = 3;   // in a message
constexpr size_t kNamedDivisions = 20;  // in a message

std::string Degrees(geo::LonLat place) {
  return absl::StrFormat("%.6f,%.6f", place.lon, place.lat);
}
std::string Degrees(geo::Point micro) { return Degrees(geo::FromMicrodegrees(micro)); }

// GeoJSON of 2008 may name a system; what it names must be what the operator says. GCJ-02 has no
// name there: such files say CRS84 or nothing.
bool CrsFits(absl::string_view crs, Datum datum) {
  if (crs.empty()) return true;
  const bool wgs84 = absl::EndsWith(crs, "CRS84") || absl::EndsWith(crs, "EPSG::4326") ||
                     absl::EndsWith(crs, "EPSG:4326");
  const bool cgcs2000 = absl::EndsWith(crs, "EPSG::4490") || absl::EndsWith(crs, "EPSG:4490");
  if (datum == DATUM_NOT_STATED) return wgs84 || cgcs2000;
  return datum == DATUM_CGCS2000 ? cgcs2000 : wgs84;
}

bool DatumFits(Datum datum, bool reference) {
  return datum == DATUM_WGS84 || datum == DATUM_CGCS2000 || datum == DATUM_GCJ02 ||
         (reference && datum == DATUM_NOT_STATED);
}

absl::string_view NameOf(Datum datum) {
  switch (datum) {
    case DATUM_WGS84:
      return "WGS 84";
    case DATUM_CGCS2000:
      return "CGCS2000";
    case DATUM_GCJ02:
      return "GCJ-02";
    default:
      return "?";
  }
}

}  // namespace

GeographyImport::GeographyImport(ImportOptions options, std::shared_ptr<const division::Tree> tree)
    : options_(std::move(options)), tree_(std::move(tree)), labels_(tree_->size()) {}

void GeographyImport::AddUnreadable(absl::string_view name, const absl::Status& status) {
  std::vector<Problem> problems = ProblemsOf(status);
  if (problems.empty()) problems.push_back(Because("OUTLINE_FILE", "", status.message()));
  for (Problem& problem : problems) {
    problem.field = absl::StrCat(name, problem.field.empty() || problem.field == name ? "" : ": ",
                                 problem.field == name ? "" : problem.field);
    faults_.Add(std::move(problem));
  }
}

void GeographyImport::Add(const GeographyFile& file) {
  const Datum datum = file.datum == DATUM_UNSPECIFIED ? options_.origin.datum : file.datum;
  if (!DatumFits(datum, file.reference)) return faults_.Add("OUTLINE_DATUM_MISSING", file.name);
  const uint32_t number = static_cast<uint32_t>(files_.size());
  files_.push_back({file.name, datum, file.reference});
  GeoJsonOptions options;
  options.code_property = file.code_property.empty() ? options_.code_property : file.code_property;
  options.name_property = file.name_property.empty() ? options_.name_property : file.name_property;
  const absl::StatusOr<std::string> crs =
      ScanGeoJson(file.text, options, [&](Area& area) { AddArea(area, number); });
  if (!crs.ok()) {
    AddUnreadable(file.name, crs.status());
  } else if (!CrsFits(*crs, datum)) {
    faults_.Add("GEOJSON_CRS", file.name, *crs);
  }
  crs_.push_back(!file.crs.empty() || !crs.ok() ? file.crs : *crs);
}

void GeographyImport::AddArea(const Area& area, uint32_t file) {
  const bool reference = files_[file].reference;
  const std::optional<division::Division> division = tree_->Find(area.code);
  std::string label = absl::StrCat(files_[file].name, ": ", area.feature);
  const absl::string_view name = division ? division->name() : absl::string_view(area.name);
  if (!name.empty()) absl::StrAppend(&label, " ", name);
  ++features_;
  if (!area.code.empty() && !division) {
    faults_.Add("OUTLINE_DIVISION_UNKNOWN", label, area.code);
  }
  bool stored = division.has_value();
  if (division && !reference) {
    std::string& first = labels_[division->order()];
    if (!first.empty()) {
      faults_.Add("OUTLINE_DUPLICATE", label, first);
      stored = false;
    } else {
      first = label;
    }
    if (!area.name.empty() && area.name != division->name())
      notes_.Add("OUTLINE_NAME_DIFFERS", label, area.name);
  }
  if (!area.reason.empty()) return faults_.Add(area.reason, label, area.detail);
  std::vector<geo::Ring> rings;
  std::vector<std::optional<bool>> outer;
  if (!PlacesAreSound(area, label) || !ReadRings(area, label, files_[file].datum, rings, outer) ||
      !RingsAreSound(rings, outer, label) || !stored) {
    return;
  }
  size_t points = 0;
  geo::Box box;
  for (const geo::Ring& ring : rings) {
    points += ring.size();
    box.Extend(geo::BoundsOf(ring));
  }
  points_ += points;
  if (points_ > GeoJsonLimits::kMaxPoints) {
    if (points_ - points <= GeoJsonLimits::kMaxPoints) {
      faults_.Add("OUTLINE_TOO_LARGE", label,
                  absl::StrCat("> ", GeoJsonLimits::kMaxPoints, " points in all files"));
    }
    return;
  }
  shapes_.push_back({division->order(), file, std::move(label), std::move(rings), box});
}

bool GeographyImport::PlacesAreSound(const Area& area, const std::string& label) {
  CoordinateGuess first;
  size_t wrong = 0, all = 0;
  for (const auto& ring : area.rings) {
    all += ring.size();
    for (const geo::LonLat place : ring) {
      CoordinateGuess guess;
      const LonLatBox& expected = options_.expected;
      if (place.lon >= expected.min.lon && place.lon <= expected.max.lon &&
          place.lat >= expected.min.lat && place.lat <= expected.max.lat) {
        continue;
      }
      if (wrong++ == 0) first = GuessCoordinates(place, expected);
    }
  }
  if (wrong == 0) return true;
  faults_.Add(first.reason, label, absl::StrCat(first.detail, "; ", wrong, " / ", all));
  return false;
}

// Rings with their role: the outer one of a polygon, a hole of one, or nothing known of it.
bool GeographyImport::ReadRings(const Area& area, const std::string& label, Datum datum,
                                std::vector<geo::Ring>& rings,
                                std::vector<std::optional<bool>>& outer) {
  uint32_t spikes = 0, parts = 0;
  geo::Point spike, split;
  bool sound = true;
  for (size_t r = 0; r < area.rings.size(); ++r) {
    geo::Ring ring;
    ring.reserve(area.rings[r].size());
    for (const geo::LonLat place : area.rings[r])
      ring.push_back(geo::ToMicrodegrees(datum == DATUM_GCJ02 ? geo::Gcj02ToWgs84(place) : place));
    if (ring.size() < 4) {
      faults_.Add("OUTLINE_RING_SHORT", label,
                  absl::StrCat(ring.size(), ring.empty() ? "" : ", ",
                               ring.empty() ? "" : Degrees(ring.front())));
      sound = false;
      continue;
    }
    if (ring.front() != ring.back()) {
      const geo::Offset gap = geo::OffsetBetween(geo::FromMicrodegrees(ring.back()),
                                                 geo::FromMicrodegrees(ring.front()));
      faults_.Add("OUTLINE_RING_OPEN", label,
                  absl::StrFormat("%s (%.1f m)", Degrees(ring.back()),
                                  std::hypot(gap.east_m, gap.north_m)));
      sound = false;
      continue;
    }
    geo::SimpleRings simple = geo::MakeSimple(ring);
    if (simple.spikes > 0 && spikes == 0) spike = simple.spike;
    if (simple.parts > 0 && parts == 0) split = simple.split;
    spikes += simple.spikes;
    parts += simple.parts;
    for (geo::Ring& part : simple.rings) {
      outer.push_back(simple.parts > 0 ? std::nullopt : std::optional<bool>(area.outer[r]));
      rings.push_back(std::move(part));
    }
  }
  if (!sound) return false;
  if (rings.empty()) {
    const bool none = area.rings.empty() || area.rings[0].empty();
    faults_.Add("OUTLINE_EMPTY", label, none ? "" : Degrees(area.rings[0][0]));
    return false;
  }
  if (rings.size() > kMaxRings) {
    faults_.Add("OUTLINE_TOO_LARGE", label,
                absl::StrCat(rings.size(), " rings, at most ", kMaxRings));
    return false;
  }
  if (spikes > 0)
    notes_.Add("OUTLINE_SPIKES_REMOVED", label, absl::StrCat(spikes, ", ", Degrees(spike)));
  if (parts > 0) notes_.Add("OUTLINE_RING_SPLIT", label, absl::StrCat(parts, ", ", Degrees(split)));
  return true;
}

bool GeographyImport::RingsAreSound(const std::vector<geo::Ring>& rings,
                                    const std::vector<std::optional<bool>>& outer,
                                    const std::string& label) {
  const geo::SegmentIndex index(rings);
  const geo::Crossings crossings = geo::FindCrossings(index, kNamedCrossings);
  if (!crossings.found.empty()) {
    faults_.Add("OUTLINE_CROSSING", label,
                absl::StrJoin(crossings.found, " ", [](std::string* out, geo::Point place) {
                  absl::StrAppend(out, Degrees(place));
                }));
    return false;
  }
  if (crossings.exhausted) {
    faults_.Add("OUTLINE_TOO_COMPLEX", label,
                absl::StrCat(geo::Crossings::kMaxPairs, " comparisons of sides"));
    return false;
  }
  const auto holes = geo::FindHoles(index, rings);
  if (!holes) {
    faults_.Add("OUTLINE_TOO_COMPLEX", label,
                absl::StrCat(geo::kMaxHoleCost, " comparisons of rings"));
    return false;
  }
  for (size_t r = 0; r < rings.size(); ++r) {
    if (!outer[r].has_value() || *outer[r] != (*holes)[r]) continue;
    faults_.Add(*outer[r] ? "OUTLINE_SHELL_INSIDE" : "OUTLINE_HOLE_OUTSIDE", label,
                Degrees(rings[r][0]));
    return false;
  }
  return true;
}

OutlinePack GeographyImport::Build() const {
  PackBuilder builder;
  Origin origin = options_.origin;
  origin.datum = DATUM_CGCS2000;
  // By level and file.
  std::map<std::pair<int, uint32_t>, uint32_t> counts;
  for (const Shape& shape : shapes_) {
    if (files_[shape.file].reference) continue;
    const division::Division division = tree_->At(shape.order);
    builder.Add(division.code(), shape.rings);
    ++counts[{division.level(), shape.file}];
    // What has been moved is WGS 84, and the two are the same within decimetres.
    if (files_[shape.file].datum != DATUM_CGCS2000) origin.datum = DATUM_WGS84;
  }
  OutlinePack pack = builder.Finish(origin);
  for (const auto& [key, count] : counts) {
    const auto& [level, file] = key;
    Layer& layer = *pack.add_layers();
    layer.set_level(tree_->levels()[static_cast<size_t>(level)]);
    layer.set_file(files_[file].name);
    layer.set_outlines(count);
    layer.set_datum(files_[file].datum);
    layer.set_crs(crs_[file]);
    layer.set_treatment(files_[file].datum == DATUM_GCJ02 ? TREATMENT_MOVED_FROM_GCJ02
                                                          : TREATMENT_KEPT);
  }
  return pack;
}

std::string GeographyImport::LabelOf(absl::string_view code) const {
  const std::optional<division::Division> division = tree_->Find(code);
  if (!division || labels_[division->order()].empty()) return std::string(code);
  return labels_[division->order()];
}

void GeographyImport::NoteLayers(const OutlinePack& pack) {
  for (const Layer& layer : pack.layers()) {
    notes_.Add("OUTLINE_LAYER", layer.level(),
               absl::StrCat(layer.file(), ", ", layer.outlines(), ", ", NameOf(layer.datum()),
                            layer.crs().empty() ? "" : ", ", layer.crs(),
                            layer.treatment() == TREATMENT_MOVED_FROM_GCJ02 ? " -> WGS 84" : ""));
  }
}

void GeographyImport::NoteMissing() {
  std::vector<std::vector<uint32_t>> missing(tree_->levels().size());
  std::vector<bool> given(tree_->levels().size());
  for (uint32_t order = 0; order < tree_->size(); ++order) {
    const size_t level = static_cast<size_t>(tree_->At(order).level());
    if (labels_[order].empty()) {
      missing[level].push_back(order);
    } else {
      given[level] = true;
    }
  }
  for (size_t level = 0; level < missing.size(); ++level) {
    if (!given[level] || missing[level].empty()) continue;
    std::string detail =
        absl::StrCat(missing[level].size(), " / ", tree_->CountAt(static_cast<int>(level)), ":");
    for (size_t i = 0; i < std::min(missing[level].size(), kNamedDivisions); ++i) {
      const division::Division division = tree_->At(missing[level][i]);
      absl::StrAppend(&detail, " ", division.code(), " ", division.name());
    }
    if (missing[level].size() > kNamedDivisions) absl::StrAppend(&detail, " ...");
    notes_.Add("OUTLINE_LEVEL_INCOMPLETE", tree_->levels()[level], detail);
  }
}

absl::StatusOr<Imported> GeographyImport::Finish() && {
  if (features_ == 0 && faults_.empty()) faults_.Add("GEOJSON_NOTHING", "");
  CheckGeography(*tree_, shapes_, files_, options_.tolerances, faults_, notes_);
  OutlinePack pack = Build();
  if (const absl::Status status = Outlines::Make(pack, tree_).status(); !status.ok()) {
    for (Problem& problem : ProblemsOf(status)) {
      problem.field = LabelOf(problem.field);
      if (!faults_.Has(problem.reason, problem.field)) faults_.Add(std::move(problem));
    }
  }
  if (!faults_.empty())
    return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(faults_).Take());
  NoteLayers(pack);
  NoteMissing();
  return Imported{std::move(pack), std::move(notes_).Take()};
}

absl::StatusOr<Imported> ImportGeography(const std::vector<GeographyFile>& files,
                                         const ImportOptions& options,
                                         std::shared_ptr<const division::Tree> tree) {
  GeographyImport import(options, std::move(tree));
  for (const GeographyFile& file : files) import.Add(file);
  return std::move(import).Finish();
}

}  // namespace fupin::outline
