// Single cells of a survey table -> texts and answers, as a layout says.
#ifndef FUPIN_SERVICES_FUPINCTL_SURVEY_CELLS_H_
#define FUPIN_SERVICES_FUPINCTL_SURVEY_CELLS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/tabular/cell.h"
#include "services/fupinctl/survey_layout.pb.h"

namespace fupin::fupinctl {

// Errors carry a reason of SurveyReasons() and no field: the caller knows the column.

// The text of a cell that is a key or a code; "" when it is empty. SURVEY_CELL_ERROR,
// SURVEY_CELL_MANGLED, SURVEY_CELL_CODE.
absl::StatusOr<std::string> CellText(const TextFrom& from, const tabular::Cell& cell);

// The birth date as YYYY-MM-DD; "" when the cell is empty. SURVEY_CELL_DATE.
absl::StatusOr<std::string> CellBirthDate(const BirthFrom& from, const tabular::Cell& cell);

// A date as written by people -> YYYY-MM-DD. SURVEY_CELL_DATE.
absl::StatusOr<std::string> CellDate(const std::string& text);

// The answer of a cell; nothing when the cell is empty and not listed as an absence.
// SURVEY_CELL_NUMBER, _DECIMALS, _YES_NO, _CHOICE, _CODE, _DATE, _ERROR.
absl::StatusOr<std::optional<identification::v1::Answer>> CellAnswer(
    const SurveyLayout& layout, const AnswerFrom& from, const catalog::v1::Question& question,
    const tabular::Cell& cell);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_SURVEY_CELLS_H_
