// Printed sheets: A4, Chinese, as PDF with its font in it. Texts, tables that go on over pages with
// their header, label-and-value forms, a place for the seal; at the foot of every page who printed
// it, which page of how many, and a mark such as 合成数据 where there is one.
#ifndef FUPIN_LIBS_SHEET_SHEET_H_
#define FUPIN_LIBS_SHEET_SHEET_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace fupin::sheet {

enum class Align { kLeft, kCentre, kRight };

struct Style {
  double size = 10.5;  // points; 10.5 is 五号
  bool bold = false;
  Align align = Align::kLeft;
  bool grey = false;
};

struct Settings {
  std::string title;   // of the file; stands on no page
  std::string author;  // who issues it
  std::string footer;  // left at the foot of every page
  std::string mark;    // at the head and the foot of every page; empty: none
  absl::Time create_time;
};

struct Column {
  std::string label;
  double share = 1;  // of the width
  Align align = Align::kLeft;
};

struct Pair {
  std::string label;
  std::string value;
  bool absent = false;  // the value is grey: it says why there is none
  bool wide = false;    // takes the whole row
};

// One sheet, from top to bottom. One thread at a time. What is given is UTF-8; control characters
// are left out.
class Sheet {
 public:
  explicit Sheet(Settings settings);
  ~Sheet();
  Sheet(const Sheet&) = delete;
  Sheet& operator=(const Sheet&) = delete;

  // A paragraph; line breaks in it are kept.
  void Text(const std::string& text, const Style& style = {});
  void Gap(double points);
  // Begins a new page unless so many points are left.
  void Keep(double points);
  // Its header stands again on every page it goes on to.
  void Table(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows,
             const Style& style = {});
  // Labels and values, `per_row` pairs beside each other, boxed.
  void Pairs(const std::vector<Pair>& pairs, int per_row, const Style& style = {});
  // Lines in the right half with room for a seal over them, and at the left a QR code of `code`
  // (empty: none) with `code_label` under it. Kept together.
  void Closing(const std::vector<std::string>& lines, const std::string& code,
               const std::string& code_label);

  // The PDF; the sheet must not be used afterwards. FAILED_PRECONDITION / SHEET_FONT_MISSING: this
  // machine has no font for Chinese (Debian: fonts-noto-cjk). Some 20 ms a page.
  absl::StatusOr<std::string> Finish();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fupin::sheet

#endif  // FUPIN_LIBS_SHEET_SHEET_H_
