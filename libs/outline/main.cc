// fupin_outlines: makes a pack of outlines, real or synthetic. deploy/geography/README.md.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/outline/file_text.h"
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
// Of these one word holds for all files, or there is one for each of --geojson and --reference.
ABSL_FLAG(std::vector<std::string>, code_property, {"code"},
          "property that holds the division's code; one, or one a file");
ABSL_FLAG(std::vector<std::string>, name_property, {"name"},
          "property that holds its name, for messages; one, or one a file");
ABSL_FLAG(std::vector<std::string>, layer, {},
          "of a file read through GDAL; one, or one a file (empty: the only one)");
ABSL_FLAG(std::vector<std::string>, crs, {},
          "coordinate reference system of files read through GDAL that do not say: EPSG:4513; one, "
          "or one a file");
ABSL_FLAG(std::vector<std::string>, encoding, {},
          "of the attributes of a shapefile that does not say: GBK; one, or one a file");
ABSL_FLAG(double, outside_m, 200, "real: how far a part may stick out of its parent, 0.2 to 1000");
ABSL_FLAG(double, overlap_m, 50,
          "real: how deep divisions of one level may reach into one another, 0.2 to 1000");
ABSL_FLAG(
    std::vector<std::string>, expected, {},
    "real: west,south,east,north in degrees; what lies outside is refused; China if not told");
ABSL_FLAG(std::string, describe, "", "a pack: prints where its outlines are from, and ends");
ABSL_FLAG(std::string, datum, "",
          "datum of the GeoJSON: wgs84, cgcs2000 or gcj02; for prefectures also not_stated");
ABSL_FLAG(std::string, source_zh, "", "where the GeoJSON is from");
ABSL_FLAG(std::string, source_en, "", "the same in English");
ABSL_FLAG(std::string, licence_zh, "", "under which terms");
ABSL_FLAG(std::string, licence_en, "", "the same in English");

