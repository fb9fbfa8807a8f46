// Identifiers of organisations, accounts, phones and vehicles: exact checks.
#ifndef FUPIN_LIBS_CODES_NUMBERS_H_
#define FUPIN_LIBS_CODES_NUMBERS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace fupin::codes {

// Unified social credit code (统一社会信用代码), GB 32100-2015.
// CREDIT_CODE_LENGTH, CREDIT_CODE_CHARACTER, CREDIT_CODE_CHECK_DIGIT.
absl::Status CheckCreditCode(absl::string_view text);
// Check character of the first 17; they must be of the alphabet.
char CreditCodeCheckCharacter(absl::string_view first17);

// 12-19 digits, Luhn. BANK_CARD_NUMBER.
absl::Status CheckBankCard(absl::string_view text);
// Mobile 1[3-9]xxxxxxxxx, or landline with area code, optionally with a hyphen. PHONE_NUMBER.
absl::Status CheckPhone(absl::string_view text);
// "贵A12345", new-energy plates with six places, and the character 挂, 学, 警 at the end.
// PLATE_NUMBER.
absl::Status CheckPlate(absl::string_view text);

}  // namespace fupin::codes

#endif  // FUPIN_LIBS_CODES_NUMBERS_H_
