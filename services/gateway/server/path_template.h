// Path template of google.api.http: "/v1/{name=households/*}:explain".
#ifndef FUPIN_SERVICES_GATEWAY_SERVER_PATH_TEMPLATE_H_
#define FUPIN_SERVICES_GATEWAY_SERVER_PATH_TEMPLATE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::gateway {

// Percent-decodes; nothing when an escape is cut or stands for NUL.
std::optional<std::string> PercentDecode(absl::string_view text, bool plus_is_space);

class PathTemplate {
 public:
  using Bindings = std::vector<std::pair<std::string, std::string>>;  // field path, value

  PathTemplate() = default;
  // Literals, "*", "{field}" and "{field=pattern}" with one verb at the end; no "**".
  static absl::StatusOr<PathTemplate> Parse(absl::string_view text);

  // `segments` are decoded, `verb` is what stands behind ':' in the last of them.
  std::optional<Bindings> Match(const std::vector<std::string>& segments,
                                const std::string& verb) const;

  const std::string& text() const { return text_; }
  const std::string& verb() const { return verb_; }
  // Fields that the path binds, in order.
  std::vector<std::string> fields() const;
  // "/v1/households/{households}:explain": as OpenAPI wants it, one name for each free segment.
  const std::string& open_api() const { return open_api_; }
  const std::vector<std::string>& open_api_names() const { return open_api_names_; }

 private:
  struct Variable {
    std::string field;
    size_t begin = 0;  // segments [begin, end)
    size_t end = 0;
  };
  std::string text_;
  std::string verb_;
  std::vector<std::string> segments_;  // "*" or literal
  std::vector<Variable> variables_;
  std::string open_api_;
  std::vector<std::string> open_api_names_;
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_SERVER_PATH_TEMPLATE_H_
