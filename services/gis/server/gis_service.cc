#include "services/gis/server/gis_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/str_join.h"
#include "libs/status/macros.h"
#include "services/gis/domain/reasons.h"
#include "services/gis/server/convert.h"
#include "services/gis/server/level_names.h"

namespace fupin::gis {
namespace {

constexpr int kMaxDays = 3660;
constexpr int kUsualDays = 90;
constexpr int kMaxRank = 500;
constexpr int kUsualRank = 20;
constexpr int kMaxPlaces = 50;
constexpr int kUsualPlaces = 10;
constexpr size_t kMaxQueryBytes = 64;

v1::Edition ToProto(const Edition& edition) {
  v1::Edition out;
  out.set_date(DayText(edition.day));
  out.set_period_from(DayText(edition.period_first_day));
  out.set_counts_count(edition.counts_count);
  out.set_band_count(edition.band_count);
  out.set_withheld_count(edition.withheld_count);
  out.set_small_count(static_cast<int32_t>(edition.rules.small_count));
  out.set_round_to(static_cast<int32_t>(edition.rules.round_to));
  for (const int32_t edge : edition.rules.band_edges) out.add_band_edge_permille(edge);
  return out;
}

void ToProto(const PublishedPlace& place, const CauseList& list, v1::PublishedCell* out) {
  out->set_shown(place.shown == Shown::kCounts ? v1::SHOWN_COUNTS
                 : place.shown == Shown::kBand ? v1::SHOWN_BAND
                                               : v1::SHOWN_NOTHING);
  out->set_band(place.band);
  if (place.shown != Shown::kCounts) return;
  v1::PublishedCounts* counts = out->mutable_counts();
  counts->set_household_count(place.households);
  counts->set_person_count(place.persons);
  counts->set_poor_household_count(place.poor);
  counts->set_possibly_poor_household_count(place.possibly_poor);
  counts->set_stable_household_count(place.stable);
  counts->set_poor_person_count(place.poor_persons);
  counts->set_incidence_permille(place.IncidencePermille());
  for (size_t i = 0; i < place.causes.size(); ++i) {
    if (place.causes[i] == 0) continue;
    v1::CauseCount* cause = counts->add_causes();
    cause->set_code(i < list.size() ? list[i].code : "");
    cause->set_name_zh(i < list.size() ? list[i].zh : kNotStated.zh);
    cause->set_name_en(i < list.size() ? list[i].en : kNotStated.en);
    cause->set_household_count(place.causes[i]);
  }
  counts->set_causes_shown(!place.causes.empty());
}

// Higher ranks first. Places with nothing counted come last.
int64_t RankOf(const Counts& counts, int64_t of_cause, v1::Figure figure) {
  switch (figure) {
    case v1::FIGURE_CAUSE:
      return of_cause;
    case v1::FIGURE_REGISTERED_HOUSEHOLDS:
      return counts.registered;
    case v1::FIGURE_EXITED_HOUSEHOLDS:
      return counts.exited;
    case v1::FIGURE_RETURNED_HOUSEHOLDS:
      return counts.returned;
    case v1::FIGURE_POOR_HOUSEHOLDS:
      return counts.poor;
    case v1::FIGURE_POOR_PERSONS:
      return counts.poor_persons;
    case v1::FIGURE_LOWEST_INDEX:
      return counts.households > counts.not_scorable ? -counts.MeanIndex() : INT64_MIN;
    default:
      return counts.persons > 0 ? counts.IncidencePermille() : -1;
  }
}

}  // namespace

absl::StatusOr<division::Division> GisServer::Find(const std::string& code) const {
  const auto place = divisions_.Find(code);
  if (!place) return Refuse("DIVISION_UNKNOWN", "division");
  return *place;
}

absl::StatusOr<division::Division> GisServer::Find(const std::string& code,
                                                   const rpc::Caller& caller) const {
  ASSIGN_OR_RETURN(const division::Division place, Find(code));
  if (!divisions_.Reaches(caller.principal.division, code)) {
    return Refuse("DIVISION_NOT_YOURS", "division");
  }
  return place;
}

absl::StatusOr<Day> GisServer::DayOf(const std::string& text, const char* field,
                                     Day fallback) const {
  if (text.empty()) return fallback;
  const auto day = ParseDay(text);
  if (!day) return Refuse("DATE_INVALID", field);
  if (*day > gis::DayOf(clock_.Now())) return Refuse("DATE_AHEAD", field);
  return *day;
}

v1::Place GisServer::PlaceOf(const division::Division& place) const {
  v1::Place out;
  out.set_division(std::string(place.code()));
  out.set_name_zh(std::string(place.name()));
  out.set_level(std::string(place.level_name()));
  for (const division::Division& above : place.Path()) {
    if (above != place) out.add_path_zh(std::string(above.name()));
  }
  if (const auto bounds = outlines_.Bounds(place.order())) {
    *out.mutable_bounds() = ToProto(*bounds);
  }
  return out;
}

v1::Cell GisServer::Describe(const division::Division& place) const {
  v1::Cell cell;
  cell.set_division(std::string(place.code()));
  cell.set_name_zh(std::string(place.name()));
  cell.set_level(std::string(place.level_name()));
  if (const auto bounds = outlines_.Bounds(place.order())) {
    *cell.mutable_bounds() = ToProto(*bounds);
  }
  return cell;
}

v1::Cell GisServer::Current(const division::Division& place) const {
  v1::Cell cell = Describe(place);
  const uint32_t order = place.order();
  board_.ReadCauses(
      {&order, 1}, [&](size_t, const CellState& state, absl::Span<const CauseNumber> causes) {
        ToProto(state.counts, causes, board_.causes(), cell.mutable_counts());
        if (state.update_time > absl::UnixEpoch()) {
          *cell.mutable_update_time() = google::protobuf::util::TimeUtil::MillisecondsToTimestamp(
              absl::ToUnixMillis(state.update_time));
        }
      });
  return cell;
}

absl::StatusOr<v1::Cell> GisServer::Past(const division::Division& place, Day day) const {
  v1::Cell cell = Describe(place);
  ASSIGN_OR_RETURN(const Counts counts, store_.At(place, day));
  ASSIGN_OR_RETURN(const CauseCounts causes, store_.CausesAt(place, day));
  ToProto(counts, NumbersOf(causes, board_.causes()), board_.causes(), cell.mutable_counts());
  return cell;
}

grpc::Status GisServer::GetCell(grpc::ServerContext* context, const v1::GetCellRequest* request,
                                v1::CellWithParts* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const division::Division place, Find(request->division(), caller));
    ASSIGN_OR_RETURN(const Day day, DayOf(request->date(), "date", -1));
    const auto cell_of = [&](const division::Division& of) -> absl::StatusOr<v1::Cell> {
      if (day < 0) return Current(of);
      return Past(of, day);
    };
    ASSIGN_OR_RETURN(*response->mutable_cell(), cell_of(place));
    for (const division::Division& above : place.Path()) {
      if (above != place) *response->add_path() = Describe(above);
    }
    for (const division::Division& part : place.children()) {
      ASSIGN_OR_RETURN(*response->add_parts(), cell_of(part));
    }
    response->set_date(request->date());
    return absl::OkStatus();
  });
}