namespace fupin::outline {
namespace {

// Of a flag that has one word for all files, or one a file; "" when it has none.
std::string WordFor(const std::vector<std::string>& words, size_t file) {
  return words.empty() ? "" : words[std::min(file, words.size() - 1)];
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
  ASSIGN_OR_RETURN(const std::string text, ReadText(path, GeoJsonLimits::kMaxBytes));
  ASSIGN_OR_RETURN(Areas areas, ReadGeoJson(text, WordFor(absl::GetFlag(FLAGS_code_property), 0)));
  std::vector<Frame> frames;
  for (Area& area : areas.areas) frames.push_back({std::move(area.code), std::move(area.rings)});
  return MakeSynthetic(*tree, frames, options);
}

// "path" or "path@datum", the `number`th of all. A file that cannot be read is told beside the
// faults of the others.
void AddFile(const std::string& word, size_t number, bool reference, Datum stated,
             GeographyImport& import) {
  GeographyFile file;
  file.reference = reference;
  file.datum = stated;
  std::string path = word;
  if (const size_t at = word.rfind('@'); at != std::string::npos) {
    const Datum own = DatumNamed(absl::string_view(word).substr(at + 1));
    if (own != DATUM_UNSPECIFIED) {
      file.datum = own;
      path.resize(at);
    }
  }
  file.name = path.substr(path.rfind('/') + 1);
  file.code_property = WordFor(absl::GetFlag(FLAGS_code_property), number);
  file.name_property = WordFor(absl::GetFlag(FLAGS_name_property), number);
  if (IsOgrFile(path)) {
    auto text = ReadOgrFile(path, {.datum = file.datum,
                                   .layer = WordFor(absl::GetFlag(FLAGS_layer), number),
                                   .crs = WordFor(absl::GetFlag(FLAGS_crs), number),
                                   .encoding = WordFor(absl::GetFlag(FLAGS_encoding), number),
                                   .code_property = file.code_property,
                                   .name_property = file.name_property});
    if (!text.ok()) return import.AddUnreadable(file.name, text.status());
    file.text = std::move(text->geojson);
    file.crs = std::move(text->crs);
    for (Problem& note : text->notes) {
      note.field = file.name;
      import.AddNote(std::move(note));
    }
  } else {
    auto text = ReadText(path, GeoJsonLimits::kMaxBytes);
    if (!text.ok()) return import.AddUnreadable(file.name, text.status());
    file.text = *std::move(text);
  }
  import.Add(file);
}

absl::StatusOr<ImportOptions> OptionsFromFlags() {
  ImportOptions options;
  ASSIGN_OR_RETURN(options.origin, OriginFromFlags());
  options.tolerances.outside_m = absl::GetFlag(FLAGS_outside_m);
  options.tolerances.overlap_m = absl::GetFlag(FLAGS_overlap_m);
  for (const double metres : {options.tolerances.outside_m, options.tolerances.overlap_m}) {
    if (!(metres >= Tolerances::kMinM && metres <= Tolerances::kMaxM)) {
      return absl::InvalidArgumentError(absl::StrCat("--outside_m and --overlap_m are from ",
                                                     Tolerances::kMinM, " to ", Tolerances::kMaxM));
    }
  }
  if (const std::vector<std::string> words = absl::GetFlag(FLAGS_expected); !words.empty()) {
    double edges[4] = {};
    bool sound = words.size() == 4;
    for (size_t i = 0; sound && i < 4; ++i)
      sound = absl::SimpleAtod(words[i], &edges[i]) && std::isfinite(edges[i]);
    if (!sound || edges[0] >= edges[2] || edges[1] >= edges[3])
      return absl::InvalidArgumentError("--expected is west,south,east,north in degrees");
    options.expected = {{edges[0], edges[1]}, {edges[2], edges[3]}};
  }
  return options;
}

absl::Status CheckWordCounts(size_t files) {
  for (const auto& [flag, words] : {std::pair<absl::string_view, std::vector<std::string>>(
                                        "code_property", absl::GetFlag(FLAGS_code_property)),
                                    {"name_property", absl::GetFlag(FLAGS_name_property)},
                                    {"layer", absl::GetFlag(FLAGS_layer)},
                                    {"crs", absl::GetFlag(FLAGS_crs)},
                                    {"encoding", absl::GetFlag(FLAGS_encoding)}}) {
    if (words.size() > 1 && words.size() != files) {
      return absl::InvalidArgumentError(absl::StrCat("--", flag, " needs one word, or ", files,
                                                     ": one a file; it has ", words.size()));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<OutlinePack> Real(std::shared_ptr<const division::Tree> tree,
                                 const std::vector<std::string>& paths) {
  ASSIGN_OR_RETURN(const ImportOptions options, OptionsFromFlags());
  const std::vector<std::string> references = absl::GetFlag(FLAGS_reference);
  RETURN_IF_ERROR(CheckWordCounts(paths.size() + references.size()));
  GeographyImport import(options, std::move(tree));
  size_t number = 0;
  for (const std::string& path : paths)
    AddFile(path, number++, /*reference=*/false, options.origin.datum, import);
  for (const std::string& path : references)
    AddFile(path, number++, /*reference=*/true, options.origin.datum, import);
  ASSIGN_OR_RETURN(Imported imported, std::move(import).Finish());
  for (const Problem& note : imported.notes) {
    std::printf("  %s %s: %s\n    %s\n", note.reason.c_str(), note.field.c_str(),
                note.message_zh.c_str(), note.message_en.c_str());
  }
  return std::move(imported.pack);
}

absl::Status Describe(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadText(path, INT32_MAX));
  OutlinePack pack;
  if (!pack.ParseFromString(bytes)) return Refuse("OUTLINE_FORMAT", path, "not an OutlinePack");
  std::printf("%s / %s\n%s / %s\n%s%s\n", pack.source_zh().c_str(), pack.source_en().c_str(),
              pack.licence_zh().c_str(), pack.licence_en().c_str(),
              Datum_Name(pack.datum()).c_str(), pack.synthetic() ? ", synthetic (合成数据)" : "");
  for (const Layer& layer : pack.layers()) {
    std::printf("%s\t%s\t%u\t%s\t%s\t%s\n", layer.level().c_str(), layer.file().c_str(),
                layer.outlines(), Datum_Name(layer.datum()).c_str(),
                Treatment_Name(layer.treatment()).c_str(), layer.crs().c_str());
  }
  return absl::OkStatus();
}

absl::Status Run() {
  if (const std::string pack = absl::GetFlag(FLAGS_describe); !pack.empty()) return Describe(pack);
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
  RETURN_IF_ERROR(WriteWhole(out, pack.SerializeAsString()));
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
