// Any bytes as an expression over a number, a yes/no, a text and an absent input: it is refused or
// gives a value within its limits, and the sandbox stays whole.
#include <cmath>
#include <cstdint>

#include "libs/expression/sandbox.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fupin;
  using expression::Input;
  static const std::vector<std::string> names = {"a", "b", "t", "n"};
  static const std::vector<Input> values = {12.5, true, absl::string_view("mud"), std::monostate()};
  const auto sandbox = expression::Sandbox::Create();
  FUPIN_CHECK(sandbox.ok());
  const auto sound = (*sandbox)->Compile("a + 1", "sound:1", names);
  FUPIN_CHECK(sound.ok());
  const auto chunk = (*sandbox)->Compile(
      absl::string_view(reinterpret_cast<const char*>(data), size), "fuzz:1", names);
  FUPIN_CHECK(chunk.ok() || !ReasonOf(chunk.status()).empty());
  for (int i = 0; i < 2 && chunk.ok(); ++i) {
    const auto output = (*sandbox)->Evaluate(*chunk, values);
    FUPIN_CHECK(output.ok() || !ReasonOf(output.status()).empty());
    if (!output.ok()) continue;
    const auto* number = std::get_if<double>(&*output);
    FUPIN_CHECK(number == nullptr || std::isfinite(*number));
  }
  const auto after = (*sandbox)->Evaluate(*sound, values);
  FUPIN_CHECK(after.ok() && std::get<double>(*after) == 13.5);
  return 0;
}
