#include "services/fupinctl/answer_text.h"

#include <functional>
#include <set>

#include <google/protobuf/text_format.h>
#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "fupin/exchange/v1/exchange_service.pb.h"
#include "fupin/gis/v1/gis_service.pb.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "fupin/identification/v1/register_service.pb.h"
#include "services/fupinctl/labels.h"
#include "services/fupinctl/text_table.h"
#include "services/fupinctl/text_width.h"
#include "services/fupinctl/units.h"
#include "services/fupinctl/value_text.h"
#include "services/fupinctl/views.h"

namespace fupin::fupinctl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

template <typename M>
M Parse(const std::string& text) {
  M message;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

template <typename M>
std::string Show(const std::string& text, const AnswerStyle& style = {},
                 const Glossary& glossary = {}) {
  return AnswerText(Parse<M>(text), glossary, style);
}

std::vector<std::string> Lines(const std::string& text) { return absl::StrSplit(text, '\n'); }

std::string LineWith(const std::string& text, const std::string& part) {
  for (const std::string& line : Lines(text)) {
    if (absl::StrContains(line, part)) return line;
  }
  return "";
}

// Everything inside the answers of the two services' unary calls.
void EachType(const std::function<void(const Descriptor&)>& visit) {
  std::set<const Descriptor*> seen;
  const std::function<void(const Descriptor&)> walk = [&](const Descriptor& type) {
    if (type.options().map_entry() || absl::StartsWith(type.full_name(), "google.protobuf.") ||
        !seen.insert(&type).second) {
      return;
    }
    visit(type);
    for (int i = 0; i < type.field_count(); ++i) {
      if (type.field(i)->message_type() != nullptr) walk(*type.field(i)->message_type());
    }
  };
  for (const auto* file :
       {exchange::v1::Record::descriptor()->file(), gis::v1::Cell::descriptor()->file(),
        identification::v1::Household::descriptor()->file(),
        identification::v1::Registration::descriptor()->file()}) {
    for (int i = 0; i < file->service(0)->method_count(); ++i) {
      const auto* method = file->service(0)->method(i);
      if (!method->server_streaming()) walk(*method->output_type());
    }
  }
  REQUIRE(seen.size() > 30);
}

TEST_CASE("USE-1 every field and every enum value of an answer has a Chinese name", "[fupinctl]") {
  EachType([](const Descriptor& type) {
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      CAPTURE(field.full_name());
      if (field.name() != "next_page_token") CHECK_FALSE(LabelOf(field).zh.empty());
      if (field.enum_type() == nullptr) continue;
      for (int j = 0; j < field.enum_type()->value_count(); ++j) {
        const auto& value = *field.enum_type()->value(j);
        CAPTURE(value.full_name());
        CHECK((value.number() == 0) == ChineseOf(value).empty());
      }
    }
  });
}

TEST_CASE("USE-1 every view names fields that exist, of types that services answer with",
          "[fupinctl]") {
  std::set<std::string> types;
  EachType([&](const Descriptor& type) {
    types.insert(type.full_name());
    const View& view = ViewOf(type);
    for (const char* list : {view.row, view.form, view.cell, view.detail}) {
      if (list == nullptr) continue;
      for (const std::string& column : SplitColumns(list)) {
        for (const std::string& path : PathsOf(column)) {
          CAPTURE(type.full_name(), column, path);
          CHECK(FieldAt(type, path) != nullptr);
        }
        const size_t key = column.find('=');
        if (key != std::string::npos) CHECK_FALSE(LabelNamed(column.substr(0, key)).zh.empty());
      }
    }
  });
  for (const View& view : Views()) {
    CAPTURE(view.message);
    CHECK(types.count(view.message) == 1);
  }
}

