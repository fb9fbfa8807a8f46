#include "libs/outline/geojson.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/outline/reasons.h"
#include "libs/status/macros.h"

namespace fupin::outline {
namespace {

using Json = nlohmann::json;
using Limits = GeoJsonLimits;

// Property texts go into messages: one line, not long, whole characters.
std::string ForMessages(absl::string_view text) {
  size_t size = std::min<size_t>(text.size(), 60);
  while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
    --size;
  std::string shown(text.substr(0, size));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return shown;
}

// Where a value stands.
enum class At : uint8_t {
  kDocument,
  kRoot,
  kCrs,
  kCrsProperties,
  kFeatures,
  kFeature,
  kProperties,
  kGeometry,
  kCoordinates,
  kElsewhere,
};

// What an array of coordinates was seen to hold.
enum class Holds : uint8_t { kNothing, kNumbers, kPlaces, kRings, kPolygons };

class Scanner {
 public:
  Scanner(const GeoJsonOptions& options, absl::FunctionRef<void(Area&)> each)
      : options_(options), each_(each) {}

  // Events of the parser; false ends it.
  bool null() { return Value(); }
  bool boolean(bool) { return Value(); }
  bool binary(Json::binary_t&) { return Value(); }
  bool number_integer(Json::number_integer_t value) { return Whole(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return Whole(value); }
  bool number_float(Json::number_float_t value, const std::string&) {
    return here() == At::kCoordinates ? Number(value) : Value();
  }
  bool string(const std::string& text) {
    switch (here()) {
      case At::kRoot:
        if (key_ == "type") is_collection_ = text == "FeatureCollection";
        break;
      case At::kCrsProperties:
        if (key_ == "name") crs_ = ForMessages(text);
        break;
      case At::kGeometry:
        if (key_ == "type") type_ = ForMessages(text);
        break;
      case At::kProperties:
        if (key_ == options_.code_property) area_.code = ForMessages(text), has_code_ = true;
        if (key_ == options_.name_property) area_.name = ForMessages(text);
        break;
      default:
        return Value();
    }
    return true;
  }
  bool key(std::string& name) {
    key_ = std::move(name);
    return true;
  }
  bool start_object(size_t) {
    At next = At::kElsewhere;
    switch (here()) {
      case At::kDocument:
        next = At::kRoot;
        break;
      case At::kRoot:
        if (key_ == "crs") next = At::kCrs, has_crs_ = true;
        break;
      case At::kCrs:
        if (key_ == "properties") next = At::kCrsProperties;
        break;
      case At::kFeatures:
        next = At::kFeature;
        if (!BeginFeature()) return false;
        break;
      case At::kFeature:
        if (key_ == "properties") next = At::kProperties;
        if (key_ == "geometry") {
          next = At::kGeometry;
          if (has_geometry_) Fault("GEOJSON_MALFORMED", "two members named geometry");
          has_geometry_ = true;
        }
        break;
      default:
        Value();
    }
    return Open(next);
  }
  bool end_object() {
    if (here() == At::kFeature) EndFeature();
    stack_.pop_back();
    return true;
  }
  bool start_array(size_t) {
    At next = At::kElsewhere;
    if (here() == At::kRoot && key_ == "features") next = At::kFeatures, has_features_ = true;
    if (here() == At::kGeometry && key_ == "coordinates") {
      if (has_coordinates_) Fault("GEOJSON_MALFORMED", "two members named coordinates");
      has_coordinates_ = true;
      next = At::kCoordinates;
    }
    if (here() == At::kCoordinates) next = At::kCoordinates;
    if (next == At::kElsewhere) Value();
    if (next == At::kCoordinates) {
      holds_.push_back(Holds::kNothing);
      count_ = 0;
    }
    return Open(next);
  }
  bool end_array() {
    if (here() == At::kCoordinates) EndCoordinates();
    stack_.pop_back();
    return true;
  }
  bool parse_error(size_t position, const std::string&, const Json::exception& error) {
    const std::string where = absl::StrCat(
        number_ == 0 ? "" : absl::StrCat("features[", number_ - 1, "], "), "byte ", position);
    const absl::string_view what = error.what();
    // The parser's own words repeat the bytes it stumbled on; the place is enough.
    if (error.id == 406) {
      Stop("GEOJSON_NOT_A_NUMBER", where);
    } else if (absl::StrContains(what, "UTF-8")) {
      Stop("GEOJSON_ENCODING", where);
    } else {
      Stop("GEOJSON_MALFORMED", absl::StrCat("not JSON (", where, ")"));
    }
    return false;
  }

  absl::StatusOr<std::string> Finish() {
    if (stop_) return Refuse(stop_->first, "", stop_->second);
    if (!is_collection_ || !has_features_)
      return Refuse("GEOJSON_MALFORMED", "", "not a FeatureCollection");
    if (has_crs_ && crs_.empty()) return Refuse("GEOJSON_MALFORMED", "crs", "crs without a name");
    return crs_;
  }

 private:
  At here() const { return stack_.empty() ? At::kDocument : stack_.back(); }

  bool Open(At next) {
    stack_.push_back(next);
    if (stack_.size() <= Limits::kMaxDepth) return true;
    Stop("GEOJSON_DEEP", absl::StrCat("> ", Limits::kMaxDepth));
    return false;
  }

  void Stop(absl::string_view reason, std::string detail) {
    if (!stop_) stop_.emplace(reason, std::move(detail));
  }
  // The first fault of a feature is what is told about it.
  void Fault(absl::string_view reason, absl::string_view detail) {
    if (!area_.reason.empty()) return;
    area_.reason = std::string(reason);
    area_.detail = std::string(detail);
  }

  // A value that nobody looks at, unless it stands where something else should.
  bool Value() {
    switch (here()) {
      case At::kCoordinates:
        Fault("GEOJSON_NOT_A_NUMBER", "coordinates");
        break;
      case At::kGeometry:
        if (key_ == "coordinates") Fault("GEOJSON_MALFORMED", "coordinates are not an array");
        break;
      case At::kFeatures:
        if (!BeginFeature()) return false;
        Fault("GEOJSON_MALFORMED", "not a feature");
        EndFeature();
        break;
      default:
        break;
    }
    return true;
  }

  template <typename Integer>
  bool Whole(Integer value) {
    if (here() == At::kCoordinates) return Number(static_cast<double>(value));
    if (here() == At::kProperties && key_ == options_.code_property) {
      area_.code = absl::StrCat(value);
      has_code_ = true;
      return true;
    }
    return Value();
  }

  bool Number(double value) {
    Holds& holds = holds_.back();
    if (holds != Holds::kNothing && holds != Holds::kNumbers)
      Fault("GEOJSON_MALFORMED", "numbers and arrays are mixed");
    holds = Holds::kNumbers;
    if (count_ < 2) place_[count_] = value;
    ++count_;
    return true;
  }

  void EndCoordinates() {
    const Holds held = holds_.back();
    holds_.pop_back();
    if (holds_.empty()) {
      outermost_ = held;
      return;
    }
    Holds next = Holds::kNothing;
    switch (held) {
      case Holds::kNothing:
        Fault("OUTLINE_EMPTY", "[]");
        return;
      case Holds::kNumbers:
        if (count_ < 2) Fault("GEOJSON_MALFORMED", "a place is not two numbers");
        AddPlace();
        next = Holds::kPlaces;
        break;
      case Holds::kPlaces:
        EndRing();
        next = Holds::kRings;
        break;
      case Holds::kRings:
        first_of_polygon_ = true;
        next = Holds::kPolygons;
        break;
      case Holds::kPolygons:
        Fault("GEOJSON_MALFORMED", "coordinates are nested too deep");
        return;
    }
    Holds& holds = holds_.back();
    if (holds == Holds::kNothing) holds = next;
    if (holds != next) Fault("GEOJSON_MALFORMED", "places stand at different depths");
  }

  void AddPlace() {
    if (++points_ > Limits::kMaxPointsPerFeature) {
      area_.rings.clear();
      area_.outer.clear();
      ring_.clear();
      Fault("OUTLINE_TOO_LARGE", absl::StrCat("> ", Limits::kMaxPointsPerFeature, " points"));
    }
    if (area_.reason.empty()) ring_.push_back({place_[0], place_[1]});
  }

  void EndRing() {
    if (!area_.reason.empty()) return;
    area_.rings.push_back(std::move(ring_));
    area_.outer.push_back(first_of_polygon_);
    ring_.clear();
    first_of_polygon_ = false;
  }

  bool BeginFeature() {
    if (number_ >= Limits::kMaxFeatures) {
      Stop("OUTLINE_TOO_LARGE", absl::StrCat("> ", Limits::kMaxFeatures, " features"));
      return false;
    }
    area_ = Area();
    area_.feature = absl::StrCat("features[", number_++, "]");
    type_.clear();
    ring_.clear();
    holds_.clear();
    points_ = 0;
    outermost_ = Holds::kNothing;
    first_of_polygon_ = true;
    has_code_ = has_geometry_ = has_coordinates_ = false;
    return true;
  }

  void EndFeature() {
    if (has_code_) {
      absl::StrAppend(&area_.feature, " ", area_.code);
    } else {
      Fault("GEOJSON_CODE_MISSING", options_.code_property);
    }
    const bool several = type_ == "MultiPolygon";
    if (!has_geometry_) {
      Fault("GEOJSON_NO_GEOMETRY", "");
    } else if (!several && type_ != "Polygon") {
      Fault("GEOJSON_GEOMETRY", type_.empty() ? "nothing" : type_);
    } else if (!has_coordinates_) {
      Fault("GEOJSON_MALFORMED", "coordinates are missing");
    } else if (outermost_ == Holds::kNothing) {
      Fault("OUTLINE_EMPTY", type_);
    } else if (outermost_ != (several ? Holds::kPolygons : Holds::kRings)) {
      Fault("GEOJSON_MALFORMED", absl::StrCat("the coordinates are not those of a ", type_));
    }
    each_(area_);
  }

  const GeoJsonOptions& options_;
  const absl::FunctionRef<void(Area&)> each_;
  std::vector<At> stack_;
  std::string key_;
  std::optional<std::pair<std::string, std::string>> stop_;
  std::string crs_;
  bool is_collection_ = false, has_features_ = false, has_crs_ = false;
  size_t number_ = 0;  // of features begun
  // Of the feature being read.
  Area area_;
  std::string type_;
  bool has_code_ = false, has_geometry_ = false, has_coordinates_ = false;
  std::vector<Holds> holds_;
  Holds outermost_ = Holds::kNothing;
  double place_[2] = {};
  size_t count_ = 0;  // numbers of the innermost array
  size_t points_ = 0;
  std::vector<geo::LonLat> ring_;
  bool first_of_polygon_ = true;
};

bool InToken(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '-' || c == '.';
}

// Whether a word outside of texts is a number that JSON cannot say.
bool IsNoNumber(absl::string_view word) {
  if (absl::StartsWith(word, "-") || absl::StartsWith(word, "+")) word.remove_prefix(1);
  if (word.size() < 3) return false;
  if (absl::ascii_isalpha(static_cast<unsigned char>(word[0]))) {
    return absl::EqualsIgnoreCase(word, "nan") || absl::EqualsIgnoreCase(word, "inf") ||
           absl::EqualsIgnoreCase(word, "infinity");
  }
  double value = 0;
  return word.find_first_of("eE") != absl::string_view::npos && absl::SimpleAtod(word, &value) &&
         std::isinf(value);
}

// NaN, Infinity and numbers too large become empty objects, so that the rest of the file can be
// read: no number may be an object, so the feature is refused. Nothing when there are none.
std::optional<std::string> WithoutNoNumbers(absl::string_view text) {
  std::optional<std::string> changed;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) at += text[at] == '\\' ? 1 : 0;
      ++at;
    } else if (!InToken(text[at])) {
      ++at;
    } else {
      const size_t begin = at;
      while (at < text.size() && InToken(text[at])) ++at;
      if (!IsNoNumber(text.substr(begin, at - begin))) continue;
      if (!changed) changed.emplace(text);
      changed->replace(begin, at - begin, absl::StrCat("{", std::string(at - begin - 2, ' '), "}"));
    }
  }
  return changed;
}

}  // namespace

