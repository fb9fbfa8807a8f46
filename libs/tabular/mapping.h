// Which column of a table holds which field.
#ifndef FUPIN_LIBS_TABULAR_MAPPING_H_
#define FUPIN_LIBS_TABULAR_MAPPING_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace fupin::tabular {

struct ColumnSpec {
  std::string field;                 // matches as a column name too
  std::vector<std::string> aliases;  // other names of the column: "姓名", "户主姓名"
  bool required = false;
};

struct ColumnMap {
  struct Ignored {
    size_t column = 0;
    std::string name;  // as in the header; may be a value if the file has no header row
  };
  // For each spec, in order, the index into Row::cells; nullopt for an optional column not there.
  std::vector<std::optional<size_t>> columns;
  std::vector<Ignored> ignored;  // columns of a name nobody asked for
};

// `name` as compared: lower case, half-width, without white space, zero-width characters and
// asterisks at its ends ("＊身份证 号" and "身份证号" are the same).
std::string NormalizeColumnName(absl::string_view name);

// INVALID_ARGUMENT with all problems at once: FILE_COLUMN_MISSING (field = the spec's field) and
// FILE_COLUMN_DUPLICATE (two columns of one field, named by their letters).
// FAILED_PRECONDITION / FILE_COLUMN_SPEC_AMBIGUOUS if two specs claim one name: a fault of ours.
absl::StatusOr<ColumnMap> MatchColumns(absl::Span<const std::string> header,
                                       absl::Span<const ColumnSpec> specs);

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_MAPPING_H_
