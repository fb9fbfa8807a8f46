#include "services/gis/server/figure_sets.h"

namespace fupin::gis {
namespace {

constexpr FigureSet kSets[] = {FigureSet::kIndex, FigureSet::kRegister, FigureSet::kCauses};

}  // namespace

const char* NameOf(FigureSet set) {
  switch (set) {
    case FigureSet::kRegister:
      return "register";
    case FigureSet::kCauses:
      return "causes";
    case FigureSet::kIndex:
      break;
  }
  return "index";
}

std::optional<FigureSet> FindFigureSet(absl::string_view name) {
  for (const FigureSet set : kSets) {
    if (name == NameOf(set)) return set;
  }
  return std::nullopt;
}

std::vector<std::string> ColumnsOf(FigureSet set, const CauseList& causes) {
  std::vector<std::string> names;
  switch (set) {
    case FigureSet::kIndex:
      for (size_t i = 0; i < kAttributes; ++i) {
        names.emplace_back(NameOf(static_cast<Attribute>(i)));
      }
      break;
    case FigureSet::kRegister:
      names = {"households", "registered", "registered_persons", "exited", "exited_persons",
               "monitored",  "returned"};
      break;
    case FigureSet::kCauses:
      names = {"households", "with_cause"};
      for (const Cause& cause : causes) names.push_back(cause.code);
      break;
  }
  return names;
}

std::vector<int32_t> RowOf(FigureSet set, const Counts& counts,
                           absl::Span<const CauseNumber> causes) {
  const auto fit = [](int64_t value) { return static_cast<int32_t>(value); };
  if (set == FigureSet::kRegister) {
    return {fit(counts.households), fit(counts.registered),     fit(counts.registered_persons),
            fit(counts.exited),     fit(counts.exited_persons), fit(counts.monitored),
            fit(counts.returned)};
  }
  std::vector<int32_t> row = {fit(counts.households), fit(WithCause(counts))};
  for (const CauseNumber& cause : causes) row.push_back(cause.main);
  return row;
}

}  // namespace fupin::gis
