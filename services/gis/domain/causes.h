// Why households are poor (致贫原因): counts by cause of one place, and the list of the causes.
#ifndef FUPIN_SERVICES_GIS_DOMAIN_CAUSES_H_
#define FUPIN_SERVICES_GIS_DOMAIN_CAUSES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/gis/domain/counts.h"

namespace fupin::gis {

// A code of the list of causes, as it is told in words.
struct Cause {
  std::string code;
  std::string zh;
  std::string en;
};

// In the order they are listed; numbers of causes are positions in here.
using CauseList = std::vector<Cause>;

std::optional<size_t> NumberOf(const CauseList& list, absl::string_view code);

// Households on the register or monitored, as main cause (主要致贫原因) and as one of the others.
struct CauseCount {
  int64_t main = 0;
  int64_t also = 0;
  friend bool operator==(const CauseCount&, const CauseCount&) = default;
};

// By code; a code without a household is not in it. Also of codes that are in no list any more.
class CauseCounts {
 public:
  using Map = std::map<std::string, CauseCount, std::less<>>;

  void Add(absl::string_view code, const CauseCount& count);
  CauseCounts& operator+=(const CauseCounts& other);
  CauseCounts& operator-=(const CauseCounts& other);
  friend bool operator==(const CauseCounts&, const CauseCounts&) = default;

  bool empty() const { return counts_.empty(); }
  CauseCount Of(absl::string_view code) const;
  int64_t TotalMain() const;
  Map::const_iterator begin() const { return counts_.begin(); }
  Map::const_iterator end() const { return counts_.end(); }

 private:
  Map counts_;
};

// Households whose cause counts: those on the register and those monitored, not who has exited.
bool HasCause(Standing standing);
int64_t WithCause(const Counts& counts);

// What one household adds; `codes` main cause first.
CauseCounts CausesOf(Standing standing, absl::Span<const std::string> codes);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_DOMAIN_CAUSES_H_
