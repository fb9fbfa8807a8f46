#include "libs/division/tree.h"

#include <cstdlib>
#include <fstream>
#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "libs/status/status.h"

namespace fupin::division {
namespace {

// Worlds are written with '|' for the tab.
Source World(std::string name, absl::string_view text) {
  return {std::move(name), absl::StrReplaceAll(text, {{"|", "\t"}})};
}

// 52 has two prefectures; 5299 skips the county level. Parts stand before their parents.
constexpr char kWorld[] =
    "# levels: province prefecture county township\n"
    "520502|5205|county|七星关区\n"
    "520526100|520526|township|草海镇\n"
    "520526|5205|county|威宁县\n"
    "\n"
    "# a comment\n"
    "5205|52|prefecture|毕节市\n"
    "52||province|贵州省\n"
    "5299|52|prefecture|省直管\n"
    "5299T.1_a-b|5299|township|直管镇\n"
    "45||province|广西壮族自治区\n";

std::shared_ptr<const Tree> MustParse(const std::vector<Source>& sources) {
  auto tree = Tree::Parse(sources);
  INFO(tree.status());
  REQUIRE(tree.ok());
  return *tree;
}

std::string Codes(const DivisionRange& range) {
  std::vector<std::string> codes;
  for (Division division : range) codes.emplace_back(division.code());
  return absl::StrJoin(codes, " ");
}

TEST_CASE("GIS-1 a division knows its parent, its parts and its level", "[division]") {
  const auto tree = MustParse({World("base.tsv", kWorld)});
  CHECK(tree->size() == 8);
  CHECK(Codes(tree->all()) == "45 52 5205 520502 520526 520526100 5299 5299T.1_a-b");
  CHECK(Codes(tree->tops()) == "45 52");
  CHECK(absl::StrJoin(tree->levels(), " ") == "province prefecture county township");
  CHECK(tree->LevelIndex("county") == 2);
  CHECK_FALSE(tree->LevelIndex("hamlet").has_value());
  CHECK(tree->CountAt(0) == 2);
  CHECK(tree->CountAt(3) == 2);

  const auto township = tree->Find("520526100");
  REQUIRE(township.has_value());
  CHECK(township->name() == "草海镇");
  CHECK(township->level() == 3);
  CHECK(township->level_name() == "township");
  CHECK(township->parent() == tree->Find("520526"));
  CHECK(township->children().empty());
  CHECK(Codes(township->subtree()) == "520526100");
  CHECK(tree->At(township->order()) == *township);

  const auto province = tree->Find("52");
  REQUIRE(province.has_value());
  CHECK_FALSE(province->parent().has_value());
  CHECK(Codes(province->children()) == "5205 5299");
  CHECK(Codes(province->subtree()) == "52 5205 520502 520526 520526100 5299 5299T.1_a-b");
  std::vector<std::string> names;
  for (Division step : township->Path()) names.emplace_back(step.name());
  CHECK(absl::StrJoin(names, "") == "贵州省毕节市威宁县草海镇");
}

TEST_CASE("GIS-1 the ancestor at a level is itself, above, or nothing", "[division]") {
  const auto tree = MustParse({World("base.tsv", kWorld)});
  const Division township = *tree->Find("520526100");
  CHECK(township.AncestorAt(3) == township);
  CHECK(township.AncestorAt(2) == tree->Find("520526"));
  CHECK(township.AncestorAt(0) == tree->Find("52"));
  CHECK_FALSE(tree->Find("5205")->AncestorAt(2).has_value());         // below it
  CHECK_FALSE(tree->Find("5299T.1_a-b")->AncestorAt(2).has_value());  // skipped
  CHECK(tree->Find("5299T.1_a-b")->AncestorAt(1) == tree->Find("5299"));
}

TEST_CASE("EX-5 a code is opaque: only rows say what stands under what", "[division]") {
  const auto tree = MustParse({World("a.tsv",
                                     "# levels: land kreis\n"
                                     "9||land|九\n"
                                     "52||land|五二\n"
                                     "5201|9|kreis|别处\n")});
  CHECK(tree->Find("5201")->IsUnder(*tree->Find("9")));
  CHECK_FALSE(tree->Find("5201")->IsUnder(*tree->Find("52")));
  CHECK(tree->Find("9")->IsUnder(*tree->Find("9")));
  CHECK_FALSE(tree->Find("9")->IsUnder(*tree->Find("5201")));
}

TEST_CASE("GIS-1 a second file adds natural villages below the first", "[division]") {
  const Source base = World("base.tsv",
                            "# levels: township village hamlet\n"
                            "1||township|镇\n"
                            "1-2|1|village|村二\n"
                            "1-1|1|village|村一\n");
  const Source hamlets = World("hamlets.tsv",
                               "# levels: township village hamlet\n"
                               "1-1-2|1-1|hamlet|上寨\n"
                               "1-2-1|1-2|hamlet|下寨\n"
                               "1-1-1|1-1|hamlet|中寨\n");
  const auto tree = MustParse({base, hamlets});
  CHECK(Codes(tree->all()) == "1 1-1 1-1-1 1-1-2 1-2 1-2-1");
  CHECK(tree->CountAt(2) == 3);
  // The order of rows and of files does not change the tree.
  const auto turned = MustParse({hamlets, base});
  CHECK(Codes(turned->all()) == Codes(tree->all()));
  CHECK(turned->Find("1-2-1")->order() == tree->Find("1-2-1")->order());
}

TEST_CASE("a code that is not there is not found, whatever its bytes", "[division]") {
  const auto tree = MustParse({World("base.tsv", kWorld)});
  for (absl::string_view code :
       {absl::string_view(""), absl::string_view("5"), absl::string_view("52 "),
        absl::string_view("520"), absl::string_view("\0\xff", 2), absl::string_view("贵州省")}) {
    CHECK_FALSE(tree->Find(code).has_value());
  }
}

TEST_CASE("EX-5 a wrong file is refused with file, line and field", "[division]") {
  struct Row {
    std::string rows;  // after the levels line and "52", hence from line 3
    std::string reason;
    std::string field;
    std::string where;
  };
  const std::string long_code(25, '1');
  const std::string long_name(241, 'x');
  const Row row = GENERATE_COPY(values<Row>({
      {"5201|52|prefecture|甲\n5201|52|prefecture|乙\n", "DIVISION_DUPLICATE", "code", "f.tsv:4"},
      {"52||province|又\n", "DIVISION_DUPLICATE", "code", "f.tsv:3"},
      {"5201|53|prefecture|甲\n", "DIVISION_PARENT_UNKNOWN", "parent", "f.tsv:3"},
      {"5201||prefecture|甲\n", "DIVISION_LEVEL_ORDER", "parent", "f.tsv:3"},
      {"5201|52|province|甲\n", "DIVISION_LEVEL_ORDER", "parent", "f.tsv:3"},
      {"5201|5201|prefecture|自己\n", "DIVISION_LEVEL_ORDER", "parent", "f.tsv:3"},
      {"1|2|prefecture|甲\n2|1|county|乙\n", "DIVISION_LEVEL_ORDER", "parent", "f.tsv:3"},
      {"1|2|county|甲\n2|1|county|乙\n", "DIVISION_LEVEL_ORDER", "parent", "f.tsv:3"},
      {"5201|52|city|甲\n", "DIVISION_LEVEL_UNKNOWN", "level", "f.tsv:3"},
      {"5201|52|Prefecture|甲\n", "DIVISION_LEVEL_UNKNOWN", "level", "f.tsv:3"},
      {"5201|52|prefecture\n", "DIVISION_COLUMNS", "", "f.tsv:3"},
      {"5201|52|prefecture|甲|\n", "DIVISION_COLUMNS", "", "f.tsv:3"},
      {"5201 52 prefecture 甲\n", "DIVISION_COLUMNS", "", "f.tsv:3"},
      {"|52|prefecture|甲\n", "DIVISION_CODE", "code", "f.tsv:3"},
      {"52/1|52|prefecture|甲\n", "DIVISION_CODE", "code", "f.tsv:3"},
      {"五二|52|prefecture|甲\n", "DIVISION_CODE", "code", "f.tsv:3"},
      {long_code + "|52|prefecture|甲\n", "DIVISION_CODE", "code", "f.tsv:3"},
      {"5201|5 2|prefecture|甲\n", "DIVISION_CODE", "parent", "f.tsv:3"},
      {"5201|52|prefecture|\n", "DIVISION_NAME", "name", "f.tsv:3"},
      {"5201|52|prefecture|甲\r\n", "DIVISION_NAME", "name", "f.tsv:3"},
      {"5201|52|prefecture|\x01\n", "DIVISION_NAME", "name", "f.tsv:3"},
      {"5201|52|prefecture|\xc2\x85\n", "DIVISION_NAME", "name", "f.tsv:3"},
      {"5201|52|prefecture|\xb9\xf3\xd6\xdd\n", "DIVISION_NAME", "name", "f.tsv:3"},  // GBK
      {"5201|52|prefecture|\xe7\x94\n", "DIVISION_NAME", "name", "f.tsv:3"},          // cut off
      {"5201|52|prefecture|\xe0\x80\x80\n", "DIVISION_NAME", "name", "f.tsv:3"},      // overlong
      {"5201|52|prefecture|\xed\xa0\x80\n", "DIVISION_NAME", "name", "f.tsv:3"},      // surrogate
      {"5201|52|prefecture|" + long_name + "\n", "DIVISION_NAME", "name", "f.tsv:3"},
      {"# levels: province county\n", "DIVISION_LEVELS", "levels", "f.tsv:3"},
  }));
  CAPTURE(row.rows);
  const auto tree = Tree::Parse({World(
      "f.tsv", absl::StrCat("# levels: province prefecture county\n52||province|省\n", row.rows))});
  REQUIRE_FALSE(tree.ok());
  CHECK(tree.status().code() == absl::StatusCode::kInvalidArgument);
  const auto problems = ProblemsOf(tree.status());
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].reason == row.reason);
  CHECK(problems[0].field == row.field);
  CHECK_THAT(problems[0].message_en, Catch::StartsWith(row.where + ": "));
  CHECK_THAT(problems[0].message_zh, Catch::StartsWith(row.where + ": "));
}

