#include "services/gis/domain/counts.h"

namespace fupin::gis {
namespace {

template <int64_t sign>
void Add(Counts& to, const Counts& other) {
  to.households += sign * other.households;
  to.persons += sign * other.persons;
  to.poor += sign * other.poor;
  to.possibly_poor += sign * other.possibly_poor;
  to.stable += sign * other.stable;
  to.not_scorable += sign * other.not_scorable;
  to.poor_persons += sign * other.poor_persons;
  to.index_sum += sign * other.index_sum;
  to.registered += sign * other.registered;
  to.registered_persons += sign * other.registered_persons;
  to.exited += sign * other.exited;
  to.exited_persons += sign * other.exited_persons;
  to.monitored += sign * other.monitored;
  to.returned += sign * other.returned;
}

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  Add<1>(*this, other);
  return *this;
}

Counts& Counts::operator-=(const Counts& other) {
  Add<-1>(*this, other);
  return *this;
}

int32_t Counts::IncidencePermille() const {
  return persons > 0 ? static_cast<int32_t>((1000 * poor_persons + persons / 2) / persons) : 0;
}

int32_t Counts::MeanIndex() const {
  const int64_t scored = households - not_scorable;
  return scored > 0 ? static_cast<int32_t>((index_sum + scored / 2) / scored) : 0;
}

Counts CountsOf(PovertyClass poverty_class, int persons, int32_t index_centipoints) {
  Counts counts;
  counts.households = 1;
  counts.persons = persons;
  switch (poverty_class) {
    case PovertyClass::kPoor:
      counts.poor = 1;
      counts.poor_persons = persons;
      break;
    case PovertyClass::kPossiblyPoor:
      counts.possibly_poor = 1;
      break;
    case PovertyClass::kStable:
      counts.stable = 1;
      break;
    case PovertyClass::kNotScorable:
      counts.not_scorable = 1;
      return counts;  // its index means nothing
  }
  counts.index_sum = index_centipoints;
  return counts;
}

Counts CountsOf(Standing standing, int persons, bool returned) {
  Counts counts;
  switch (standing) {
    case Standing::kRegistered:
      counts.registered = 1;
      counts.registered_persons = persons;
      counts.returned = returned ? 1 : 0;
      break;
    case Standing::kExited:
      counts.exited = 1;
      counts.exited_persons = persons;
      break;
    case Standing::kMonitored:
      counts.monitored = 1;
      break;
    case Standing::kNone:
    case Standing::kSafe:
      break;
  }
  return counts;
}

}  // namespace fupin::gis
