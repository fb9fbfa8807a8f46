#include "libs/tabular/xlsx_workbook.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/status/macros.h"
#include "libs/tabular/problems.h"
#include "libs/tabular/xml_parser.h"

namespace fupin::tabular {
namespace {

constexpr size_t kMaxStyles = 65'536;  // spreadsheets stop at 64,000
constexpr size_t kMaxSheets = 1'000;
constexpr size_t kMaxRelations = 10'000;
constexpr size_t kMaxMergedRanges = 100'000;
constexpr size_t kEscapeLength = 7;  // _xHHHH_

struct Relation {
  std::string id;
  std::string type;  // last part of the type's address: "worksheet"
  std::string target;
};

// Joins a target to the folder of the part that names it: "xl" + "../a.xml" -> "a.xml".
std::string Resolve(absl::string_view folder, absl::string_view target) {
  std::vector<absl::string_view> steps;
  if (!absl::ConsumePrefix(&target, "/")) steps = absl::StrSplit(folder, '/', absl::SkipEmpty());
  for (const absl::string_view step : absl::StrSplit(target, '/', absl::SkipEmpty())) {
    if (step == "..") {
      if (!steps.empty()) steps.pop_back();
    } else if (step != ".") {
      steps.push_back(step);
    }
  }
  return absl::StrJoin(steps, "/");
}

class RelationsHandler : public XmlHandler {
 public:
  explicit RelationsHandler(absl::string_view folder) : folder_(folder) {}
  void Start(int depth, absl::string_view name, const Attributes& attributes) override {
    // Targets outside the file are never followed.
    if (depth != 2 || name != "Relationship" || attributes.Get("TargetMode") == "External" ||
        relations.size() >= kMaxRelations) {
      return;
    }
    const std::vector<absl::string_view> type = absl::StrSplit(attributes.Get("Type"), '/');
    relations.push_back({std::string(attributes.Get("Id")), std::string(type.back()),
                         Resolve(folder_, attributes.Get("Target"))});
  }
  void End(int, absl::string_view) override {}
  void Text(absl::string_view) override {}

  const Relation* Find(absl::string_view type) const {
    for (const Relation& relation : relations) {
      if (relation.type == type) return &relation;
    }
    return nullptr;
  }

  std::vector<Relation> relations;

 private:
  const std::string folder_;
};

struct Sheet {
  std::string name;
  std::string relation;
  bool visible = true;
};

bool IsTrue(absl::string_view value) { return value == "1" || value == "true"; }

class WorkbookHandler : public XmlHandler {
 public:
  void Start(int depth, absl::string_view name, const Attributes& attributes) override {
    if (depth == 2 && name == "workbookPr") date1904 = IsTrue(attributes.Get("date1904"));
    if (depth == 2) in_sheets_ = name == "sheets";
    if (depth != 3 || !in_sheets_ || name != "sheet" || sheets.size() >= kMaxSheets) return;
    const absl::string_view state = attributes.Get("state");
    sheets.push_back({std::string(attributes.Get("name")), std::string(attributes.Get("id")),
                      state.empty() || state == "visible"});
  }
  void End(int, absl::string_view) override {}
  void Text(absl::string_view) override {}

  std::vector<Sheet> sheets;
  bool date1904 = false;

 private:
  bool in_sheets_ = false;
};

class StylesHandler : public XmlHandler {
 public:
  void Start(int depth, absl::string_view name, const Attributes& attributes) override {
    if (depth == 2) section_ = std::string(name);
    if (depth != 3 || styles.size() >= kMaxStyles) return;
    int id = 0;
    if (!absl::SimpleAtoi(attributes.Get("numFmtId"), &id)) id = 0;
    if (section_ == "numFmts" && name == "numFmt" && formats_.size() < kMaxStyles) {
      formats_[id] = ParseFormat(attributes.Get("formatCode"));
    } else if (section_ == "cellXfs" && name == "xf") {
      const auto own = formats_.find(id);
      styles.push_back(own != formats_.end() ? own->second : BuiltinFormat(id));
    }
  }
  void End(int, absl::string_view) override {}
  void Text(absl::string_view) override {}

