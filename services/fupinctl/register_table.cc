#include "services/fupinctl/register_table.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace fupin::fupinctl {
namespace {

using identification::v1::RegisterLine;

struct ColumnOf {
  const char* field;
  const char* name;
  double width;
  bool numeric;
  bool read;      // at an import
  bool required;  // then
  std::vector<std::string> aliases;
};

const std::vector<ColumnOf>& Columns() {
  static const auto* columns = new std::vector<ColumnOf>{
      {"card_number", "建档立卡编号", 26, false, true, true, {"编号", "户编号", "贫困户编号"}},
      {"division", "区划代码", 17, false, true, true, {"行政区划代码", "村代码"}},
      {"division_names", "区划名称", 40, false, false, false, {}},
      {"head_name", "户主姓名", 12, false, true, true, {"户主", "姓名"}},
      {"head_citizen_number",
       "户主身份证号",
       22,
       false,
       true,
       true,
       {"身份证号", "户主证件号码", "公民身份号码"}},
      {"person_count", "家庭人口", 10, true, true, true, {"人口", "家庭人口数", "人数"}},
      {"statuses", "状态历史", 46, false, true, true, {"状态"}},
      {"main_cause", "主要致贫原因", 16, false, true, false, {"致贫原因"}},
      {"other_causes", "其他致贫原因", 20, false, true, false, {}},
      {"poverty_class", "登记时分类", 12, false, true, false, {}},
      {"index", "登记时指数", 12, true, true, false, {}},
      {"surveyed", "已入户", 8, false, false, false, {}},
      {"imported", "导入", 8, false, false, false, {}},
      {"archived", "已归档", 8, false, true, false, {}},
      {"household", "户", 44, false, false, false, {}},
  };
  return *columns;
}

const char* YesNo(bool yes) { return yes ? "是" : "否"; }

std::string Trimmed(const tabular::Cell& cell) {
  std::string text(absl::StripAsciiWhitespace(cell.text));
  // What our own CSV puts before a text that a spreadsheet would run.
  if (text.size() > 1 && text[0] == '\'' && absl::StrContains("=+-@", text.substr(1, 1))) {
    text.erase(0, 1);
  }
  return text;
}

std::vector<std::string> Parts(const std::string& text, absl::Span<const char* const> separators) {
  std::string plain = text;
  for (const char* separator : separators) {
    plain = absl::StrReplaceAll(plain, {{separator, "\x1f"}});
  }
  std::vector<std::string> parts;
  for (absl::string_view part : absl::StrSplit(plain, '\x1f')) {
    part = absl::StripAsciiWhitespace(part);
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

}  // namespace

std::vector<tabular::XlsxColumn> RegisterColumns() {
  std::vector<tabular::XlsxColumn> out;
  for (const ColumnOf& column : Columns()) {
    out.push_back({column.name, column.width, column.numeric});
  }
  return out;
}

std::vector<std::string> RegisterCells(const RegisterLine& line) {
  std::vector<std::string> statuses;
  for (const auto& each : line.statuses()) {
    statuses.push_back(absl::StrCat(each.date(), " ", each.status()));
  }
  return {line.card_number(),
          line.division(),
          line.division_names(),
          line.head_name(),
          line.head_citizen_number(),
          absl::StrCat(line.person_count()),
          absl::StrJoin(statuses, ";"),
          line.main_cause(),
          absl::StrJoin(line.other_causes(), "、"),
          line.poverty_class(),
          line.index(),
          YesNo(line.surveyed()),
          YesNo(line.imported()),
          YesNo(line.archived()),
          line.household()};
}

std::vector<tabular::ColumnSpec> RegisterSpecs() {
  std::vector<tabular::ColumnSpec> specs;
  for (const ColumnOf& column : Columns()) {
    if (!column.read) continue;
    std::vector<std::string> names = column.aliases;
    names.insert(names.begin(), column.name);
    specs.push_back({column.field, std::move(names), column.required});
  }
  return specs;
}

RegisterLine ReadRegisterLine(const tabular::Row& row, const tabular::ColumnMap& map,
                              std::vector<Problem>* problems) {
  RegisterLine line;
  line.set_line(row.number);
  problems->insert(problems->end(), row.problems.begin(), row.problems.end());
  const std::vector<tabular::ColumnSpec> specs = RegisterSpecs();
  for (size_t i = 0; i < specs.size(); ++i) {
    const std::string& field = specs[i].field;
    if (!map.columns[i] || *map.columns[i] >= row.cells.size()) continue;
    const tabular::Cell& cell = row.cells[*map.columns[i]];
    const auto wrong = [&](const char* reason, const char* zh, const char* en) {
      problems->push_back({reason, field, zh, en});
    };
    if (cell.mangled) {
      wrong("REGISTER_CELL_MANGLED", "表格软件只保留了号码的前几位;请将该列设为文本后重新填写",
            "the spreadsheet kept only the first digits; make the column text and type it again");
      continue;
    }
    if (cell.kind == tabular::CellKind::kError) {
      wrong("REGISTER_CELL_ERROR", "单元格为错误值(如 #N/A),请更正",
            "the cell holds an error such as #N/A; correct it");
      continue;
    }
    const std::string text = Trimmed(cell);
    if (text.empty()) continue;
    if (field == "card_number") line.set_card_number(text);
    if (field == "division") line.set_division(text);
    if (field == "head_name") line.set_head_name(text);
    if (field == "head_citizen_number") line.set_head_citizen_number(text);
    if (field == "main_cause") line.set_main_cause(text);
    if (field == "poverty_class") line.set_poverty_class(text);
    if (field == "index") line.set_index(text);
    if (field == "archived") line.set_archived(text == "是");
    if (field == "person_count") {
      int32_t count = 0;
      if (absl::SimpleAtoi(text, &count)) {
        line.set_person_count(count);
      } else {
        wrong("REGISTER_CELL_NUMBER", "家庭人口应为整数",
              "the number of persons is a whole number");
      }
    }
    if (field == "other_causes") {
      for (std::string& cause : Parts(text, {"、", ",", "，", ";", "；"})) {
        line.add_other_causes(std::move(cause));
      }
    }
    if (field == "statuses") {
      for (const std::string& part : Parts(text, {";", "；", "\n"})) {
        auto* status = line.add_statuses();
        const size_t end = part.find_first_of(" \t");
        status->set_date(part.substr(0, end));
        if (end != std::string::npos) {
          status->set_status(std::string(absl::StripAsciiWhitespace(part.substr(end))));
        }
      }
    }
  }
  return line;
}

void RegisterDoubles::Check(const RegisterLine& line, std::vector<Problem>* problems) {
  const auto check = [&](std::map<std::string, int64_t>* seen, const std::string& value,
                         const char* field, const char* zh, const char* en) {
    if (value.empty()) return;
    const auto [first, is_new] = seen->emplace(value, line.line());
    if (is_new) return;
    problems->push_back(
        {"REGISTER_ROW_DOUBLE", field,
         absl::StrCat(zh, "与第 ", first->second, " 行相同,请只保留一行"),
         absl::StrCat("the same ", en, " as in row ", first->second, "; keep one of them")});
  };
  check(&cards_, line.card_number(), "card_number", "编号", "card number");
  check(&heads_, absl::AsciiStrToUpper(line.head_citizen_number()), "head_citizen_number",
        "户主身份证号", "citizen number");
}

std::string RegisterColumnOf(const std::string& field) {
  for (const ColumnOf& column : Columns()) {
    if (field == column.field) return column.name;
  }
  return field;
}

}  // namespace fupin::fupinctl