grpc::Status GisServer::ListCellDays(grpc::ServerContext* context,
                                     const v1::ListCellDaysRequest* request,
                                     v1::ListCellDaysResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const division::Division place, Find(request->division(), caller));
    ASSIGN_OR_RETURN(const Day to, DayOf(request->to(), "to", gis::DayOf(clock_.Now())));
    ASSIGN_OR_RETURN(const Day from, DayOf(request->from(), "from", to - kUsualDays));
    if (from > to) return Refuse("DATES_REVERSED", "from");
    if (to - from >= kMaxDays) return Refuse("DAYS_TOO_MANY", "from");
    ASSIGN_OR_RETURN(const auto days, store_.Days(place, from, to));
    for (const CellStore::DayCounts& day : days) {
      v1::DayCounts* out = response->add_days();
      out->set_date(DayText(day.day));
      ToProto(day.counts, NumbersOf(day.causes, board_.causes()), board_.causes(),
              out->mutable_counts());
    }
    return absl::OkStatus();
  });
}

grpc::Status GisServer::RankCells(grpc::ServerContext* context, const v1::RankCellsRequest* request,
                                  v1::RankCellsResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const division::Division place, Find(request->division(), caller));
    std::vector<uint32_t> places;
    if (request->level().empty()) {
      for (const division::Division& part : place.children()) places.push_back(part.order());
    } else {
      const auto level = divisions_.LevelIndex(request->level());
      if (!level) return Refuse("LEVEL_UNKNOWN", "level", absl::StrJoin(divisions_.levels(), ", "));
      for (const division::Division& part : place.subtree()) {
        if (part.level() == *level && part != place) places.push_back(part.order());
      }
    }
    const auto cause = NumberOf(board_.causes(), request->cause());
    if (request->figure() == v1::FIGURE_CAUSE && !cause) return Refuse("CAUSE_UNKNOWN", "cause");
    std::vector<std::pair<int64_t, uint32_t>> ranked;
    board_.ReadCauses(
        places, [&](size_t i, const CellState& state, absl::Span<const CauseNumber> causes) {
          const int64_t of_cause = cause ? causes[*cause].main : 0;
          ranked.emplace_back(-RankOf(state.counts, of_cause, request->figure()), places[i]);
        });
    const size_t wanted = static_cast<size_t>(
        request->page_size() <= 0 ? kUsualRank : std::min(request->page_size(), kMaxRank));
    const size_t kept = std::min(wanted, ranked.size());
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept),
                      ranked.end());
    for (size_t i = 0; i < kept; ++i) {
      *response->add_cells() = Current(divisions_.At(ranked[i].second));
    }
    return absl::OkStatus();
  });
}

