// Random actions by random people at random times against every shipped procedure; what happened is
// checked against rules written here anew.
#include <map>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "services/identification/domain/case_flow.h"

namespace fupin::identification {
namespace {

using procedure::Procedure;
using procedure::ProcedureSet;
using procedure::Step;

absl::TimeZone Shanghai() { return absl::FixedTimeZone(8 * 60 * 60); }
absl::CivilDay DayOf(absl::Time time) { return absl::ToCivilDay(time, Shanghai()); }

const ProcedureSet& Shipped() {
  static const auto& set = *new auto(
      *ProcedureSet::Load(FUPIN_SOURCE_DIR "/deploy/procedures",
                          {"province", "prefecture", "county", "township", "village", "hamlet"}));
  return *set;
}

// One thing that happened, as a bystander saw it.
struct Seen {
  std::string kind;  // "act", "post", "down", "object", "settle", "appeal", "gone"
  std::string action;
  std::string actor;
  int level;
  size_t from;
  size_t to;
  absl::Time time;
};

// The days a notice hung from its last posting, counted one by one.
bool HungLongEnough(absl::Time posted, absl::Time left, const procedure::Period& period) {
  absl::CivilDay day = DayOf(posted);
  for (int counted = 0; counted < period.days;) {
    ++day;
    if (!period.working || Shipped().calendar().IsWorking(day)) ++counted;
  }
  return DayOf(left) > day;
}

// What is wrong with a case's story; empty: nothing.
std::string Wrong(const Procedure& procedure, const std::vector<Seen>& story) {
  std::map<size_t, absl::Time> posted;      // of notice steps, since the case was last there
  std::map<size_t, int> open;               // objections
  std::map<std::string, std::string> last;  // action -> actor
  std::set<size_t> noticed;                 // notices left after their period, in this run
  size_t at = 0;
  absl::Time before = absl::InfinitePast();
  for (const Seen& seen : story) {
    const Step& step = procedure.steps[at];
    if (seen.time < before) return "time went back";
    before = seen.time;
    if (seen.from != at) return "a step was skipped";
    if (seen.kind == "post") {
      if (!step.notice || posted.count(at) > 0) return "posted twice or nowhere";
      posted[at] = seen.time;
    } else if (seen.kind == "down") {
      posted.erase(at);
    } else if (seen.kind == "object") {
      if (posted.count(at) == 0) return "objected to nothing";
      ++open[at];
    } else if (seen.kind == "settle" || seen.kind == "settle true") {
      --open[at];
      if (seen.kind == "settle true" && seen.to != step.notice->substantiated_to) {
        return "a true objection did not stop the case";
      }
    } else if (seen.kind == "gone") {
      if (step.end) return "ended twice";
      if (!procedure.steps[seen.to].end ||
          procedure.steps[seen.to].end == procedure::Outcome::kGranted) {
        return "a household that is gone was not let go";
      }
    } else if (seen.kind == "appeal") {
      if (step.end != procedure::Outcome::kRefused) return "appealed against nothing";
      if (seen.to != *step.appeal_to) return "an appeal led elsewhere";
    } else {
      const procedure::Action* action = step.FindAction(seen.action);
      if (action == nullptr) return "an action of another step";
      if (action->to != seen.to) return "an action led elsewhere";
      const bool applicant = seen.level < 0;
      if (applicant ? !action->by_applicant
                    : std::count(action->levels.begin(), action->levels.end(), seen.level) == 0) {
        return "somebody who may not";
      }
      for (const std::string& other : action->other_than) {
        if (last[other] == seen.actor) return absl::StrCat("the same person: ", seen.action);
      }
      last[seen.action] = seen.actor;
      if (action->after_period) {
        if (posted.count(at) == 0 || !HungLongEnough(posted[at], seen.time, step.notice->period)) {
          return absl::StrCat("a notice was short: ", step.id);
        }
        if (open[at] > 0) return "left with an open objection";
        noticed.insert(at);
      }
    }
    if (seen.to != at) {
      // Coming back to before a notice means that it must hang again.
      for (size_t i = 0; i < procedure.steps.size(); ++i) {
        if (procedure.steps[i].notice && i >= seen.to) noticed.erase(i);
      }
      posted.erase(seen.to);
      open.erase(seen.to);
      at = seen.to;
    }
    if (procedure.steps[at].end == procedure::Outcome::kGranted) {
      for (size_t i = 0; i < procedure.steps.size(); ++i) {
        if (procedure.steps[i].notice && noticed.count(i) == 0) {
          return absl::StrCat("granted without notice ", procedure.steps[i].id);
        }
      }
    }
  }
  return "";
}

struct Totals {
  int actions = 0;
  int refused = 0;
  int granted = 0;
  int gone = 0;
  std::set<std::string> visited;  // procedure + step
  std::set<std::string> done;     // procedure + step + action
};

class Walker {
 public:
  Walker(const Procedure& procedure, uint32_t seed, Totals& totals)
      : procedure_(procedure), flow_(Shipped(), procedure), random_(seed), totals_(totals) {}

