// The published map (SEC-2): what the editions show, and nothing else. It knows the store of
// editions only, neither the live numbers nor any household.
#ifndef FUPIN_SERVICES_GIS_SERVER_PUBLIC_MAP_H_
#define FUPIN_SERVICES_GIS_SERVER_PUBLIC_MAP_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/geo/tile_id.h"
#include "services/gis/server/shapes.h"
#include "services/gis/server/tile.h"
#include "services/gis/store/edition_store.h"

namespace fupin::gis {

// Attributes of a place in public tiles; all but `shown` are left out where they are not shown.
inline constexpr std::array<const char*, 10> kPublicAttributes = {
    "shown",    "band",   "households",   "persons",   "poor",
    "possibly", "stable", "poor_persons", "incidence", "cause"};

// One edition in memory: 36 bytes a place and its row.
struct PublicEdition {
  Edition edition;
  std::vector<PublishedPlace> places;  // by Division::order()
  std::array<std::vector<int32_t>, kPublicAttributes.size()> columns;
};

// Safe for concurrent use.
class PublicMap {
 public:
  PublicMap(Shapes& shapes, const EditionStore& store) : shapes_(shapes), store_(store) {}

  // Reads the list of editions; at the start, and after one was added.
  absl::Status Load();
  std::vector<Edition> List() const;  // newest first

  // The edition of that day, or the newest. NOT_FOUND / EDITION_NONE, EDITION_UNKNOWN.
  absl::StatusOr<std::shared_ptr<const PublicEdition>> Of(std::optional<Day> day);
  // Never changes for an edition. TILE_OUT_OF_RANGE besides.
  absl::StatusOr<std::shared_ptr<const Tile>> Make(geo::TileId id, std::optional<Day> day);

 private:
  Shapes& shapes_;
  const EditionStore& store_;
  mutable absl::Mutex mutex_;
  std::vector<Edition> editions_ ABSL_GUARDED_BY(mutex_);
  std::map<int32_t, std::shared_ptr<const PublicEdition>> read_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::pair<int32_t, uint64_t>, std::shared_ptr<const Tile>> tiles_
      ABSL_GUARDED_BY(mutex_);
  size_t tile_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_PUBLIC_MAP_H_
