#include "services/fupinctl/survey_layout.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/codes/civil_date.h"
#include "libs/config/config.h"
#include "libs/status/macros.h"

namespace fupin::fupinctl {
namespace {

using catalog::v1::Question;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr Reason kReasons[] = {
    {"SURVEY_LAYOUT_MISSING", kInvalid, "布局缺少 {},请补充", "the layout lacks {}; add it"},
    {"SURVEY_LAYOUT_ID", kInvalid, "id 应为 1 至 20 个字母、数字、下划线或连字符",
     "id is 1 to 20 of A-Z a-z 0-9 _ -"},
    {"SURVEY_LAYOUT_VERSION", kInvalid, "source_version 应大于零",
     "source_version must be above zero"},
    {"SURVEY_LAYOUT_TEXT", kInvalid, "column 与 constant 须且只能写一个,codes 只用于 column",
     "give either column or constant; codes are for a column"},
    {"SURVEY_LAYOUT_CODES", kInvalid, "codes 中的单元格重复、为空列表,或缺少 code",
     "codes: a cell stands twice, none is listed, or code is missing"},
    {"SURVEY_LAYOUT_ABSENCE", kInvalid, "absences 中的单元格重复、为空列表,或缺少 absence",
     "absences: a cell stands twice, none is listed, or absence is missing"},
    {"SURVEY_LAYOUT_MEMBERS", kInvalid,
     "每行一人时 members 须恰好一项且不写 slots 和 present_column",
     "with one row per person there is exactly one members entry, without slots and "
     "present_column"},
    {"SURVEY_LAYOUT_SLOTS", kInvalid,
     "slots 应在 0 到 100 之间;列名含 {n} 时须写 slots,写 slots 时每个列名须含 {n}",
     "slots is 0 to 100; columns are named with {n} if and only if slots is given"},
    {"SURVEY_LAYOUT_PERSON", kInvalid, "citizen_number 与 person_key 不能同时写",
     "give citizen_number or person_key, not both"},
    {"SURVEY_LAYOUT_BIRTH", kInvalid,
     "birth 须写一列;年份列须写 day 为 MM-DD,年龄列须写 day 为 YYYY-MM-DD,日期列不写 day",
     "birth needs a column; day is MM-DD with a year column, YYYY-MM-DD with an age column, and "
     "absent with a date column"},
    {"SURVEY_LAYOUT_NUMBER", kInvalid,
     "round_to 应在 0 到 6 之间;multiply_by 须为有限数并同时写 round_to",
     "round_to is 0 to 6; multiply_by is finite and needs round_to"},
    {"SURVEY_LAYOUT_FIRST_ROW", kInvalid, "first_row 只用于每行一人表的户级答案",
     "first_row is for answers of the household in tables with one row per person"},
    {"SURVEY_LAYOUT_REPEATED", kInvalid, "问题 {} 在同一对象上写了两次",
     "question {} stands twice for the same household or member"},
    {"SURVEY_LAYOUT_QUESTION", kInvalid, "现行指标目录的调查表没有问题 {}",
     "the form of the catalog in force has no question {}"},
    {"SURVEY_LAYOUT_SCOPE", kInvalid, "问题 {} 的对象(户或成员)与布局不符",
     "question {} is asked of the other one: household or member"},
    {"SURVEY_LAYOUT_CHOICE", kInvalid, "目录中没有这个问题的这个选项: {}",
     "the catalog has no such choice of the question: {}"},
    {"SURVEY_LAYOUT_KIND", kInvalid, "问题 {} 的类型不能用 codes、multiply_by 或 round_to",
     "codes, multiply_by or round_to do not fit the type of question {}"},

    {"SURVEY_CELL_EMPTY", kInvalid, "单元格为空,请填写", "the cell is empty; fill it in"},
    {"SURVEY_CELL_ERROR", kInvalid, "电子表格在此处是错误值,请更正",
     "the spreadsheet has an error value here; correct it"},
    {"SURVEY_CELL_MANGLED", kInvalid,
     "号码已被电子表格改成数值(末几位丢失),请将该列设为文本后重新录入",
     "a spreadsheet turned the number into a figure and lost its last digits; set the column to "
     "text and enter it again"},
    {"SURVEY_CELL_CODE", kInvalid, "取值不在布局的 codes 中,请更正表格或补充布局",
     "the value is not listed in the layout's codes; correct the table or add it to the layout"},
    {"SURVEY_CELL_CHOICE", kInvalid, "取值不是问题 {} 的选项",
     "the value is no choice of question {}"},
    {"SURVEY_CELL_NUMBER", kInvalid, "问题 {} 应为十进制数", "question {} takes a decimal number"},
    {"SURVEY_CELL_DECIMALS", kInvalid, "问题 {} 最多六位小数,请在布局中写 round_to",
     "question {} takes at most six decimals; give round_to in the layout"},
    {"SURVEY_CELL_YES_NO", kInvalid, "问题 {} 应为是或否", "question {} takes yes or no"},
    {"SURVEY_CELL_DATE", kInvalid, "日期、年份或年龄无效", "not a date, year or age"},
    {"SURVEY_ROW_DIFFERS", kInvalid, "同一户各行的户级取值不一致,请更正",
     "rows of one household differ in a value of the household; correct them"},
    {"SURVEY_ROW_REPEATED", kInvalid, "同一户出现在多行,每户只能一行",
     "the household stands in more than one row"},
    {"SURVEY_ROW_HOUSEHOLD", kInvalid, "同户的其他行有误,整户未导入",
     "another row of the household is wrong; the household was not imported"},
};
constexpr ReasonTable kTable(kReasons);

bool IsId(const std::string& id) {
  return !id.empty() && id.size() <= 20 && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-';
  });
}

