// Which fields of an answer people see, in which order: data, one row per message type. A message
// without a row shows all its fields. --json shows everything always.
#ifndef FUPIN_SERVICES_FUPINCTL_VIEWS_H_
#define FUPIN_SERVICES_FUPINCTL_VIEWS_H_

#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace fupin::fupinctl {

// Lists of columns, blanks between them; null: all fields. A column is a path of fields
// ("score.index_centipoints"), or several paths put together:
//   a|b  the first that is not empty        a+b  "a b", nothing without a
//   a/b  those not empty, " / " between     a~b  "a~b", only when both are there
//   key=...  labelled by this row of labels.cc instead of by its first field
//   ^...     in a table too wide for the terminal, on a line of its own below the row
// In a form, a field that is a message or a list stands alone; "total&parts" makes one table of two
// fields of the same type.
struct View {
  const char* message;           // full name
  const char* row = nullptr;     // as a row of a table
  const char* form = nullptr;    // alone, as lines
  const char* cell = nullptr;    // several of it inside one cell; null: how many there are
  const char* detail = nullptr;  // lists of a row that are printed below the table
  int max_rows = 0;              // 0: all
};

const std::vector<View>& Views();
// The view of a type; one that shows all fields when there is none of its own.
const View& ViewOf(const google::protobuf::Descriptor& type);

// The columns of a view, or those of all fields when `list` is null.
std::vector<std::string> RowColumns(const google::protobuf::Descriptor& type);
std::vector<std::string> FormItems(const google::protobuf::Descriptor& type);
std::vector<std::string> SplitColumns(const char* list);

// The paths inside a column.
std::vector<std::string> PathsOf(const std::string& column);
// The last field of a path; null when there is no such path.
const google::protobuf::FieldDescriptor* FieldAt(const google::protobuf::Descriptor& type,
                                                 const std::string& path);

// Messages that are shown as one value, not as a form of their own.
bool IsTime(const google::protobuf::FieldDescriptor& field);
bool IsDuration(const google::protobuf::FieldDescriptor& field);
// A field that is a form or a table of its own.
bool IsBlock(const google::protobuf::FieldDescriptor& field);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_VIEWS_H_
