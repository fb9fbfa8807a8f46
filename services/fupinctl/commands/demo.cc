// The main job on synthetic data (合成数据): departments push, households are surveyed, everything
// is cross-checked, scored and explained; the planted errors are counted.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include <grpcpp/client_context.h>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "fupin/identification/v1/identification_service.grpc.pb.h"
#include "libs/config/config.h"
#include "libs/fixed/fixed.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/fupinctl/commands/demo_data.h"
#include "services/fupinctl/commands/demo_push.h"
#include "services/fupinctl/text_width.h"

ABSL_FLAG(std::string, hamlets, "", "write the synthetic natural villages here and end");
ABSL_FLAG(std::string, key_file, "", "write here who is who and what was planted; for tests");

namespace fupin::fupinctl {
namespace {

using identification::v1::IdentificationService;
using synthetic::Plant;

double Seconds(absl::Time begun) { return absl::ToDoubleSeconds(absl::Now() - begun); }

void Title(const char* zh, const char* en) { std::printf("\n== %s / %s ==\n", zh, en); }

// Rule that finds each kind of planted error.
const char* RuleOf(Plant plant) {
  switch (plant) {
    case Plant::kCar:
      return "X020";
    case Plant::kCompany:
      return "X022";
    case Plant::kPayroll:
      return "X023";
    case Plant::kDead:
      return "X030";
    case Plant::kTwice:
      return "X051";
    case Plant::kUnknown:
      return "X050";
    case Plant::kArea:
      return "X001";
    case Plant::kNone:
      break;
  }
  return "";
}

class Demo {
 public:
  Demo()
      : identification_(IdentificationService::NewStub(IdentificationChannel("operator-admin"))) {}

  absl::Status Survey(const std::vector<identification::v1::SubmitSurveyRequest>& surveys,
                      std::vector<std::string>* names) {
    names->resize(surveys.size());
    return InParallel(surveys.size(), [&] {
      const std::shared_ptr<HttpsClient> tablet = Gateway("enumerator-tablet-1");
      return [&surveys, names, tablet](size_t i) {
        identification::v1::SubmitSurveyResponse response;
        const absl::Status status = tablet->Post("/v1/surveys", surveys[i], &response);
        (*names)[i] = response.household();
        return status;
      };
    });
  }

  // Until every household has its score and nothing waits.
  absl::StatusOr<identification::v1::Overview> Settle(int64_t households) {
    for (int calm = 0, round = 0; round < 600; ++round) {
      grpc::ClientContext context;
      identification::v1::Overview overview;
      const absl::Status status = rpc::FromGrpc(identification_->GetOverview(
          &context, identification::v1::GetOverviewRequest(), &overview));
      if (!status.ok()) return status;
      calm =
          overview.pending_count() == 0 && overview.household_count() >= households ? calm + 1 : 0;
      if (calm == 8) return overview;
      absl::SleepFor(absl::Milliseconds(150));
    }
    return absl::DeadlineExceededError("households are still waiting to be scored");
  }

  absl::Status PrintTotals(const std::string& root) {
    grpc::ClientContext context;
    identification::v1::GetTotalsRequest request;
    request.set_division(root);
    identification::v1::Totals totals;
    const absl::Status status =
        rpc::FromGrpc(identification_->GetTotals(&context, request, &totals));
    if (!status.ok()) return status;
    Title("各类户数", "households by class");
    std::printf("%s%10s%10s%12s%10s%12s\n", Pad("区划 division", 30).c_str(), "户 all", "<60 poor",
                "60-80", ">80", "无法评分 n/a");
    const auto print = [](const identification::v1::DivisionTotal& row) {
      std::printf("%s%8lld%9lld%12lld%10lld%10lld\n", Pad(row.name_zh(), 30).c_str(),
                  static_cast<long long>(row.household_count()),
                  static_cast<long long>(row.poor_count()),
                  static_cast<long long>(row.possibly_poor_count()),
                  static_cast<long long>(row.stable_count()),
                  static_cast<long long>(row.not_scorable_count()));
    };
    print(totals.total());
    for (const auto& part : totals.parts()) print(part);
    return absl::OkStatus();
  }

