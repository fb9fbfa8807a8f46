#include "libs/outline/ogr_file.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/outline/geojson.h"
#include "libs/outline/limited_run.h"
#include "libs/outline/ogr_layer.h"
#include "libs/outline/reasons.h"
#include "libs/outline/shapefile_encoding.h"
#include "libs/status/macros.h"

namespace fupin::outline {
namespace {

namespace fs = std::filesystem;

// A folder that goes with the object.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "outline-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) dir_ = pattern;
  }
  ~Scratch() {
    std::error_code error;
    if (!dir_.empty()) fs::remove_all(dir_, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& dir() const { return dir_; }

 private:
  std::string dir_;
};

bool BeginsWith(const std::string& path, absl::string_view begin) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(begin.size(), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return file.gcount() == static_cast<std::streamsize>(begin.size()) && bytes == begin;
}

// GDAL goes by content: what is not what its name says could be a description that leads to other
// files or addresses.
absl::Status CheckKind(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  const bool folder = absl::EndsWithIgnoreCase(path, ".gdb");
  if (error || !fs::exists(status)) return Refuse("OUTLINE_FILE", "", path);
  if (folder ? !fs::is_directory(status) : !fs::is_regular_file(status))
    return Refuse("OUTLINE_FILE", "", path);
  uint64_t size = 0;
  if (folder) {
    for (const fs::directory_entry& entry : fs::directory_iterator(path, error))
      size += entry.is_regular_file(error) ? entry.file_size(error) : 0;
    if (!fs::exists(fs::path(path) / "a00000001.gdbtable"))
      return Refuse("OGR_FAILED", "", "not a File Geodatabase");
  } else {
    size = fs::file_size(path, error);
    const bool shape = absl::EndsWithIgnoreCase(path, ".shp");
    if (shape && !BeginsWith(path, absl::string_view("\0\0\x27\x0A", 4)))
      return Refuse("OGR_FAILED", "", "not a Shapefile");
    if (!shape && !BeginsWith(path, absl::string_view("SQLite format 3\0", 16)))
      return Refuse("OGR_FAILED", "", "not a GeoPackage");
  }
  if (size > GeoJsonLimits::kMaxBytes) {
    return Refuse("OUTLINE_TOO_LARGE", "",
                  absl::StrCat(size, " bytes, at most ", GeoJsonLimits::kMaxBytes));
  }
  return absl::OkStatus();
}

// Codes of the EPSG only: gdalsrsinfo would also read files.
bool IsEpsg(absl::string_view crs) {
  if (!absl::StartsWithIgnoreCase(crs, "EPSG:") || crs.size() < 9 || crs.size() > 11) return false;
  return std::all_of(crs.begin() + 5, crs.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

// One reading of one file.
class Reading {
 public:
  Reading(const std::string& path, const OgrOptions& options)
      : options_(options),
        path_(absl::StartsWith(path, "-") ? absl::StrCat("./", path) : path),
        encoding_(options.encoding) {}

  absl::StatusOr<OgrText> Read() {
    RETURN_IF_ERROR(CheckKind(path_));
    if (encoding_.empty() && absl::EndsWithIgnoreCase(path_, ".shp")) {
      encoding_ = GuessShapefileEncoding(path_);
      if (!encoding_.empty()) text_.notes.push_back(Because("OGR_ENCODING_GUESSED", "", encoding_));
    }
    RETURN_IF_ERROR(ChooseLayer());
    ASSIGN_OR_RETURN(const std::string said, Run({"ogrinfo", "-ro", "-so"}, {path_, layer_}));
    RETURN_IF_ERROR(ChooseFields(FieldsOf(said)));
    RETURN_IF_ERROR(CheckCrs(CrsOf(said)));
    RETURN_IF_ERROR(Convert());
    return std::move(text_);
  }

 private:
  absl::StatusOr<std::string> Run(std::vector<std::string> words,
                                  const std::vector<std::string>& last) {
    if (!encoding_.empty()) words.insert(words.end(), {"-oo", "ENCODING=" + encoding_});
    words.insert(words.end(), last.begin(), last.end());
    return RunLimited(scratch_.dir(), words);
  }

  absl::Status ChooseLayer() {
    ASSIGN_OR_RETURN(const std::string said, Run({"ogrinfo", "-ro", "-q"}, {path_}));
    const std::vector<std::string> layers = LayersOf(said);
    layer_ = options_.layer.empty() && layers.size() == 1 ? layers[0] : options_.layer;
    if (std::find(layers.begin(), layers.end(), layer_) == layers.end())
      return Refuse("OGR_LAYER", "", absl::StrJoin(layers, ", "));
    return absl::OkStatus();
  }

  absl::Status ChooseFields(const std::vector<std::string>& fields) {
    const auto has = [&](const std::string& name) {
      return std::find(fields.begin(), fields.end(), name) != fields.end();
    };
    if (!has(options_.code_property)) return Refuse("OGR_FIELD", "", absl::StrJoin(fields, ", "));
    fields_ = options_.code_property;
    if (has(options_.name_property)) absl::StrAppend(&fields_, ",", options_.name_property);
    return absl::OkStatus();
  }

  absl::Status CheckCrs(OgrCrs declared) {
    if (!options_.crs.empty()) {
      if (!IsEpsg(options_.crs)) return Refuse("OGR_CRS_UNSUPPORTED", "", options_.crs);
      ASSIGN_OR_RETURN(const std::string said,
                       RunLimited(scratch_.dir(), {"gdalsrsinfo", "-o", "wkt2", options_.crs}));
      if (!declared.name.empty())
        text_.notes.push_back(Because("OGR_CRS_OVERRIDDEN", "", declared.name));
      declared = CrsOf(said);
    }
    if (declared.name.empty()) return Refuse("OGR_CRS_MISSING", "", layer_);
    if (declared.datum == DATUM_UNSPECIFIED)
      return Refuse("OGR_CRS_UNSUPPORTED", "", declared.name);
    if (options_.datum != DATUM_GCJ02 && options_.datum != DATUM_NOT_STATED &&
        options_.datum != declared.datum) {
      return Refuse("GEOJSON_CRS", "", declared.name);
    }
    text_.crs = declared.name;
    // Within one datum: nothing but metres to degrees.
    target_ = declared.datum == DATUM_CGCS2000 ? "EPSG:4490" : "EPSG:4326";
    return absl::OkStatus();
  }

  absl::Status Convert() {
    const std::string out = absl::StrCat(scratch_.dir(), "/outlines.geojson");
    std::vector<std::string> words = {"ogr2ogr",    "-f",    "GeoJSON",
                                      "-t_srs",     target_, "-lco",
                                      "RFC7946=NO", "-lco",  "COORDINATE_PRECISION=8",
                                      "-dim",       "XY",    "-select",
                                      fields_};
    if (!options_.crs.empty()) words.insert(words.end(), {"-s_srs", options_.crs});
    RETURN_IF_ERROR(Run(std::move(words), {out, path_, layer_}).status());
    std::ifstream file(out, std::ios::binary);
    text_.geojson.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    // Those of GCJ-02 declare what they are not.
    if (options_.datum == DATUM_GCJ02 || options_.datum == DATUM_NOT_STATED) {
      const size_t features = text_.geojson.find("\"features\"");
      const size_t crs = text_.geojson.find("\"crs\"");
      if (crs < features) text_.geojson.replace(crs, 5, "\"was\"");
    }
    return absl::OkStatus();
  }

  const OgrOptions& options_;
  const std::string path_;
  const Scratch scratch_;
  std::string encoding_;
  std::string layer_;
  std::string fields_;
  std::string target_;
  OgrText text_;
};

}  // namespace

bool IsOgrFile(absl::string_view path) {
  return absl::EndsWithIgnoreCase(path, ".shp") || absl::EndsWithIgnoreCase(path, ".gpkg") ||
         absl::EndsWithIgnoreCase(path, ".gdb");
}

absl::StatusOr<OgrText> ReadOgrFile(const std::string& path, const OgrOptions& options) {
  return Reading(path, options).Read();
}

}  // namespace fupin::outline
