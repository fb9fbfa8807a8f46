#include "libs/log/log.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace fupin::log {
namespace {

std::string& Service() {
  static std::string& service = *new std::string("fupin");
  return service;
}

void Write(absl::string_view level, absl::string_view event, std::initializer_list<Field> fields) {
  std::string line = absl::StrCat(
      "{\"time\":\"",
      absl::FormatTime("%Y-%m-%dT%H:%M:%E3S%Ez", absl::Now(), absl::FixedTimeZone(8 * 3600)),
      "\",\"level\":\"", level, "\",\"service\":", Quote(Service()), ",\"event\":", Quote(event));
  for (const Field& field : fields) absl::StrAppend(&line, ",", field.json());
  line.append("}\n");
  // One write per line keeps lines of several threads apart. A log that cannot be written must not
  // stop the service.
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

}  // namespace

std::string Quote(absl::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out.append("\\\"");
        break;
      case '\\':
        out.append("\\\\");
        break;
      case '\n':
        out.append("\\n");
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned>(c));
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
  return out;
}

Field::Field(absl::string_view key, absl::string_view value)
    : json_(absl::StrCat(Quote(key), ":", Quote(value))) {}
Field::Field(absl::string_view key, bool value)
    : json_(absl::StrCat(Quote(key), ":", value ? "true" : "false")) {}
Field::Field(absl::string_view key, double value) : json_(absl::StrCat(Quote(key), ":", value)) {}
Field::Field(absl::string_view key, int64_t value, int)
    : json_(absl::StrCat(Quote(key), ":", value)) {}

void SetService(absl::string_view service) { Service() = std::string(service); }
void Info(absl::string_view event, std::initializer_list<Field> fields) {
  Write("info", event, fields);
}
void Warning(absl::string_view event, std::initializer_list<Field> fields) {
  Write("warning", event, fields);
}
void Error(absl::string_view event, std::initializer_list<Field> fields) {
  Write("error", event, fields);
}

}  // namespace fupin::log