TEST_CASE("a duplicate across files names both places", "[division]") {
  const auto tree = Tree::Parse({World("a.tsv", "# levels: province\n52||province|省\n"),
                                 World("b.tsv", "# more\n52||province|省\n")});
  REQUIRE_FALSE(tree.ok());
  CHECK_THAT(std::string(tree.status().message()), Catch::StartsWith("b.tsv:2: "));
  CHECK_THAT(std::string(tree.status().message()), Catch::Contains("a.tsv:2"));
}

TEST_CASE("the longest code and name, and every length of UTF-8, are accepted", "[division]") {
  const std::string code(24, 'Z');
  const std::string name(240, 'x');
  const auto tree =
      MustParse({World("a.tsv", absl::StrCat("# levels: top\n", code, "||top|", name,
                                             "\nb||top|é㵲\xf0\xa0\xae\xb7\xef\xbf\xbd"))});
  CHECK(tree->Find(code)->name() == name);
  CHECK(tree->Find("b")->name() == "é㵲\xf0\xa0\xae\xb7\xef\xbf\xbd");
}

TEST_CASE("the declaration of levels is needed once, first, and without repetition", "[division]") {
  const auto reason = [](absl::string_view text) {
    return ReasonOf(Tree::Parse({World("a.tsv", text)}).status());
  };
  CHECK(reason("52||province|省\n") == "DIVISION_LEVELS");
  CHECK(reason("# levels:\n52||province|省\n") == "DIVISION_LEVELS");
  CHECK(reason("# levels: a b a\n1||a|省\n") == "DIVISION_LEVELS");
  CHECK(reason("# levels: A\n1||A|省\n") == "DIVISION_LEVELS");
  CHECK(reason("# levels: 1 2 3 4 5 6 7 8 9 a b c d e f g h\n1||1|省\n") == "DIVISION_LEVELS");
  CHECK(reason("") == "DIVISION_EMPTY");
  CHECK(reason("# levels: a\n") == "DIVISION_EMPTY");
  CHECK(ReasonOf(Tree::Parse({}).status()) == "DIVISION_EMPTY");
}

