// Tiles nobody has changed: G2.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/status/macros.h"
#include "libs/testing/reserved_port.h"
#include "tests/bench/map/bench.h"
#include "tests/bench/map/process_cpu.h"

namespace fupin::bench::map {
namespace {

constexpr int kConnections = 16;

struct Rate {
  double per_second = 0;
  double p99_ms = 0;
  double cpu_us = 0;  // of the servers, a request
  double bytes = 0;
};

Rate Measure(const Origin& origin, const std::vector<pid_t>& servers,
             const std::vector<std::string>& requests, double seconds, int status) {
  HttpLoad load(origin, kConnections);
  Rate rate;
  std::vector<double> times;
  size_t at = 0;
  const double cpu = CpuSeconds(servers);
  const auto begun = std::chrono::steady_clock::now();
  const auto end = begun + std::chrono::duration<double>(seconds);
  load.Run(
      [&]() -> const std::string* {
        if (std::chrono::steady_clock::now() >= end) return nullptr;
        return &requests[at++ % requests.size()];
      },
      [&](const std::string& request, const Answer& answer) {
        if (answer.status != status) {
          std::fprintf(stderr, "%d for %s", answer.status, request.c_str());
        }
        FUPIN_CHECK(answer.status == status);
        times.push_back(answer.seconds);
        rate.bytes += static_cast<double>(answer.headers.size() + answer.body.size());
      });
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const double count = static_cast<double>(times.size());
  rate.per_second = count / took;
  rate.cpu_us = (CpuSeconds(servers) - cpu) * 1e6 / count;
  rate.bytes /= count;
  rate.p99_ms = 1e3 * Percentile(times, 0.99);
  return rate;
}

// The same compressed bytes as MBTiles behind tileserver-gl-light.
class TileServer {
 public:
  // Not running when it is not installed, or does not start (see its log).
  TileServer(Bench& bench, const std::vector<std::pair<const Tile*, std::string>>& tiles) {
    const std::string main = bench.peer_dir + "/node_modules/tileserver-gl-light/src/main.js";
    if (!std::filesystem::exists(main) ||
        !std::filesystem::exists(bench.peer_dir +
                                 "/node_modules/sqlite3/build/Release/node_sqlite3.node")) {
      return;
    }
    const std::string file = bench.work_dir + "/tiles.bin";
    const std::string packed = bench.work_dir + "/map.mbtiles";
    {
      std::ofstream out(file, std::ios::binary);
      for (const auto& [tile, bytes] : tiles) {
        out << tile->id.zoom() << ' ' << tile->id.x() << ' ' << tile->id.y() << ' ' << bytes.size()
            << '\n'
            << bytes;
      }
    }
    FUPIN_CHECK(std::system(absl::StrCat("/usr/bin/python3 " FUPIN_SOURCE_DIR
                                         "/tests/bench/map/peers/make_mbtiles.py ",
                                         file, " ", packed)
                                .c_str()) == 0);
    origin_.port = testing::ReservePort();
    const std::string run =
        absl::StrCat("cd ", bench.work_dir, " && exec node ", main, " --file ", packed,
                     " --bind 127.0.0.1 --port ", origin_.port, " --silent");
    process_ = std::make_unique<testing::ChildProcess>(
        std::vector<std::string>{"/bin/sh", "-c", run}, bench.work_dir + "/tileserver.log");
    const std::string listening =
        absl::StrCat("ss -Hltn 'sport = :", origin_.port, "' | grep -q . ");
    const absl::Time end = absl::Now() + absl::Seconds(60);
    while (std::system(listening.c_str()) != 0) {
      if (absl::Now() > end || !process_->Running()) {
        process_.reset();
        return;
      }
      absl::SleepFor(absl::Milliseconds(200));
    }
  }

  bool runs() const { return process_ != nullptr; }
  const Origin& origin() const { return origin_; }
  pid_t process() const { return process_->pid(); }

