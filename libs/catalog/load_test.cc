#include "libs/catalog/load.h"

#include <catch2/catch.hpp>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/catalog/score_function.h"
#include "libs/catalog/stable_hash.h"
#include "libs/status/status.h"

namespace fupin::catalog {
namespace {

// Two datasets, as contracts would describe them.
std::optional<FieldInfo> Lookup(absl::string_view dataset, absl::string_view field) {
  if (dataset != "mps.vehicle" && dataset != "moe.school") return std::nullopt;
  if (field.empty() || field == "plate") return FieldInfo{ValueType::kText, {}};
  if (field == "price_fen") return FieldInfo{ValueType::kNumber, {}};
  if (field == "scrapped") return FieldInfo{ValueType::kBoolean, {}};
  if (field == "bought") return FieldInfo{ValueType::kDate, {}};
  if (field == "kind") return FieldInfo{ValueType::kCode, {"car", "tractor"}};
  return std::nullopt;
}

// Line numbers of faults below count in this text.
const char kGood[] = R"(id: "t"
version: 3
effective_date: "2025-01-01"
label_zh: "示例指标包, 非官方"
label_en: "example, not official"
direction: DIRECTION_LOW_IS_POOR
poor_below_centipoints: 6000
stable_above_centipoints: 8000
min_completeness_permille: 600
reference_date: "2025-12-31"
questions { code: "H1" scope: SCOPE_HOUSEHOLD type: TYPE_NUMBER text_zh: "面积" text_en: "area" }
questions { code: "H2" scope: SCOPE_HOUSEHOLD type: TYPE_CHOICE text_zh: "墙" text_en: "walls"
  choices { code: "mud" zh: "土" en: "mud" } choices { code: "brick" zh: "砖" en: "brick" } }
questions { code: "M1" scope: SCOPE_MEMBER type: TYPE_BOOLEAN text_zh: "健康" text_en: "healthy" }
dimensions { code: "A" name_zh: "房" name_en: "house" weight_permille: 700
  indicators { code: "A1" name_zh: "人均面积" name_en: "area per head" weight: 1
    when_absent: WHEN_ABSENT_INTERVAL
    sources { formula {
      inputs { name: "area" question { of: "H1" } }
      inputs { name: "size" dataset { of: "member" aggregate: AGGREGATE_COUNT } }
      expression: "area / size" } }
    linear { knots { value: 0 score: 0 } knots { value: 10 score: 4000 } knots { value: 30 score: 10000 } } }
  indicators { code: "A2" name_zh: "墙体" name_en: "walls" weight: 1
    when_absent: WHEN_ABSENT_REQUIRED
    sources { question { of: "H2" } }
    categories { categories { code: "mud" score: 1000 } categories { code: "brick" score: 9000 } } }
  indicators { code: "A3" name_zh: "车" name_en: "car" weight: 1
    when_absent: WHEN_ABSENT_INTERVAL
    sources { dataset { of: "mps.vehicle" field: "price_fen" aggregate: AGGREGATE_SUM scale: 0.01
      where { field: "kind" op: OPERATOR_EQ value: "car" } empty_is_zero: true } }
    bands { bands { score: 2000 } bands { from: 10000 score: 6000 } bands { from: 50000 score: 10000 } } }
}
dimensions { code: "B" name_zh: "人" name_en: "people" weight_permille: 300
  indicators { code: "B1" name_zh: "健康" name_en: "health" weight: 5
    when_absent: WHEN_ABSENT_INTERVAL
    sources { question { of: "M1" aggregate: AGGREGATE_ALL } }
    boolean { true_score: 10000 false_score: 500 } }
}
references { code: "R1" name_zh: "面积" name_en: "area" sources { question { of: "H1" } } }
)";

std::shared_ptr<const Catalog> Good() {
  auto catalog = Parse(kGood, "t.txtpb", Lookup);
  INFO(catalog.status());
  REQUIRE(catalog.ok());
  return *catalog;
}

TEST_CASE("ID-6 a catalog is loaded with weights that sum to 100000 exactly") {
  const auto catalog = Good();
  REQUIRE(catalog->indicators.size() == 4);
  int32_t sum = 0;
  for (const Indicator& indicator : catalog->indicators) sum += indicator.weight_units;
  CHECK(sum == kWeightUnits);
  // 70000 in three: the earlier of equal remainders gets the rest.
  CHECK(catalog->indicators[0].weight_units == 23334);
  CHECK(catalog->indicators[1].weight_units == 23333);
  CHECK(catalog->indicators[2].weight_units == 23333);
  CHECK(catalog->indicators[3].weight_units == 30000);
  CHECK(catalog->dimensions[1].first_indicator == 3);
  CHECK(catalog->indicators[3].dimension == 1);
  CHECK(catalog->indicators[1].required);
  CHECK(catalog->FindIndicator("A3") == 2);
  CHECK(catalog->FindIndicator("Z") == -1);
  CHECK(catalog->FindQuestion("M1")->of_member);
  CHECK(catalog->reference_date == absl::CivilDay(2025, 12, 31));
}

TEST_CASE("ID-6 scoring is compiled into lines and steps") {
  const auto catalog = Good();
  const ScoreFunction& linear = catalog->indicators[0].function;
  CHECK(linear.shape == ScoreFunction::Shape::kLinear);
  REQUIRE(linear.pieces.size() == 2);
  CHECK(linear.pieces[1].from == 10);
  CHECK(linear.pieces[1].width == 20);
  CHECK(linear.pieces[1].factor == 300);
  const ScoreFunction& bands = catalog->indicators[2].function;
  CHECK(bands.shape == ScoreFunction::Shape::kStep);
  CHECK(bands.base == 2000);
  REQUIRE(bands.pieces.size() == 2);
  CHECK(bands.pieces[0].from == 10000);
  CHECK(bands.pieces[0].factor == 4000);
  CHECK(bands.lowest == 2000);
  CHECK(bands.highest == 10000);
  CHECK(catalog->indicators[1].categories == std::vector<std::string>{"mud", "brick"});
  CHECK(catalog->indicators[3].measure == Measure::kBoolean);
}

TEST_CASE("ID-6 every fault names file, line and problem") {
  struct Case {
    const char* what;
    const char* from;
    const char* to;
    const char* reason;
    int line;
  };
  const Case test = GENERATE(values<Case>({
      {"unknown field", "version: 3", "versio: 3", "CATALOG_SYNTAX", 2},
      {"bad date", "2025-01-01", "2025-02-30", "CATALOG_DATE", 3},
      {"bad reference date", "2025-12-31", "31.12.2025", "CATALOG_DATE", 10},
      {"no label", "label_en: \"example, not official\"", "", "CATALOG_LABEL", 1},
      {"no direction", "direction: DIRECTION_LOW_IS_POOR", "", "CATALOG_EDGES", 1},
      {"edges crossed", "poor_below_centipoints: 6000", "poor_below_centipoints: 8001",
       "CATALOG_EDGES", 7},
      {"edge above 100", "stable_above_centipoints: 8000", "stable_above_centipoints: 10001",
       "CATALOG_EDGES", 7},
      {"completeness", "permille: 600", "permille: 1001", "CATALOG_EDGES", 9},
      {"question twice", "code: \"M1\" scope", "code: \"H1\" scope", "CATALOG_CODE", 14},
      {"choices missing", "TYPE_NUMBER", "TYPE_CHOICE", "CATALOG_QUESTION", 11},
      {"weights not 1000", "weight_permille: 700", "weight_permille: 699", "CATALOG_WEIGHT", 1},
      {"weight zero", "\"health\" weight: 5", "\"health\" weight: 0", "CATALOG_WEIGHT", 34},
      {"indicator twice", "code: \"A2\"", "code: \"A1\"", "CATALOG_CODE", 23},
      {"score above 100", "score: 9000", "score: 10001", "CATALOG_SCORE", 23},
      {"score below 0", "score: 500 ", "score: -1 ", "CATALOG_SCORE", 34},
      {"knots not ascending", "value: 30 score", "value: 10 score", "CATALOG_SCORE", 16},
      {"knots too close", "value: 10 score", "value: 1e-42 score", "CATALOG_SCORE", 16},
      {"one knot", "knots { value: 10 score: 4000 } knots { value: 30 score: 10000 }", "",
       "CATALOG_SCORE", 16},
      {"bands not ascending", "from: 50000", "from: 10000", "CATALOG_SCORE", 27},
      {"category nobody can choose", "categories { code: \"mud\" score",
       "categories { code: \"gold\" score: 1 } categories { code: \"mud\" score",
       "CATALOG_CATEGORY", 23},
      {"choice without score", "categories { code: \"mud\" score: 1000 }", "", "CATALOG_CATEGORY",
       23},
      {"question unknown", "question { of: \"H2\" }", "question { of: \"H9\" }", "CATALOG_QUESTION",
       25},
      {"member question without aggregate", " aggregate: AGGREGATE_ALL", "", "CATALOG_SOURCE", 36},
      {"dataset unknown", "of: \"mps.vehicle\"", "of: \"mps.boat\"", "CATALOG_DATASET", 29},
      {"field unknown", "field: \"price_fen\"", "field: \"colour\"", "CATALOG_DATASET", 29},
      {"aggregate of text", "field: \"price_fen\"", "field: \"plate\"", "CATALOG_SOURCE", 29},
      {"filter's code unknown", "value: \"car\"", "value: \"boat\"", "CATALOG_FILTER", 30},
      {"filter's field unknown", "field: \"kind\"", "field: \"colour\"", "CATALOG_FILTER", 30},
      {"code has no order", "OPERATOR_EQ", "OPERATOR_LT", "CATALOG_FILTER", 30},
      {"filter without value", "op: OPERATOR_EQ value: \"car\"", "op: OPERATOR_EQ",
       "CATALOG_FILTER", 30},
      {"formula's input not declared", "expression: \"area / size\"",
       "expression: \"area / heads\"", "CATALOG_FORMULA", 21},
      {"formula malformed", "expression: \"area / size\"", "expression: \"area / \"",
       "CATALOG_FORMULA", 21},
      {"no source", "sources { question { of: \"H2\" } }", "", "CATALOG_SOURCE", 23},
      {"type does not fit", "question { of: \"H2\" } }", "question { of: \"H1\" } }",
       "CATALOG_SOURCE", 25},
      {"months of a question", "sources { question { of: \"H2\" }",
       "sources { question { of: \"H2\" months: 3 }", "CATALOG_SOURCE", 25},
      {"reference without name", "references { code: \"R1\" name_zh: \"面积\"",
       "references { code: \"R1\"", "CATALOG_LABEL", 39},
      {"when_absent missing", "when_absent: WHEN_ABSENT_REQUIRED", "", "CATALOG_SCORE", 23},
  }));
  CAPTURE(test.what);
  const std::string text = absl::StrReplaceAll(kGood, {{test.from, test.to}});
  REQUIRE(text != kGood);
  const auto catalog = Parse(text, "t.txtpb", Lookup);
  REQUIRE_FALSE(catalog.ok());
  bool found = false;
  for (const Problem& problem : ProblemsOf(catalog.status())) {
    UNSCOPED_INFO(problem.reason << " " << problem.message_en);
    found = found || (problem.reason == test.reason &&
                      problem.field == absl::StrCat("t.txtpb:", test.line) &&
                      problem.message_zh.find(problem.field) == 0);
  }
  CHECK(found);
}

TEST_CASE("I06 a catalog saved in GBK is refused with its line") {
  const std::string text = absl::StrReplaceAll(kGood, {{"面积", "\xc3\xe6\xbb\xfd"}});
  REQUIRE(text != kGood);
  const auto problems = ProblemsOf(Parse(text, "t.txtpb", Lookup).status());
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].reason == "CATALOG_SYNTAX");
  CHECK(problems[0].field == "t.txtpb:11");
}

