#include "libs/catalog/text_file.h"

#include <google/protobuf/io/tokenizer.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/codes/text.h"

namespace fupin::catalog {
namespace {

constexpr size_t kMaxProblems = 20;

class SyntaxFaults : public google::protobuf::io::ErrorCollector {
 public:
  explicit SyntaxFaults(TextFile* file) : file_(file) {}
  void AddError(int line, int column, const std::string& message) override {
    file_->Refuse(Place(nullptr, line + 1), "CATALOG_SYNTAX",
                  absl::StrCat("第 ", column + 1, " 列: ", message),
                  absl::StrCat("column ", column + 1, ": ", message));
  }

 private:
  TextFile* file_;
};

}  // namespace

Place Place::At(const google::protobuf::Message& message, int field_number, int index) const {
  if (tree_ == nullptr) return *this;
  const auto* field = message.GetDescriptor()->FindFieldByNumber(field_number);
  const int line = tree_->GetLocation(field, index).line;
  const bool nested =
      field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE && line >= 0;
  return Place(nested ? tree_->GetTreeForNested(field, index) : nullptr,
               line < 0 ? line_ : line + 1);
}

absl::StatusOr<std::string> TextFile::Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return ProblemStatus(
        absl::StatusCode::kNotFound,
        {"FILE_NOT_FOUND", path, absl::StrCat("无法读取文件 ", path, ",请检查路径和权限"),
         absl::StrCat("cannot read ", path, ": check path and permissions")});
  }
  std::ostringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

bool TextFile::Parse(const std::string& text, google::protobuf::Message* message) {
  // protobuf reads any bytes into a string here and fails only when it sends them to somebody.
  int line = 0;
  for (absl::string_view one : absl::StrSplit(text, '\n')) {
    ++line;
    if (codes::CodePoints(one).ok()) continue;
    Refuse(Place(nullptr, line), "CATALOG_SYNTAX", "文件应为 UTF-8 编码,请另存为 UTF-8",
           "the file must be UTF-8; save it as UTF-8");
    return false;
  }
  SyntaxFaults faults(this);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&faults);
  parser.WriteLocationsTo(&tree_);
  return parser.ParseFromString(text, message);
}

std::string TextFile::Position(const Place& place) const {
  return absl::StrCat(name_, ":", place.line());
}

void TextFile::Refuse(const Place& place, absl::string_view reason, absl::string_view zh,
                      absl::string_view en) {
  const std::string position = Position(place);
  faults_.push_back({place.line(),
                     {std::string(reason), position, absl::StrCat(position, ": ", zh),
                      absl::StrCat(position, ": ", en)}});
}

absl::Status TextFile::status() const {
  if (ok()) return absl::OkStatus();
  std::vector<Fault> faults = faults_;
  std::stable_sort(faults.begin(), faults.end(),
                   [](const Fault& a, const Fault& b) { return a.line < b.line; });
  std::vector<Problem> problems;
  for (Fault& fault : faults) {
    if (problems.size() == kMaxProblems) break;
    problems.push_back(std::move(fault.problem));
  }
  return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems));
}

}  // namespace fupin::catalog
