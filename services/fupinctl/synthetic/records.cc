#include "services/fupinctl/synthetic/records.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/clock/clock.h"
#include "libs/codes/numbers.h"
#include "services/fupinctl/synthetic/random.h"

namespace fupin::synthetic {
namespace {

using Fields = std::map<std::string, contract::Value>;

contract::Value Whole(int64_t value) { return *fixed::MicroFromInteger(value); }
contract::Value Fen(int64_t yuan) { return Whole(yuan * 100); }
contract::Value Real(double value) { return *fixed::MicroFromDouble(value); }
contract::Value Text(std::string text) { return contract::Value(std::move(text)); }

class Maker {
 public:
  Maker(const Population& population, const contract::ContractSet& contracts, uint64_t seed,
        absl::CivilDay told)
      : population_(population), contracts_(contracts), random_(seed ^ 0x5eedu), told_(told) {}

  // Adds a record; fields the contract lacks are dropped, required ones that are missing filled in.
  void Add(const std::string& dataset, Fields fields, bool must_be_rejected = false) {
    const contract::Contract* contract = contracts_.Find(dataset);
    if (contract == nullptr) return;
    MadeRecord record;
    const int ago = random_.Between(1, 300);
    record.row.resize(contract->fields.size());
    for (size_t i = 0; i < contract->fields.size(); ++i) {
      const contract::Field& field = contract->fields[i];
      const auto given = fields.find(field.name);
      record.row[i] = given != fields.end() ? given->second : Fill(field, population_.today - ago);
    }
    record.business_time_ms = absl::ToUnixMillis(absl::FromCivil(told_ - ago, Shanghai()));
    record.automatic = random_.Chance(0.9);
    record.must_be_rejected = must_be_rejected;
    made_[dataset].push_back(std::move(record));
  }

  std::string Day(int least, int most) {
    return absl::FormatCivilTime(population_.today - random_.Between(least, most));
  }
  std::string Id(const char* prefix) { return absl::StrFormat("%s%08d", prefix, ++serial_); }
  std::string CreditCode() {
    const std::string body = absl::StrFormat("91529999%09d", ++serial_);
    return body + codes::CreditCodeCheckCharacter(body);
  }
  Random& random() { return random_; }
  std::map<std::string, std::vector<MadeRecord>> Take() { return std::move(made_); }

 private:
  contract::Value Fill(const contract::Field& field, absl::CivilDay day) {
    const auto& options = field.options;
    if (!options.required() && random_.Chance(0.3)) return std::monostate();
    if (field.type == contract::FieldType::kBool) return random_.Chance(0.8);
    if (field.type != contract::FieldType::kText) {
      const double low = options.has_min() ? options.min() : 0;
      const double high = std::min(options.has_max() ? options.max() : 1000.0, low + 300000);
      return Whole(static_cast<int64_t>(low + random_.Unit() * (high - low) / 3));
    }
    if (const auto* list = contracts_.FindCodeList(options.code_list())) {
      return Text(list->codes(random_.Below(std::min(4, list->codes_size()))).code());
    }
    switch (options.format()) {
      case contract::v1::FORMAT_DATE:
        return Text(absl::FormatCivilTime(day));
      case contract::v1::FORMAT_MONTH:
        return Text(absl::FormatCivilTime(absl::CivilMonth(day)));
      case contract::v1::FORMAT_YEAR:
        return Text(absl::FormatCivilTime(absl::CivilYear(day)));
      case contract::v1::FORMAT_CREDIT_CODE:
        return Text(CreditCode());
      case contract::v1::FORMAT_PLATE:
        return Text(absl::StrFormat("贵A%05d", ++serial_ % 100000));
      case contract::v1::FORMAT_UNSPECIFIED:
        return options.required() ? Text(Id("S")) : contract::Value(std::monostate());
      default:
        return std::monostate();
    }
  }

