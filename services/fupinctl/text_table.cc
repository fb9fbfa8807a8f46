#include "services/fupinctl/text_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/fupinctl/text_width.h"

namespace fupin::fupinctl {
namespace {

constexpr int kGap = 2;         // blanks between columns
constexpr int kBelow = 6;       // indentation of what stands below its row
constexpr int kNarrowest = 10;  // a column cut further tells nothing

struct Shown {
  size_t index = 0;
  int width = 0;
  bool may_cut = false;
};

bool IsRunningText(const std::string& cell) {
  return std::any_of(cell.begin(), cell.end(),
                     [](char c) { return c == ' ' || static_cast<unsigned char>(c) >= 0x80; });
}

std::vector<Shown> ShownColumns(const TextTable& table) {
  std::vector<Shown> shown;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const TextColumn& column = table.columns[i];
    Shown one{i, std::max(Columns(column.zh), Columns(column.en)), false};
    bool filled = false;
    for (const auto& row : table.rows) {
      filled |= !row[i].empty();
      one.width = std::max(one.width, Columns(row[i]));
      one.may_cut |= column.text && IsRunningText(row[i]);
    }
    if (filled) shown.push_back(one);
  }
  return shown;
}

int Total(const std::vector<Shown>& shown) {
  int total = -kGap;
  for (const Shown& column : shown) total += column.width + kGap;
  return total;
}

void Fit(int width, std::vector<Shown>* shown) {
  for (int total = Total(*shown); total > width; --total) {
    Shown* widest = nullptr;
    for (Shown& column : *shown) {
      if (!column.may_cut || column.width <= kNarrowest) continue;
      if (widest == nullptr || column.width > widest->width) widest = &column;
    }
    if (widest == nullptr) return;
    --widest->width;
  }
}

std::string Blanks(int count) { return std::string(static_cast<size_t>(count), ' '); }

}  // namespace

std::string Draw(const TextTable& table, int width, int indent) {
  std::vector<Shown> shown = ShownColumns(table);
  if (shown.empty()) return "";
  std::vector<Shown> below;
  if (width > 0 && Total(shown) > width - indent) {
    const auto goes = std::stable_partition(
        shown.begin(), shown.end(), [&](const Shown& c) { return !table.columns[c.index].below; });
    below.assign(goes, shown.end());
    shown.erase(goes, shown.end());
    Fit(width - indent, &shown);
  }
  std::string out;
  const auto line = [&](const auto& cell_of) {
    std::string text = Blanks(indent);
    for (const Shown& column : shown) {
      std::string cell = cell_of(column.index);
      if (column.may_cut) cell = Cut(cell, column.width);
      absl::StrAppend(
          &text,
          table.columns[column.index].right ? PadLeft(cell, column.width) : Pad(cell, column.width),
          Blanks(kGap));
    }
    absl::StrAppend(&out, absl::StripTrailingAsciiWhitespace(text), "\n");
  };
  const auto lines_below = [&](const auto& cell_of) {
    for (const Shown& column : below) {
      std::string cell = cell_of(column.index);
      if (column.may_cut) cell = Cut(cell, std::max(kNarrowest, width - indent - kBelow));
      if (!cell.empty()) absl::StrAppend(&out, Blanks(indent + kBelow), cell, "\n");
    }
  };
  line([&](size_t i) { return table.columns[i].zh; });
  line([&](size_t i) { return table.columns[i].en; });
  lines_below(
      [&](size_t i) { return absl::StrCat(table.columns[i].zh, " ", table.columns[i].en); });
  for (const auto& row : table.rows) {
    line([&](size_t i) { return row[i]; });
    lines_below([&](size_t i) { return row[i]; });
  }
  return out;
}

}  // namespace fupin::fupinctl
