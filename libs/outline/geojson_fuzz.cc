// Any text as a boundary file: refused, or a pack that loads.
#include <cstddef>
#include <cstdint>
#include <string>

#include "libs/outline/geography_import.h"
#include "libs/status/macros.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fupin;
  static const auto tree = *division::Tree::Parse(
      {{"tree",
        "# levels: province prefecture "
        "county\n1\t\tprovince\ta\n2\t1\tprefecture\tb\n3\t1\tprefecture\tc\n31\t3\tcounty\td\n"}});
  outline::ImportOptions options;
  options.origin = {"a", "a", "b", "b", outline::DATUM_GCJ02};
  const auto pack = outline::ImportGeography(
      {{"fuzz", std::string(reinterpret_cast<const char*>(data), size)}}, options, tree);
  if (pack.ok()) FUPIN_CHECK(outline::Outlines::Make(pack->pack, tree).ok());
  return 0;
}
