#include "services/gis/server/places.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/match.h"

namespace fupin::gis {

std::vector<division::Division> FindPlaces(const division::Tree& divisions, absl::string_view text,
                                           size_t limit) {
  std::vector<division::Division> found;
  for (const division::Division& place : divisions.all()) {
    if (absl::StrContains(place.name(), text) || absl::StartsWith(place.code(), text)) {
      found.push_back(place);
    }
  }
  const auto rank = [&](const division::Division& place) {
    return std::make_tuple(place.name() != text && place.code() != text, place.level(),
                           !absl::StartsWith(place.name(), text), place.order());
  };
  const size_t kept = std::min(limit, found.size());
  std::partial_sort(
      found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
      [&](const division::Division& a, const division::Division& b) { return rank(a) < rank(b); });
  found.erase(found.begin() + static_cast<std::ptrdiff_t>(kept), found.end());
  return found;
}

}  // namespace fupin::gis
