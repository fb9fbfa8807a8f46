#include "services/identification/domain/case_flow.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/status/status.h"

namespace fupin::identification {
namespace {

using procedure::ProcedureSet;

absl::TimeZone Shanghai() { return absl::FixedTimeZone(8 * 60 * 60); }
absl::Time At(int month, int day, int hour = 9, int minute = 0, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(2026, month, day, hour, minute, second), Shanghai());
}

const ProcedureSet& Shipped() {
  static const auto& set = *new auto(
      *ProcedureSet::Load(FUPIN_SOURCE_DIR "/deploy/procedures",
                          {"province", "prefecture", "county", "township", "village", "hamlet"}));
  return *set;
}

const CaseActor kVillager{"li", 4, false};
const CaseActor kTownship{"wang", 3, false};
const CaseActor kTownshipToo{"zhao", 3, false};
const CaseActor kCounty{"chen", 2, false};
const CaseActor kCountyToo{"liu", 2, false};
const CaseActor kApplicant{"", -1, true};

std::string ReasonOfCase(const absl::StatusOr<CaseState>& result) {
  return result.ok() ? "" : std::string(ReasonOf(result.status()));
}

// A case of one procedure, moved by short words.
struct Case {
  explicit Case(const char* id, const char* status = "none", absl::Time opened = At(3, 2))
      : flow(Shipped(), *Shipped().Newest(id, absl::CivilDay(2026, 3, 2))) {
    const auto made = flow.Open(status, opened);
    INFO(made.status());
    REQUIRE(made.ok());
    state = *made;
    facts.survey_time = opened;
    facts.surveyor = "li";
    facts.compare_time = opened + absl::Minutes(1);
    facts.scores = {{opened - absl::Hours(24 * 300), 8500, true}};
  }
  absl::StatusOr<CaseState> Act(const CaseActor& actor, const char* action, absl::Time now,
                                const char* reason = "", int lot = 999, const char* status = "") {
    const auto next = flow.Act(state, facts, actor, {action, reason, status}, lot, now);
    if (next.ok()) state = *next;
    return next;
  }
  absl::StatusOr<CaseState> Take(absl::StatusOr<CaseState> next) {
    if (next.ok()) state = *next;
    return next;
  }
  void Meet() {
    REQUIRE(Take(flow.Meet(
                     state, kVillager,
                     {.entitled = 30, .present = 25, .in_favour = 20, .against = 3, .photo = true}))
                .ok());
  }
  std::string step() const { return flow.StepOf(state).id; }
  CaseFlow flow;
  CaseState state;
  CaseFacts facts;
};

// To the first notice of the identification, posted on 5 March at 10:00.
Case Noticed() {
  Case c("registration-2014");
  REQUIRE(c.Act(kVillager, "surveyed", At(3, 3)).ok());
  REQUIRE(c.Act(kTownship, "compare", At(3, 4)).ok());
  c.Meet();
  REQUIRE(c.Act(kVillager, "appraise", At(3, 5)).ok());
  REQUIRE(c.Take(c.flow.Post(c.state, kVillager, At(3, 5, 10))).ok());
  return c;
}

TEST_CASE("ID-9 a household goes through both notices, the announcement and the form") {
  Case c = Noticed();
  REQUIRE(c.Act(kVillager, "first_notice_over", At(3, 13, 0)).ok());
  REQUIRE(c.Act(kTownshipToo, "review", At(3, 14)).ok());
  REQUIRE(c.Take(c.flow.Post(c.state, kVillager, At(3, 15))).ok());
  REQUIRE(c.Act(kTownship, "second_notice_over", At(3, 23)).ok());
  REQUIRE(c.Act(kCounty, "propose", At(3, 24)).ok());
  REQUIRE(c.Act(kCountyToo, "approve", At(3, 25)).ok());
  REQUIRE(c.Take(c.flow.Post(c.state, kCounty, At(3, 25, 12))).ok());
  REQUIRE(c.Act(kCounty, "announcement_over", At(3, 31, 0)).ok());
  c.facts.form_gaps = {{"住房面积", "Floor area"}, {"主要致贫原因", "Main cause"}};
  const auto incomplete = c.Act(kTownship, "register", At(3, 31));
  CHECK(ReasonOfCase(incomplete) == "FORM_INCOMPLETE");
  CHECK(absl::StrContains(incomplete.status().message(),
                          "the registration form lacks: Floor area, Main cause"));
  c.facts.form_gaps.clear();
  REQUIRE(c.Act(kTownship, "register", At(3, 31)).ok());
  CHECK(c.step() == "granted");
  CHECK(c.state.status == "assisted");  // the one status of 2026
  CHECK(ReasonOfCase(c.Act(kTownship, "register", At(3, 31))) == "CASE_ENDED");
}

TEST_CASE("ID-9 a notice ends by the clock, not a second earlier, and only if it was posted") {
  Case c = Noticed();
  CHECK(ReasonOfCase(c.Act(kVillager, "first_notice_over", At(3, 5, 11))) == "NOTICE_RUNNING");
  const auto early = c.Act(kVillager, "first_notice_over", At(3, 12, 23, 59, 59));
  CHECK(ReasonOfCase(early) == "NOTICE_RUNNING");
  const Problem problem = ProblemsOf(early.status())[0];
  CHECK(absl::StrContains(problem.message_zh, "贫困户识别"));
  CHECK(absl::StrContains(problem.message_zh, "第一次公示"));
  CHECK(absl::StrContains(problem.message_zh, "2026-03-12 24:00"));
  CHECK(absl::StrContains(problem.message_en, "2026-03-12 24:00"));
  CHECK(ReasonOfCase(c.flow.Post(c.state, kVillager, At(3, 6))) == "NOTICE_POSTED");
  CHECK(c.Act(kVillager, "first_notice_over", At(3, 13, 0)).ok());
  // The next notice is not posted yet.
  Case other("registration-2014");
  REQUIRE(other.Act(kVillager, "surveyed", At(3, 3)).ok());
  REQUIRE(other.Act(kTownship, "compare", At(3, 4)).ok());
  other.Meet();
  REQUIRE(other.Act(kVillager, "appraise", At(3, 5)).ok());
  CHECK(ReasonOfCase(other.Act(kVillager, "first_notice_over", At(9, 1))) == "NOTICE_NOT_POSTED");
}

TEST_CASE("ID-9 a notice taken down must hang again for its whole period") {
  Case c = Noticed();
  CHECK(ReasonOfCase(c.flow.TakeDown(c.state, kVillager, "")) == "CASE_REASON_MISSING");
  CHECK(ReasonOfCase(c.flow.TakeDown(c.state, kTownship, "错字")) == "CASE_LEVEL_WRONG");
  REQUIRE(c.Take(c.flow.TakeDown(c.state, kVillager, "错字")).ok());
  CHECK(ReasonOfCase(c.Act(kVillager, "first_notice_over", At(3, 20))) == "NOTICE_NOT_POSTED");
  REQUIRE(c.Take(c.flow.Post(c.state, kVillager, At(3, 20))).ok());
  CHECK(ReasonOfCase(c.Act(kVillager, "first_notice_over", At(3, 27))) == "NOTICE_RUNNING");
  CHECK(c.Act(kVillager, "first_notice_over", At(3, 28, 0)).ok());
}

TEST_CASE("ID-9 an objection holds the case until it is answered, and a true one sends it back") {
  Case c = Noticed();
  REQUIRE(c.Take(c.flow.Object(c.state, At(3, 12, 23, 59, 59))).ok());
  CHECK(ReasonOfCase(c.flow.Object(c.state, At(3, 13, 0))) == "NOTICE_OVER");
  const auto both = ProblemsOf(c.Act(kVillager, "first_notice_over", At(3, 12)).status());
  REQUIRE(both.size() == 2);
  CHECK(both[0].reason == "NOTICE_RUNNING");
  CHECK(both[1].reason == "OBJECTION_OPEN");
  CHECK(ReasonOfCase(c.Act(kVillager, "first_notice_over", At(3, 14))) == "OBJECTION_OPEN");
  CHECK(ReasonOfCase(c.flow.Settle(c.state, kCounty, false, 0, At(3, 14))) == "CASE_LEVEL_WRONG");
  SECTION("not true") {
    REQUIRE(c.Take(c.flow.Settle(c.state, kVillager, false, 0, At(3, 14))).ok());
    CHECK(c.Act(kVillager, "first_notice_over", At(3, 14)).ok());
  }
  SECTION("true: appraised and noticed anew") {
    REQUIRE(c.Take(c.flow.Settle(c.state, kVillager, true, 0, At(3, 14))).ok());
    CHECK(c.step() == "appraised");
    CHECK_FALSE(c.state.meeting.has_value());
    CHECK(ReasonOfCase(c.Act(kVillager, "appraise", At(3, 15))) == "MEETING_MISSING");
    c.Meet();
    REQUIRE(c.Act(kVillager, "appraise", At(3, 15)).ok());
    CHECK(ReasonOfCase(c.Act(kVillager, "first_notice_over", At(3, 30))) == "NOTICE_NOT_POSTED");
  }
}

TEST_CASE("ID-9 each condition of a step is asked for by name") {
  Case c("registration-2014");
  c.facts.survey_time.reset();
  CHECK(ReasonOfCase(c.Act(kVillager, "surveyed", At(3, 3))) == "SURVEY_MISSING");
  c.facts.survey_time = At(1, 1);
  CHECK(ReasonOfCase(c.Act(kVillager, "surveyed", At(3, 3))) == "SURVEY_OLD");
  c.facts.survey_time = At(1, 2);  // 60 days before 3 March
  CHECK(c.Act(kVillager, "surveyed", At(3, 3)).ok());
  c.facts.compare_time = At(1, 1);
  CHECK(ReasonOfCase(c.Act(kTownship, "compare", At(3, 4))) == "COMPARISON_MISSING");
  c.facts.compare_time = At(1, 3);
  c.facts.open_findings[3] = 2;
  CHECK(ReasonOfCase(c.Act(kTownship, "compare", At(3, 4))) == "FINDINGS_OPEN");
  c.facts.open_findings[3] = 0;
  c.facts.open_findings[2] = 5;  // below the severity that holds
  CHECK(ReasonOfCase(c.Act(kVillager, "compare", At(3, 4))) == "CASE_LEVEL_WRONG");
  CHECK(c.Act(kTownship, "compare", At(3, 4)).ok());
  struct Vote {
    int present;
    int in_favour;
    bool photo;
    const char* reason;
  };
  // Of 30: two thirds are 20.01, so 21; more than half of 21 are 11.
  for (const Vote& vote : {Vote{20, 20, true, "QUORUM_MISSED"}, Vote{21, 10, true, "VOTES_MISSED"},
                           Vote{21, 11, false, "PHOTO_MISSING"}, Vote{21, 11, true, ""}}) {
    CAPTURE(vote.present, vote.in_favour, vote.photo);
    REQUIRE(c.Take(c.flow.Meet(c.state, kVillager,
                               {.entitled = 30,
                                .present = vote.present,
                                .in_favour = vote.in_favour,
                                .photo = vote.photo}))
                .ok());
    const auto next = c.flow.Act(c.state, c.facts, kVillager, {"appraise", "", ""}, 999, At(3, 5));
    CHECK(ReasonOfCase(next) == vote.reason);
  }
  for (const MeetingRecord& impossible :
       {MeetingRecord{.entitled = 0}, MeetingRecord{.entitled = 5, .present = 6},
        MeetingRecord{.entitled = 5, .present = 4, .in_favour = 3, .against = 2},
        MeetingRecord{.entitled = 5, .present = -1}}) {
    CHECK(ReasonOfCase(c.flow.Meet(c.state, kVillager, impossible)) == "MEETING_IMPOSSIBLE");
  }
  CHECK(ReasonOfCase(c.Act(kVillager, "approve", At(3, 5))) == "CASE_ACTION_UNKNOWN");
  CHECK(ReasonOfCase(c.Act(kVillager, "refuse_appraised", At(3, 5))) == "CASE_REASON_MISSING");
}

TEST_CASE(
    "ID-9 what two people must do is refused to one, and a drawn household is visited again") {
  Case c = Noticed();
  REQUIRE(c.Act(kVillager, "first_notice_over", At(3, 13), "", /*lot=*/199).ok());
  CHECK(c.state.drawn);  // 20 of 100
  // All that is lacking is told at once.
  std::vector<std::string> lacks;
  for (const Problem& problem : ProblemsOf(c.Act(kTownship, "review", At(3, 14)).status())) {
    lacks.push_back(problem.reason);
  }
  CHECK(lacks == std::vector<std::string>{"CASE_SAME_PERSON", "REVISIT_MISSING"});
  CHECK(ReasonOfCase(c.Act(kTownshipToo, "review", At(3, 14))) == "REVISIT_MISSING");
  c.facts.surveyor = "wang";
  CHECK(ReasonOfCase(c.flow.Revisit(c.state, c.facts, kTownship)) == "CASE_SAME_PERSON");
  c.facts.surveyor = "li";
  REQUIRE(c.Take(c.flow.Revisit(c.state, c.facts, kTownship)).ok());
  CHECK(c.Act(kTownshipToo, "review", At(3, 14), "", 200).ok());
  CHECK_FALSE(c.state.drawn);
}

TEST_CASE(
    "ID-9 a refusal has a reason and can be appealed in time, a withdrawal is the household's") {
  Case c("registration-2014");
  CHECK(ReasonOfCase(c.Act(kApplicant, "surveyed", At(3, 3))) == "CASE_LEVEL_WRONG");
  REQUIRE(c.Act(kVillager, "surveyed", At(3, 3)).ok());
  REQUIRE(c.Act(kTownship, "refuse_compared", At(3, 4), "名下有非生产性车辆").ok());
  CHECK(c.step() == "refused");
  CHECK(ReasonOfCase(c.flow.Appeal(c.state, "", 0, At(3, 5))) == "CASE_REASON_MISSING");
  CHECK(ReasonOfCase(c.flow.Appeal(c.state, "已过户", 0, At(3, 20, 0))) == "APPEAL_LATE");
  REQUIRE(c.Take(c.flow.Appeal(c.state, "已过户", 0, At(3, 19, 23, 59, 59))).ok());
  CHECK(c.step() == "appraised");
  REQUIRE(c.Act(kApplicant, "withdraw", At(3, 20), "不申请了").ok());
  CHECK(c.step() == "withdrawn");
  CHECK(ReasonOfCase(c.flow.Appeal(c.state, "改主意", 0, At(3, 20))) == "CASE_NOT_REFUSED");
}

TEST_CASE("ID-10 an exit and a removal of risk need months of stable income, to the day") {
  Case c("risk-removal-2021", "assisted");
  c.facts.survey_time = At(9, 1);
  c.facts.scores = {{At(6, 1), 7000, true}, {At(3, 3), 6000, true}, {At(1, 1), 4000, true}};
  CHECK(ReasonOfCase(c.Act(kVillager, "checked", At(9, 2))) == "INCOME_NOT_STABLE");
  CHECK(c.flow.Act(c.state, c.facts, kVillager, {"checked", "", ""}, 0, At(9, 3)).ok());
  c.facts.scores[1].index_centipoints = 5999;
  CHECK(ReasonOfCase(c.Act(kVillager, "checked", At(9, 3))) == "INCOME_NOT_STABLE");
  c.facts.scores[1] = {At(3, 3), 7000, false};
  CHECK(ReasonOfCase(c.Act(kVillager, "checked", At(9, 3))) == "INCOME_NOT_STABLE");
  c.facts.scores.clear();
  CHECK(ReasonOfCase(c.Act(kVillager, "checked", At(9, 3))) == "INCOME_NOT_STABLE");
}

TEST_CASE("ID-10 a case opens only for the statuses of its procedure, and while that is valid") {
  const auto* exit = Shipped().Newest("exit-2016", absl::CivilDay(2026, 3, 2));
  const CaseFlow flow(Shipped(), *exit);
  const auto refused = flow.Open("none", At(3, 2));
  CHECK(ReasonOfCase(refused) == "CASE_STATUS_WRONG");
  CHECK(absl::StrContains(ProblemsOf(refused.status())[0].message_zh, "防止返贫致贫对象"));
  CHECK(flow.Open("assisted", At(3, 2)).ok());
  const auto* old = Shipped().Find("registration-2014", 1);
  CHECK(ReasonOfCase(CaseFlow(Shipped(), *old).Open("none", At(3, 2))) == "CASE_NOT_OPEN_YET");
}

TEST_CASE("ID-9 the decision of a monitoring case is due fifteen days after its lead") {
  Case c("monitoring-2021", "none", At(3, 2, 9));
  CHECK(c.flow.DecideBy(c.state) == At(3, 18, 0));
  CHECK(c.flow.DueOf(c.state) == At(3, 6, 0));
  REQUIRE(c.Take(c.flow.Attach(c.state, kVillager, "authorisation")).ok());
  CHECK(ReasonOfCase(c.flow.Attach(c.state, kVillager, "deed")) == "EVIDENCE_NONE");
  REQUIRE(c.Act(kVillager, "checked", At(3, 3)).ok());
  REQUIRE(c.Act(kTownship, "compare", At(3, 3)).ok());
  c.Meet();
  REQUIRE(c.Act(kVillager, "appraise", At(3, 4)).ok());
  REQUIRE(c.Take(c.flow.Post(c.state, kVillager, At(3, 9))).ok());
  CHECK(c.flow.DueOf(c.state) == At(3, 15, 0));  // posted late, so it ends late
  // What an officer may do now, and why not.
  const auto options = c.flow.Options(c.state, c.facts, kVillager, At(3, 10));
  REQUIRE(options.size() == 2);
  CHECK(options[0].action->id == "notice_over");
  CHECK(ReasonOf(options[0].status) == "NOTICE_RUNNING");
  CHECK(options[1].status.ok());
}

}  // namespace
}  // namespace fupin::identification
