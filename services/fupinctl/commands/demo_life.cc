#include "services/fupinctl/commands/demo_life.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/clock/clock.h"
#include "libs/contract/decode.h"
#include "libs/status/macros.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/pusher.h"

ABSL_DECLARE_FLAG(std::string, contracts);
ABSL_DECLARE_FLAG(std::string, divisions);
ABSL_DECLARE_FLAG(std::string, today);
ABSL_DECLARE_FLAG(int, households);
ABSL_DECLARE_FLAG(uint64_t, seed);

namespace fupin::fupinctl {
namespace {

constexpr char kDataset[] = "hud.housing_safety";
// One household in so many a day; of these most are repaired, the others damaged.
constexpr size_t kEvery = 60;
constexpr size_t kDamaged = 4;

}  // namespace

absl::StatusOr<DemoLife> DemoLife::Make() {
  DemoLife life;
  ASSIGN_OR_RETURN(const auto divisions, division::Tree::Load({absl::GetFlag(FLAGS_divisions)}));
  ASSIGN_OR_RETURN(life.contracts_, contract::ContractSet::Load(absl::GetFlag(FLAGS_contracts)));
  absl::CivilDay today = absl::ToCivilDay(absl::Now(), Shanghai());
  absl::ParseCivilTime(absl::GetFlag(FLAGS_today), &today);
  const uint64_t seed = absl::GetFlag(FLAGS_seed);
  const synthetic::Population population =
      synthetic::MakePopulation(*divisions, absl::GetFlag(FLAGS_households), seed, today);
  auto made = synthetic::MakeRecords(population, *life.contracts_, *divisions, seed);
  life.houses_ = std::move(made[kDataset]);
  return life;
}

absl::Status DemoLife::Day(int day, absl::Time time) {
  const contract::Contract& contract = *contracts_->Find(kDataset);
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
