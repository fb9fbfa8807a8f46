// Seeded damage to sound files; the fuzz targets go further.
#include <catch2/catch.hpp>

#include "absl/strings/string_view.h"
#include "libs/tabular/read_check.h"
#include "libs/tabular/xlsx_fixture.h"

namespace fupin::tabular {
namespace {

// Numbers from one seed, the same on every machine.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  size_t Below(size_t bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<size_t>(state_ >> 33) % bound;
  }

 private:
  uint64_t state_;
};

// Some bytes overwritten, removed, doubled or replaced by what parsers stumble over.
std::string Mutate(std::string bytes, Dice& dice) {
  static constexpr absl::string_view kTokens[] = {
      "\"", ",",      "\r",      "\n",      "\xff", "\x81\x30", "</c>",     "<c>",  "<row r=\"9\">",
      "<",  "</row>", "t=\"s\"", "s=\"1\"", "&lt;", "1E+17",    "<v>9</v>", "<f/>", "r=\"A1\""};
  for (size_t n = 1 + dice.Below(4); n > 0 && !bytes.empty(); --n) {
    const size_t at = dice.Below(bytes.size());
    const size_t length = 1 + dice.Below(16);
    switch (dice.Below(4)) {
      case 0:
        bytes[at] = static_cast<char>(dice.Below(256));
        break;
      case 1:
        bytes.erase(at, length);
        break;
      case 2:
        bytes.insert(at, bytes.substr(at, length));
        break;
      default: {
        const absl::string_view token = kTokens[dice.Below(std::size(kTokens))];
        bytes.insert(at, token.data(), token.size());
      }
    }
  }
  return bytes;
}

TEST_CASE("I21 damaged CSV is read or refused within its limits") {
  const std::string sound =
      "姓名,\"村,组\",日期\r\n甲,\"龙\"\"泉\r\n村\",2016-05-01\n乙;x,y,z\r丙,,\n\"\",=1+1,5.2E+"
      "17\n";
  Dice dice(20161);
  int64_t rows = 0;
  for (int i = 0; i < 5000; ++i) rows += CheckReading(Mutate(sound, dice));
  CHECK(rows > 5000);  // most damage leaves something to read
}

TEST_CASE("I21 damaged XLSX is read or refused within its limits") {
  XlsxFixture fixture;
  fixture.strings = {"户主", "=1+1"};
  fixture.formats = {"yyyy-mm-dd", "000000"};
  fixture.sheet = XlsxFixture::Sheet(
      "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>"
      "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>43831</v></c><c r=\"B2\"><f>A1</f><v>2</v></c></row>"
      "<row r=\"3\"><c t=\"inlineStr\"><is><r><t>x</t></r></is></c><c t=\"b\"><v>1</v></c></row>",
      "<mergeCells><mergeCell ref=\"D9:E9\"/></mergeCells>");
  Dice dice(20162);
  int64_t rows = 0;
  SECTION("in the sheet") {
    for (int i = 0; i < 2000; ++i) {
      XlsxFixture damaged = fixture;
      damaged.sheet = Mutate(fixture.sheet, dice);
      rows += CheckReading(damaged.Bytes());
    }
  }
  SECTION("in the archive") {
    const std::string sound = fixture.Bytes();
    for (int i = 0; i < 2000; ++i) rows += CheckReading(Mutate(sound, dice));
  }
  CHECK(rows > 100);
}

}  // namespace
}  // namespace fupin::tabular
