#include "libs/sheet/page.h"

#include <algorithm>

namespace fupin::sheet {
namespace {

// 宋体, as printed papers of offices have it.
constexpr char kFamily[] = "Noto Serif CJK SC";
constexpr double kLeading = 1.5;
constexpr double kBaseline = 1.1;  // of the size, below the top of a line
constexpr double kGrey = 0.45;
constexpr double kHairline = 0.5;

std::string Printable(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 ? byte != 0x7f : c == '\n') out.push_back(c);
  }
  return out;
}

}  // namespace

Typesetter::Typesetter()
    : context_(pango_font_map_create_context(pango_cairo_font_map_get_default())) {
  // A unit is a point, as on the page.
  pango_cairo_context_set_resolution(context_.get(), 72);
  pango_context_set_round_glyph_positions(context_.get(), FALSE);
  pango_context_set_language(context_.get(), pango_language_from_string("zh-cn"));
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context_.get(), options);
  cairo_font_options_destroy(options);
}

Broken Typesetter::Break(const std::string& text, double width, const Style& style) const {
  const Layout layout(pango_layout_new(context_.get()), Unref());
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family_static(font, kFamily);
  pango_font_description_set_size(font, static_cast<int>(style.size * PANGO_SCALE));
  if (style.bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width(layout.get(), static_cast<int>(std::max(width, style.size) * PANGO_SCALE));
  const std::string printable = Printable(text);
  pango_layout_set_text(layout.get(), printable.data(), static_cast<int>(printable.size()));
  Broken broken;
  broken.line_height = style.size * kLeading;
  const int count = pango_layout_get_line_count(layout.get());
  for (int i = 0; i < count; ++i) {
    PangoLayoutLine* line = pango_layout_get_line_readonly(layout.get(), i);
    pango_layout_line_ref(line);
    PangoRectangle logical;
    pango_layout_line_get_extents(line, nullptr, &logical);
    broken.lines.push_back({layout, std::shared_ptr<PangoLayoutLine>(line, UnrefLine()),
                            static_cast<double>(logical.width) / PANGO_SCALE});
  }
  return broken;
}

bool Typesetter::HasChinese() const {
  const Broken broken = Break("扶贫云公示", 500, {});
  return pango_layout_get_unknown_glyphs_count(broken.lines.front().layout.get()) == 0;
}

void Page::Add(const Broken& broken, size_t first, size_t count, double x, double y, double width,
               const Style& style) {
  for (size_t i = first; i < broken.lines.size() && i < first + count; ++i) {
    const Line& line = broken.lines[i];
    const double free = std::max(0.0, width - line.width);
    const double shift = style.align == Align::kRight    ? free
                         : style.align == Align::kCentre ? free / 2
                                                         : 0;
    const double top = y + static_cast<double>(i - first) * broken.line_height;
    // The middle of the leading is the middle of the glyphs.
    texts.push_back({x + shift, top + style.size * kBaseline + style.size * (kLeading - 1.38) / 2,
                     style.grey ? kGrey : 0, line});
  }
}

void Page::Draw(cairo_t* cairo) const {
  for (const Box& box : boxes) {
    cairo_save(cairo);
    cairo_rectangle(cairo, box.x, box.y, box.width, box.height);
    if (box.fill >= 0) {
      cairo_set_source_rgb(cairo, box.fill, box.fill, box.fill);
      cairo_fill(cairo);
    } else {
      const double dash = 3;
      if (box.dashed) cairo_set_dash(cairo, &dash, 1, 0);
      cairo_set_source_rgb(cairo, box.dashed ? kGrey : 0, box.dashed ? kGrey : 0,
                           box.dashed ? kGrey : 0);
      cairo_set_line_width(cairo, kHairline);
      cairo_stroke(cairo);
    }
    cairo_restore(cairo);
  }
  for (const Text& text : texts) {
    cairo_set_source_rgb(cairo, text.grey, text.grey, text.grey);
    cairo_move_to(cairo, text.x, text.baseline);
    pango_cairo_show_layout_line(cairo, text.line.line.get());
  }
}

}  // namespace fupin::sheet