  std::vector<NumberFormat> styles;

 private:
  std::string section_;
  absl::flat_hash_map<int, NumberFormat> formats_;
};

class MergedHandler : public XmlHandler {
 public:
  explicit MergedHandler(absl::string_view part) : part_(part) {}
  void Start(int depth, absl::string_view name, const Attributes& attributes) override {
    if (depth == 2) in_merges_ = name == "mergeCells";
    if (depth != 3 || !in_merges_ || name != "mergeCell") return;
    const absl::string_view reference = attributes.Get("ref");
    const std::vector<absl::string_view> ends = absl::StrSplit(reference, ':');
    MergedRange range;
    size_t last_column = 0;
    if (ends.size() != 2 || !ParseCellName(ends[0], &range.first_column, &range.first_row) ||
        !ParseCellName(ends[1], &last_column, &range.last_row) ||
        ranges.size() >= kMaxMergedRanges) {
      return Fail(DamagedStatus(part_));
    }
    range.name = std::string(reference);
    ranges.push_back(std::move(range));
  }
  void End(int, absl::string_view) override {}
  void Text(absl::string_view) override {}

  std::vector<MergedRange> ranges;

 private:
  const std::string part_;
  bool in_merges_ = false;
};

std::string Folder(absl::string_view part) {
  const size_t at = part.rfind('/');
  return std::string(at == absl::string_view::npos ? "" : part.substr(0, at));
}

std::string RelationsPart(absl::string_view part) {
  const size_t at = part.rfind('/');
  const std::string folder = Folder(part);
  return absl::StrCat(folder, folder.empty() ? "" : "/", "_rels/",
                      at == absl::string_view::npos ? part : part.substr(at + 1), ".rels");
}

absl::StatusOr<std::string> ChooseSheet(const std::vector<Sheet>& sheets,
                                        const std::vector<Relation>& relations,
                                        absl::string_view wanted) {
  std::vector<std::string> names;
  for (const Sheet& sheet : sheets) {
    const auto relation = std::find_if(relations.begin(), relations.end(), [&](const Relation& r) {
      return r.id == sheet.relation && r.type == "worksheet";
    });
    if (relation == relations.end()) continue;  // a chart
    if (wanted.empty() ? sheet.visible : sheet.name == wanted) return relation->target;
    if (names.size() < 20) names.push_back(absl::StrCat("“", Printable(sheet.name), "”"));
  }
  if (wanted.empty()) {
    return FileStatus("XLSX_SHEET_NOT_FOUND", "工作簿中没有可见的工作表；请取消隐藏后重新上传",
                      "the workbook has no visible sheet; unhide the one to be read");
  }
  return FileStatus(
      "XLSX_SHEET_NOT_FOUND",
      absl::StrCat("没有名为“", Printable(wanted), "”的工作表；现有：", absl::StrJoin(names, "、")),
      absl::StrCat("there is no sheet “", Printable(wanted), "”; the workbook has ",
                   absl::StrJoin(names, ", ")));
}

}  // namespace

absl::string_view SharedStrings::at(size_t index) const {
  const size_t start = index == 0 ? 0 : ends_[index - 1];
  return absl::string_view(bytes_).substr(start, ends_[index] - start);
}

// <sst><si><t>…</t></si><si><r><t>…</t></r><rPh>…</rPh></si></sst>: the pieces of a text joined,
// without how it is pronounced.
class SharedStringsHandler : public XmlHandler {
 public:
  explicit SharedStringsHandler(const Limits& limits) : limits_(limits) {}

