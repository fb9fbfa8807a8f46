#include "services/gis/server/public_map.h"

#include <algorithm>
#include <utility>

#include "libs/status/macros.h"
#include "services/gis/domain/reasons.h"
#include "services/gis/server/board.h"

namespace fupin::gis {
namespace {

constexpr size_t kMaxRead = 4;
constexpr size_t kMaxTileBytes = 64 << 20;

std::array<int32_t, kPublicAttributes.size()> RowOf(const PublishedPlace& place) {
  std::array<int32_t, kPublicAttributes.size()> row;
  row.fill(mvt::IntColumn::kAbsent);
  row[0] = static_cast<int32_t>(place.shown);
  if (place.shown == Shown::kNothing) return row;
  row[1] = place.band;
  if (place.shown != Shown::kCounts) return row;
  size_t at = 2;
  for (const int64_t value : {place.households, place.persons, place.poor, place.possibly_poor,
                              place.stable, place.poor_persons}) {
    row[at++] = static_cast<int32_t>(value);
  }
  if (place.persons > 0) row[at] = place.IncidencePermille();
  // Of what is shown, so that it tells nothing beside.
  std::vector<CauseNumber> causes;
  for (const int64_t count : place.causes) causes.push_back({static_cast<int32_t>(count), 0});
  if (!causes.empty()) causes.pop_back();
  if (const auto leading = LeadingCause(causes)) row[at + 1] = static_cast<int32_t>(*leading) + 1;
  return row;
}

}  // namespace

absl::Status PublicMap::Load() {
  ASSIGN_OR_RETURN(std::vector<Edition> editions, store_.List());
  absl::MutexLock lock(&mutex_);
  editions_ = std::move(editions);
  return absl::OkStatus();
}

std::vector<Edition> PublicMap::List() const {
  absl::MutexLock lock(&mutex_);
  return editions_;
}

absl::StatusOr<std::shared_ptr<const PublicEdition>> PublicMap::Of(std::optional<Day> day) {
  Edition edition;
  {
    absl::MutexLock lock(&mutex_);
    if (editions_.empty()) return Refuse("EDITION_NONE");
    const auto found = std::find_if(editions_.begin(), editions_.end(),
                                    [&](const Edition& each) { return !day || each.day == *day; });
    if (found == editions_.end()) return Refuse("EDITION_UNKNOWN", "edition");
    edition = *found;
    const auto known = read_.find(edition.number);
    if (known != read_.end()) return known->second;
  }
  auto made = std::make_shared<PublicEdition>();
  made->edition = edition;
  ASSIGN_OR_RETURN(made->places, store_.Places(edition.number));
  for (auto& column : made->columns) column.reserve(made->places.size());
  for (const PublishedPlace& place : made->places) {
    const auto row = RowOf(place);
    for (size_t i = 0; i < row.size(); ++i) made->columns[i].push_back(row[i]);
  }
  absl::MutexLock lock(&mutex_);
  // The oldest goes, but for one that is just asked for.
  while (read_.size() >= kMaxRead) read_.erase(read_.begin());
  return read_.emplace(edition.number, std::move(made)).first->second;
}

absl::StatusOr<std::shared_ptr<const Tile>> PublicMap::Make(geo::TileId id,
                                                            std::optional<Day> day) {
  ASSIGN_OR_RETURN(const Shapes::Geometry geometry, shapes_.Of(id));
  ASSIGN_OR_RETURN(const auto edition, Of(day));
  const std::pair<int32_t, uint64_t> key = {edition->edition.number, id.Key()};
  {
    absl::MutexLock lock(&mutex_);
    const auto known = tiles_.find(key);
    if (known != tiles_.end()) return known->second;
  }
  std::array<mvt::IntColumn, kPublicAttributes.size()> columns;
  for (size_t i = 0; i < columns.size(); ++i) {
    columns[i] = {kPublicAttributes[i], edition->columns[i]};
  }
  const auto tile = MakeTile(shapes_.Write(*geometry, columns, /*with_rests=*/false));
  tile->gzip = Gzip(*tile->bytes);
  const size_t size = tile->bytes->size() + (tile->gzip ? tile->gzip->size() : 0);
  absl::MutexLock lock(&mutex_);
  if (tile_bytes_ + size > kMaxTileBytes) {
    tiles_.clear();
    tile_bytes_ = 0;
  }
  tile_bytes_ += size;
  return tiles_.emplace(key, tile).first->second;
}

}  // namespace fupin::gis