TEST_CASE("USE-1 the end of a field's name says the unit of its value", "[fupinctl]") {
  const auto [field, value, text] = GENERATE(table<const char*, int64_t, const char*>({
      {"index_centipoints", 5732, "57.32"},
      {"index_centipoints", 6000, "60.00"},
      {"completeness_permille", 984, "98.4%"},
      {"completeness_permille", 1000, "100.0%"},
      {"amount_fen", 123456, "1,234.56 元"},
      {"amount_fen", -5, "-0.05 元"},
      {"amount_fen", INT64_MIN, "-92,233,720,368,547,758.08 元"},
      {"household_count", 0, "0"},
      {"household_count", 999, "999"},
      {"household_count", 1234567, "1,234,567"},
      {"freshness_hours", 720, "720 小时 h"},
      {"pause_ms", 350, "350 毫秒 ms"},
      {"points_lost_micro", 1010185, "1.01"},
      {"points_lost_micro", 4999, "0.00"},
      {"points_lost_micro", 5000, "0.01"},
      {"weight_units", 850, "0.850%"},
      {"member_index", -1, "户 household"},
      {"member_index", 0, "成员 member 1"},
      {"version", 12345, "12345"},
  }));
  CAPTURE(field, value);
  CHECK(NumberText(field, value) == text);
}

TEST_CASE("USE-1 the unit is not repeated in the label", "[fupinctl]") {
  CHECK(WithoutUnit("index_centipoints") == "index");
  CHECK(WithoutUnit("at_risk_rate") == "at_risk_rate");
  CHECK(WithoutUnit("name") == "name");
  const auto* field =
      identification::v1::Score::descriptor()->FindFieldByName("completeness_permille");
  CHECK(LabelOf(*field).zh == "完整度");
  CHECK(LabelOf(*field).en == "completeness");
}

TEST_CASE("USE-1 decimals are shown as a person writes them", "[fupinctl]") {
  CHECK(NumberText("at_risk_rate", 0.2346) == "23.5%");
  CHECK(NumberText("gini", 0.25) == "0.25");
  CHECK(NumberText("gini", 0.0) == "0");
  CHECK(NumberText("median", 23456.789) == "23456.79");
  CHECK(NumberText("duration_seconds", 1.5) == "1.50 秒 s");
}

TEST_CASE("USE-1 a single value is a line with both labels, a message inside is indented",
          "[fupinctl]") {
  const std::string text = Show<identification::v1::ScoreExplanation>(R"(
      household: "households/h1" label_zh: "示例" label_en: "example"
      score { index_centipoints: 5732 poverty_class: POVERTY_CLASS_POOR low_centipoints: 5500
              high_centipoints: 6100 completeness_permille: 905
              score_time { seconds: 1795570132 } })");
  CHECK(absl::StrContains(LineWith(text, "户 household:"), "households/h1"));
  CHECK(absl::StrContains(LineWith(text, "说明 label:"), "示例 / example"));
  CHECK(LineWith(text, "评分 score") == "评分 score:");
  CHECK(absl::StartsWith(LineWith(text, "指数 index:"), "  指数 index:"));
  CHECK(absl::EndsWith(LineWith(text, "指数 index:"), " 57.32"));
  CHECK(absl::EndsWith(LineWith(text, "分类 class:"), " 贫困 poor"));
  CHECK(absl::EndsWith(LineWith(text, "可能区间 interval:"), " 55.00~61.00"));
  CHECK(absl::EndsWith(LineWith(text, "完整度 completeness:"), " 90.5%"));
  CHECK(absl::EndsWith(LineWith(text, "分类确定 class certain:"), " 否 no"));
  // 2026-11-25T01:28:52Z is 09:28 in Guizhou.
  CHECK(absl::EndsWith(LineWith(text, "评分时间 score time:"), " 2026-11-25 09:28"));
  CHECK(LineWith(text, "contributions") == "各指标失分 contributions: 无 none");
}

TEST_CASE("USE-1 a time at midnight in Asia/Shanghai is a day", "[fupinctl]") {
  // 16:00 UTC of the day before.
  const std::string text = Show<exchange::v1::Record>("business_time { seconds: 1790179200 }");
  CHECK(absl::EndsWith(LineWith(text, "业务时间"), " 2026-09-24"));
}

