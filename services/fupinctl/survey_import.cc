#include "services/fupinctl/survey_import.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/clock/clock.h"
#include "libs/codes/civil_date.h"
#include "libs/crypto/blind_index.h"
#include "libs/status/macros.h"
#include "libs/tabular/mapping.h"
#include "services/fupinctl/survey_cells.h"

namespace fupin::fupinctl {
namespace {

using identification::v1::Answer;
using identification::v1::Survey;
using identification::v1::SurveyMember;

constexpr char kHead[] = "02";  // GB/T 4761

std::vector<std::string> ColumnsOf(const SurveyLayout& layout) {
  std::vector<std::string> columns;
  const auto add = [&](const std::string& column) {
    if (!column.empty()) columns.push_back(column);
  };
  for (const TextFrom* text : {&layout.household_key(), &layout.division(), &layout.collector(),
                               &layout.enterer(), &layout.collect_date()}) {
    add(text->column());
  }
  for (const MemberFrom& member : layout.members()) {
    add(member.present_column());
    for (const TextFrom* text : {&member.citizen_number(), &member.person_key(), &member.name(),
                                 &member.relation(), &member.sex()}) {
      add(text->column());
    }
    add(member.birth().date_column());
    add(member.birth().year_column());
    add(member.birth().age_column());
  }
  ForEachAnswer(layout,
                [&](const std::string&, const AnswerFrom& answer, bool) { add(answer.column()); });
  return columns;
}

// "members[12].answers[3]" after `*text` -> 12; removes what it read.
bool TakeIndex(absl::string_view name, absl::string_view* text, size_t* index) {
  if (!absl::ConsumePrefix(text, absl::StrCat(name, "["))) return false;
  const size_t end = text->find(']');
  if (end == absl::string_view::npos || !absl::SimpleAtoi(text->substr(0, end), index)) {
    return false;
  }
  text->remove_prefix(end + 1);
  absl::ConsumePrefix(text, ".");
  return true;
}

}  // namespace

std::string RequestId(const std::string& layout_id, int64_t source_version,
                      const std::string& household_key) {
  return absl::StrCat(layout_id, ".", source_version, ".",
                      absl::BytesToHexString(crypto::Sha256(household_key).substr(0, 11)));
}

RowProblem ImportedSurvey::Locate(const Problem& problem) const {
  RowProblem out{rows.empty() ? 0 : rows[0], problem};
  absl::string_view path = problem.field;
  absl::ConsumePrefix(&path, "survey.");
  const Origin* origin = &household;
  size_t index = 0;
  if (TakeIndex("members", &path, &index) && index < members.size()) {
    origin = &members[index];
    out.row = origin->row;
  }
  if (TakeIndex("answers", &path, &index) && index < origin->columns.size()) {
    out.problem.field = origin->columns[index];
  }
  return out;
}

struct SurveyReader::Context {
  const tabular::Row& row;
  ImportedSurvey& out;

