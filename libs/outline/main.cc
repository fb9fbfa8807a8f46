// fupin_outlines: makes a pack of outlines, real or synthetic. deploy/geography/README.md.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/outline/geography_import.h"
#include "libs/outline/geojson.h"
#include "libs/outline/ogr_file.h"
#include "libs/outline/reasons.h"
#include "libs/outline/synthetic.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

ABSL_FLAG(std::vector<std::string>, divisions, {}, "division files, comma separated");
ABSL_FLAG(std::string, out, "", "the pack to write");
ABSL_FLAG(std::string, prefectures, "", "synthetic: GeoJSON with the outline of each prefecture");
ABSL_FLAG(double, cells, 4.5, "synthetic: hexagons for a lowest division");
ABSL_FLAG(uint64_t, seed, 20201120, "synthetic: another seed makes another map");
ABSL_FLAG(std::vector<std::string>, geojson, {},
          "real: GeoJSON, .shp, .gpkg or .gdb, comma separated; FILE@gcj02 for a datum of its own");
ABSL_FLAG(std::vector<std::string>, reference, {},
          "real: files as --geojson to compare with, not to store");
ABSL_FLAG(std::string, code_property, "code", "property that holds the division's code");
ABSL_FLAG(std::string, name_property, "name", "property that holds its name, for messages");
ABSL_FLAG(std::string, layer, "", "of a file read through GDAL");
ABSL_FLAG(std::string, crs, "",
          "coordinate reference system of files read through GDAL that do not say: EPSG:4513");
ABSL_FLAG(std::string, encoding, "", "of the attributes of a shapefile that does not say: GBK");
ABSL_FLAG(std::string, datum, "",
          "datum of the GeoJSON: wgs84, cgcs2000 or gcj02; for prefectures also not_stated");
ABSL_FLAG(std::string, source_zh, "", "where the GeoJSON is from");
ABSL_FLAG(std::string, source_en, "", "the same in English");
ABSL_FLAG(std::string, licence_zh, "", "under which terms");
ABSL_FLAG(std::string, licence_en, "", "the same in English");

