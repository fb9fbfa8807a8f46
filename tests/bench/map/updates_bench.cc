// Scores that arrive: G4, G5, G6.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/status/macros.h"
#include "tests/bench/map/bench.h"
#include "tests/bench/map/process_cpu.h"

namespace fupin::bench::map {
namespace {

constexpr double kRate = 1000;
constexpr absl::Duration kStep = absl::Milliseconds(10);

// Calls `update` kRate times a second, in steps, until told to end.
class Pacer {
 public:
  explicit Pacer(std::function<void(size_t from, size_t count)> update)
      : thread_([this, update = std::move(update)] {
          const absl::Time begun = absl::Now();
          size_t done = 0;
          while (!ending_) {
            absl::SleepFor(kStep);
            const auto due =
                static_cast<size_t>(absl::ToDoubleSeconds(absl::Now() - begun) * kRate);
            if (due > done) update(done, due - done);
            done = std::max(done, due);
          }
          done_ = done;
          seconds_ = absl::ToDoubleSeconds(absl::Now() - begun);
        }) {}
  // Updates a second that were made.
  double End() {
    ending_ = true;
    thread_.join();
    return static_cast<double>(done_) / seconds_;
  }

 private:
  std::atomic<bool> ending_{false};
  size_t done_ = 0;
  double seconds_ = 0;
  std::thread thread_;
};

double ReadOurs(const Bench& bench, const Origin& origin, double seconds) {
  HttpLoad load(origin, 2);
  size_t at = 0;
  size_t done = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  const double took = Seconds([&] {
    load.Run(
        [&]() -> const std::string* {
          if (std::chrono::steady_clock::now() >= end) return nullptr;
          return &bench.list[at++ % bench.list.size()].plain;
        },
        [&](const std::string&, const Answer& answer) {
          FUPIN_CHECK(answer.status == 200);
          ++done;
        });
  });
  return static_cast<double>(done) / took;
}

double ReadPeer(const Bench& bench, std::vector<std::unique_ptr<PostGis::Connection>>& readers,
                double seconds) {
  std::atomic<size_t> next{0};
  std::atomic<size_t> done{0};
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  const double took = Seconds([&] {
    std::vector<std::thread> threads;
    for (auto& reader : readers) {
      threads.emplace_back([&] {
        while (std::chrono::steady_clock::now() < end) {
          reader->Tile(bench.list[next++ % bench.list.size()].id);
          ++done;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  return static_cast<double>(done) / took;
}

}  // namespace

void MeasureUpdates(Bench& bench) {
  const Settings& settings = bench.settings;
  std::vector<double> ours_us, ours_rate, peer_us, peer_rate;
  const int rounds = std::max(1, settings.rounds / 2);
  auto peer = bench.postgis == nullptr ? nullptr : bench.postgis->Connect();
  for (int round = 0; round < rounds; ++round) {
    auto events = bench.suite.Events(bench.Changes(settings.updates));
    const double before = CpuSeconds(bench.suite.gis_process());
    const double seconds = bench.suite.Take(std::move(events));
    ours_us.push_back((CpuSeconds(bench.suite.gis_process()) - before) * 1e6 / settings.updates);
    ours_rate.push_back(settings.updates / seconds);
    if (peer == nullptr) continue;
    const auto changes = bench.Changes(settings.peer_updates);
    const double peer_before = bench.postgis->CpuSeconds();
    const double took = Seconds([&] {
      for (const Change& change : changes) peer->Apply(bench.province.tree(), change);
    });
    peer_us.push_back((bench.postgis->CpuSeconds() - peer_before) * 1e6 / settings.peer_updates);
    peer_rate.push_back(settings.peer_updates / took);
    // Only then the map, so that both end up with the same.
    bench.suite.Take(bench.suite.Events(changes));
  }
  bench.report.Times("G4", "update with all levels above it, CPU of gis", Median(ours_us), "us",
                     Better::kLess, {"PostGIS", Median(peer_us)}, 10, 30);
  bench.report.Times("G5", "updates a second, one writer, synced to disk once a second",
                     Median(ours_rate), "/s", Better::kMore, {"PostGIS", Median(peer_rate)}, 10,
                     30);
  bench.report.Note(
      "Neither waits for the disk at each update: the peer commits asynchronously, the map syncs "
      "what it has counted before it confirms its position in the feed.");
}

void MeasureReading(Bench& bench) {
  const double seconds = bench.settings.seconds;
  std::vector<std::unique_ptr<PostGis::Connection>> readers;
  std::unique_ptr<PostGis::Connection> writer;
  if (bench.postgis != nullptr) {
    readers.push_back(bench.postgis->Connect());
    readers.push_back(bench.postgis->Connect());
    writer = bench.postgis->Connect();
  }
  std::vector<double> through, direct, peer, quiet;
  double slowest = kRate;
  const int rounds = std::max(1, bench.settings.rounds / 2);
  // Twice as many as needed: the machine may be slow.
  const auto count = static_cast<int>(2 * kRate * (seconds + 2));
  for (int round = 0; round < rounds; ++round) {
    for (auto& [losses, origin] :
         {std::pair(&through, bench.suite.gateway()), std::pair(&direct, bench.suite.direct())}) {
      const double alone = ReadOurs(bench, origin, seconds);
      if (losses == &through) quiet.push_back(alone);
      auto events = bench.suite.Events(bench.Changes(count));
      size_t sent = 0;
      const auto send = [&](size_t, size_t many) {
        std::vector<feed::v1::Event> step;
        for (; many > 0 && sent < events.size(); --many) step.push_back(std::move(events[sent++]));
        bench.suite.Emit(std::move(step));
      };
      Pacer pacer(send);
      const double loaded = ReadOurs(bench, origin, seconds);
      slowest = std::min(slowest, pacer.End());
      send(0, events.size());  // what the benchmark counts itself, the map counts too
      bench.suite.Settle();
      losses->push_back(100 * (1 - loaded / alone));
    }
    if (writer == nullptr) continue;
    const double alone = ReadPeer(bench, readers, seconds);
    const auto changes = bench.Changes(count);
    Pacer pacer([&](size_t from, size_t many) {
      for (size_t i = from; i < std::min(changes.size(), from + many); ++i) {
        writer->Apply(bench.province.tree(), changes[i]);
      }
    });
    const double loaded = ReadPeer(bench, readers, seconds);
    pacer.End();
    peer.push_back(100 * (1 - loaded / alone));
    bench.suite.Take(bench.suite.Events(changes));
  }
  const Peer loss{"PostGIS", Median(peer)};
  bench.report.Bound("G6", "tiles lost at 1,000 updates/s, 2 connections, through the gateway",
                     Median(through), "%", Better::kLess, 10, 3, loss);
  bench.report.Bound("G6", "the same at gis", Median(direct), "%", Better::kLess, 10, 3, loss);
  bench.report.Plain("tiles a second without updates, through the gateway", Median(quiet), "/s");
  if (slowest < 0.95 * kRate) bench.report.Plain("fewer updates were made", slowest, "/s");
}

}  // namespace fupin::bench::map
