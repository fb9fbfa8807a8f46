#include "tests/bad_input/drafts.h"

#include "absl/strings/str_format.h"
#include "libs/fixed/fixed.h"
#include "libs/status/macros.h"

namespace fupin::bad_input {
namespace {

contract::Value Text(const std::string& text) { return contract::Value(text); }
contract::Value Whole(int64_t number) { return contract::Value(*fixed::MicroFromInteger(number)); }

}  // namespace

Draft Good(const std::string& dataset, int n) {
  Draft draft;
  auto& values = draft.values;
  values["citizen_number"] = Text(walks::Number(n));
  if (dataset == "mps.population") {
    values["name"] = Text("合成甲");
  } else if (dataset == "mps.vehicles") {
    values["plate"] = Text(absl::StrFormat("贵A%05d", n));
    values["vehicle_kind"] = Text("car");
    values["price_fen"] = Whole(1234567);
  } else if (dataset == "tax.individual_income") {
    values["year"] = Text("2025");
    values["income_fen"] = Whole(4200001);
  } else if (dataset == "civil.subsistence_allowance") {
    values["from_month"] = Text("2025-01");
    values["monthly_fen"] = Whole(45600);
  } else if (dataset == "finance.subsidies_paid") {
    values["payment_id"] = Text(absl::StrFormat("P%06d", n));
    values["programme"] = Text("farm");
    values["pay_date"] = Text("2026-01-05");
    values["card_number"] = Text("4111111111111111");
  } else if (dataset == "samr.companies") {
    values["credit_code"] = Text("91350100M000100Y43");
    values["role"] = Text("legal");
  } else if (dataset == "land.contracted_land") {
    values["parcel_id"] = Text(absl::StrFormat("L%06d", n));
    values["area_mu"] = contract::Value(*fixed::MicroFromDouble(3.5));
  } else if (dataset == "health.inpatient") {
    values["admission_id"] = Text(absl::StrFormat("A%06d", n));
    values["discharge_date"] = Text("2026-01-05");
    values["total_fen"] = Whole(500000);
    values["self_paid_fen"] = Whole(100000);
  } else if (dataset == "transport.road_access") {
    values.clear();
    values["division_code"] = Text(absl::StrFormat("52010201600%d", 1 + n % 7));
    values["reaches"] = contract::Value(true);
    values["market_km"] = Whole(n % 400);
  } else {
    FUPIN_CHECK(false);
  }
  draft.record.set_source_version(1000 + n);
  draft.record.mutable_business_time()->set_seconds(1780000000);
  draft.record.set_method(type::v1::COLLECTION_METHOD_AUTOMATIC);
  return draft;
}

std::string OwnerOf(const std::string& dataset) { return dataset.substr(0, dataset.find('.')); }

exchange::v1::PushedRecord Finish(const walks::World& world, const std::string& dataset,
                                  const Draft& draft) {
  exchange::v1::PushedRecord record = draft.record;
  if (!record.payload().empty()) return record;
  const contract::Contract& contract = *world.contracts().Find(dataset);
  contract::Row row(contract.fields.size());
  for (const auto& [field, value] : draft.values) {
    row[static_cast<size_t>(contract.Index(field))] = value;
  }
  record.set_payload(contract::Encode(contract, row) + draft.appended);
  return record;
}

std::vector<std::string> PersonalValues(const walks::World& world, const std::string& dataset,
                                        const Draft& draft) {
  const contract::Contract& contract = *world.contracts().Find(dataset);
  std::vector<std::string> personal;
  for (const auto& [name, value] : draft.values) {
    const contract::Field* field = contract.Find(name);
    const auto* text = std::get_if<std::string>(&value);
    if (field->options.sensitivity() >= contract::v1::SENSITIVITY_PERSONAL && text != nullptr &&
        text->size() >= 6) {
      personal.push_back(*text);
    }
  }
  return personal;
}

std::string Varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

std::string TagOf(int field, int wire) {
  return Varint(static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(wire));
}

std::string Delimited(int field, const std::string& bytes) {
  return TagOf(field, 2) + Varint(bytes.size()) + bytes;
}

}  // namespace fupin::bad_input
