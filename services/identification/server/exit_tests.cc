#include "services/identification/server/exit_tests.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/codes/civil_date.h"
#include "libs/codes/text.h"
#include "libs/mask/mask.h"
#include "libs/rpc/request_id.h"
#include "libs/status/macros.h"
#include "services/identification/domain/exit_test.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/server/member_check.h"
#include "services/identification/server/receipt_codes.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr char kPrefix[] = "exitTests/";
constexpr absl::string_view kSamplePart = "/sample/";
constexpr size_t kMaxTextBytes = 1000;
constexpr int64_t kMaxPopulation = 100'000'000;
constexpr int kMaxSample = 20'000;
constexpr int kUsualPage = 50;
constexpr int kMaxPage = 500;
constexpr int kScan = 500;

bool IsWord(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '-';
  });
}

bool IsText(const std::string& text) {
  return text.size() <= kMaxTextBytes && codes::CheckText(text).ok();
}

absl::StatusOr<std::string> IdOf(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, kPrefix)) return Refuse("EXIT_TEST_NOT_FOUND", "name");
  return std::string(name);
}

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

}  // namespace

absl::Status ExitTests::NeedLevel(const rpc::Caller& caller) const {
  const int level = desk_.ActorOf(caller).level;
  return level >= 0 && level <= county_level_ ? absl::OkStatus() : Refuse("EXIT_TEST_LEVEL");
}

