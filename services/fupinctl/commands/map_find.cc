// Places in a box or a polygon.
#include <cstdio>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "fupin/gis/v1/gis_service.pb.h"
#include "libs/config/config.h"
#include "libs/rpc/edge.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/fupinctl/commands/print_answer.h"
#include "services/fupinctl/commands/unary_call.h"

namespace fupin::fupinctl {
namespace {

int Usage() {
  std::fprintf(
      stderr,
      "fupinctl map-find level=LEVEL box=西,南,东,北\n"
      "fupinctl map-find level=LEVEL polygon=经度,纬度;经度,纬度;...   或 or polygon=@FILE\n"
      "  另可 also: match=MATCH_CENTRE page_size= page_token=   (WGS 84)\n");
  return kUsage;
}

// Numbers divided by commas or blanks; nothing when one is none.
std::optional<std::vector<double>> NumbersOf(absl::string_view text) {
  std::vector<double> numbers;
  for (const absl::string_view word :
       absl::StrSplit(text, absl::ByAnyChar(", \t\r"), absl::SkipEmpty())) {
    double number = 0;
    if (!absl::SimpleAtod(word, &number)) return std::nullopt;
    numbers.push_back(number);
  }
  return numbers;
}

bool SetBox(absl::string_view text, gis::v1::FindCellsRequest& request) {
  const auto edges = NumbersOf(text);
  if (!edges || edges->size() != 4) return false;
  request.mutable_box()->set_west((*edges)[0]);
  request.mutable_box()->set_south((*edges)[1]);
  request.mutable_box()->set_east((*edges)[2]);
  request.mutable_box()->set_north((*edges)[3]);
  return true;
}

// One position a line or between semicolons.
bool SetPolygon(absl::string_view text, gis::v1::FindCellsRequest& request) {
  for (const absl::string_view line :
       absl::StrSplit(text, absl::ByAnyChar(";\n"), absl::SkipWhitespace())) {
    const auto position = NumbersOf(line);
    if (!position || position->size() != 2) return false;
    request.add_polygon()->set_longitude((*position)[0]);
    request.mutable_polygon()->rbegin()->set_latitude((*position)[1]);
  }
  return true;
}

}  // namespace

int MapFindCommand(const Arguments& arguments) {
  gis::v1::FindCellsRequest area;
  Arguments others;
  for (const std::string& argument : arguments) {
    absl::string_view text = argument;
    if (absl::ConsumePrefix(&text, "box=")) {
      if (!SetBox(text, area)) return Usage();
    } else if (absl::ConsumePrefix(&text, "polygon=")) {
      std::string content(text);
      if (absl::ConsumePrefix(&text, "@")) {
        auto read = config::ReadFile(std::string(text));
        if (!read.ok()) return Report(read.status());
        content = *std::move(read);
      }
      if (!SetPolygon(content, area)) return Usage();
    } else {
      others.push_back(argument);
    }
  }
  if (!area.has_box() && area.polygon().empty()) return Usage();
  const auto& method = rpc::MethodNamed("fupin.gis.v1.GisService.FindCells");
  int exit_code = kOk;
  const auto request = ParseRequest(method, "level", others, &exit_code);
  if (request == nullptr) return exit_code;
  request->MergeFrom(area);
  const auto answer = Call(method, *request);
  if (!answer.ok()) return Report(answer.status());
  Arguments typed = {"fupinctl", "map-find"};
  typed.insert(typed.end(), arguments.begin(), arguments.end());
  return PrintAnswer(**answer, typed);
}

}  // namespace fupin::fupinctl
