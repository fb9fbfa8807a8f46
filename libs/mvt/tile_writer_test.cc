#include "libs/mvt/tile_writer.h"

#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/mvt/decoded_tile.h"
#include "libs/mvt/polygon_commands.h"

namespace fupin::mvt {
namespace {

struct Corner {
  int32_t x, y;
};

std::vector<int> Bytes(const std::string& text) {
  return {reinterpret_cast<const unsigned char*>(text.data()),
          reinterpret_cast<const unsigned char*>(text.data()) + text.size()};
}

std::string Encode(const std::vector<std::vector<Corner>>& rings) {
  std::string bytes;
  PolygonCommands pen(bytes);
  for (const auto& ring : rings) pen.AddRing(absl::Span<const Corner>(ring));
  return bytes;
}

TEST_CASE("GIS-2 commands are those of the specification's examples", "[mvt]") {
  // Mapbox vector tile specification 2.1, 4.3.5.5 and 4.3.5.6.
  CHECK(Bytes(Encode({{{3, 6}, {8, 12}, {20, 34}}})) ==
        std::vector<int>{9, 6, 12, 18, 10, 12, 24, 44, 15});
  CHECK(Bytes(Encode({{{0, 0}, {10, 0}, {10, 10}, {0, 10}},
                      {{11, 11}, {20, 11}, {20, 20}, {11, 20}},
                      {{13, 13}, {13, 17}, {17, 17}, {17, 13}}})) ==
        std::vector<int>{9, 0,  0,  26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0,
                         0, 18, 17, 0,  15, 9, 4, 13, 26, 0, 8,  8, 0,  0, 7,  15});
  CHECK(CommandInteger(Command::kMoveTo, 120) == 961);
  CHECK(CommandInteger(Command::kLineTo, 3) == 26);
  CHECK(ZigZag(-64) == 127);
  CHECK(ZigZag(INT32_MIN) == UINT32_MAX);
}

TEST_CASE("GIS-2 a ring taken back leaves no trace", "[mvt]") {
  std::string bytes;
  PolygonCommands pen(bytes);
  const std::vector<Corner> a{{0, 0}, {10, 0}, {10, 10}}, b{{50, 50}, {60, 50}, {60, 60}},
      c{{5, 5}, {9, 5}, {9, 9}};
  pen.AddRing(absl::MakeConstSpan(a));
  const size_t size = bytes.size();
  const PolygonCommands::Pen before = pen.pen();
  pen.AddRing(absl::MakeConstSpan(b));
  pen.Rewind(size, before);
  pen.AddRing(absl::MakeConstSpan(c));
  CHECK(bytes == Encode({a, c}));
}

// Random areas with random columns.
struct Table {
  StringTable strings;
  std::vector<std::string> texts;
  std::vector<uint32_t> names, kinds;
  std::vector<int32_t> poor, people;
  std::vector<StringColumn> string_columns;
  std::vector<IntColumn> int_columns;
  Layer layer;

