#include "libs/outline/ogr_layer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace fupin::outline {
namespace {

// The text in the first quotes after `word`.
std::string QuotedAfter(absl::string_view said, absl::string_view word) {
  const size_t at = said.find(word);
  if (at == absl::string_view::npos) return "";
  const size_t first = at + word.size(), last = said.find('"', first);
  return last == absl::string_view::npos ? "" : std::string(said.substr(first, last - first));
}

}  // namespace

std::vector<std::string> LayersOf(absl::string_view said) {
  std::vector<std::string> layers;
  for (const absl::string_view line : absl::StrSplit(said, '\n')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(": ", 1));
    const bool numbered = !parts.first.empty() &&
                          parts.first.find_first_not_of("0123456789") == absl::string_view::npos;
    if (numbered) layers.emplace_back(parts.second.substr(0, parts.second.rfind(" (")));
  }
  return layers;
}

std::vector<std::string> FieldsOf(absl::string_view said) {
  std::vector<std::string> fields;
  for (const absl::string_view line : absl::StrSplit(said, '\n')) {
    const size_t colon = line.rfind(": ");
    if (colon == 0 || colon == absl::string_view::npos || line[0] == ' ') continue;
    const absl::string_view type = line.substr(colon + 2);
    for (const absl::string_view known :
         {"String (", "Integer (", "Integer64 (", "Real (", "Integer(", "Date (", "DateTime ("}) {
      if (absl::StartsWith(type, known)) fields.emplace_back(line.substr(0, colon));
    }
  }
  return fields;
}

OgrCrs CrsOf(absl::string_view said) {
  OgrCrs crs;
  size_t at = absl::string_view::npos;
  for (const absl::string_view kind :
       {"PROJCRS[\"", "GEOGCRS[\"", "COMPOUNDCRS[\"", "BOUNDCRS[", "GEODCRS[\"", "ENGCRS[\""}) {
    at = std::min(at, said.find(kind));
  }
  if (at == absl::string_view::npos) return crs;
  said.remove_prefix(at);
  crs.name = QuotedAfter(said, "[\"");
  // The first of the two words that comes: the datum of the system itself.
  const std::string datum = said.find("ENSEMBLE[\"") < said.find("DATUM[\"")
                                ? QuotedAfter(said, "ENSEMBLE[\"")
                                : QuotedAfter(said, "DATUM[\"");
  const auto says = [&](absl::string_view word) { return absl::StrContains(datum, word); };
  if (says("World Geodetic System 1984") || says("WGS_1984") || says("WGS 84"))
    crs.datum = DATUM_WGS84;
  if (says("China 2000") || says("China_2000") || says("CGCS2000") ||
      says("China_Geodetic_Coordinate_System_2000") ||
      says("China Geodetic Coordinate System 2000"))
    crs.datum = DATUM_CGCS2000;
  return crs;
}

}  // namespace fupin::outline
