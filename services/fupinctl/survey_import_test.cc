#include "services/fupinctl/survey_import.h"

#include <google/protobuf/text_format.h>

#include <catch2/catch.hpp>

#include "libs/config/config.h"
#include "libs/status/macros.h"
#include "libs/testing/temp_dir.h"
#include "services/fupinctl/survey_cells.h"

namespace fupin::fupinctl {
namespace {

using identification::v1::Form;

template <typename Proto>
Proto Text(const std::string& text) {
  Proto proto;
  FUPIN_CHECK(google::protobuf::TextFormat::ParseFromString(text, &proto));
  return proto;
}

constexpr char kForm[] = R"(
questions { code: "ROOMS" scope: SCOPE_HOUSEHOLD type: TYPE_INTEGER }
questions { code: "RENT" scope: SCOPE_HOUSEHOLD type: TYPE_NUMBER }
questions { code: "OWNER" scope: SCOPE_HOUSEHOLD type: TYPE_BOOLEAN }
questions { code: "SINCE" scope: SCOPE_HOUSEHOLD type: TYPE_DATE }
questions { code: "WORK" scope: SCOPE_MEMBER type: TYPE_CHOICE
            choices { code: "yes" } choices { code: "no" } }
)";

constexpr char kLayout[] = R"(
id: "t" source_version: 3 label_zh: "表" label_en: "table" rows: ROWS_PER_PERSON
absences { cell: "NA" absence: ABSENCE_NOT_ASKED }
household_key { column: "hh" }
division { constant: "X" }
collector { constant: "c" }
enterer { constant: "e" }
collect_date { constant: "2020-02-03" }
answers { question: "ROOMS" column: "rooms" }
answers { question: "RENT" column: "rent" first_row: true }
answers { question: "OWNER" column: "owner" codes { cell: "1" code: "true" }
          codes { cell: "2" cell: "3" code: "false" } }
members {
  person_key { column: "id" }
  name { constant: "n" }
  first_is_head: true
  relation { constant: "97" }
  birth { age_column: "age" day: "2020-12-31" }
  answers { question: "WORK" column: "work" absences { cell: "-8" absence: ABSENCE_REFUSED } }
}
)";

SurveyLayout Layout() { return Text<SurveyLayout>(kLayout); }

// All households of a table, checked as the command checks.
struct Imported {
  std::vector<ImportedSurvey> surveys;
  std::vector<RowProblem> stray;
};

Imported Import(const SurveyLayout& layout, const std::string& csv) {
  const auto form = Text<Form>(kForm);
  CHECK(CheckLayout(layout).empty());
  CHECK(CheckAgainstForm(layout, form).empty());
  testing::TempDir dir;
  FUPIN_CHECK(config::WriteFile(dir / "t.csv", csv).ok());
  auto table = tabular::TableReader::Open(dir / "t.csv");
  FUPIN_CHECK(table.ok());
  auto reader = SurveyReader::Create(layout, form, 3, (*table)->header());
  FUPIN_CHECK(reader.ok());
  tabular::Row row;
  while (true) {
    const auto more = (*table)->Next(row);
    FUPIN_CHECK(more.ok());
    if (!*more) break;
    (*reader)->Add(row);
  }
  Imported out;
  out.surveys = (*reader)->TakeSurveys();
  out.stray = (*reader)->stray();
  return out;
}

constexpr char kHeader[] = "hh,id,age,rooms,rent,owner,work\n";

TEST_CASE("EX-5 ID-2 rows become households by a layout, in any order", "[fupinctl]") {
  const auto imported = Import(Layout(), std::string(kHeader) +
                                             "h1,p1,40,3,\"1,200.50\",1,yes\n"
                                             "h2,p3,30,NA,,3,-8\n"
                                             "h1,p2,7,3,0,1,\n");
  CHECK(imported.stray.empty());
  REQUIRE(imported.surveys.size() == 2);
  for (const auto& survey : imported.surveys) CHECK(survey.problems.empty());
  const auto& first = imported.surveys[0].request.survey();
  CHECK(first.source_key() == "h1");
  CHECK(first.division() == "X");
  REQUIRE(first.answers_size() == 3);
  CHECK(first.answers(0).number() == "3");
  CHECK(first.answers(1).number() == "1200.5");  // of the first row; the other row says 0
  CHECK(first.answers(2).yes());
  REQUIRE(first.members_size() == 2);
  CHECK(first.members(0).relation() == "02");
  CHECK(first.members(1).relation() == "97");
  CHECK(first.members(0).birth_date() == "1980-12-31");
  CHECK(first.members(1).answers().empty());                         // an empty cell says nothing
  CHECK(first.provenance().collect_time().seconds() == 1580659200);  // midnight in Shanghai
  // Not asked and refused are no values, and not the same.
  const auto& second = imported.surveys[1].request.survey();
  CHECK(second.answers(0).absent() == identification::v1::ABSENCE_NOT_ASKED);
  CHECK(second.members(0).answers(0).absent() == identification::v1::ABSENCE_REFUSED);
}

