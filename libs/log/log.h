// Structured log: one JSON object per line on standard error.
#ifndef FUPIN_LIBS_LOG_LOG_H_
#define FUPIN_LIBS_LOG_LOG_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"

namespace fupin::log {

// A key with its value. Units stand in the key ("duration_ms"). Personal values never go in: log
// the resource name, the dataset, the reason.
class Field {
 public:
  Field(absl::string_view key, absl::string_view value);
  Field(absl::string_view key, const char* value) : Field(key, absl::string_view(value)) {}
  Field(absl::string_view key, const std::string& value) : Field(key, absl::string_view(value)) {}
  Field(absl::string_view key, bool value);
  Field(absl::string_view key, double value);
  template <typename T>
  requires std::is_integral_v<T> Field(absl::string_view key, T value)
      : Field(key, static_cast<int64_t>(value), 0) {}

  const std::string& json() const { return json_; }

 private:
  Field(absl::string_view key, int64_t value, int);
  std::string json_;
};

// Sets the "service" every line carries. Call once, before threads start.
void SetService(absl::string_view service);

void Info(absl::string_view event, std::initializer_list<Field> fields = {});
void Warning(absl::string_view event, std::initializer_list<Field> fields = {});
void Error(absl::string_view event, std::initializer_list<Field> fields = {});

// JSON string literal of `text`, quotes included.
std::string Quote(absl::string_view text);

}  // namespace fupin::log

#endif  // FUPIN_LIBS_LOG_LOG_H_
