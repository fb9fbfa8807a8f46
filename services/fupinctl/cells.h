// Cells of a table as a person typed them -> values of a contract.
#ifndef FUPIN_SERVICES_FUPINCTL_CELLS_H_
#define FUPIN_SERVICES_FUPINCTL_CELLS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/contract/contract.h"

namespace fupin::fupinctl {

// Empty cells are absent. Dates may also be 2024/1/5, 2024.1.5 or 20240105; yes/no may be 是/否,
// 有/无, true/false, Y/N, 1/0; numbers may carry thousands separators. `in_yuan`: an amount the
// heading gives in yuan, kept in fen. INVALID_ARGUMENT / CELL_NUMBER, CELL_YES_NO, MONEY_DECIMALS.
absl::StatusOr<contract::Value> ToValue(const contract::Field& field, const std::string& cell,
                                        bool in_yuan);

// "2024/1/5", "2024.1.5" or "20240105" -> "2024-01-05"; anything else as it is.
std::string NormaliseDate(const std::string& text);

// 是/否, 有/无, true/false, Y/N, 1/0, √/×; nothing for anything else.
std::optional<bool> ToYesNo(const std::string& text);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_CELLS_H_