// Collects the problems of one layout.
class Checker {
 public:
  explicit Checker(const SurveyLayout& layout) : layout_(layout) {}

  std::vector<Problem> Run() {
    if (!IsId(layout_.id())) Add("SURVEY_LAYOUT_ID", "id");
    if (layout_.source_version() <= 0) Add("SURVEY_LAYOUT_VERSION", "source_version");
    if (layout_.label_zh().empty() || layout_.label_en().empty()) {
      Add("SURVEY_LAYOUT_MISSING", "label_zh", "label_zh, label_en");
    }
    per_person_ = layout_.rows() == SurveyLayout::ROWS_PER_PERSON;
    if (!per_person_ && layout_.rows() != SurveyLayout::ROWS_PER_HOUSEHOLD) {
      Add("SURVEY_LAYOUT_MISSING", "rows", "rows");
    }
    Absences(layout_.absences(), "absences");
    Text(layout_.has_household_key(), layout_.household_key(), "household_key");
    if (!layout_.household_key().constant().empty()) Add("SURVEY_LAYOUT_TEXT", "household_key");
    Text(layout_.has_division(), layout_.division(), "division");
    Text(layout_.has_collector(), layout_.collector(), "collector");
    Text(layout_.has_enterer(), layout_.enterer(), "enterer");
    Text(layout_.has_collect_date(), layout_.collect_date(), "collect_date");
    Answers(layout_.answers(), "", false);
    if (layout_.members().empty()) Add("SURVEY_LAYOUT_MISSING", "members", "members");
    if (per_person_ &&
        (layout_.members_size() > 1 ||
         (layout_.members_size() == 1 &&
          (layout_.members(0).slots() != 0 || !layout_.members(0).present_column().empty())))) {
      Add("SURVEY_LAYOUT_MEMBERS", "members");
    }
    for (int i = 0; i < layout_.members_size(); ++i) {
      Member(layout_.members(i), absl::StrCat("members[", i, "]."));
    }
    return std::move(problems_);
  }

 private:
  void Add(const char* reason, const std::string& field, const std::string& detail = "") {
    problems_.push_back(kTable.Because(reason, field, detail));
  }

  void Column(const std::string& column, const std::string& path) {
    if (!column.empty() && absl::StrContains(column, "{n}") != in_slots_) {
      Add("SURVEY_LAYOUT_SLOTS", path);
    }
  }

  void Codes(const google::protobuf::RepeatedPtrField<CodeOf>& codes, const std::string& path) {
    std::set<std::string> seen;
    for (const CodeOf& entry : codes) {
      bool good = !entry.code().empty() && !entry.cell().empty();
      for (const std::string& cell : entry.cell()) good &= seen.insert(cell).second;
      if (!good) Add("SURVEY_LAYOUT_CODES", path);
    }
  }

  void Absences(const google::protobuf::RepeatedPtrField<AbsentCells>& absences,
                const std::string& path) {
    std::set<std::string> seen;
    for (const AbsentCells& entry : absences) {
      bool good = !entry.cell().empty() && identification::v1::Absence_IsValid(entry.absence()) &&
                  entry.absence() != identification::v1::ABSENCE_UNSPECIFIED;
      for (const std::string& cell : entry.cell()) good &= seen.insert(cell).second;
      if (!good) Add("SURVEY_LAYOUT_ABSENCE", path);
    }
  }

