// RETURN_IF_ERROR, ASSIGN_OR_RETURN and FUPIN_CHECK; this Abseil has none.
#ifndef FUPIN_LIBS_STATUS_MACROS_H_
#define FUPIN_LIBS_STATUS_MACROS_H_

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define FUPIN_CONCAT_INNER(a, b) a##b
#define FUPIN_CONCAT(a, b) FUPIN_CONCAT_INNER(a, b)
// NOLINTBEGIN(bugprone-macro-parentheses): a target may declare a variable
#define RETURN_IF_ERROR(expression)                                         \
  do {                                                                      \
    if (absl::Status status_ = (expression); !status_.ok()) return status_; \
  } while (false)

#define ASSIGN_OR_RETURN(target, expression) \
  FUPIN_ASSIGN_OR_RETURN_INNER(FUPIN_CONCAT(statusor_, __LINE__), target, expression)
#define FUPIN_ASSIGN_OR_RETURN_INNER(statusor, target, expression) \
  auto statusor = (expression);                                    \
  if (!statusor.ok()) return std::move(statusor).status();         \
  target = *std::move(statusor)
// NOLINTEND(bugprone-macro-parentheses)
// For what cannot happen; never for what the outside can cause.
#define FUPIN_CHECK(condition)                                                           \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)

#endif  // FUPIN_LIBS_STATUS_MACROS_H_
