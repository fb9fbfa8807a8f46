// Natural changes of households over gRPC, with the clock in the test's hand: versions, lineage,
// status, counts.
#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fupin/gis/v1/gis_service.grpc.pb.h"
#include "fupin/identification/v1/household_change_service.grpc.pb.h"
#include "libs/config/config.h"
#include "libs/testing/child_process.h"
#include "tests/walks/case_world.h"

namespace fupin::walks {
namespace {

using identification::v1::HouseholdChangeService;

constexpr char kOtherVillage[] = "520102016002";
constexpr char kElsewhere[] = "520102017001";  // village of another township of the county
constexpr char kDuplicateRule[] = R"(
id: "duplicate" version: 1 effective_date: "2025-01-01" label_zh: "示例" label_en: "example"
rules {
  code: "X051" name_zh: "同一人在多户" name_en: "in several households"
  kind: FINDING_KIND_DUPLICATE_PERSON severity: SEVERITY_SERIOUS scope: SCOPE_MEMBER
  inputs { name: "n" dataset { of: "member" field: "household_count" } }
  when: "n > 1" needs: "n" field_input: "n"
  advice_zh: "核实" advice_en: "verify" basis: "示例" unit_zh: "户"
}
)";

v1::SurveyMember MemberOf(int person, const std::string& relation) {
  v1::SurveyMember member;
  member.set_citizen_number(Number(person));
  member.set_name("欧阳甲");
  member.set_relation(relation);
  return member;
}

v1::SubmitSurveyRequest SurveyOf(const std::string& request_id, const std::string& key,
                                 const std::vector<int>& persons, const std::string& income,
                                 absl::Time time, const std::string& division = kVillage) {
  v1::SubmitSurveyRequest request;
  request.set_request_id(request_id);
  auto* survey = request.mutable_survey();
  survey->set_source_key(key);
  survey->set_division(division);
  survey->mutable_provenance()->set_collector("li");
  survey->mutable_provenance()->set_enterer("li");
  survey->mutable_provenance()->mutable_collect_time()->set_seconds(absl::ToUnixSeconds(time));
  for (size_t i = 0; i < persons.size(); ++i) {
    *survey->add_members() = MemberOf(persons[i], i == 0 ? "02" : "20");
  }
  auto* answer = survey->add_answers();
  answer->set_question("income");
  answer->set_number(income);
  return request;
}

// Households surveyed and changed by short words.
class Family {
 public:
  explicit Family(CaseWorld& world) : world(world) {}