  void Start(int depth, absl::string_view name, const Attributes&) override {
    if (depth == 3) in_run_ = name == "r";
    in_text_ = name == "t" && (depth == 3 || (depth == 4 && in_run_));
  }
  void End(int depth, absl::string_view name) override {
    in_text_ = false;
    if (depth != 2 || name != "si") return;
    const std::string text = DecodeEscapes(item_);
    strings.bytes_ += text;
    strings.ends_.push_back(strings.bytes_.size());
    item_.clear();
    if (strings.bytes_.size() + strings.ends_.size() * sizeof(size_t) >
        limits_.shared_string_bytes) {
      Fail(FileStatus(
          "XLSX_TOO_MANY_STRINGS",
          absl::StrCat("不同的文字内容合计超过", limits_.shared_string_bytes,
                       "字节；请分成几个文件，或另存为“CSV UTF-8”后上传"),
          absl::StrCat("the texts of the workbook take more than ", limits_.shared_string_bytes,
                       " bytes; send it in several files, or as CSV UTF-8")));
    }
  }
  void Text(absl::string_view text) override {
    if (!in_text_) return;
    const size_t room = limits_.cell_bytes + 1 - std::min(item_.size(), limits_.cell_bytes + 1);
    item_.append(text.data(), std::min(text.size(), room));
  }

  SharedStrings strings;

 private:
  const Limits limits_;
  std::string item_;
  bool in_run_ = false;
  bool in_text_ = false;
};

std::string DecodeEscapes(absl::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t next = text.find("_x", at);
    if (next == absl::string_view::npos || next + kEscapeLength > text.size()) {
      result.append(text.data() + at, text.size() - at);
      break;
    }
    result.append(text.data() + at, next - at);
    const absl::string_view digits = text.substr(next + 2, 4);
    uint32_t code = 0;
    const bool is_escape =
        text[next + kEscapeLength - 1] == '_' &&
        std::all_of(digits.begin(), digits.end(),
                    [](char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); }) &&
        absl::SimpleHexAtoi(digits, &code) && code < 0x80;
    if (is_escape) {
      result.push_back(static_cast<char>(code));
      at = next + kEscapeLength;
    } else {
      result += "_x";
      at = next + 2;
    }
  }
  // As in CSV: line breaks inside a cell are "\n".
  std::string lines;
  for (size_t i = 0; i < result.size(); ++i) {
    if (result[i] != '\r') {
      lines.push_back(result[i]);
    } else if (i + 1 == result.size() || result[i + 1] != '\n') {
      lines.push_back('\n');
    }
  }
  return lines;
}

absl::StatusOr<Workbook> ReadWorkbook(const XlsxPackage& package, const Options& options) {
  RelationsHandler roots("");
  RETURN_IF_ERROR(ParsePart(package, "_rels/.rels", roots));
  const Relation* root = roots.Find("officeDocument");
  const std::string workbook_part = root == nullptr ? "xl/workbook.xml" : root->target;
  if (!absl::EndsWithIgnoreCase(workbook_part, ".xml")) {
    return FileStatus("XLSX_PART_MISSING",
                      "文件是二进制工作簿（.xlsb）或其他格式；请另存为 .xlsx 后重新上传",
                      "the file is a binary workbook (.xlsb) or another format; save it as .xlsx");
  }
  WorkbookHandler book;
  RETURN_IF_ERROR(ParsePart(package, workbook_part, book));
  RelationsHandler relations(Folder(workbook_part));
  RETURN_IF_ERROR(ParsePart(package, RelationsPart(workbook_part), relations));

  Workbook workbook;
  workbook.date1904 = book.date1904;
  ASSIGN_OR_RETURN(workbook.sheet_part,
                   ChooseSheet(book.sheets, relations.relations, options.sheet));
  if (const Relation* styles = relations.Find("styles")) {
    StylesHandler handler;
    RETURN_IF_ERROR(ParsePart(package, styles->target, handler));
    workbook.styles = std::move(handler.styles);
  }
  if (const Relation* strings = relations.Find("sharedStrings")) {
    SharedStringsHandler handler(options.limits);
    RETURN_IF_ERROR(ParsePart(package, strings->target, handler));
    workbook.strings = std::move(handler.strings);
  }
  return workbook;
}

absl::StatusOr<std::vector<MergedRange>> ReadMergedRanges(const XlsxPackage& package,
                                                          absl::string_view sheet_part) {
  MergedHandler handler(sheet_part);
  RETURN_IF_ERROR(ParsePart(package, sheet_part, handler));
  return std::move(handler.ranges);
}

}  // namespace fupin::tabular
