#include "services/gateway/server/path_template.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace fupin::gateway {
namespace {

absl::Status Wrong(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("path template not understood: ", text));
}

}  // namespace

std::optional<std::string> PercentDecode(absl::string_view text, bool plus_is_space) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      if (i + 2 >= text.size() || !absl::ascii_isxdigit(text[i + 1]) ||
          !absl::ascii_isxdigit(text[i + 2])) {
        return std::nullopt;
      }
      const std::string byte = absl::HexStringToBytes(text.substr(i + 1, 2));
      if (byte[0] == '\0') return std::nullopt;
      out += byte;
      i += 2;
    }
  }
  return out;
}

absl::StatusOr<PathTemplate> PathTemplate::Parse(absl::string_view text) {
  PathTemplate out;
  out.text_ = std::string(text);
  absl::string_view rest = text;
  if (rest.empty() || rest[0] != '/') return Wrong(text);
  const size_t colon = rest.rfind(':');
  const size_t brace = rest.rfind('}');
  if (colon != absl::string_view::npos && (brace == absl::string_view::npos || colon > brace)) {
    out.verb_ = std::string(rest.substr(colon + 1));
    rest = rest.substr(0, colon);
  }
  std::vector<std::string> shown;
  const auto add = [&](absl::string_view segment, const std::string& name) {
    out.segments_.emplace_back(segment);
    if (segment == "*") {
      out.open_api_names_.push_back(name);
      shown.push_back(absl::StrCat("{", name, "}"));
    } else {
      shown.emplace_back(segment);
    }
  };
  while (!rest.empty()) {
    rest.remove_prefix(1);  // '/'
    if (absl::StartsWith(rest, "{")) {
      const size_t end = rest.find('}');
      if (end == absl::string_view::npos) return Wrong(text);
      const absl::string_view inside = rest.substr(1, end - 1);
      const size_t equals = inside.find('=');
      Variable variable;
      variable.field = std::string(inside.substr(0, equals));
      variable.begin = out.segments_.size();
      if (equals == absl::string_view::npos) {
        add("*", variable.field);
      } else {
        std::string name = variable.field;
        for (absl::string_view segment : absl::StrSplit(inside.substr(equals + 1), '/')) {
          if (segment == "**") return Wrong(text);
          add(segment, name);
          if (segment != "*") name = std::string(segment);
        }
      }
      variable.end = out.segments_.size();
      out.variables_.push_back(std::move(variable));
      rest = rest.substr(end + 1);
    } else {
      const size_t end = std::min(rest.find('/'), rest.size());
      add(rest.substr(0, end), "");
      rest = rest.substr(end);
    }
    if (!rest.empty() && rest[0] != '/') return Wrong(text);
  }
  out.open_api_ = absl::StrCat("/", absl::StrJoin(shown, "/"),
                               out.verb_.empty() ? "" : absl::StrCat(":", out.verb_));
  return out;
}

std::optional<PathTemplate::Bindings> PathTemplate::Match(const std::vector<std::string>& segments,
                                                          const std::string& verb) const {
  if (segments.size() != segments_.size() || verb != verb_) return std::nullopt;
  for (size_t i = 0; i < segments.size(); ++i) {
    if (segments_[i] == "*" ? segments[i].empty() : segments[i] != segments_[i]) {
      return std::nullopt;
    }
  }
  Bindings bindings;
  for (const Variable& variable : variables_) {
    bindings.emplace_back(variable.field, absl::StrJoin(segments.begin() + variable.begin,
                                                        segments.begin() + variable.end, "/"));
  }
  return bindings;
}

std::vector<std::string> PathTemplate::fields() const {
  std::vector<std::string> fields;
  for (const Variable& variable : variables_) fields.push_back(variable.field);
  return fields;
}

}  // namespace fupin::gateway
