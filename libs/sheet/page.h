// Pages being filled: lines of text, strokes and dots at their places, drawn when all are known.
#ifndef FUPIN_LIBS_SHEET_PAGE_H_
#define FUPIN_LIBS_SHEET_PAGE_H_

#include <pango/pangocairo.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/sheet/sheet.h"

namespace fupin::sheet {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
struct UnrefLine {
  void operator()(PangoLayoutLine* line) const { pango_layout_line_unref(line); }
};
using Layout = std::shared_ptr<PangoLayout>;

// One line of a text that was broken to a width.
struct Line {
  Layout layout;  // keeps what the line points into
  std::shared_ptr<PangoLayoutLine> line;
  double width = 0;
};

struct Broken {
  std::vector<Line> lines;
  double line_height = 0;
  double height() const { return line_height * static_cast<double>(lines.size()); }
};

// Breaks texts into lines.
class Typesetter {
 public:
  Typesetter();
  // `width` in points; at least one line, also of an empty text.
  Broken Break(const std::string& text, double width, const Style& style) const;
  // Whether there is a font for Chinese.
  bool HasChinese() const;

 private:
  std::unique_ptr<PangoContext, Unref> context_;
};

struct Page {
  struct Text {
    double x = 0;
    double baseline = 0;
    double grey = 0;
    Line line;
  };
  struct Box {  // stroked, or filled
    double x = 0, y = 0, width = 0, height = 0;
    double fill = -1;  // grey; below 0: stroked
    bool dashed = false;
  };
  std::vector<Box> boxes;
  std::vector<Text> texts;

  // Lines from `first` on, at most `count`, below `y`.
  void Add(const Broken& broken, size_t first, size_t count, double x, double y, double width,
           const Style& style);
  void Draw(cairo_t* cairo) const;
};

}  // namespace fupin::sheet

#endif  // FUPIN_LIBS_SHEET_PAGE_H_
