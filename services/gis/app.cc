#include "services/gis/app.h"

#include <utility>
#include <vector>

#include "libs/config/config.h"
#include "libs/feed/feed_consumer.h"
#include "libs/http/http_server.h"
#include "libs/kv/rocks_store.h"
#include "libs/log/log.h"
#include "libs/outbox/outbox.h"
#include "libs/pinyin/pinyin.h"
#include "libs/process/repeater.h"
#include "libs/process/store_upkeep.h"
#include "libs/rpc/channel.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/gis/domain/reasons.h"
#include "services/gis/metrics.h"
#include "services/gis/server/board.h"
#include "services/gis/server/cause_list.h"
#include "services/gis/server/events.h"
#include "services/gis/server/exports.h"
#include "services/gis/server/gis_service.h"
#include "services/gis/server/map_http.h"
#include "services/gis/server/places.h"
#include "services/gis/server/public_map.h"
#include "services/gis/server/publisher.h"
#include "services/gis/server/shapes.h"
#include "services/gis/server/tiles.h"
#include "services/gis/store/cell_store.h"
#include "services/gis/store/edition_store.h"
#include "services/gis/workers/score_feed.h"

namespace fupin::gis {
namespace {

constexpr absl::Duration kLastAnswers = absl::Seconds(2);

std::unique_ptr<rpc::PeerVerifier> VerifierOf(const process::FrameConfig& frame,
                                              const Clock& clock) {
  if (frame.insecure_without_tls()) return nullptr;
  return std::make_unique<rpc::PeerVerifier>(frame.tls().ca_file(), frame.tls().deny_file(), clock);
}

// SETTING_WRONG: a level is unknown, or the zooms leave a gap.
absl::StatusOr<std::vector<ZoomLevel>> ZoomLevelsOf(const GisConfig& config,
                                                    const division::Tree& divisions) {
  GisConfig usual;
  for (const auto& [level, from, to] :
       {std::tuple("province", 0, 4), std::tuple("prefecture", 5, 6), std::tuple("county", 7, 8),
        std::tuple("township", 9, 10), std::tuple("village", 11, 12),
        std::tuple("hamlet", 13, 14)}) {
    auto* zoom = usual.add_zoom_levels();
    zoom->set_level(level);
    zoom->set_min_zoom(from);
    zoom->set_max_zoom(to);
  }
  std::vector<ZoomLevel> levels;
  int next = -1;
  for (const auto& zoom :
       config.zoom_levels().empty() ? usual.zoom_levels() : config.zoom_levels()) {
    const auto level = divisions.LevelIndex(zoom.level());
    if (!level || zoom.min_zoom() < 0 || zoom.max_zoom() < zoom.min_zoom() ||
        zoom.max_zoom() > geo::TileId::kMaxZoom || (next >= 0 && zoom.min_zoom() != next)) {
      return Refuse("SETTING_WRONG", "zoom_levels", "zoom_levels");
    }
    levels.push_back({*level, zoom.min_zoom(), zoom.max_zoom()});
    next = zoom.max_zoom() + 1;
  }
  return levels;
}

int OrDefault(int value, int fallback) { return value > 0 ? value : fallback; }

// SETTING_WRONG, naming the setting.
absl::StatusOr<PublisherSettings> PublisherSettingsOf(const Publication& config,
                                                      const division::Tree& divisions) {
  PublisherSettings settings;
  settings.rules.small_count = OrDefault(config.small_count(), 10);
  settings.rules.small_band = OrDefault(config.small_band(), 5);
  settings.rules.round_to = OrDefault(config.round_to(), 5);
  settings.min_days = OrDefault(config.min_days(), 28);
  settings.period_days = OrDefault(config.period_days(), 90);
  settings.band_level = static_cast<int>(divisions.levels().size()) - 1;
  const auto cause_level =
      divisions.LevelIndex(config.cause_level().empty() ? "township" : config.cause_level());
  if (!cause_level)
    return Refuse("SETTING_WRONG", "publication.cause_level", "publication.cause_level");
  settings.cause_level = *cause_level;
  if (settings.rules.small_count < 3) {
    return Refuse("SETTING_WRONG", "publication.small_count", "publication.small_count");
  }
  if (settings.rules.small_band < 2) {
    return Refuse("SETTING_WRONG", "publication.small_band", "publication.small_band");
  }
  if (const auto& edges = config.band_edge_permille(); !edges.empty()) {
    if (edges.size() != 2 || edges[0] <= 0 || edges[1] <= edges[0] || edges[1] >= 1000) {
      return Refuse("SETTING_WRONG", "publication.band_edge_permille",
                    "publication.band_edge_permille");
    }
    settings.rules.band_edges = {edges[0], edges[1]};
  }
  if (!config.band_level().empty()) {
    const auto level = divisions.LevelIndex(config.band_level());
    if (!level) return Refuse("SETTING_WRONG", "publication.band_level", "publication.band_level");
    settings.band_level = *level;
  }
  return settings;
}

class GisApp : public process::App {
 public:
  GisApp(const GisConfig& config, const std::string& data_dir, process::Frame& frame,
         const Clock& clock, std::unique_ptr<kv::Store> kv, std::unique_ptr<outbox::Outbox> outbox,
         std::shared_ptr<const outline::Outlines> outlines, std::vector<ZoomLevel> zoom_levels,
         CauseList causes, pinyin::Pinyin& pinyin, int partition_level,
         const PublisherSettings& publication)
      : config_(config),
        kv_(std::move(kv)),
        outbox_(std::move(outbox)),
        metrics_(frame.metrics()),
        divisions_(std::shared_ptr<const division::Tree>(outlines, &outlines->tree())),
        store_(*kv_, divisions_, partition_level),
        editions_(*kv_, divisions_),
        board_(divisions_, std::move(causes)),
        shapes_(outlines, std::move(zoom_levels)),
        places_(*divisions_, pinyin),
        public_map_(shapes_, editions_),
        publisher_(board_, editions_, public_map_, divisions_, publication),
        score_feed_(store_, board_, metrics_, clock),
        consumer_("gis", rpc::MakeChannel(config.identification_address(), frame.tls()),
                  {kHouseholdScored, kCaseMoved}, score_feed_, frame.metrics()),
        server_(frame.edge(), board_, store_, shapes_, places_, public_map_, publisher_, clock),
        tiles_(shapes_, board_, store_),
        events_(board_, outlines, frame.metrics()),
        exports_(shapes_, board_, store_, public_map_, clock, data_dir, frame.metrics()),
        map_http_(tiles_, public_map_, events_, exports_, VerifierOf(config.frame(), clock), clock),
        http_(http::HttpLimits(), frame.tls(), map_http_, frame.metrics()),
        upkeep_(*kv_, *outbox_, frame.metrics(),
                absl::Hours(24 * OrDefault(config.feed_retention_days(), 30))),
        repeater_(absl::Seconds(1), [this] { Round(); }) {}

