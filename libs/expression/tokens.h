// What may stand in an expression, checked before Lua compiles it.
#ifndef FUPIN_LIBS_EXPRESSION_TOKENS_H_
#define FUPIN_LIBS_EXPRESSION_TOKENS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace fupin::expression {

// True for a name an input may have: a Lua identifier that is no keyword and no function.
bool IsInputName(absl::string_view name);

// Refuses everything but names, numbers, quoted strings, operators, commas and balanced
// parentheses; a name must be an input, a function or one of and, or, not, true, false, nil. So no
// function, table, field, comment or statement can be written. Lua itself checks the grammar.
// `position` ("catalog.txtpb:12") stands in the error, with line and column inside `text`.
// INVALID_ARGUMENT / EXPRESSION_LENGTH, EXPRESSION_TOKEN, EXPRESSION_NAME, EXPRESSION_PARENTHESES.
absl::Status CheckTokens(absl::string_view text, absl::string_view position,
                         absl::Span<const std::string> inputs);

}  // namespace fupin::expression

#endif  // FUPIN_LIBS_EXPRESSION_TOKENS_H_
