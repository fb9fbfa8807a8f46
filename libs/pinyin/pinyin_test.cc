#include "libs/pinyin/pinyin.h"

#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "absl/strings/str_split.h"
#include "libs/status/status.h"

namespace fupin::pinyin {
namespace {

std::string Shipped() {
  std::ifstream file(FUPIN_SOURCE_DIR "/deploy/divisions/pinyin.tsv");
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("GIS-2 the divisions of Guizhou are read as they are officially written", "[pinyin]") {
  auto pinyin = Pinyin::Create(Shipped());
  if (!pinyin.ok()) FAIL(pinyin.status());
  // Romanised names of GB/T 2260, generic parts left out; those with characters of several
  // readings.
  for (const auto& [name, whole] : std::vector<std::pair<std::string, std::string>>{
           {"贵州省", "guizhousheng"},
           {"贵阳市", "guiyangshi"},
           {"遵义市", "zunyishi"},
           {"六盘水市", "liupanshuishi"},
           {"六枝特区", "liuzhitequ"},
           {"都匀市", "duyunshi"},
           {"三都水族自治县", "sandushuizuzizhixian"},
           {"长顺县", "changshunxian"},
           {"乌当区", "wudangqu"},
           {"瓮安县", "wenganxian"},
           {"册亨县", "cehengxian"},
           {"岑巩县", "cengongxian"},
           {"荔波县", "liboxian"},
           {"施秉县", "shibingxian"},
           {"仁怀市", "renhuaishi"},
           {"湄潭县", "meitanxian"},
           {"赫章县", "hezhangxian"},
           {"纳雍县", "nayongxian"},
           {"威宁彝族回族苗族自治县", "weiningyizuhuizumiaozuzizhixian"},
           {"务川仡佬族苗族自治县", "wuchuangelaozumiaozuzizhixian"},
           {"石阡县", "shiqianxian"},
           {"织金县", "zhijinxian"},
           {"望谟县", "wangmoxian"},
           {"台江县", "taijiangxian"},
           {"平坝区", "pingbaqu"},
           {"播州区", "bozhouqu"},
           {"万山区", "wanshanqu"}}) {
    CHECK((*pinyin)->Read(name).whole == whole);
  }
  CHECK((*pinyin)->Read("贵阳市").initials == "gys");
  CHECK((*pinyin)->Read("黔东南苗族侗族自治州").initials == "qdnmzdzzzz");
  CHECK((*pinyin)->Read("重安镇").whole == "chonganzhen");
}

TEST_CASE("GIS-2 letters and digits read as themselves, signs not at all", "[pinyin]") {
  auto pinyin = Pinyin::Create("");
  REQUIRE(pinyin.ok());
  CHECK((*pinyin)->Read("绿A2组(新)·1").whole == "lua2zuxin1");
  CHECK((*pinyin)->Read("绿A2组(新)·1").initials == "la2zx1");
  CHECK((*pinyin)->Read("").whole.empty());
  CHECK((*pinyin)->Read("\xff\xfe bytes").whole == "bytes");
  CHECK((*pinyin)->Read("Völkermarkt").whole == Pinyin::Typed("volkermarkt"));
}

TEST_CASE("GIS-2 what is typed is brought into the same form", "[pinyin]") {
  CHECK(Pinyin::Typed("Gui Yang") == "guiyang");
  CHECK(Pinyin::Typed("xi'an") == "xian");
  CHECK(Pinyin::Typed("LV") == "lu");
  CHECK(Pinyin::Typed("贵阳").empty());
  CHECK(Pinyin::Typed("a\n").empty());
}

TEST_CASE("GIS-2 a file of readings that is wrong is told with its line", "[pinyin]") {
  for (const char* rows : {"都匀\tdu", "都匀 du yun", "\tdu", "都\tDu", "都\tdu\tx", "都\t"}) {
    CAPTURE(rows);
    CHECK(ReasonOf(Pinyin::Create(std::string("# c\n") + rows).status()) == "PINYIN_FORMAT");
  }
  auto longest = Pinyin::Create("都\tdu\n都好\tdou hao\n");
  REQUIRE(longest.ok());
  CHECK((*longest)->Read("都好都").whole == "douhaodu");
}

}  // namespace
}  // namespace fupin::pinyin