  // Before the server starts: nobody may see a map that is not read yet.
  absl::Status Prepare() {
    RETURN_IF_ERROR(public_map_.Load());
    return board_.Load(store_);
  }

  std::vector<grpc::Service*> services() override { return {&server_}; }

  absl::Status Start() override {
    RETURN_IF_ERROR(http_.Start(config_.http_address(), "http_address"));
    log::Info("serving the map", {{"port", http_.port()}});
    events_.Start();
    exports_.Start();
    consumer_.Start();
    repeater_.Start();
    return absl::OkStatus();
  }

  absl::Status Health() override { return kv_->Health(); }
  void Drain() override {}

  void Stop() override {
    repeater_.Stop();
    events_.Stop();
    exports_.Stop();
    http_.Stop(kLastAnswers);
    consumer_.Stop();
  }

 private:
  void Round() {
    upkeep_.Round();
    if (absl::Status status = http_.RefreshTls(); !status.ok()) {
      log::Warning("certificate not replaced", {{"reason", ReasonOf(status)}});
    }
  }

  const GisConfig config_;
  const std::unique_ptr<kv::Store> kv_;
  const std::unique_ptr<outbox::Outbox> outbox_;
  GisMetrics metrics_;
  const std::shared_ptr<const division::Tree> divisions_;
  CellStore store_;
  EditionStore editions_;
  Board board_;
  Shapes shapes_;
  const Places places_;
  PublicMap public_map_;
  Publisher publisher_;
  ScoreFeed score_feed_;
  feed::FeedConsumer consumer_;
  GisServer server_;
  Tiles tiles_;
  Events events_;
  Exports exports_;
  MapHttp map_http_;
  http::HttpServer http_;
  process::StoreUpkeep upkeep_;
  process::Repeater repeater_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<process::App>> MakeApp(const GisConfig& config,
                                                      const std::string& data_dir,
                                                      process::Frame& frame, const Clock& clock) {
  if (config.identification_address().empty()) {
    return Refuse("SETTING_WRONG", "identification_address", "identification_address");
  }
  ASSIGN_OR_RETURN(auto divisions, division::Tree::Load({config.division_files().begin(),
                                                         config.division_files().end()}));
  const auto level = divisions->LevelIndex(config.partition_level());
  if (!level) return Refuse("SETTING_WRONG", "partition_level", "partition_level");
  ASSIGN_OR_RETURN(auto zoom_levels, ZoomLevelsOf(config, *divisions));
  ASSIGN_OR_RETURN(const auto publication, PublisherSettingsOf(config.publication(), *divisions));
  ASSIGN_OR_RETURN(auto outlines, outline::Outlines::Load(config.outline_file(), divisions));
  if (const auto missing = outlines->Missing(); !missing.empty()) {
    log::Warning("places without an outline", {{"count", missing.size()}});
  }
  ASSIGN_OR_RETURN(auto causes,
                   LoadCauses(config.code_list_file(),
                              config.cause_list().empty() ? "pad.cause" : config.cause_list()));
  std::string readings;
  if (!config.pinyin_file().empty()) {
    ASSIGN_OR_RETURN(readings, config::ReadFile(config.pinyin_file()));
  }
  ASSIGN_OR_RETURN(const auto pinyin, pinyin::Pinyin::Create(readings));
  kv::RocksOptions options;
  options.dir = data_dir;
  options.schema = kSchema;
  options.tables = Tables();
  for (std::string& table : EditionStore::Tables()) options.tables.push_back(std::move(table));
  for (std::string& table : outbox::Tables()) options.tables.push_back(std::move(table));
  options.disk_reserve_permille = OrDefault(config.disk_reserve_permille(), 50);
  ASSIGN_OR_RETURN(auto kv, kv::OpenRocksStore(options));
  ASSIGN_OR_RETURN(auto outbox, outbox::Outbox::Open(*kv, clock));
  auto app = std::make_unique<GisApp>(
      config, data_dir, frame, clock, std::move(kv), std::move(outbox), std::move(outlines),
      std::move(zoom_levels), std::move(causes), *pinyin, *level, publication);
  RETURN_IF_ERROR(app->Prepare());
  return app;
}

}  // namespace fupin::gis
