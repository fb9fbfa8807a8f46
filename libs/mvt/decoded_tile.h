// A vector tile read back, for tests: slow, strict, and written from the specification rather than
// from the writer. Anything the specification forbids is in `wrong`.
#ifndef FUPIN_LIBS_MVT_DECODED_TILE_H_
#define FUPIN_LIBS_MVT_DECODED_TILE_H_

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

namespace fupin::mvt {

struct DecodedPoint {
  int64_t x, y;
  friend bool operator==(const DecodedPoint&, const DecodedPoint&) = default;
  friend auto operator<=>(const DecodedPoint&, const DecodedPoint&) = default;
};
using DecodedRing = std::vector<DecodedPoint>;

inline int64_t DoubleArea(const DecodedRing& ring) {
  int64_t sum = 0;
  for (size_t i = 0; i < ring.size(); ++i) {
    const DecodedPoint a = ring[i], b = ring[i + 1 == ring.size() ? 0 : i + 1];
    sum += a.x * b.y - b.x * a.y;
  }
  return sum;
}

struct DecodedFeature {
  uint64_t id = 0;
  uint64_t type = 0;
  std::map<std::string, std::variant<std::string, int64_t>> attributes;
  std::vector<DecodedRing> rings;  // polygons
  std::vector<DecodedPoint> points;

  int64_t DoubleAreaOfAll() const {
    int64_t sum = 0;
    for (const DecodedRing& ring : rings) sum += DoubleArea(ring);
    return sum;
  }
};

struct DecodedLayer {
  std::string name;
  uint64_t version = 0;
  uint64_t extent = 4096;
  size_t key_count = 0;
  size_t value_count = 0;
  std::vector<DecodedFeature> features;
};

class TileDecoder {
 public:
  std::vector<DecodedLayer> Decode(absl::string_view tile) {
    std::vector<DecodedLayer> layers;
    Fields(tile, [&](uint32_t field, uint64_t, absl::string_view bytes) {
      Check(field == 3, "a tile has layers only");
      layers.push_back(Layer(bytes));
    });
    for (size_t i = 0; i < layers.size(); ++i) {
      for (size_t j = 0; j < i; ++j)
        Check(layers[i].name != layers[j].name, "two layers of one name");
    }
    return layers;
  }

  // The commands of one polygon.
  std::vector<DecodedRing> Polygon(absl::string_view commands) {
    std::vector<DecodedRing> rings;
    DecodedPoint pen{0, 0};
    while (!commands.empty()) {
      Check(Varint(commands) == (1 | 1 << 3), "a ring begins with one MoveTo");
      DecodedRing& ring = rings.emplace_back();
      ring.push_back(pen = Step(commands, pen));
      const uint64_t line = Varint(commands);
      Check((line & 7) == 2 && (line >> 3) >= 2, "LineTo with two points or more");
      for (uint64_t i = 0; i < line >> 3 && !commands.empty(); ++i) {
        ring.push_back(pen = Step(commands, pen));
        Check(ring[ring.size() - 1] != ring[ring.size() - 2], "no step of length 0");
      }
      Check(Varint(commands) == (7 | 1 << 3), "a ring ends with ClosePath");
      Check(ring.front() != ring.back(), "the first point is not repeated");
      Check(DoubleArea(ring) != 0, "a ring has an area");
      Check(rings.size() > 1 || DoubleArea(ring) > 0, "the first ring is an outer one");
    }
    Check(!rings.empty(), "a feature has a geometry");
    return rings;
  }

  std::vector<std::string> wrong;

 private:
  void Check(bool right, const char* what) {
    if (!right && wrong.size() < 20) wrong.emplace_back(what);
  }