  absl::Status PrintExamples(const std::string& root) {
    Title("三户说明", "three households explained");
    for (const auto poverty_class :
         {identification::v1::POVERTY_CLASS_POOR, identification::v1::POVERTY_CLASS_POSSIBLY_POOR,
          identification::v1::POVERTY_CLASS_STABLE}) {
      grpc::ClientContext listing;
      identification::v1::ListHouseholdsRequest request;
      request.set_division(root);
      request.set_poverty_class(poverty_class);
      request.set_page_size(1);
      identification::v1::ListHouseholdsResponse households;
      absl::Status status =
          rpc::FromGrpc(identification_->ListHouseholds(&listing, request, &households));
      if (!status.ok()) return status;
      if (households.households().empty()) continue;
      const auto& household = households.households(0);
      grpc::ClientContext explaining;
      identification::v1::ExplainScoreRequest why;
      why.set_name(household.name());
      identification::v1::ScoreExplanation explanation;
      status = rpc::FromGrpc(identification_->ExplainScore(&explaining, why, &explanation));
      if (!status.ok()) return status;
      const auto& score = explanation.score();
      std::printf("%s  %s  %d 人  指数 index %s [%s, %s]  完整度 complete %.1f%%  (%s)\n",
                  household.name().c_str(), household.head_name_masked().c_str(),
                  household.member_count(),
                  fixed::ToText(fixed::CentiPoints{score.index_centipoints()}).c_str(),
                  fixed::ToText(fixed::CentiPoints{score.low_centipoints()}).c_str(),
                  fixed::ToText(fixed::CentiPoints{score.high_centipoints()}).c_str(),
                  score.completeness_permille() / 10.0, explanation.label_zh().c_str());
      for (int i = 0; i < std::min(5, explanation.contributions_size()); ++i) {
        const auto& part = explanation.contributions(i);
        std::printf("    -%.2f  %s%s %s%s  %s\n", part.points_lost_micro() / 1e6,
                    Pad(absl::StrCat(part.indicator(), " ", part.name_zh()), 34).c_str(),
                    part.value().c_str(), part.unit_zh().c_str(),
                    part.automatic() ? " [部门 auto]" : " [调查 survey]",
                    part.evidence().empty() ? "" : part.evidence(0).c_str());
      }
    }
    return absl::OkStatus();
  }

  // Open findings: rule -> households.
  absl::StatusOr<std::map<std::string, std::set<std::string>>> Findings(const std::string& root) {
    std::map<std::string, std::set<std::string>> found;
    std::string token;
    do {
      grpc::ClientContext context;
      identification::v1::ListFindingsRequest request;
      request.set_division(root);
      request.set_page_size(500);
      request.set_page_token(token);
      identification::v1::ListFindingsResponse response;
      const absl::Status status =
          rpc::FromGrpc(identification_->ListFindings(&context, request, &response));
      if (!status.ok()) return status;
      for (const auto& finding : response.findings()) {
        found[finding.rule()].insert(finding.name().substr(0, finding.name().find("/findings/")));
      }
      token = response.next_page_token();
    } while (!token.empty());
    return found;
  }

