#include "services/gis/server/map_http.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/geo/mercator.h"
#include "libs/http/problem_document.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "services/gis/domain/reasons.h"
#include "services/gis/server/map_description.h"
#include "services/gis/server/map_query.h"
#include "services/gis/server/map_style.h"

namespace fupin::gis {
namespace {

constexpr char kTilePrefix[] = "/map/tiles/";
constexpr char kStatePrefix[] = "/map/state/";
constexpr char kDescriptionPath[] = "/map/tiles.json";
constexpr char kEventsPath[] = "/map/events";
constexpr char kStylePath[] = "/map/style.json";
constexpr char kPublicStylePath[] = "/map/public/style.json";
constexpr char kExportPath[] = "/map/export";
constexpr char kPublicExportPath[] = "/map/public/export";
constexpr char kPublicPrefix[] = "/map/public/";
constexpr char kPublicTilePrefix[] = "/map/public/tiles/";
constexpr char kPublicDescriptionPath[] = "/map/public/tiles.json";
constexpr char kTileType[] = "application/vnd.mapbox-vector-tile";
// Numbers change all the time: keep a copy, but ask every time whether it still holds.
constexpr char kAskAgain[] = "private, no-cache";
constexpr char kForDays[] = "private, max-age=86400";
constexpr char kPublicForAnHour[] = "public, max-age=3600";
constexpr char kPublicForDays[] = "public, max-age=604800";

std::string Header(const http::HttpRequest& request, const char* name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

// How the caller reaches us: programs that read styles want whole addresses. Empty when that is
// not told, or is no name of a host.
std::string OriginOf(const http::HttpRequest& request) {
  std::string host = Header(request, "x-fupin-host");
  if (host.empty()) host = Header(request, "host");
  const bool named = !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains(".-:[]", c);
  });
  return named ? absl::StrCat("https://", host) : "";
}

// The edition asked for by its date; none: the newest. DATE_INVALID.
absl::StatusOr<std::optional<Day>> EditionOf(const Query& query) {
  const auto edition = query.find("edition");
  if (edition == query.end()) return std::optional<Day>();
  const auto day = ParseDay(edition->second);
  if (!day) return gis::Refuse("DATE_INVALID", "edition");
  return day;
}

// From "5/26/13.mvt". TILE_PATH_INVALID, TILE_OUT_OF_RANGE.
absl::StatusOr<geo::TileId> TileIdOf(absl::string_view path, absl::string_view suffix) {
  if (!absl::ConsumeSuffix(&path, suffix)) return gis::Refuse("TILE_PATH_INVALID");
  const std::vector<absl::string_view> parts = absl::StrSplit(path, '/');
  int64_t zoom = 0;
  int64_t x = 0;
  int64_t y = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &zoom) || !absl::SimpleAtoi(parts[1], &x) ||
      !absl::SimpleAtoi(parts[2], &y)) {
    return gis::Refuse("TILE_PATH_INVALID");
  }
  return geo::TileId::Create(zoom, x, y);
}

bool TakesGzip(const http::HttpRequest& request) {
  return absl::StrContains(Header(request, "accept-encoding"), "gzip");
}

http::HttpResponse Send(const http::HttpRequest& request, const Tile& tile, const char* type,
                        const char* cache) {
  http::HttpResponse response;
  response.headers.emplace_back("ETag", tile.etag);
  response.headers.emplace_back("Cache-Control", cache);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (Header(request, "if-none-match") == tile.etag) {
    response.status = 304;
    return response;
  }
  response.content_type = type;
  if (tile.gzip != nullptr && TakesGzip(request)) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = tile.gzip;
  } else {
    response.body = tile.bytes;
  }
  return response;
}

}  // namespace

absl::StatusOr<MapHttp::Scope> MapHttp::Admit(const http::HttpRequest& request,
                                              rpc::Principal* who) const {
  if (verifier_ == nullptr) return Scope();
  ASSIGN_OR_RETURN(rpc::Principal principal, verifier_->Verify(request.client_pem));
  // The gateway has checked who it speaks for, and says so.
  if (principal.role == type::v1::ROLE_SERVICE && principal.id == "gateway") {
    const std::string behind = Header(request, "x-fupin-principal");
    if (behind.empty()) return gis::Refuse("MAP_NOT_YOURS");
    ASSIGN_OR_RETURN(principal, rpc::ParsePrincipal(behind));
  }
  Scope scope;
  if (principal.role == type::v1::ROLE_OFFICER) {
    scope = tiles_.shapes().tree().Find(principal.division);
    if (!scope) return gis::Refuse("MAP_NOT_YOURS");
  } else if (principal.role != type::v1::ROLE_OPERATOR) {
    return gis::Refuse("MAP_NOT_YOURS");
  }
  if (who != nullptr) *who = principal;
  // Once for each opening of the map, not for each of its tiles.
  if (request.path == kDescriptionPath || request.path == kEventsPath ||
      request.path == kExportPath) {
    log::Info("answered a person", {{"path", request.path},
                                    {"caller", principal.uri},
                                    {"request_id", Header(request, "x-request-id")}});
  }
  return scope;
}

