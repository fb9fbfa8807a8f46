#include "services/gis/server/shapes.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/gis/domain/reasons.h"

namespace fupin::gis {
namespace {

constexpr size_t kMaxKept = 1 << 17;

}  // namespace

Shapes::Shapes(std::shared_ptr<const outline::Outlines> outlines, std::vector<ZoomLevel> levels)
    : builder_(std::move(outlines)), levels_(std::move(levels)), rests_(tree()) {
  // Places often share a name; a tile holds each text once.
  absl::flat_hash_map<absl::string_view, uint32_t> known;
  const auto number_of = [&](absl::string_view text) {
    const auto [entry, added] = known.try_emplace(text, 0);
    if (added) entry->second = texts_.Add(text);
    return entry->second;
  };
  for (uint32_t row = 0; row < rests_.rows(); ++row) {
    const division::Division place = tree().At(rests_.PlaceOf(row));
    names_.push_back(number_of(place.name()));
    codes_.push_back(number_of(place.code()));
    level_names_.push_back(number_of(place.level_name()));
  }
}

absl::StatusOr<Shapes::Geometry> Shapes::Of(geo::TileId id) {
  for (const ZoomLevel& level : levels_) {
    if (id.zoom() < level.min_zoom || id.zoom() > level.max_zoom) continue;
    const uint64_t key = id.Key();
    {
      absl::ReaderMutexLock lock(&mutex_);
      const auto known = kept_.find(key);
      if (known != kept_.end()) return known->second;
    }
    auto made = std::make_shared<Shown>();
    builder_.Build(id, level.level, *made);
    made->rows = made->members;
    for (const mvt::LabelPoint& point : made->above) made->rows.push_back(rests_.RowOf(point.row));
    absl::MutexLock lock(&mutex_);
    if (kept_.size() >= kMaxKept) kept_.clear();
    return kept_.emplace(key, std::move(made)).first->second;
  }
  return Refuse("TILE_OUT_OF_RANGE", "z", absl::StrCat(levels_.front().min_zoom, "-", max_zoom()));
}

std::string Shapes::Write(const outline::TileGeometry& geometry,
                          absl::Span<const mvt::IntColumn> numbers, bool with_rests) const {
  const mvt::StringColumn texts[] = {{"name", names_}, {"code", codes_}, {"level", level_names_}};
  mvt::Layer areas;
  areas.name = "area";
  areas.strings = texts;
  areas.ints = numbers;
  mvt::Layer labels;
  labels.name = "label";
  labels.strings = texts;
  // Its tables are as large as texts_: made once a thread, not once a tile. It refers to texts_.
  thread_local const mvt::StringTable* of = nullptr;
  thread_local std::optional<mvt::TileWriter> writer;
  if (of != &texts_) writer.emplace(*(of = &texts_));
  writer->Clear();
  writer->AddPolygons(areas, {geometry.members, geometry.ends, geometry.commands});
  writer->AddPoints(labels, geometry.labels);
  if (with_rests) {
    areas.name = "rest";
    thread_local std::vector<mvt::LabelPoint> points;
    points = geometry.above;
    for (mvt::LabelPoint& point : points) point.row = rests_.RowOf(point.row);
    writer->AddPoints(areas, points);
  }
  return std::string(writer->bytes());
}

}  // namespace fupin::gis