 private:
  std::unique_ptr<IdentificationService::Stub> identification_;
};

void PrintPlants(const synthetic::Population& population, const std::vector<std::string>& names,
                 const std::map<std::string, std::set<std::string>>& found) {
  Title("埋设的错误", "planted errors");
  std::printf("%s%10s%10s%10s%14s\n", Pad("规则 rule", 14).c_str(), "planted", "found", "missed",
              "not planted");
  for (const Plant plant : {Plant::kCar, Plant::kCompany, Plant::kPayroll, Plant::kDead,
                            Plant::kTwice, Plant::kUnknown, Plant::kArea}) {
    std::set<std::string> planted;
    for (size_t i = 0; i < population.families.size(); ++i) {
      if (population.families[i].plant != plant) continue;
      const bool has_neighbour = i > 0 && population.families[i - 1].persons.size() > 1;
      if (plant == Plant::kTwice && !has_neighbour) continue;
      planted.insert(names[i]);
      // Both households name the person, so both are found.
      if (plant == Plant::kTwice) planted.insert(names[i - 1]);
    }
    const auto rule = found.find(RuleOf(plant));
    const std::set<std::string> hits = rule == found.end() ? std::set<std::string>() : rule->second;
    size_t right = 0;
    for (const std::string& name : hits) right += planted.count(name);
    std::printf("%s%10zu%10zu%10zu%14zu\n", Pad(RuleOf(plant), 14).c_str(), planted.size(), right,
                planted.size() - right, hits.size() - right);
  }
}

// What no service is told: the synthetic head behind a household, and the planted error's rule.
absl::Status WriteKeyFile(const std::string& path, const synthetic::Population& population,
                          const std::vector<std::string>& names) {
  std::string text =
      "# 合成数据 synthetic: nobody in it exists\n# household\tsource_key\tvillage\thead\trule\n";
  for (size_t i = 0; i < population.families.size(); ++i) {
    const synthetic::Family& family = population.families[i];
    absl::StrAppend(&text, names[i], "\t", family.key, "\t", family.village, "\t",
                    family.persons[0].number, "\t", RuleOf(family.plant), "\n");
  }
  return config::WriteFile(path, text);
}

absl::Status RunDemo() {
  const std::string banner = "【合成数据 synthetic data: nobody in it exists】";
  ASSIGN_OR_RETURN(const DemoData data, DemoData::Load());
  const synthetic::Population& population = data.population();
  if (const std::string path = absl::GetFlag(FLAGS_hamlets); !path.empty()) {
    return config::WriteFile(path, population.hamlets_tsv);
  }
  const auto made = data.Records(population.today);
  ASSIGN_OR_RETURN(const auto surveys, data.Surveys());
  size_t records = 0;
  for (const auto& [dataset, list] : made) records += list.size();
  std::printf("%s\n%zu 户 households, %zu 条部门记录 records, %zu 个数据集 datasets, seed %llu\n",
              banner.c_str(), surveys.size(), records, made.size(),
              static_cast<unsigned long long>(data.seed()));

  absl::Time begun = absl::Now();
  std::map<std::string, PushCounts> counts;
  if (absl::Status status =
          PushMade(made, *data.contracts(), absl::StrCat("demo-", data.seed()), &counts);
      !status.ok())
    return status;
  const double pushing = Seconds(begun);
  begun = absl::Now();
  Demo demo;
  std::vector<std::string> names;
  if (absl::Status status = demo.Survey(surveys, &names); !status.ok()) return status;
  if (const std::string path = absl::GetFlag(FLAGS_key_file); !path.empty()) {
    if (absl::Status status = WriteKeyFile(path, population, names); !status.ok()) return status;
  }
  const double surveying = Seconds(begun);
  auto overview = demo.Settle(static_cast<int64_t>(surveys.size()));
  if (!overview.ok()) return overview.status();
  const double settling = Seconds(begun);

  Title("各部门记录", "records by department and verdict");
  std::printf("%s%10s%10s%12s%10s\n", Pad("部门 department", 30).c_str(), "新增 new", "变更 chg",
              "无变化 same", "退回 rej");
  PushCounts all;
  for (const auto& [department, row] : counts) {
    const auto* participant = data.contracts()->FindParticipant(department);
    std::printf("%s%8lld%9lld%10lld%9lld\n",
                Pad(absl::StrCat(participant->names().rbegin()->zh(), " ", department), 30).c_str(),
                static_cast<long long>(row.fresh), static_cast<long long>(row.change),
                static_cast<long long>(row.unchanged), static_cast<long long>(row.rejected));
    all.rejected += row.rejected;
    all.wrongly_rejected += row.wrongly_rejected;
    all.missed += row.missed;
  }
  std::printf("退回 rejected %lld; 误退 wrongly %lld; 漏退 missed %lld\n",
              static_cast<long long>(all.rejected), static_cast<long long>(all.wrongly_rejected),
              static_cast<long long>(all.missed));

  Title("比对疑点", "findings by rule");
  for (const auto& rule : overview->rules()) {
    std::printf("%s %s%6lld  %s\n", rule.rule().c_str(), Pad(rule.name_zh(), 28).c_str(),
                static_cast<long long>(rule.open_count()), rule.name_en().c_str());
  }
  if (absl::Status status = demo.PrintTotals(overview->root_division()); !status.ok()) {
    return status;
  }
  if (absl::Status status = demo.PrintExamples(overview->root_division()); !status.ok()) {
    return status;
  }
  auto found = demo.Findings(overview->root_division());
  if (!found.ok()) return found.status();
  PrintPlants(population, names, *found);

  Title("采集与速度", "filling and rates");
  const double values = static_cast<double>(overview->automatic_count() + overview->manual_count());
  std::printf("自动采集占比 filled automatically: %.1f%% (%lld of %.0f)\n",
              values > 0 ? 100.0 * static_cast<double>(overview->automatic_count()) / values : 0.0,
              static_cast<long long>(overview->automatic_count()), values);
  std::printf("推送 pushed %.0f 条/s; 调查 surveyed %.0f 户/s; 评分完成 all scored %.1f s after\n",
              static_cast<double>(records) / pushing,
              static_cast<double>(surveys.size()) / surveying, settling);
  return absl::OkStatus();
}

}  // namespace

int DemoCommand(const Arguments&) { return Report(RunDemo()); }

}  // namespace fupin::fupinctl