TEST_CASE("EX-5 request ids depend on layout, version and household only", "[fupinctl]") {
  const auto once = Import(Layout(), std::string(kHeader) + "h1,p1,40,3,1,1,yes\n");
  const auto again =
      Import(Layout(), std::string(kHeader) + "h2,p2,40,3,1,1,yes\nh1,p1,41,4,2,2,no\n");
  CHECK(once.surveys[0].request.request_id() == again.surveys[1].request.request_id());
  CHECK(again.surveys[0].request.request_id() != again.surveys[1].request.request_id());
  CHECK(RequestId("t", 3, "h1") == once.surveys[0].request.request_id());
  CHECK(RequestId("t", 4, "h1") != RequestId("t", 3, "h1"));
  CHECK(RequestId("a-layout-of-20-bytes", INT64_MAX, "h1").size() <= 64);
}

TEST_CASE("I13 a wrong cell keeps its whole household out and names row and column", "[fupinctl]") {
  const auto imported = Import(Layout(), std::string(kHeader) +
                                             "h1,p1,40,3,1,1,yes\n"
                                             "h2,p2,forty,3,1,1,yes\n"
                                             "h1,p4,40,4,1,1,maybe\n"
                                             ",p5,40,4,1,1,yes\n"
                                             "h3,p6,40,4,1,1,yes\n");
  REQUIRE(imported.surveys.size() == 3);
  const auto& one = imported.surveys[0].problems;
  REQUIRE(one.size() == 2);
  CHECK(one[0].row == 4);
  CHECK(one[0].problem.reason == "SURVEY_ROW_DIFFERS");
  CHECK(one[0].problem.field == "rooms");
  CHECK(one[1].problem.reason == "SURVEY_CELL_CHOICE");
  CHECK(one[1].problem.field == "work");
  REQUIRE(imported.surveys[1].problems.size() == 1);
  CHECK(imported.surveys[1].problems[0].problem.reason == "SURVEY_CELL_DATE");
  CHECK(imported.surveys[2].problems.empty());
  REQUIRE(imported.stray.size() == 1);
  CHECK(imported.stray[0].row == 5);
  CHECK(imported.stray[0].problem.field == "hh");
}

TEST_CASE("EX-5 a problem of the service is found in the table", "[fupinctl]") {
  const auto imported = Import(Layout(), std::string(kHeader) +
                                             "h1,p1,40,3,1,1,\n"
                                             "h9,p9,40,3,1,1,yes\n"
                                             "h1,p2,7,3,0,1,yes\n");
  const auto at = [&](const std::string& field) {
    return imported.surveys[0].Locate({"R", field, "", ""});
  };
  CHECK(at("survey.members[1].answers[0]").row == 4);
  CHECK(at("survey.members[1].answers[0]").problem.field == "work");
  CHECK(at("survey.answers[1]").row == 2);
  CHECK(at("survey.answers[1]").problem.field == "rent");
  CHECK(at("survey.members[1].name").row == 4);
  CHECK(at("survey.members[7].answers[99]").row == 2);
  CHECK(at("request_id").problem.field == "request_id");
}

std::string NumberOf(const std::string& text, const std::string& options, bool comma = false) {
  SurveyLayout layout;
  layout.set_decimal_comma(comma);
  catalog::v1::Question question;
  question.set_type(catalog::v1::Question::TYPE_NUMBER);
  tabular::Cell cell;
  cell.text = text;
  cell.kind = tabular::CellKind::kText;
  const auto answer =
      CellAnswer(layout, Text<AnswerFrom>("question: \"Q\" " + options), question, cell);
  return answer.ok() ? (*answer)->number() : ReasonOf(answer.status());
}

