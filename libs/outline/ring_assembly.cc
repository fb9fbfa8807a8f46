#include "libs/outline/ring_assembly.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "libs/status/macros.h"

namespace fupin::outline {
namespace {

geo::Point SecondPoint(const Arcs& lines, DirectedArc way) {
  const auto points = lines.points_of(ArcOf(way));
  return way < 0 ? points[points.size() - 2] : points[1];
}
geo::Point FirstPoint(const Arcs& lines, DirectedArc way) {
  const auto points = lines.points_of(ArcOf(way));
  return way < 0 ? points.back() : points.front();
}

double Direction(geo::Point from, geo::Point to) {
  return std::atan2(static_cast<double>(to.y) - from.y, static_cast<double>(to.x) - from.x);
}

// How far one turns from the way back to `way`; the least turn stays closest to the area.
double TurnFromBack(const Arcs& lines, DirectedArc arrived, DirectedArc way) {
  const geo::Point node = FirstPoint(lines, way);
  const double turn =
      Direction(node, SecondPoint(lines, ~arrived)) - Direction(node, SecondPoint(lines, way));
  return turn <= 0 ? turn + 2 * std::numbers::pi : turn;
}

}  // namespace

std::vector<std::vector<DirectedArc>> AssembleRings(const Arcs& lines,
                                                    std::vector<DirectedArc> ways) {
  std::sort(ways.begin(), ways.end(), [&](DirectedArc a, DirectedArc b) {
    return std::pair(lines.StartNode(a), a) < std::pair(lines.StartNode(b), b);
  });
  std::vector<bool> used(ways.size());
  // The best unused way from a node, or ways.size().
  const auto next = [&](uint32_t node, const DirectedArc* arrived) {
    size_t best = ways.size();
    double best_turn = 0;
    auto at = std::lower_bound(ways.begin(), ways.end(), node, [&](DirectedArc way, uint32_t n) {
      return lines.StartNode(way) < n;
    });
    for (; at != ways.end() && lines.StartNode(*at) == node; ++at) {
      const size_t i = static_cast<size_t>(at - ways.begin());
      if (used[i]) continue;
      if (best == ways.size()) {
        best = i;
        continue;
      }
      // Several: rare, areas that touch in a point.
      if (arrived == nullptr) break;
      if (best_turn == 0) best_turn = TurnFromBack(lines, *arrived, ways[best]);
      if (const double turn = TurnFromBack(lines, *arrived, ways[i]); turn < best_turn) {
        best = i;
        best_turn = turn;
      }
    }
    return best;
  };

  std::vector<std::vector<DirectedArc>> rings;
  std::vector<DirectedArc> path;
  for (size_t start = 0; start < ways.size(); ++start) {
    if (used[start]) continue;
    for (size_t at = start; at != ways.size();) {
      used[at] = true;
      path.push_back(ways[at]);
      const uint32_t node = lines.EndNode(path.back());
      const auto seen = std::find_if(path.begin(), path.end(),
                                     [&](DirectedArc way) { return lines.StartNode(way) == node; });
      const DirectedArc arrived = path.back();
      if (seen != path.end()) {
        rings.emplace_back(seen, path.end());
        path.erase(seen, path.end());
      }
      if (path.empty()) break;
      at = next(node, &arrived);
    }
    FUPIN_CHECK(path.empty());  // as many ways begin in each node as end there
  }
  return rings;
}

}  // namespace fupin::outline
