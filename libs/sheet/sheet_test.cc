// Sheets as readers of PDF see them: pdftotext and pdffonts of poppler, which we did not write.
#include "libs/sheet/sheet.h"

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/testing/pdf_text.h"

namespace fupin::sheet {
namespace {

Settings Plain() {
  return {.title = "试",
          .author = "扶贫云",
          .footer = "打印 li 2026-03-02",
          .mark = "合成数据",
          .create_time = absl::FromUnixSeconds(1'772'000'000)};
}

// Without white space, which readers put where they like.
std::string Squeezed(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(),
                            [](char c) { return c == '\n' || c == ' ' || c == '\f'; }),
             text.end());
  return text;
}

TEST_CASE(
    "USE-1 a sheet holds its font, its texts can be read, every page says which it is of how many",
    "[sheet]") {
  Sheet sheet(Plain());
  sheet.Text("某某村公示", {.size = 22, .bold = true, .align = Align::kCentre});
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < 120; ++i) rows.push_back({absl::StrCat(i + 1), absl::StrCat("张*", i), "3"});
  sheet.Table({{"序号", 1, Align::kCentre}, {"户主", 3}, {"人口", 1, Align::kRight}}, rows);
  sheet.Closing({"某某村村民委员会", "2026年3月2日"}, "https://example.invalid/notices/1", "扫码");
  const auto pdf = sheet.Finish();
  REQUIRE(pdf.ok());
  const testing::Pdf read(*pdf);
  CHECK(read.page_count() > 1);
  CHECK(absl::StrContains(read.text(), "某某村公示"));
  CHECK(absl::StrContains(read.text(), "张*119"));
  for (int page = 1; page <= read.page_count(); ++page) {
    CAPTURE(page);
    const std::string text = read.text(page);
    CHECK(absl::StrContains(Squeezed(text),
                            absl::StrCat("第", page, "页共", read.page_count(), "页")));
    CHECK(absl::StrContains(text, "合成数据"));
    CHECK(absl::StrContains(text, "打印 li 2026-03-02"));
    CHECK(absl::StrContains(text, "户主"));
  }
  // Embedded, as a subset, with its way back to text.
  CHECK(absl::StrContains(read.fonts(), "NotoSerifCJK"));
  CHECK(absl::StrContains(read.fonts(), "yes yes yes"));
  CHECK_FALSE(absl::StrContains(read.fonts(), " no "));
  // A subset: the whole font has 20 MB.
  CHECK(pdf->size() < 300'000);
}

TEST_CASE("USE-1 a row higher than a page goes on, and equal sheets are equal byte for byte",
          "[sheet]") {
  const auto make = [] {
    Sheet sheet(Plain());
    std::string text;
    for (int i = 0; i < 1500; ++i) absl::StrAppend(&text, "第", i, "句话。");
    sheet.Pairs({{"户主", "张三"}, {"电话", "手工填写", true}, {"说明", text, false, true}}, 2);
    return *sheet.Finish();
  };
  const std::string pdf = make();
  CHECK(pdf == make());
  const testing::Pdf read(pdf);
  CHECK(read.page_count() > 1);
  CHECK(absl::StrContains(Squeezed(read.text()), "第1499句话。"));
}

}  // namespace
}  // namespace fupin::sheet
