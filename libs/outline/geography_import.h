// Real geography into a pack: everything that usually goes wrong with boundary files is refused
// with the feature named, before anyone sees a wrong map.
#ifndef FUPIN_LIBS_OUTLINE_GEOGRAPHY_IMPORT_H_
#define FUPIN_LIBS_OUTLINE_GEOGRAPHY_IMPORT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/division/tree.h"
#include "libs/outline/fault_list.h"
#include "libs/outline/geography_check.h"
#include "libs/outline/geojson.h"
#include "libs/outline/outlines.h"
#include "libs/outline/shape.h"

namespace fupin::outline {

struct GeographyFile {
  std::string name;  // what messages and the pack call it; without its folder
  std::string text;  // GeoJSON
  // WGS 84, CGCS2000 or GCJ-02; not stated only for reference. Nothing: that of the options.
  Datum datum = DATUM_UNSPECIFIED;
  // The coordinate reference system before the file was turned into GeoJSON, for the record.
  std::string crs;
  // Outlines to compare with, not to store.
  bool reference = false;
  // Properties with code and name; those of the options when empty.
  std::string code_property;
  std::string name_property;
};

struct ImportOptions {
  std::string code_property = "code";
  std::string name_property = "name";
  // Source and licence must be stated; the datum is that of all files that state none of their own.
  Origin origin;
  // Places outside are refused: China if not told.
  LonLatBox expected = {{73, 3}, {136, 54}};
  Tolerances tolerances;
};

struct Imported {
  OutlinePack pack;
  // What was changed (OUTLINE_SPIKES_REMOVED, OUTLINE_RING_SPLIT: harmless repairs, always made),
  // where each level came from (OUTLINE_LAYER), and what to look at: OUTLINE_NAME_DIFFERS,
  // OUTLINE_LEVEL_INCOMPLETE, OUTLINE_DATUM_UNCHECKED.
  std::vector<Problem> notes;
};

// GeoJSON FeatureCollections, one or several, into one pack; levels may be mixed. Coordinates are
// stored to 1e-6 degree; those of GCJ-02 are moved to WGS 84, and the pack says so for each level.
// Reads on after a fault: all that can be found is found, up to FaultList::kMaxPerReason of each
// reason. Memory grows with the points, 8 bytes each, plus the text of one file; limits in
// GeoJsonLimits. Not safe for concurrent use.
class GeographyImport {
 public:
  GeographyImport(ImportOptions options, std::shared_ptr<const division::Tree> tree);

  // The text is not needed afterwards.
  void Add(const GeographyFile& file);
  // A file that could not be read at all.
  void AddUnreadable(absl::string_view name, const absl::Status& status);
  void AddNote(Problem note) { notes_.Add(std::move(note)); }

  // INVALID_ARGUMENT with all faults, each naming file, feature, code and name:
  //   as ScanGeoJson and CheckGeography; OUTLINE_DATUM_MISSING, OUTLINE_DIVISION_UNKNOWN,
  //   OUTLINE_DUPLICATE, GEOJSON_CRS, GEOJSON_PROJECTED, GEOJSON_SWAPPED, GEOJSON_FAR_OUTSIDE,
  //   GEOJSON_ABSURD, OUTLINE_RING_SHORT, OUTLINE_RING_OPEN, OUTLINE_EMPTY, OUTLINE_CROSSING,
  //   OUTLINE_HOLE_OUTSIDE, OUTLINE_SHELL_INSIDE, OUTLINE_TOO_COMPLEX, GEOJSON_NOTHING; and all
  //   that Outlines::Make refuses.
  absl::StatusOr<Imported> Finish() &&;

 private:
  void AddArea(const Area& area, uint32_t file);
  bool PlacesAreSound(const Area& area, const std::string& label);
  bool ReadRings(const Area& area, const std::string& label, Datum datum,
                 std::vector<geo::Ring>& rings, std::vector<std::optional<bool>>& outer);
  bool RingsAreSound(const std::vector<geo::Ring>& rings,
                     const std::vector<std::optional<bool>>& outer, const std::string& label);
  OutlinePack Build() const;
  void NoteLayers(const OutlinePack& pack);
  void NoteMissing();
  std::string LabelOf(absl::string_view code) const;

  const ImportOptions options_;
  const std::shared_ptr<const division::Tree> tree_;
  FaultList faults_;
  FaultList notes_;
  std::vector<StatedFile> files_;
  std::vector<std::string> crs_;  // by file
  std::vector<Shape> shapes_;
  std::vector<std::string> labels_;  // by division: the first feature of it, sound or not
  size_t features_ = 0;
  size_t points_ = 0;
};

// The same at once.
absl::StatusOr<Imported> ImportGeography(const std::vector<GeographyFile>& files,
                                         const ImportOptions& options,
                                         std::shared_ptr<const division::Tree> tree);

}  // namespace fupin::outline

#endif  // FUPIN_LIBS_OUTLINE_GEOGRAPHY_IMPORT_H_
