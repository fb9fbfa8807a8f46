// How fast a county decides: one decision that moves 20,000 cases, and a township's review queue of
// 5,000, through gRPC with certificates; synthetic households (合成数据).
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "fupin/identification/v1/case_service.grpc.pb.h"
#include "libs/division/tree.h"
#include "libs/kv/rocks_store.h"
#include "libs/process/frame.h"
#include "libs/process/sealing.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "services/identification/app.h"
#include "services/identification/store/case_store.h"
#include "services/identification/store/household_store.h"
#include "services/identification/store/tables.h"
#include "tests/walks/world.h"

namespace fupin {
namespace {

namespace v1 = identification::v1;
using v1::CaseService;

constexpr int kTownships = 20;
constexpr int kInTownship = 1000;
constexpr int kReview = 5000;

template <typename Request, typename Response>
Response Call(CaseService::Stub& stub,
              grpc::Status (CaseService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                        Response*),
              const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
  context.set_wait_for_ready(true);
  Response response;
  const absl::Status status = rpc::FromGrpc((stub.*method)(&context, request, &response));
  if (!status.ok()) std::fprintf(stderr, "%s\n", std::string(status.ToString()).c_str());
  FUPIN_CHECK(status.ok());
  return response;
}

identification::IdentificationConfig ConfigOf(const walks::World& world) {
  identification::IdentificationConfig config;
  auto* tls = config.mutable_frame()->mutable_tls();
  tls->set_ca_file(world.certs() + "/ca.crt");
  tls->set_certificate_file(world.certs() + "/service-identification.crt");
  tls->set_key_file(world.certs() + "/service-identification.key");
  config.mutable_frame()->set_listen_address("localhost:0");
  config.mutable_frame()->set_metrics_address("127.0.0.1:0");
  config.mutable_frame()->set_health_address("127.0.0.1:0");
  config.set_exchange_address("localhost:1");  // nobody
  config.set_contract_dir(world.contract_dir());
  config.add_division_files(FUPIN_SOURCE_DIR "/deploy/divisions/guizhou.tsv");
  config.set_blind_key_file(world.certs() + "/blind.key");
  config.set_seal_key_file(world.certs() + "/seal.key");
  config.set_catalog_file(world.catalog_file());
  config.set_cross_check_file(FUPIN_SOURCE_DIR "/deploy/catalogs/guizhou/cross_check.textproto");
  config.set_procedure_dir(FUPIN_SOURCE_DIR "/deploy/procedures");
  config.set_partition_level("township");
  return config;
}

// A household with a survey, and a case of it that has come to `step`.
struct Maker {
  Maker(const std::string& dir, const identification::IdentificationConfig& config) {
    kv::RocksOptions options;
    options.dir = dir;
    options.tables = identification::Tables();
    options.tables.push_back(process::kSealKeysTable);
    options.schema = identification::kSchema;
    options.oldest_schema = identification::kSchema;
    kv = *kv::OpenRocksStore(options);
    sealer = *process::MakeSealer(config.seal_key_file(), "identification");
    FUPIN_CHECK(process::CheckSealKeys(*kv, *sealer).ok());
    outbox = *fupin::outbox::Outbox::Open(*kv, SystemClock());
  }

