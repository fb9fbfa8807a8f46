#include "tests/bench/map/suite.h"

#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/config/config.h"
#include "libs/rpc/channel.h"
#include "libs/status/macros.h"
#include "libs/testing/reserved_port.h"
#include "tests/bench/map/pyramid.h"

namespace fupin::bench::map {
namespace {

constexpr char kBin[] = FUPIN_BINARY_DIR "/bin/";
// The gateway lets one certificate ask 5,000 times a second; here that is what is measured.
constexpr int kPerSecond = 1'000'000;

std::string Frame(const std::string& certs, const std::string& service, int port) {
  return absl::StrCat("frame { listen_address: \"localhost:", port,
                      "\" metrics_address: \"127.0.0.1:0\" health_address: \"127.0.0.1:0\"",
                      " tls { ca_file: \"", certs, "/ca.crt\" certificate_file: \"", certs,
                      "/service-", service, ".crt\" key_file: \"", certs, "/service-", service,
                      ".key\" deny_file: \"", certs, "/deny.txt\" } }\n");
}

void MustStart(testing::ServiceProcess& service) {
  if (service.Start(absl::Minutes(5))) return;
  std::fprintf(stderr, "%s\n", service.log().c_str());
  FUPIN_CHECK(false);
}

}  // namespace

Suite::Suite(Province& province) : province_(province) {
  const std::string certs = dir_ / "certs";
  const std::string make = absl::StrCat(
      FUPIN_SOURCE_DIR "/scripts/certs ", certs,
      " service/identification service/gis service/gateway operator/admin >/dev/null 2>&1");
  FUPIN_CHECK(std::system(make.c_str()) == 0);
  FUPIN_CHECK(config::WriteFile(certs + "/deny.txt", "").ok());
  source_ = std::make_unique<ScoreSource>(Files("service-identification"));
  gis_port_ = testing::ReservePort();
  std::string zooms;
  for (const Storey& storey : kStoreys) {
    absl::StrAppend(&zooms, "zoom_levels { level: \"", storey.level,
                    "\" min_zoom: ", storey.min_zoom, " max_zoom: ", storey.max_zoom, " }\n");
  }
  gis_ = std::make_unique<testing::ServiceProcess>(
      absl::StrCat(kBin, "fupin-gis"),
      absl::StrCat(Frame(certs, "gis", 0), "identification_address: \"localhost:", source_->port(),
                   "\"\ndivision_files: \"", Province::division_file(), "\" division_files: \"",
                   province.hamlet_file(),
                   "\" code_list_file: \"" FUPIN_SOURCE_DIR
                   "/deploy/contracts/guizhou/code_lists.textproto\" outline_file: \"",
                   province.outline_file(), "\"\nhttp_address: \"localhost:", gis_port_,
                   "\" partition_level: \"county\"\n", zooms),
      dir_ / "gis");
  MustStart(*gis_);
  gateway_ = std::make_unique<testing::ServiceProcess>(
      absl::StrCat(kBin, "fupin-gateway"),
      absl::StrCat(Frame(certs, "gateway", 0),
                   "upstreams { name: \"gis\" name_zh: \"地图\" name_en: \"map\" address: \"",
                   gis_->address(),
                   "\" services: \"fupin.gis.v1.GisService\" }\n"
                   "api_file: \"" FUPIN_BINARY_DIR
                   "/api/fupin_api.binpb\" web_dir: \"" FUPIN_BINARY_DIR "/web\" limits { "
                   "known_per_second: ",
                   kPerSecond, " }\nmap_address: \"localhost:", gis_port_, "\"\n"),
      dir_ / "gateway");
  MustStart(*gateway_);
  gateway_port_ = gateway_->ports().grpc;
}

rpc::TlsFiles Suite::Files(const std::string& name) const {
  const std::string path = absl::StrCat(dir_ / "certs/", name);
  return {dir_ / "certs/ca.crt", path + ".crt", path + ".key"};
}

Origin Suite::direct() const { return {gis_port_, Files("operator-admin")}; }
Origin Suite::gateway() const { return {gateway_port_, Files("operator-admin")}; }

std::shared_ptr<grpc::Channel> Suite::channel() const {
  return rpc::MakeChannel(gis_->address(), Files("operator-admin"));
}

std::vector<feed::v1::Event> Suite::Events(const std::vector<Change>& changes) const {
  std::vector<feed::v1::Event> events;
  events.reserve(changes.size());
  for (const Change& change : changes) {
    events.push_back(ScoreSource::EventOf(province_.tree(), change));
  }
  return events;
}

void Suite::Emit(std::vector<feed::v1::Event> events) {
  sent_ += static_cast<int64_t>(events.size());
  source_->Emit(std::move(events));
}

double Suite::Take(std::vector<feed::v1::Event> events) {
  return Seconds([&] {
    Emit(std::move(events));
    Settle();
  });
}

int64_t Suite::Applied() {
  HttpLoad metrics({gis_->ports().metrics, std::nullopt}, 1);
  const auto answer = metrics.Fetch(RequestFor("/metrics"));
  constexpr absl::string_view kName = "\nfupin_gis_scores_total";
  const size_t at = answer.body.find(kName.data(), 0, kName.size());
  if (at == std::string::npos) return 0;
  const size_t from = answer.body.find(' ', at);
  double value = 0;
  FUPIN_CHECK(absl::SimpleAtod(
      answer.body.substr(from + 1, answer.body.find('\n', from) - from - 1), &value));
  return static_cast<int64_t>(value);
}

void Suite::Settle() {
  const absl::Time end = absl::Now() + absl::Minutes(5);
  while (source_->waiting() > 0 || Applied() < sent_) {
    FUPIN_CHECK(absl::Now() < end);
    absl::SleepFor(absl::Milliseconds(20));
  }
}

double Suite::Restart() {
  FUPIN_CHECK(gis_->Stop() == 0);
  sent_ = 0;
  return Seconds([&] { MustStart(*gis_); });
}

}  // namespace fupin::bench::map
