#include "libs/codes/citizen_number.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "libs/codes/civil_date.h"
#include "libs/codes/reasons.h"

namespace fupin::codes {
namespace {

constexpr int kWeights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
constexpr char kChecks[] = "10X98765432";

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// "5.22701199001E+17" or digits after the fifteenth lost.
bool LooksMangled(absl::string_view text) {
  if (absl::StrContains(absl::AsciiStrToLower(text), "e+1")) return true;
  return text.size() == 18 && AllDigits(text) && text.substr(15) == "000";
}

bool IsProvince(absl::string_view two) {
  static constexpr absl::string_view kProvinces =
      "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 "
      "65 "
      "71 81 82 83 91";
  return absl::StrContains(kProvinces, two);
}

}  // namespace

char CitizenNumber::CheckCharacter(absl::string_view first17) {
  int sum = 0;
  for (size_t i = 0; i < 17; ++i) sum += (first17[i] - '0') * kWeights[i];
  return kChecks[sum % 11];
}

absl::StatusOr<CitizenNumber> CitizenNumber::Parse(absl::string_view text, absl::CivilDay today) {
  std::string number(absl::StripAsciiWhitespace(text));
  if (!number.empty() && number.back() == 'x') number.back() = 'X';
  if (absl::StrContains(absl::AsciiStrToLower(number), "e+1"))
    return Refuse("CITIZEN_NUMBER_MANGLED");
  if (number.size() == 15 && AllDigits(number)) return Refuse("CITIZEN_NUMBER_FIFTEEN_DIGITS");
  if (number.size() != 18) {
    // Full-width digits or blanks inside: the characters are wrong, not how many there are.
    const bool digits = number.empty() || AllDigits(absl::string_view(number).substr(
                                              0, number.size() - (number.back() == 'X' ? 1 : 0)));
    return Refuse(digits ? "CITIZEN_NUMBER_LENGTH" : "CITIZEN_NUMBER_CHARACTER");
  }
  const absl::string_view body = absl::string_view(number).substr(0, 17);
  if (!AllDigits(body) || !(absl::ascii_isdigit(number[17]) || number[17] == 'X')) {
    return Refuse("CITIZEN_NUMBER_CHARACTER");
  }
  const bool right = CheckCharacter(body) == number[17];
  if (!right && LooksMangled(number)) return Refuse("CITIZEN_NUMBER_MANGLED");
  if (!IsProvince(body.substr(0, 2))) return Refuse("CITIZEN_NUMBER_DIVISION");
  const std::string date =
      number.substr(6, 4) + "-" + number.substr(10, 2) + "-" + number.substr(12, 2);
  const auto birth = ParseDate(date);
  if (!birth.ok()) return Refuse("CITIZEN_NUMBER_BIRTH_DATE");
  if (*birth > today || birth->year() + 120 < today.year()) {
    return Refuse("CITIZEN_NUMBER_BIRTH_RANGE");
  }
  if (!right) return Refuse("CITIZEN_NUMBER_CHECK_DIGIT");
  return CitizenNumber(std::move(number));
}

absl::CivilDay CitizenNumber::birth_date() const {
  int year = 0;
  int month = 0;
  int day = 0;
  (void)absl::SimpleAtoi(text_.substr(6, 4), &year);
  (void)absl::SimpleAtoi(text_.substr(10, 2), &month);
  (void)absl::SimpleAtoi(text_.substr(12, 2), &day);
  return absl::CivilDay(year, month, day);
}

}  // namespace fupin::codes