TEST_CASE("EX-5 numbers are taken as written or converted as the layout says", "[fupinctl]") {
  CHECK(NumberOf("-12.5", "") == "-12.5");
  CHECK(NumberOf("1,234,567.25", "") == "1234567.25");
  CHECK(NumberOf("1.234,25", "", true) == "1234.25");
  CHECK(NumberOf("1,5", "") == "SURVEY_CELL_NUMBER");  // and not 15
  CHECK(NumberOf("12,34,567", "") == "SURVEY_CELL_NUMBER");
  CHECK(NumberOf("1e+05", "") == "100000");  // as R writes it
  CHECK(NumberOf("1e-9", "") == "SURVEY_CELL_DECIMALS");
  CHECK(NumberOf("0.1234567", "") == "SURVEY_CELL_DECIMALS");
  CHECK(NumberOf("0.1234567", "round_to: 6") == "0.123457");
  CHECK(NumberOf("2.5", "round_to: 0") == "3");
  CHECK(NumberOf("-2.5", "round_to: 0") == "-3");
  CHECK(NumberOf("100.10", "multiply_by: 12 round_to: 2") == "1201.2");
  CHECK(NumberOf("nan", "round_to: 2") == "SURVEY_CELL_NUMBER");
  CHECK(NumberOf("1e999", "round_to: 2") == "SURVEY_CELL_NUMBER");
  CHECK(NumberOf("-", "") == "SURVEY_CELL_NUMBER");
  CHECK(NumberOf(",", "") == "SURVEY_CELL_NUMBER");
}

TEST_CASE("EX-5 keys that a spreadsheet mangled are named", "[fupinctl]") {
  tabular::Cell cell;
  cell.text = "5.20101E+17";
  cell.mangled = true;
  CHECK(ReasonOf(CellText(TextFrom(), cell).status()) == "SURVEY_CELL_MANGLED");
  cell.mangled = false;
  cell.kind = tabular::CellKind::kError;
  CHECK(ReasonOf(CellText(TextFrom(), cell).status()) == "SURVEY_CELL_ERROR");
}

TEST_CASE("EX-5 birth dates come from dates, years or ages", "[fupinctl]") {
  const auto birth = [](const std::string& from, const std::string& text) {
    tabular::Cell cell;
    cell.text = text;
    const auto date = CellBirthDate(Text<BirthFrom>(from), cell);
    return date.ok() ? *date : ReasonOf(date.status());
  };
  CHECK(birth("date_column: \"b\"", "1980/1/5") == "1980-01-05");
  CHECK(birth("date_column: \"b\"", "1980-01-05 00:00:00") == "1980-01-05");
  CHECK(birth("year_column: \"b\" day: \"07-01\"", "1980") == "1980-07-01");
  CHECK(birth("age_column: \"b\" day: \"2020-02-29\"", "1") == "2019-03-01");
  CHECK(birth("age_column: \"b\" day: \"2020-12-31\"", "-1") == "SURVEY_CELL_DATE");
  CHECK(birth("year_column: \"b\" day: \"07-01\"", "80") == "SURVEY_CELL_DATE");
  CHECK(birth("year_column: \"b\" day: \"07-01\"", "").empty());
}

// Reason and field of the first problem after `change`.
template <typename Change>
std::string Broken(const Change& change) {
  SurveyLayout layout = Layout();
  change(layout);
  std::vector<Problem> problems = CheckLayout(layout);
  if (problems.empty()) problems = CheckAgainstForm(layout, Text<Form>(kForm));
  return problems.empty() ? "" : problems[0].reason + " " + problems[0].field;
}

