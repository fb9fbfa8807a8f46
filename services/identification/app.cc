#include "services/identification/app.h"

#include <utility>
#include <vector>

#include "libs/crypto/blind_index.h"
#include "libs/division/tree.h"
#include "libs/feed/feed_consumer.h"
#include "libs/feed/feed_server.h"
#include "libs/kv/rocks_store.h"
#include "libs/log/log.h"
#include "libs/outbox/outbox.h"
#include "libs/process/repeater.h"
#include "libs/process/sealing.h"
#include "libs/process/store_upkeep.h"
#include "libs/rpc/channel.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/server/case_closing.h"
#include "services/identification/server/case_service.h"
#include "services/identification/server/exit_test_service.h"
#include "services/identification/server/household_change_service.h"
#include "services/identification/server/identification_service.h"
#include "services/identification/server/notice_service.h"
#include "services/identification/server/register_service.h"
#include "services/identification/server/score_snapshot.h"
#include "services/identification/server/suggestions.h"
#include "services/identification/server/watch_service.h"
#include "services/identification/store/tables.h"
#include "services/identification/workers/record_feed.h"
#include "services/identification/workers/scorer.h"
#include "services/identification/workers/watcher.h"

namespace fupin::identification {
namespace {

int OrDefault(int value, int fallback) { return value > 0 ? value : fallback; }

absl::Status Setting(const char* name, const char* zh, const char* en) {
  return ProblemStatus(absl::StatusCode::kInvalidArgument, {"SETTING_WRONG", name, zh, en});
}

class IdentificationApp : public process::App {
 public:
  IdentificationApp(const IdentificationConfig& config, process::Frame& frame, const Clock& clock,
                    std::unique_ptr<kv::Store> kv, std::unique_ptr<outbox::Outbox> outbox,
                    std::unique_ptr<crypto::Sealer> sealer, crypto::BlindIndex blind,
                    std::shared_ptr<const division::Tree> divisions, int partition_level)
      : kv_(std::move(kv)),
        outbox_(std::move(outbox)),
        sealer_(std::move(sealer)),
        subjects_(std::move(blind)),
        metrics_(frame.metrics()),
        knowledge_({config.contract_dir(), config.catalog_file(), config.cross_check_file()}),
        households_(*kv_, subject_mutex_, *sealer_),
        facts_(*kv_, subject_mutex_, *sealer_),
        watch_queue_(*kv_),
        scores_(*kv_, *outbox_, *sealer_, &watch_queue_),
        gatherer_(households_, facts_, subjects_, divisions),
        scorer_(*kv_, households_, scores_, gatherer_, knowledge_, divisions, partition_level,
                metrics_, clock, OrDefault(config.scorer_threads(), 2)),
        record_feed_(facts_, knowledge_, subjects_, scorer_, metrics_, clock),
        consumer_("identification", rpc::MakeChannel(config.exchange_address(), frame.tls()),
                  {"fupin.exchange.v1.RecordChanged"}, record_feed_, frame.metrics()),
        scope_(households_, divisions),
        submit_(households_, scope_, knowledge_, subjects_, divisions, partition_level, scorer_,
                metrics_, clock),
        household_reader_(gatherer_, scores_, knowledge_, divisions, clock),
        listings_(*kv_, households_, scores_, *sealer_, divisions, partition_level),
        finding_counts_(*kv_, scores_, knowledge_, divisions, partition_level),
        totals_(*kv_, facts_, scorer_, knowledge_, divisions),
        automation_(*kv_, knowledge_, divisions, partition_level, clock),
        jobs_(*kv_, scorer_, gatherer_, knowledge_, clock),
        what_if_(*kv_, knowledge_, divisions, partition_level),
        cases_(*kv_, *outbox_, *sealer_, &watch_queue_),
        notice_store_(*kv_),
        procedures_(config.procedure_dir(), divisions->levels()),
        codes_(subjects_),
        register_store_(*kv_, *outbox_, *sealer_, watch_queue_),
        forms_(config.registration_form_file(), knowledge_),
        form_filler_(forms_, gatherer_, cases_, register_store_, knowledge_, procedures_, divisions,
                     clock),
        case_facts_(households_, scores_, scorer_, gatherer_, knowledge_, form_filler_, clock),
        case_desk_(cases_, households_, scores_, case_facts_, scope_, procedures_, subjects_,
                   divisions, clock),
        case_closing_(case_desk_, households_),
        applications_(case_desk_, codes_, partition_level),
        case_actions_(case_desk_, knowledge_),
        case_lists_(case_desk_, partition_level),
        case_batches_(case_desk_, case_lists_, *kv_),
        notices_(case_desk_, case_lists_, notice_store_),
        objections_(case_desk_, case_lists_, notice_store_, notices_, codes_),
        suggestion_store_(*kv_, *sealer_),
        watcher_(*kv_, watch_queue_, suggestion_store_, scores_, cases_, procedures_, divisions,
                 partition_level, metrics_, clock,
                 [this](const std::string& household) { return case_closing_.Run(household); }),
        suggestions_(*kv_, suggestion_store_, case_desk_, applications_, case_lists_, scores_,
                     households_, *sealer_),
        watch_server_(frame.edge(), scope_, suggestions_),
        change_store_(*kv_, *outbox_, *sealer_, households_, watch_queue_),
        household_changes_(change_store_, households_, case_desk_, knowledge_, divisions,
                           partition_level, scorer_),
        change_server_(frame.edge(), scope_, household_changes_),
        exit_store_(*kv_, *sealer_),
        exit_tests_(exit_store_, case_desk_, case_lists_,
                    divisions->LevelIndex("county").value_or(0)),
        exit_visits_(exit_store_, households_, case_desk_, exit_tests_),
        exit_test_server_(frame.edge(), exit_tests_, exit_visits_),
        register_reader_(register_store_, households_, change_store_, listings_, scope_,
                         procedures_, knowledge_, divisions),
        register_import_(register_store_, households_, subjects_, procedures_, knowledge_,
                         divisions, partition_level, clock),
        sheet_settings_{config.sheet_mark(), config.public_address()},
        register_server_(frame.edge(), {scope_, register_reader_, form_filler_, register_import_,
                                        sheet_settings_, clock}),
        case_server_(frame.edge(), case_parts()),
        notice_server_(frame.edge(), {scope_, notices_, objections_, sheet_settings_, clock}),
        server_(frame.edge(), {scope_, submit_, household_reader_, listings_, finding_counts_,
                               totals_, automation_, jobs_, what_if_}),
        feed_(*outbox_, frame.edge(), frame.metrics(), ScoreFeedHooks(*kv_, procedures_)),
        upkeep_(*kv_, *outbox_, frame.metrics(),
                absl::Hours(24 * OrDefault(config.feed_retention_days(), 30))),
        repeater_(absl::Seconds(1), [this] { Upkeep(); }) {}

