#include "libs/procedure/procedure_set.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/config/config.h"
#include "libs/status/status.h"

namespace fupin::procedure {
namespace {

const std::vector<std::string>& Levels() {
  static const auto& levels = *new std::vector<std::string>{"province", "prefecture", "county",
                                                            "township", "village",    "hamlet"};
  return levels;
}

constexpr char kStatuses[] = R"(
statuses { code: "in" name_zh: "在册" name_en: "in" valid_from: "2014-01-01"
  standing: STANDING_REGISTERED certainty: CERTAINTY_EXAMPLE }
)";

// The smallest procedure that holds.
constexpr char kSmall[] = R"(
procedures {
  id: "small" version: 1 name_zh: "小" name_en: "small" purpose: PURPOSE_REGISTER
  valid_from: "2014-01-01"
  basis { text_zh: "示例" text_en: "example" certainty: CERTAINTY_EXAMPLE }
  from_statuses: "none" granted_statuses: "in"
  steps {
    id: "begin" name_zh: "受理" name_en: "begin"
    actions { id: "go" name_zh: "办" name_en: "go" to: "notice" levels: "village" }
    actions { id: "no" name_zh: "否" name_en: "no" to: "refused" levels: "village" reason_required: true }
  }
  steps {
    id: "notice" name_zh: "公示" name_en: "notice"
    notice {
      type: "candidates" level: "village" period { days: 7 kind: DAY_KIND_CALENDAR }
      title_zh: "题" text_zh: "文" substantiated_to: "begin"
    }
    actions { id: "over" name_zh: "期满" name_en: "over" to: "granted" levels: "village" after_period: true }
  }
  steps { id: "granted" name_zh: "登记" name_en: "granted" end { outcome: OUTCOME_GRANTED } }
  steps {
    id: "refused" name_zh: "不予" name_en: "refused"
    end { outcome: OUTCOME_REFUSED appeal_to: "begin" appeal_within { days: 15 kind: DAY_KIND_CALENDAR } }
  }
}
)";

absl::StatusOr<std::shared_ptr<const ProcedureSet>> ParseSmall(const std::string& text,
                                                               const std::string& statuses) {
  return ProcedureSet::Parse(
      {{"small.procedure.textproto", text}, {"statuses.textproto", statuses}}, Levels());
}

TEST_CASE("ID-9 the procedures shipped hold: every notice is on every way, nothing is stuck") {
  const auto set = ProcedureSet::Load(FUPIN_SOURCE_DIR "/deploy/procedures", Levels());
  INFO(set.status());
  REQUIRE(set.ok());
  const absl::CivilDay day(2026, 11, 25);
  for (const auto& [purpose, id, notices] :
       {std::tuple(Purpose::kRegister, "registration-2014", 3),
        std::tuple(Purpose::kExit, "exit-2016", 3), std::tuple(Purpose::kReturn, "return-2016", 3),
        std::tuple(Purpose::kMonitor, "monitoring-2021", 1),
        std::tuple(Purpose::kRemoveRisk, "risk-removal-2021", 2)}) {
    const Procedure* procedure = (*set)->ForPurpose(purpose, day);
    REQUIRE(procedure != nullptr);
    CHECK(procedure->id == id);
    int found = 0;
    for (const Step& step : procedure->steps) found += step.notice ? 1 : 0;
    CHECK(found == notices);
  }
  const Procedure* monitoring = (*set)->Newest("monitoring-2021", day);
  CHECK(monitoring->decide_within->days == 15);
  CHECK((*set)->Newest("monitoring-2021", absl::CivilDay(2020, 12, 31)) == nullptr);
  CHECK((*set)->FindStatus("assisted") != nullptr);
  // 1 October 2026 is a free Thursday, 10 October a worked Saturday.
  CHECK_FALSE((*set)->calendar().IsWorking(absl::CivilDay(2026, 10, 1)));
  CHECK((*set)->calendar().IsWorking(absl::CivilDay(2026, 10, 10)));
}

