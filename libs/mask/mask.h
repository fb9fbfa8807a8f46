// How personal values are shown to those who need to recognise but not to know them.
#ifndef FUPIN_LIBS_MASK_MASK_H_
#define FUPIN_LIBS_MASK_MASK_H_

#include <string>

#include "absl/strings/string_view.h"

namespace fupin::mask {

// First six and last four characters: "522701********1234". Anything shorter is hidden whole.
std::string CitizenNumber(absl::string_view number);

// Last four characters of a telephone or account number; not more than half of it.
std::string LastFour(absl::string_view number);

// Family name kept: "张*", "欧阳**" (compound family names are known by list). A name with a middle
// dot keeps its first part: "阿依·**". Counts code points, not bytes.
std::string Name(absl::string_view name);

}  // namespace fupin::mask

#endif  // FUPIN_LIBS_MASK_MASK_H_