  absl::Status Prepare() {
    RETURN_IF_ERROR(procedures_.Refresh());
    RETURN_IF_ERROR(knowledge_.Refresh().status());
    return forms_.Refresh();
  }

  std::vector<grpc::Service*> services() override {
    return {&server_,       &feed_,          &case_server_,      &notice_server_,
            &watch_server_, &change_server_, &exit_test_server_, &register_server_};
  }

  absl::Status Start() override {
    RETURN_IF_ERROR(scorer_.Start());
    RETURN_IF_ERROR(household_changes_.Start());
    RETURN_IF_ERROR(case_batches_.Start());
    RETURN_IF_ERROR(watcher_.Start());
    consumer_.Start();
    repeater_.Start();
    return absl::OkStatus();
  }

  absl::Status Health() override { return kv_->Health(); }
  void Drain() override { feed_.Drain(); }

  void Stop() override {
    repeater_.Stop();
    consumer_.Stop();
    jobs_.Stop();
    case_batches_.Stop();
    watcher_.Stop();
    scorer_.Stop();
  }

 private:
  CaseParts case_parts() {
    return {scope_, case_desk_, applications_, case_actions_, case_lists_, case_batches_};
  }

  void Upkeep() {
    upkeep_.Round();
    if (const absl::Status status = procedures_.Refresh(); !status.ok()) {
      log::Warning("procedures not refreshed", {{"reason", ReasonOf(status)}});
    }
    if (const absl::Status status = forms_.Refresh(); !status.ok()) {
      log::Warning("registration form not refreshed", {{"reason", ReasonOf(status)}});
    }
    const auto changed = knowledge_.Refresh();
    if (!changed.ok()) {
      log::Warning("catalog not refreshed", {{"reason", ReasonOf(changed.status())}});
    } else if (*changed) {
      // Other weights or rules concern everybody.
      const auto job = jobs_.Create();
      log::Info("catalog changed, judging everybody", {{"started", job.ok()}});
    }
    metrics_.refused_files.Set(static_cast<double>(knowledge_.refused().size()));
    const absl::Status measured = automation_.Measure(metrics_);
    if (!measured.ok()) log::Warning("automation not measured", {{"reason", ReasonOf(measured)}});
  }