TEST_CASE(
    "ID-9 a procedure with a way round a notice, or a step without a way, is refused by name") {
  struct Case {
    const char* name;
    const char* from;
    const char* to;
    const char* reason;
    const char* where;
  };
  const Case test = GENERATE(values<Case>({
      {"an action past the notice", R"(to: "notice")", R"(to: "granted")", "PROCEDURE_UNREACHABLE",
       "notice"},
      {"leaving the notice before its period", " after_period: true", "", "PROCEDURE_BYPASS",
       "notice"},
      {"an objection leads on", R"(substantiated_to: "begin")", R"(substantiated_to: "granted")",
       "PROCEDURE_BYPASS", "notice"},
      {"an appeal leads on", R"(appeal_to: "begin")", R"(appeal_to: "granted")", "PROCEDURE_BYPASS",
       "notice"},
      {"nothing leads to an end", R"(to: "granted")", R"(to: "notice")", "PROCEDURE_UNREACHABLE",
       "granted"},
      {"a target that is not there", R"(to: "notice")", R"(to: "notise")", "PROCEDURE_TARGET",
       "begin go"},
      {"a step twice", R"(id: "granted")", R"(id: "begin")", "PROCEDURE_ID", "begin"},
      {"nobody may do it", R"(to: "notice" levels: "village")", R"(to: "notice")",
       "PROCEDURE_NOBODY", "begin go"},
      {"a level nobody has", R"(to: "notice" levels: "village")", R"(to: "notice" levels: "hill")",
       "PROCEDURE_LEVEL", "begin go"},
      {"a period of no days", "days: 7", "days: 0", "PROCEDURE_PERIOD", "notice"},
      {"a period without its kind", "days: 7 kind: DAY_KIND_CALENDAR", "days: 7",
       "PROCEDURE_PERIOD", "notice"},
      {"an unknown notice type", R"(type: "candidates")", R"(type: "health")",
       "PROCEDURE_NOTICE_TYPE", "notice"},
      {"a refusal without a reason", " reason_required: true", "", "PROCEDURE_REASON", "begin no"},
      {"a refusal without appeal",
       R"( appeal_to: "begin" appeal_within { days: 15 kind: DAY_KIND_CALENDAR })", "",
       "PROCEDURE_STEP", "refused"},
      {"an end with actions", R"(end { outcome: OUTCOME_GRANTED })",
       R"(end { outcome: OUTCOME_GRANTED } actions { id: "x" name_zh: "x" name_en: "x" to: "begin" levels: "village" })",
       "PROCEDURE_STEP", "granted"},
      {"an unknown status", R"(granted_statuses: "in")", R"(granted_statuses: "out")",
       "PROCEDURE_STATUS", "small"},
      {"no Chinese name", R"(name_zh: "受理")", R"(name_zh: "")", "PROCEDURE_TEXT", "begin"},
      {"a date that is none", R"(valid_from: "2014-01-01"
  basis)",
       R"(valid_from: "2014-02-30"
  basis)",
       "PROCEDURE_DATE", "small"},
      {"an unknown field", R"(version: 1)", R"(version: 1 colour: 2)", "PROCEDURE_SYNTAX",
       "small.procedure.textproto"},
  }));
  CAPTURE(test.name);
  REQUIRE(ParseSmall(kSmall, kStatuses).ok());
  REQUIRE(absl::StrContains(kSmall, test.from));
  const auto set = ParseSmall(absl::StrReplaceAll(kSmall, {{test.from, test.to}}), kStatuses);
  REQUIRE_FALSE(set.ok());
  bool found = false;
  for (const Problem& problem : ProblemsOf(set.status())) {
    found |= problem.reason == test.reason && absl::StrContains(problem.field, test.where);
  }
  INFO(set.status());
  CHECK(found);
}

