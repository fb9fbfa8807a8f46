#include "services/fupinctl/cells.h"

#include <catch2/catch.hpp>

#include "libs/status/status.h"

namespace fupin::fupinctl {
namespace {

contract::Field Make(contract::FieldType type, contract::v1::Format format, const char* unit) {
  contract::Field field;
  field.name = "f";
  field.type = type;
  field.options.set_format(format);
  field.options.set_unit(unit);
  return field;
}

TEST_CASE("EX-1 what a person types in a table becomes a value", "[fupinctl]") {
  const auto date = Make(contract::FieldType::kText, contract::v1::FORMAT_DATE, "");
  for (const char* text : {"2024-01-05", "2024/1/5", "2024.1.5", "20240105"}) {
    CHECK(std::get<std::string>(*ToValue(date, text, false)) == "2024-01-05");
  }
  const auto yes = Make(contract::FieldType::kBool, contract::v1::FORMAT_UNSPECIFIED, "");
  CHECK(std::get<bool>(*ToValue(yes, "是", false)));
  CHECK_FALSE(std::get<bool>(*ToValue(yes, "N", false)));
  CHECK(ReasonOf(ToValue(yes, "maybe", false).status()) == "CELL_YES_NO");
  const auto money = Make(contract::FieldType::kInteger, contract::v1::FORMAT_UNSPECIFIED, "fen");
  CHECK(std::get<fixed::Micro>(*ToValue(money, "1,234.56", true)).units ==
        123456 * fixed::kMicroPerOne);
  CHECK(std::holds_alternative<std::monostate>(*ToValue(money, " ", true)));
}

TEST_CASE("I12 money with three decimals is refused", "[fupinctl]") {
  const auto money = Make(contract::FieldType::kInteger, contract::v1::FORMAT_UNSPECIFIED, "fen");
  CHECK(ReasonOf(ToValue(money, "12.345", true).status()) == "MONEY_DECIMALS");
  CHECK(ReasonOf(ToValue(money, "12.5", false).status()) == "MONEY_DECIMALS");
  CHECK(ReasonOf(ToValue(money, "1e3", true).status()) == "CELL_NUMBER");
}

}  // namespace
}  // namespace fupin::fupinctl