absl::StatusOr<store::StoredExitTest> ExitTests::Take(const std::string& id,
                                                      const rpc::Caller& caller) const {
  RETURN_IF_ERROR(NeedLevel(caller));
  if (!IsWord(id)) return Refuse("EXIT_TEST_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(const auto test, store_.Find(id));
  if (!test || !desk_.scope().Reaches(caller, test->division())) {
    return Refuse("EXIT_TEST_NOT_FOUND", "name");
  }
  return *test;
}

absl::Status ExitTests::Draw(const v1::CreateExitTestRequest& request,
                             const procedure::ExitStandard& standard, store::StoredExitTest* test,
                             std::vector<store::StoredSampled>* sample) const {
  const auto county = desk_.divisions().Find(request.division());
  if (!county) return Refuse("DIVISION_UNKNOWN", "division");
  const auto procedures = desk_.procedures().current();
  struct Part {
    std::vector<std::string> ids;
    std::map<std::string, int> persons;
  };
  // By township, in the order of their codes: exited, not in the register.
  std::vector<Part> exited;
  std::vector<Part> outside;
  std::vector<int64_t> exited_sizes;
  std::vector<int64_t> outside_sizes;
  for (const std::string& township : lists_.TownshipsOf(*county)) {
    ASSIGN_OR_RETURN(const auto households, store_.Households(township));
    Part of_exited;
    Part of_outside;
    store::StoredStratum* stratum = test->add_strata();
    stratum->set_division(township);
    std::string frame;
    for (const FrameHousehold& household : households) {
      const procedure::Status* status = procedures->FindStatus(household.status);
      if (status != nullptr && status->standing == procedure::Standing::kRegistered) {
        test->set_remaining_households(test->remaining_households() + 1);
        test->set_remaining_persons(test->remaining_persons() + household.person_count);
      }
      const bool is_exited = status != nullptr && status->standing == procedure::Standing::kExited;
      if (!is_exited && !household.status.empty()) continue;
      Part& part = is_exited ? of_exited : of_outside;
      part.ids.push_back(household.id);
      part.persons[household.id] = household.person_count;
      absl::StrAppend(&frame, is_exited ? "e " : "n ", household.id, "\n");
      if (is_exited) {
        stratum->set_exited(stratum->exited() + 1);
        stratum->set_exited_persons(stratum->exited_persons() + household.person_count);
      } else {
        stratum->set_not_registered(stratum->not_registered() + 1);
        stratum->set_not_registered_persons(stratum->not_registered_persons() +
                                            household.person_count);
      }
    }
    stratum->set_frame_hash(desk_.subjects().Content(absl::StrCat("frame/", frame)));
    exited_sizes.push_back(stratum->exited());
    outside_sizes.push_back(stratum->not_registered());
    exited.push_back(std::move(of_exited));
    outside.push_back(std::move(of_outside));
  }
  const auto sum = [](const std::vector<int64_t>& sizes) {
    int64_t total = 0;
    for (const int64_t size : sizes) total += size;
    return total;
  };
  if (sum(exited_sizes) == 0 || sum(outside_sizes) == 0) {
    return Refuse("EXIT_TEST_FRAME", "division");
  }
  const auto size_of = [&](int asked, const std::vector<int64_t>& sizes) {
    return asked > 0 ? std::min<int64_t>(asked, sum(sizes))
                     : SampleSizeOf(standard.sample_size, sum(sizes));
  };
  const int64_t exited_size = size_of(request.exited_size(), exited_sizes);
  const int64_t outside_size = size_of(request.not_registered_size(), outside_sizes);
  const std::string numbers = absl::StrFormat(
      "p = %.1f %%, e = %.1f %%, z = %.3f", standard.sample_size.expected_permille / 10.0,
      standard.sample_size.margin_permille / 10.0, standard.sample_size.z_milli / 1000.0);
  const auto told = [&](int asked, const char* by_hand, const char* by_formula) {
    return asked > 0 ? by_hand : by_formula;
  };
  test->set_size_zh(absl::StrCat(
      "已脱贫户 ", exited_size, " 户(", told(request.exited_size(), "指定", "公式"), "),非建档户 ",
      outside_size, " 户(", told(request.not_registered_size(), "指定", "公式"),
      ");公式 n = n0 / (1 + (n0 - 1) / N),n0 = z² p (1 - p) / e²,", numbers));
  test->set_size_en(absl::StrCat(
      "exited ", exited_size, " (", told(request.exited_size(), "as asked", "by formula"),
      "), not registered ", outside_size, " (",
      told(request.not_registered_size(), "as asked", "by formula"),
      "); formula n = n0 / (1 + (n0 - 1) / N), n0 = z^2 p (1 - p) / e^2, ", numbers));
  for (const bool is_exited : {true, false}) {
    const std::vector<int64_t> shares =
        Allocate(is_exited ? exited_sizes : outside_sizes, is_exited ? exited_size : outside_size);
    for (size_t i = 0; i < shares.size(); ++i) {
      Part& part = is_exited ? exited[i] : outside[i];
      store::StoredStratum* stratum = test->mutable_strata(static_cast<int>(i));
      if (is_exited) {
        stratum->set_exited_sample(static_cast<int32_t>(shares[i]));
      } else {
        stratum->set_not_registered_sample(static_cast<int32_t>(shares[i]));
      }
      for (std::string& id : identification::Draw(test->seed(), std::move(part.ids), shares[i])) {
        store::StoredSampled drawn;
        drawn.set_division(stratum->division());
        drawn.set_frame(is_exited ? v1::EXIT_FRAME_EXITED : v1::EXIT_FRAME_NOT_REGISTERED);
        drawn.set_person_count(part.persons[id]);
        drawn.set_household(std::move(id));
        sample->push_back(std::move(drawn));
      }
    }
  }
  test->set_sample_count(static_cast<int32_t>(sample->size()));
  return absl::OkStatus();
}

absl::StatusOr<v1::ExitTest> ExitTests::Create(const v1::CreateExitTestRequest& request,
                                               const rpc::Caller& caller) {
  RETURN_IF_ERROR(NeedLevel(caller));
  if (!rpc::IsRequestId(request.request_id())) return Refuse("REQUEST_ID_INVALID", "request_id");
  const auto county = desk_.divisions().Find(request.division());
  if (!county) return Refuse("DIVISION_UNKNOWN", "division");
  RETURN_IF_ERROR(desk_.scope().Division(caller, request.division(), "division"));
  if (county->level() != county_level_) return Refuse("EXIT_TEST_COUNTY", "division");
  if (request.rural_population() < 1 || request.rural_population() > kMaxPopulation ||
      request.population_source().empty() || !IsText(request.population_source())) {
    return Refuse("EXIT_TEST_POPULATION", "rural_population");
  }
  if (!request.seed().empty() && !IsWord(request.seed())) {
    return Refuse("EXIT_TEST_SEED", "seed");
  }
  for (const int size : {request.exited_size(), request.not_registered_size()}) {
    if (size < 0 || size > kMaxSample) return Refuse("EXIT_TEST_SIZE", "exited_size");
  }
  // The request id is the test's, bound to who asked: repeating it gives the same test.
  const std::string bound =
      desk_.subjects().Content(absl::StrCat("exit test/", caller.principal.division, "/",
                                            caller.principal.id, "/", request.request_id()));
  const std::string id =
      absl::StrCat(request.division(), "-", absl::BytesToHexString(bound.substr(0, 6)));
  const std::string content = desk_.subjects().Content(request.SerializeAsString());
  ASSIGN_OR_RETURN(const auto known, store_.Find(id));
  if (known) {
    if (known->content_hash() != content) return Refuse("REQUEST_ID_REUSED", "request_id", "-");
    return Show(id, *known);
  }
  const absl::Time now = desk_.Now();
  const auto procedures = desk_.procedures().current();
  const procedure::ExitStandard* standard =
      procedures->StandardOn(absl::ToCivilDay(now, Shanghai()));
  if (standard == nullptr) return Refuse("EXIT_TEST_STANDARD", "division");
  store::StoredExitTest test;
  test.set_division(request.division());
  test.set_standard(standard->id);
  test.set_standard_zh(standard->name.zh);
  test.set_standard_en(standard->name.en);
  test.set_z_milli(standard->sample_size.z_milli);
  for (const procedure::ExitThreshold& each : standard->thresholds) {
    store::StoredThreshold* threshold = test.add_thresholds();
    threshold->set_rate(static_cast<int>(each.rate));
    threshold->set_permille(each.permille);
    threshold->set_certainty(static_cast<int>(each.certainty));
  }
  test.set_seed(request.seed().empty() ? ReceiptCodes::NewCode() : request.seed());
  test.set_seed_chosen(!request.seed().empty());
  test.set_rural_population(request.rural_population());
  test.set_population_source(request.population_source());
  test.set_creator(caller.principal.id);
  test.set_create_ms(absl::ToUnixMillis(now));
  test.set_content_hash(content);
  std::vector<store::StoredSampled> sample;
  RETURN_IF_ERROR(Draw(request, *standard, &test, &sample));
  RETURN_IF_ERROR(store_.Create(id, test, sample));
  return Show(id, test);
}

absl::StatusOr<v1::ExitTest> ExitTests::Get(const std::string& name,
                                            const rpc::Caller& caller) const {
  ASSIGN_OR_RETURN(const std::string id, IdOf(name));
  ASSIGN_OR_RETURN(const store::StoredExitTest test, Take(id, caller));
  return Show(id, test);
}

absl::StatusOr<v1::ListExitTestsResponse> ExitTests::List(const std::string& code,
                                                          const rpc::Caller& caller) const {
  RETURN_IF_ERROR(NeedLevel(caller));
  const auto division = desk_.divisions().Find(code);
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  RETURN_IF_ERROR(desk_.scope().Division(caller, code, "division"));
  ASSIGN_OR_RETURN(auto tests, store_.All());
  std::sort(tests.begin(), tests.end(), [](const auto& a, const auto& b) {
    return a.second.create_ms() > b.second.create_ms();
  });
  v1::ListExitTestsResponse response;
  for (const auto& [id, test] : tests) {
    if (!desk_.divisions().Reaches(code, test.division())) continue;
    ASSIGN_OR_RETURN(v1::ExitTest shown, Show(id, test));
    shown.clear_strata();
    *response.add_tests() = std::move(shown);
  }
  return response;
}

absl::StatusOr<v1::ExitTest> ExitTests::Show(const std::string& id,
                                             const store::StoredExitTest& test) const {
  v1::ExitTest out;
  out.set_name(absl::StrCat(kPrefix, id));
  out.set_division(test.division());
  for (std::string& name : desk_.NamesOf(test.division())) {
    out.add_division_names(std::move(name));
  }
  out.set_seed_chosen(test.seed_chosen());
  out.set_standard(test.standard());
  out.set_standard_zh(test.standard_zh());
  out.set_standard_en(test.standard_en());
  const auto procedures = desk_.procedures().current();
  const procedure::ExitStandard* standard =
      procedures->StandardOn(absl::ToCivilDay(absl::FromUnixMillis(test.create_ms()), Shanghai()));
  if (standard != nullptr && standard->id == test.standard()) {
    for (const procedure::Basis& basis : standard->basis) {
      auto* told = out.add_basis();
      told->set_text_zh(basis.text.zh);
      told->set_text_en(basis.text.en);
      told->set_certainty(static_cast<fupin::procedure::v1::Certainty>(basis.certainty));
    }
  }
  out.set_seed(test.seed());
  out.set_size_zh(test.size_zh());
  out.set_size_en(test.size_en());
  out.set_rural_population(test.rural_population());
  out.set_population_source(test.population_source());
  out.set_remaining_household_count(test.remaining_households());
  out.set_remaining_person_count(test.remaining_persons());
  ExitCounty county;
  county.rural_population = test.rural_population();
  county.remaining_persons = test.remaining_persons();
  for (const store::StoredStratum& stratum : test.strata()) {
    county.exited_persons += stratum.exited_persons();
    county.not_registered_persons += stratum.not_registered_persons();
    v1::ExitStratum* told = out.add_strata();
    told->set_division(stratum.division());
    if (const auto place = desk_.divisions().Find(stratum.division())) {
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
  std::vector<ExitVisited> visited;
  int not_reached = 0;
  int pending = 0;
  for (int from = 1; from <= test.sample_count();) {
    ASSIGN_OR_RETURN(const auto page, store_.Sample(id, from, kScan));
    if (page.empty()) break;
    for (const OpenSampled& sampled : page) {
      if (sampled.number > test.sample_count()) break;
      visited.push_back(ToVisited(sampled.stored));
      pending += visited.back().outcome == ExitVisited::Outcome::kPending ? 1 : 0;
      not_reached += visited.back().outcome == ExitVisited::Outcome::kNotReached ? 1 : 0;
    }
    from = page.back().number + 1;
  }
  out.set_sampled_count(test.sample_count());
  out.set_pending_count(pending);
  out.set_not_reached_count(not_reached);
  out.set_visited_count(static_cast<int32_t>(visited.size()) - pending - not_reached);
  bool all = true;
  bool any_missing = false;
  for (const Rate& rate : RatesOf(county, visited, test.z_milli())) {
    v1::ExitRateResult* told = out.add_rates();
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
    out.set_verdict(all ? v1::EXIT_VERDICT_MET : v1::EXIT_VERDICT_NOT_MET);
  }
  out.set_creator(test.creator());
  *out.mutable_create_time() = ToTimestampMs(test.create_ms());
  return out;
}

absl::StatusOr<v1::SampledHousehold> ExitTests::Show(const std::string& id,
                                                     const OpenSampled& sampled) const {
  const store::StoredSampled& stored = sampled.stored;
  v1::SampledHousehold out;
  out.set_name(absl::StrCat(kPrefix, id, kSamplePart, sampled.number));
  out.set_household(HouseholdName(stored.household()));
  out.set_division(stored.division());
  out.set_frame(static_cast<v1::ExitFrame>(stored.frame()));
  out.set_person_count(stored.person_count());
  ASSIGN_OR_RETURN(const auto household, households_.Find(stored.household()));
  if (household) {
    for (std::string& name : desk_.NamesOf(household->survey.division())) {
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
    ASSIGN_OR_RETURN(*told->mutable_note(), store_.Note(id, sampled.number, i, visit));
    told->set_visitor(visit.visitor());
    told->set_visitor_level(visit.visitor_level());
    *told->mutable_record_time() = ToTimestampMs(visit.record_ms());
  }
  out.set_etag(absl::StrCat(stored.visits_size()));
  return out;
}

absl::StatusOr<v1::ListExitTestSampleResponse> ExitTests::Sample(
    const v1::ListExitTestSampleRequest& request, const rpc::Caller& caller) const {
  ASSIGN_OR_RETURN(const std::string id, IdOf(request.exit_test()));
  ASSIGN_OR_RETURN(const store::StoredExitTest test, Take(id, caller));
  const int wanted =
      request.page_size() <= 0 ? kUsualPage : std::min(request.page_size(), kMaxPage);
  // The token: where to go on, bound to the filter. A number of this list tells nothing.
  const std::string filter =
      absl::StrCat(id, "|", request.frame(), "|", request.pending() ? "pending" : "");
  int from = 1;
  if (!request.page_token().empty()) {
    std::string token;
    const bool read = absl::WebSafeBase64Unescape(request.page_token(), &token);
    const std::vector<std::string> parts = absl::StrSplit(token, '\n');
    if (!read || parts.size() != 2 || parts[0] != filter || !absl::SimpleAtoi(parts[1], &from) ||
        from < 1) {
      return Refuse("PAGE_TOKEN_INVALID", "page_token");
    }
  }
  v1::ListExitTestSampleResponse response;
  while (from <= test.sample_count()) {
    ASSIGN_OR_RETURN(const auto page, store_.Sample(id, from, kScan));
    if (page.empty()) break;
    for (const OpenSampled& sampled : page) {
      if (sampled.number > test.sample_count()) return response;
      from = sampled.number;
      if ((request.frame() != 0 && sampled.stored.frame() != request.frame()) ||
          (request.pending() && !sampled.stored.visits().empty())) {
        continue;
      }
      if (response.sample_size() == wanted) {
        response.set_next_page_token(absl::WebSafeBase64Escape(absl::StrCat(filter, "\n", from)));
        return response;
      }
      ASSIGN_OR_RETURN(*response.add_sample(), Show(id, sampled));
    }
    ++from;
  }
  return response;
}

absl::StatusOr<v1::SampledHousehold> ExitTests::Visit(const v1::RecordExitTestVisitRequest& request,
                                                      const rpc::Caller& caller) {
  if (!rpc::IsRequestId(request.request_id())) return Refuse("REQUEST_ID_INVALID", "request_id");
  const size_t at = request.name().find(kSamplePart.data());
  int number = 0;
  if (at == std::string::npos ||
      !absl::SimpleAtoi(request.name().substr(at + kSamplePart.size()), &number) || number < 1) {
    return Refuse("EXIT_TEST_NOT_FOUND", "name");
  }
  ASSIGN_OR_RETURN(const std::string id, IdOf(request.name().substr(0, at)));
  ASSIGN_OR_RETURN(const store::StoredExitTest test, Take(id, caller));
  if (number > test.sample_count()) return Refuse("EXIT_TEST_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(const OpenSampled before, store_.Sampled(id, number));
  v1::RecordExitTestVisitRequest asked = request;
  asked.clear_etag();
  const std::string content = desk_.subjects().Content(asked.SerializeAsString());
  for (const store::StoredVisit& visit : before.stored.visits()) {
    if (visit.request_id() != request.request_id()) continue;
    if (visit.content_hash() != content) return Refuse("REQUEST_ID_REUSED", "request_id", "-");
    return Show(id, before);
  }
  if (!request.etag().empty() && request.etag() != absl::StrCat(before.stored.visits_size())) {
    return Refuse("EXIT_TEST_MOVED", "etag");
  }
  if (!v1::ExitVisitOutcome_IsValid(request.outcome()) ||
      request.outcome() == v1::EXIT_VISIT_OUTCOME_UNSPECIFIED ||
      !v1::Approval_IsValid(request.approval()) ||
      (request.outcome() == v1::EXIT_VISIT_OUTCOME_NOT_REACHED &&
       request.approval() != v1::APPROVAL_UNSPECIFIED)) {
    return Refuse("EXIT_TEST_OUTCOME", "outcome");
  }
  const absl::Time now = desk_.Now();
  const auto date = codes::ParseDate(request.visit_date());
  if (!date.ok() || *date > absl::ToCivilDay(now, Shanghai()) ||
      *date < absl::ToCivilDay(absl::FromUnixMillis(test.create_ms()), Shanghai())) {
    return Refuse("EXIT_TEST_DATE", "visit_date");
  }
  // What is found wrong must be said in words.
  if (!IsText(request.note()) ||
      (request.outcome() != v1::EXIT_VISIT_OUTCOME_RIGHT && request.note().empty())) {
    return Refuse("EXIT_TEST_NOTE", "note");
  }
  OpenSampled after = before;
  const int visit_number = after.stored.visits_size();
  store::StoredVisit* visit = after.stored.add_visits();
  visit->set_outcome(request.outcome());
  visit->set_approval(request.approval());
  visit->set_visit_date(absl::FormatCivilTime(*date));
  if (!request.note().empty()) {
    ASSIGN_OR_RETURN(*visit->mutable_sealed_note(),
                     store_.SealNote(id, number, visit_number, request.note()));
  }
  visit->set_visitor(caller.principal.id);
  visit->set_visitor_level(desk_.LevelName(desk_.ActorOf(caller).level));
  visit->set_record_ms(absl::ToUnixMillis(now));
  visit->set_request_id(request.request_id());
  visit->set_content_hash(content);
  RETURN_IF_ERROR(store_.Put(id, before, after.stored));
  return Show(id, after);
}

}  // namespace fupin::identification
