#include "services/identification/server/exit_words.h"

#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/mask/mask.h"
#include "libs/status/macros.h"
#include "services/identification/domain/exit_test.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/server/member_check.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr char kPrefix[] = "exitTests/";
constexpr absl::string_view kSamplePart = "/sample/";
constexpr int kScan = 500;

ExitVisited ToVisited(const store::StoredSampled& stored) {
  ExitVisited visited;
  visited.exited = stored.frame() == v1::EXIT_FRAME_EXITED;
  visited.persons = stored.person_count();
  if (stored.visits().empty()) return visited;
  const store::StoredVisit& last = stored.visits(stored.visits_size() - 1);
  visited.outcome = static_cast<ExitVisited::Outcome>(last.outcome());
  if (last.approval() != v1::APPROVAL_UNSPECIFIED) {
    visited.content = last.approval() == v1::APPROVAL_CONTENT;
  }
  return visited;
}

absl::StatusOr<std::vector<ExitVisited>> VisitedOf(const ExitStore& store, const std::string& id,
                                                   const store::StoredExitTest& test) {
  std::vector<ExitVisited> visited;
  for (int from = 1; from <= test.sample_count();) {
    ASSIGN_OR_RETURN(const auto page, store.Sample(id, from, kScan));
    if (page.empty()) break;
    for (const OpenSampled& sampled : page) {
      if (sampled.number > test.sample_count()) break;
      visited.push_back(ToVisited(sampled.stored));
    }
    from = page.back().number + 1;
  }
  return visited;
}

// The legal basis, while the standard it was made by is still there.
void AddBasis(const CaseDesk& desk, const store::StoredExitTest& test, v1::ExitTest* out) {
  const auto procedures = desk.procedures().current();
  const procedure::ExitStandard* standard =
      procedures->StandardOn(absl::ToCivilDay(absl::FromUnixMillis(test.create_ms()), Shanghai()));
  if (standard != nullptr && standard->id == test.standard()) {
    for (const procedure::Basis& basis : standard->basis) {
      auto* told = out->add_basis();
      told->set_text_zh(basis.text.zh);
      told->set_text_en(basis.text.en);
      told->set_certainty(static_cast<fupin::procedure::v1::Certainty>(basis.certainty));
    }
  }
}

void AddStrata(const CaseDesk& desk, const store::StoredExitTest& test, v1::ExitTest* out) {
  for (const store::StoredStratum& stratum : test.strata()) {
    v1::ExitStratum* told = out->add_strata();
    told->set_division(stratum.division());
    if (const auto place = desk.divisions().Find(stratum.division())) {
      told->set_name_zh(std::string(place->name()));
    }
    told->set_exited_count(stratum.exited());
    told->set_exited_person_count(stratum.exited_persons());
    told->set_exited_sample(stratum.exited_sample());
    told->set_not_registered_count(stratum.not_registered());
    told->set_not_registered_person_count(stratum.not_registered_persons());
    told->set_not_registered_sample(stratum.not_registered_sample());
    told->set_frame_hash(absl::BytesToHexString(stratum.frame_hash()));
  }
}

ExitCounty CountyOf(const store::StoredExitTest& test) {
  ExitCounty county;
  county.rural_population = test.rural_population();
  county.remaining_persons = test.remaining_persons();
  for (const store::StoredStratum& stratum : test.strata()) {
    county.exited_persons += stratum.exited_persons();
    county.not_registered_persons += stratum.not_registered_persons();
  }
  return county;
}

void AddRates(const store::StoredExitTest& test, const std::vector<ExitVisited>& visited,
              v1::ExitTest* out) {
  const auto count = [&](ExitVisited::Outcome outcome) {
    return static_cast<int>(
        std::count_if(visited.begin(), visited.end(),
                      [&](const ExitVisited& each) { return each.outcome == outcome; }));
  };
  const int pending = count(ExitVisited::Outcome::kPending);
  const int not_reached = count(ExitVisited::Outcome::kNotReached);
  out->set_sampled_count(test.sample_count());
  out->set_pending_count(pending);
  out->set_not_reached_count(not_reached);
  out->set_visited_count(static_cast<int32_t>(visited.size()) - pending - not_reached);
  bool all = true;
  bool any_missing = false;
  for (const Rate& rate : RatesOf(CountyOf(test), visited, test.z_milli())) {
    v1::ExitRateResult* told = out->add_rates();
    told->set_rate(static_cast<fupin::procedure::v1::ExitRate>(rate.rate));
    told->set_estimated(rate.estimated);
    told->set_numerator(rate.numerator);
    told->set_denominator(rate.denominator);
    told->set_rate_micro(rate.micro());
    if (rate.interval) {
      told->set_has_interval(true);
      told->set_low_micro(rate.interval->first);
      told->set_high_micro(rate.interval->second);
    }
    for (const store::StoredThreshold& threshold : test.thresholds()) {
      if (threshold.rate() != static_cast<int>(rate.rate)) continue;
      told->set_threshold_permille(threshold.permille());
      told->set_threshold_certainty(
          static_cast<fupin::procedure::v1::Certainty>(threshold.certainty()));
      const auto meets = Meets(rate, {rate.rate, threshold.permille()});
      if (meets) told->set_verdict(*meets ? v1::EXIT_VERDICT_MET : v1::EXIT_VERDICT_NOT_MET);
      any_missing = any_missing || !meets;
      all = all && meets.value_or(false);
    }
  }
  if (pending == 0 && !any_missing) {
    out->set_verdict(all ? v1::EXIT_VERDICT_MET : v1::EXIT_VERDICT_NOT_MET);
  }
}

}  // namespace

