#include "services/gis/server/rests.h"

namespace fupin::gis {

Rests::Rests(const division::Tree& tree) : places_(tree.size()), rows_(tree.size()) {
  for (uint32_t place = 0; place < places_; ++place) {
    if (tree.At(place).children().empty()) continue;
    rows_[place] = static_cast<uint32_t>(places_ + owners_.size());
    owners_.push_back(place);
  }
}

}  // namespace fupin::gis
