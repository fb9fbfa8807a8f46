// Puts the cells of one row together and checks what every kind of file must keep.
#ifndef FUPIN_LIBS_TABULAR_ROW_BUILDER_H_
#define FUPIN_LIBS_TABULAR_ROW_BUILDER_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "libs/tabular/cell.h"
#include "libs/tabular/options.h"

namespace fupin::tabular {

// True if `text` is empty or only white space (also the full-width and the no-break space).
bool IsBlank(absl::string_view text);

// `text` without white space, byte order marks and zero-width spaces at both ends.
absl::string_view Trim(absl::string_view text);

// True for what spreadsheets leave of a long number that was kept or exported as text:
// "5.20101E+17".
bool IsMangledText(absl::string_view text);

// Begin, then Put in any order, then Finish. Texts longer than the limit may be given cut at one
// byte above it.
class RowBuilder {
 public:
  explicit RowBuilder(const Limits& limits) : limits_(limits) {}

  void Begin(Row* row, size_t columns, int64_t number, int64_t line);
  // Cells from `columns` on are only looked at: one that is not blank is a problem.
  void Put(size_t column, Cell cell);
  void AddProblem(Problem problem);
  // Pads the row to `columns` cells.
  void Finish();

 private:
  const Limits limits_;
  Row* row_ = nullptr;
  size_t columns_ = 0;
  size_t bytes_ = 0;
  bool too_long_ = false;
  bool too_many_ = false;
};

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_ROW_BUILDER_H_
