// Citizen number (公民身份号码), GB 11643-1999.
#ifndef FUPIN_LIBS_CODES_CITIZEN_NUMBER_H_
#define FUPIN_LIBS_CODES_CITIZEN_NUMBER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace fupin::codes {

// 18 characters with a right check digit and a birth date that can be. Personal: never log it.
class CitizenNumber {
 public:
  // Surrounding blanks go, "x" becomes "X". The six digits of the division are not looked up: old
  // numbers keep codes that were abolished long ago; only the province must exist.
  // INVALID_ARGUMENT with one of the reasons CITIZEN_NUMBER_... of reasons.cc.
  static absl::StatusOr<CitizenNumber> Parse(absl::string_view text, absl::CivilDay today);

  const std::string& text() const { return text_; }
  absl::CivilDay birth_date() const;
  // GB/T 2261.1: '1' male, '2' female.
  char sex() const { return (text_[16] - '0') % 2 == 1 ? '1' : '2'; }

  // Check character of the first 17 digits (ISO 7064 MOD 11-2).
  static char CheckCharacter(absl::string_view first17);

 private:
  explicit CitizenNumber(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace fupin::codes

#endif  // FUPIN_LIBS_CODES_CITIZEN_NUMBER_H_