 private:
  Origin origin_;
  std::unique_ptr<testing::ChildProcess> process_;
};

}  // namespace

void MeasureUnchanged(Bench& bench) {
  std::vector<std::string> gzip, asking, peer_requests;
  std::vector<std::pair<const Tile*, std::string>> tiles;
  HttpLoad load(bench.suite.gateway(), 1);
  for (const Tile& tile : bench.list) {
    load.Fetch(tile.gzip);
    load.Fetch(tile.gzip);  // known, then compressed
    const auto answer = load.Fetch(tile.gzip);
    FUPIN_CHECK(HeaderOf(answer.headers, "content-encoding") == "gzip");
    gzip.push_back(tile.gzip);
    asking.push_back(
        RequestFor(absl::StrCat("/map/tiles/", tile.path, ".mvt"),
                   {"Accept-Encoding: gzip",
                    absl::StrCat("If-None-Match: ", HeaderOf(answer.headers, "etag"))}));
    peer_requests.push_back(
        RequestFor(absl::StrCat("/data/map/", tile.path, ".pbf"), {"Accept-Encoding: gzip"}));
    tiles.emplace_back(&tile, answer.body);
  }
  TileServer server(bench, tiles);
  const pid_t gis = bench.suite.gis_process();
  const std::vector<pid_t> both = {gis, bench.suite.gateway_process()};
  const double seconds = bench.settings.seconds;
  std::vector<Rate> through, direct, asked, asked_direct, peer;
  const int rounds = std::max(1, bench.settings.rounds / 2);
  for (int round = 0; round < rounds; ++round) {
    through.push_back(Measure(bench.suite.gateway(), both, gzip, seconds, 200));
    direct.push_back(Measure(bench.suite.direct(), {gis}, gzip, seconds, 200));
    asked.push_back(Measure(bench.suite.gateway(), both, asking, seconds, 304));
    asked_direct.push_back(Measure(bench.suite.direct(), {gis}, asking, seconds, 304));
    if (server.runs()) {
      peer.push_back(Measure(server.origin(), {server.process()}, peer_requests, seconds, 200));
    }
  }
  const auto median = [](const std::vector<Rate>& rates, double Rate::*field) {
    std::vector<double> values;
    for (const Rate& rate : rates) values.push_back(rate.*field);
    return Median(values);
  };
  Report& report = bench.report;
  const Peer rate{"tileserver-gl-light", median(peer, &Rate::per_second)};
  report.Times("G2", "unchanged tile, 16 connections, HTTPS through the gateway",
               median(through, &Rate::per_second), "/s", Better::kMore, rate, 20, 50);
  report.Times("G2", "the same at gis, HTTPS with certificates", median(direct, &Rate::per_second),
               "/s", Better::kMore, rate, 20, 50);
  report.Plain("its CPU a request, gis + gateway", median(through, &Rate::cpu_us), "us",
               {"tileserver-gl-light", median(peer, &Rate::cpu_us)});
  report.Plain("its CPU a request, gis alone", median(direct, &Rate::cpu_us), "us",
               {"tileserver-gl-light", median(peer, &Rate::cpu_us)});
  report.Plain("its p99 through the gateway", median(through, &Rate::p99_ms), "ms",
               {"tileserver-gl-light", median(peer, &Rate::p99_ms)});
  report.Plain("bytes of an answer", median(through, &Rate::bytes), "B",
               {"tileserver-gl-light", median(peer, &Rate::bytes)});
  report.Plain("asked whether it still holds (304), through the gateway",
               median(asked, &Rate::per_second), "/s");
  report.Plain("the same at gis", median(asked_direct, &Rate::per_second), "/s");
  report.Plain("CPU of a 304, gis alone", median(asked_direct, &Rate::cpu_us), "us");
  report.Note(
      "tileserver-gl-light answers in plain HTTP; ours is HTTPS. Client and servers share "
      "the cores.");
}

}  // namespace fupin::bench::map
