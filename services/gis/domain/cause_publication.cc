#include "services/gis/domain/cause_publication.h"

#include <algorithm>
#include <numeric>

namespace fupin::gis {
namespace {

// Each cause, those without one, and all together.
using Figures = std::vector<int64_t>;

void Subtract(Figures& from, const Figures& figures) {
  for (size_t i = 0; i < from.size(); ++i) from[i] -= figures[i];
}

class CausePublisher {
 public:
  CausePublisher(absl::Span<const PlaceToPublish> places,
                 absl::Span<const PublishedPlace> published,
                 absl::Span<const CausesToPublish> causes, const PublicationRules& rules)
      : places_(places),
        published_(published),
        causes_(causes),
        rules_(rules),
        barred_(places.size()),
        parts_(places.size()) {
    for (uint32_t place = 0; place < places.size(); ++place) {
      width_ = std::max(width_, causes[place].counts.size());
      if (places[place].parent != PlaceToPublish::kNoParent) {
        parts_[places[place].parent].push_back(place);
      }
    }
  }

  std::vector<std::vector<int64_t>> Run() {
    while (!Decide()) {
    }
    std::vector<std::vector<int64_t>> out(places_.size());
    for (size_t place = 0; place < out.size(); ++place) {
      if (!shown_[place]) continue;
      out[place] = FiguresOf(static_cast<uint32_t>(place));
      out[place].pop_back();
      const int64_t step = std::max<int64_t>(rules_.round_to, 1);
      for (int64_t& count : out[place]) count = (count + step / 2) / step * step;
    }
    return out;
  }

 private:
  bool IsSmall(int64_t value) const { return value > 0 && value < rules_.small_count; }
  bool AnySmall(const Figures& figures) const {
    return std::any_of(figures.begin(), figures.end(), [&](int64_t each) { return IsSmall(each); });
  }

  Figures FiguresOf(uint32_t place) const {
    Figures figures = causes_[place].counts;
    figures.resize(width_);
    figures.push_back(std::accumulate(figures.begin(), figures.end(), int64_t{0}));
    return figures;
  }

  // How many households can have a cause, as far as anybody knows.
  int64_t RoomOf(uint32_t place) const {
    return std::max(places_[place].counts.households, FiguresOf(place).back());
  }

  bool MayShow(uint32_t place) const {
    return published_[place].shown == Shown::kCounts && causes_[place].may_show &&
           !causes_[place].withheld_before && !barred_[place] && !AnySmall(FiguresOf(place));
  }

  // False: some places were barred, which those above them must know.
  bool Decide() {
    bool settled = true;
    shown_.assign(places_.size(), false);
    for (uint32_t place = 0; place < places_.size(); ++place) {
      if (places_[place].parent == PlaceToPublish::kNoParent) shown_[place] = MayShow(place);
      if (!shown_[place] || ShowParts(place)) continue;
      barred_[place] = true;
      shown_[place] = false;
      settled = false;
    }
    return settled;
  }

  bool ShowParts(uint32_t parent) {
    Figures hidden = FiguresOf(parent);
    std::vector<uint32_t> candidates;
    for (const uint32_t part : parts_[parent]) {
      if (!MayShow(part)) continue;
      candidates.push_back(part);
      Subtract(hidden, FiguresOf(part));
    }
    std::stable_sort(candidates.begin(), candidates.end(), [&](uint32_t a, uint32_t b) {
      return places_[a].counts.households < places_[b].counts.households;
    });
    while (AnySmall(hidden) || TooNarrow(parent, candidates, hidden)) {
      const auto next = std::find_if(candidates.begin(), candidates.end(), [&](uint32_t part) {
        return AnySmall(hidden) ? Helps(FiguresOf(part), hidden)
                                : places_[part].counts.households > 0;
      });
      if (next == candidates.end()) return false;
      const Figures figures = FiguresOf(*next);
      for (size_t i = 0; i < hidden.size(); ++i) hidden[i] += figures[i];
      candidates.erase(next);
    }
    for (const uint32_t part : candidates) shown_[part] = true;
    return true;
  }

  bool Helps(const Figures& figures, const Figures& hidden) const {
    for (size_t i = 0; i < figures.size(); ++i) {
      if (figures[i] > 0 && IsSmall(hidden[i])) return true;
    }
    return false;
  }

  // Whether something small of a withheld part must lie there, as the others have no room for all
  // that is withheld. What the parent counts beside its parts is such a part.
  bool TooNarrow(uint32_t parent, const std::vector<uint32_t>& candidates,
                 const Figures& hidden) const {
    struct Part {
      Figures figures;
      int64_t room;
    };
    std::vector<Part> withheld;
    Part beside = {FiguresOf(parent), RoomOf(parent)};
    int64_t room = 0;
    for (const uint32_t part : parts_[parent]) {
      Part each = {FiguresOf(part), RoomOf(part)};
      Subtract(beside.figures, each.figures);
      beside.room -= each.room;
      if (std::find(candidates.begin(), candidates.end(), part) != candidates.end()) continue;
      room += each.room;
      withheld.push_back(std::move(each));
    }
    beside.room = std::max(beside.room, beside.figures.back());
    room += beside.room;
    withheld.push_back(std::move(beside));
    return std::any_of(withheld.begin(), withheld.end(), [&](const Part& part) {
      if (part.room == 0) return false;
      for (size_t i = 0; i < hidden.size(); ++i) {
        const bool fits = hidden[i] <= room - part.room;
        if (!fits && part.figures[i] < rules_.small_count) return true;
      }
      return false;
    });
  }

  const absl::Span<const PlaceToPublish> places_;
  const absl::Span<const PublishedPlace> published_;
  const absl::Span<const CausesToPublish> causes_;
  const PublicationRules& rules_;
  size_t width_ = 0;
  std::vector<bool> barred_;
  std::vector<bool> shown_;
  std::vector<std::vector<uint32_t>> parts_;
};

}  // namespace

std::vector<std::vector<int64_t>> PublishCauses(absl::Span<const PlaceToPublish> places,
                                                absl::Span<const PublishedPlace> published,
                                                absl::Span<const CausesToPublish> causes,
                                                const PublicationRules& rules) {
  return CausePublisher(places, published, causes, rules).Run();
}

}  // namespace fupin::gis
