// The register watches: suggestions about households that improve, fall and fall back, over gRPC,
// with the clock in the test's hand.
#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fupin/identification/v1/watch_service.grpc.pb.h"
#include "libs/config/config.h"
#include "libs/testing/child_process.h"
#include "tests/walks/case_world.h"

namespace fupin::walks {
namespace {

using identification::v1::WatchService;

v1::SubmitSurveyRequest SurveyOf(const std::string& request_id, const std::string& key, int person,
                                 const std::string& income, absl::Time time) {
  v1::SubmitSurveyRequest request;
  request.set_request_id(request_id);
  auto* survey = request.mutable_survey();
  survey->set_source_key(key);
  survey->set_division(kVillage);
  survey->mutable_provenance()->set_collector("li");
  survey->mutable_provenance()->set_enterer("li");
  survey->mutable_provenance()->mutable_collect_time()->set_seconds(absl::ToUnixSeconds(time));
  auto* head = survey->add_members();
  head->set_citizen_number(Number(person));
  head->set_name("欧阳甲");
  head->set_relation("02");
  auto* answer = survey->add_answers();
  answer->set_question("income");
  answer->set_number(income);
  return request;
}

// Suggestions seen and settled by short words.
class Watch {
 public:
  explicit Watch(CaseWorld& world) : world(world) {}

  std::string Survey(const std::string& key, int person, const std::string& income) {
    auto stub = world.Stub<IdentificationService>(kLi);
    const auto submitted =
        world.Call(*stub, &IdentificationService::Stub::SubmitSurvey,
                   SurveyOf(absl::StrCat("s", ++requests), key, person, income, world.clock.Now()));
    if (!submitted.ok()) FAIL(submitted.status());
    world.AwaitIndex(submitted->household(), income);
    return submitted->household();
  }
  std::vector<v1::Suggestion> Of(const std::string& household) {
    v1::ListHouseholdSuggestionsRequest request;
    request.set_household(household);
    auto stub = world.Stub<WatchService>(kLi);
    const auto listed = world.Call(*stub, &WatchService::Stub::ListHouseholdSuggestions, request);
    if (!listed.ok()) FAIL(listed.status());
    return {listed->suggestions().begin(), listed->suggestions().end()};
  }
  // The newest suggestion of the household once it is number `count` and in this state.
  v1::Suggestion Await(const std::string& household, size_t count, v1::Suggestion::State state) {
    v1::Suggestion last;
    const bool came = Eventually([&] {
      const auto all = Of(household);
      if (all.empty()) return false;
      last = all.back();
      return all.size() == count && last.state() == state;
    });
    INFO(last.DebugString());
    REQUIRE(came);
    return last;
  }
  absl::StatusOr<v1::Suggestion> TakeUp(const std::string& who, const std::string& name,
                                        const std::string& request_id) {
    v1::TakeUpSuggestionRequest request;
    request.set_name(name);
    request.set_request_id(request_id);
    request.set_note("走访核实");
    auto stub = world.Stub<WatchService>(who);
    return world.Call(*stub, &WatchService::Stub::TakeUpSuggestion, request);
  }
  absl::StatusOr<v1::Suggestion> Dismiss(const std::string& who, const std::string& name,
                                         const std::string& request_id, const std::string& reason,
                                         const std::string& etag = "") {
    v1::DismissSuggestionRequest request;
    request.set_name(name);
    request.set_request_id(request_id);
    request.set_reason(reason);
    request.set_etag(etag);
    auto stub = world.Stub<WatchService>(who);
    return world.Call(*stub, &WatchService::Stub::DismissSuggestion, request);
  }
  absl::StatusOr<v1::ListSuggestionsResponse> List(
      const std::string& who, const std::string& division,
      procedure::v1::SuggestionKind kind = procedure::v1::SUGGESTION_KIND_UNSPECIFIED,
      int page_size = 0, const std::string& token = "") {
    v1::ListSuggestionsRequest request;
    request.set_division(division);
    request.set_kind(kind);
    request.set_page_size(page_size);
    request.set_page_token(token);
    auto stub = world.Stub<WatchService>(who);
    return world.Call(*stub, &WatchService::Stub::ListSuggestions, request);
  }

