#include "services/fupinctl/answer_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/fupinctl/labels.h"
#include "services/fupinctl/text_table.h"
#include "services/fupinctl/text_width.h"
#include "services/fupinctl/value_text.h"
#include "services/fupinctl/views.h"

namespace fupin::fupinctl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kStep = 2;         // indentation of what is inside
constexpr int kLabelWidth = 30;  // a longer label does not push the others' values away

using Lines = std::vector<std::pair<std::string, std::string>>;

Label ColumnLabel(const Descriptor& type, const std::string& column) {
  const size_t key = column.find('=');
  if (key != std::string::npos) return LabelNamed(column.substr(0, key));
  const FieldDescriptor* field = FieldAt(type, PathsOf(column).front());
  return field == nullptr ? Label{"", column} : LabelOf(*field);
}

bool IsNumber(const Descriptor& type, const std::string& column) {
  const auto paths = PathsOf(column);
  const FieldDescriptor* field = FieldAt(type, paths.front());
  if (paths.size() > 1 || field == nullptr || field->name() == "member_index") return false;
  // How many there are of messages that do not fit into a cell.
  if (field->is_repeated()) {
    return IsBlock(*field) && ViewOf(*field->message_type()).cell == nullptr;
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_MESSAGE:
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_BOOL:
      return false;
    default:
      return true;
  }
}

// May be cut: not a time or an interval, whose half would be another value.
bool IsText(const Descriptor& type, const std::string& column) {
  const FieldDescriptor* field = FieldAt(type, PathsOf(column).front());
  if (field == nullptr || field->type() == FieldDescriptor::TYPE_BYTES) return false;
  if (field->is_map() || IsBlock(*field)) return true;
  return field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
}

class Writer {
 public:
  Writer(const Glossary& glossary, int width) : glossary_(glossary), width_(width) {}

  void Form(const Message& message, int indent) {
    const Descriptor& type = *message.GetDescriptor();
    // Values that follow each other are aligned with each other.
    Lines lines;
    for (const std::string& item : FormItems(type)) {
      const FieldDescriptor* field = FieldAt(type, PathsOf(item).front());
      if (field == nullptr) continue;
      if (!IsBlock(*field) && !field->is_map()) {
        std::string text = ColumnText(message, item, glossary_);
        const Label label = ColumnLabel(type, item);
        if (!text.empty()) lines.emplace_back(Both(label.zh, label.en), std::move(text));
        continue;
      }
      Write(&lines, indent);
      if (field->is_map()) {
        Map(message, *field, indent);
      } else {
        Block(message, item, *field, indent);
      }
    }
    Write(&lines, indent);
  }

  std::string Take() { return std::move(out_); }

 private:
  void Write(Lines* lines, int indent) {
    int width = 0;
    for (const auto& [label, text] : *lines) {
      if (Columns(label) <= kLabelWidth) width = std::max(width, Columns(label));
    }
    for (const auto& [label, text] : *lines) {
      absl::StrAppend(&out_, std::string(static_cast<size_t>(indent), ' '),
                      Pad(absl::StrCat(label, ":"), width + 1), " ", text, "\n");
    }
    lines->clear();
  }

  void Title(const FieldDescriptor& field, const std::string& rest, int indent,
             const std::string& owner = "") {
    const Label label = LabelOf(field);
    if (!out_.empty() && indent == 0) out_ += '\n';
    absl::StrAppend(&out_, std::string(static_cast<size_t>(indent), ' '), owner,
                    Both(label.zh, label.en), rest, "\n");
  }

  void Map(const Message& message, const FieldDescriptor& field, int indent) {
    Lines entries = MapEntries(message, field, glossary_);
    if (entries.empty()) return;
    Title(field, ":", indent);
    Write(&entries, indent + kStep);
  }

  // A message, or one table of the messages of one or more fields. `owner` stands before the title.
  void Block(const Message& message, const std::string& item, const FieldDescriptor& first,
             int indent, const std::string& owner = "") {
    const auto& reflection = *message.GetReflection();
    const std::vector<std::string> paths = PathsOf(item);
    if (paths.size() == 1 && !first.is_repeated()) {
      if (!reflection.HasField(message, &first)) return;
      Title(first, ":", indent);
      Form(reflection.GetMessage(message, &first), indent + kStep);
      return;
    }
    std::vector<const Message*> rows;
    for (const std::string& path : paths) {
      const FieldDescriptor* field = FieldAt(*message.GetDescriptor(), path);
      if (field->is_repeated()) {
        for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
          rows.push_back(&reflection.GetRepeatedMessage(message, field, i));
        }
      } else if (reflection.HasField(message, field)) {
        rows.push_back(&reflection.GetMessage(message, field));
      }
    }
    // Nothing found is an answer too.
    if (rows.empty()) {
      Title(first, ": 无 none", indent, owner);
      return;
    }
    if (paths.size() == 1) Title(first, absl::StrCat(" (", rows.size(), "):"), indent, owner);
    Table(rows, FormItems(*message.GetDescriptor()).size() == 1 ? indent : indent + kStep);
  }

  void Table(const std::vector<const Message*>& rows, int indent) {
    const Descriptor& type = *rows.front()->GetDescriptor();
    const View& view = ViewOf(type);
    const size_t shown =
        view.max_rows > 0 ? std::min(rows.size(), static_cast<size_t>(view.max_rows)) : rows.size();
    std::vector<std::string> columns = RowColumns(type);
    TextTable table;
    for (std::string& column : columns) {
      const bool below = column.front() == '^';
      if (below) column.erase(0, 1);
      const Label label = ColumnLabel(type, column);
      table.columns.push_back(
          {label.zh, label.en, IsNumber(type, column), IsText(type, column), below});
    }
    for (size_t i = 0; i < shown; ++i) {
      auto& row = table.rows.emplace_back();
      for (const std::string& column : columns) {
        row.push_back(ColumnText(*rows[i], column, glossary_));
      }
    }
    absl::StrAppend(&out_, Draw(table, width_, indent));
    const std::string blanks(static_cast<size_t>(indent), ' ');
    if (shown < rows.size()) {
      absl::StrAppend(&out_, blanks, "另有 ", rows.size() - shown, " 行, 用 --json 查看全部 / ",
                      rows.size() - shown, " more rows, --json prints all\n");
    }
    if (view.detail == nullptr) return;
    for (size_t i = 0; i < shown; ++i) {
      for (const std::string& item : SplitColumns(view.detail)) {
        const FieldDescriptor* field = FieldAt(type, item);
        if (rows[i]->GetReflection()->FieldSize(*rows[i], field) == 0) continue;
        Block(*rows[i], item, *field, indent, absl::StrCat(table.rows[i].front(), " · "));
      }
    }
  }

  const Glossary& glossary_;
  const int width_;
  std::string out_;
};

std::string NextPageToken(const Message& answer) {
  const FieldDescriptor* field = answer.GetDescriptor()->FindFieldByName("next_page_token");
  return field == nullptr ? "" : answer.GetReflection()->GetString(answer, field);
}

}  // namespace

std::string AnswerText(const Message& answer, const Glossary& glossary, const AnswerStyle& style) {
  Writer writer(glossary, style.width);
  writer.Form(answer, 0);
  std::string out = writer.Take();
  if (const std::string token = NextPageToken(answer); !token.empty()) {
    absl::StrAppend(&out, "\n下一页 next page: ", style.command, " page_token=", token, "\n");
  }
  return out;
}

}  // namespace fupin::fupinctl
