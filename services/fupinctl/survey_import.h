// Rows of a survey table -> one SubmitSurvey request per household.
#ifndef FUPIN_SERVICES_FUPINCTL_SURVEY_IMPORT_H_
#define FUPIN_SERVICES_FUPINCTL_SURVEY_IMPORT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/tabular/table_reader.h"
#include "services/fupinctl/survey_layout.h"

namespace fupin::fupinctl {

// A problem of one row; `problem.field` is the column as the table names it.
struct RowProblem {
  int64_t row = 0;
  Problem problem;
};

// One household of the table.
struct ImportedSurvey {
  identification::v1::SubmitSurveyRequest request;
  std::vector<int64_t> rows;  // as in the file
  // Any makes the whole household stay out: half a household would be another one.
  std::vector<RowProblem> problems;

  // Columns and rows behind the answers, in the order of the request.
  struct Origin {
    int64_t row = 0;
    std::vector<std::string> columns;  // of the answers
  };
  Origin household;
  std::vector<Origin> members;

  // Where in the table the field that the service names stands ("survey.members[2].answers[0]").
  RowProblem Locate(const Problem& problem) const;
};

// Holds all households until the end: rows of one household may stand apart.
class SurveyReader {
 public:
  // `layout` must have passed CheckLayout and, with `form`, CheckAgainstForm. `source_version` goes
  // into the request ids. FILE_COLUMN_MISSING, FILE_COLUMN_DUPLICATE.
  static absl::StatusOr<std::unique_ptr<SurveyReader>> Create(const SurveyLayout& layout,
                                                              const identification::v1::Form& form,
                                                              int64_t source_version,
                                                              absl::Span<const std::string> header);

  void Add(const tabular::Row& row);

  // All households in the order of their first rows, and rows that belong to none.
  std::vector<ImportedSurvey> TakeSurveys();
  const std::vector<RowProblem>& stray() const { return stray_; }

 private:
  SurveyReader(const SurveyLayout& layout, const identification::v1::Form& form,
               int64_t source_version);

  struct Context;  // one row and the household it goes into
  const tabular::Cell& CellOf(const tabular::Row& row, const std::string& column) const;
  std::string Text(const TextFrom& from, bool required, Context* context) const;
  void ReadHead(Context* context, bool first) const;
  void ReadHouseholdAnswers(Context* context, bool first) const;
  void ReadMember(const MemberFrom& from, Context* context) const;

  const SurveyLayout layout_;  // slots resolved
  const identification::v1::Form form_;
  const int64_t source_version_;
  absl::flat_hash_map<std::string, size_t> columns_;
  absl::flat_hash_map<std::string, const catalog::v1::Question*> questions_;
  absl::flat_hash_map<std::string, size_t> by_key_;
  std::vector<ImportedSurvey> surveys_;
  std::vector<RowProblem> stray_;
};

// The request id of a household: layout, version and a hash of its key.
std::string RequestId(const std::string& layout_id, int64_t source_version,
                      const std::string& household_key);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_SURVEY_IMPORT_H_
