// What became of each row of a table, for the person who sent it.
#ifndef FUPIN_SERVICES_FUPINCTL_ROW_NOTES_H_
#define FUPIN_SERVICES_FUPINCTL_ROW_NOTES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/status/status.h"

namespace fupin::fupinctl {

struct RowNote {
  int64_t row = 0;  // as in the file
  std::string outcome;
  Problem problem;
};

// Writes them to the CSV file `path`, or prints them when it is empty.
absl::Status WriteNotes(const std::vector<RowNote>& notes, const std::string& path);

// One line for each outcome.
void PrintCounts(const std::map<std::string, int64_t>& counts);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_ROW_NOTES_H_
