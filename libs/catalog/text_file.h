// A text proto being read: the message, the line every part stands on, and the faults found so far.
#ifndef FUPIN_LIBS_CATALOG_TEXT_FILE_H_
#define FUPIN_LIBS_CATALOG_TEXT_FILE_H_

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/status/status.h"

namespace fupin::catalog {

// Where a message stands in the text. Lives as long as its TextFile.
class Place {
 public:
  Place(const google::protobuf::TextFormat::ParseInfoTree* tree, int line)
      : tree_(tree), line_(line) {}
  // The place of a field of `message`, the message that stands at this place; `index` for repeated
  // fields. A field that is not written has its message's line.
  Place At(const google::protobuf::Message& message, int field_number, int index = -1) const;
  int line() const { return line_; }

 private:
  const google::protobuf::TextFormat::ParseInfoTree* tree_;
  int line_;
};

class TextFile {
 public:
  explicit TextFile(absl::string_view name) : name_(name) {}
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  // NOT_FOUND / FILE_NOT_FOUND.
  static absl::StatusOr<std::string> Read(const std::string& path);

  // False after a syntax fault.
  bool Parse(const std::string& text, google::protobuf::Message* message);
  Place root() const { return Place(&tree_, 1); }

  // "file:line"
  std::string Position(const Place& place) const;
  void Refuse(const Place& place, absl::string_view reason, absl::string_view zh,
              absl::string_view en);
  bool ok() const { return faults_.empty(); }
  // OK, or INVALID_ARGUMENT with at most 20 problems in the order of their lines.
  absl::Status status() const;

 private:
  std::string name_;
  google::protobuf::TextFormat::ParseInfoTree tree_;
  struct Fault {
    int line;
    Problem problem;
  };
  std::vector<Fault> faults_;
};

}  // namespace fupin::catalog

#endif  // FUPIN_LIBS_CATALOG_TEXT_FILE_H_
