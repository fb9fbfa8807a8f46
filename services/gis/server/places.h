// Finds places by name, code or pinyin.
#ifndef FUPIN_SERVICES_GIS_SERVER_PLACES_H_
#define FUPIN_SERVICES_GIS_SERVER_PLACES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/division/tree.h"
#include "libs/pinyin/pinyin.h"

namespace fupin::gis {

// Const, hence safe for concurrent use. Memory: 12 bytes a place and its texts, about 60 bytes in
// all; reading 140,000 names takes a quarter of a second.
class Places {
 public:
  // `divisions` must live as long; `pinyin` is needed only here.
  Places(const division::Tree& divisions, pinyin::Pinyin& pinyin);

  // At most `limit` places whose name contains `text`, whose code begins with it, or whose pinyin
  // does, whole or by initials: exact names and codes first, then higher levels before lower ones,
  // then names before pinyin. Looks at every name: 2 ms for 140,000 places.
  std::vector<division::Division> Find(absl::string_view text, size_t limit) const;

 private:
  // One text for each place, one after another.
  struct Texts {
    std::string bytes;
    std::vector<uint32_t> begins = {0};

    void Add(absl::string_view text) {
      bytes.append(text.data(), text.size());
      begins.push_back(static_cast<uint32_t>(bytes.size()));
    }
    absl::string_view At(uint32_t place) const {
      return absl::string_view(bytes).substr(begins[place], begins[place + 1] - begins[place]);
    }
  };

  const division::Tree& divisions_;
  Texts names_;  // each behind a line feed, which no name holds
  Texts whole_;  // pinyin
  Texts initials_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_PLACES_H_
