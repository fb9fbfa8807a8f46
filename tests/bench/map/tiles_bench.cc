// Tiles that have changed: G1, G3, G8, G11.
#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/status/macros.h"
#include "tests/bench/map/bench.h"
#include "tests/bench/map/process_cpu.h"

namespace fupin::bench::map {
namespace {

struct Pass {
  std::vector<double> seconds;  // of each tile
  double bytes = 0;             // of a body, mean
};

// Each request once.
Pass Once(HttpLoad& load, const std::vector<std::string>& requests) {
  Pass pass;
  size_t at = 0;
  load.Run([&] { return at < requests.size() ? &requests[at++] : nullptr; },
           [&](const std::string& request, const Answer& answer) {
             if (answer.status != 200) std::fprintf(stderr, "%s", request.c_str());
             FUPIN_CHECK(answer.status == 200);
             pass.seconds.push_back(answer.seconds);
             pass.bytes += static_cast<double>(answer.body.size());
           });
  pass.bytes /= static_cast<double>(requests.size());
  return pass;
}

template <typename Request>
std::vector<std::string> Requests(const Bench& bench, Request request) {
  std::vector<std::string> requests;
  for (const Tile& tile : bench.list) requests.push_back(request(tile));
  return requests;
}

// The whole list at PostGIS over some connections, each its own part of it.
struct PeerPass {
  std::vector<double> seconds;
  double cpu = 0;  // of all connections' processes
  double bytes = 0;
};
PeerPass AskPeer(const Bench& bench,
                 const std::vector<std::unique_ptr<PostGis::Connection>>& peers) {
  std::vector<PeerPass> parts(peers.size());
  std::vector<std::thread> threads;
  for (size_t p = 0; p < peers.size(); ++p) {
    threads.emplace_back([&, p] {
      PeerPass& part = parts[p];
      const double before = CpuSeconds(peers[p]->process());
      for (size_t i = p; i < bench.list.size(); i += peers.size()) {
        part.seconds.push_back(Seconds(
            [&] { part.bytes += static_cast<double>(peers[p]->Tile(bench.list[i].id).size()); }));
      }
      part.cpu = CpuSeconds(peers[p]->process()) - before;
    });
  }
  PeerPass all;
  for (size_t p = 0; p < peers.size(); ++p) {
    threads[p].join();
    all.seconds.insert(all.seconds.end(), parts[p].seconds.begin(), parts[p].seconds.end());
    all.cpu += parts[p].cpu;
    all.bytes += parts[p].bytes / static_cast<double>(bench.list.size());
  }
  return all;
}

std::vector<std::unique_ptr<PostGis::Connection>> Connections(const Bench& bench, int count) {
  std::vector<std::unique_ptr<PostGis::Connection>> peers;
  for (int i = 0; i < count && bench.postgis != nullptr; ++i) {
    peers.push_back(bench.postgis->Connect());
  }
  for (auto& peer : peers) {  // everything once, as at the other side
    for (const Tile& tile : bench.list) peer->Tile(tile.id);
  }
  return peers;
}

void Sizes(Bench& bench) {
  HttpLoad load(bench.suite.gateway(), 1);
  // Compressed when asked for again unchanged.
  const auto gzip = Requests(bench, [](const Tile& tile) { return tile.gzip; });
  Once(load, gzip);
  const double tile = Once(load, gzip).bytes;
  const auto state = Requests(
      bench, [](const Tile& each) { return RequestFor(absl::StrCat("/map/state/", each.path)); });
  if (load.Fetch(state[0]).status != 200) {
    return bench.report.Absent("G8", "numbers of a tile without its shapes", "no such address yet");
  }
  const double numbers = Once(load, state).bytes;
  bench.report.Times("G8", "a changed tile for a viewer: state block, mean bytes", numbers, "B",
                     Better::kLess, {"tile, gzip", tile}, 4, 13);
}

void PastDays(Bench& bench, double current_us) {
  HttpLoad load(bench.suite.direct(), 1);
  const std::string date = absl::FormatCivilTime(absl::ToCivilDay(
      absl::FromUnixMillis(bench.time_ms) - absl::Hours(48), absl::FixedTimeZone(8 * 3600)));
  const auto requests = Requests(bench, [&](const Tile& tile) {
    return RequestFor(absl::StrCat("/map/tiles/", tile.path, ".mvt?date=", date));
  });
  std::vector<double> cold, again;
  for (int round = 0; round < bench.settings.rounds; ++round) {
    const double before = CpuSeconds(bench.suite.gis_process());
    Once(load, requests);
    const double used = (CpuSeconds(bench.suite.gis_process()) - before) * 1e6 /
                        static_cast<double>(requests.size());
    (round == 0 ? cold : again).push_back(used);
  }
  bench.report.Bound("G11", "tile of a past day, CPU asked for the first time / changed tile",
                     cold[0] / current_us, "x", Better::kLess, 100, 20);
  bench.report.Bound("G11", "tile of a past day, CPU asked for the first time", cold[0] / 1000,
                     "ms", Better::kLess, 5, 5);
  if (!again.empty()) bench.report.Plain("asked for again", Median(again) / 1000, "ms");
}

}  // namespace

void MeasureTiles(Bench& bench) {
  const pid_t gis = bench.suite.gis_process();
  const std::vector<pid_t> both = {gis, bench.suite.gateway_process()};
  const auto plain = Requests(bench, [](const Tile& tile) { return tile.plain; });
  const double count = static_cast<double>(plain.size());
  HttpLoad direct(bench.suite.direct(), 1), direct_two(bench.suite.direct(), 2);
  HttpLoad through(bench.suite.gateway(), 1), through_two(bench.suite.gateway(), 2);
  const auto one = Connections(bench, 1);
  const auto two = Connections(bench, 2);
  Once(direct, plain);  // shapes are cut when first asked for
  Once(through, plain);

  std::vector<double> alone_us, both_us, unchanged_us, peer_us;
  std::vector<double> direct_ms, through_ms, peer_ms;
  std::vector<double> direct_rate, through_rate, peer_rate;
  double bytes = 0, peer_bytes = 0;
  const auto cpu = [&](const std::vector<pid_t>& processes, HttpLoad& load) {
    const double before = CpuSeconds(processes);
    bytes = Once(load, plain).bytes;
    return (CpuSeconds(processes) - before) * 1e6 / count;
  };
  const auto pass = [&](HttpLoad& load, std::vector<double>& p99, std::vector<double>& rate) {
    Pass done;
    rate.push_back(count / Seconds([&] { done = Once(load, plain); }));
    p99.push_back(1e3 * Percentile(done.seconds, 0.99));
  };
  for (int round = 0; round < bench.settings.rounds; ++round) {
    bench.ChangeEveryTile();
    alone_us.push_back(cpu({gis}, direct));
    unchanged_us.push_back(cpu({gis}, direct));
    bench.ChangeEveryTile();
    both_us.push_back(cpu(both, through));
    bench.ChangeEveryTile();
    pass(direct_two, direct_ms, direct_rate);
    bench.ChangeEveryTile();
    pass(through_two, through_ms, through_rate);
    if (bench.postgis == nullptr) continue;
    const PeerPass single = AskPeer(bench, one);
    peer_us.push_back(single.cpu * 1e6 / count);
    peer_bytes = single.bytes;
    PeerPass pair;
    peer_rate.push_back(count / Seconds([&] { pair = AskPeer(bench, two); }));
    peer_ms.push_back(1e3 * Percentile(pair.seconds, 0.99));
  }
  Report& report = bench.report;
  report.Plain("tiles of the list, mean bytes", bytes, "B", {"PostGIS", peer_bytes});
  const Peer cpu_peer{"PostGIS", Median(peer_us)};
  report.Times("G1", "changed tile, CPU from request to bytes: gis over TLS", Median(alone_us),
               "us", Better::kLess, cpu_peer, 20, 50);
  report.Times("G1", "the same through the gateway: gis + gateway, TLS twice", Median(both_us),
               "us", Better::kLess, cpu_peer, 20, 50);
  report.Plain("unchanged tile at gis, for comparison: all that is not encoding",
               Median(unchanged_us), "us");
  const Peer slow{"PostGIS", Median(peer_ms)};
  report.Times("G3", "p99 over the list, all changed, 2 connections, through the gateway",
               Median(through_ms), "ms", Better::kLess, slow, 10, 25);
  report.Times("G3", "the same at gis", Median(direct_ms), "ms", Better::kLess, slow, 10, 25);
  report.Plain("tiles a second meanwhile, through the gateway", Median(through_rate), "/s",
               {"PostGIS", Median(peer_rate)});
  report.Plain("tiles a second meanwhile, at gis", Median(direct_rate), "/s",
               {"PostGIS", Median(peer_rate)});
  Sizes(bench);
  PastDays(bench, Median(alone_us));
}

}  // namespace fupin::bench::map