TEST_CASE("EX-4 an age is told in days, hours or seconds", "[fupinctl]") {
  const auto [seconds, text] = GENERATE(table<int, const char*>({{7199, "7199 秒 s"},
                                                                 {7200, "2.0 小时 h"},
                                                                 {172799, "48.0 小时 h"},
                                                                 {172800, "2.0 天 days"},
                                                                 {1234567, "14.3 天 days"}}));
  const auto filling = Parse<identification::v1::DatasetFilling>(
      absl::StrCat("mean_age { seconds: ", seconds, " }"));
  CHECK(ColumnText(filling, "mean_age", Glossary()) == text);
  CHECK(ColumnText(identification::v1::DatasetFilling(), "mean_age", Glossary()).empty());
}

TEST_CASE("ID-7 each class has its name, and no index is shown where there is none", "[fupinctl]") {
  const auto [value, name] =
      GENERATE(table<const char*, const char*>({{"POOR", "贫困 poor"},
                                                {"POSSIBLY_POOR", "可能贫困 possibly poor"},
                                                {"STABLE", "稳定脱贫 stable"},
                                                {"NOT_SCORABLE", "无法评分 not scorable"}}));
  CAPTURE(value);
  const std::string text =
      Show<identification::v1::Score>(absl::StrCat("poverty_class: POVERTY_CLASS_", value));
  CHECK(absl::EndsWith(LineWith(text, "分类 class:"), absl::StrCat(" ", name)));
  const bool scorable = std::string(value) != "NOT_SCORABLE";
  CHECK(absl::EndsWith(LineWith(text, "指数 index:"), scorable ? " 0.00" : " —"));
}

TEST_CASE("USE-1 a list is a table with aligned columns and without empty ones", "[fupinctl]") {
  const std::string text = Show<identification::v1::ListHouseholdsResponse>(R"(
      households { name: "households/a" head_name_masked: "王**" member_count: 4
                   score { poverty_class: POVERTY_CLASS_POSSIBLY_POOR index_centipoints: 7633 } }
      households { name: "households/b" head_name_masked: "欧阳**" member_count: 12
                   score { poverty_class: POVERTY_CLASS_POOR index_centipoints: 912 } })");
  const auto lines = Lines(text);
  REQUIRE(lines.size() >= 5);
  CHECK(lines[0] == "户 households (2):");
  CHECK(absl::StartsWith(lines[1], "户主"));
  CHECK(absl::StartsWith(lines[2], "head"));
  CHECK(absl::StrContains(lines[3], "76.33"));
  CHECK(absl::StrContains(lines[4], " 9.12"));
  // The column of divisions is empty in both rows.
  CHECK_FALSE(absl::StrContains(text, "区划"));
  // A count of nothing is a value, not emptiness.
  CHECK(absl::StrContains(text, "待核疑点"));
  const auto column = [&](size_t line, const char* part) {
    return Columns(lines[line].substr(0, lines[line].find(part)));
  };
  CHECK(column(3, "households/a") == column(4, "households/b"));
  CHECK(column(3, "可能贫困") == column(4, "贫困 poor"));
  // Numbers end together.
  CHECK(column(3, "76.33") + 5 == column(4, "9.12") + 4);
  CHECK(column(2, "index") + 5 == column(4, "9.12") + 4);
}

TEST_CASE("USE-1 an empty list says so", "[fupinctl]") {
  CHECK(Show<identification::v1::ListFindingsResponse>("") == "比对疑点 findings: 无 none\n");
}

TEST_CASE("USE-1 the last line is the command for the next page", "[fupinctl]") {
  AnswerStyle style;
  style.command = "fupinctl list 52 page_size=1";
  const std::string text = Show<identification::v1::ListHouseholdsResponse>(
      R"(households { name: "households/a" } next_page_token: "dG9r")", style);
  CHECK(absl::EndsWith(text, "\n下一页 next page: fupinctl list 52 page_size=1 page_token=dG9r\n"));
  CHECK_FALSE(absl::StrContains(
      Show<identification::v1::ListHouseholdsResponse>(R"(households { name: "a" })", style),
      "next page"));
}

