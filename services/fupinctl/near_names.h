// What a person may have meant by a mistyped name.
#ifndef FUPIN_SERVICES_FUPINCTL_NEAR_NAMES_H_
#define FUPIN_SERVICES_FUPINCTL_NEAR_NAMES_H_

#include <string>
#include <vector>

namespace fupin::fupinctl {

// Those of `names` that are at most two typing errors away from `typed`, or begin or are begun by
// it; nearest first, none when nothing is near.
std::vector<std::string> NearNames(const std::string& typed, const std::vector<std::string>& names);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_NEAR_NAMES_H_