  const std::unique_ptr<kv::Store> kv_;
  const std::unique_ptr<outbox::Outbox> outbox_;
  const std::unique_ptr<crypto::Sealer> sealer_;
  const Subjects subjects_;
  absl::Mutex subject_mutex_;
  IdentificationMetrics metrics_;
  Knowledge knowledge_;
  HouseholdStore households_;
  FactStore facts_;
  WatchQueue watch_queue_;
  ScoreStore scores_;
  Gatherer gatherer_;
  Scorer scorer_;
  RecordFeed record_feed_;
  feed::FeedConsumer consumer_;
  Scope scope_;
  SubmitSurvey submit_;
  Households household_reader_;
  Listings listings_;
  FindingCounts finding_counts_;
  TotalsReader totals_;
  AutomationReader automation_;
  RescoreJobs jobs_;
  WhatIf what_if_;
  CaseStore cases_;
  NoticeStore notice_store_;
  Procedures procedures_;
  ReceiptCodes codes_;
  RegisterStore register_store_;
  RegistrationForms forms_;
  FormFiller form_filler_;
  CaseFactsReader case_facts_;
  CaseDesk case_desk_;
  CaseClosing case_closing_;
  Applications applications_;
  CaseActions case_actions_;
  CaseLists case_lists_;
  CaseBatches case_batches_;
  Notices notices_;
  Objections objections_;
  SuggestionStore suggestion_store_;
  Watcher watcher_;
  Suggestions suggestions_;
  WatchServer watch_server_;
  ChangeStore change_store_;
  HouseholdChanges household_changes_;
  HouseholdChangeServer change_server_;
  ExitStore exit_store_;
  ExitTests exit_tests_;
  ExitVisits exit_visits_;
  ExitTestServer exit_test_server_;
  RegisterReader register_reader_;
  RegisterImport register_import_;
  const SheetSettings sheet_settings_;
  RegisterServer register_server_;
  CaseServer case_server_;
  NoticeServer notice_server_;
  IdentificationServer server_;
  feed::FeedServer feed_;
  process::StoreUpkeep upkeep_;
  process::Repeater repeater_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<process::App>> MakeApp(const IdentificationConfig& config,
                                                      const std::string& data_dir,
                                                      process::Frame& frame, const Clock& clock) {
  if (config.exchange_address().empty()) {
    return Setting("exchange_address", "缺少配置项 exchange_address",
                   "the setting exchange_address is missing");
  }
  ASSIGN_OR_RETURN(auto blind, crypto::BlindIndex::FromFile(config.blind_key_file()));
  ASSIGN_OR_RETURN(auto sealer, process::MakeSealer(config.seal_key_file(), "identification"));
  ASSIGN_OR_RETURN(auto divisions, division::Tree::Load({config.division_files().begin(),
                                                         config.division_files().end()}));
  const auto level = divisions->LevelIndex(config.partition_level());
  if (!level) {
    return Setting("partition_level", "partition_level 不是区划文件中的级别名",
                   "partition_level is not a level of the division files");
  }
  kv::RocksOptions options;
  options.dir = data_dir;
  options.tables = Tables();
  options.tables.push_back(process::kSealKeysTable);
  options.schema = kSchema;
  options.oldest_schema = kSchema;
  options.scanned_tables = {kValues};
  options.disk_reserve_permille = OrDefault(config.disk_reserve_permille(), 50);
  ASSIGN_OR_RETURN(auto kv, kv::OpenRocksStore(options));
  RETURN_IF_ERROR(process::CheckSealKeys(*kv, *sealer));
  ASSIGN_OR_RETURN(auto outbox, outbox::Outbox::Open(*kv, clock));
  auto app = std::make_unique<IdentificationApp>(config, frame, clock, std::move(kv),
                                                 std::move(outbox), std::move(sealer),
                                                 std::move(blind), std::move(divisions), *level);
  RETURN_IF_ERROR(app->Prepare());
  return app;
}

}  // namespace fupin::identification
