#include "libs/sheet/sheet.h"

#include <cairo-pdf.h>
#include <qrencode.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/sheet/page.h"
#include "libs/status/status.h"

namespace fupin::sheet {
namespace {

// A4 in points, with 20 mm around.
constexpr double kWidth = 595.28;
constexpr double kHeight = 841.89;
constexpr double kMargin = 56.7;
constexpr double kInner = kWidth - 2 * kMargin;
constexpr double kBottom = kHeight - kMargin - 14;
constexpr double kFootSize = 8;
constexpr double kPadding = 3.5;
constexpr double kHeadFill = 0.93;
constexpr double kLabelFill = 0.96;
constexpr double kSeal = 119;  // 42 mm, a common official seal
constexpr double kCode = 74;
constexpr size_t kAll = static_cast<size_t>(-1);

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

cairo_status_t Append(void* closure, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

absl::Status Failed(const char* what) {
  return absl::InternalError(absl::StrCat("the PDF cannot be made: ", what));
}

}  // namespace

struct Sheet::Parts {
  Settings settings;
  Typesetter type;
  std::vector<Page> pages;
  double y = kMargin;

  Page& page() { return pages.back(); }
  double left() const { return kBottom - y; }
  void NewPage() {
    pages.emplace_back();
    y = kMargin;
  }

