// What lies in an area or near a place.
#include <algorithm>
#include <cmath>
#include <vector>

#include <xxhash.h>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/outline/nearest.h"
#include "libs/status/macros.h"
#include "services/gis/domain/reasons.h"
#include "services/gis/server/area.h"
#include "services/gis/server/convert.h"
#include "services/gis/server/gis_service.h"

namespace fupin::gis {
namespace {

constexpr int kMaxCells = 500;
constexpr int kUsualCells = 100;
constexpr double kNearestM = 50'000;

absl::StatusOr<Area> AreaOf(const v1::FindCellsRequest& request) {
  if (request.has_box() == !request.polygon().empty()) return Refuse("AREA_MISSING", "box");
  if (request.has_box()) {
    const v1::Box& box = request.box();
    return Area::OfBox(box.west(), box.south(), box.east(), box.north());
  }
  std::vector<geo::LonLat> points;
  for (const v1::Position& point : request.polygon()) {
    points.push_back({point.longitude(), point.latitude()});
  }
  return Area::OfPolygon(points);
}

// What a page token belongs to: the same search by somebody with the same bounds.
std::string BoundTo(v1::FindCellsRequest request, const std::string& within) {
  request.clear_page_size();
  request.clear_page_token();
  const std::string bytes = absl::StrCat(request.SerializeAsString(), "|", within);
  return absl::StrCat(absl::Hex(XXH3_64bits(bytes.data(), bytes.size())));
}

std::string TokenOf(const std::string& bound_to, uint32_t next) {
  return absl::WebSafeBase64Escape(absl::StrCat(bound_to, ".", next));
}

absl::StatusOr<uint32_t> FirstOf(const std::string& token, const std::string& bound_to) {
  if (token.empty()) return 0;
  std::string text;
  uint32_t first = 0;
  const auto wrong = [] { return Refuse("PAGE_TOKEN_INVALID", "page_token"); };
  if (!absl::WebSafeBase64Unescape(token, &text)) return wrong();
  const std::vector<std::string> parts = absl::StrSplit(text, '.');
  if (parts.size() != 2 || parts[0] != bound_to || !absl::SimpleAtoi(parts[1], &first)) {
    return wrong();
  }
  return first;
}

}  // namespace

grpc::Status GisServer::FindCells(grpc::ServerContext* context, const v1::FindCellsRequest* request,
                                  v1::FindCellsResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    const auto level = divisions_.LevelIndex(request->level());
    if (!level) return Refuse("LEVEL_UNKNOWN", "level", absl::StrJoin(divisions_.levels(), ", "));
    ASSIGN_OR_RETURN(const Area area, AreaOf(*request));
    const std::string& within = caller.principal.division;
    const std::string bound_to = BoundTo(*request, within);
    ASSIGN_OR_RETURN(const uint32_t first, FirstOf(request->page_token(), bound_to));
    std::optional<division::Division> scope;
    if (!within.empty()) {
      ASSIGN_OR_RETURN(scope, Find(within));
    }
    const bool centre = request->match() == v1::MATCH_CENTRE;
    std::vector<uint32_t> found;
    for (const uint32_t order : shapes_.builder().Members(*level)) {
      if (scope && !divisions_.At(order).IsUnder(*scope)) continue;
      const auto label = centre ? shapes_.builder().LabelPlace(*level, order) : std::nullopt;
      const bool meets =
          centre ? label && area.Contains(geo::ToWorld(*label)) : area.Meets(outlines_, order);
      if (meets) found.push_back(order);
    }
    Counts sum;
    std::vector<CauseNumber> causes(board_.causes().size());
    board_.ReadCauses(found,
                      [&](size_t, const CellState& state, absl::Span<const CauseNumber> each) {
                        sum += state.counts;
                        for (size_t i = 0; i < causes.size(); ++i) {
                          causes[i].main += each[i].main;
                          causes[i].also += each[i].also;
                        }
                      });
    ToProto(sum, causes, board_.causes(), response->mutable_counts());
    response->set_total_count(static_cast<int32_t>(found.size()));
    response->set_within(within);
    const int size =
        request->page_size() <= 0 ? kUsualCells : std::min(request->page_size(), kMaxCells);
    for (auto at = std::lower_bound(found.begin(), found.end(), first); at != found.end(); ++at) {
      if (response->cells_size() == size) {
        response->set_next_page_token(TokenOf(bound_to, *at));
        break;
      }
      *response->add_cells() = Current(divisions_.At(*at));
    }
    return absl::OkStatus();
  });
}

grpc::Status GisServer::LocatePosition(grpc::ServerContext* context,
                                       const v1::LocatePositionRequest* request,
                                       v1::LocatePositionResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller&) -> absl::Status {
    // NaN fails the comparison.
    if (!(std::abs(request->longitude()) <= 180)) return Refuse("POSITION_INVALID", "longitude");
    if (!(std::abs(request->latitude()) <= 85)) return Refuse("POSITION_INVALID", "latitude");
    const geo::LonLat position{request->longitude(), request->latitude()};
    auto path = outlines_.Locate(position);
    if (path.empty() && request->nearest()) {
      const int lowest = static_cast<int>(divisions_.levels().size()) - 1;
      const auto near =
          outline::FindNearest(outlines_, shapes_.builder().Members(lowest), position, kNearestM);
      if (near) {
        path = divisions_.At(near->order).Path();
        response->set_distance_m(static_cast<int32_t>(std::lround(near->distance_m)));
      }
    }
    if (path.empty()) return Refuse("POSITION_OUTSIDE");
    for (const division::Division& place : path) *response->add_places() = PlaceOf(place);
    return absl::OkStatus();
  });
}

}  // namespace fupin::gis