TEST_CASE("I07 a fault that repeats control characters of the file is told whole") {
  const std::string text =
      absl::StrReplaceAll(kGood, {{"question { of: \"H2\" }", "question { of: \"H\x1e\x1f\" }"}});
  REQUIRE(text != kGood);
  const auto problems = ProblemsOf(Parse(text, "t.txtpb", Lookup).status());
  REQUIRE_FALSE(problems.empty());
  CHECK(problems[0].reason == "CATALOG_QUESTION");
  CHECK(problems[0].message_en.find("H\x1e\x1f") != std::string::npos);
}

TEST_CASE("ID-6 many faults are told at once, twenty at most") {
  std::string text = kGood;
  for (int i = 0; i < 30; ++i) absl::StrAppend(&text, "references { code: \"X", i, "\" }\n");
  const auto catalog = Parse(text, "t.txtpb", Lookup);
  REQUIRE_FALSE(catalog.ok());
  CHECK(ProblemsOf(catalog.status()).size() == 20);
  CHECK(ReasonOf(Load("/nowhere.txtpb", Lookup).status()) == "FILE_NOT_FOUND");
}

TEST_CASE("ID-6 the fingerprint is of the meaning, not of the layout") {
  const auto base = Good();
  const auto with = [](const char* from, const char* to) {
    return *Parse(absl::StrReplaceAll(kGood, {{from, to}}), "other.txtpb", Lookup);
  };
  const auto commented = with("version: 3", "# a comment\n\nversion:   3");
  CHECK(commented->fingerprint == base->fingerprint);
  const auto weighted = with("\"health\" weight: 5", "\"health\" weight: 6");
  CHECK(weighted->fingerprint != base->fingerprint);
  CHECK(weighted->source_fingerprint == base->source_fingerprint);
  const auto edges = with("poor_below_centipoints: 6000", "poor_below_centipoints: 5900");
  CHECK(edges->source_fingerprint == base->source_fingerprint);
  const auto scaled = with("scale: 0.01", "scale: 0.02");
  CHECK(scaled->source_fingerprint != base->source_fingerprint);
  // Known value: stored hashes must mean the same in every release.
  CHECK(StableHash().Add("fupin").Add(7).value() == 0x4416eff385c4ea78u);
}

TEST_CASE("ID-6 parts sum to the whole and the largest remainders get the rest") {
  using Weights = std::vector<int32_t>;
  CHECK(Apportion(10, Weights{1, 1, 1}) == Weights{4, 3, 3});
  CHECK(Apportion(10, Weights{6, 6, 5}) == Weights{4, 3, 3});
  CHECK(Apportion(100, Weights{1, 999'999}) == Weights{0, 100});
  const Weights many(199, 7);
  const Weights parts = Apportion(100'000, many);
  CHECK(std::accumulate(parts.begin(), parts.end(), 0) == 100'000);
}

}  // namespace
}  // namespace fupin::catalog
