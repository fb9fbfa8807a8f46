#include "services/gis/server/convert.h"

namespace fupin::gis {

void ToProto(const Counts& counts, v1::Counts* out) {
  out->set_household_count(counts.households);
  out->set_person_count(counts.persons);
  out->set_poor_household_count(counts.poor);
  out->set_possibly_poor_household_count(counts.possibly_poor);
  out->set_stable_household_count(counts.stable);
  out->set_not_scorable_household_count(counts.not_scorable);
  out->set_poor_person_count(counts.poor_persons);
  out->set_incidence_permille(counts.IncidencePermille());
  out->set_mean_index_centipoints(counts.MeanIndex());
  out->set_registered_household_count(counts.registered);
  out->set_registered_person_count(counts.registered_persons);
  out->set_exited_household_count(counts.exited);
  out->set_exited_person_count(counts.exited_persons);
  out->set_monitored_household_count(counts.monitored);
}

v1::Box ToProto(const outline::LonLatBox& box) {
  v1::Box out;
  out.set_west(box.min.lon);
  out.set_south(box.min.lat);
  out.set_east(box.max.lon);
  out.set_north(box.max.lat);
  return out;
}

}  // namespace fupin::gis