TEST_CASE("a file that cannot be read is named", "[division]") {
  const std::string missing = absl::StrCat(FUPIN_BINARY_DIR, "/no/such/divisions.tsv");
  for (const std::string& path : {missing, std::string(FUPIN_BINARY_DIR)}) {
    CAPTURE(path);
    const auto tree = Tree::Load({path});
    REQUIRE_FALSE(tree.ok());
    CHECK(tree.status().code() == absl::StatusCode::kNotFound);
    CHECK(ReasonOf(tree.status()) == "DIVISION_FILE");
    CHECK_THAT(std::string(tree.status().message()), Catch::Contains(path));
  }
}

TEST_CASE("GIS-1 Guizhou's file holds the divisions of 2023-06-30", "[division]") {
  const auto tree = Tree::Load({absl::StrCat(FUPIN_SOURCE_DIR, "/deploy/divisions/guizhou.tsv")});
  INFO(tree.status());
  REQUIRE(tree.ok());
  const Tree& guizhou = **tree;
  CHECK(guizhou.CountAt(*guizhou.LevelIndex("province")) == 1);
  CHECK(guizhou.CountAt(*guizhou.LevelIndex("prefecture")) == 9);
  CHECK(guizhou.CountAt(*guizhou.LevelIndex("county")) == 88);
  CHECK(guizhou.CountAt(*guizhou.LevelIndex("township")) == 1510);
  CHECK(guizhou.CountAt(*guizhou.LevelIndex("village")) == 17964);
  CHECK(guizhou.CountAt(*guizhou.LevelIndex("hamlet")) == 0);
  CHECK(Codes(guizhou.Find("52")->children()) == "5201 5202 5203 5204 5205 5206 5223 5226 5227");
  const auto weining = guizhou.Find("520526");
  REQUIRE(weining.has_value());
  CHECK_THAT(std::string(weining->name()), Catch::StartsWith("威宁"));
  CHECK(weining->parent()->name() == "毕节市");
  CHECK(guizhou.Find("522701")->name() == "都匀市");
}