  // One case from its opening to its end, or until `steps` tries.
  void Run(int steps) {
    const absl::CivilDay first =
        procedure_.valid_to ? procedure_.valid_from : absl::CivilDay(2026, 1, 1);
    now_ = absl::FromCivil(absl::CivilSecond(first), Shanghai()) + absl::Hours(random_() % 7000);
    auto opened = flow_.Open(procedure_.from_statuses[0], now_);
    REQUIRE(opened.ok());
    state_ = *opened;
    story_.clear();
    appealed_ = false;
    facts_ = CaseFacts();
    for (int i = 0; i < steps; ++i) {
      totals_.visited.insert(absl::StrCat(procedure_.id, " ", flow_.StepOf(state_).id));
      if (flow_.StepOf(state_).end) {
        totals_.granted += flow_.StepOf(state_).end == procedure::Outcome::kGranted ? 1 : 0;
        if (appealed_ || !flow_.StepOf(state_).appeal_to || random_() % 2 == 0) break;
      }
      now_ += absl::Minutes(random_() % 4 == 0 ? random_() % (4 * 24 * 60) : random_() % 300);
      Try();
      ++totals_.actions;
    }
    const std::string wrong = Wrong(procedure_, story_);
    if (!wrong.empty()) {
      for (const Seen& seen : story_) {
        UNSCOPED_INFO(absl::FormatTime(seen.time, Shanghai())
                      << " " << seen.kind << " " << seen.action << " " << seen.actor << " "
                      << procedure_.steps[seen.from].id << " -> " << procedure_.steps[seen.to].id);
      }
    }
    REQUIRE(wrong == "");
    for (const Seen& seen : story_) {
      if (seen.kind == "act") {
        totals_.done.insert(
            absl::StrCat(procedure_.id, " ", procedure_.steps[seen.from].id, " ", seen.action));
      }
    }
  }

 private:
  CaseActor Somebody() {
    constexpr int kLevels[] = {4, 4, 3, 3, 2, 2, 1, 5};
    const int level = kLevels[random_() % 8];
    if (random_() % 12 == 0) return {"applicant", -1, true};
    return {absl::StrCat("officer-", level, "-", random_() % 3), level, false};
  }

