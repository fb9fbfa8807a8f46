#include "libs/codes/numbers.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "libs/codes/reasons.h"
#include "libs/codes/text.h"
#include "libs/status/macros.h"

namespace fupin::codes {
namespace {

constexpr absl::string_view kCreditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

bool AllDigits(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(c)) return false;
  }
  return !text.empty();
}

}  // namespace

char CreditCodeCheckCharacter(absl::string_view first17) {
  int sum = 0;
  int weight = 1;  // 3^(i-1) mod 31
  for (size_t i = 0; i < 17; ++i) {
    sum += static_cast<int>(kCreditAlphabet.find(first17[i])) * weight;
    weight = weight * 3 % 31;
  }
  return kCreditAlphabet[static_cast<size_t>((31 - sum % 31) % 31)];
}

absl::Status CheckCreditCode(absl::string_view text) {
  if (text.size() != 18) return Refuse("CREDIT_CODE_LENGTH");
  for (const char c : text) {
    if (kCreditAlphabet.find(c) == absl::string_view::npos) return Refuse("CREDIT_CODE_CHARACTER");
  }
  if (CreditCodeCheckCharacter(text.substr(0, 17)) != text[17]) {
    return Refuse("CREDIT_CODE_CHECK_DIGIT");
  }
  return absl::OkStatus();
}

absl::Status CheckBankCard(absl::string_view text) {
  if (text.size() < 12 || text.size() > 19 || !AllDigits(text)) return Refuse("BANK_CARD_NUMBER");
  int sum = 0;
  bool twice = false;
  for (size_t i = text.size(); i-- > 0;) {
    const int digit = text[i] - '0';
    const int doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += twice ? doubled : digit;
    twice = !twice;
  }
  return sum % 10 == 0 ? absl::OkStatus() : Refuse("BANK_CARD_NUMBER");
}

absl::Status CheckPhone(absl::string_view text) {
  const std::string digits = absl::StrReplaceAll(text, {{"-", ""}});
  const bool mobile =
      digits.size() == 11 && AllDigits(digits) && digits[0] == '1' && digits[1] >= '3';
  const bool landline = digits.size() >= 10 && digits.size() <= 12 && AllDigits(digits) &&
                        digits[0] == '0' && digits[1] != '0';
  const size_t hyphens = text.size() - digits.size();
  return (mobile && hyphens == 0) || (landline && hyphens <= 1) ? absl::OkStatus()
                                                                : Refuse("PHONE_NUMBER");
}

absl::Status CheckPlate(absl::string_view text) {
  ASSIGN_OR_RETURN(const std::u32string points, CodePoints(text));
  if (points.size() != 7 && points.size() != 8) return Refuse("PLATE_NUMBER");
  const bool province = points[0] >= 0x4e00 && points[0] <= 0x9fff;
  const bool office = points[1] >= 'A' && points[1] <= 'Z';
  if (!province || !office) return Refuse("PLATE_NUMBER");
  for (size_t i = 2; i < points.size(); ++i) {
    const char32_t c = points[i];
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z' && c != 'I' && c != 'O');
    const bool mark = i + 1 == points.size() &&
                      (c == U'挂' || c == U'学' || c == U'警' || c == U'港' || c == U'澳');
    if (!plain && !mark) return Refuse("PLATE_NUMBER");
  }
  return absl::OkStatus();
}

}  // namespace fupin::codes
