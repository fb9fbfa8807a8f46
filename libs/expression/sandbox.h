// Formulas and rule conditions as data: one Lua 5.4 expression over named inputs, in a closed
// sandbox. Nothing can be reached but the inputs and min, max, abs, floor, ceil; no loop, function,
// table or assignment can be written (tokens.h), and instructions and memory are limited as well.
#ifndef FUPIN_LIBS_EXPRESSION_SANDBOX_H_
#define FUPIN_LIBS_EXPRESSION_SANDBOX_H_

#include <cstddef>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

struct lua_State;

namespace fupin::expression {

struct Limits {
  int instructions = 10'000;              // of one evaluation
  size_t memory_bytes = size_t{4} << 20;  // of all chunks and the running evaluation together
};

// nil, number, yes/no or text. Text of an input must outlive the call.
using Input = std::variant<std::monostate, double, bool, absl::string_view>;
using Output = std::variant<std::monostate, double, bool, std::string>;

// A compiled expression; valid only with the Sandbox that made it, as long as that lives.
struct Chunk {
  int reference = 0;
  int input_count = 0;
};

// Not thread-safe: one per thread. An error leaves it usable.
class Sandbox {
 public:
  // RESOURCE_EXHAUSTED / EXPRESSION_MEMORY when the limit is too small to start at all.
  static absl::StatusOr<std::unique_ptr<Sandbox>> Create(const Limits& limits = Limits());
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // `position` says where the expression stands ("catalog.txtpb:12") and begins every error of it.
  // At most 100 inputs. INVALID_ARGUMENT / EXPRESSION_LENGTH, EXPRESSION_TOKEN, EXPRESSION_NAME
  // (unknown name, or an input's name that no identifier can be), EXPRESSION_PARENTHESES,
  // EXPRESSION_SYNTAX; RESOURCE_EXHAUSTED / EXPRESSION_MEMORY.
  absl::StatusOr<Chunk> Compile(absl::string_view expression, absl::string_view position,
                                absl::Span<const std::string> inputs);

  // Inputs in the order given to Compile, as many as there. About 0.3 us for a short formula.
  // FAILED_PRECONDITION / EXPRESSION_EVALUATION (e.g. arithmetic with nil) or EXPRESSION_NOT_FINITE
  // (division by zero, overflow); RESOURCE_EXHAUSTED / EXPRESSION_INSTRUCTIONS, EXPRESSION_MEMORY.
  absl::StatusOr<Output> Evaluate(const Chunk& chunk, absl::Span<const Input> inputs);

 private:
  struct Memory {
    size_t used = 0;
    size_t limit = 0;
  };

  explicit Sandbox(const Limits& limits);
  static void* Allocate(void* memory, void* block, size_t old_size, size_t new_size);
  absl::Status Failure(int code, absl::string_view position, absl::string_view reason);

  Limits limits_;
  Memory memory_;
  lua_State* lua_ = nullptr;
  std::vector<std::string> positions_;  // of the chunks, by order of compilation
  std::vector<int> references_;
};

}  // namespace fupin::expression

#endif  // FUPIN_LIBS_EXPRESSION_SANDBOX_H_