grpc::Status GisServer::SearchPlaces(grpc::ServerContext* context,
                                     const v1::SearchPlacesRequest* request,
                                     v1::SearchPlacesResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller&) -> absl::Status {
    if (request->query().empty()) return Refuse("QUERY_EMPTY", "query");
    if (request->query().size() > kMaxQueryBytes) return Refuse("QUERY_TOO_LONG", "query");
    const int limit =
        request->page_size() <= 0 ? kUsualPlaces : std::min(request->page_size(), kMaxPlaces);
    for (const division::Division& place :
         places_.Find(request->query(), static_cast<size_t>(limit))) {
      *response->add_places() = PlaceOf(place);
    }
    return absl::OkStatus();
  });
}

grpc::Status GisServer::GetMap(grpc::ServerContext* context, const v1::GetMapRequest* request,
                               v1::Map* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller&) -> absl::Status {
    for (const ZoomLevel& zoom : shapes_.levels()) {
      v1::MapLevel* level = response->add_levels();
      level->set_level(divisions_.levels()[static_cast<size_t>(zoom.level)]);
      level->set_min_zoom(zoom.min_zoom);
      level->set_max_zoom(zoom.max_zoom);
      const LevelName name = NameOfLevel(level->level());
      level->set_name_zh(std::string(name.zh));
      level->set_name_en(std::string(name.en));
    }
    *response->mutable_bounds() = ToProto(outlines_.Bounds());
    response->set_outline_source_zh(outlines_.origin().source_zh);
    response->set_outline_source_en(outlines_.origin().source_en);
    ASSIGN_OR_RETURN(const auto first, store_.FirstDay());
    if (first) response->set_first_date(DayText(*first));
    return absl::OkStatus();
  });
}

grpc::Status GisServer::PublishEdition(grpc::ServerContext* context,
                                       const v1::PublishEditionRequest* request,
                                       v1::Edition* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller&) -> absl::Status {
    ASSIGN_OR_RETURN(const Edition edition, publisher_.Publish(clock_.Now()));
    *response = ToProto(edition);
    return absl::OkStatus();
  });
}

grpc::Status GisServer::ListEditions(grpc::ServerContext* context,
                                     const v1::ListEditionsRequest* request,
                                     v1::ListEditionsResponse* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller&) -> absl::Status {
    for (const Edition& edition : public_map_.List()) *response->add_editions() = ToProto(edition);
    return absl::OkStatus();
  });
}

grpc::Status GisServer::GetPublishedCell(grpc::ServerContext* context,
                                         const v1::GetPublishedCellRequest* request,
                                         v1::PublishedCellWithParts* response) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller&) -> absl::Status {
    ASSIGN_OR_RETURN(const division::Division place, Find(request->division()));
    std::optional<Day> day;
    if (!request->edition().empty()) {
      day = ParseDay(request->edition());
      if (!day) return Refuse("DATE_INVALID", "edition");
    }
    ASSIGN_OR_RETURN(const auto edition, public_map_.Of(day));
    const auto cell_of = [&](const division::Division& of) {
      v1::PublishedCell cell;
      cell.set_division(std::string(of.code()));
      cell.set_name_zh(std::string(of.name()));
      cell.set_level(std::string(of.level_name()));
      if (const auto bounds = outlines_.Bounds(of.order())) {
        *cell.mutable_bounds() = ToProto(*bounds);
      }
      ToProto(edition->places[of.order()], edition->edition.causes, &cell);
      return cell;
    };
    *response->mutable_cell() = cell_of(place);
    for (const division::Division& above : place.Path()) {
      if (above != place) *response->add_path() = cell_of(above);
    }
    for (const division::Division& part : place.children()) *response->add_parts() = cell_of(part);
    *response->mutable_edition() = ToProto(edition->edition);
    return absl::OkStatus();
  });
}

}  // namespace fupin::gis