TEST_CASE("ID-6 an explanation shows the twenty largest losses and says how many more there are",
          "[fupinctl]") {
  std::string contributions;
  for (int i = 0; i < 23; ++i) {
    absl::StrAppend(&contributions, "contributions { indicator: \"I", i,
                    "\" name_zh: \"人均收入\" value: \"86.5\" unit_zh: \"平方米\""
                    " points_lost_micro: ",
                    (23 - i) * 100000, "}");
  }
  const std::string text = Show<identification::v1::ScoreExplanation>(contributions);
  CHECK(absl::StrContains(LineWith(text, "I0 "), " 2.30"));
  CHECK(absl::StrContains(LineWith(text, "I0 "), "86.5 平方米"));
  CHECK_FALSE(LineWith(text, "I19 ").empty());
  CHECK(LineWith(text, "I20 ").empty());
  CHECK(absl::StrContains(text, "另有 3 行"));
}

TEST_CASE("ID-6 an indicator without a value says why instead", "[fupinctl]") {
  const std::string text = Show<identification::v1::ScoreExplanation>(R"(
      contributions { indicator: "A1" absence: ABSENCE_REFUSED unit_zh: "平方米" })");
  CHECK(absl::StrContains(LineWith(text, "A1"), "拒答 refused"));
  CHECK_FALSE(absl::StrContains(text, "平方米"));
}

TEST_CASE("USE-1 the total stands in one table with its parts", "[fupinctl]") {
  const std::string text = Show<identification::v1::Totals>(R"(
      total { division: "52" name_zh: "贵州省" household_count: 12000 }
      parts { division: "5201" name_zh: "贵阳市" household_count: 900 })");
  const auto lines = Lines(text);
  REQUIRE(lines.size() == 5);
  CHECK(absl::StartsWith(lines[2], "52 "));
  CHECK(absl::StrContains(lines[2], "12,000"));
  CHECK(absl::StartsWith(lines[3], "5201"));
}

TEST_CASE("USE-1 answers are told in the words of the form", "[fupinctl]") {
  const auto form = Parse<identification::v1::Form>(R"(
      questions { code: "H001" text_zh: "住房面积" unit_zh: "平方米" }
      questions { code: "H002" text_zh: "结构" choices { code: "wood" zh: "木结构" en: "timber" } })");
  Glossary glossary;
  glossary.Add(form);
  const std::string text = Show<identification::v1::Household>(R"(
      answers { question: "H001" number: "86.5" }
      answers { question: "H002" choice: "wood" }
      answers { question: "H003" choice: "wood" }
      answers { question: "H004" yes: false }
      answers { question: "H005" absent: ABSENCE_NOT_ASKED })",
                                                               {}, glossary);
  CHECK(absl::StrContains(LineWith(text, "H001 住房面积 [平方米]"), "86.5"));
  CHECK(absl::StrContains(LineWith(text, "H002 结构"), "木结构 timber"));
  // Not a choice of that question: the code stays.
  CHECK(absl::StrContains(LineWith(text, "H003"), "wood"));
  CHECK(absl::StrContains(LineWith(text, "H004"), "否 no"));
  CHECK(absl::StrContains(LineWith(text, "H005"), "未问 not asked"));
}

TEST_CASE("USE-1 what kind of participant it is is told in both languages", "[fupinctl]") {
  const std::string text = Show<exchange::v1::ListParticipantsResponse>(R"(
      participants { id: "mps" kind: "DEPARTMENT" } participants { id: "x" kind: "NEW_KIND" })");
  CHECK(absl::StrContains(LineWith(text, "mps"), "政府部门 department"));
  CHECK(absl::StrContains(LineWith(text, "x "), "NEW_KIND"));
}

TEST_CASE("EX-6 the values of a record are lines with units, its payload only a size",
          "[fupinctl]") {
  const std::string text = Show<exchange::v1::Record>(R"(
      name: "datasets/a.b/records/1" dataset: "a.b" payload: "12345"
      fields { key: "amount_fen" value: "54400" }
      fields { key: "code" value: "01" }
      fields { key: "paid" value: "true" })");
  CHECK(absl::EndsWith(LineWith(text, "amount_fen:"), " 544.00 元"));
  CHECK(absl::EndsWith(LineWith(text, "code:"), " 01"));
  CHECK(absl::EndsWith(LineWith(text, "paid:"), " 是 yes"));
  CHECK(absl::EndsWith(LineWith(text, "payload:"), " 5 字节 bytes"));
}

