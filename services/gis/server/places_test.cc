#include "services/gis/server/places.h"

#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

namespace fupin::gis {
namespace {

std::string Read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string First(const Places& places, const std::string& text) {
  const auto found = places.Find(text, 10);
  return found.empty() ? "" : std::string(found[0].name());
}

TEST_CASE(
    "GIS-2 places of Guizhou are found by name, code, pinyin and initials, larger ones first") {
  const auto tree = division::Tree::Load({FUPIN_SOURCE_DIR "/deploy/divisions/guizhou.tsv"});
  REQUIRE(tree.ok());
  const auto pinyin = pinyin::Pinyin::Create(Read(FUPIN_SOURCE_DIR "/deploy/divisions/pinyin.tsv"));
  REQUIRE(pinyin.ok());
  const Places places(**tree, **pinyin);
  for (const auto& [text, name] :
       std::vector<std::pair<std::string, std::string>>{{"贵阳", "贵阳市"},
                                                        {"阳", "贵阳市"},
                                                        {"gy", "贵阳市"},
                                                        {"guiyang", "贵阳市"},
                                                        {"Gui Yang", "贵阳市"},
                                                        {"guiyangshi", "贵阳市"},
                                                        {"zy", "遵义市"},
                                                        {"zunyi", "遵义市"},
                                                        {"qdn", "黔东南苗族侗族自治州"},
                                                        {"qxn", "黔西南布依族苗族自治州"},
                                                        {"duyun", "都匀市"},
                                                        {"sandu", "三都水族自治县"},
                                                        {"changshun", "长顺县"},
                                                        {"5203", "遵义市"},
                                                        {"52", "贵州省"},
                                                        {"gz", "贵州省"},
                                                        {"lz", "六枝特区"},
                                                        {"wn", "威宁彝族回族苗族自治县"},
                                                        {"新华路街道", "新华路街道"}}) {
    CAPTURE(text);
    CHECK(First(places, text) == name);
  }
  CHECK(places.Find("", 10).empty());
  CHECK(places.Find("qqqq", 10).empty());
  CHECK(places.Find("\n", 10).empty());
  CHECK(places.Find("市\n", 10).empty());
  CHECK(places.Find("贵阳", 0).empty());
  CHECK(places.Find("村", 50).size() == 50);
  // Each place once, in one order, whatever the limit.
  const auto all = places.Find("y", 100'000);
  for (const size_t limit : {size_t{1}, size_t{7}, size_t{50}}) {
    const auto some = places.Find("y", limit);
    REQUIRE(some.size() == limit);
    CHECK(std::equal(some.begin(), some.end(), all.begin()));
  }
  std::vector<bool> seen((*tree)->size());
  for (const division::Division& place : all) {
    REQUIRE_FALSE(seen[place.order()]);
    seen[place.order()] = true;
  }
}

TEST_CASE("GIS-2 places are found in a country that writes no Chinese") {
  const auto tree = division::Tree::Parse(
      {{"t.tsv", "# levels: land bezirk\nAT\t\tland\tKärnten\nAT-1.2\tAT\tbezirk\tVölkermarkt\n"}});
  REQUIRE(tree.ok());
  const auto pinyin = pinyin::Pinyin::Create("");
  REQUIRE(pinyin.ok());
  const Places places(**tree, **pinyin);
  CHECK(First(places, "Völk") == "Völkermarkt");
  CHECK(First(places, "volkermarkt") == "Völkermarkt");
  CHECK(First(places, "AT-1.") == "Völkermarkt");
  CHECK(First(places, "AT") == "Kärnten");
}

}  // namespace
}  // namespace fupin::gis
