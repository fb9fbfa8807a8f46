#include "services/exchange/app.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/crypto/blind_index.h"
#include "libs/division/tree.h"
#include "libs/feed/feed_server.h"
#include "libs/kv/rocks_store.h"
#include "libs/log/log.h"
#include "libs/outbox/outbox.h"
#include "libs/process/repeater.h"
#include "libs/process/sealing.h"
#include "libs/process/store_upkeep.h"
#include "libs/status/macros.h"
#include "services/exchange/metrics.h"
#include "services/exchange/server/committer.h"
#include "services/exchange/server/contracts.h"
#include "services/exchange/server/exchange_service.h"
#include "services/exchange/server/record_feed.h"
#include "services/exchange/store/record_store.h"

namespace fupin::exchange {
namespace {

int OrDefault(int value, int fallback) { return value > 0 ? value : fallback; }

class ExchangeApp : public process::App {
 public:
  ExchangeApp(const ExchangeConfig& config, process::Frame& frame, const Clock& clock,
              std::unique_ptr<kv::Store> kv, std::unique_ptr<outbox::Outbox> outbox,
              std::unique_ptr<crypto::Sealer> sealer, crypto::BlindIndex blind,
              std::shared_ptr<const division::Tree> divisions)
      : kv_(std::move(kv)),
        outbox_(std::move(outbox)),
        sealer_(std::move(sealer)),
        blind_(std::move(blind)),
        store_(*kv_, *outbox_, *sealer_),
        metrics_(frame.metrics()),
        contracts_(config.contract_dir(), store_, metrics_),
        preparer_(blind_, std::move(divisions), clock),
        committer_(store_, contracts_, metrics_, clock, OrDefault(config.queue_records(), 20'000)),
        server_(frame.edge(), contracts_, preparer_, committer_, store_, clock,
                PushLimits{1000, OrDefault(config.max_batches_in_flight(), 8)}),
        feed_(*outbox_, frame.edge(), frame.metrics(), RecordFeedHooks(store_, *kv_)),
        upkeep_(*kv_, *outbox_, frame.metrics(),
                absl::Hours(24 * OrDefault(config.feed_retention_days(), 30))),
        repeater_(absl::Seconds(1), [this] {
          if (absl::Status status = contracts_.Refresh(); !status.ok()) {
            log::Warning("contracts not refreshed",
                         {{"reason", ReasonOf(status)}, {"message_en", status.message()}});
          }
          upkeep_.Round();
        }) {}

  // Before the server starts: no call may meet an exchange without contracts.
  absl::Status Prepare() { return contracts_.Refresh(); }

  std::vector<grpc::Service*> services() override { return {&server_, &feed_}; }

  absl::Status Start() override {
    committer_.Start();
    repeater_.Start();
    return absl::OkStatus();
  }

  absl::Status Health() override { return kv_->Health(); }

  void Drain() override {
    server_.Drain();
    feed_.Drain();
  }

  void Stop() override {
    repeater_.Stop();
    committer_.Stop();
  }

 private:
  const std::unique_ptr<kv::Store> kv_;
  const std::unique_ptr<outbox::Outbox> outbox_;
  const std::unique_ptr<crypto::Sealer> sealer_;
  const crypto::BlindIndex blind_;
  RecordStore store_;
  ExchangeMetrics metrics_;
  Contracts contracts_;
  Preparer preparer_;
  Committer committer_;
  ExchangeServer server_;
  feed::FeedServer feed_;
  process::StoreUpkeep upkeep_;
  process::Repeater repeater_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<process::App>> MakeApp(const ExchangeConfig& config,
                                                      const std::string& data_dir,
                                                      process::Frame& frame, const Clock& clock) {
  ASSIGN_OR_RETURN(auto blind, crypto::BlindIndex::FromFile(config.blind_key_file()));
  ASSIGN_OR_RETURN(auto sealer, process::MakeSealer(config.seal_key_file(), "exchange"));
  ASSIGN_OR_RETURN(auto divisions, division::Tree::Load({config.division_files().begin(),
                                                         config.division_files().end()}));
  kv::RocksOptions options;
  options.dir = data_dir;
  options.tables = Tables();
  options.tables.push_back(process::kSealKeysTable);
  options.schema = kSchema;
  options.oldest_schema = kSchema;
  options.disk_reserve_permille = OrDefault(config.disk_reserve_permille(), 50);
  ASSIGN_OR_RETURN(auto kv, kv::OpenRocksStore(options));
  RETURN_IF_ERROR(process::CheckSealKeys(*kv, *sealer));
  ASSIGN_OR_RETURN(auto outbox, outbox::Outbox::Open(*kv, clock));
  auto app =
      std::make_unique<ExchangeApp>(config, frame, clock, std::move(kv), std::move(outbox),
                                    std::move(sealer), std::move(blind), std::move(divisions));
  RETURN_IF_ERROR(app->Prepare());
  return app;
}

}  // namespace fupin::exchange
