#include "services/fupinctl/near_names.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"

namespace fupin::fupinctl {
namespace {

// Letters to insert, remove or replace (Levenshtein).
size_t Distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::vector<std::string> NearNames(const std::string& typed,
                                   const std::vector<std::string>& names) {
  constexpr size_t kErrors = 2;
  std::vector<std::pair<size_t, std::string>> near;
  for (const std::string& name : names) {
    const size_t distance = Distance(typed, name);
    const bool begins =
        typed.size() >= kErrors && (absl::StartsWith(name, typed) || absl::StartsWith(typed, name));
    // Every name of three letters is two errors from another one.
    const bool alike = distance <= kErrors && distance < typed.size() - typed.size() / 3;
    if (begins || alike) near.emplace_back(distance, name);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> result;
  for (auto& [distance, name] : near) result.push_back(std::move(name));
  return result;
}

}  // namespace fupin::fupinctl