  void Text(bool given, const TextFrom& text, const std::string& path, bool required = true) {
    if (!given) {
      if (required) Add("SURVEY_LAYOUT_MISSING", path, path);
      return;
    }
    if (text.column().empty() == text.constant().empty() ||
        (!text.constant().empty() && !text.codes().empty())) {
      Add("SURVEY_LAYOUT_TEXT", path);
    }
    Column(text.column(), absl::StrCat(path, ".column"));
    Codes(text.codes(), absl::StrCat(path, ".codes"));
  }

  void Answers(const google::protobuf::RepeatedPtrField<AnswerFrom>& answers,
               const std::string& prefix, bool of_member) {
    std::set<std::string> seen;
    for (int i = 0; i < answers.size(); ++i) {
      const AnswerFrom& answer = answers[i];
      const std::string path = absl::StrCat(prefix, "answers[", i, "]");
      if (answer.question().empty()) {
        Add("SURVEY_LAYOUT_MISSING", absl::StrCat(path, ".question"), "question");
      } else if (!seen.insert(answer.question()).second) {
        Add("SURVEY_LAYOUT_REPEATED", path, answer.question());
      }
      if (answer.column().empty()) {
        Add("SURVEY_LAYOUT_MISSING", absl::StrCat(path, ".column"), "column");
      }
      Column(answer.column(), absl::StrCat(path, ".column"));
      Codes(answer.codes(), absl::StrCat(path, ".codes"));
      Absences(answer.absences(), absl::StrCat(path, ".absences"));
      if ((answer.has_round_to() && (answer.round_to() < 0 || answer.round_to() > 6)) ||
          !std::isfinite(answer.multiply_by()) ||
          (answer.multiply_by() != 0 && !answer.has_round_to())) {
        Add("SURVEY_LAYOUT_NUMBER", path);
      }
      if (answer.first_row() && (of_member || !per_person_)) Add("SURVEY_LAYOUT_FIRST_ROW", path);
    }
  }

  void Member(const MemberFrom& member, const std::string& prefix) {
    if (member.slots() < 0 || member.slots() > 100) Add("SURVEY_LAYOUT_SLOTS", prefix + "slots");
    in_slots_ = member.slots() > 0;
    Column(member.present_column(), prefix + "present_column");
    if (member.has_citizen_number() && member.has_person_key()) {
      Add("SURVEY_LAYOUT_PERSON", prefix + "person_key");
    }
    Text(member.has_citizen_number(), member.citizen_number(), prefix + "citizen_number", false);
    Text(member.has_person_key(), member.person_key(), prefix + "person_key", false);
    Text(member.has_name(), member.name(), prefix + "name");
    Text(member.has_relation(), member.relation(), prefix + "relation");
    Text(member.has_sex(), member.sex(), prefix + "sex", false);
    if (member.has_birth()) Birth(member.birth(), prefix + "birth");
    Answers(member.answers(), prefix, true);
    in_slots_ = false;
  }

  void Birth(const BirthFrom& birth, const std::string& path) {
    bool good = false;
    switch (birth.from_case()) {
      case BirthFrom::kDateColumn:
        good = !birth.date_column().empty() && birth.day().empty();
        Column(birth.date_column(), path);
        break;
      case BirthFrom::kYearColumn:
        // A leap day would be no date in most years.
        good = !birth.year_column().empty() && codes::ParseDate("2001-" + birth.day()).ok();
        Column(birth.year_column(), path);
        break;
      case BirthFrom::kAgeColumn:
        good = !birth.age_column().empty() && codes::ParseDate(birth.day()).ok();
        Column(birth.age_column(), path);
        break;
      case BirthFrom::FROM_NOT_SET:
        break;
    }
    if (!good) Add("SURVEY_LAYOUT_BIRTH", path);
  }

  const SurveyLayout& layout_;
  bool per_person_ = false;
  bool in_slots_ = false;
  std::vector<Problem> problems_;
};

bool IsNumber(const Question& question) {
  return question.type() == Question::TYPE_INTEGER || question.type() == Question::TYPE_NUMBER ||
         question.type() == Question::TYPE_MONEY_YUAN || question.type() == Question::TYPE_YEAR;
}