  void Add(const std::string& column, const absl::Status& status) {
    for (Problem& problem : ProblemsOf(status)) {
      problem.field = column;
      out.problems.push_back({row.number, std::move(problem)});
    }
  }
  void Add(const std::string& column, const char* reason) {
    Add(column, SurveyReasons().Refuse(reason, column, ""));
  }
};

SurveyReader::SurveyReader(const SurveyLayout& layout, const identification::v1::Form& form,
                           int64_t source_version)
    : layout_(WithSlots(layout)), form_(form), source_version_(source_version) {
  for (const auto& question : form_.questions()) questions_[question.code()] = &question;
}

absl::StatusOr<std::unique_ptr<SurveyReader>> SurveyReader::Create(
    const SurveyLayout& layout, const identification::v1::Form& form, int64_t source_version,
    absl::Span<const std::string> header) {
  std::unique_ptr<SurveyReader> reader(new SurveyReader(layout, form, source_version));
  std::vector<tabular::ColumnSpec> specs;
  absl::flat_hash_map<std::string, size_t> spec_of;  // by the name as compared
  const std::vector<std::string> names = ColumnsOf(reader->layout_);
  for (const std::string& name : names) {
    if (spec_of.emplace(tabular::NormalizeColumnName(name), specs.size()).second) {
      specs.push_back({name, {}, true});
    }
  }
  ASSIGN_OR_RETURN(const tabular::ColumnMap map, tabular::MatchColumns(header, specs));
  for (const std::string& name : names) {
    reader->columns_[name] = *map.columns[spec_of[tabular::NormalizeColumnName(name)]];
  }
  return reader;
}

const tabular::Cell& SurveyReader::CellOf(const tabular::Row& row,
                                          const std::string& column) const {
  static const tabular::Cell* const kEmpty = new tabular::Cell();
  const size_t index = columns_.at(column);
  return index < row.cells.size() ? row.cells[index] : *kEmpty;
}

std::string SurveyReader::Text(const TextFrom& from, bool required, Context* context) const {
  if (!from.constant().empty() || from.column().empty()) return from.constant();
  auto text = CellText(from, CellOf(context->row, from.column()));
  if (!text.ok()) {
    context->Add(from.column(), text.status());
    return "";
  }
  if (required && text->empty()) context->Add(from.column(), "SURVEY_CELL_EMPTY");
  return *std::move(text);
}

void SurveyReader::ReadHead(Context* context, bool first) const {
  Survey next;
  next.set_division(Text(layout_.division(), true, context));
  auto& provenance = *next.mutable_provenance();
  provenance.set_collector(Text(layout_.collector(), true, context));
  provenance.set_enterer(Text(layout_.enterer(), true, context));
  provenance.set_method(type::v1::COLLECTION_METHOD_MANUAL);
  if (const std::string text = Text(layout_.collect_date(), true, context); !text.empty()) {
    const auto date = CellDate(text);
    if (date.ok()) {
      const absl::CivilDay day = *codes::ParseDate(*date);
      provenance.mutable_collect_time()->set_seconds(
          absl::ToUnixSeconds(absl::FromCivil(day, Shanghai())));
    } else {
      context->Add(layout_.collect_date().column(), date.status());
    }
  }
  Survey& survey = *context->out.request.mutable_survey();
  if (first) {
    survey.MergeFrom(next);
    return;
  }
  if (next.division() != survey.division()) {
    context->Add(layout_.division().column(), "SURVEY_ROW_DIFFERS");
  }
  const auto& before = survey.provenance();
  if (provenance.collector() != before.collector()) {
    context->Add(layout_.collector().column(), "SURVEY_ROW_DIFFERS");
  }
  if (provenance.enterer() != before.enterer()) {
    context->Add(layout_.enterer().column(), "SURVEY_ROW_DIFFERS");
  }
  if (provenance.collect_time().seconds() != before.collect_time().seconds()) {
    context->Add(layout_.collect_date().column(), "SURVEY_ROW_DIFFERS");
  }
}

void SurveyReader::ReadHouseholdAnswers(Context* context, bool first) const {
  Survey& survey = *context->out.request.mutable_survey();
  for (const AnswerFrom& from : layout_.answers()) {
    if (!first && from.first_row()) continue;
    const auto answer = CellAnswer(layout_, from, *questions_.at(from.question()),
                                   CellOf(context->row, from.column()));
    if (!answer.ok()) {
      context->Add(from.column(), answer.status());
    } else if (first) {
      if (!*answer) continue;
      *survey.add_answers() = **answer;
      context->out.household.columns.push_back(from.column());
    } else {
      const Answer* before = nullptr;
      for (const Answer& one : survey.answers()) {
        if (one.question() == from.question()) before = &one;
      }
      const bool same = before == nullptr ? !*answer
                                          : *answer && before->SerializeAsString() ==
                                                           (*answer)->SerializeAsString();
      if (!same) context->Add(from.column(), "SURVEY_ROW_DIFFERS");
    }
  }
}

void SurveyReader::ReadMember(const MemberFrom& from, Context* context) const {
  if (!from.present_column().empty() &&
      absl::StripAsciiWhitespace(CellOf(context->row, from.present_column()).text).empty()) {
    return;
  }
  ImportedSurvey& out = context->out;
  SurveyMember& member = *out.request.mutable_survey()->add_members();
  ImportedSurvey::Origin& origin = out.members.emplace_back();
  origin.row = context->row.number;
  member.set_citizen_number(Text(from.citizen_number(), false, context));
  member.set_person_key(Text(from.person_key(), false, context));
  member.set_name(Text(from.name(), true, context));
  const bool head = from.first_is_head() && out.members.size() == 1;
  member.set_relation(head ? kHead : Text(from.relation(), true, context));
  member.set_sex(Text(from.sex(), false, context));
  if (from.has_birth()) {
    const std::string& column = from.birth().has_date_column()   ? from.birth().date_column()
                                : from.birth().has_year_column() ? from.birth().year_column()
                                                                 : from.birth().age_column();
    auto date = CellBirthDate(from.birth(), CellOf(context->row, column));
    if (date.ok()) {
      member.set_birth_date(*std::move(date));
    } else {
      context->Add(column, date.status());
    }
  }
  for (const AnswerFrom& answer_from : from.answers()) {
    const auto answer = CellAnswer(layout_, answer_from, *questions_.at(answer_from.question()),
                                   CellOf(context->row, answer_from.column()));
    if (!answer.ok()) {
      context->Add(answer_from.column(), answer.status());
    } else if (*answer) {
      *member.add_answers() = **answer;
      origin.columns.push_back(answer_from.column());
    }
  }
}

void SurveyReader::Add(const tabular::Row& row) {
  const std::string& key_column = layout_.household_key().column();
  const auto key = CellText(layout_.household_key(), CellOf(row, key_column));
  if (!key.ok() || key->empty()) {
    std::vector<Problem> problems = row.problems;
    if (problems.empty()) {
      problems = key.ok()
                     ? std::vector<Problem>{SurveyReasons().Because("SURVEY_CELL_EMPTY", "", "")}
                     : ProblemsOf(key.status());
      for (Problem& problem : problems) problem.field = key_column;
    }
    for (Problem& problem : problems) stray_.push_back({row.number, std::move(problem)});
    return;
  }
  const auto [at, first] = by_key_.try_emplace(*key, surveys_.size());
  if (first) {
    ImportedSurvey& fresh = surveys_.emplace_back();
    fresh.household.row = row.number;
    fresh.request.set_request_id(RequestId(layout_.id(), source_version_, *key));
    fresh.request.mutable_survey()->set_source_key(*key);
  }
  Context context{row, surveys_[at->second]};
  context.out.rows.push_back(row.number);
  if (!row.problems.empty()) {
    for (const Problem& problem : row.problems) {
      context.out.problems.push_back({row.number, problem});
    }
    return;
  }
  if (!first && layout_.rows() == SurveyLayout::ROWS_PER_HOUSEHOLD) {
    context.Add(key_column, "SURVEY_ROW_REPEATED");
    return;
  }
  // When the household's first row could not be read, this one stands in for it.
  const bool head = context.out.members.empty();
  ReadHead(&context, head);
  ReadHouseholdAnswers(&context, head);
  for (const MemberFrom& member : layout_.members()) ReadMember(member, &context);
}

std::vector<ImportedSurvey> SurveyReader::TakeSurveys() {
  by_key_.clear();
  return std::exchange(surveys_, {});
}

}  // namespace fupin::fupinctl
