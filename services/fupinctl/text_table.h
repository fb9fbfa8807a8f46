// Rows and columns as aligned lines for a terminal.
#ifndef FUPIN_SERVICES_FUPINCTL_TEXT_TABLE_H_
#define FUPIN_SERVICES_FUPINCTL_TEXT_TABLE_H_

#include <string>
#include <vector>

namespace fupin::fupinctl {

struct TextColumn {
  std::string zh;
  std::string en;      // stands below the Chinese name
  bool right = false;  // numbers end at the same column
  bool text = false;   // may be cut
  bool below = false;  // leaves the line when that is too wide
};

struct TextTable {
  std::vector<TextColumn> columns;
  std::vector<std::vector<std::string>> rows;  // each as long as `columns`
};

// Columns that are empty in all rows are left out. `width` 0: a row is a line and nothing is cut.
// Where a line would be wider, columns `below` go on lines of their own below each row; then the
// widest columns of text are cut until the rest fits. What a person copies into the next command
// (ASCII without blanks) and what is not text stays whole even when a line then does not fit.
std::string Draw(const TextTable& table, int width, int indent);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_TEXT_TABLE_H_
