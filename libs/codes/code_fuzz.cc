// Any bytes as each kind of number, date and text: what is accepted has one form and keeps it.
#include <cstdint>

#include "libs/codes/citizen_number.h"
#include "libs/codes/civil_date.h"
#include "libs/codes/numbers.h"
#include "libs/codes/text.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::codes {
namespace {

void Explained(const absl::Status& status) {
  FUPIN_CHECK(status.ok() || !ReasonOf(status).empty());
}

void CheckCodes(absl::string_view text) {
  const absl::CivilDay today(2026, 11, 24);
  const auto citizen = CitizenNumber::Parse(text, today);
  Explained(citizen.status());
  if (citizen.ok()) {
    const auto again = CitizenNumber::Parse(citizen->text(), today);
    FUPIN_CHECK(again.ok() && again->text() == citizen->text() && citizen->text().size() == 18);
    FUPIN_CHECK(citizen->birth_date() <= today);
  }
  Explained(CheckCreditCode(text));
  Explained(CheckBankCard(text));
  Explained(CheckPhone(text));
  Explained(CheckPlate(text));
  Explained(ParseDate(text).status());
  Explained(ParseMonth(text).status());
  Explained(ParseYear(text).status());
  Explained(CheckText(text));
  if (const auto points = CodePoints(text); points.ok()) FUPIN_CHECK(ToUtf8(*points) == text);
  const auto name = NormaliseName(text);
  Explained(name.status());
  if (name.ok()) {
    const auto again = NormaliseName(*name);
    FUPIN_CHECK(again.ok() && *again == *name && CheckText(*name).ok());
  }
}

}  // namespace
}  // namespace fupin::codes

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fupin::codes::CheckCodes(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
