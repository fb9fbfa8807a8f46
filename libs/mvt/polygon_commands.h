// The geometry of a polygon as MVT 2.1 encodes it: MoveTo, LineTo, ClosePath with zigzag steps.
#ifndef FUPIN_LIBS_MVT_POLYGON_COMMANDS_H_
#define FUPIN_LIBS_MVT_POLYGON_COMMANDS_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"

namespace fupin::mvt {

enum class Command : uint32_t { kMoveTo = 1, kLineTo = 2, kClosePath = 7 };

constexpr uint32_t CommandInteger(Command command, uint32_t count) {
  return static_cast<uint32_t>(command) | (count << 3);
}
constexpr uint32_t ZigZag(int32_t value) {
  return (static_cast<uint32_t>(value) << 1) ^ static_cast<uint32_t>(value >> 31);
}

// Writes rings of one feature one after another; the pen stays where the ring before left it.
// Coordinates are tile units, with (x, y) members.
class PolygonCommands {
 public:
  // Appends to `bytes`.
  explicit PolygonCommands(std::string& bytes) : bytes_(bytes) {}

  // Forgets the rings added since the bytes were `size` long and the pen was `pen`.
  struct Pen {
    int32_t x = 0;
    int32_t y = 0;
  };
  Pen pen() const { return pen_; }
  void Rewind(size_t size, Pen pen) {
    bytes_.resize(size);
    pen_ = pen;
  }

  // The order of the points decides: clockwise to the eye (positive area) is an outer ring, the
  // other way a hole of the outer ring before. Three points or more, the last not equal to the
  // first.
  template <typename Point>
  void AddRing(absl::Span<const Point> ring) {
    char* const begin = Room((2 * ring.size() + 3) * 5);
    char* out = Put(begin, CommandInteger(Command::kMoveTo, 1));
    out = Step(out, ring[0].x, ring[0].y);
    out = Put(out, CommandInteger(Command::kLineTo, static_cast<uint32_t>(ring.size()) - 1));
    for (size_t i = 1; i < ring.size(); ++i) out = Step(out, ring[i].x, ring[i].y);
    out = Put(out, CommandInteger(Command::kClosePath, 1));
    bytes_.resize(bytes_.size() - static_cast<size_t>(End() - out));
  }

 private:
  static char* Put(char* out, uint32_t value) {
    while (value >= 0x80) {
      *out++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *out++ = static_cast<char>(value);
    return out;
  }
  char* Step(char* out, int32_t x, int32_t y) {
    out = Put(out, ZigZag(x - pen_.x));
    out = Put(out, ZigZag(y - pen_.y));
    pen_ = {x, y};
    return out;
  }
  char* Room(size_t size) {
    const size_t used = bytes_.size();
    bytes_.resize(used + size);
    return bytes_.data() + used;
  }
  char* End() { return bytes_.data() + bytes_.size(); }

  std::string& bytes_;
  Pen pen_;
};

}  // namespace fupin::mvt

#endif  // FUPIN_LIBS_MVT_POLYGON_COMMANDS_H_
