#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "libs/contract/compatibility.h"
#include "libs/contract/contract_set.h"
#include "libs/contract/decode.h"
#include "libs/contract/quality.h"

namespace fupin::contract {
namespace {

const ContractSet& Shipped() {
  static const auto set = *ContractSet::Load(FUPIN_BINARY_DIR "/contracts/guizhou");
  return *set;
}

const absl::CivilDay kToday(2026, 11, 24);

Row Inpatient() {
  const Contract& contract = *Shipped().Find("health.inpatient");
  Row row(contract.fields.size());
  row[static_cast<size_t>(contract.Index("citizen_number"))] = std::string("11010519491231002X");
  row[static_cast<size_t>(contract.Index("admission_id"))] = std::string("A1");
  row[static_cast<size_t>(contract.Index("discharge_date"))] = std::string("2026-05-01");
  return row;
}

// The one reason and field a changed row is refused with; "" when it is accepted.
std::string Why(const std::string& field, Value value) {
  const Contract& contract = *Shipped().Find("health.inpatient");
  Row row = Inpatient();
  row[static_cast<size_t>(contract.Index(field))] = std::move(value);
  const auto problems =
      CheckQuality(contract, Shipped(), &row, kToday, [](absl::string_view) { return false; });
  if (problems.empty()) return "";
  CHECK(problems.size() == 1);
  CHECK_FALSE(problems[0].message_zh.empty());
  CHECK_FALSE(problems[0].message_en.empty());
  return problems[0].reason + " " + problems[0].field;
}

TEST_CASE("EX-6 all 42 shipped contracts of 19 departments load", "[contract]") {
  CHECK(Shipped().refused().empty());
  CHECK(Shipped().datasets().size() == 42);
  std::set<std::string> departments;
  for (const std::string& dataset : Shipped().datasets()) {
    departments.insert(Shipped().Find(dataset)->options.participant());
  }
  CHECK(departments.size() == 19);
}

TEST_CASE("EX-6 a row survives its encoding, and equal rows are equal bytes", "[contract]") {
  const Contract& contract = *Shipped().Find("health.inpatient");
  const Row row = Inpatient();
  const auto back = Decode(contract, Encode(contract, row), Charset::kUtf8);
  REQUIRE(back.ok());
  CHECK(*back == row);
  CHECK(Encode(contract, *back) == Encode(contract, row));
}

TEST_CASE("I08 I11 I12 I14 every fault of a value is named with its field", "[contract]") {
  CHECK(Why("days", fixed::Micro{}) == "");
  CHECK(Why("days", fixed::Micro{-fixed::kMicroPerOne}) == "VALUE_BELOW_MIN days");
  CHECK(Why("days", fixed::Micro{3000 * fixed::kMicroPerOne}) == "VALUE_ABOVE_MAX days");
  CHECK(Why("discharge_date", std::string("2026-02-30")) == "DATE_FORMAT discharge_date");
  CHECK(Why("disease_category", std::string("plague")) == "CODE_UNKNOWN disease_category");
  CHECK(Why("citizen_number", std::string("110105194912310021")) ==
        "CITIZEN_NUMBER_CHECK_DIGIT citizen_number");
  CHECK(Why("admission_id", std::string("")) == "REQUIRED_MISSING admission_id");
  CHECK(Why("admission_id", std::string("a\u202eb")) == "TEXT_CONTROL admission_id");
  CHECK(Why("admission_id", std::string(300, 'a')) == "TEXT_TOO_LONG admission_id");
}

TEST_CASE("I14 an abolished code stays valid", "[contract]") {
  CHECK(Shipped().HasCode("mps.vehicle_kind", "light_tractor"));
  CHECK_FALSE(Shipped().HasCode("mps.vehicle_kind", "submarine"));
}

TEST_CASE("I12 the part a patient pays may not exceed the whole", "[contract]") {
  const Contract& contract = *Shipped().Find("health.inpatient");
  Row row = Inpatient();
  row[static_cast<size_t>(contract.Index("total_fen"))] = *fixed::MicroFromInteger(100);
  row[static_cast<size_t>(contract.Index("self_paid_fen"))] = *fixed::MicroFromInteger(101);
  const auto problems =
      CheckQuality(contract, Shipped(), &row, kToday, [](absl::string_view) { return false; });
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].reason == "RULE_BROKEN");
  CHECK(problems[0].field == "self_paid_fen");
}

TEST_CASE("I01 I05 I06 hostile bytes have reasons, never a crash", "[contract]") {
  const Contract& contract = *Shipped().Find("hud.housing_safety");
  const auto why = [&](const std::string& bytes) {
    return ReasonOf(Decode(contract, bytes, Charset::kUtf8).status());
  };
  CHECK(why("\xff\xff\xff\xff") == "PAYLOAD_MALFORMED");
  CHECK(why(std::string("\x0a\x7f", 2)) == "PAYLOAD_MALFORMED");
  CHECK(why(std::string(20'000, 'a')) == "PAYLOAD_TOO_LARGE");
  CHECK(why(std::string("\xfa\x01\x01x", 4)) == "UNKNOWN_FIELD");
  CHECK(why(std::string("\x08\x01", 2)) == "WRONG_WIRE_TYPE");
  CHECK(why("\x0a\x01"
            "a"
            "\x0a\x01"
            "b") == "DUPLICATE_FIELD");
  CHECK(why("\x0a\x02\xcd\xf5") == "TEXT_CHARSET");
  const auto gbk = Decode(contract, "\x0a\x02\xcd\xf5", Charset::kGb18030);
  REQUIRE(gbk.ok());
  CHECK(std::get<std::string>((*gbk)[0]) == "王");
  // area_sqm is field 3, a double: NaN.
  CHECK(why(std::string("\x19\x00\x00\x00\x00\x00\x00\xf8\x7f", 9)) == "NUMBER_NOT_FINITE");
}

TEST_CASE("EX-6 what breaks senders or stored records is refused with the field", "[contract]") {
  const Contract& now = *Shipped().Find("health.inpatient");
  CHECK(BreakingChanges(now, now).empty());
  Contract renamed = now;
  renamed.fields[4].name = "other";
  REQUIRE(BreakingChanges(now, renamed).size() == 1);
  CHECK(BreakingChanges(now, renamed)[0].field == "health.inpatient." + now.fields[4].name);
  Contract narrower = now;
  narrower.fields[4].options.set_max(1);
  CHECK(BreakingChanges(now, narrower).size() == 1);
  Contract wider = now;
  wider.fields[4].options.clear_max();
  CHECK(BreakingChanges(now, wider).empty());
  Contract gone = now;
  gone.fields.erase(gone.fields.begin() + 4);
  CHECK(BreakingChanges(now, gone).size() == 1);
  gone.reserved_numbers.push_back(now.fields[4].number);
  CHECK(BreakingChanges(now, gone).empty());
}

}  // namespace
}  // namespace fupin::contract