  struct Cell {
    Broken broken;
    double x = 0;
    double width = 0;
    Style style;
    double fill = -1;
  };
  static double HeightOf(const std::vector<Cell>& row) {
    double height = 0;
    for (const Cell& cell : row) height = std::max(height, cell.broken.height());
    return height + 2 * kPadding;
  }
  // One row of boxes from line `first` of each cell on, as high as `height`.
  void Put(const std::vector<Cell>& row, size_t first, double height) {
    for (const Cell& cell : row) {
      if (cell.fill >= 0) page().boxes.push_back({cell.x, y, cell.width, height, cell.fill});
      page().boxes.push_back({cell.x, y, cell.width, height});
      const auto fit =
          static_cast<size_t>((height - 2 * kPadding) / cell.broken.line_height + 0.01);
      // A value that is lower than its row stands in the middle, unless it goes on.
      const double spare = first == 0 && cell.broken.lines.size() <= fit
                               ? (height - 2 * kPadding - cell.broken.height()) / 2
                               : 0;
      page().Add(cell.broken, first, fit, cell.x + kPadding, y + kPadding + std::max(0.0, spare),
                 cell.width - 2 * kPadding, cell.style);
    }
    y += height;
  }
  // A row with its header where a page begins; one higher than a page is cut between lines.
  void PutRow(const std::vector<Cell>& row, const std::vector<Cell>* header) {
    const auto new_page = [&] {
      NewPage();
      if (header != nullptr) Put(*header, 0, HeightOf(*header));
    };
    const double height = HeightOf(row);
    if (height <= left()) return Put(row, 0, height);
    new_page();
    if (height <= left()) return Put(row, 0, height);
    const double line = row.front().broken.line_height;
    size_t count = 0;
    for (const Cell& cell : row) count = std::max(count, cell.broken.lines.size());
    for (size_t first = 0; first < count;) {
      const auto fit = std::min(
          count - first, std::max<size_t>(1, static_cast<size_t>((left() - 2 * kPadding) / line)));
      Put(row, first, static_cast<double>(fit) * line + 2 * kPadding);
      first += fit;
      if (first < count) new_page();
    }
  }
  Cell MakeCell(const std::string& text, double x, double width, const Style& style,
                double fill = -1) const {
    return {type.Break(text, width - 2 * kPadding, style), x, width, style, fill};
  }
};

Sheet::Sheet(Settings settings) : parts_(std::make_unique<Parts>()) {
  parts_->settings = std::move(settings);
  parts_->pages.emplace_back();
}

Sheet::~Sheet() = default;

void Sheet::Text(const std::string& text, const Style& style) {
  const Broken broken = parts_->type.Break(text, kInner, style);
  for (size_t i = 0; i < broken.lines.size(); ++i) {
    if (broken.line_height > parts_->left()) parts_->NewPage();
    parts_->page().Add(broken, i, 1, kMargin, parts_->y, kInner, style);
    parts_->y += broken.line_height;
  }
}

void Sheet::Gap(double points) { parts_->y += points; }

void Sheet::Keep(double points) {
  if (parts_->left() < points && parts_->y > kMargin) parts_->NewPage();
}

void Sheet::Table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows, const Style& style) {
  double shares = 0;
  for (const Column& column : columns) shares += column.share;
  const auto row_of = [&](const std::vector<std::string>* values) {
    std::vector<Parts::Cell> cells;
    double x = kMargin;
    for (size_t i = 0; i < columns.size(); ++i) {
      const double width = kInner * columns[i].share / shares;
      Style of = style;
      of.align = values == nullptr ? Align::kCentre : columns[i].align;
      of.bold = values == nullptr;
      const std::string& text = values == nullptr    ? columns[i].label
                                : i < values->size() ? (*values)[i]
                                                     : std::string();
      cells.push_back(parts_->MakeCell(text, x, width, of, values == nullptr ? kHeadFill : -1));
      x += width;
    }
    return cells;
  };
  const std::vector<Parts::Cell> header = row_of(nullptr);
  // Not a header alone at the foot.
  Keep(Parts::HeightOf(header) * 2);
  parts_->Put(header, 0, Parts::HeightOf(header));
  for (const auto& row : rows) parts_->PutRow(row_of(&row), &header);
}

void Sheet::Pairs(const std::vector<Pair>& pairs, int per_row, const Style& style) {
  const double label_share = per_row == 1 ? 0.22 : 0.45;
  const double pair_width = kInner / per_row;
  const double label_width = per_row == 1 ? kInner * label_share : pair_width * label_share;
  for (size_t at = 0; at < pairs.size();) {
    std::vector<Parts::Cell> row;
    int used = 0;
    while (at < pairs.size() && used < per_row) {
      const Pair& pair = pairs[at];
      if (pair.wide && used > 0) break;
      ++at;
      const double x = kMargin + used * pair_width;
      // One that nobody stands beside takes the rest of the row.
      const bool last = at == pairs.size() || pairs[at].wide;
      used = pair.wide || last ? per_row : used + 1;
      const double end = kMargin + used * pair_width;
      Style value = style;
      value.grey = pair.absent;
      row.push_back(parts_->MakeCell(pair.label, x, label_width, style, kLabelFill));
      row.push_back(parts_->MakeCell(pair.value, x + label_width, end - x - label_width, value));
    }
    parts_->PutRow(row, nullptr);
  }
}

void Sheet::Closing(const std::vector<std::string>& lines, const std::string& code,
                    const std::string& code_label) {
  Style style;
  style.size = 15;
  style.align = Align::kCentre;
  std::vector<Broken> broken;
  double height = 0;
  for (const std::string& line : lines) {
    broken.push_back(parts_->type.Break(line, kInner * 0.55, style));
    height += broken.back().height();
  }
  const double block = std::max(kSeal, height);
  Keep(block + 12);
  parts_->y += 12;
  Page& page = parts_->page();
  double y = parts_->y + (block - height) / 2;
  for (const Broken& each : broken) {
    page.Add(each, 0, kAll, kMargin + kInner * 0.45, y, kInner * 0.55, style);
    y += each.height();
  }
  if (!code.empty()) {
    const std::unique_ptr<QRcode, FreeCode> made(
        QRcode_encodeString(code.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1));
    if (made != nullptr) {
      const double dot = kCode / made->width;
      for (int row = 0; row < made->width; ++row) {
        for (int column = 0; column < made->width; ++column) {
          if ((made->data[row * made->width + column] & 1) == 0) continue;
          page.boxes.push_back({kMargin + column * dot, parts_->y + row * dot, dot, dot, 0});
        }
      }
      Style label;
      label.size = 8;
      page.Add(parts_->type.Break(code_label, kInner * 0.4, label), 0, kAll, kMargin,
               parts_->y + kCode + 4, kInner * 0.4, label);
    }
  }
  parts_->y += block;
}

absl::StatusOr<std::string> Sheet::Finish() {
  if (!parts_->type.HasChinese()) {
    return ProblemStatus(
        absl::StatusCode::kFailedPrecondition,
        {"SHEET_FONT_MISSING", "", "本机没有中文字体,无法打印;请管理员安装 fonts-noto-cjk",
         "this machine has no font for Chinese; install fonts-noto-cjk"});
  }
  std::string pdf;
  cairo_surface_t* surface = cairo_pdf_surface_create_for_stream(Append, &pdf, kWidth, kHeight);
  const Settings& settings = parts_->settings;
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, settings.title.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, settings.author.c_str());
  cairo_pdf_surface_set_metadata(
      surface, CAIRO_PDF_METADATA_CREATE_DATE,
      absl::FormatTime("%Y-%m-%dT%H:%M:%S%Ez", settings.create_time, absl::UTCTimeZone()).c_str());
  cairo_t* cairo = cairo_create(surface);
  Style foot;
  foot.size = kFootSize;
  foot.grey = true;
  const double foot_y = kHeight - kMargin + 2;
  for (size_t i = 0; i < parts_->pages.size(); ++i) {
    Page& page = parts_->pages[i];
    page.Add(parts_->type.Break(settings.footer, kInner * 0.72, foot), 0, kAll, kMargin, foot_y,
             kInner * 0.72, foot);
    Style number = foot;
    number.align = Align::kRight;
    page.Add(parts_->type.Break(absl::StrCat("第 ", i + 1, " 页 共 ", parts_->pages.size(), " 页"),
                                kInner, number),
             0, kAll, kMargin, foot_y, kInner, number);
    if (!settings.mark.empty()) {
      Style mark;
      mark.size = 9;
      mark.bold = true;
      mark.align = Align::kRight;
      const Broken broken = parts_->type.Break(settings.mark, kInner, mark);
      page.Add(broken, 0, kAll, kMargin, kMargin - 24, kInner, mark);
      mark.align = Align::kLeft;
      page.Add(broken, 0, kAll, kMargin, foot_y + 11, kInner, mark);
    }
    page.Draw(cairo);
    cairo_show_page(cairo);
  }
  cairo_surface_finish(surface);
  const cairo_status_t status = cairo_status(cairo);
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  if (status != CAIRO_STATUS_SUCCESS) return Failed(cairo_status_to_string(status));
  return pdf;
}

}  // namespace fupin::sheet
