// Any bytes as a pack: refused, or drawn without a fault.
#include <cstddef>
#include <cstdint>

#include "libs/outline/outlines.h"
#include "libs/outline/tile_builder.h"
#include "libs/status/macros.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fupin;
  static const auto tree = *division::Tree::Parse(
      {{"tree",
        "# levels: province prefecture "
        "county\n1\t\tprovince\ta\n2\t1\tprefecture\tb\n3\t1\tprefecture\tc\n31\t3\tcounty\td\n"}});
  const auto outlines = outline::Outlines::Parse({reinterpret_cast<const char*>(data), size}, tree);
  if (!outlines.ok()) return 0;
  const outline::TileBuilder builder(*outlines);
  for (int level = 0; level < 3; ++level) {
    for (const int zoom : {0, 3}) {
      for (const geo::TileId tile : builder.Tiles(level, zoom)) {
        const outline::TileGeometry geometry = builder.Build(tile, level);
        FUPIN_CHECK(geometry.members.size() == geometry.ends.size());
      }
    }
  }
  (*outlines)->Locate({106.005, 26.005});
  return 0;
}
