#include "libs/config/config.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/codes/text.h"
#include "libs/status/status.h"

namespace fupin::config {
namespace {

class Collector : public google::protobuf::io::ErrorCollector {
 public:
  explicit Collector(std::string name) : name_(std::move(name)) {}
  void AddError(int line, int column, const std::string& message) override {
    if (count_++ < 20) {
      absl::StrAppend(&text_, text_.empty() ? "" : "; ", name_, ":", line + 1, ":", column + 1,
                      ": ", message);
    }
  }
  const std::string& text() const { return text_; }

 private:
  std::string name_;
  std::string text_;
  int count_ = 0;
};

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
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

absl::Status WriteFile(const std::string& path, const std::string& content) {
  const std::string temporary = absl::StrCat(path, ".tmp");
  {
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file << content;
    file.flush();
    if (!file) return absl::UnavailableError(absl::StrCat("cannot write ", temporary));
  }
  std::error_code error;
  std::filesystem::rename(temporary, path, error);
  if (error) return absl::UnavailableError(absl::StrCat("cannot write ", path));
  return absl::OkStatus();
}

absl::Status Parse(const std::string& text, const std::string& name,
                   google::protobuf::Message* message) {
  Collector errors(name);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  // protobuf reads any bytes into a string here and fails only when it sends them to somebody.
  int line = 0;
  for (absl::string_view one : absl::StrSplit(text, '\n')) {
    if (!codes::CodePoints(one).ok()) errors.AddError(line, 0, "the file must be UTF-8");
    ++line;
  }
  if (errors.text().empty() && parser.ParseFromString(text, message)) return absl::OkStatus();
  return ProblemStatus(absl::StatusCode::kInvalidArgument,
                       {"CONFIG_SYNTAX", name, absl::StrCat("配置有误: ", errors.text()),
                        absl::StrCat("configuration is wrong: ", errors.text())});
}

}  // namespace fupin::config