void NumberSlot(int n, std::string* column) {
  *column = absl::StrReplaceAll(*column, {{"{n}", absl::StrCat(n)}});
}

}  // namespace

const ReasonTable& SurveyReasons() { return kTable; }

absl::StatusOr<SurveyLayout> LoadLayout(const std::string& path) {
  ASSIGN_OR_RETURN(SurveyLayout layout, config::Load<SurveyLayout>(path));
  std::vector<Problem> problems = CheckLayout(layout);
  if (!problems.empty()) return ProblemStatus(kInvalid, std::move(problems));
  return layout;
}

std::vector<Problem> CheckLayout(const SurveyLayout& layout) { return Checker(layout).Run(); }

void ForEachAnswer(const SurveyLayout& layout,
                   const std::function<void(const std::string&, const AnswerFrom&, bool)>& visit) {
  for (int i = 0; i < layout.answers_size(); ++i) {
    visit(absl::StrCat("answers[", i, "]"), layout.answers(i), false);
  }
  for (int m = 0; m < layout.members_size(); ++m) {
    for (int i = 0; i < layout.members(m).answers_size(); ++i) {
      visit(absl::StrCat("members[", m, "].answers[", i, "]"), layout.members(m).answers(i), true);
    }
  }
}

const Question* FindQuestion(const identification::v1::Form& form, const std::string& code) {
  for (const Question& question : form.questions()) {
    if (question.code() == code) return &question;
  }
  return nullptr;
}

std::vector<Problem> CheckAgainstForm(const SurveyLayout& layout,
                                      const identification::v1::Form& form) {
  std::vector<Problem> problems;
  ForEachAnswer(layout, [&](const std::string& path, const AnswerFrom& answer, bool of_member) {
    const auto add = [&](const char* reason, const std::string& detail) {
      problems.push_back(kTable.Because(reason, path, detail));
    };
    const Question* question = FindQuestion(form, answer.question());
    if (question == nullptr) {
      add("SURVEY_LAYOUT_QUESTION", answer.question());
      return;
    }
    if ((question->scope() == Question::SCOPE_MEMBER) != of_member) {
      add("SURVEY_LAYOUT_SCOPE", answer.question());
    }
    const bool choice = question->type() == Question::TYPE_CHOICE;
    const bool yes_no = question->type() == Question::TYPE_BOOLEAN;
    if ((!answer.codes().empty() && !choice && !yes_no) ||
        ((answer.multiply_by() != 0 || answer.has_round_to()) && !IsNumber(*question))) {
      add("SURVEY_LAYOUT_KIND", answer.question());
      return;
    }
    for (const CodeOf& entry : answer.codes()) {
      const bool known = yes_no
                             ? entry.code() == "true" || entry.code() == "false"
                             : std::any_of(question->choices().begin(), question->choices().end(),
                                           [&](const auto& c) { return c.code() == entry.code(); });
      if (!known) add("SURVEY_LAYOUT_CHOICE", absl::StrCat(answer.question(), " : ", entry.code()));
    }
  });
  return problems;
}

SurveyLayout WithSlots(const SurveyLayout& layout) {
  SurveyLayout out = layout;
  out.clear_members();
  for (const MemberFrom& member : layout.members()) {
    if (member.slots() == 0) *out.add_members() = member;
    for (int n = 1; n <= member.slots(); ++n) {
      MemberFrom& one = *out.add_members();
      one = member;
      one.clear_slots();
      NumberSlot(n, one.mutable_present_column());
      // Mutable accessors would make absent parts present.
      if (one.has_citizen_number()) NumberSlot(n, one.mutable_citizen_number()->mutable_column());
      if (one.has_person_key()) NumberSlot(n, one.mutable_person_key()->mutable_column());
      if (one.has_name()) NumberSlot(n, one.mutable_name()->mutable_column());
      if (one.has_relation()) NumberSlot(n, one.mutable_relation()->mutable_column());
      if (one.has_sex()) NumberSlot(n, one.mutable_sex()->mutable_column());
      if (one.birth().has_date_column()) NumberSlot(n, one.mutable_birth()->mutable_date_column());
      if (one.birth().has_year_column()) NumberSlot(n, one.mutable_birth()->mutable_year_column());
      if (one.birth().has_age_column()) NumberSlot(n, one.mutable_birth()->mutable_age_column());
      for (AnswerFrom& answer : *one.mutable_answers()) NumberSlot(n, answer.mutable_column());
    }
  }
  return out;
}

}  // namespace fupin::fupinctl
