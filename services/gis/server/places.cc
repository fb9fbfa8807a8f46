#include "services/gis/server/places.h"

#include <algorithm>
#include <queue>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace fupin::gis {
namespace {

// The best places seen so far.
class Best {
 public:
  Best(const division::Tree& divisions, absl::string_view text, size_t limit)
      : divisions_(divisions), text_(text), limit_(limit) {}

  // `way`: 0 a name that begins so, 1 a name that contains it or a code, 2 pinyin.
  void Offer(uint32_t order, uint64_t way) {
    const division::Division place = divisions_.At(order);
    const bool exact = place.name() == text_ || place.code() == text_;
    const uint64_t rank = (exact ? uint64_t{0} : uint64_t{1} << 48) |
                          static_cast<uint64_t>(place.level()) << 40 | way << 32 | order;
    if (ranks_.size() == limit_) {
      if (rank >= ranks_.top()) return;
      ranks_.pop();
    }
    ranks_.push(rank);
  }

  std::vector<division::Division> Take() {
    std::vector<division::Division> places;
    for (; !ranks_.empty(); ranks_.pop()) {
      places.push_back(divisions_.At(static_cast<uint32_t>(ranks_.top())));
    }
    std::reverse(places.begin(), places.end());
    return places;
  }

 private:
  const division::Tree& divisions_;
  const absl::string_view text_;
  const size_t limit_;
  std::priority_queue<uint64_t> ranks_;  // the worst on top
};

}  // namespace

Places::Places(const division::Tree& divisions, pinyin::Pinyin& pinyin) : divisions_(divisions) {
  for (const division::Division& place : divisions.all()) {
    const pinyin::Reading reading = pinyin.Read(place.name());
    names_.Add(absl::StrCat("\n", place.name()));
    whole_.Add(reading.whole);
    initials_.Add(reading.initials);
  }
}

std::vector<division::Division> Places::Find(absl::string_view text, size_t limit) const {
  if (text.empty() || limit == 0 || absl::StrContains(text, "\n")) return {};
  Best best(divisions_, text, limit);
  const uint32_t size = divisions_.size();
  // Whoever is found by name is not offered again: the same place twice would be two.
  std::vector<bool> by_name(size);
  for (size_t at = names_.bytes.find(text.data(), 0, text.size()); at != std::string::npos;) {
    const auto next = std::upper_bound(names_.begins.begin(), names_.begins.end(), at);
    const uint32_t place = static_cast<uint32_t>(next - names_.begins.begin()) - 1;
    by_name[place] = true;
    best.Offer(place, at == names_.begins[place] + 1 ? 0 : 1);
    at = next == names_.begins.end() ? std::string::npos
                                     : names_.bytes.find(text.data(), *next, text.size());
  }
  // Codes are ASCII.
  const bool maybe_code = std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
  const std::string typed = pinyin::Pinyin::Typed(text);
  for (uint32_t place = 0; maybe_code && place < size; ++place) {
    if (by_name[place]) continue;
    if (absl::StartsWith(divisions_.At(place).code(), text)) {
      best.Offer(place, 1);
    } else if (!typed.empty() && (absl::StartsWith(initials_.At(place), typed) ||
                                  absl::StartsWith(whole_.At(place), typed))) {
      best.Offer(place, 2);
    }
  }
  return best.Take();
}

}  // namespace fupin::gis