  Table(size_t rows, uint32_t seed) {
    std::mt19937 random(seed);
    for (const char* kind : {"village", "hamlet", "", "自然村"})
      texts.emplace_back(kind), strings.Add(kind);
    for (size_t i = 0; i < rows; ++i) {
      texts.push_back(absl::StrCat("第", i, "村"));
      names.push_back(strings.Add(texts.back()));
      kinds.push_back(random() % 5 == 0 ? StringTable::kAbsent : random() % 4);
      constexpr int32_t kSpecial[] = {
          0, -1, 4095, 4096, INT32_MAX, INT32_MIN + 1, IntColumn::kAbsent};
      poor.push_back(random() % 4 == 0 ? kSpecial[random() % 7]
                                       : static_cast<int32_t>(random() % 300));
      people.push_back(static_cast<int32_t>(random()));
    }
    string_columns = {{"name", names}, {"kind", kinds}};
    int_columns = {{"poor", poor}, {"people", people}};
    layer = {"areas", 4096, string_columns, int_columns};
  }
};

void CheckAttributes(const Table& table, const DecodedFeature& feature) {
  std::map<std::string, std::variant<std::string, int64_t>> expected;
  const size_t row = feature.id;
  expected["name"] = table.texts[table.names[row]];
  if (table.kinds[row] != StringTable::kAbsent) expected["kind"] = table.texts[table.kinds[row]];
  if (table.poor[row] != IntColumn::kAbsent) expected["poor"] = int64_t{table.poor[row]};
  if (table.people[row] != IntColumn::kAbsent) expected["people"] = int64_t{table.people[row]};
  REQUIRE(feature.attributes == expected);
}

TEST_CASE("C1 every attribute of every area is in the tile, and absent ones are absent",
          "[mvt][property]") {
  const Table table(3000, 20201120);
  TileWriter writer(table.strings);
  std::mt19937 random(1);
  for (int round = 0; round < 60; ++round) {
    std::vector<uint32_t> rows, ends;
    std::string geometry;
    const uint32_t step = 1 + random() % 400;
    for (uint32_t row = random() % step; row < 3000; row += 1 + random() % step) {
      const int32_t at = static_cast<int32_t>(row % 4096);
      const std::vector<Corner> ring{{at, 0}, {at + 9, 0}, {at + 9, 7 + round}};
      PolygonCommands pen(geometry);
      pen.AddRing(absl::MakeConstSpan(ring));
      rows.push_back(row);
      ends.push_back(static_cast<uint32_t>(geometry.size()));
    }
    if (rows.empty()) continue;
    std::vector<LabelPoint> labels;
    for (size_t i = 0; i < rows.size(); i += 3)
      labels.push_back({rows[i], static_cast<int32_t>(i), 4095});
    Layer label_layer = table.layer;
    label_layer.name = "labels";
    label_layer.ints = label_layer.ints.subspan(0, 1);
    writer.Clear();
    writer.AddPolygons(table.layer, {rows, ends, geometry});
    writer.AddPoints(label_layer, labels);
    TileDecoder decoder;
    const auto layers = decoder.Decode(writer.bytes());
    CAPTURE(round);
    REQUIRE(decoder.wrong == std::vector<std::string>{});
    REQUIRE(layers.size() == 2);
    REQUIRE(layers[0].features.size() == rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      const DecodedFeature& feature = layers[0].features[i];
      REQUIRE(feature.id == rows[i]);
      CheckAttributes(table, feature);
      REQUIRE(feature.DoubleAreaOfAll() == 9 * (7 + round));
    }
    REQUIRE(layers[1].features.size() == labels.size());
    for (size_t i = 0; i < labels.size(); ++i) {
      CHECK(layers[1].features[i].id == labels[i].row);
      CHECK(layers[1].features[i].points == std::vector<DecodedPoint>{{labels[i].x, labels[i].y}});
      CHECK(layers[1].features[i].attributes.count("people") == 0);
    }
    // The same again from another writer: nothing of an earlier tile stays.
    TileWriter fresh(table.strings);
    fresh.AddPolygons(table.layer, {rows, ends, geometry});
    fresh.AddPoints(label_layer, labels);
    REQUIRE(fresh.bytes() == writer.bytes());
  }
}

TEST_CASE("GIS-2 a layer without areas leaves no trace", "[mvt]") {
  const Table table(1, 1);
  TileWriter writer(table.strings);
  writer.AddPolygons(table.layer, {});
  writer.AddPoints(table.layer, {});
  CHECK(writer.bytes().empty());
}

TEST_CASE("GIS-2 a tile as the specification lays it out, byte by byte", "[mvt]") {
  StringTable strings;
  const std::vector<uint32_t> names{strings.Add("a")};
  const std::vector<int32_t> poor{-3};
  const std::vector<StringColumn> string_columns{{"n", names}};
  const std::vector<IntColumn> int_columns{{"p", poor}};
  TileWriter writer(strings);
  const LabelPoint point{0, 25, 17};
  writer.AddPoints({"l", 4096, string_columns, int_columns}, absl::MakeConstSpan(&point, 1));
  CHECK(Bytes(std::string(writer.bytes())) ==
        std::vector<int>{0x1A, 40,                                            // layer
                         0x78, 2,    0x0A, 1,    'l',                         // version 2, name
                         0x12, 15,   0x08, 0,    0x12, 4,    0,  0,    1, 1,  // id 0, tags
                         0x18, 1,    0x22, 3,    9,    50,   34,              // a point at 25, 17
                         0x1A, 1,    'n',  0x1A, 1,    'p',                   // keys
                         0x22, 3,    0x0A, 1,    'a',  0x22, 2,  0x30, 5,     // values "a", sint -3
                         0x28, 0x80, 0x20});                                  // extent 4096
}

}  // namespace
}  // namespace fupin::mvt
