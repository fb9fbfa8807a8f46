// Reads the sources of values (picks, filters, formulas) and checks them against the questions and
// the dataset contracts. Shared by catalogs and cross-check rules.
#ifndef FUPIN_LIBS_CATALOG_SOURCE_READER_H_
#define FUPIN_LIBS_CATALOG_SOURCE_READER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "fupin/catalog/v1/catalog.pb.h"
#include "libs/catalog/catalog.h"
#include "libs/catalog/text_file.h"
#include "libs/expression/sandbox.h"

namespace fupin::catalog {

// "YYYY-MM-DD" of the Gregorian calendar.
std::optional<absl::CivilDay> ParseDay(absl::string_view text);

// Faults go to `file`; a result is given all the same, to find further faults.
class SourceReader {
 public:
  // `per_member`: the values are those of one member, so that a member's question needs no
  // aggregate. All references must outlive the reader.
  SourceReader(TextFile* file, const Catalog& catalog, const SourceLookup& lookup);

  Source ReadSource(const v1::Source& proto, const Place& place);
  std::vector<Input> ReadInputs(const google::protobuf::RepeatedPtrField<v1::Input>& protos,
                                const std::function<Place(int)>& place_of, bool per_member);
  // Refuses an expression that does not compile.
  void CheckExpression(const std::string& expression, const Place& place,
                       absl::Span<const Input> inputs);
  // Codes the pick's field or question may have; empty = unknown or not a code.
  std::vector<std::string> CodesOf(const Pick& pick) const;

 private:
  Pick ReadPick(const v1::Pick& proto, const Place& place, bool of_question, bool per_member);
  void ReadQuestionField(const v1::Pick& proto, const Place& place, bool per_member, Pick* pick);
  void ReadDatasetField(const v1::Pick& proto, const Place& place, bool per_member, Pick* pick);
  void CheckAggregate(const v1::Pick& proto, const Place& place, Pick* pick);
  ValueType Transformed(ValueType type, Transform transform, const Place& place);
  Filter ReadFilter(const v1::Filter& proto, const Place& place, const Pick& pick, bool of_members);
  void CheckFilterValues(const Filter& filter, const std::vector<std::string>& codes,
                         const Place& place);

  TextFile* file_;
  const Catalog& catalog_;
  const SourceLookup& lookup_;
  std::unique_ptr<expression::Sandbox> sandbox_;
};

}  // namespace fupin::catalog

#endif  // FUPIN_LIBS_CATALOG_SOURCE_READER_H_
