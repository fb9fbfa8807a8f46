#include "services/fupinctl/value_text.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "services/fupinctl/labels.h"
#include "services/fupinctl/text_width.h"
#include "services/fupinctl/units.h"
#include "services/fupinctl/views.h"

namespace fupin::fupinctl {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kAlone = -1;  // index of a field that is not repeated

// Fields that hold a code of a national list.
constexpr std::pair<const char*, const char*> kCodeLists[] = {{"sex", "gb.sex"},
                                                              {"relation", "gb.relation"}};

std::string YesNo(bool yes) { return yes ? "是 yes" : "否 no"; }

// A day alone when the clock stands at midnight: most business times are days.
std::string TimeText(const Message& time) {
  const auto* type = time.GetDescriptor();
  const auto& reflection = *time.GetReflection();
  const absl::Time at =
      absl::FromUnixSeconds(reflection.GetInt64(time, type->FindFieldByNumber(1)));
  const absl::CivilSecond civil = absl::ToCivilSecond(at, Shanghai());
  const bool midnight = civil == absl::CivilSecond(absl::CivilDay(civil));
  return absl::FormatTime(midnight ? "%Y-%m-%d" : "%Y-%m-%d %H:%M", at, Shanghai());
}

std::string DurationText(const Message& duration) {
  const auto seconds = static_cast<double>(
      duration.GetReflection()->GetInt64(duration, duration.GetDescriptor()->FindFieldByNumber(1)));
  constexpr double kHour = 3600;
  constexpr double kDay = 24 * kHour;
  if (seconds >= 2 * kDay) return absl::StrFormat("%.1f 天 days", seconds / kDay);
  if (seconds >= 2 * kHour) return absl::StrFormat("%.1f 小时 h", seconds / kHour);
  return absl::StrFormat("%.0f 秒 s", seconds);
}

// Text of a string field of the same message, empty when there is none.
std::string Beside(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->is_repeated() ||
      field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    return "";
  }
  return message.GetReflection()->GetString(message, field);
}

// The index of a household that cannot be scored is 0 on the wire and means nothing.
bool IsMeaningless(const Message& message, const FieldDescriptor& field) {
  if (field.name() != "index_centipoints") return false;
  const FieldDescriptor* other = message.GetDescriptor()->FindFieldByName("poverty_class");
  return other != nullptr &&
         message.GetReflection()->GetEnum(message, other)->name() == "POVERTY_CLASS_NOT_SCORABLE";
}

std::string StringText(const Message& message, const FieldDescriptor& field,
                       const std::string& value, const Glossary& glossary) {
  if (field.type() == FieldDescriptor::TYPE_BYTES) {
    return value.empty() ? "" : absl::StrCat(value.size(), " 字节 bytes");
  }
  if (value == "true" || value == "false") return YesNo(value == "true");
  std::string meaning = WordOf(field, value);
  if (field.name() == "question") return OneLine(Both(value, glossary.Question(value)));
  if (field.name() == "choice") meaning = glossary.Choice(Beside(message, "question"), value);
  if (field.name() == "dataset" && message.GetDescriptor()->FindFieldByName("name_zh") == nullptr) {
    return OneLine(Both(glossary.Dataset(value), value));
  }
  for (const auto& [name, list] : kCodeLists) {
    if (field.name() == name) meaning = glossary.Code(list, value);
  }
  return OneLine(meaning.empty() ? value : meaning);
}

std::string CellText(const Message& message, const Glossary& glossary) {
  std::vector<std::string> parts;
  for (const std::string& column : SplitColumns(ViewOf(*message.GetDescriptor()).cell)) {
    std::string text = ColumnText(message, column, glossary);
    if (!text.empty()) parts.push_back(std::move(text));
  }
  return absl::StrJoin(parts, " ");
}