TEST_CASE("EX-2 a rejection shows reason, field and the Chinese text in one cell", "[fupinctl]") {
  const std::string text = Show<exchange::v1::ListRejectionsResponse>(R"(
      rejections { name: "datasets/a.b/rejections/1" index: 7
        problems { reason: "DATE_FORMAT" field: "birth" message_zh: "日期有误" message_en: "date" }
        problems { reason: "REQUIRED" field: "name" message_zh: "缺少" message_en: "missing" } })");
  CHECK(absl::StrContains(text, "日期有误 DATE_FORMAT birth; 缺少 REQUIRED name"));
  CHECK(absl::EndsWith(Lines(text)[3], "datasets/a.b/rejections/1"));
}

TEST_CASE("USE-1 long text is cut at the width of the terminal, names to copy stay whole",
          "[fupinctl]") {
  TextTable table;
  table.columns = {{"说明", "advice", false, true},
                   {"数", "n", true},
                   {"编号", "name", false, true},
                   {"时间", "time"}};
  table.rows = {
      {"核实车辆是否本人使用、是否已转让", "1", "households/0123456789/findings/1", "1 2"},
      {"短", "12345", "households/1", "1 2"}};
  const auto widest = [&](int width) {
    int columns = 0;
    for (const std::string& line : Lines(Draw(table, width, 2))) {
      columns = std::max(columns, Columns(line));
    }
    return columns;
  };
  const int natural = 2 + 32 + 2 + 5 + 2 + 32 + 2 + 4;
  CHECK(widest(0) == natural);
  CHECK(widest(natural) == natural);
  CHECK(widest(natural - 10) <= natural - 10);
  CHECK(widest(natural - 10) >= natural - 12);
  const std::string cut = Draw(table, natural - 10, 2);
  CHECK(absl::StrContains(cut, "…"));
  CHECK(absl::StrContains(cut, "households/0123456789/findings/1"));
  CHECK(absl::EndsWith(Lines(cut)[3], "1 2"));
  // Too narrow for the names alone: they are whole all the same.
  CHECK(absl::StrContains(Draw(table, 20, 2), "households/0123456789/findings/1"));
  CHECK(absl::StrContains(Draw(table, 20, 2), "12345"));
}

TEST_CASE("USE-1 where a row is too wide, what is marked so goes on a line below it",
          "[fupinctl]") {
  TextTable table;
  table.columns = {{"说明", "advice", false, true}, {"编号", "name", false, true, true}};
  table.rows = {{"核实", "households/1"}, {"动员参保", "households/2"}};
  const int natural = 8 + 2 + 12;
  CHECK(Lines(Draw(table, natural, 0)).size() == 5);
  CHECK(Draw(table, natural - 1, 0) ==
        "说明\n"
        "advice\n"
        "      编号 name\n"
        "核实\n"
        "      households/1\n"
        "动员参保\n"
        "      households/2\n");
  table.columns[1].below = false;
  CHECK(Lines(Draw(table, natural - 1, 0)).size() == 5);
}

TEST_CASE("USE-1 Chinese characters are two columns wide", "[fupinctl]") {
  CHECK(Columns("贫困 poor") == 9);
  CHECK(Pad("贫困", 6) == "贫困  ");
  CHECK(PadLeft("贫困", 6) == "  贫困");
  CHECK(Pad("贫困", 3) == "贫困");
  CHECK(Cut("贫困户数", 8) == "贫困户数");
  CHECK(Cut("贫困户数", 7) == "贫困户…");
  CHECK(Cut("贫困户数", 6) == "贫困…");
}

TEST_CASE("SEC-2 a value from outside cannot steer the terminal", "[fupinctl]") {
  CHECK(OneLine("a\x1b[2Jb\nc\td\x7f") == "a [2Jb c d ");
  CHECK(OneLine("a\xc2\x9b"
                "2Jb") == "a 2Jb");
  CHECK(OneLine("王§") == "王§");
  const std::string text = Show<exchange::v1::Record>(R"(name: "a" system: "x\033[2J\ny")");
  CHECK(absl::EndsWith(LineWith(text, "来源系统"), " x [2J y"));
}

}  // namespace
}  // namespace fupin::fupinctl