TEST_CASE("ID-10 the rules of watching that are shipped suggest what a procedure can follow") {
  const auto set = *ProcedureSet::Load(FUPIN_SOURCE_DIR "/deploy/procedures", Levels());
  REQUIRE(set->watch().size() == 6);
  const WatchRule& exit = set->watch().front();
  CHECK(exit.kind == SuggestionKind::kMayExit);
  CHECK(exit.basis.size() == 2);
  const absl::CivilDay in_2018(2018, 5, 1);
  CHECK(set->ForStatus(exit.purposes, "registered", in_2018)->id == "exit-2016");
  CHECK(set->ForStatus(exit.purposes, "exited", in_2018) == nullptr);
  // A return between the two registers was a case of monitoring.
  const std::vector<Purpose> back = {Purpose::kReturn, Purpose::kMonitor};
  CHECK(set->ForStatus(back, "exited", in_2018)->id == "return-2016");
  CHECK(set->ForStatus(back, "exited", absl::CivilDay(2023, 5, 1))->id == "monitoring-2021");
  CHECK(set->ForStatus(back, "exited", absl::CivilDay(2026, 5, 1))->version == 2);
}

TEST_CASE(
    "ID-10 a rule of watching that no procedure can follow, or that says nothing, is refused") {
  constexpr char kRule[] = R"(rules {
    id: "r" kind: SUGGESTION_KIND_AT_RISK name_zh: "一" name_en: "one" text_zh: "二" text_en: "two"
    basis { text_zh: "三" text_en: "three" certainty: CERTAINTY_EXAMPLE }
    from_statuses: "registered" purposes: PURPOSE_EXIT
    conditions { class_in { classes: "poor" } }
  })";
  const auto with = [&](const std::string& from, const std::string& to) {
    std::vector<SourceFile> files;
    for (const char* name : {"exit-2016.procedure.textproto", "statuses.textproto"}) {
      files.push_back(
          {name, *config::ReadFile(absl::StrCat(FUPIN_SOURCE_DIR "/deploy/procedures/", name))});
    }
    std::string text = kRule;
    if (!from.empty()) text.replace(text.find(from), from.size(), to);
    files.push_back({"watch.textproto", text});
    const auto set = ProcedureSet::Parse(files, Levels());
    return set.ok() ? "" : ReasonOf(set.status());
  };
  CHECK(with("", "") == "");
  CHECK(with("\"registered\"", "\"exited\"") == "PROCEDURE_STATUS");
  CHECK(with("\"poor\"", "\"rich\"") == "PROCEDURE_CONDITION");
  CHECK(with("conditions { class_in { classes: \"poor\" } }", "") == "PROCEDURE_CONDITION");
  CHECK(with("class_in { classes: \"poor\" }", "class_fell {}") == "PROCEDURE_CONDITION");
  CHECK(with("purposes: PURPOSE_EXIT", "") == "PROCEDURE_TEXT");
  CHECK(with("certainty: CERTAINTY_EXAMPLE", "") == "PROCEDURE_TEXT");
  CHECK(with("id: \"r\"", "id: \"R\"") == "PROCEDURE_ID");
}

TEST_CASE(
    "ID-10 the standard of a county's exit has its four numbers, and says how sure they are") {
  const auto set = *ProcedureSet::Load(FUPIN_SOURCE_DIR "/deploy/procedures", Levels());
  CHECK(set->StandardOn(absl::CivilDay(2015, 12, 31)) == nullptr);
  const ExitStandard* standard = set->StandardOn(absl::CivilDay(2018, 5, 1));
  REQUIRE(standard != nullptr);
  std::vector<int> permille;
  for (const ExitThreshold& each : standard->thresholds) permille.push_back(each.permille);
  CHECK(permille == std::vector<int>{30, 20, 20, 900});
}

TEST_CASE("ID-9 while a procedure is valid there is a status to give") {
  const std::string ended = absl::StrReplaceAll(
      kStatuses,
      {{R"(valid_from: "2014-01-01")", R"(valid_from: "2014-01-01" valid_to: "2020-12-31")"}});
  CHECK_FALSE(ParseSmall(kSmall, ended).ok());
  const std::string bounded = absl::StrReplaceAll(
      kSmall,
      {{"valid_from: \"2014-01-01\"", "valid_from: \"2014-01-01\" valid_to: \"2020-12-31\""}});
  CHECK(ParseSmall(bounded, ended).ok());
}

}  // namespace
}  // namespace fupin::procedure
