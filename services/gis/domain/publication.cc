#include "services/gis/domain/publication.h"

#include <algorithm>

namespace fupin::gis {
namespace {

// The figures that nobody may work out for a place while they are small. Not poor is one too:
// where all but a few are poor, the few are known.
constexpr size_t kFigures = 7;
using Figures = std::array<int64_t, kFigures>;

Figures FiguresOf(const Counts& counts) {
  return {counts.households,
          counts.persons,
          counts.poor,
          counts.possibly_poor,
          counts.stable,
          counts.poor_persons,
          counts.households - counts.poor};
}

bool IsSmall(int64_t value, int64_t small_count) { return value > 0 && value < small_count; }

bool AnySmall(const Figures& figures, int64_t small_count) {
  return std::any_of(figures.begin(), figures.end(),
                     [&](int64_t value) { return IsSmall(value, small_count); });
}

int64_t RoundTo(int64_t value, int64_t step) {
  return step > 1 ? (value + step / 2) / step * step : value;
}

int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

// A place whose counts are known to lie in [low, high].
struct Range {
  uint32_t place;
  int64_t low;
  int64_t high;
};

class Publisher {
 public:
  Publisher(absl::Span<const PlaceToPublish> places, const PublicationRules& rules)
      : places_(places), rules_(rules), published_(places.size()), parts_(places.size()) {}

  std::vector<PublishedPlace> Run() {
    for (uint32_t place = 0; place < places_.size(); ++place) {
      const uint32_t parent = places_[place].parent;
      if (parent != PlaceToPublish::kNoParent) {
        parts_[parent].push_back(place);
      } else if (MayShow(place)) {
        Show(place);
      }
    }
    // A parent is decided before its parts.
    for (uint32_t place = 0; place < places_.size(); ++place) {
      if (published_[place].shown == Shown::kCounts && !parts_[place].empty()) ShowParts(place);
    }
    return std::move(published_);
  }

 private:
  bool MayShow(uint32_t place) const {
    const PlaceToPublish& each = places_[place];
    return !each.band_only && !each.withheld_before &&
           !AnySmall(FiguresOf(each.counts), rules_.small_count);
  }

  void Show(uint32_t place) {
    const Counts& counts = places_[place].counts;
    PublishedPlace& out = published_[place];
    out.shown = Shown::kCounts;
    out.households = RoundTo(counts.households, rules_.round_to);
    out.persons = RoundTo(counts.persons, rules_.round_to);
    out.poor = RoundTo(counts.poor, rules_.round_to);
    out.possibly_poor = RoundTo(counts.possibly_poor, rules_.round_to);
    out.stable = RoundTo(counts.stable, rules_.round_to);
    out.poor_persons = RoundTo(counts.poor_persons, rules_.round_to);
    out.band = BandOf(out.poor_persons, out.persons, rules_);
  }

  void ShowParts(uint32_t parent) {
    // What the parent counts beside its parts is a part that never shows.
    Figures hidden = FiguresOf(places_[parent].counts);
    std::vector<uint32_t> candidates;
    for (const uint32_t part : parts_[parent]) {
      if (!MayShow(part)) continue;
      candidates.push_back(part);
      const Figures figures = FiguresOf(places_[part].counts);
      for (size_t i = 0; i < kFigures; ++i) hidden[i] -= figures[i];
    }
    // The fewest households are the smallest loss.
    std::stable_sort(candidates.begin(), candidates.end(), [&](uint32_t a, uint32_t b) {
      return places_[a].counts.households < places_[b].counts.households;
    });
    while (AnySmall(hidden, rules_.small_count)) {
      // One that adds to what is small. There is one: with all withheld, this is the parent, and
      // nothing of that is small.
      const auto next = std::find_if(candidates.begin(), candidates.end(), [&](uint32_t part) {
        return Helps(FiguresOf(places_[part].counts), hidden);
      });
      if (next == candidates.end()) break;
      const Figures figures = FiguresOf(places_[*next].counts);
      for (size_t i = 0; i < kFigures; ++i) hidden[i] += figures[i];
      candidates.erase(next);
    }
    for (const uint32_t part : candidates) Show(part);
    ShowBands(parent);
  }

