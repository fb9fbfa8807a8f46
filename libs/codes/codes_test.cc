#include <catch2/catch.hpp>

#include "libs/codes/citizen_number.h"
#include "libs/codes/civil_date.h"
#include "libs/codes/numbers.h"
#include "libs/codes/text.h"
#include "libs/status/status.h"

namespace fupin::codes {
namespace {

const absl::CivilDay kToday(2026, 11, 24);

std::string Why(const std::string& number) {
  return ReasonOf(CitizenNumber::Parse(number, kToday).status());
}

TEST_CASE("I08 published citizen numbers are accepted", "[codes]") {
  const auto a = CitizenNumber::Parse("11010519491231002X", kToday);
  REQUIRE(a.ok());
  CHECK(a->birth_date() == absl::CivilDay(1949, 12, 31));
  CHECK(a->sex() == '2');
  CHECK(CitizenNumber::Parse("440524188001010014", absl::CivilDay(1990, 1, 1)).ok());
  CHECK(CitizenNumber::Parse(" 11010519491231002x ", kToday)->text() == "11010519491231002X");
}

TEST_CASE("I08 every kind of wrong citizen number has its own reason", "[codes]") {
  CHECK(Why("") == "CITIZEN_NUMBER_LENGTH");
  CHECK(Why("1101051949123100") == "CITIZEN_NUMBER_LENGTH");
  CHECK(Why("110105491231002") == "CITIZEN_NUMBER_FIFTEEN_DIGITS");
  CHECK(Why("1.10105194912310E+17") == "CITIZEN_NUMBER_MANGLED");
  CHECK(Why("110105194912310000") == "CITIZEN_NUMBER_MANGLED");
  CHECK(Why("11010519491231O02X") == "CITIZEN_NUMBER_CHARACTER");
  CHECK(Why("110105194913310023") == "CITIZEN_NUMBER_BIRTH_DATE");
  CHECK(Why("110105202902290023") == "CITIZEN_NUMBER_BIRTH_DATE");
  CHECK(Why("110105203001010023") == "CITIZEN_NUMBER_BIRTH_RANGE");
  CHECK(Why("110105190001010023") == "CITIZEN_NUMBER_BIRTH_RANGE");
  CHECK(Why("990105194912310023") == "CITIZEN_NUMBER_DIVISION");
  CHECK(Why("110105194912310021") == "CITIZEN_NUMBER_CHECK_DIGIT");
}

TEST_CASE("I08 no error text contains the number", "[codes]") {
  for (const char* number : {"110105194912310021", "110105491231002", "110105194913310023"}) {
    const auto status = CitizenNumber::Parse(number, kToday).status();
    CHECK(status.ToString().find(number) == std::string::npos);
    for (const Problem& problem : ProblemsOf(status)) {
      CHECK_FALSE(problem.message_zh.empty());
      CHECK_FALSE(problem.message_en.empty());
    }
  }
}

TEST_CASE("I10 credit codes, bank cards, phones and plates are checked exactly", "[codes]") {
  CHECK(CheckCreditCode("91350100M000100Y43").ok());
  CHECK(ReasonOf(CheckCreditCode("91350100M000100Y44")) == "CREDIT_CODE_CHECK_DIGIT");
  CHECK(ReasonOf(CheckCreditCode("91350100I000100Y43")) == "CREDIT_CODE_CHARACTER");
  CHECK(ReasonOf(CheckCreditCode("91350100M000100Y4")) == "CREDIT_CODE_LENGTH");
  CHECK(CheckBankCard("4111111111111111").ok());
  CHECK_FALSE(CheckBankCard("4111111111111112").ok());
  CHECK(CheckPhone("13812345678").ok());
  CHECK(CheckPhone("0851-86827000").ok());
  CHECK_FALSE(CheckPhone("12812345678").ok());
  CHECK_FALSE(CheckPhone("138-1234-5678").ok());
  CHECK(CheckPlate("贵A12345").ok());
  CHECK(CheckPlate("贵AD12345").ok());
  CHECK_FALSE(CheckPlate("贵A1234I").ok());
  CHECK_FALSE(CheckPlate("A12345").ok());
}

TEST_CASE("I11 only dates that exist are dates", "[codes]") {
  CHECK(ParseDate("2024-02-29").ok());
  for (const char* text : {"2023-02-29", "0000-00-00", "24-01-01", "2024-1-1", "2024/01/01",
                           "2024-13-01", "2024-04-31", "2024-01-01T00:00:00", ""}) {
    CAPTURE(text);
    CHECK(ReasonOf(ParseDate(text).status()) == "DATE_FORMAT");
  }
  CHECK(ParseMonth("2024-12").ok());
  CHECK(ReasonOf(ParseMonth("2024-13").status()) == "MONTH_FORMAT");
  CHECK(ReasonOf(ParseYear("24").status()) == "YEAR_FORMAT");
}

TEST_CASE("I07 names keep rare characters and lose nothing unseen", "[codes]") {
  CHECK(*NormaliseName("𠅤阿古•达") == "𠅤阿古·达");
  CHECK(*NormaliseName(" 王小明　") == "王小明");
  CHECK(*NormaliseName("买买提・艾力") == "买买提·艾力");
  CHECK(ReasonOf(NormaliseName("　 ").status()) == "NAME_EMPTY");
  CHECK(ReasonOf(NormaliseName(std::string(51, 'a')).status()) == "NAME_TOO_LONG");
  CHECK(ReasonOf(NormaliseName("王\u200b明").status()) == "TEXT_CONTROL");
  CHECK(ReasonOf(NormaliseName("王\u202e明").status()) == "TEXT_CONTROL");
  CHECK(ReasonOf(NormaliseName(std::string("a\0b", 3)).status()) == "TEXT_CONTROL");
  CHECK(ReasonOf(NormaliseName("\xcd\xf5").status()) == "TEXT_CHARSET");
}

}  // namespace
}  // namespace fupin::codes
