#include "services/fupinctl/commands/demo_data.h"

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/time/clock.h"
#include "libs/catalog/load.h"
#include "libs/clock/clock.h"
#include "libs/status/macros.h"
#include "services/fupinctl/synthetic/surveys.h"
#include "services/identification/server/knowledge.h"

ABSL_DECLARE_FLAG(std::string, contracts);
ABSL_FLAG(int, households, 2000, "how many synthetic households");
ABSL_FLAG(uint64_t, seed, 1, "same seed, same data");
ABSL_FLAG(std::string, today, "", "the day the data is made for, 2026-11-25; empty: today");
ABSL_FLAG(std::string, catalog, "deploy/catalogs/guizhou/catalog.textproto", "indicator catalog");
ABSL_FLAG(std::string, divisions, "deploy/divisions/guizhou.tsv", "real divisions");

namespace fupin::fupinctl {

absl::StatusOr<DemoData> DemoData::Load() {
  DemoData data;
  absl::CivilDay today = absl::ToCivilDay(absl::Now(), Shanghai());
  if (const std::string day = absl::GetFlag(FLAGS_today);
      !day.empty() && !absl::ParseCivilTime(day, &today)) {
    return absl::InvalidArgumentError("--today is no day, e.g. 2026-11-25");
  }
  ASSIGN_OR_RETURN(data.divisions_, division::Tree::Load({absl::GetFlag(FLAGS_divisions)}));
  ASSIGN_OR_RETURN(data.contracts_, contract::ContractSet::Load(absl::GetFlag(FLAGS_contracts)));
  data.seed_ = absl::GetFlag(FLAGS_seed);
  data.population_ = synthetic::MakePopulation(*data.divisions_, absl::GetFlag(FLAGS_households),
                                               data.seed_, today);
  return data;
}

std::map<std::string, std::vector<synthetic::MadeRecord>> DemoData::Records(
    absl::CivilDay day) const {
  return synthetic::MakeRecords(population_, *contracts_, *divisions_, seed_, day);
}

absl::StatusOr<std::vector<identification::v1::SubmitSurveyRequest>> DemoData::Surveys() const {
  ASSIGN_OR_RETURN(const auto catalog, catalog::Load(absl::GetFlag(FLAGS_catalog),
                                                     identification::LookupIn(*contracts_)));
  return synthetic::MakeSurveys(population_, *catalog, seed_);
}

}  // namespace fupin::fupinctl
