// Layouts of survey tables: loaded, and checked before the first row is read.
#ifndef FUPIN_SERVICES_FUPINCTL_SURVEY_LAYOUT_H_
#define FUPIN_SERVICES_FUPINCTL_SURVEY_LAYOUT_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/status/reasons.h"
#include "services/fupinctl/survey_layout.pb.h"

namespace fupin::fupinctl {

// Reasons of layouts and of rows, one table (SURVEY_LAYOUT_..., SURVEY_CELL_..., SURVEY_ROW_...).
const ReasonTable& SurveyReasons();

// CONFIG_SYNTAX, or every SURVEY_LAYOUT_... problem at once with the field's path.
absl::StatusOr<SurveyLayout> LoadLayout(const std::string& path);

// What is wrong with a layout in itself.
std::vector<Problem> CheckLayout(const SurveyLayout& layout);

// What does not fit the form of the catalog in force: questions, scopes, choices.
std::vector<Problem> CheckAgainstForm(const SurveyLayout& layout,
                                      const identification::v1::Form& form);

// `layout` with the members of a row one by one: slots become entries of their own and {n} their
// number.
SurveyLayout WithSlots(const SurveyLayout& layout);

// Calls `visit(path, question source, of_member)` for every answer.
void ForEachAnswer(const SurveyLayout& layout,
                   const std::function<void(const std::string&, const AnswerFrom&, bool)>& visit);

// The question of the form; null when there is none.
const catalog::v1::Question* FindQuestion(const identification::v1::Form& form,
                                          const std::string& code);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_SURVEY_LAYOUT_H_
