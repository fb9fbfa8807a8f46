#include <functional>
#include <random>

#include <google/protobuf/stubs/logging.h>
#include <catch2/catch.hpp>

#include "libs/outline/outlines.h"
#include "libs/outline/test_world.h"
#include "libs/status/status.h"
#include "libs/testing/temp_dir.h"

namespace fupin::outline {
namespace {

// Two squares side by side, x 0 to 20 and y 0 to 10 thousandths east and north of 106, 26.
OutlinePack GoodPack() {
  OutlinePack pack;
  pack.set_format(1);
  pack.set_source_zh("测试");
  pack.set_source_en("test");
  pack.set_licence_zh("无");
  pack.set_licence_en("none");
  pack.set_datum(DATUM_WGS84);
  const auto arc = [&](std::vector<geo::Point> points) {
    pack.add_arc_sizes(static_cast<uint32_t>(points.size()));
    geo::Point last{0, 0};
    for (const geo::Point point : points) {
      const geo::Point place{106'000'000 + point.x * 1000, 26'000'000 + point.y * 1000};
      pack.add_steps(place.x - last.x);
      pack.add_steps(place.y - last.y);
      last = place;
    }
  };
  arc({{10, 0}, {10, 10}});                     // 0: shared, to the north
  arc({{10, 10}, {0, 10}, {0, 0}, {10, 0}});    // 1: around the western one
  arc({{10, 0}, {20, 0}, {20, 10}, {10, 10}});  // 2: around the eastern one
  const auto outline = [&](const char* code, std::vector<int32_t> arcs) {
    Outline& one = *pack.add_outlines();
    one.set_code(code);
    for (const int32_t way : arcs) one.add_arcs(way);
    one.add_ring_sizes(static_cast<uint32_t>(arcs.size()));
  };
  outline("2", {0, 1});
  outline("3", {2, ~0});
  return pack;
}

std::shared_ptr<const division::Tree> SmallTree() {
  return ParseTree(
      "1\t\tprovince\ta\n2\t1\tprefecture\tb\n3\t1\tprefecture\tc\n31\t3\tcounty\td\n");
}

TEST_CASE("I23 a broken pack is refused with the reason and the division", "[outline]") {
  const auto tree = SmallTree();
  REQUIRE(Outlines::Make(GoodPack(), tree).ok());
  struct Case {
    const char* reason;
    const char* field;
    std::function<void(OutlinePack&)> spoil;
  };
  const std::vector<Case> cases = {
      {"OUTLINE_FORMAT", "format", [](OutlinePack& p) { p.set_format(2); }},
      {"OUTLINE_DATUM_MISSING", "datum", [](OutlinePack& p) { p.set_datum(DATUM_UNSPECIFIED); }},
      {"OUTLINE_DATUM_MISSING", "datum",
       [](OutlinePack& p) { p.set_datum(static_cast<Datum>(99)); }},
      {"OUTLINE_SOURCE_MISSING", "source_en", [](OutlinePack& p) { p.clear_source_en(); }},
      {"OUTLINE_SOURCE_MISSING", "licence_zh", [](OutlinePack& p) { p.clear_licence_zh(); }},
      {"OUTLINE_ARC", "arc_sizes", [](OutlinePack& p) { p.set_arc_sizes(0, 1); }},
      {"OUTLINE_ARC", "steps", [](OutlinePack& p) { p.add_steps(1); }},
      {"OUTLINE_ARC", "steps", [](OutlinePack& p) { p.set_arc_sizes(0, 3); }},
      {"OUTLINE_TOO_LARGE", "arc_sizes", [](OutlinePack& p) { p.set_arc_sizes(0, UINT32_MAX); }},
      {"OUTLINE_PLACE", "arc 0", [](OutlinePack& p) { p.set_steps(0, 180'000'001); }},
      {"OUTLINE_PLACE", "arc 1", [](OutlinePack& p) { p.set_steps(5, INT32_MIN); }},
      {"OUTLINE_DIVISION_UNKNOWN", "99",
       [](OutlinePack& p) { p.mutable_outlines(0)->set_code("99"); }},
      {"OUTLINE_DUPLICATE", "2", [](OutlinePack& p) { p.mutable_outlines(1)->set_code("2"); }},
      {"OUTLINE_EMPTY", "2", [](OutlinePack& p) { p.mutable_outlines(0)->clear_ring_sizes(); }},
      {"OUTLINE_EMPTY", "2", [](OutlinePack& p) { p.mutable_outlines(0)->set_ring_sizes(0, 7); }},
      {"OUTLINE_ARC_UNKNOWN", "2", [](OutlinePack& p) { p.mutable_outlines(0)->set_arcs(0, 3); }},
      {"OUTLINE_ARC_UNKNOWN", "2", [](OutlinePack& p) { p.mutable_outlines(0)->set_arcs(0, ~3); }},
      {"OUTLINE_ARC_UNKNOWN", "2",
       [](OutlinePack& p) { p.mutable_outlines(0)->set_arcs(0, INT32_MIN); }},
      {"OUTLINE_RING_OPEN", "2", [](OutlinePack& p) { p.mutable_outlines(0)->set_arcs(0, ~0); }},
      {"OUTLINE_RING_OPEN", "2", [](OutlinePack& p) { p.mutable_outlines(0)->add_ring_sizes(0); }},
      {"OUTLINE_RING_OPEN", "2",
       [](OutlinePack& p) {
         p.mutable_outlines(0)->mutable_arcs()->Truncate(1);
         p.mutable_outlines(0)->set_ring_sizes(0, 1);
       }},
      // 0, 10 and 0, 0 in the other order.
      {"OUTLINE_CROSSING", "2",
       [](OutlinePack& p) {
         p.set_steps(7, -10'000);
         p.set_steps(9, 10'000);
         p.set_steps(11, -10'000);
       }},
      {"OUTLINE_WINDING", "2",
       [](OutlinePack& p) {
         p.mutable_outlines(0)->set_arcs(0, ~1);
         p.mutable_outlines(0)->set_arcs(1, ~0);
       }},
      {"OUTLINE_OVERLAP", "3",
       [](OutlinePack& p) {
         *p.mutable_outlines(1) = p.outlines(0);
         p.mutable_outlines(1)->set_code("3");
       }},
      {"OUTLINE_OUTSIDE_PARENT", "31",
       [](OutlinePack& p) {
         p.mutable_outlines(0)->set_code("31");
         // 11 thousandths further to the west than its prefecture.
         p.set_steps(6, -11'001);
         p.set_steps(10, 11'001);
       }},
  };
  for (const Case& test : cases) {
    CAPTURE(test.reason, test.field, &test - cases.data());
    OutlinePack pack = GoodPack();
    test.spoil(pack);
    const auto outlines = Outlines::Make(pack, tree);
    REQUIRE_FALSE(outlines.ok());
    CHECK(outlines.status().code() == absl::StatusCode::kInvalidArgument);
    const auto problems = ProblemsOf(outlines.status());
    REQUIRE_FALSE(problems.empty());
    CHECK(problems[0].reason == test.reason);
    CHECK(problems[0].field == test.field);
    CHECK_FALSE(problems[0].message_zh.empty());
  }
}

TEST_CASE("I23 all bad outlines are reported at once, up to a limit", "[outline]") {
  OutlinePack pack = GoodPack();
  pack.mutable_outlines(0)->set_code("8");
  pack.mutable_outlines(1)->set_code("9");
  CHECK(ProblemsOf(Outlines::Make(pack, SmallTree()).status()).size() == 2);
  for (int i = 0; i < 100; ++i) *pack.add_outlines() = pack.outlines(0);
  CHECK(ProblemsOf(Outlines::Make(pack, SmallTree()).status()).size() == Outlines::kMaxProblems);
}

TEST_CASE("I23 a file that is no pack is refused with its name", "[outline]") {
  const testing::TempDir dir;
  const auto missing = Outlines::Load(dir / "none.binpb", SmallTree());
  CHECK(missing.status().code() == absl::StatusCode::kNotFound);
  CHECK(ReasonOf(missing.status()) == "OUTLINE_FILE");
  CHECK(ReasonOf(Outlines::Parse("{\"type\":\"FeatureCollection\"}", SmallTree()).status()) ==
        "OUTLINE_FORMAT");
  CHECK(ReasonOf(Outlines::Parse("", SmallTree()).status()) == "OUTLINE_FORMAT");
}

TEST_CASE("I23 a damaged pack never does worse than being refused", "[outline][property]") {
  const std::string good = GoodPack().SerializeAsString();
  const auto tree = SmallTree();
  std::mt19937 random(20201120);
  google::protobuf::LogSilencer quiet;  // it would print every text that is not UTF-8
  int accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bad = good;
    for (uint32_t changes = 1 + random() % 3; changes > 0; --changes)
      bad[random() % bad.size()] = static_cast<char>(random());
    if (round % 5 == 0) bad.resize(random() % bad.size());
    accepted += Outlines::Parse(bad, tree).ok();
  }
  CHECK(accepted < 3000);
}

}  // namespace
}  // namespace fupin::outline