absl::StatusOr<std::optional<Day>> MapHttp::DayOf(const http::HttpRequest& request) const {
  const Query query = QueryOf(request);
  const auto date = query.find("date");
  if (date == query.end() || date->second.empty()) return std::optional<Day>();
  const auto day = ParseDay(date->second);
  const Day today = gis::DayOf(clock_.Now());
  if (!day) return gis::Refuse("DATE_INVALID", "date");
  if (*day > today) return gis::Refuse("DATE_AHEAD", "date");
  return *day == today ? std::optional<Day>() : day;
}

absl::StatusOr<http::HttpResponse> MapHttp::TileOf(const http::HttpRequest& request,
                                                   const Scope& scope) {
  const absl::string_view path = absl::string_view(request.path).substr(sizeof(kTilePrefix) - 1);
  ASSIGN_OR_RETURN(const geo::TileId id, TileIdOf(path, ".mvt"));
  TileRequest wanted;
  ASSIGN_OR_RETURN(wanted.day, DayOf(request));
  wanted.scope = scope;
  wanted.gzip = TakesGzip(request);
  ASSIGN_OR_RETURN(const auto tile, tiles_.Make(id, wanted));
  return Send(request, *tile, kTileType, wanted.day ? kForDays : kAskAgain);
}

absl::StatusOr<http::HttpResponse> MapHttp::StateOf(const http::HttpRequest& request,
                                                    const Scope& scope) {
  const absl::string_view path = absl::string_view(request.path).substr(sizeof(kStatePrefix) - 1);
  ASSIGN_OR_RETURN(const geo::TileId id, TileIdOf(path, ""));
  TileRequest wanted;
  ASSIGN_OR_RETURN(wanted.day, DayOf(request));
  wanted.scope = scope;
  const Query query = QueryOf(request);
  const bool with_ids = query.count("ids") > 0;
  const std::string name = ValueOf(query, "figures");
  const auto set = name.empty() ? FigureSet::kIndex : FindFigureSet(name);
  if (!set) return gis::Refuse("FIGURES_UNKNOWN", "figures");
  ASSIGN_OR_RETURN(const auto block, tiles_.State(id, wanted, *set, with_ids));
  return Send(request, *block, "application/octet-stream", wanted.day ? kForDays : kAskAgain);
}

absl::StatusOr<http::HttpResponse> MapHttp::AnswerPublic(const http::HttpRequest& request) {
  if (request.path == kPublicStylePath) return StyleOf(request);
  if (request.path == kPublicDescriptionPath) return Description(/*of_public=*/true);
  if (!absl::StartsWith(request.path, kPublicTilePrefix)) return gis::Refuse("ROUTE_UNKNOWN");
  const absl::string_view path =
      absl::string_view(request.path).substr(sizeof(kPublicTilePrefix) - 1);
  ASSIGN_OR_RETURN(const geo::TileId id, TileIdOf(path, ".mvt"));
  ASSIGN_OR_RETURN(const std::optional<Day> day, EditionOf(QueryOf(request)));
  ASSIGN_OR_RETURN(const auto tile, public_map_.Make(id, day));
  // An edition that is asked for by its date never changes; the newest one may be another tomorrow.
  return Send(request, *tile, kTileType, day ? kPublicForDays : kPublicForAnHour);
}

