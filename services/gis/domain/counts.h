// What one place of the map counts. Sums only, so that every level is the sum of its parts.
#ifndef FUPIN_SERVICES_GIS_DOMAIN_COUNTS_H_
#define FUPIN_SERVICES_GIS_DOMAIN_COUNTS_H_

#include <cstdint>

namespace fupin::gis {

// Class of a household by its index (ID-7); numbers as in fupin.identification.v1.PovertyClass.
enum class PovertyClass { kPoor = 1, kPossiblyPoor = 2, kStable = 3, kNotScorable = 4 };

// Where a household stands in the register; numbers as in fupin.procedure.v1.Standing.
enum class Standing { kNone = 0, kRegistered = 1, kExited = 2, kMonitored = 3, kSafe = 4 };

struct Counts {
  int64_t households = 0;
  int64_t persons = 0;
  int64_t poor = 0;  // households, as the next three
  int64_t possibly_poor = 0;
  int64_t stable = 0;
  int64_t not_scorable = 0;
  int64_t poor_persons = 0;
  int64_t index_sum = 0;  // centipoints, over households with an index
  // By the register (建档立卡), whatever the index says; households and their persons.
  int64_t registered = 0;
  int64_t registered_persons = 0;
  int64_t exited = 0;
  int64_t exited_persons = 0;
  int64_t monitored = 0;  // at risk of falling back
  int64_t returned = 0;   // 返贫: of the registered, those that had exited before

  Counts& operator+=(const Counts& other);
  Counts& operator-=(const Counts& other);
  friend bool operator==(const Counts&, const Counts&) = default;

  // 贫困发生率: poor persons of all persons surveyed; 0 without any.
  int32_t IncidencePermille() const;
  // Mean index in centipoints; 0 without any household that has one.
  int32_t MeanIndex() const;
};

// What one household adds by its score.
Counts CountsOf(PovertyClass poverty_class, int persons, int32_t index_centipoints);
// And by where it stands in the register; `returned`: it had exited before.
Counts CountsOf(Standing standing, int persons, bool returned = false);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_DOMAIN_COUNTS_H_
