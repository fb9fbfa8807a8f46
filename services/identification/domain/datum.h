// One value while it is being computed: a view, owning nothing.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_DATUM_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_DATUM_H_

#include <variant>

#include "absl/strings/string_view.h"
#include "libs/fixed/fixed.h"
#include "services/identification/domain/household.h"

namespace fupin::identification {

struct Datum {
  enum class Kind { kAbsent, kNumber, kBoolean, kText };
  Kind kind = Kind::kAbsent;
  Absence absence = Absence::kNoRecord;
  double number = 0;  // 0 or 1 for kBoolean
  absl::string_view text;

  static Datum Absent(Absence absence) { return {.absence = absence}; }
  static Datum Number(double number) { return {.kind = Kind::kNumber, .number = number}; }
  static Datum Boolean(bool yes) { return {.kind = Kind::kBoolean, .number = yes ? 1.0 : 0.0}; }
  static Datum Text(absl::string_view text) { return {.kind = Kind::kText, .text = text}; }
  // The text is not copied.
  static Datum Of(const Value& value) {
    if (const auto* number = std::get_if<fixed::Micro>(&value)) {
      return Number(static_cast<double>(number->units) / fixed::kMicroPerOne);
    }
    if (const auto* yes = std::get_if<bool>(&value)) return Boolean(*yes);
    if (const auto* text = std::get_if<std::string>(&value)) return Text(*text);
    return Absent(std::get<Absence>(value));
  }

  bool present() const { return kind != Kind::kAbsent; }
  bool numeric() const { return kind == Kind::kNumber || kind == Kind::kBoolean; }
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_DATUM_H_
