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
  out->set_returned_household_count(counts.returned);
}

void ToProto(const Counts& counts, absl::Span<const CauseNumber> causes, const CauseList& list,
             v1::Counts* out) {
  ToProto(counts, out);
  int64_t not_stated = WithCause(counts);
  const auto add = [&](const Cause& cause, int64_t main, int64_t also) {
    if (main == 0 && also == 0) return;
    v1::CauseCount* count = out->add_causes();
    count->set_code(cause.code);
    count->set_name_zh(cause.zh);
    count->set_name_en(cause.en);
    count->set_household_count(main);
    count->set_other_household_count(also);
  };
  for (size_t i = 0; i < list.size(); ++i) {
    add(list[i], causes[i].main, causes[i].also);
    not_stated -= causes[i].main;
  }
  add({"", kNotStated.zh, kNotStated.en}, not_stated, 0);
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
