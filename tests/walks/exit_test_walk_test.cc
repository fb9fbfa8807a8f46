// The test of a county's exit over gRPC: drawn from the register, visited, reckoned.
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fupin/identification/v1/exit_test_service.grpc.pb.h"
#include "fupin/identification/v1/household_change_service.grpc.pb.h"
#include "tests/walks/case_world.h"

namespace fupin::walks {
namespace {

using identification::v1::ExitTestService;
using identification::v1::HouseholdChangeService;
using procedure::v1::ExitRate;

constexpr char kFarVillage[] = "520102017001";

class County {
 public:
  explicit County(CaseWorld& world) : world(world) {}

  std::string Survey(const std::string& key, const std::vector<int>& persons,
                     const std::string& division, const std::string& income = "85") {
    v1::SubmitSurveyRequest request;
    request.set_request_id(absl::StrCat("s", ++requests));
    auto* survey = request.mutable_survey();
    survey->set_source_key(key);
    survey->set_division(division);
    survey->mutable_provenance()->set_collector("li");
    survey->mutable_provenance()->set_enterer("li");
    survey->mutable_provenance()->mutable_collect_time()->set_seconds(
        absl::ToUnixSeconds(world.clock.Now()));
    for (size_t i = 0; i < persons.size(); ++i) {
      auto* member = survey->add_members();
      member->set_citizen_number(Number(persons[i]));
      member->set_name("欧阳甲");
      member->set_relation(i == 0 ? "02" : "20");
    }
    auto* answer = survey->add_answers();
    answer->set_question("income");
    answer->set_number(income);
    auto stub = world.Stub<IdentificationService>(kChen);
    const auto submitted = world.Call(*stub, &IdentificationService::Stub::SubmitSurvey, request);
    if (!submitted.ok()) FAIL(submitted.status());
    world.AwaitIndex(submitted->household(), income);
    return submitted->household();
  }
  // Splits member 1 off: the status is inherited.
  void Split(const std::string& household, const std::string& key) {
    v1::RecordHouseholdChangeRequest request;
    request.set_household(household);
    request.set_request_id(absl::StrCat("c", ++requests));
    request.set_kind(v1::CHANGE_KIND_SPLIT);
    request.set_date("2026-03-02");
    request.set_evidence(v1::EVIDENCE_KIND_HOUSEHOLD_BOOKLET);
    request.set_reason("分户");
    request.mutable_split()->add_member_indexes(1);
    request.mutable_split()->set_source_key(key);
    auto* head = request.add_relations();
    head->set_member_index(1);
    head->set_relation("02");
    auto stub = world.Stub<HouseholdChangeService>(kChen);
    const auto done =
        world.Call(*stub, &HouseholdChangeService::Stub::RecordHouseholdChange, request);
    if (!done.ok()) FAIL(done.status());
  }
  v1::CreateExitTestRequest Request(const std::string& request_id) {
    v1::CreateExitTestRequest request;
    request.set_request_id(request_id);
    request.set_division(kCounty);
    request.set_rural_population(1000);
    request.set_population_source("县统计局 2025 年末");
    request.set_seed("2026-a");
    return request;
  }
  absl::StatusOr<v1::ExitTest> Create(const std::string& who,
                                      const v1::CreateExitTestRequest& request) {
    auto stub = world.Stub<ExitTestService>(who);
    return world.Call(*stub, &ExitTestService::Stub::CreateExitTest, request);
  }
  absl::StatusOr<v1::ListExitTestsResponse> List(const std::string& who) {
    v1::ListExitTestsRequest request;
    request.set_division(Request("").division());
    auto stub = world.Stub<ExitTestService>(who);
    return world.Call(*stub, &ExitTestService::Stub::ListExitTests, request);
  }
  absl::StatusOr<v1::ExitTest> Get(const std::string& name, const std::string& who = kChen) {
    v1::GetExitTestRequest request;
    request.set_name(name);
    auto stub = world.Stub<ExitTestService>(who);
    return world.Call(*stub, &ExitTestService::Stub::GetExitTest, request);
  }
  std::vector<v1::SampledHousehold> Sample(const std::string& name, int page_size = 7,
                                           bool pending = false) {
    std::vector<v1::SampledHousehold> all;
    v1::ListExitTestSampleRequest request;
    request.set_exit_test(name);
    request.set_page_size(page_size);
    request.set_pending(pending);
    auto stub = world.Stub<ExitTestService>(kChen);
    do {
      const auto page = world.Call(*stub, &ExitTestService::Stub::ListExitTestSample, request);
      if (!page.ok()) FAIL(page.status());
      all.insert(all.end(), page->sample().begin(), page->sample().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return all;
  }
  absl::StatusOr<v1::SampledHousehold> Visit(const std::string& who, const std::string& name,
                                             v1::ExitVisitOutcome outcome,
                                             v1::Approval approval = v1::APPROVAL_UNSPECIFIED,
                                             const std::string& request_id = "") {
    v1::RecordExitTestVisitRequest request;
    request.set_name(name);
    request.set_request_id(request_id.empty() ? absl::StrCat("v", ++requests) : request_id);
    request.set_outcome(outcome);
    request.set_approval(approval);
    request.set_visit_date(absl::FormatCivilTime(absl::ToCivilDay(world.clock.Now(), Shanghai())));
    if (outcome != v1::EXIT_VISIT_OUTCOME_RIGHT) request.set_note("核查情况");
    auto stub = world.Stub<ExitTestService>(who);
    return world.Call(*stub, &ExitTestService::Stub::RecordExitTestVisit, request);
  }

  CaseWorld& world;
  int requests = 0;
};

const v1::ExitRateResult& RateOf(const v1::ExitTest& test, ExitRate rate, bool estimated = false) {
  for (const auto& each : test.rates()) {
    if (each.rate() == rate && each.estimated() == estimated) return each;
  }
  FAIL("no such rate");
  return test.rates(0);
}

TEST_CASE(
    "ID-10 a county's exit test is drawn from the register by a printed seed, visited by named "
    "officers "
    "and gives the rates of a recount",
    "[walk]") {
  CaseWorld world;
  County county(world);
  // Exited households: one that goes through the register and out, its parts then split off; one in
  // the register; sixty that never were in it, in two townships.
  Walk walk(world);
  walk.name = absl::StrCat("cases/", walk.Apply("a1", 7)->receipt());
  walk.household = county.Survey("HH1", {7, 8, 9, 10}, kVillage, "40");
  IntoRegister(walk, CaseWorld::At(2026, 3, 3, 9));
  CHECK(Reason(county.Create(kChen, county.Request("early"))) == "EXIT_TEST_FRAME");
  world.GoTo(CaseWorld::At(2026, 4, 1, 9));
  county.Survey("HH1", {7, 8, 9, 10}, kVillage, "85");
  world.GoTo(CaseWorld::At(2026, 10, 2, 9));
  county.Survey("HH1", {7, 8, 9, 10}, kVillage, "86");
  v1::OpenCaseRequest open;
  open.set_request_id("exit");
  open.set_household(walk.household);
  open.set_procedure("exit-2016");
  open.set_lead("走访");
  auto cases = world.Stub<CaseService>(kWang);
  const auto opened = world.Call(*cases, &CaseService::Stub::OpenCase, open);
  REQUIRE(opened.ok());
  walk.name = opened->name();
  IntoRegister(walk, CaseWorld::At(2026, 10, 3, 9));
  REQUIRE(walk.Get(kWang)->status() == "exited");
  // Both cases of the household, oldest first.
  v1::ListHouseholdCasesRequest ask;
  ask.set_household(walk.household);
  const auto both = world.Call(*cases, &CaseService::Stub::ListHouseholdCases, ask);
  REQUIRE(both.ok());
  REQUIRE(both->cases_size() == 2);
  CHECK(both->cases(0).procedure() == "registration-2014");
  CHECK(both->cases(1).name() == walk.name);
  auto elsewhere = world.Stub<CaseService>(kFang);
  CHECK(Reason(world.Call(*elsewhere, &CaseService::Stub::ListHouseholdCases, ask)) ==
        "HOUSEHOLD_NOT_FOUND");
  for (int i = 0; i < 3; ++i) county.Split(walk.household, absl::StrCat("HH1-", i));
  Walk poor(world);
  poor.requests = 1000;  // its own request ids
  poor.name = absl::StrCat("cases/", poor.Apply("a2", 20)->receipt());
  poor.household = county.Survey("HH2", {20, 21, 22}, kVillage, "40");
  IntoRegister(poor, CaseWorld::At(2026, 11, 1, 9));
  for (int i = 0; i < 40; ++i) {
    county.Survey(absl::StrCat("N", i), {1000 + 2 * i, 1001 + 2 * i}, kVillage);
  }
  for (int i = 0; i < 20; ++i) county.Survey(absl::StrCat("F", i), {3000 + i}, kFarVillage);

  // Who may, and with what.
  auto request = county.Request("test-1");
  request.set_not_registered_size(30);
  CHECK(Reason(county.Create(kWang, request)) == "EXIT_TEST_LEVEL");
  CHECK(Reason(county.Create(kFang, request)) == "DIVISION_NOT_YOURS");
  CHECK(Reason(county.Create("operator-admin", request)) == "ROLE_NOT_ALLOWED");
  const auto refused = [&](auto change) {
    auto wrong = request;
    change(wrong);
    return Reason(county.Create(kChen, wrong));
  };
  CHECK(refused([](auto& w) { w.set_division(kTownship); }) == "EXIT_TEST_COUNTY");
  CHECK(refused([](auto& w) { w.set_rural_population(0); }) == "EXIT_TEST_POPULATION");
  CHECK(refused([](auto& w) { w.clear_population_source(); }) == "EXIT_TEST_POPULATION");
  CHECK(refused([](auto& w) { w.set_seed("a b"); }) == "EXIT_TEST_SEED");
  CHECK(refused([](auto& w) { w.set_exited_size(-1); }) == "EXIT_TEST_SIZE");
  const auto created = county.Create(kChen, request);
  INFO(created.status());
  REQUIRE(created.ok());
  CHECK(county.Create(kChen, request)->name() == created->name());
  CHECK(refused([](auto& w) { w.set_rural_population(999); }) == "REQUEST_ID_REUSED");
  CHECK(Reason(county.Get(created->name(), kFang)) == "EXIT_TEST_NOT_FOUND");
  CHECK(Reason(county.Get(created->name(), kWang)) == "EXIT_TEST_LEVEL");
  // Every draw is listed, and tells whether its seed was chosen.
  const auto listed = county.List(kChen);
  REQUIRE(listed.ok());
  REQUIRE(listed->tests_size() == 1);
  CHECK(listed->tests(0).name() == created->name());
  CHECK(listed->tests(0).seed_chosen() == !request.seed().empty());
  CHECK(listed->tests(0).pending_count() == created->pending_count());
  CHECK(Reason(county.List(kWang)) == "EXIT_TEST_LEVEL");
  CHECK(Reason(county.List(kFang)) == "DIVISION_NOT_YOURS");

  // Frames and shares by township; all four exited by the formula, thirty others as asked.
  CHECK(created->seed() == "2026-a");
  CHECK(created->remaining_household_count() == 1);
  CHECK(created->remaining_person_count() == 3);
  std::map<std::string, v1::ExitStratum> strata;
  for (const auto& each : created->strata()) strata[each.division()] = each;
  CHECK(strata[kTownship].exited_count() == 4);
  CHECK(strata[kTownship].exited_person_count() == 4);
  CHECK(strata[kTownship].exited_sample() == 4);
  CHECK(strata[kTownship].not_registered_count() == 40);
  CHECK(strata[kTownship].not_registered_sample() == 20);
  CHECK(strata["520102017"].not_registered_person_count() == 20);
  CHECK(strata["520102017"].not_registered_sample() == 10);
  CHECK(created->pending_count() == 34);
  CHECK(created->verdict() == v1::EXIT_VERDICT_UNSPECIFIED);
  CHECK(
      absl::StrContains(created->size_en(), "exited 4 (by formula), not registered 30 (as asked)"));
  const auto sample = county.Sample(created->name());
  REQUIRE(sample.size() == 34);
  std::set<std::string> drawn;
  for (const auto& each : sample) drawn.insert(each.household());
  CHECK(drawn.size() == 34);
  CHECK(drawn.count(poor.household) == 0);
  CHECK(sample.front().head_name_masked() == "欧阳*");
  // The same seed draws the same, another one others.
  auto same = request;
  same.set_request_id("test-2");
  const auto second = county.Create(kLiu, same);
  REQUIRE(second.ok());
  CHECK(second->name() != created->name());
  const auto of_second = county.Sample(second->name(), 500);
  REQUIRE(of_second.size() == 34);
  for (size_t i = 0; i < sample.size(); ++i) {
    CHECK(of_second[i].household() == sample[i].household());
  }
  auto other = request;
  other.set_request_id("test-3");
  other.set_seed("2026-b");
  std::set<std::string> others;
  for (const auto& each : county.Sample(county.Create(kChen, other)->name())) {
    others.insert(each.household());
  }
  CHECK(others != drawn);

  // Visits.
  const std::string first = sample[0].name();
  CHECK(Reason(county.Visit(kWang, first, v1::EXIT_VISIT_OUTCOME_RIGHT)) == "EXIT_TEST_LEVEL");
  CHECK(Reason(county.Visit(kFang, first, v1::EXIT_VISIT_OUTCOME_RIGHT)) == "EXIT_TEST_NOT_FOUND");
  CHECK(Reason(county.Visit(kChen, first, v1::EXIT_VISIT_OUTCOME_UNSPECIFIED)) ==
        "EXIT_TEST_OUTCOME");
  CHECK(Reason(county.Visit(kChen, first, v1::EXIT_VISIT_OUTCOME_NOT_REACHED,
                            v1::APPROVAL_CONTENT)) == "EXIT_TEST_OUTCOME");
  CHECK(Reason(county.Visit(kChen, absl::StrCat(created->name(), "/sample/35"),
                            v1::EXIT_VISIT_OUTCOME_RIGHT)) == "EXIT_TEST_NOT_FOUND");
  // By hand: of four exited one is wrong; of thirty others one person is missed, one not reached.
  // Entered wrongly at first, then right: the last one counts, both stay.
  REQUIRE(
      county.Visit(kChen, first, v1::EXIT_VISIT_OUTCOME_RIGHT, v1::APPROVAL_CONTENT, "r1").ok());
  const auto corrected =
      county.Visit(kLiu, first, v1::EXIT_VISIT_OUTCOME_WRONG, v1::APPROVAL_NOT_CONTENT, "r2");
  REQUIRE(corrected.ok());
  REQUIRE(corrected->visits_size() == 2);
  CHECK(corrected->visits(0).visitor() == "chen");
  CHECK(corrected->visits(1).visitor() == "liu");
  CHECK(corrected->visits(1).note() == "核查情况");
  CHECK(county.Visit(kLiu, first, v1::EXIT_VISIT_OUTCOME_WRONG, v1::APPROVAL_NOT_CONTENT, "r2")
            ->visits_size() == 2);
  CHECK(Reason(county.Visit(kLiu, first, v1::EXIT_VISIT_OUTCOME_RIGHT, v1::APPROVAL_CONTENT,
                            "r2")) == "REQUEST_ID_REUSED");
  int64_t missed_persons = 0;
  int64_t visited_persons = 0;
  for (size_t i = 1; i < sample.size(); ++i) {
    const bool missed = i == 10;
    const bool unreached = i == 11;
    if (missed) missed_persons = sample[i].person_count();
    if (i >= 4 && !unreached) visited_persons += sample[i].person_count();
    const auto visited = county.Visit(kChen, sample[i].name(),
                                      missed      ? v1::EXIT_VISIT_OUTCOME_WRONG
                                      : unreached ? v1::EXIT_VISIT_OUTCOME_NOT_REACHED
                                                  : v1::EXIT_VISIT_OUTCOME_RIGHT,
                                      unreached ? v1::APPROVAL_UNSPECIFIED : v1::APPROVAL_CONTENT);
    INFO(visited.status());
    REQUIRE(visited.ok());
  }
  // After a restart as before.
  world.Stop();
  world.Start();
  const auto done = county.Get(created->name());
  REQUIRE(done.ok());
  CHECK(done->pending_count() == 0);
  CHECK(done->not_reached_count() == 1);
  CHECK(done->visited_count() == 33);
  const auto& wrong = RateOf(*done, procedure::v1::EXIT_RATE_WRONG_EXIT);
  CHECK(wrong.numerator() == 1);
  CHECK(wrong.denominator() == 4);
  CHECK(wrong.rate_micro() == 250'000);
  CHECK(wrong.low_micro() == 45'586);  // Wilson, 1 of 4
  CHECK(wrong.high_micro() == 699'364);
  CHECK(wrong.threshold_permille() == 20);
  CHECK(wrong.threshold_certainty() == procedure::v1::CERTAINTY_SECONDARY);
  CHECK(wrong.verdict() == v1::EXIT_VERDICT_NOT_MET);
  const auto& missed = RateOf(*done, procedure::v1::EXIT_RATE_MISSED);
  CHECK(missed.numerator() == 1);
  CHECK(missed.denominator() == 29);
  const auto& approval = RateOf(*done, procedure::v1::EXIT_RATE_APPROVAL);
  CHECK(approval.numerator() == 32);
  CHECK(approval.denominator() == 33);
  CHECK(approval.verdict() == v1::EXIT_VERDICT_MET);
  const auto& found = RateOf(*done, procedure::v1::EXIT_RATE_INCIDENCE);
  CHECK(found.numerator() == 3 + 1 + missed_persons);
  CHECK(found.denominator() == 1000);
  CHECK_FALSE(found.has_interval());
  CHECK(found.verdict() == v1::EXIT_VERDICT_MET);
  // All hundred people outside, four who exited, projected.
  const auto& estimated = RateOf(*done, procedure::v1::EXIT_RATE_INCIDENCE, true);
  CHECK(estimated.numerator() ==
        3 + 1 + (2 * 100 * missed_persons + visited_persons) / (2 * visited_persons));
  CHECK(estimated.has_interval());
  CHECK(done->verdict() == v1::EXIT_VERDICT_NOT_MET);
  CHECK(county.Sample(created->name(), 100, true).empty());
}

}  // namespace
}  // namespace fupin::walks
