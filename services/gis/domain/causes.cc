#include "services/gis/domain/causes.h"

namespace fupin::gis {

std::optional<size_t> NumberOf(const CauseList& list, absl::string_view code) {
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i].code == code) return i;
  }
  return std::nullopt;
}

void CauseCounts::Add(absl::string_view code, const CauseCount& count) {
  const auto at = counts_.try_emplace(std::string(code)).first;
  at->second.main += count.main;
  at->second.also += count.also;
  if (at->second == CauseCount()) counts_.erase(at);
}

CauseCounts& CauseCounts::operator+=(const CauseCounts& other) {
  for (const auto& [code, count] : other) Add(code, count);
  return *this;
}

CauseCounts& CauseCounts::operator-=(const CauseCounts& other) {
  for (const auto& [code, count] : other) Add(code, {-count.main, -count.also});
  return *this;
}

CauseCount CauseCounts::Of(absl::string_view code) const {
  const auto found = counts_.find(code);
  return found == counts_.end() ? CauseCount() : found->second;
}

int64_t CauseCounts::TotalMain() const {
  int64_t total = 0;
  for (const auto& [code, count] : counts_) total += count.main;
  return total;
}

bool HasCause(Standing standing) {
  return standing == Standing::kRegistered || standing == Standing::kMonitored;
}

int64_t WithCause(const Counts& counts) { return counts.registered + counts.monitored; }

CauseCounts CausesOf(Standing standing, absl::Span<const std::string> codes) {
  CauseCounts counts;
  if (!HasCause(standing)) return counts;
  for (size_t i = 0; i < codes.size(); ++i) {
    counts.Add(codes[i], i == 0 ? CauseCount{1, 0} : CauseCount{0, 1});
  }
  return counts;
}

}  // namespace fupin::gis