TEST_CASE("EX-5 what is wrong with a layout is said with its place", "[fupinctl]") {
  CHECK(Broken([](auto&) {}).empty());
  CHECK(Broken([](auto& l) { l.set_id("a b"); }) == "SURVEY_LAYOUT_ID id");
  CHECK(Broken([](auto& l) { l.clear_source_version(); }) ==
        "SURVEY_LAYOUT_VERSION source_version");
  CHECK(Broken([](auto& l) { l.clear_rows(); }) == "SURVEY_LAYOUT_MISSING rows");
  CHECK(Broken([](auto& l) { l.clear_division(); }) == "SURVEY_LAYOUT_MISSING division");
  CHECK(Broken([](auto& l) { l.mutable_division()->set_column("d"); }) ==
        "SURVEY_LAYOUT_TEXT division");
  CHECK(Broken([](auto& l) { l.mutable_household_key()->Clear(); }) ==
        "SURVEY_LAYOUT_TEXT household_key");
  CHECK(Broken([](auto& l) { l.add_absences()->add_cell("x"); }) ==
        "SURVEY_LAYOUT_ABSENCE absences");
  CHECK(Broken([](auto& l) { l.clear_members(); }) == "SURVEY_LAYOUT_MISSING members");
  CHECK(Broken([](auto& l) { l.mutable_members(0)->set_present_column("id"); }) ==
        "SURVEY_LAYOUT_MEMBERS members");
  CHECK(Broken([](auto& l) { l.mutable_answers(0)->set_column("r{n}"); }) ==
        "SURVEY_LAYOUT_SLOTS answers[0].column");
  CHECK(Broken([](auto& l) { l.mutable_members(0)->mutable_citizen_number()->set_column("id"); }) ==
        "SURVEY_LAYOUT_PERSON members[0].person_key");
  CHECK(Broken([](auto& l) { l.mutable_members(0)->mutable_birth()->clear_day(); }) ==
        "SURVEY_LAYOUT_BIRTH members[0].birth");
  CHECK(Broken([](auto& l) { l.mutable_answers(1)->set_multiply_by(2); }) ==
        "SURVEY_LAYOUT_NUMBER answers[1]");
  CHECK(Broken([](auto& l) { *l.mutable_answers(2)->add_codes() = l.answers(2).codes(0); }) ==
        "SURVEY_LAYOUT_CODES answers[2].codes");
  CHECK(Broken([](auto& l) { l.mutable_members(0)->mutable_answers(0)->set_first_row(true); }) ==
        "SURVEY_LAYOUT_FIRST_ROW members[0].answers[0]");
  CHECK(Broken([](auto& l) { *l.add_answers() = l.answers(0); }) ==
        "SURVEY_LAYOUT_REPEATED answers[3]");
  // Against the form of the catalog.
  CHECK(Broken([](auto& l) { l.mutable_answers(0)->set_question("Z"); }) ==
        "SURVEY_LAYOUT_QUESTION answers[0]");
  CHECK(Broken([](auto& l) { l.mutable_answers(0)->set_question("WORK"); }) ==
        "SURVEY_LAYOUT_SCOPE answers[0]");
  CHECK(Broken([](auto& l) { l.mutable_answers(2)->mutable_codes(0)->set_code("maybe"); }) ==
        "SURVEY_LAYOUT_CHOICE answers[2]");
  CHECK(Broken([](auto& l) { l.mutable_answers(2)->set_round_to(2); }) ==
        "SURVEY_LAYOUT_KIND answers[2]");
}

TEST_CASE("EX-5 members may stand side by side in one row", "[fupinctl]") {
  SurveyLayout layout = Layout();
  layout.set_rows(SurveyLayout::ROWS_PER_HOUSEHOLD);
  layout.mutable_answers(1)->clear_first_row();
  auto& member = *layout.mutable_members(0);
  member.set_slots(3);
  member.set_present_column("id{n}");
  member.mutable_person_key()->set_column("id{n}");
  member.clear_birth();
  member.mutable_answers(0)->set_column("work{n}");
  const auto imported = Import(layout,
                               "hh,rooms,rent,owner,id1,work1,id2,work2,id3,work3\n"
                               "h1,3,1,1,p1,yes,,,p3,no\n"
                               "h1,3,1,1,p1,yes,,,p3,no\n");
  REQUIRE(imported.surveys.size() == 1);
  const auto& survey = imported.surveys[0].request.survey();
  REQUIRE(survey.members_size() == 2);
  CHECK(survey.members(1).person_key() == "p3");
  CHECK(survey.members(1).answers(0).choice() == "no");
  REQUIRE(imported.surveys[0].problems.size() == 1);
  CHECK(imported.surveys[0].problems[0].problem.reason == "SURVEY_ROW_REPEATED");
  CHECK(imported.surveys[0].problems[0].row == 3);
}

}  // namespace
}  // namespace fupin::fupinctl
