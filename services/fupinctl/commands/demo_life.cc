#include "services/fupinctl/commands/demo_life.h"

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/clock/clock.h"
#include "libs/contract/decode.h"
#include "libs/status/macros.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/demo_driver.h"
#include "services/fupinctl/commands/demo_push.h"
#include "services/fupinctl/pusher.h"

namespace fupin::fupinctl {
namespace {

constexpr char kDataset[] = "hud.housing_safety";
// One household in so many a day; of these most are repaired, the others damaged.
constexpr size_t kEvery = 60;
constexpr size_t kDamaged = 4;

}  // namespace

absl::StatusOr<DemoLife> DemoLife::Make(const std::set<std::string>& spared) {
  ASSIGN_OR_RETURN(DemoData data, DemoData::Load());
  DemoLife life(std::move(data));
  std::set<std::string> left_alone;  // citizen numbers
  for (const synthetic::Family& family : life.data_.population().families) {
    if (spared.count(VillageOf(family.village)) == 0) continue;
    for (const synthetic::Person& person : family.persons) left_alone.insert(person.number);
  }
  const contract::Contract& contract = *life.data_.contracts()->Find(kDataset);
  const auto number = static_cast<size_t>(contract.Index("citizen_number"));
  auto made = life.data_.Records(life.data_.population().today);
  for (synthetic::MadeRecord& house : made[kDataset]) {
    const auto* owner = std::get_if<std::string>(&house.row[number]);
    if (owner == nullptr || left_alone.count(*owner) == 0) life.houses_.push_back(std::move(house));
  }
  return life;
}

absl::Status DemoLife::Everything(absl::Time time) {
  const absl::CivilDay day = absl::ToCivilDay(time, Shanghai());
  std::map<std::string, PushCounts> counts;
  return PushMade(data_.Records(day), *data_.contracts(),
                  absl::StrCat("all-", absl::FormatCivilTime(day)), &counts);
}

absl::Status DemoLife::Day(int day, absl::Time time) {
  const contract::Contract& contract = *data_.contracts()->Find(kDataset);
  std::vector<exchange::v1::PushedRecord> records;
  const auto grade = static_cast<size_t>(contract.Index("grade"));
  const auto structure = static_cast<size_t>(contract.Index("structure"));
  for (size_t i = static_cast<size_t>(day) % kEvery; i < houses_.size(); i += kEvery) {
    if (houses_[i].must_be_rejected) continue;
    const bool damaged = i / kEvery % kDamaged == static_cast<size_t>(day) % kDamaged;
    contract::Row row = houses_[i].row;
    row[grade] = std::string(damaged ? "D" : "A");
    row[structure] = std::string(damaged ? "earth" : "brick_concrete");
    exchange::v1::PushedRecord record;
    record.set_payload(contract::Encode(contract, row));
    record.set_source_version(absl::ToUnixMillis(time));
    record.mutable_business_time()->set_seconds(absl::ToUnixSeconds(time));
    record.set_method(type::v1::COLLECTION_METHOD_AUTOMATIC);
    record.set_collector("gb101");
    record.set_enterer("gb101");
    records.push_back(std::move(record));
  }
  PushOptions options;
  options.dataset = kDataset;
  options.system = "demo";
  options.stream_id = absl::StrCat("life-", day);
  std::string problem;
  RETURN_IF_ERROR(Push(ExchangeChannel("dept-hud"), options, records,
                       [&](size_t, const exchange::v1::Verdict& verdict) {
                         if (verdict.outcome() == exchange::v1::OUTCOME_REJECTED) {
                           problem = verdict.problems(0).reason();
                         }
                       }));
  return problem.empty() ? absl::OkStatus()
                         : absl::InternalError(absl::StrCat("a record was rejected: ", problem));
}

}  // namespace fupin::fupinctl