  const Population& population_;
  const contract::ContractSet& contracts_;
  Random random_;
  absl::CivilDay told_;
  int serial_ = 0;
  std::map<std::string, std::vector<MadeRecord>> made_;
};

void AddPerson(Maker& maker, const Family& family, const Person& person, int year) {
  Random& random = maker.random();
  const contract::Value number = Text(person.number);
  const std::string village = family.village.substr(0, 12);
  const bool head = person.relation == "02";
  if (!(head && family.plant == Plant::kUnknown)) {
    maker.Add("mps.population", {{"citizen_number", number},
                                 {"name", Text(person.name)},
                                 {"sex", Text(person.sex)},
                                 {"birth_date", Text(absl::FormatCivilTime(person.birth))},
                                 {"relation", Text(person.relation)},
                                 {"hukou_number", Text(family.key)},
                                 {"division_code", Text(village)},
                                 {"residence_status", Text("active")}});
  }
  maker.Add("hrss.medical_insurance", {{"citizen_number", number},
                                       {"paid", person.insured},
                                       {"kind", Text("resident")},
                                       {"year", Text(absl::StrCat(year))}});
  if (person.age >= 16) {
    maker.Add("hrss.pension_insurance",
              {{"citizen_number", number},
               {"paid", true},
               {"year", Text(absl::StrCat(year))},
               {"monthly_pension_fen", person.age >= 60 ? Fen(130) : contract::Value()}});
  }
  if (random.Chance(0.6)) {
    maker.Add("health.family_doctor", {{"citizen_number", number},
                                       {"signed", true},
                                       {"visits", Whole(random.Below(5))},
                                       {"year", Text(absl::StrCat(year))}});
  }
  if (person.health == "chronic") {
    maker.Add("health.chronic",
              {{"citizen_number", number}, {"confirmed_date", Text(maker.Day(400, 4000))}});
    maker.Add("health.outpatient", {{"citizen_number", number},
                                    {"visit_id", Text(maker.Id("V"))},
                                    {"visit_date", Text(maker.Day(5, 200))},
                                    {"disease_category", Text("chronic")},
                                    {"total_fen", Fen(person.medical_yuan * 2)},
                                    {"insured_fen", Fen(person.medical_yuan)},
                                    {"self_paid_fen", Fen(person.medical_yuan)}});
  }
  if (person.health == "serious") {
    const int cost = person.medical_yuan;
    maker.Add("health.inpatient", {{"citizen_number", number},
                                   {"admission_id", Text(maker.Id("A"))},
                                   {"discharge_date", Text(maker.Day(5, 200))},
                                   {"disease_category", Text("serious")},
                                   {"days", Whole(random.Between(3, 40))},
                                   {"total_fen", Fen(cost * 2)},
                                   {"insured_fen", Fen(cost)},
                                   {"self_paid_fen", Fen(cost)}});
  }
  if (person.health == "disabled") {
    maker.Add("cdpf.disability", {{"citizen_number", number},
                                  {"kind", Text("physical")},
                                  {"level", Text(absl::StrCat(random.Between(1, 4)))},
                                  {"care_subsidy", true}});
  }
  const std::set<std::string> stages = {"primary", "junior", "senior"};
  if (stages.count(person.school) > 0) {
    maker.Add("edu.enrolment", {{"citizen_number", number},
                                {"stage", Text(person.school)},
                                {"school_year", Text(absl::StrCat(year))},
                                {"distance_km", Real(random.Below(80) / 10.0)}});
    maker.Add("edu.grants", {{"citizen_number", number},
                             {"programme", Text("nutrition")},
                             {"school_year", Text(absl::StrCat(year))},
                             {"amount_fen", Fen(1000)}});
  }
  if (person.work_months > 0) {
    maker.Add("hrss.employment",
              {{"citizen_number", number},
               {"status", Text("employed")},
               {"start_date", Text(maker.Day(30, 300))},
               {"end_date", std::monostate()},
               {"months", Whole(person.work_months)},
               {"monthly_wage_fen", Fen(person.wage_yuan / person.work_months)}});
  }
  if (!head) return;
  maker.Add("hud.housing_safety",
            {{"citizen_number", number},
             {"grade", Text(family.grade)},
             {"area_sqm",
              Real(family.plant == Plant::kArea ? family.area_sqm * 2.0 + 60 : family.area_sqm)},
             {"structure", Text(family.structure)},
             {"built_year", Text(absl::StrCat(family.built_year))}});
  if (family.grade == "C" || family.grade == "D") {
    maker.Add("hud.renovation",
              {{"citizen_number", number}, {"done", true}, {"year", Text(absl::StrCat(year - 1))}});
  }
  maker.Add("land.contracted_land", {{"citizen_number", number},
                                     {"parcel_id", Text(maker.Id("P"))},
                                     {"area_mu", Real(family.land_mu)},
                                     {"kind", Text("dry")}});
  maker.Add("agri.subsidies", {{"citizen_number", number},
                               {"area_mu", Real(family.land_mu)},
                               {"amount_fen", Fen(static_cast<int64_t>(family.land_mu * 80))},
                               {"year", Text(absl::StrCat(year))}});
  maker.Add("finance.subsidies_paid",
            {{"citizen_number", number},
             {"payment_id", Text(maker.Id("F"))},
             {"programme", Text("farm")},
             {"card_number", std::monostate()},
             {"amount_fen", Fen(static_cast<int64_t>(family.land_mu * 80))},
             {"pay_date", Text(maker.Day(5, 150))}});
  if (family.wealth < 0.3) {
    maker.Add("civil.subsistence_allowance", {{"citizen_number", number},
                                              {"from_month", Text("2026-01")},
                                              {"to_month", std::monostate()},
                                              {"monthly_fen", Fen(350)}});
    maker.Add("pad.register", {{"citizen_number", number},
                               {"status", Text("registered")},
                               {"exit_date", std::monostate()}});
    maker.Add("pad.measures", {{"citizen_number", number},
                               {"measure", Text("industry")},
                               {"amount_fen", Fen(2000)},
                               {"income_fen", Fen(800)}});
  }
  if (family.honest_truck) {
    maker.Add("mps.vehicles", {{"citizen_number", number},
                               {"vehicle_kind", Text("tricycle")},
                               {"status", Text("normal")},
                               {"transferred", false}});
  }
  switch (family.plant) {
    case Plant::kCar:
      maker.Add("mps.vehicles", {{"citizen_number", number},
                                 {"vehicle_kind", Text("car")},
                                 {"status", Text("normal")},
                                 {"use_nature", Text("private")},
                                 {"transferred", false},
                                 {"price_fen", Fen(120000)}});
      break;
    case Plant::kCompany:
      maker.Add("samr.companies", {{"citizen_number", number},
                                   {"role", Text("legal")},
                                   {"kind", Text("limited")},
                                   {"capital_fen", Fen(5200000)},
                                   {"status", Text("open")},
                                   {"disputed", false}});
      break;
    case Plant::kPayroll:
      maker.Add("hrss.public_payroll", {{"citizen_number", number},
                                        {"post", Text("civil_servant")},
                                        {"end_date", std::monostate()}});
      break;
    case Plant::kDead:
      maker.Add("mps.deaths", {{"citizen_number", number},
                               {"name", Text(person.name)},
                               {"death_date", Text(maker.Day(20, 200))},
                               {"cancel_date", std::monostate()}});
      break;
    default:
      break;
  }
}

}  // namespace

std::map<std::string, std::vector<MadeRecord>> MakeRecords(const Population& population,
                                                           const contract::ContractSet& contracts,
                                                           const division::Tree& divisions,
                                                           uint64_t seed, absl::CivilDay told) {
  Maker maker(population, contracts, seed, told);
  const int year = static_cast<int>(told.year());
  std::set<std::string> villages;
  for (const Family& family : population.families) {
    villages.insert(family.village.substr(0, 12));
    for (const Person& person : family.persons) AddPerson(maker, family, person, year);
  }
  for (const std::string& village : villages) {
    if (!divisions.Find(village)) continue;
    const contract::Value code = Text(village);
    maker.Add("water.safety", {{"division_code", code},
                               {"source", Text("tap")},
                               {"safe", true},
                               {"months_short", Whole(0)},
                               {"walk_minutes", Whole(0)}});
    maker.Add("transport.road_access", {{"division_code", code},
                                        {"reaches", true},
                                        {"surface", Text("concrete")},
                                        {"market_km", Whole(6)}});
    maker.Add(
        "radio.coverage",
        {{"division_code", code}, {"television", true}, {"broadband", true}, {"mobile_4g", true}});
  }
  // Datasets without a story of their own get a few records that harm nobody.
  const std::set<std::string> harmful = {"edu.dropout",
                                         "hrss.public_payroll",
                                         "samr.companies",
                                         "hud.property",
                                         "mps.deaths",
                                         "civil.destitute_support",
                                         "civil.temporary_relief",
                                         "forest.rangers",
                                         "tax.invoices",
                                         "tax.individual_income",
                                         "mps.vehicles"};
  auto made = maker.Take();
  Maker filler(population, contracts, seed + 1, told);
  for (const std::string& dataset : contracts.datasets()) {
    if (made.count(dataset) > 0) continue;
    int added = 0;
    for (const Family& family : population.families) {
      if (family.wealth < (harmful.count(dataset) > 0 ? 0.8 : 0.5)) continue;
      if (filler.random().Chance(0.1) && added < 200) {
        Fields fields = {{"citizen_number", Text(family.persons[0].number)}};
        fields["balance_fen"] = Fen(0);
        fields["tax_fen"] = Fen(0);
        if (harmful.count(dataset) > 0) {
          fields["end_date"] = Text(absl::FormatCivilTime(population.today - 1));
          fields["to_month"] = Text(absl::FormatCivilTime(absl::CivilMonth(population.today)));
          fields["returned"] = true;
          fields["inherited"] = true;
          fields["use"] = Text("dwelling");
          fields["turnover_fen"] = Fen(20000);
        }
        filler.Add(dataset, fields);
        ++added;
      }
    }
  }
  // Mangled and wrong numbers, to be rejected.
  for (size_t i = 0; i < population.families.size(); i += 97) {
    std::string wrong = population.families[i].persons[0].number;
    wrong[17] = wrong[17] == '1' ? '2' : '1';
    filler.Add("mps.population",
               {{"citizen_number", Text(i % 2 == 0 ? "5.29999199001E+17" : wrong)},
                {"name", Text("测试")}},
               true);
  }
  for (auto& [dataset, records] : filler.Take()) {
    auto& all = made[dataset];
    for (MadeRecord& record : records) all.push_back(std::move(record));
  }
  return made;
}

}  // namespace fupin::synthetic