  absl::StatusOr<v1::SubmitSurveyResponse> TrySurvey(const std::string& key,
                                                     const std::vector<int>& persons,
                                                     const std::string& income = "50") {
    auto stub = world.Stub<IdentificationService>(kChen);
    return world.Call(
        *stub, &IdentificationService::Stub::SubmitSurvey,
        SurveyOf(absl::StrCat("s", ++requests), key, persons, income, world.clock.Now()));
  }
  std::string Survey(const std::string& key, const std::vector<int>& persons) {
    const auto submitted = TrySurvey(key, persons);
    if (!submitted.ok()) FAIL(submitted.status());
    return submitted->household();
  }
  v1::RecordHouseholdChangeRequest Request(const std::string& household, v1::ChangeKind kind,
                                           const std::string& date = "2026-03-01") {
    v1::RecordHouseholdChangeRequest request;
    request.set_household(household);
    request.set_request_id(absl::StrCat("c", ++requests));
    request.set_kind(kind);
    request.set_date(date);
    request.set_evidence(v1::EVIDENCE_KIND_HOUSEHOLD_BOOKLET);
    request.set_reason("户口簿核对");
    return request;
  }
  absl::StatusOr<v1::HouseholdChange> Record(const std::string& who,
                                             const v1::RecordHouseholdChangeRequest& request) {
    auto stub = world.Stub<HouseholdChangeService>(who);
    return world.Call(*stub, &HouseholdChangeService::Stub::RecordHouseholdChange, request);
  }
  v1::HouseholdChange Must(const std::string& who,
                           const v1::RecordHouseholdChangeRequest& request) {
    auto changed = Record(who, request);
    if (!changed.ok()) FAIL(changed.status());
    return *changed;
  }
  std::vector<v1::HouseholdChange> History(const std::string& household) {
    v1::ListHouseholdChangesRequest request;
    request.set_household(household);
    auto stub = world.Stub<HouseholdChangeService>(kChen);
    const auto listed =
        world.Call(*stub, &HouseholdChangeService::Stub::ListHouseholdChanges, request);
    if (!listed.ok()) FAIL(listed.status());
    return {listed->changes().begin(), listed->changes().end()};
  }
  absl::StatusOr<v1::HouseholdVersion> Version(const std::string& name,
                                               const std::string& who = kChen) {
    v1::GetHouseholdVersionRequest request;
    request.set_name(name);
    auto stub = world.Stub<HouseholdChangeService>(who);
    return world.Call(*stub, &HouseholdChangeService::Stub::GetHouseholdVersion, request);
  }
  absl::StatusOr<v1::Household> Get(const std::string& household, const std::string& who = kChen) {
    v1::GetHouseholdRequest request;
    request.set_name(household);
    auto stub = world.Stub<IdentificationService>(who);
    return world.Call(*stub, &IdentificationService::Stub::GetHousehold, request);
  }
  std::set<std::string> In(const std::string& division) {
    v1::ListHouseholdsRequest request;
    request.set_division(division);
    auto stub = world.Stub<IdentificationService>(kChen);
    const auto listed = world.Call(*stub, &IdentificationService::Stub::ListHouseholds, request);
    if (!listed.ok()) FAIL(listed.status());
    std::set<std::string> names;
    for (const auto& each : listed->households()) names.insert(each.name());
    return names;
  }
  // Households and persons counted in a division, once they are these.
  bool Counted(const std::string& division, int64_t households, int64_t persons) {
    v1::GetTotalsRequest request;
    request.set_division(division);
    auto stub = world.Stub<IdentificationService>(kChen);
    v1::DivisionTotal total;
    const bool came = Eventually([&] {
      const auto totals = world.Call(*stub, &IdentificationService::Stub::GetTotals, request);
      if (!totals.ok()) return false;
      total = totals->total();
      return total.household_count() == households && total.person_count() == persons;
    });
    INFO(total.DebugString());
    CHECK(came);
    return came;
  }
  absl::StatusOr<v1::Case> Open(const std::string& household, const std::string& procedure) {
    v1::OpenCaseRequest request;
    request.set_request_id(absl::StrCat("o", ++requests));
    request.set_household(household);
    request.set_procedure(procedure);
    request.set_lead("走访");
    auto stub = world.Stub<CaseService>(kChen);
    return world.Call(*stub, &CaseService::Stub::OpenCase, request);
  }