// Beside a model that knows only parents: random trees, row order shuffled.
TEST_CASE("random trees agree with a walk over parents", "[division]") {
  const uint32_t seed = GENERATE(1u, 2u, 3u, 4u, 5u);
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto below = [&](uint32_t limit) { return static_cast<uint32_t>(random() % limit); };
  const int levels = 1 + static_cast<int>(below(6));
  std::map<std::string, std::pair<std::string, int>> model;  // code -> parent, level
  std::vector<std::string> by_age;
  for (int i = 0; i < 200; ++i) {
    std::string code = absl::StrCat(absl::Hex(random()), "-", i);
    std::pair<std::string, int> above{"", 0};
    if (!by_age.empty()) {
      const std::string& parent = by_age[below(by_age.size())];
      const int room = levels - 1 - model[parent].second;
      if (room > 0) above = {parent, model[parent].second + 1 + static_cast<int>(below(room))};
    }
    model[code] = above;
    by_age.push_back(std::move(code));
  }
  std::shuffle(by_age.begin(), by_age.end(), random);
  std::string text = "# levels:";
  for (int i = 0; i < levels; ++i) absl::StrAppend(&text, " l", i);
  for (const std::string& code : by_age) {
    absl::StrAppend(&text, "\n", code, "|", model[code].first, "|l", model[code].second, "|", code);
  }
  const auto tree = MustParse({World("random.tsv", text)});

  REQUIRE(tree->size() == model.size());
  const auto is_under = [&](std::string code, const std::string& other) {
    while (code != other && !code.empty()) code = model[code].first;
    return code == other;
  };
  uint32_t order = 0;
  size_t parts = 0;
  for (Division division : tree->all()) {
    REQUIRE(division.order() == order++);
    const std::string code(division.code());
    REQUIRE(tree->Find(code) == division);
    REQUIRE(division.name() == code);
    REQUIRE(division.level() == model.at(code).second);
    const auto parent = division.parent();
    REQUIRE((parent ? std::string(parent->code()) : "") == model.at(code).first);
    std::string last;
    for (Division part : division.children()) {
      REQUIRE(part.parent() == division);
      REQUIRE(last < std::string(part.code()));
      last = std::string(part.code());
      ++parts;
    }
    for (Division other : tree->all()) {
      REQUIRE(division.IsUnder(other) == is_under(code, std::string(other.code())));
    }
  }
  for ([[maybe_unused]] Division top : tree->tops()) ++parts;
  CHECK(parts == model.size());  // every division is a part of exactly one, or a top
}

}  // namespace
}  // namespace fupin::division
