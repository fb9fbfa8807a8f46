#include "services/gis/server/tiles.h"

#include <utility>

#include <xxhash.h>
#include <zlib.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/status/macros.h"
#include "services/gis/domain/reasons.h"

namespace fupin::gis {
namespace {

constexpr size_t kMaxKeptBytes = 128 << 20;
constexpr size_t kMaxGeometries = 1 << 17;

std::string EtagOf(const std::string& bytes) {
  return absl::StrFormat("\"%016x\"", XXH3_64bits(bytes.data(), bytes.size()));
}

std::shared_ptr<const std::string> Gzip(const std::string& bytes) {
  z_stream stream{};
  constexpr int kGzip = 16 + MAX_WBITS;
  if (deflateInit2(&stream, 6, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) return nullptr;
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return done ? std::make_shared<const std::string>(std::move(out)) : nullptr;
}

}  // namespace

Tiles::Tiles(std::shared_ptr<const outline::Outlines> outlines, const Board& board,
             const CellStore& store, std::vector<ZoomLevel> levels)
    : builder_(std::move(outlines)), board_(board), store_(store), levels_(std::move(levels)) {
  const division::Tree& tree = builder_.outlines().tree();
  std::vector<uint32_t> of_level;
  for (const std::string& level : tree.levels()) of_level.push_back(texts_.Add(level));
  for (const division::Division& place : tree.all()) {
    names_.push_back(texts_.Add(place.name()));
    codes_.push_back(texts_.Add(place.code()));
    level_names_.push_back(of_level[static_cast<size_t>(place.level())]);
  }
}

absl::StatusOr<Tiles::Geometry> Tiles::GeometryOf(geo::TileId id) {
  for (const ZoomLevel& level : levels_) {
    if (id.zoom() < level.min_zoom || id.zoom() > level.max_zoom) continue;
    const uint64_t key = id.Key();
    {
      absl::ReaderMutexLock lock(&mutex_);
      const auto known = geometries_.find(key);
      if (known != geometries_.end()) return known->second;
    }
    auto made = std::make_shared<const outline::TileGeometry>(builder_.Build(id, level.level));
    absl::MutexLock lock(&mutex_);
    if (geometries_.size() >= kMaxGeometries) geometries_.clear();
    return geometries_.emplace(key, std::move(made)).first->second;
  }
  return Refuse("TILE_OUT_OF_RANGE", "z", absl::StrCat(levels_.front().min_zoom, "-", max_zoom()));
}

std::string Tiles::Write(const outline::TileGeometry& geometry, const Columns& columns) const {
  const auto numbers = columns.ForTiles();
  const mvt::StringColumn texts[] = {{"name", names_}, {"code", codes_}, {"level", level_names_}};
  mvt::Layer areas;
  areas.name = "area";
  areas.strings = texts;
  areas.ints = numbers;
  mvt::Layer labels;
  labels.name = "label";
  labels.strings = texts;
  mvt::TileWriter writer(texts_);
  writer.AddPolygons(areas, {geometry.members, geometry.ends, geometry.commands});
  writer.AddPoints(labels, geometry.labels);
  return std::string(writer.bytes());
}

absl::StatusOr<std::shared_ptr<const Tile>> Tiles::Current(geo::TileId id, bool want_gzip) {
  ASSIGN_OR_RETURN(const Geometry geometry, GeometryOf(id));
  const int64_t changed = board_.NewestChange(geometry->members);
  std::shared_ptr<const Tile> known;
  {
    absl::ReaderMutexLock lock(&mutex_);
    const auto kept = kept_.find(id.Key());
    if (kept != kept_.end() && kept->second.changed == changed) known = kept->second.tile;
  }
  if (known != nullptr && (!want_gzip || known->gzip != nullptr)) return known;
  auto made = std::make_shared<Tile>();
  if (known != nullptr) {
    // Asked for again and unchanged: now it is worth compressing.
    *made = *known;
    made->gzip = Gzip(*made->bytes);
  } else {
    std::string bytes;
    board_.WithColumns([&](const Columns& columns) { bytes = Write(*geometry, columns); });
    made->etag = EtagOf(bytes);
    made->bytes = std::make_shared<const std::string>(std::move(bytes));
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

absl::StatusOr<std::shared_ptr<const Tile>> Tiles::Past(geo::TileId id, Day day) {
  ASSIGN_OR_RETURN(const Geometry geometry, GeometryOf(id));
  // Only the rows of the tile's places are ever read again.
  thread_local Columns columns(0);
  thread_local size_t rows = 0;
  if (rows != names_.size()) {
    rows = names_.size();
    columns = Columns(rows);
  }
  const division::Tree& tree = builder_.outlines().tree();
  for (const uint32_t place : geometry->members) {
    ASSIGN_OR_RETURN(const Counts counts, store_.At(tree.At(place), day));
    columns.Set(place, counts);
  }
  auto made = std::make_shared<Tile>();
  made->bytes = std::make_shared<const std::string>(Write(*geometry, columns));
  made->etag = EtagOf(*made->bytes);
  return std::shared_ptr<const Tile>(made);
}

}  // namespace fupin::gis