  CaseWorld& world;
  int requests = 0;
};

// A household of three that stands in the register as "assisted".
std::string Registered(CaseWorld& world, Family& family, const std::string& key) {
  Walk walk(world);
  walk.name = absl::StrCat("cases/", walk.Apply(absl::StrCat("a-", key), 7)->receipt());
  const std::string household = family.Survey(key, {7, 8, 9});
  walk.household = household;
  IntoRegister(walk, world.clock.Now() + absl::Hours(24));
  return household;
}

TEST_CASE(
    "ID-3 births, deaths and marriages are versions of the household, with who recorded them, on "
    "what evidence, and nothing is overwritten",
    "[walk]") {
  CaseWorld world;
  Family family(world);
  const std::string household = family.Survey("HH1", {7, 8});
  REQUIRE(family.Counted(kVillage, 1, 2));

  auto birth = family.Request(household, v1::CHANGE_KIND_BIRTH, "2026-02-20");
  birth.mutable_member()->set_name("欧阳乙");
  birth.mutable_member()->set_relation("20");
  birth.set_evidence(v1::EVIDENCE_KIND_BIRTH_CERTIFICATE);
  const auto refused = [&](auto change) {
    auto wrong = birth;
    change(wrong);
    return Reason(family.Record(kLi, wrong));
  };
  CHECK(refused([](auto& w) { w.set_date("2026-03-03"); }) == "CHANGE_DATE_FUTURE");
  CHECK(refused([](auto& w) { w.set_date("20 Feb"); }) == "CHANGE_DATE");
  CHECK(refused([](auto& w) { w.clear_reason(); }) == "CHANGE_REASON");
  CHECK(refused([](auto& w) { w.clear_evidence(); }) == "CHANGE_EVIDENCE");
  CHECK(refused([](auto& w) { w.clear_kind(); }) == "CHANGE_KIND");
  CHECK(refused([](auto& w) { w.set_request_id("!"); }) == "REQUEST_ID_INVALID");
  CHECK(refused([](auto& w) { w.set_etag("7"); }) == "HOUSEHOLD_MOVED");
  CHECK(refused([](auto& w) { w.mutable_member()->set_relation("02"); }) == "HEAD_NOT_ONE");
  CHECK(refused([](auto& w) { w.mutable_member()->set_birth_date("2026-02-19"); }) ==
        "CHANGE_DATE");
  CHECK(Reason(family.Record(kFang, birth)) == "HOUSEHOLD_NOT_FOUND");
  CHECK(Reason(family.Record("operator-admin", birth)) == "ROLE_NOT_ALLOWED");
  const auto born = family.Must(kLi, birth);
  CHECK(born.version_before() == 1);
  CHECK(born.version_after() == 2);
  CHECK(born.recorder() == "li");
  CHECK(born.recorder_level() == "village");
  REQUIRE(born.persons_masked_size() == 1);
  CHECK(born.persons_masked(0) == "欧阳*");
  // Sent again it is the same change; with other content it is found out.
  CHECK(family.Must(kLi, birth).version_after() == 2);
  CHECK(refused([](auto& w) { w.set_reason("别的"); }) == "REQUEST_ID_REUSED");
  REQUIRE(family.Counted(kVillage, 1, 3));

  // A head that dies needs a successor in the same change.
  auto death = family.Request(household, v1::CHANGE_KIND_DEATH);
  death.set_member_index(0);
  CHECK(Reason(family.Record(kLi, death)) == "HEAD_NOT_ONE");
  death.set_date("1949-01-01");
  CHECK(Reason(family.Record(kLi, death)) == "CHANGE_DATE_BEFORE_BIRTH");
  death.set_date("2026-03-01");
  auto* successor = death.add_relations();
  successor->set_member_index(1);
  successor->set_relation("02");
  CHECK(family.Must(kLi, death).version_after() == 3);

  // Married out; the child alone would be without a head.
  auto marriage = family.Request(household, v1::CHANGE_KIND_MARRIAGE_IN);
  *marriage.mutable_member() = MemberOf(11, "10");
  CHECK(family.Must(kLi, marriage).version_after() == 4);
  REQUIRE(family.Counted(kVillage, 1, 3));

  const auto history = family.History(household);
  REQUIRE(history.size() == 3);
  CHECK(history[0].kind() == v1::CHANGE_KIND_BIRTH);
  CHECK(history[1].kind() == v1::CHANGE_KIND_DEATH);
  const auto first = family.Version(absl::StrCat(household, "/versions/1"));
  REQUIRE(first.ok());
  REQUIRE(first->members_size() == 2);
  CHECK(first->members(0).relation() == "02");
  CHECK(first->change().empty());
  const auto third = family.Version(absl::StrCat(household, "/versions/3"));
  REQUIRE(third.ok());
  REQUIRE(third->members_size() == 2);
  CHECK(third->members(0).relation() == "02");
  CHECK(third->change() == history[1].name());
  CHECK(Reason(family.Version(absl::StrCat(household, "/versions/5"))) == "VERSION_NOT_FOUND");
  CHECK(Reason(family.Version(absl::StrCat(household, "/versions/1"), kFang)) ==
        "HOUSEHOLD_NOT_FOUND");
  // A change is not a visit: the survey's own provenance stands.
  CHECK(family.Get(household)->provenance().collector() == "li");

  // All of it is there after a restart, and a household whose last member leaves is closed.
  world.Stop();
  world.Start();
  CHECK(family.History(household).size() == 3);
  const std::string single = family.Survey("HH2", {20});
  REQUIRE(family.Counted(kVillage, 2, 4));
  auto out = family.Request(single, v1::CHANGE_KIND_MOVE_OUT);
  out.set_destination("广东");
  const auto left = family.Must(kLi, out);
  CHECK(left.closed());
  REQUIRE(family.Counted(kVillage, 1, 3));
  CHECK(family.In(kVillage) == std::set<std::string>{household});
  CHECK(Reason(family.TrySurvey("HH2", {20})) == "HOUSEHOLD_CLOSED");
}

TEST_CASE(
    "ID-3 ID-10 a household of the register that splits and merges keeps its lineage and its "
    "status "
    "on both sides",
    "[walk]") {
  CaseWorld world(kDuplicateRule);
  Family family(world);
  const std::string parent = Registered(world, family, "HH1");
  // Members of the register come and go by natural changes only.
  CHECK(Reason(family.TrySurvey("HH1", {7, 8})) == "MEMBERS_BY_CHANGE_ONLY");
  CHECK(Reason(family.TrySurvey("HH1", {7, 8, 9, 10})) == "MEMBERS_BY_CHANGE_ONLY");
  CHECK(family.TrySurvey("HH1", {7, 8, 9}, "60").ok());

  auto split = family.Request(parent, v1::CHANGE_KIND_SPLIT);
  auto* off = split.mutable_split();
  off->set_source_key("HH1-1");
  off->add_member_indexes(1);
  off->add_member_indexes(1);
  CHECK(Reason(family.Record(kWang, split)) == "CHANGE_SPLIT");
  off->set_member_indexes(1, 2);
  off->add_member_indexes(0);
  CHECK(Reason(family.Record(kWang, split)) == "CHANGE_SPLIT");
  off->mutable_member_indexes()->RemoveLast();
  CHECK(Reason(family.Record(kWang, split)) == "HEAD_NOT_ONE");
  auto* head = split.add_relations();
  head->set_member_index(1);
  head->set_relation("02");
  off->set_division(kElsewhere);
  CHECK(Reason(family.Record(kWang, split)) == "CHANGE_OTHER_TOWNSHIP");
  off->set_division(kOtherVillage);
  CHECK(Reason(family.Record(kLi, split)) == "DIVISION_NOT_YOURS");
  const auto done = family.Must(kWang, split);
  REQUIRE(done.children_size() == 1);
  CHECK(done.status() == "assisted");
  const std::string child = done.children(0).substr(0, done.children(0).find("/versions/"));

  const auto of_child = family.History(child);
  REQUIRE(of_child.size() == 1);
  CHECK(of_child[0].version_before() == 0);
  CHECK(of_child[0].status() == "assisted");
  CHECK(of_child[0].status_from() == parent);
  REQUIRE(of_child[0].parents_size() == 1);
  const auto before = family.Version(of_child[0].parents(0));
  REQUIRE(before.ok());
  CHECK(before->household() == parent);
  CHECK(before->members_size() == 3);
  REQUIRE(family.Counted(kVillage, 1, 1));
  REQUIRE(family.Counted(kOtherVillage, 1, 2));
  // What the parent was asked was not asked of the child; its status is one that exits leave from.
  CHECK(Eventually([&] {
    const auto now = family.Get(child);
    return now.ok() && now->score().poverty_class() == v1::POVERTY_CLASS_NOT_SCORABLE;
  }));
  CHECK(family.Get(child)->answers_size() == 0);
  CHECK(Reason(family.Open(child, "registration-2014")) == "CASE_STATUS_WRONG");
  CHECK(Reason(family.TrySurvey("HH1-1", {8})) == "MEMBERS_BY_CHANGE_ONLY");

  // Nobody is in two households but by saying so, and that is found.
  auto joins = family.Request(parent, v1::CHANGE_KIND_MOVE_IN);
  *joins.mutable_member() = MemberOf(8, "20");
  CHECK(Reason(family.Record(kWang, joins)) == "PERSON_ELSEWHERE");
  joins.set_even_if_elsewhere(true);
  family.Must(kWang, joins);
  const auto findings = [&](const std::string& household) {
    int open = 0;
    const auto now = family.Get(household);
    if (!now.ok()) FAIL(now.status());
    for (const auto& each : now->findings()) {
      open += each.state() == v1::FINDING_STATE_OPEN ? 1 : 0;
    }
    return open;
  };
  CHECK(Eventually([&] { return findings(parent) == 1 && findings(child) == 1; }));
  auto leaves = family.Request(parent, v1::CHANGE_KIND_MOVE_OUT);
  leaves.set_member_index(1);
  family.Must(kWang, leaves);
  CHECK(Eventually([&] { return findings(parent) == 0 && findings(child) == 0; }));

  // One of the two is taken over in one change: both sides know it.
  auto takes = family.Request(parent, v1::CHANGE_KIND_MOVE_IN);
  takes.set_from_household(child);
  takes.set_member_index(1);
  takes.mutable_member()->set_relation("20");
  const auto taken = family.Must(kWang, takes);
  REQUIRE(taken.parents_size() == 1);
  CHECK(absl::StartsWith(taken.parents(0), child));
  CHECK(family.History(child).back().kind() == v1::CHANGE_KIND_MOVE_OUT);
  REQUIRE(family.Counted(kVillage, 1, 2));
  REQUIRE(family.Counted(kOtherVillage, 1, 1));

  // Together again.
  auto merge = family.Request(parent, v1::CHANGE_KIND_MERGE);
  merge.set_other_household(child);
  CHECK(Reason(family.Record(kWang, merge)) == "HEAD_NOT_ONE");
  auto* relation = merge.add_relations();
  relation->set_member_index(2);
  relation->set_relation("20");
  const auto merged = family.Must(kWang, merge);
  CHECK(merged.status() == "assisted");
  CHECK(absl::StartsWith(merged.parents(0), child));
  CHECK(family.History(child).back().closed());
  CHECK(family.History(child).back().status().empty());
  CHECK(absl::StartsWith(family.History(child).back().children(0), parent));
  REQUIRE(family.Counted(kVillage, 1, 3));
  REQUIRE(family.Counted(kOtherVillage, 0, 0));
  CHECK(family.In(kTownship) == std::set<std::string>{parent});
  CHECK(Eventually([&] {
    const auto now = family.Get(parent);
    for (const auto& member : now->members()) {
      if (member.household_count() != 1) return false;
    }
    return now->members_size() == 3;
  }));
  CHECK(Reason(family.TrySurvey("HH1-1", {8, 9})) == "HOUSEHOLD_CLOSED");
  CHECK(Reason(family.Open(child, "exit-2016")) == "HOUSEHOLD_NOT_FOUND");
  auto again = family.Request(child, v1::CHANGE_KIND_HEAD);
  CHECK(Reason(family.Record(kWang, again)) == "HOUSEHOLD_CLOSED");
}

TEST_CASE(
    "ID-3 ID-10 a household moves into another township with its history and status, is counted "
    "once, "
    "and may come back",
    "[walk]") {
  CaseWorld world;
  Family family(world);
  world.certs.Certify("officer/520102017/sun");
  const std::string here = Registered(world, family, "HH1");
  world.certs.set_identification_port(world.frame->port());
  world.certs.StartGis();
  const auto on_map = [&](const std::string& division) {
    auto map = gis::v1::GisService::NewStub(world.certs.ToGis("operator-admin"));
    gis::v1::GetCellRequest get;
    get.set_division(division);
    return world.Call(*map, &gis::v1::GisService::Stub::GetCell, get)->cell().counts();
  };
  CHECK(Eventually([&] { return on_map(kTownship).registered_household_count() == 1; }));

  auto move = family.Request(here, v1::CHANGE_KIND_RELOCATION);
  CHECK(Reason(family.Record(kChen, move)) == "CHANGE_DIVISION");
  move.set_to_division(kVillage);
  CHECK(Reason(family.Record(kChen, move)) == "CHANGE_DIVISION");
  move.set_to_division(kTownship);
  CHECK(Reason(family.Record(kChen, move)) == "DIVISION_TOO_HIGH");
  // Within the township it stays the household it is.
  move.set_to_division(kOtherVillage);
  CHECK(family.Must(kChen, move).division_after() == kOtherVillage);
  CHECK(family.In(kOtherVillage) == std::set<std::string>{here});
  CHECK(Eventually([&] { return on_map(kOtherVillage).registered_household_count() == 1; }));

  auto away = family.Request(here, v1::CHANGE_KIND_RELOCATION);
  away.set_to_division(kElsewhere);
  CHECK(Reason(family.Record(kWang, away)) == "DIVISION_NOT_YOURS");
  const auto moved = family.Must(kChen, away);
  CHECK(moved.closed());
  REQUIRE(moved.children_size() == 1);
  const std::string there = moved.children(0).substr(0, moved.children(0).find("/versions/"));
  CHECK(absl::StartsWith(there, "households/520102017-"));
  CHECK(family.In(kTownship).empty());
  CHECK(family.In(kElsewhere) == std::set<std::string>{there});
  const auto arrived = family.Get(there, "officer-520102017-sun");
  REQUIRE(arrived.ok());
  CHECK(arrived->members_size() == 3);
  CHECK(Reason(family.Get(there, kLi)) == "HOUSEHOLD_NOT_FOUND");
  const auto history = family.History(there);
  REQUIRE(history.size() == 1);
  CHECK(history[0].status() == "assisted");
  CHECK(history[0].status_from() == here);
  CHECK(absl::StartsWith(history[0].parents(0), here));
  CHECK(Reason(family.Open(there, "registration-2014")) == "CASE_STATUS_WRONG");
  REQUIRE(family.Counted(kTownship, 0, 0));
  REQUIRE(family.Counted("520102017", 1, 3));
  CHECK(Eventually([&] {
    const auto old_place = on_map(kTownship);
    const auto new_place = on_map(kElsewhere);
    return old_place.household_count() == 0 && old_place.registered_household_count() == 0 &&
           new_place.household_count() == 1 && new_place.registered_household_count() == 1;
  }));
  CHECK(on_map(kCounty).registered_household_count() == 1);

  // Back: the old household goes on, all of it known.
  auto back = family.Request(there, v1::CHANGE_KIND_RELOCATION);
  back.set_to_division(kVillage);
  CHECK(family.Must(kChen, back).closed());
  CHECK(family.In(kCounty) == std::set<std::string>{here});
  const auto whole = family.History(here);
  REQUIRE(whole.size() == 3);
  CHECK(whole.back().status() == "assisted");
  CHECK_FALSE(whole.back().closed());
  REQUIRE(family.Counted(kCounty, 1, 3));
  CHECK(Eventually([&] {
    return on_map(kTownship).registered_household_count() == 1 &&
           on_map("520102017").household_count() == 0;
  }));
}

TEST_CASE(
    "ID-1 ID-9 ID-3 the open case of a household that is gone ends by itself, in any step, also "
    "over "
    "a restart",
    "[walk]") {
  CaseWorld world;
  Family family(world);
  Walk walk(world);
  const bool late = GENERATE(false, true);
  CAPTURE(late);
  const auto applied = walk.Apply("a-gone", 20);
  REQUIRE(applied.ok());
  walk.name = absl::StrCat("cases/", applied->receipt());
  const std::string single = family.Survey("HH2", {20});
  walk.MustAct(kLi, "surveyed", "compared");
  if (late) {
    // A step that knows neither refusal nor withdrawal.
    walk.MustAct(kWang, "compare", "appraised");
    walk.ThroughNotices(world.clock.Now() + absl::Hours(24));
  }
  REQUIRE(family.Counted(kVillage, 1, 1));
  auto out = family.Request(single, v1::CHANGE_KIND_MOVE_OUT);
  out.set_destination("广东");
  CHECK(family.Must(kLi, out).closed());
  world.Stop();
  world.Start();
  CHECK(Eventually([&] {
    const auto now = walk.Get(kLi);
    return now.ok() && now->outcome() == procedure::v1::OUTCOME_WITHDRAWN;
  }));
  v1::ListCaseEventsRequest list;
  list.set_case_(walk.name);
  auto stub = world.Stub<CaseService>(kLi);
  const auto events = world.Call(*stub, &CaseService::Stub::ListCaseEvents, list);
  REQUIRE(events.ok());
  const auto& last = events->events(events->events_size() - 1);
  CHECK(last.kind() == "HOUSEHOLD_GONE");
  CHECK(last.actor() == "system");
  CHECK(last.to_step() == "withdrawn");
  // The applicant is told, and may apply again where he lives now.
  v1::FollowApplicationRequest follow;
  follow.set_receipt(applied->receipt());
  follow.set_code(applied->code());
  auto stranger = world.Stub<CaseService>("");
  const auto state = world.Call(*stranger, &CaseService::Stub::FollowApplication, follow);
  REQUIRE(state.ok());
  CHECK(state->outcome() == procedure::v1::OUTCOME_WITHDRAWN);
  CHECK(walk.Apply("a-again", 20).ok());
}

TEST_CASE("F01 ID-3 a kill while households move leaves each in exactly one place", "[walk]") {
  World world;
  world.Certify(absl::StrCat("officer/", kCounty, "/chen"));
  testing::TempDir dir;
  REQUIRE(config::WriteFile(dir / "catalog.textproto", kCatalog).ok());
  REQUIRE(config::WriteFile(dir / "rules.textproto", kRules).ok());
  testing::ServiceProcess service(
      FUPIN_BINARY_DIR "/bin/fupin-identification",
      ConfigOf(world, dir / "catalog.textproto", dir / "rules.textproto"), dir / "identification");
  REQUIRE(service.Start());
  const auto channel = [&] {
    return rpc::MakeChannel(absl::StrCat("localhost:", service.ports().grpc), world.Files(kChen));
  };
  const auto call = [](auto& stub, auto method, const auto& request, auto* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    return rpc::FromGrpc((stub.*method)(&context, request, response));
  };
  constexpr int kHouseholds = 60;
  auto surveys = IdentificationService::NewStub(channel());
  std::vector<std::string> households;
  for (int i = 0; i < kHouseholds; ++i) {
    v1::SubmitSurveyResponse response;
    const auto status = call(*surveys, &IdentificationService::Stub::SubmitSurvey,
                             SurveyOf(absl::StrCat("s", i), absl::StrCat("HH", i), {i}, "50",
                                      absl::FromUnixSeconds(1780000000)),
                             &response);
    if (!status.ok()) FAIL(status);
    households.push_back(response.household());
  }
  const auto move_of = [&](int i) {
    v1::RecordHouseholdChangeRequest request;
    request.set_household(households[static_cast<size_t>(i)]);
    request.set_request_id(absl::StrCat("m", i));
    request.set_kind(v1::CHANGE_KIND_RELOCATION);
    request.set_date("2026-03-01");
    request.set_evidence(v1::EVIDENCE_KIND_HOUSEHOLD_BOOKLET);
    request.set_reason("迁居");
    request.set_to_division(kElsewhere);
    return request;
  };
  std::atomic<int> answered{0};
  std::vector<std::thread> movers;
  for (int t = 0; t < 4; ++t) {
    movers.emplace_back([&, t] {
      auto stub = HouseholdChangeService::NewStub(channel());
      for (int i = t; i < kHouseholds; i += 4) {
        v1::HouseholdChange response;
        if (!call(*stub, &HouseholdChangeService::Stub::RecordHouseholdChange, move_of(i),
                  &response)
                 .ok()) {
          return;
        }
        ++answered;
      }
    });
  }
  // In the middle of it, wherever each of them is.
  CHECK(Eventually([&] { return answered >= kHouseholds / 3; }));
  service.Kill();
  for (std::thread& mover : movers) mover.join();
  REQUIRE(service.Start());

  surveys = IdentificationService::NewStub(channel());
  auto changes = HouseholdChangeService::NewStub(channel());
  const auto listed = [&](const std::string& division) {
    v1::ListHouseholdsRequest request;
    request.set_division(division);
    request.set_page_size(500);
    v1::ListHouseholdsResponse response;
    const auto status =
        call(*surveys, &IdentificationService::Stub::ListHouseholds, request, &response);
    if (!status.ok()) FAIL(status);
    std::set<std::string> names;
    for (const auto& each : response.households()) names.insert(each.name());
    return names;
  };
  const auto check = [&](int at_least_moved) {
    const auto old_place = listed(kTownship);
    const auto new_place = listed("520102017");
    CHECK(static_cast<int>(new_place.size()) >= at_least_moved);
    CHECK(old_place.size() + new_place.size() == kHouseholds);
    for (const std::string& household : households) {
      const std::string there =
          absl::StrCat("households/520102017", household.substr(household.rfind('-')));
      CHECK(old_place.count(household) + new_place.count(there) == 1);
    }
  };
  check(answered);
  // What was not answered is asked again and is answered once.
  for (int i = 0; i < kHouseholds; ++i) {
    v1::HouseholdChange response;
    const auto status =
        call(*changes, &HouseholdChangeService::Stub::RecordHouseholdChange, move_of(i), &response);
    INFO(status);
    CHECK(status.ok());
  }
  check(kHouseholds);
}

}  // namespace
}  // namespace fupin::walks