  void Try() {
    MakeFacts();
    const CaseActor actor = Somebody();
    const Step& step = flow_.StepOf(state_);
    const size_t from = state_.step;
    absl::StatusOr<CaseState> next = state_;
    Seen seen{"act", "", actor.id, actor.applicant ? -1 : actor.level, from, from, now_};
    const uint32_t what = random_() % 20;
    const int lot = static_cast<int>(random_() % 1000);
    if (step.end) {
      seen.kind = "appeal";
      next = flow_.Appeal(state_, random_() % 4 == 0 ? "" : "不服", lot, now_);
      appealed_ |= next.ok();
    } else if (random_() % 2000 == 0) {
      seen.kind = "gone";
      next = flow_.Gone(state_, now_);
      REQUIRE(next.ok());
      ++totals_.gone;
    } else if (what < 4 && step.notice) {
      seen.kind = "post";
      next = flow_.Post(state_, actor, now_);
    } else if (what == 4) {
      seen.kind = "down";
      if (random_() % 4 == 0) next = flow_.TakeDown(state_, actor, "名单有误");
      if (random_() % 4 != 0) return;
      if (next.ok() && !state_.notice) next = absl::FailedPreconditionError("no notice hangs");
      if (next.ok() && next->notice) return;
    } else if (what == 5) {
      seen.kind = "object";
      next = flow_.Object(state_, now_);
    } else if (what < 8 && state_.open_objections > 0) {
      const bool substantiated = random_() % 6 == 0;
      seen.kind = substantiated ? "settle true" : "settle";
      next = flow_.Settle(state_, actor, substantiated, lot, now_);
    } else if (what == 8) {
      const int entitled = 20;
      const int present = 8 + static_cast<int>(random_() % 13);
      const int votes = static_cast<int>(random_() % static_cast<uint32_t>(present + 1));
      next = flow_.Meet(state_, actor,
                        {.entitled = entitled,
                         .present = present,
                         .in_favour = votes,
                         .against = present - votes,
                         .photo = random_() % 8 != 0});
      if (next.ok()) state_ = *next;
      return;
    } else if (what == 9) {
      next = flow_.Attach(state_, actor, "authorisation");
      if (next.ok()) state_ = *next;
      return;
    } else if (what == 10) {
      next = flow_.Revisit(state_, facts_, actor);
      if (next.ok()) state_ = *next;
      return;
    } else {
      // Mostly an action of this step, now and then any of the procedure.
      const Step& of =
          random_() % 10 == 0 ? procedure_.steps[random_() % procedure_.steps.size()] : step;
      if (of.actions.empty()) return;
      size_t which = random_() % of.actions.size();
      // Ways that end early are taken seldom, or nothing would come far.
      if (random_() % 8 != 0) which = 0;
      seen.action = of.actions[which].id;
      const auto statuses = flow_.StatusesOf(state_, now_);
      next = flow_.Act(state_, facts_, actor,
                       {.action = seen.action,
                        .reason = random_() % 5 == 0 ? "" : "理由",
                        .status = statuses.empty() ? "" : statuses[random_() % statuses.size()]},
                       lot, now_);
    }
    if (!next.ok()) {
      ++totals_.refused;
      const auto problems = ProblemsOf(next.status());
      if (seen.kind != "down") {
        // Which rule of which procedure, in both languages.
        REQUIRE(!problems.empty());
        for (const Problem& problem : problems) {
          REQUIRE(problem.message_zh.find(procedure_.name.zh) != std::string::npos);
          REQUIRE(problem.message_en.find(procedure_.name.en) != std::string::npos);
        }
      }
      return;
    }
    seen.to = next->step;
    story_.push_back(seen);
    state_ = *next;
  }

  void MakeFacts() {
    if (!facts_.survey_time || random_() % 3000 == 0) {
      facts_.survey_time = now_ - absl::Hours(random_() % 900);
      facts_.surveyor = absl::StrCat("officer-4-", random_() % 3);
    }
    if (DayOf(*facts_.survey_time) + 25 < DayOf(now_) && random_() % 3 == 0) {
      facts_.survey_time = now_ - absl::Hours(1);
    }
    facts_.compare_time = *facts_.survey_time + absl::Minutes(random_() % 4 == 0 ? -10 : 10);
    facts_.open_findings[3] = random_() % 3 == 0 ? 1 : 0;
    facts_.scores = {{now_ - absl::Hours(24 * 10), 8500, true},
                     {now_ - absl::Hours(24 * 400), random_() % 3 == 0 ? 5000 : 7000, true}};
    facts_.form_gaps.clear();
    if (random_() % 3 == 0) facts_.form_gaps.push_back({"住房面积", "Floor area"});
  }

  const Procedure& procedure_;
  const CaseFlow flow_;
  std::mt19937 random_;
  Totals& totals_;
  absl::Time now_;
  CaseState state_;
  CaseFacts facts_;
  std::vector<Seen> story_;
  bool appealed_ = false;
};

TEST_CASE(
    "ID-9 ID-10 no step is skipped, no period short, nobody checks himself, in a million random "
    "actions") {
  const uint32_t seed = GENERATE(1u, 2u);
  CAPTURE(seed);
  std::mt19937 seeds(seed);
  Totals totals;
  for (const Procedure& procedure : Shipped().procedures()) {
    CAPTURE(procedure.id);
    Walker walker(procedure, static_cast<uint32_t>(seeds()), totals);
    const int enough = totals.actions + 150'000;
    while (totals.actions < enough) walker.Run(2000);
  }
  CHECK(totals.actions >= 1'000'000);
  CHECK(totals.refused > totals.actions / 4);
  CHECK(totals.granted >= 10);
  CHECK(totals.gone >= 10);
  // Every step was visited and every action done.
  for (const Procedure& procedure : Shipped().procedures()) {
    for (const Step& step : procedure.steps) {
      CAPTURE(procedure.id, step.id);
      CHECK(totals.visited.count(absl::StrCat(procedure.id, " ", step.id)) == 1);
      for (const procedure::Action& action : step.actions) {
        CAPTURE(action.id);
        CHECK(totals.done.count(absl::StrCat(procedure.id, " ", step.id, " ", action.id)) == 1);
      }
    }
  }
}

}  // namespace
}  // namespace fupin::identification