// One value; `index` in a repeated field, else kAlone.
std::string OneText(const Message& message, const FieldDescriptor& field, int index,
                    const Glossary& glossary) {
  const auto& r = *message.GetReflection();
  const bool alone = index == kAlone;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return YesNo(alone ? r.GetBool(message, &field) : r.GetRepeatedBool(message, &field, index));
    case FieldDescriptor::CPPTYPE_INT32:
      return NumberText(field.name(), int64_t{alone ? r.GetInt32(message, &field)
                                                    : r.GetRepeatedInt32(message, &field, index)});
    case FieldDescriptor::CPPTYPE_INT64:
      return NumberText(field.name(), int64_t{alone ? r.GetInt64(message, &field)
                                                    : r.GetRepeatedInt64(message, &field, index)});
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(alone ? r.GetUInt32(message, &field)
                                : r.GetRepeatedUInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(alone ? r.GetUInt64(message, &field)
                                : r.GetRepeatedUInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return NumberText(field.name(), double{alone ? r.GetFloat(message, &field)
                                                   : r.GetRepeatedFloat(message, &field, index)});
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return NumberText(field.name(), alone ? r.GetDouble(message, &field)
                                            : r.GetRepeatedDouble(message, &field, index));
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number =
          alone ? r.GetEnumValue(message, &field) : r.GetRepeatedEnumValue(message, &field, index);
      const EnumValueDescriptor* value = field.enum_type()->FindValueByNumber(number);
      // A newer service may know more values.
      return value == nullptr ? absl::StrCat(number) : TextOf(*value);
    }
    case FieldDescriptor::CPPTYPE_STRING:
      return StringText(
          message, field,
          alone ? r.GetString(message, &field) : r.GetRepeatedString(message, &field, index),
          glossary);
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const Message& part =
          alone ? r.GetMessage(message, &field) : r.GetRepeatedMessage(message, &field, index);
      if (IsTime(field)) return TimeText(part);
      if (IsDuration(field)) return DurationText(part);
      return ViewOf(*field.message_type()).cell == nullptr ? "" : CellText(part, glossary);
    }
  }
  return "";
}

std::string FieldText(const Message& message, const FieldDescriptor& field,
                      const Glossary& glossary) {
  const auto& reflection = *message.GetReflection();
  if (IsMeaningless(message, field)) return "—";
  if (field.is_map()) {
    std::vector<std::string> entries;
    for (const auto& [key, value] : MapEntries(message, field, glossary)) {
      entries.push_back(absl::StrCat(key, " ", value));
    }
    return absl::StrJoin(entries, "; ");
  }
  if (field.is_repeated()) {
    const int size = reflection.FieldSize(message, &field);
    if (IsBlock(field) && ViewOf(*field.message_type()).cell == nullptr) {
      return absl::StrCat(size);
    }
    std::vector<std::string> texts;
    for (int i = 0; i < size; ++i) texts.push_back(OneText(message, field, i, glossary));
    return absl::StrJoin(texts, IsBlock(field) ? "; " : ", ");
  }
  if (field.has_presence() && !reflection.HasField(message, &field)) return "";
  return OneText(message, field, kAlone, glossary);
}

std::string PathText(const Message& message, absl::string_view path, const Glossary& glossary) {
  const Message* at = &message;
  while (true) {
    const size_t dot = path.find('.');
    const FieldDescriptor* field =
        at->GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
    if (field == nullptr) return "";
    if (dot == absl::string_view::npos) return FieldText(*at, *field, glossary);
    if (field->is_repeated() || !at->GetReflection()->HasField(*at, field)) return "";
    at = &at->GetReflection()->GetMessage(*at, field);
    path.remove_prefix(dot + 1);
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> MapEntries(const Message& message,
                                                            const FieldDescriptor& field,
                                                            const Glossary& glossary) {
  const auto& reflection = *message.GetReflection();
  const std::string dataset = Beside(message, "dataset");
  std::map<std::string, std::string> sorted;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    const auto& entry_reflection = *entry.GetReflection();
    sorted[entry_reflection.GetString(entry, field.message_type()->map_key())] =
        entry_reflection.GetString(entry, field.message_type()->map_value());
  }
  std::vector<std::pair<std::string, std::string>> entries;
  for (const auto& [key, value] : sorted) {
    const std::string label = glossary.Field(dataset, key);
    std::string text = glossary.Value(dataset, key, value);
    int64_t number = 0;
    if (text.empty() && (value == "true" || value == "false")) text = YesNo(value == "true");
    if (text.empty() && WithoutUnit(key) != key && absl::SimpleAtoi(value, &number)) {
      text = NumberText(key, number);
    }
    entries.emplace_back(OneLine(label.empty() ? key : label),
                         OneLine(text.empty() ? value : text));
  }
  return entries;
}

std::string ColumnText(const Message& message, const std::string& column,
                       const Glossary& glossary) {
  const size_t key = column.find('=');
  const std::string paths = key == std::string::npos ? column : column.substr(key + 1);
  for (const absl::string_view alternative : absl::StrSplit(paths, '|')) {
    const size_t joined = alternative.find_first_of("+/~");
    const char joint = joined == absl::string_view::npos ? '+' : alternative[joined];
    std::vector<std::string> texts;
    bool all = true;
    for (const absl::string_view path : absl::StrSplit(alternative, joint)) {
      std::string text = PathText(message, path, glossary);
      all &= !text.empty();
      // A unit without a value says nothing.
      if (text.empty() && texts.empty() && joint == '+') break;
      if (!text.empty()) texts.push_back(std::move(text));
    }
    if (texts.empty() || (joint == '~' && !all)) continue;
    return absl::StrJoin(texts, joint == '+' ? " " : joint == '/' ? " / " : "~");
  }
  return "";
}

}  // namespace fupin::fupinctl
