#include "services/gis/server/map_http.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/geo/mercator.h"
#include "libs/http/problem_document.h"
#include "libs/status/macros.h"
#include "services/gis/domain/reasons.h"

namespace fupin::gis {
namespace {

constexpr char kTilePrefix[] = "/map/tiles/";
// Numbers change all the time: keep a copy, but ask every time whether it still holds.
constexpr char kAskAgain[] = "private, no-cache";
constexpr char kForDays[] = "private, max-age=86400";

using Query = std::map<std::string, std::string>;

// Every value here is a number, a date or a code: nothing is percent-encoded.
Query QueryOf(const http::HttpRequest& request) {
  Query query;
  for (absl::string_view pair : absl::StrSplit(request.query, '&', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    query[parts.first] = parts.second;
  }
  return query;
}

std::string Header(const http::HttpRequest& request, const char* name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

nlohmann::json FieldsOf(bool numbers) {
  nlohmann::json fields = {{"name", "String"}, {"code", "String"}, {"level", "String"}};
  for (size_t i = 0; numbers && i < kAttributes; ++i) {
    fields[NameOf(static_cast<Attribute>(i))] = "Number";
  }
  return fields;
}

}  // namespace

absl::Status MapHttp::Admit(const http::HttpRequest& request) const {
  if (verifier_ == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(rpc::Principal principal, verifier_->Verify(request.client_pem));
  // The gateway has checked who it speaks for, and says so.
  if (principal.role == type::v1::ROLE_SERVICE && principal.id == "gateway") {
    const std::string behind = Header(request, "x-fupin-principal");
    if (behind.empty()) return gis::Refuse("MAP_NOT_YOURS");
    ASSIGN_OR_RETURN(principal, rpc::ParsePrincipal(behind));
  }
  if (principal.role == type::v1::ROLE_OPERATOR) return absl::OkStatus();
  return gis::Refuse("MAP_NOT_YOURS");
}

absl::StatusOr<http::HttpResponse> MapHttp::TileOf(const http::HttpRequest& request) {
  absl::string_view path = request.path;
  path.remove_prefix(sizeof(kTilePrefix) - 1);
  if (!absl::ConsumeSuffix(&path, ".mvt")) return gis::Refuse("TILE_PATH_INVALID");
  const std::vector<absl::string_view> parts = absl::StrSplit(path, '/');
  int64_t zoom = 0;
  int64_t x = 0;
  int64_t y = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &zoom) || !absl::SimpleAtoi(parts[1], &x) ||
      !absl::SimpleAtoi(parts[2], &y)) {
    return gis::Refuse("TILE_PATH_INVALID");
  }
  ASSIGN_OR_RETURN(const geo::TileId id, geo::TileId::Create(zoom, x, y));
  const Query query = QueryOf(request);
  const bool gzip = absl::StrContains(Header(request, "accept-encoding"), "gzip");
  std::optional<Day> day;
  if (const auto date = query.find("date"); date != query.end() && !date->second.empty()) {
    day = ParseDay(date->second);
    const Day today = DayOf(clock_.Now());
    if (!day) return gis::Refuse("DATE_INVALID", "date");
    if (*day > today) return gis::Refuse("DATE_AHEAD", "date");
    if (*day == today) day.reset();
  }
  ASSIGN_OR_RETURN(const auto tile, day ? tiles_.Past(id, *day) : tiles_.Current(id, gzip));
  http::HttpResponse response;
  response.headers.emplace_back("ETag", tile->etag);
  response.headers.emplace_back("Cache-Control", day ? kForDays : kAskAgain);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (Header(request, "if-none-match") == tile->etag) {
    response.status = 304;
    return response;
  }
  response.content_type = "application/vnd.mapbox-vector-tile";
  if (gzip && tile->gzip != nullptr) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = tile->gzip;
  } else {
    response.body = tile->bytes;
  }
  return response;
}

absl::StatusOr<http::HttpResponse> MapHttp::EventsOf(const http::HttpRequest& request) {
  const Query query = QueryOf(request);
  const division::Tree& tree = tiles_.outlines().tree();
  View view;
  if (const auto level = query.find("level"); level != query.end()) {
    view.level = tree.LevelIndex(level->second);
    if (!view.level) {
      return gis::Refuse("LEVEL_UNKNOWN", "level", absl::StrJoin(tree.levels(), ", "));
    }
  }
  if (query.count("west") + query.count("south") + query.count("east") + query.count("north") > 0) {
    double edge[4];
    const char* const names[] = {"west", "south", "east", "north"};
    for (int i = 0; i < 4; ++i) {
      const auto found = query.find(names[i]);
      const double limit = i % 2 == 0 ? 180 : 90;
      if (found == query.end() || !absl::SimpleAtod(found->second, &edge[i]) ||
          !(edge[i] >= -limit && edge[i] <= limit)) {
        return gis::Refuse("BOX_INVALID", names[i]);
      }
    }
    geo::Box box;
    box.Extend(geo::ToWorld({edge[0], edge[1]}));
    box.Extend(geo::ToWorld({edge[2], edge[3]}));
    view.bounds = box;
  }
  std::optional<int64_t> seen;
  int64_t number = 0;
  if (absl::SimpleAtoi(Header(request, "last-event-id"), &number)) seen = number;
  http::HttpResponse response;
  response.content_type = "text/event-stream; charset=utf-8";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.stream = events_.Open(view, seen);
  return response;
}

http::HttpResponse MapHttp::Description() const {
  const outline::Outlines& outlines = tiles_.outlines();
  const outline::LonLatBox bounds = outlines.Bounds();
  nlohmann::json levels = nlohmann::json::array();
  for (const ZoomLevel& level : tiles_.levels()) {
    levels.push_back({{"level", outlines.tree().levels()[static_cast<size_t>(level.level)]},
                      {"minzoom", level.min_zoom},
                      {"maxzoom", level.max_zoom}});
  }
  const nlohmann::json description = {
      {"tilejson", "3.0.0"},
      {"name", "扶贫地图 poverty map"},
      {"tiles", {"/map/tiles/{z}/{x}/{y}.mvt"}},
      {"minzoom", tiles_.levels().front().min_zoom},
      {"maxzoom", tiles_.max_zoom()},
      {"bounds", {bounds.min.lon, bounds.min.lat, bounds.max.lon, bounds.max.lat}},
      {"attribution", absl::StrCat(outlines.origin().source_zh, " ", outlines.origin().licence_zh)},
      {"attribution_en",
       absl::StrCat(outlines.origin().source_en, " ", outlines.origin().licence_en)},
      {"synthetic", outlines.origin().synthetic},
      {"levels", levels},
      {"vector_layers",
       {{{"id", "area"}, {"fields", FieldsOf(true)}},
        {{"id", "label"}, {"fields", FieldsOf(false)}}}}};
  return http::JsonResponse(description.dump());
}

absl::StatusOr<http::HttpResponse> MapHttp::Answer(const http::HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") return gis::Refuse("METHOD_NOT_ALLOWED");
  RETURN_IF_ERROR(Admit(request));
  if (request.path == "/map/tiles.json") return Description();
  if (request.path == "/map/events") return EventsOf(request);
  if (absl::StartsWith(request.path, kTilePrefix)) return TileOf(request);
  return gis::Refuse("ROUTE_UNKNOWN");
}

void MapHttp::Handle(std::shared_ptr<const http::HttpRequest> request, http::Respond respond) {
  auto answer = Answer(*request);
  respond(answer.ok() ? *std::move(answer)
                      : http::ProblemResponse(answer.status(), Header(*request, "x-request-id")));
}

http::HttpResponse MapHttp::Refuse(http::BrokenRequest) {
  return http::ProblemResponse(gis::Refuse("ROUTE_UNKNOWN"), "");
}

}  // namespace fupin::gis