  void Make(const std::string& village, int many, const std::string& step) {
    const std::string township = village.substr(0, 9);
    identification::HouseholdStore households(*kv, subjects, *sealer);
    identification::CaseStore cases(*kv, *outbox, *sealer);
    const absl::Time now = absl::Now();
    std::vector<identification::CaseChange> changes;
    std::vector<std::pair<std::string, identification::OpenHousehold>> pending;
    for (int i = 0; i < many; ++i, ++made) {
      identification::OpenHousehold household;
      household.stored.set_version(1);
      household.stored.add_persons("");
      household.survey.set_source_key(absl::StrCat("bench", made));
      household.survey.set_division(village);
      household.survey.mutable_provenance()->set_collector("gb1");
      household.survey.mutable_provenance()->mutable_collect_time()->set_seconds(
          absl::ToUnixSeconds(now) - 86400);
      auto* head = household.survey.add_members();
      head->set_name("甲");
      head->set_relation("02");
      for (const char* question : {"H050", "H051", "H052", "H053"}) {
        auto* answer = household.survey.add_answers();
        answer->set_question(question);
        answer->set_number("3000");
      }
      const std::string id = absl::StrFormat("%s-%024x", township, made);
      pending.emplace_back(id, std::move(household));
      identification::CaseChange change;
      change.before.id = absl::StrFormat("%s-C%09d", township, made);
      change.after.set_household(id);
      change.after.set_division(village);
      change.after.set_head_masked("甲*");
      change.after.set_person_count(1);
      change.after.set_procedure("registration-2014");
      change.after.set_procedure_version(2);
      change.after.set_step(step);
      change.after.set_open_ms(absl::ToUnixMillis(now) - 1000);
      change.after.set_enter_ms(absl::ToUnixMillis(now) - 1000 - made);
      change.after.set_due_ms(absl::ToUnixMillis(now) + 86400000 + made);
      changes.push_back(std::move(change));
      if (changes.size() == 500 || i + 1 == many) {
        for (const absl::Status& status : cases.Commit(township, changes)) {
          FUPIN_CHECK(status.ok());
        }
        changes.clear();
      }
    }
    // Many at once share a sync.
    std::atomic<size_t> next{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 32; ++t) {
      threads.emplace_back([&] {
        for (size_t i = next++; i < pending.size(); i = next++) {
          FUPIN_CHECK(households
                          .Append(pending[i].first, std::nullopt, pending[i].second,
                                  "r" + pending[i].first, {})
                          .ok());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  std::unique_ptr<kv::Store> kv;
  std::unique_ptr<crypto::Sealer> sealer;
  std::unique_ptr<outbox::Outbox> outbox;
  absl::Mutex subjects;
  int made = 0;
};

int Run() {
  walks::World world;
  world.Certify("officer/520123/chen officer/520102016/zhao");
  testing::TempDir dir;
  const auto config = ConfigOf(world);
  // Townships of any county will do: a county officer's decision covers the county.
  auto divisions = *division::Tree::Load({FUPIN_SOURCE_DIR "/deploy/divisions/guizhou.tsv"});
  {
    Maker maker(dir / "data", config);
    int townships = 0;
    for (const division::Division& township : divisions->Find("520123")->children()) {
      if (townships == kTownships || township.children().empty()) continue;
      ++townships;
      maker.Make(std::string((*township.children().begin()).code()),
                 kTownships * kInTownship / kTownships, "approved");
    }
    // Counties have fewer than twenty townships: the last takes what is left.
    const int left = kTownships * kInTownship - maker.made;
    const division::Division first = *divisions->Find("520123")->children().begin();
    if (left > 0) maker.Make(std::string((*first.children().begin()).code()), left, "approved");
    maker.Make("520102016001", kReview, "reviewed");
  }
  auto frame = *process::Frame::Create("identification", config.frame());
  auto app = *identification::MakeApp(config, dir / "data", *frame, SystemClock());
  FUPIN_CHECK(frame->Start(app->services()).ok());
  FUPIN_CHECK(app->Start().ok());
  frame->SetReady(true);
  const auto stub = [&](const std::string& who) {
    return CaseService::NewStub(
        rpc::MakeChannel(absl::StrCat("localhost:", frame->port()), world.Files(who)));
  };

  auto township = stub("officer-520102016-zhao");
  v1::ListCasesRequest list;
  list.set_division("520102016");
  list.set_waiting_for_me(true);
  double worst = 0;
  for (int i = 0; i < 20; ++i) {
    const absl::Time begun = absl::Now();
    const auto page = Call(*township, &CaseService::Stub::ListCases, list);
    FUPIN_CHECK(page.cases_size() == 50);
    worst = std::max(worst, absl::ToDoubleMilliseconds(absl::Now() - begun));
  }
  std::printf(
      "review queue of a township with %d cases, first page, slowest of 20: %.1f ms (target 100)\n",
      kReview, worst);

  auto county = stub("officer-520123-chen");
  v1::CreateCaseBatchRequest batch;
  batch.set_request_id("bench");
  batch.set_division("520123");
  batch.set_procedure("registration-2014");
  batch.set_step("approved");
  batch.set_action("approve");
  const absl::Time begun = absl::Now();
  v1::GetCaseBatchRequest get;
  get.set_name(Call(*county, &CaseService::Stub::CreateCaseBatch, batch).name());
  v1::CaseBatch now;
  do {
    absl::SleepFor(absl::Milliseconds(50));
    now = Call(*county, &CaseService::Stub::GetCaseBatch, get);
  } while (now.state() != v1::CaseBatch::STATE_DONE);
  std::printf("one decision over %lld cases: %.1f s (target 60), %lld refused\n",
              static_cast<long long>(now.done_count()), absl::ToDoubleSeconds(absl::Now() - begun),
              static_cast<long long>(now.refused_count()));
  app->Drain();
  frame->Stop();
  app->Stop();
  app.reset();
  return now.done_count() == kTownships * kInTownship ? 0 : 1;
}

}  // namespace
}  // namespace fupin

int main() { return fupin::Run(); }
