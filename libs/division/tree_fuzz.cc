// Any bytes as one or two files of divisions (a NUL stands between them): refused with a reason, or
// a tree whose parts lie below their parents and are found by their codes.
#include <cstdint>

#include "absl/strings/str_split.h"
#include "libs/division/tree.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fupin;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  std::vector<division::Source> sources;
  for (absl::string_view text : absl::StrSplit(bytes, absl::MaxSplits('\0', 1))) {
    sources.push_back({"fuzz", std::string(text)});
  }
  const auto tree = division::Tree::Parse(sources);
  if (!tree.ok()) {
    FUPIN_CHECK(!ReasonOf(tree.status()).empty());
    return 0;
  }
  uint32_t count = 0;
  for (const division::Division& one : (*tree)->all()) {
    FUPIN_CHECK(one.order() == count++);
    FUPIN_CHECK((*tree)->Find(one.code()) == one);
    const auto path = one.Path();
    FUPIN_CHECK(path.size() <= (*tree)->levels().size() && one.IsUnder(path.front()));
    for (const division::Division& part : one.children()) {
      FUPIN_CHECK(part.parent() == one && part.level() > one.level());
    }
  }
  FUPIN_CHECK(count == (*tree)->size() && count > 0);
  FUPIN_CHECK(!(*tree)->Find(bytes) || bytes.size() <= 24);
  return 0;
}
