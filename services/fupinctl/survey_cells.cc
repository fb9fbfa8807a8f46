#include "services/fupinctl/survey_cells.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "libs/codes/civil_date.h"
#include "libs/fixed/fixed.h"
#include "libs/status/macros.h"
#include "services/fupinctl/cells.h"
#include "services/fupinctl/survey_layout.h"

namespace fupin::fupinctl {
namespace {

using catalog::v1::Question;

absl::Status Refuse(const char* reason, const std::string& detail = "") {
  return SurveyReasons().Refuse(reason, "", detail);
}

std::string Trimmed(const tabular::Cell& cell) {
  return std::string(absl::StripAsciiWhitespace(cell.text));
}

bool Lists(const google::protobuf::RepeatedPtrField<std::string>& cells, const std::string& text) {
  return std::find(cells.begin(), cells.end(), text) != cells.end();
}

const CodeOf* FindCode(const google::protobuf::RepeatedPtrField<CodeOf>& codes,
                       const std::string& text) {
  for (const CodeOf& entry : codes) {
    if (Lists(entry.cell(), text)) return &entry;
  }
  return nullptr;
}

// "1,234.5" -> "1234.5", or "1.234,5" with a decimal comma. A separator that does not stand before
// exactly three digits is none: "1,5" is not 15.
std::optional<std::string> PlainNumber(const std::string& text, bool decimal_comma) {
  const char group = decimal_comma ? '.' : ',';
  const char point = decimal_comma ? ',' : '.';
  const std::vector<std::string> halves = absl::StrSplit(text, absl::MaxSplits(point, 1));
  const std::vector<std::string> groups = absl::StrSplit(halves[0], group);
  std::string plain = groups[0];
  for (size_t i = 1; i < groups.size(); ++i) {
    const size_t digits = groups[0].size() - (absl::StartsWith(groups[0], "-") ? 1 : 0);
    if (groups[i].size() != 3 || digits < 1 || digits > 3) return std::nullopt;
    plain += groups[i];
  }
  if (halves.size() == 2) absl::StrAppend(&plain, ".", halves[1]);
  const bool number = std::all_of(plain.begin(), plain.end(), [](char c) {
    return absl::ascii_isdigit(c) || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
  });
  return number && !plain.empty() ? std::optional<std::string>(plain) : std::nullopt;
}

absl::StatusOr<std::string> Number(const SurveyLayout& layout, const AnswerFrom& from,
                                   const std::string& text) {
  const auto plain = PlainNumber(text, layout.decimal_comma());
  if (!plain) return Refuse("SURVEY_CELL_NUMBER", from.question());
  const bool exponent = plain->find_first_of("eE") != std::string::npos;
  if (!from.has_round_to() && !exponent) {
    const auto exact = fixed::ParseMicro(*plain);
    if (exact.ok()) return fixed::ToText(*exact);
    return Refuse(ReasonOf(exact.status()) == "NUMBER_DECIMALS" ? "SURVEY_CELL_DECIMALS"
                                                                : "SURVEY_CELL_NUMBER",
                  from.question());
  }
  double value = 0;
  if (!absl::SimpleAtod(*plain, &value) || !std::isfinite(value)) {
    return Refuse("SURVEY_CELL_NUMBER", from.question());
  }
  if (from.multiply_by() != 0) value *= from.multiply_by();
  if (from.has_round_to()) {
    const double step = std::pow(10.0, from.round_to());
    value = std::round(value * step) / step;
  }
  const auto rounded = fixed::MicroFromDouble(value);
  if (!rounded.ok()) return Refuse("SURVEY_CELL_NUMBER", from.question());
  // "1e-9" is not nothing.
  if (std::fabs(fixed::ToDouble(*rounded) - value) > 1e-9 * std::fabs(value)) {
    return Refuse("SURVEY_CELL_DECIMALS", from.question());
  }
  return fixed::ToText(*rounded);
}

}  // namespace

absl::StatusOr<std::string> CellText(const TextFrom& from, const tabular::Cell& cell) {
  if (cell.kind == tabular::CellKind::kError) return Refuse("SURVEY_CELL_ERROR");
  if (cell.mangled) return Refuse("SURVEY_CELL_MANGLED");
  std::string text = Trimmed(cell);
  if (from.codes().empty()) return text;
  const CodeOf* entry = FindCode(from.codes(), text);
  if (entry != nullptr) return entry->code();
  if (text.empty()) return text;
  return Refuse("SURVEY_CELL_CODE");
}

absl::StatusOr<std::string> CellDate(const std::string& text) {
  std::string date = NormaliseDate(text);
  // A cell of a spreadsheet may show a time behind the day.
  if (date.size() > 10 && date[10] == ' ') date.resize(10);
  if (!codes::ParseDate(date).ok()) return Refuse("SURVEY_CELL_DATE");
  return date;
}

absl::StatusOr<std::string> CellBirthDate(const BirthFrom& from, const tabular::Cell& cell) {
  if (cell.kind == tabular::CellKind::kError) return Refuse("SURVEY_CELL_ERROR");
  const std::string text = Trimmed(cell);
  if (text.empty()) return text;
  if (from.has_date_column()) return CellDate(text);
  if (from.has_year_column()) {
    const std::string date = absl::StrCat(text, "-", from.day());
    if (!codes::ParseDate(date).ok()) return Refuse("SURVEY_CELL_DATE");
    return date;
  }
  int age = 0;
  if (!absl::SimpleAtoi(text, &age) || age < 0 || age > 150) return Refuse("SURVEY_CELL_DATE");
  ASSIGN_OR_RETURN(const absl::CivilDay day, codes::ParseDate(from.day()));
  return absl::FormatCivilTime(absl::CivilDay(day.year() - age, day.month(), day.day()));
}

absl::StatusOr<std::optional<identification::v1::Answer>> CellAnswer(const SurveyLayout& layout,
                                                                     const AnswerFrom& from,
                                                                     const Question& question,
                                                                     const tabular::Cell& cell) {
  const std::string text = Trimmed(cell);
  identification::v1::Answer answer;
  answer.set_question(from.question());
  for (const auto* absences : {&from.absences(), &layout.absences()}) {
    for (const AbsentCells& entry : *absences) {
      if (!Lists(entry.cell(), text)) continue;
      answer.set_absent(entry.absence());
      return answer;
    }
  }
  if (cell.kind == tabular::CellKind::kError) return Refuse("SURVEY_CELL_ERROR");
  if (text.empty()) return std::nullopt;
  std::string value = text;
  if (!from.codes().empty()) {
    const CodeOf* entry = FindCode(from.codes(), text);
    if (entry == nullptr) return Refuse("SURVEY_CELL_CODE");
    value = entry->code();
  }
  switch (question.type()) {
    case Question::TYPE_INTEGER:
    case Question::TYPE_NUMBER:
    case Question::TYPE_MONEY_YUAN:
    case Question::TYPE_YEAR: {
      ASSIGN_OR_RETURN(*answer.mutable_number(), Number(layout, from, value));
      return answer;
    }
    case Question::TYPE_BOOLEAN: {
      const auto yes = ToYesNo(value);
      if (!yes) return Refuse("SURVEY_CELL_YES_NO", from.question());
      answer.set_yes(*yes);
      return answer;
    }
    case Question::TYPE_CHOICE: {
      const bool known = std::any_of(question.choices().begin(), question.choices().end(),
                                     [&](const auto& choice) { return choice.code() == value; });
      if (!known) return Refuse("SURVEY_CELL_CHOICE", from.question());
      answer.set_choice(value);
      return answer;
    }
    case Question::TYPE_DATE: {
      ASSIGN_OR_RETURN(*answer.mutable_text(), CellDate(value));
      return answer;
    }
    default:
      answer.set_text(value);
      return answer;
  }
}

}  // namespace fupin::fupinctl
