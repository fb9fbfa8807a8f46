#include "services/gis/server/level_names.h"

namespace fupin::gis {
namespace {

struct Row {
  absl::string_view level;
  LevelName name;
};

constexpr Row kRows[] = {{"province", {"省", "province"}},
                         {"prefecture", {"市(州)", "prefecture"}},
                         {"county", {"县(市、区)", "county"}},
                         {"township", {"乡镇", "township"}},
                         {"village", {"行政村", "administrative village"}},
                         {"hamlet", {"自然村", "natural village"}}};

}  // namespace

LevelName NameOfLevel(absl::string_view level) {
  for (const Row& row : kRows) {
    if (row.level == level) return row.name;
  }
  return {level, level};
}

}  // namespace fupin::gis