  uint64_t Varint(absl::string_view& bytes) {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (bytes.empty()) {
        Check(false, "ends early");
        return 0;
      }
      const uint64_t byte = static_cast<unsigned char>(bytes[0]);
      bytes.remove_prefix(1);
      value |= (byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    Check(false, "a number is too long");
    return 0;
  }

  DecodedPoint Step(absl::string_view& commands, DecodedPoint pen) {
    const auto one = [&] {
      const uint64_t value = Varint(commands);
      return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
    };
    pen.x += one();
    pen.y += one();
    return pen;
  }

  template <typename Sink>
  void Fields(absl::string_view bytes, Sink sink) {
    while (!bytes.empty()) {
      const uint64_t tag = Varint(bytes);
      uint64_t number = Varint(bytes);
      absl::string_view content;
      if ((tag & 7) == 2) {
        if (number > bytes.size()) {
          Check(false, "a field is cut off");
          return;
        }
        content = bytes.substr(0, number);
        bytes.remove_prefix(number);
      } else {
        Check((tag & 7) == 0, "a wire type no field has");
      }
      sink(static_cast<uint32_t>(tag >> 3), number, content);
    }
  }

  DecodedLayer Layer(absl::string_view bytes) {
    DecodedLayer layer;
    std::vector<std::string> keys;
    std::vector<std::variant<std::string, int64_t>> values;
    std::vector<absl::string_view> features;
    Fields(bytes, [&](uint32_t field, uint64_t number, absl::string_view content) {
      switch (field) {
        case 1:
          layer.name = std::string(content);
          break;
        case 2:
          features.push_back(content);
          break;
        case 3:
          keys.emplace_back(content);
          break;
        case 4:
          values.push_back(Value(content));
          break;
        case 5:
          layer.extent = number;
          break;
        case 15:
          layer.version = number;
          break;
        default:
          Check(false, "an unknown field of a layer");
      }
    });
    Check(layer.version == 2, "version 2");
    Check(!layer.name.empty(), "a layer has a name");
    Check(!features.empty(), "a layer has a feature");
    for (size_t i = 0; i < values.size(); ++i) {
      for (size_t j = 0; j < i && values.size() < 2000; ++j)
        Check(values[i] != values[j], "a value is stored twice");
    }
    layer.key_count = keys.size();
    layer.value_count = values.size();
    std::vector<bool> used(values.size());
    for (const absl::string_view content : features) {
      DecodedFeature feature;
      Fields(content, [&](uint32_t field, uint64_t number, absl::string_view part) {
        if (field == 1) feature.id = number;
        if (field == 2) {
          while (!part.empty()) {
            const uint64_t key = Varint(part), value = Varint(part);
            if (key >= keys.size() || value >= values.size()) {
              Check(false, "a tag points nowhere");
              return;
            }
            used[value] = true;
            Check(feature.attributes.emplace(keys[key], values[value]).second,
                  "a key stands twice");
          }
        }
        if (field == 3) feature.type = number;
        if (field == 4) {
          Check(feature.type == 1 || feature.type == 3, "the type stands before the geometry");
          if (feature.type == 3) feature.rings = Polygon(part);
          if (feature.type == 1) {
            const uint64_t move = Varint(part);
            Check((move & 7) == 1 && move >> 3 == 1, "a point is one MoveTo");
            feature.points.push_back(Step(part, {0, 0}));
            Check(part.empty(), "a point is nothing else");
          }
        }
      });
      layer.features.push_back(std::move(feature));
    }
    for (const bool value : used) Check(value, "a value nobody uses");
    return layer;
  }

  std::variant<std::string, int64_t> Value(absl::string_view bytes) {
    std::variant<std::string, int64_t> value;
    int count = 0;
    Fields(bytes, [&](uint32_t field, uint64_t number, absl::string_view content) {
      ++count;
      if (field == 1) value = std::string(content);
      if (field == 4 || field == 5) value = static_cast<int64_t>(number);
      if (field == 6) value = static_cast<int64_t>(number >> 1) ^ -static_cast<int64_t>(number & 1);
      Check(field == 1 || (field >= 4 && field <= 6), "a kind of value not expected");
    });
    Check(count == 1, "a value is one thing");
    return value;
  }
};

}  // namespace fupin::mvt

#endif  // FUPIN_LIBS_MVT_DECODED_TILE_H_
