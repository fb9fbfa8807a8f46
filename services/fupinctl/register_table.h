// The table of a register (deploy/forms/README.md): its columns, rows as text, rows as read.
#ifndef FUPIN_SERVICES_FUPINCTL_REGISTER_TABLE_H_
#define FUPIN_SERVICES_FUPINCTL_REGISTER_TABLE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "fupin/identification/v1/register_service.pb.h"
#include "libs/status/status.h"
#include "libs/tabular/cell.h"
#include "libs/tabular/mapping.h"
#include "libs/tabular/xlsx_writer.h"

namespace fupin::fupinctl {

// In the order of the table.
std::vector<tabular::XlsxColumn> RegisterColumns();
std::vector<std::string> RegisterCells(const identification::v1::RegisterLine& line);

// What an import looks for: the columns a person fills, by field, with other names they go by.
std::vector<tabular::ColumnSpec> RegisterSpecs();
// Of a row read with those specs. What cannot be read is told; the service checks the rest.
identification::v1::RegisterLine ReadRegisterLine(const tabular::Row& row,
                                                  const tabular::ColumnMap& map,
                                                  std::vector<Problem>* problems);

// Rows of one file that name the same card or the same person: the later one is told.
class RegisterDoubles {
 public:
  void Check(const identification::v1::RegisterLine& line, std::vector<Problem>* problems);

 private:
  std::map<std::string, int64_t> cards_;
  std::map<std::string, int64_t> heads_;
};

// The column a field of a RegisterLine stands in, as people call it.
std::string RegisterColumnOf(const std::string& field);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_REGISTER_TABLE_H_