namespace fupin::outline {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Refuse("OUTLINE_FILE", path, path);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

Datum DatumNamed(absl::string_view name) {
  if (name == "wgs84") return DATUM_WGS84;
  if (name == "cgcs2000") return DATUM_CGCS2000;
  if (name == "gcj02") return DATUM_GCJ02;
  if (name == "not_stated") return DATUM_NOT_STATED;
  return DATUM_UNSPECIFIED;
}

absl::StatusOr<Origin> OriginFromFlags() {
  Origin origin{absl::GetFlag(FLAGS_source_zh), absl::GetFlag(FLAGS_source_en),
                absl::GetFlag(FLAGS_licence_zh), absl::GetFlag(FLAGS_licence_en)};
  origin.datum = DatumNamed(absl::GetFlag(FLAGS_datum));
  if (origin.datum == DATUM_UNSPECIFIED) return Refuse("OUTLINE_DATUM_MISSING", "--datum");
  return origin;
}

absl::StatusOr<OutlinePack> Synthetic(const std::shared_ptr<const division::Tree>& tree,
                                      const std::string& path) {
  SyntheticOptions options;
  options.cells = absl::GetFlag(FLAGS_cells);
  options.seed = absl::GetFlag(FLAGS_seed);
  ASSIGN_OR_RETURN(options.frames, OriginFromFlags());
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(Areas areas, ReadGeoJson(text, absl::GetFlag(FLAGS_code_property)));
  std::vector<Frame> frames;
  for (Area& area : areas.areas) frames.push_back({std::move(area.code), std::move(area.rings)});
  return MakeSynthetic(*tree, frames, options);
}

// "path" or "path@datum". A file that cannot be read is told beside the faults of the others.
void AddFile(const std::string& word, bool reference, GeographyImport& import) {
  GeographyFile file;
  file.reference = reference;
  std::string path = word;
  if (const size_t at = word.rfind('@'); at != std::string::npos) {
    file.datum = DatumNamed(absl::string_view(word).substr(at + 1));
    if (file.datum != DATUM_UNSPECIFIED) path.resize(at);
  }
  file.name = path.substr(path.rfind('/') + 1);
  if (IsOgrFile(path)) {
    auto text = ReadOgrFile(path, {absl::GetFlag(FLAGS_layer), absl::GetFlag(FLAGS_crs),
                                   absl::GetFlag(FLAGS_encoding)});
    if (!text.ok()) return import.AddUnreadable(file.name, text.status());
    file.text = std::move(text->geojson);
    file.crs = std::move(text->crs);
    // Degrees of CGCS2000 now, unless they are said to be GCJ-02 whatever the file declares.
    if (file.datum == DATUM_UNSPECIFIED && DatumNamed(absl::GetFlag(FLAGS_datum)) != DATUM_GCJ02) {
      file.datum = DATUM_CGCS2000;
    }
    // The text declares what it was turned into; what is stated above counts.
    if (const size_t at = file.text.find("\"crs\""); file.datum == DATUM_GCJ02) {
      if (at != std::string::npos) file.text.replace(at, 5, "\"was\"");
    }
  } else {
    auto text = ReadFile(path);
    if (!text.ok()) return import.AddUnreadable(file.name, text.status());
    file.text = *std::move(text);
  }
  import.Add(file);
}

absl::StatusOr<OutlinePack> Real(std::shared_ptr<const division::Tree> tree,
                                 const std::vector<std::string>& paths) {
  ImportOptions options;
  options.code_property = absl::GetFlag(FLAGS_code_property);
  options.name_property = absl::GetFlag(FLAGS_name_property);
  ASSIGN_OR_RETURN(options.origin, OriginFromFlags());
  GeographyImport import(options, std::move(tree));
  for (const std::string& path : paths) AddFile(path, /*reference=*/false, import);
  for (const std::string& path : absl::GetFlag(FLAGS_reference)) {
    AddFile(path, /*reference=*/true, import);
  }
  ASSIGN_OR_RETURN(Imported imported, std::move(import).Finish());
  for (const Problem& note : imported.notes) {
    std::printf("  %s %s: %s / %s\n", note.reason.c_str(), note.field.c_str(),
                note.message_zh.c_str(), note.message_en.c_str());
  }
  return std::move(imported.pack);
}

absl::Status Run() {
  const std::string out = absl::GetFlag(FLAGS_out), prefectures = absl::GetFlag(FLAGS_prefectures);
  const std::vector<std::string> geojson = absl::GetFlag(FLAGS_geojson);
  if (out.empty() || prefectures.empty() == geojson.empty()) {
    return absl::InvalidArgumentError(
        "needs --divisions, --out and one of --prefectures and --geojson");
  }
  ASSIGN_OR_RETURN(const auto tree, division::Tree::Load(absl::GetFlag(FLAGS_divisions)));
  ASSIGN_OR_RETURN(const OutlinePack pack,
                   geojson.empty() ? Synthetic(tree, prefectures) : Real(tree, geojson));
  ASSIGN_OR_RETURN(const auto outlines, Outlines::Make(pack, tree));
  std::ofstream file(out, std::ios::binary);
  if (!pack.SerializeToOstream(&file) || !file.flush())
    return absl::UnavailableError(absl::StrCat("cannot write ", out));
  std::printf("%s: %d outlines, %d arcs, %d points%s; %zu divisions without outline\n", out.c_str(),
              pack.outlines_size(), pack.arc_sizes_size(), pack.steps_size() / 2,
              pack.synthetic() ? ", synthetic (合成数据)" : "", outlines->Missing().size());
  return absl::OkStatus();
}

}  // namespace
}  // namespace fupin::outline

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "makes a pack of outlines\n"
      "  synthetic: --divisions a.tsv,b.tsv --prefectures p.geojson --datum not_stated --source_zh "
      "... --out x.binpb\n"
      "  real:      --divisions a.tsv,b.tsv --geojson a.geojson,b.geojson --datum cgcs2000 "
      "--source_zh ... --out x.binpb");
  absl::ParseCommandLine(argc, argv);
  const absl::Status status = fupin::outline::Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "fupin_outlines: %s\n", std::string(status.message()).c_str());
  for (const fupin::Problem& problem : fupin::ProblemsOf(status)) {
    std::fprintf(stderr, "  %s %s: %s\n    %s\n", problem.reason.c_str(), problem.field.c_str(),
                 problem.message_zh.c_str(), problem.message_en.c_str());
  }
  return 1;
}