  bool Helps(const Figures& figures, const Figures& hidden) const {
    for (size_t i = 0; i < kFigures; ++i) {
      if (figures[i] > 0 && IsSmall(hidden[i], rules_.small_count)) return true;
    }
    return false;
  }

  // Shows bands of the parts as long as each part, together with what is known of the others and
  // were the population of each known, can have `small_band` different counts.
  void ShowBands(uint32_t parent) {
    const Counts& total = places_[parent].counts;
    int64_t sum = total.poor_persons;  // of all that show no counts
    int64_t beside = total.persons;    // persons of the parent in none of its parts
    std::vector<Range> ranges;
    for (const uint32_t part : parts_[parent]) {
      const Counts& counts = places_[part].counts;
      beside -= counts.persons;
      if (published_[part].shown == Shown::kCounts) {
        sum -= counts.poor_persons;
        continue;
      }
      ranges.push_back({part, 0, counts.persons});
      const PlaceToPublish& place = places_[part];
      if (!place.band_only || place.withheld_before ||
          IsSmall(counts.households, rules_.small_band)) {
        continue;
      }
      published_[part].shown = Shown::kBand;
      published_[part].band = BandOf(counts.poor_persons, counts.persons, rules_);
      const auto [low, high] = CountsInBand(published_[part].band, counts.persons, rules_);
      ranges.back().low = low;
      ranges.back().high = high;
    }
    while (true) {
      int64_t low_sum = 0;
      int64_t high_sum = std::max<int64_t>(beside, 0);
      for (const Range& range : ranges) {
        low_sum += range.low;
        high_sum += range.high;
      }
      bool narrow = false;
      for (const Range& range : ranges) {
        const int64_t low = std::max(range.low, sum - (high_sum - range.high));
        const int64_t high = std::min(range.high, sum - (low_sum - range.low));
        const int64_t persons = places_[range.place].counts.persons;
        narrow |= high - low + 1 < std::min(rules_.small_band, persons + 1);
      }
      if (!narrow) return;
      // The band that says most goes first; it may not be the one that is too narrow.
      Range* worst = nullptr;
      for (Range& range : ranges) {
        if (published_[range.place].shown != Shown::kBand) continue;
        if (worst == nullptr || range.high - range.low < worst->high - worst->low) worst = &range;
      }
      if (worst == nullptr) return;
      published_[worst->place] = PublishedPlace();
      *worst = {worst->place, 0, places_[worst->place].counts.persons};
    }
  }

  const absl::Span<const PlaceToPublish> places_;
  const PublicationRules& rules_;
  std::vector<PublishedPlace> published_;
  std::vector<std::vector<uint32_t>> parts_;
};

}  // namespace

int32_t PublishedPlace::IncidencePermille() const {
  return persons > 0 ? static_cast<int32_t>((1000 * poor_persons + persons / 2) / persons) : 0;
}

int32_t BandOf(int64_t poor, int64_t persons, const PublicationRules& rules) {
  if (persons <= 0) return 0;
  int32_t band = 1;
  for (const int32_t edge : rules.band_edges) band += 1000 * poor >= edge * persons ? 1 : 0;
  return band;
}

std::array<int64_t, 2> CountsInBand(int32_t band, int64_t persons, const PublicationRules& rules) {
  if (band == 0) return {0, 0};
  const size_t at = static_cast<size_t>(band);
  const int64_t low = at == 1 ? 0 : CeilDiv(rules.band_edges[at - 2] * persons, 1000);
  const int64_t high = at > rules.band_edges.size()
                           ? persons
                           : CeilDiv(rules.band_edges[at - 1] * persons, 1000) - 1;
  return {low, std::max(low, high)};
}

std::vector<PublishedPlace> Publish(absl::Span<const PlaceToPublish> places,
                                    const PublicationRules& rules) {
  return Publisher(places, rules).Run();
}

}  // namespace fupin::gis
