#include "services/gis/server/tiles.h"

#include <algorithm>
#include <utility>

#include "libs/status/macros.h"
#include "services/gis/server/state_block.h"

namespace fupin::gis {
namespace {

constexpr size_t kMaxKeptBytes = 128 << 20;

}  // namespace

bool Tiles::InScope(uint32_t row, const TileRequest& request) const {
  const uint32_t place = shapes_.rests().PlaceOf(row);
  return !request.scope || shapes_.tree().At(place).IsUnder(*request.scope);
}

bool Tiles::AllNow(absl::Span<const uint32_t> rows, const TileRequest& request) const {
  if (request.day) return false;
  return !request.scope ||
         std::all_of(rows.begin(), rows.end(), [&](uint32_t row) { return InScope(row, request); });
}

absl::StatusOr<std::shared_ptr<const Tile>> Tiles::Current(geo::TileId id,
                                                           const Shapes::Geometry& geometry,
                                                           bool want_gzip) {
  const int64_t changed = board_.NewestChange(geometry->rows);
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
    board_.WithColumns([&](const Columns& columns) {
      bytes = shapes_.Write(*geometry, columns.ForTiles(), true);
    });
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

absl::StatusOr<const Columns*> Tiles::RowsOf(absl::Span<const uint32_t> rows,
                                             const TileRequest& request) const {
  // Only these rows are ever read again.
  thread_local Columns columns(0);
  thread_local size_t size = 0;
  if (size != shapes_.rests().rows()) {
    size = shapes_.rests().rows();
    columns = Columns(size);
  }
  std::vector<uint32_t> shown;
  for (const uint32_t row : rows) {
    if (InScope(row, request)) {
      shown.push_back(row);
    } else {
      columns.Clear(row);
    }
  }
  if (!request.day) {
    board_.WithColumns([&](const Columns& now) {
      for (const uint32_t row : shown) columns.Copy(row, now);
    });
    return &columns;
  }
  for (const uint32_t row : shown) RETURN_IF_ERROR(past_.Fill(row, *request.day, &columns));
  return &columns;
}

absl::StatusOr<std::vector<std::vector<int32_t>>> Tiles::FiguresOf(
    FigureSet set, absl::Span<const uint32_t> rows, const TileRequest& request) const {
  std::vector<std::vector<int32_t>> figures(rows.size());
  if (!request.day) {
    board_.ReadCauses(rows,
                      [&](size_t i, const CellState& state, absl::Span<const CauseNumber> causes) {
                        if (InScope(rows[i], request))
                          figures[i] = gis::RowOf(set, state.counts, causes);
                      });
    return figures;
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!InScope(rows[i], request)) continue;
    ASSIGN_OR_RETURN(const Counts counts, past_.CountsAt(rows[i], *request.day));
    std::vector<CauseNumber> causes(board_.causes().size());
    if (set == FigureSet::kCauses && WithCause(counts) > 0) {
      ASSIGN_OR_RETURN(causes, past_.CausesAt(rows[i], *request.day));
    }
    figures[i] = gis::RowOf(set, counts, causes);
  }
  return figures;
}

absl::StatusOr<std::shared_ptr<const Tile>> Tiles::Make(geo::TileId id,
                                                        const TileRequest& request) {
  ASSIGN_OR_RETURN(const Shapes::Geometry geometry, shapes_.Of(id));
  if (AllNow(geometry->rows, request)) return Current(id, geometry, request.gzip);
  ASSIGN_OR_RETURN(const Columns* columns, RowsOf(geometry->rows, request));
  return MakeTile(shapes_.Write(*geometry, columns->ForTiles(), /*with_rests=*/true));
}

absl::StatusOr<std::shared_ptr<const Tile>> Tiles::State(geo::TileId id, const TileRequest& request,
                                                         FigureSet set, bool with_ids) {
  ASSIGN_OR_RETURN(const Shapes::Geometry geometry, shapes_.Of(id));
  const std::vector<uint32_t>& rows = geometry->rows;
  const auto write = [&](const Columns& columns) {
    return WriteStateBlock(rows, kAttributes, with_ids, [&](size_t column, size_t i) {
      return columns.At(static_cast<Attribute>(column), rows[i]);
    });
  };
  if (set != FigureSet::kIndex) {
    ASSIGN_OR_RETURN(const auto figures, FiguresOf(set, rows, request));
    const size_t columns = ColumnsOf(set, board_.causes()).size();
    return MakeTile(WriteStateBlock(rows, columns, with_ids, [&](size_t column, size_t i) {
      return figures[i].empty() ? mvt::IntColumn::kAbsent : figures[i][column];
    }));
  }
  if (AllNow(rows, request)) {
    std::string bytes;
    board_.WithColumns([&](const Columns& columns) { bytes = write(columns); });
    return MakeTile(std::move(bytes));
  }
  ASSIGN_OR_RETURN(const Columns* columns, RowsOf(rows, request));
  return MakeTile(write(*columns));
}

}  // namespace fupin::gis
