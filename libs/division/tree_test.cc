#include "libs/division/tree.h"

#include <catch2/catch.hpp>

#include "libs/status/status.h"

namespace fupin::division {
namespace {

constexpr char kWorld[] =
    "# levels: province county village\n"
    "52\t\tprovince\t贵州省\n"
    "5201\t52\tcounty\t甲县\n"
    "520101\t5201\tvillage\t子村\n"
    "520102\t5201\tvillage\t丑村\n"
    "5202\t52\tcounty\t乙县\n";

TEST_CASE("a division knows its path and its ancestors", "[division]") {
  const auto tree = *Tree::Parse(kWorld, "world");
  const Node* village = tree->Find("520102");
  REQUIRE(village != nullptr);
  CHECK(tree->Path(*village) == std::vector<std::string>{"贵州省", "甲县", "丑村"});
  CHECK(tree->AncestorAt(*village, 1)->code == "5201");
  CHECK(tree->AncestorAt(tree->root(), 1) == nullptr);
  CHECK(tree->IsUnder(*village, tree->root()));
  CHECK_FALSE(tree->IsUnder(*village, *tree->Find("5202")));
  CHECK(tree->Find("5201")->children.size() == 2);
  CHECK(tree->Find("9") == nullptr);
}

TEST_CASE("a wrong division file is refused with file and line", "[division]") {
  struct Case {
    const char* line;
    const char* text;
  };
  const auto [line, text] = GENERATE(values<Case>({
      {"5201\t52\tcounty\t又一个\n", "repeated"},
      {"5203\t99\tcounty\t丙县\n", "parent"},
      {"5203\t5201\tcounty\t丙县\n", "not below"},
      {"5203\t52\tplanet\t丙县\n", "not declared"},
      {"52 03\t52\tcounty\t丙县\n", "malformed"},
      {"5203\t52\tcounty\n", "4 columns"},
      {"5203\t52\tcounty\t\n", "empty"},
  }));
  CAPTURE(line);
  const auto tree = Tree::Parse(std::string(kWorld) + line, "world");
  REQUIRE_FALSE(tree.ok());
  CHECK(ReasonOf(tree.status()) == "DIVISION_FILE");
  CHECK(std::string(tree.status().message()).find("world:7") != std::string::npos);
  CHECK(std::string(tree.status().message()).find(text) != std::string::npos);
}

}  // namespace
}  // namespace fupin::division
