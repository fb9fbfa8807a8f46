#include "services/gis/store/cell_rows.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/kv/table.h"

namespace fupin::gis {
namespace {

constexpr int kRegistered = static_cast<int>(Standing::kRegistered);

}  // namespace

std::string DayPrefix(absl::string_view place) {
  return absl::StrCat(place, absl::string_view("\0", 1));
}

std::string DayKey(absl::string_view place, Day day) {
  std::string key = DayPrefix(place);
  kv::AppendU32(&key, static_cast<uint32_t>(day));
  return key;
}

Day DayOfKey(absl::string_view key) {
  return static_cast<Day>(kv::ReadU32(key.substr(key.size() - 4)));
}

Counts FromStored(const store::StoredCounts& stored) {
  Counts counts;
  counts.households = stored.households();
  counts.persons = stored.persons();
  counts.poor = stored.poor();
  counts.possibly_poor = stored.possibly_poor();
  counts.stable = stored.stable();
  counts.not_scorable = stored.not_scorable();
  counts.poor_persons = stored.poor_persons();
  counts.index_sum = stored.index_sum();
  counts.registered = stored.registered();
  counts.registered_persons = stored.registered_persons();
  counts.exited = stored.exited();
  counts.exited_persons = stored.exited_persons();
  counts.monitored = stored.monitored();
  counts.returned = stored.returned();
  return counts;
}

store::StoredCounts ToStored(const Counts& counts, int64_t update_time_ms) {
  store::StoredCounts stored;
  stored.set_households(counts.households);
  stored.set_persons(counts.persons);
  stored.set_poor(counts.poor);
  stored.set_possibly_poor(counts.possibly_poor);
  stored.set_stable(counts.stable);
  stored.set_not_scorable(counts.not_scorable);
  stored.set_poor_persons(counts.poor_persons);
  stored.set_index_sum(counts.index_sum);
  stored.set_registered(counts.registered);
  stored.set_registered_persons(counts.registered_persons);
  stored.set_exited(counts.exited);
  stored.set_exited_persons(counts.exited_persons);
  stored.set_monitored(counts.monitored);
  stored.set_returned(counts.returned);
  stored.set_update_time_ms(update_time_ms);
  return stored;
}

CauseCounts FromStored(const store::StoredCauses& stored) {
  CauseCounts causes;
  for (const auto& each : stored.counts()) causes.Add(each.code(), {each.main(), each.also()});
  return causes;
}

store::StoredCauses ToStored(const CauseCounts& causes) {
  store::StoredCauses stored;
  for (const auto& [code, count] : causes) {
    auto* each = stored.add_counts();
    each->set_code(code);
    each->set_main(count.main);
    each->set_also(count.also);
  }
  return stored;
}

Counts CountsOf(const store::StoredHousehold& household) {
  Counts counts = gis::CountsOf(static_cast<Standing>(household.standing()), household.persons(),
                                household.returned());
  // Rows of before standings were known have a class and no mark.
  if (household.scored() || household.poverty_class() != 0) {
    counts += gis::CountsOf(static_cast<PovertyClass>(household.poverty_class()),
                            household.persons(), household.index_centipoints());
  }
  return counts;
}

CauseCounts CausesOf(const store::StoredHousehold& household) {
  return CausesOf(static_cast<Standing>(household.standing()),
                  std::vector<std::string>(household.causes().begin(), household.causes().end()));
}

bool Take(const ScoredHousehold& scored, const std::string& epoch,
          store::StoredHousehold* household) {
  const bool same = household->epoch() == epoch;
  if (same && household->version() >= scored.version) return false;
  if (!same) household->Clear();
  household->set_division(scored.division);
  household->set_poverty_class(scored.closed ? 0 : static_cast<int32_t>(scored.poverty_class));
  household->set_persons(scored.persons);
  household->set_index_centipoints(scored.index_centipoints);
  household->set_version(scored.version);
  household->set_epoch(epoch);
  household->set_scored(!scored.closed);
  return true;
}

bool Take(const StandingChange& change, const std::string& epoch,
          store::StoredHousehold* household) {
  const bool same = household->epoch() == epoch;
  if (same && (household->status_version() > change.version ||
               (household->status_version() == change.version && household->causes_told()))) {
    return false;
  }
  if (!same) household->Clear();
  if (!household->scored()) {
    household->set_division(change.division);
    household->set_persons(change.persons);
  }
  const bool stays = household->returned() && household->standing() == kRegistered;
  household->set_returned(change.standing == Standing::kRegistered &&
                          change.returned.value_or(stays));
  household->set_standing(static_cast<int32_t>(change.standing));
  household->clear_causes();
  for (const std::string& cause : change.causes) household->add_causes(cause);
  household->set_causes_told(true);
  household->set_status_version(change.version);
  household->set_epoch(epoch);
  return true;
}

}  // namespace fupin::gis