absl::StatusOr<http::HttpResponse> MapHttp::EventsOf(const http::HttpRequest& request,
                                                     const Scope& scope) {
  const Query query = QueryOf(request);
  const division::Tree& tree = tiles_.shapes().tree();
  View view;
  view.scope = scope;
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

http::HttpResponse MapHttp::Description(bool of_public) const {
  const std::string tiles =
      absl::StrCat(of_public ? kPublicTilePrefix : kTilePrefix, "{z}/{x}/{y}.mvt");
  return http::JsonResponse(TileJson(tiles_.shapes(), tiles_.causes(), tiles, of_public).dump());
}

absl::StatusOr<http::HttpResponse> MapHttp::StyleOf(const http::HttpRequest& request) {
  const Query query = QueryOf(request);
  StyleRequest wanted;
  wanted.theme = ValueOf(query, "theme");
  wanted.origin = verifier_ == nullptr ? "" : OriginOf(request);  // none: without TLS
  wanted.of_public = request.path == kPublicStylePath;
  std::optional<Day> day;
  if (wanted.of_public) {
    ASSIGN_OR_RETURN(day, EditionOf(query));
    // Before the first edition there is a style, though nothing to paint.
    if (const auto edition = public_map_.Of(day); edition.ok()) {
      wanted.band_edges = (*edition)->edition.rules.band_edges;
    } else if (day) {
      return edition.status();
    }
  } else {
    ASSIGN_OR_RETURN(day, DayOf(request));
  }
  if (day) wanted.date = DayText(*day);
  ASSIGN_OR_RETURN(const nlohmann::json style, MapStyle(tiles_.shapes(), wanted));
  return http::JsonResponse(style.dump());
}

absl::StatusOr<ExportRequest> MapHttp::ExportOf(const http::HttpRequest& request) const {
  // Its length is known when it is made.
  if (request.method != "GET") return gis::Refuse("METHOD_NOT_ALLOWED");
  const Query query = QueryOf(request);
  const division::Tree& tree = tiles_.shapes().tree();
  const bool of_public = request.path == kPublicExportPath;
  Scope scope;
  std::string caller;
  if (of_public) {
    caller = StrangerOf(request);
  } else {
    rpc::Principal principal;
    ASSIGN_OR_RETURN(scope, Admit(request, &principal));
    caller = principal.uri;
  }
  const std::string code = ValueOf(query, "division");
  const auto division = code.empty() ? (scope ? scope : *tree.tops().begin()) : tree.Find(code);
  if (!division) return gis::Refuse("DIVISION_UNKNOWN", "division");
  if (scope && !division->IsUnder(*scope)) return gis::Refuse("DIVISION_NOT_YOURS", "division");
  ExportRequest wanted{ExportFormat::kCsv, *division};
  wanted.of_public = of_public;
  wanted.scope = scope;
  wanted.caller = std::move(caller);
  wanted.request_id = Header(request, "x-request-id");
  const std::string format = ValueOf(query, "format");
  if (format == "pmtiles") {
    wanted.format = ExportFormat::kPmtiles;
    if (!tiles_.shapes().outlines().Has(division->order())) {
      return gis::Refuse("DIVISION_NOT_DRAWN", "division");
    }
  } else if (format == "geojson") {
    wanted.format = ExportFormat::kGeoJson;
  } else if (format != "csv") {
    return gis::Refuse("EXPORT_FORMAT", "format");
  }
  if (const std::string level = ValueOf(query, "level"); !level.empty()) {
    wanted.level = tree.LevelIndex(level);
    if (!wanted.level) {
      return gis::Refuse("LEVEL_UNKNOWN", "level", absl::StrJoin(tree.levels(), ", "));
    }
    if (wanted.format == ExportFormat::kPmtiles) return gis::Refuse("EXPORT_ALL_LEVELS", "level");
    if (*wanted.level < division->level()) return gis::Refuse("EXPORT_LEVEL_ABOVE", "level");
  }
  if (of_public) {
    ASSIGN_OR_RETURN(wanted.day, EditionOf(query));
  } else {
    ASSIGN_OR_RETURN(wanted.day, DayOf(request));
  }
  return wanted;
}

std::string MapHttp::StrangerOf(const http::HttpRequest& request) const {
  // Only the gateway is believed whom it speaks for.
  const std::string behind = Header(request, "x-fupin-remote");
  if (!behind.empty() && verifier_ != nullptr) {
    const auto principal = verifier_->Verify(request.client_pem);
    if (principal.ok() && principal->role == type::v1::ROLE_SERVICE && principal->id == "gateway") {
      return absl::StrCat("remote ", behind);
    }
  }
  return absl::StrCat("remote ", request.remote);
}

absl::StatusOr<http::HttpResponse> MapHttp::Answer(const http::HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") return gis::Refuse("METHOD_NOT_ALLOWED");
  if (absl::StartsWith(request.path, kPublicPrefix)) return AnswerPublic(request);
  ASSIGN_OR_RETURN(const Scope scope, Admit(request));
  if (request.path == kDescriptionPath) return Description(/*of_public=*/false);
  if (request.path == kStylePath) return StyleOf(request);
  if (request.path == kEventsPath) return EventsOf(request, scope);
  if (absl::StartsWith(request.path, kTilePrefix)) return TileOf(request, scope);
  if (absl::StartsWith(request.path, kStatePrefix)) return StateOf(request, scope);
  return gis::Refuse("ROUTE_UNKNOWN");
}

void MapHttp::Handle(std::shared_ptr<const http::HttpRequest> request, http::Respond respond) {
  if (request->path == kExportPath || request->path == kPublicExportPath) {
    auto wanted = ExportOf(*request);
    if (wanted.ok()) return exports_.Submit(*std::move(wanted), std::move(respond));
    return respond(http::ProblemResponse(wanted.status(), Header(*request, "x-request-id")));
  }
  auto answer = Answer(*request);
  respond(answer.ok() ? *std::move(answer)
                      : http::ProblemResponse(answer.status(), Header(*request, "x-request-id")));
}

http::HttpResponse MapHttp::Refuse(http::BrokenRequest) {
  return http::ProblemResponse(gis::Refuse("ROUTE_UNKNOWN"), "");
}

}  // namespace fupin::gis
