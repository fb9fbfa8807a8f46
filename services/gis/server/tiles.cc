#include "services/gis/server/tiles.h"

#include <algorithm>
#include <utility>

#include "libs/status/macros.h"
#include "services/gis/server/state_block.h"

namespace fupin::gis {
namespace {

constexpr size_t kMaxKeptBytes = 128 << 20;

bool AllIn(const division::Tree& tree, absl::Span<const uint32_t> places,
           const std::optional<division::Division>& scope) {
  return !scope || std::all_of(places.begin(), places.end(),
                               [&](uint32_t place) { return tree.At(place).IsUnder(*scope); });
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Tile>> Tiles::Current(geo::TileId id,
                                                           const Shapes::Geometry& geometry,
                                                           bool want_gzip) {
  const int64_t changed = board_.NewestChange(geometry->members);
  std::shared_ptr<const Tile> known;
  {
    absl::ReaderMutexLock lock(&mutex_);
    const auto kept = kept_.find(id.Key());
    if (kept != kept_.end() && kept->second.changed == changed) known = kept->second.tile;
  }
  if (known != nullptr && (!want_gzip || known->gzip != nullptr)) return known;
  std::shared_ptr<Tile> made;
  if (known != nullptr) {
    // Asked for again and unchanged: now it is worth compressing.
    made = std::make_shared<Tile>(*known);
    made->gzip = Gzip(*made->bytes);
  } else {
    std::string bytes;
    board_.WithColumns(
        [&](const Columns& columns) { bytes = shapes_.Write(*geometry, columns.ForTiles()); });
    made = MakeTile(std::move(bytes));
  }
  const size_t size = made->bytes->size() + (made->gzip ? made->gzip->size() : 0);
  absl::MutexLock lock(&mutex_);
  if (kept_bytes_ + size > kMaxKeptBytes) {
    kept_.clear();
    kept_bytes_ = 0;
  }
  kept_bytes_ += size;
  kept_[id.Key()] = {changed, made};
  return std::shared_ptr<const Tile>(made);
}

absl::StatusOr<const Columns*> Tiles::RowsOf(absl::Span<const uint32_t> places,
                                             const TileRequest& request) const {
  // Only the rows of the places are ever read again.
  thread_local Columns columns(0);
  thread_local size_t rows = 0;
  const division::Tree& tree = shapes_.tree();
  if (rows != tree.size()) {
    rows = tree.size();
    columns = Columns(rows);
  }
  std::vector<uint32_t> shown;
  for (const uint32_t place : places) {
    if (!request.scope || tree.At(place).IsUnder(*request.scope)) {
      shown.push_back(place);
    } else {
      columns.Clear(place);
    }
  }
  if (!request.day) {
    board_.Read(shown,
                [&](size_t i, const CellState& state) { columns.Set(shown[i], state.counts); });
    return &columns;
  }
  for (const uint32_t place : shown) {
    ASSIGN_OR_RETURN(const Counts counts, store_.At(tree.At(place), *request.day));
    columns.Set(place, counts);
  }
  return &columns;
}

absl::StatusOr<std::shared_ptr<const Tile>> Tiles::Make(geo::TileId id,
                                                        const TileRequest& request) {
  ASSIGN_OR_RETURN(const Shapes::Geometry geometry, shapes_.Of(id));
  if (!request.day && AllIn(shapes_.tree(), geometry->members, request.scope)) {
    return Current(id, geometry, request.gzip);
  }
  ASSIGN_OR_RETURN(const Columns* columns, RowsOf(geometry->members, request));
  return MakeTile(shapes_.Write(*geometry, columns->ForTiles()));
}

absl::StatusOr<std::shared_ptr<const Tile>> Tiles::State(geo::TileId id, const TileRequest& request,
                                                         bool with_ids) {
  ASSIGN_OR_RETURN(const Shapes::Geometry geometry, shapes_.Of(id));
  if (!request.day && AllIn(shapes_.tree(), geometry->members, request.scope)) {
    std::string bytes;
    board_.WithColumns([&](const Columns& columns) {
      bytes = WriteStateBlock(geometry->members, columns, with_ids);
    });
    return MakeTile(std::move(bytes));
  }
  ASSIGN_OR_RETURN(const Columns* columns, RowsOf(geometry->members, request));
  return MakeTile(WriteStateBlock(geometry->members, *columns, with_ids));
}

}  // namespace fupin::gis