  CaseWorld& world;
  int requests = 0;
};

TEST_CASE(
    "ID-10 who has improved for months is suggested for exit, exits, is watched on, and when it "
    "falls "
    "back that is seen",
    "[walk]") {
  CaseWorld world;
  Walk walk(world);
  Watch watch(world);
  walk.name = absl::StrCat("cases/", walk.Apply("apply", 7)->receipt());
  walk.household = watch.Survey("HH1", 7, "40");
  IntoRegister(walk, CaseWorld::At(2026, 3, 3, 9));

  world.GoTo(CaseWorld::At(2026, 5, 1, 9));
  watch.Survey("HH1", 7, "85");
  // Nothing happens to it any more; the months pass.
  world.GoTo(CaseWorld::At(2026, 10, 31, 9));
  world.GoTo(CaseWorld::At(2026, 11, 1, 9));
  const auto exit = watch.Await(walk.household, 1, v1::Suggestion::STATE_OPEN);
  CHECK(exit.kind() == procedure::v1::SUGGESTION_KIND_MAY_EXIT);
  CHECK(exit.facts().status() == "assisted");
  CHECK(exit.facts().index_centipoints() == 8500);
  CHECK(exit.facts().stable_months() == 6);
  CHECK(exit.procedure() == "exit-2016");
  CHECK(exit.basis_size() == 2);
  CHECK(exit.head_name_masked() == "欧阳*");
  CHECK(exit.create_time().seconds() == absl::ToUnixSeconds(CaseWorld::At(2026, 11, 1, 9)));

  // The village and the county see it, another county does not.
  CHECK(watch.List(kLi, kVillageAbove)->suggestions_size() == 1);
  CHECK(watch.List(kChen, kCounty)->suggestions_size() == 1);
  CHECK(Reason(watch.List(kFang, kCounty)) == "DIVISION_NOT_YOURS");
  CHECK(Reason(watch.TakeUp(kFang, exit.name(), "t0")) == "SUGGESTION_NOT_FOUND");
  CHECK(Reason(watch.TakeUp("operator-admin", exit.name(), "t0")) == "ROLE_NOT_ALLOWED");

  // Taken up once, however often it is asked.
  const auto taken = watch.TakeUp(kWang, exit.name(), "t1");
  INFO(taken.status());
  REQUIRE(taken.ok());
  CHECK(taken->state() == v1::Suggestion::STATE_TAKEN_UP);
  CHECK(taken->settler() == "wang");
  CHECK(taken->open_case() == taken->case_());
  CHECK(watch.TakeUp(kWang, exit.name(), "t1")->case_() == taken->case_());
  CHECK(Reason(watch.TakeUp(kWang, exit.name(), "t2")) == "SUGGESTION_SETTLED");
  CHECK(Reason(watch.Dismiss(kWang, exit.name(), "t1", "不成立")) == "REQUEST_ID_REUSED");
  CHECK(watch.List(kLi, kVillageAbove)->suggestions_size() == 0);
  walk.name = taken->case_();
  const auto opened = walk.Get(kWang);
  REQUIRE(opened.ok());
  CHECK(opened->procedure() == "exit-2016");
  CHECK(opened->suggestion() == exit.name());
  CHECK(absl::StrContains(opened->reason(), "走访核实"));

  world.GoTo(CaseWorld::At(2026, 11, 2, 9));
  watch.Survey("HH1", 7, "86");
  IntoRegister(walk, CaseWorld::At(2026, 11, 3, 9));
  CHECK(walk.Get(kWang)->status() == "exited");

  // It is not archived: its fall is seen, and by whom it may be taken in again.
  watch.Survey("HH1", 7, "30");
  const auto fell = watch.Await(walk.household, 2, v1::Suggestion::STATE_OPEN);
  CHECK(fell.kind() == procedure::v1::SUGGESTION_KIND_FELL_BACK);
  CHECK(fell.facts().status() == "exited");
  CHECK(fell.facts().poverty_class() == v1::POVERTY_CLASS_POOR);
  CHECK(fell.procedure() == "return-2016");
  const auto back = watch.TakeUp(kWang, fell.name(), "t3");
  INFO(back.status());
  REQUIRE(back.ok());
  walk.name = back->case_();
  CHECK(walk.Get(kWang)->procedure() == "return-2016");
  // The suggestion itself changed nothing.
  CHECK(watch.Of(walk.household).back().facts().status() == "exited");
}

TEST_CASE(
    "ID-10 what was dismissed comes back only with new facts, and what holds no more lapses by "
    "itself",
    "[walk]") {
  CaseWorld world;
  Watch watch(world);
  const std::string household = watch.Survey("HH1", 3, "85");
  world.GoTo(world.clock.Now() + absl::Hours(24));
  watch.Survey("HH1", 3, "50");
  const auto first = watch.Await(household, 1, v1::Suggestion::STATE_OPEN);
  CHECK(first.kind() == procedure::v1::SUGGESTION_KIND_AT_RISK);
  CHECK(first.facts().status() == "none");
  CHECK(first.facts().reference_index_centipoints() == 8500);
  CHECK(first.facts().reference_class() == v1::POVERTY_CLASS_STABLE);
  CHECK(first.procedure() == "monitoring-2021");

  CHECK(Reason(watch.Dismiss(kLi, first.name(), "d1", "")) == "SUGGESTION_REASON");
  CHECK(Reason(watch.Dismiss(kFang, first.name(), "d1", "调查有误")) == "SUGGESTION_NOT_FOUND");
  CHECK(Reason(watch.Dismiss(kLi, first.name(), "d1", "调查有误", "77")) == "SUGGESTION_MOVED");
  const auto dismissed = watch.Dismiss(kLi, first.name(), "d1", "调查有误", first.etag());
  INFO(dismissed.status());
  REQUIRE(dismissed.ok());
  CHECK(dismissed->state() == v1::Suggestion::STATE_DISMISSED);
  CHECK(dismissed->settler() == "li");
  CHECK(dismissed->reason() == "调查有误");
  CHECK(watch.Dismiss(kLi, first.name(), "d1", "调查有误")->etag() == dismissed->etag());
  CHECK(Reason(watch.TakeUp(kWang, first.name(), "t1")) == "SUGGESTION_SETTLED");

  // The same facts, another day, another life of the service: it stays away. The next one is as old
  // as the new facts.
  world.GoTo(world.clock.Now() + absl::Hours(24));
  watch.Survey("HH1", 3, "50");
  world.Stop();
  world.Start();
  world.GoTo(world.clock.Now() + absl::Hours(24));
  watch.Survey("HH1", 3, "49");
  const auto second = watch.Await(household, 2, v1::Suggestion::STATE_OPEN);
  CHECK(second.create_time().seconds() == absl::ToUnixSeconds(world.clock.Now()));
  CHECK(second.facts().index_centipoints() == 4900);
  CHECK(watch.Of(household).front().reason() == "调查有误");

  // Up again: nothing is left to be done.
  world.GoTo(world.clock.Now() + absl::Hours(24));
  watch.Survey("HH1", 3, "85");
  watch.Await(household, 2, v1::Suggestion::STATE_LAPSED);
  CHECK(Reason(watch.Dismiss(kLi, second.name(), "d2", "调查有误")) == "SUGGESTION_SETTLED");
  CHECK(watch.List(kLi, kVillageAbove)->suggestions_size() == 0);
}

TEST_CASE("ID-10 the suggestions of a county come page by page, oldest first, each once",
          "[walk]") {
  CaseWorld world;
  Watch watch(world);
  constexpr int kHouseholds = 11;
  for (int i = 0; i < kHouseholds; ++i) watch.Survey(absl::StrCat("HH", i), i, "85");
  std::vector<std::string> expected;
  for (int i = 0; i < kHouseholds; ++i) {
    world.GoTo(world.clock.Now() + absl::Minutes(1));
    const std::string household =
        watch.Survey(absl::StrCat("HH", (7 * i) % kHouseholds), (7 * i) % kHouseholds, "70");
    watch.Await(household, 1, v1::Suggestion::STATE_OPEN);
    expected.push_back(household);
  }
  std::vector<std::string> seen;
  std::string token;
  do {
    const auto page = watch.List(kChen, kCounty, procedure::v1::SUGGESTION_KIND_AT_RISK, 4, token);
    INFO(page.status());
    REQUIRE(page.ok());
    for (const auto& each : page->suggestions()) seen.push_back(each.household());
    token = page->next_page_token();
  } while (!token.empty());
  CHECK(seen == expected);
  CHECK(watch.List(kChen, kCounty, procedure::v1::SUGGESTION_KIND_MAY_EXIT)->suggestions_size() ==
        0);
  CHECK(Reason(watch.List(kChen, kCounty, procedure::v1::SUGGESTION_KIND_AT_RISK, 4, "x")) ==
        "PAGE_TOKEN_INVALID");
  CHECK(watch.List(kChen, "520102017")->suggestions_size() == 0);
}

TEST_CASE("F01 ID-10 a kill between scores and suggestions loses none and makes none twice",
          "[walk]") {
  World world;
  world.Certify(absl::StrCat("officer/", kVillageAbove, "/li"));
  testing::TempDir dir;
  REQUIRE(config::WriteFile(dir / "catalog.textproto", kCatalog).ok());
  REQUIRE(config::WriteFile(dir / "rules.textproto", kRules).ok());
  testing::ServiceProcess service(
      FUPIN_BINARY_DIR "/bin/fupin-identification",
      ConfigOf(world, dir / "catalog.textproto", dir / "rules.textproto"), dir / "identification");
  REQUIRE(service.Start());
  const auto channel = [&] {
    return rpc::MakeChannel(absl::StrCat("localhost:", service.ports().grpc),
                            world.Files("officer-520102016001-li"));
  };
  const auto call = [](auto& stub, auto method, const auto& request, auto* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    context.set_wait_for_ready(true);
    return rpc::FromGrpc((stub.*method)(&context, request, response));
  };
  constexpr int kHouseholds = 120;
  const absl::Time now = absl::FromUnixSeconds(1780000000);
  auto stub = IdentificationService::NewStub(channel());
  const auto survey = [&](int i, const std::string& income) {
    v1::SubmitSurveyResponse response;
    const auto status =
        call(*stub, &IdentificationService::Stub::SubmitSurvey,
             SurveyOf(absl::StrCat("s-", income, "-", i), absl::StrCat("HH", i), i, income, now),
             &response);
    if (!status.ok()) FAIL(status);
    return response.household();
  };
  std::vector<std::string> households;
  for (int i = 0; i < kHouseholds; ++i) households.push_back(survey(i, "85"));
  const auto scored = [&](const std::string& household) {
    v1::GetHouseholdRequest get;
    get.set_name(household);
    v1::Household response;
    return call(*stub, &IdentificationService::Stub::GetHousehold, get, &response).ok() &&
           response.score().version() == 1;
  };
  for (const std::string& household : households) {
    REQUIRE(Eventually([&] { return scored(household); }));
  }
  for (int i = 0; i < kHouseholds; ++i) survey(i, "30");
  // Wherever each of them is now.
  service.Kill();
  REQUIRE(service.Start());
  auto watch = WatchService::NewStub(channel());
  v1::ListSuggestionsRequest list;
  list.set_division(kVillageAbove);
  list.set_page_size(500);
  v1::ListSuggestionsResponse listed;
  CHECK(Eventually([&] {
    return call(*watch, &WatchService::Stub::ListSuggestions, list, &listed).ok() &&
           listed.suggestions_size() >= kHouseholds;
  }));
  std::set<std::string> told;
  for (const auto& each : listed.suggestions()) told.insert(each.household());
  CHECK(told == std::set<std::string>(households.begin(), households.end()));
  CHECK(listed.suggestions_size() == kHouseholds);
}

}  // namespace
}  // namespace fupin::walks