absl::StatusOr<std::string> ParseExitTestName(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, kPrefix)) return Refuse("EXIT_TEST_NOT_FOUND", "name");
  return std::string(name);
}

absl::StatusOr<std::pair<std::string, int>> ParseSampledName(const std::string& name) {
  const size_t at = name.find(kSamplePart.data());
  int number = 0;
  if (at == std::string::npos || !absl::SimpleAtoi(name.substr(at + kSamplePart.size()), &number) ||
      number < 1) {
    return Refuse("EXIT_TEST_NOT_FOUND", "name");
  }
  ASSIGN_OR_RETURN(std::string id, ParseExitTestName(name.substr(0, at)));
  return std::make_pair(std::move(id), number);
}

absl::StatusOr<v1::ExitTest> ShowExitTest(const CaseDesk& desk, const ExitStore& store,
                                          const std::string& id,
                                          const store::StoredExitTest& test) {
  v1::ExitTest out;
  out.set_name(absl::StrCat(kPrefix, id));
  out.set_division(test.division());
  for (std::string& name : desk.NamesOf(test.division())) {
    out.add_division_names(std::move(name));
  }
  out.set_seed_chosen(test.seed_chosen());
  out.set_standard(test.standard());
  out.set_standard_zh(test.standard_zh());
  out.set_standard_en(test.standard_en());
  AddBasis(desk, test, &out);
  out.set_seed(test.seed());
  out.set_size_zh(test.size_zh());
  out.set_size_en(test.size_en());
  out.set_rural_population(test.rural_population());
  out.set_population_source(test.population_source());
  out.set_remaining_household_count(test.remaining_households());
  out.set_remaining_person_count(test.remaining_persons());
  AddStrata(desk, test, &out);
  ASSIGN_OR_RETURN(const std::vector<ExitVisited> visited, VisitedOf(store, id, test));
  AddRates(test, visited, &out);
  out.set_creator(test.creator());
  *out.mutable_create_time() = ToTimestampMs(test.create_ms());
  return out;
}

absl::StatusOr<v1::SampledHousehold> ShowSampled(const CaseDesk& desk, const ExitStore& store,
                                                 const HouseholdStore& households,
                                                 const std::string& id,
                                                 const OpenSampled& sampled) {
  const store::StoredSampled& stored = sampled.stored;
  v1::SampledHousehold out;
  out.set_name(absl::StrCat(kPrefix, id, kSamplePart, sampled.number));
  out.set_household(HouseholdName(stored.household()));
  out.set_division(stored.division());
  out.set_frame(static_cast<v1::ExitFrame>(stored.frame()));
  out.set_person_count(stored.person_count());
  ASSIGN_OR_RETURN(const auto household, households.Find(stored.household()));
  if (household) {
    for (std::string& name : desk.NamesOf(household->survey.division())) {
      out.add_division_names(std::move(name));
    }
    for (const v1::SurveyMember& member : household->survey.members()) {
      if (member.relation() == kHeadRelation) {
        out.set_head_name_masked(mask::Name(member.name()));
      }
    }
  }
  for (int i = 0; i < stored.visits_size(); ++i) {
    const store::StoredVisit& visit = stored.visits(i);
    v1::ExitVisit* told = out.add_visits();
    told->set_outcome(static_cast<v1::ExitVisitOutcome>(visit.outcome()));
    told->set_approval(static_cast<v1::Approval>(visit.approval()));
    told->set_visit_date(visit.visit_date());
    ASSIGN_OR_RETURN(*told->mutable_note(), store.Note(id, sampled.number, i, visit));
    told->set_visitor(visit.visitor());
    told->set_visitor_level(visit.visitor_level());
    *told->mutable_record_time() = ToTimestampMs(visit.record_ms());
  }
  out.set_etag(absl::StrCat(stored.visits_size()));
  return out;
}

}  // namespace fupin::identification