absl::StatusOr<std::string> ScanGeoJson(absl::string_view text, const GeoJsonOptions& options,
                                        absl::FunctionRef<void(Area&)> each) {
  if (text.size() > Limits::kMaxBytes) {
    return Refuse("OUTLINE_TOO_LARGE", "",
                  absl::StrCat(text.size(), " bytes, at most ", Limits::kMaxBytes));
  }
  if (absl::StartsWith(text, "\xFF\xFE") || absl::StartsWith(text, "\xFE\xFF"))
    return Refuse("GEOJSON_ENCODING", "", "UTF-16");
  if (absl::StartsWith(text, "SQLite format 3"))
    return Refuse("GEOJSON_MALFORMED", "", "a GeoPackage; its name must end in .gpkg");
  if (absl::StartsWith(text, absl::string_view("\0\0\x27\x0A", 4)))
    return Refuse("GEOJSON_MALFORMED", "", "a Shapefile; its name must end in .shp");
  if (absl::StartsWith(text, "PK\x03\x04"))
    return Refuse("GEOJSON_MALFORMED", "", "a ZIP archive; unpack it first");
  const std::optional<std::string> changed = WithoutNoNumbers(text);
  if (changed) text = *changed;
  Scanner scanner(options, each);
  Json::sax_parse(text.begin(), text.end(), &scanner);
  return scanner.Finish();
}

absl::StatusOr<Areas> ReadGeoJson(absl::string_view text, absl::string_view code_property) {
  Areas result;
  GeoJsonOptions options;
  options.code_property = std::string(code_property);
  absl::Status first;
  ASSIGN_OR_RETURN(result.crs, ScanGeoJson(text, options, [&](Area& area) {
                     if (!area.reason.empty() && first.ok())
                       first = Refuse(area.reason, area.feature, area.detail);
                     if (first.ok()) result.areas.push_back(std::move(area));
                   }));
  RETURN_IF_ERROR(first);
  return result;
}

}  // namespace fupin::outline
