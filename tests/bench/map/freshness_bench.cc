// How soon a change is seen: G7; and how many bytes it is then: G8.
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/status/macros.h"
#include "tests/bench/map/bench.h"

namespace fupin::bench::map {
namespace {

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// One who looks at all natural villages, through the gateway.
class Viewer {
 public:
  explicit Viewer(const Origin& origin)
      : stream_(origin, "/map/events?level=hamlet"), thread_([this] { Follow(); }) {}
  ~Viewer() {
    ending_ = true;
    thread_.join();
  }

  // From now on, when an event names the place. Waits for it; negative: never came.
  void Expect(uint32_t place) {
    absl::MutexLock lock(&mutex_);
    wanted_ = absl::StrCat("\"id\":", place, ",");
    seen_at_ = -1;
  }
  double SeenAt() {
    absl::MutexLock lock(&mutex_);
    const auto seen = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return seen_at_ > 0; };
    mutex_.AwaitWithTimeout(absl::Condition(&seen), absl::Seconds(10));
    return seen_at_;
  }
  bool begun() const { return begun_; }
  // Mean bytes of an event about one place.
  double event_bytes() const { return events_ == 0 ? 0 : static_cast<double>(bytes_) / events_; }

 private:
  void Follow() {
    std::string waiting;
    while (!ending_) {
      waiting += stream_.Read(absl::Milliseconds(50));
      if (!waiting.empty()) begun_ = true;
      size_t end = 0;
      while ((end = waiting.find("\n\n")) != std::string::npos) {
        const std::string event = waiting.substr(0, end + 2);
        waiting.erase(0, end + 2);
        if (!absl::StrContains(event, "event: cells")) continue;
        absl::MutexLock lock(&mutex_);
        bytes_ += event.size();
        ++events_;
        if (!wanted_.empty() && absl::StrContains(event, wanted_)) seen_at_ = Now();
      }
    }
  }

  EventStream stream_;
  std::atomic<bool> ending_{false};
  std::atomic<bool> begun_{false};
  absl::Mutex mutex_;
  std::string wanted_ ABSL_GUARDED_BY(mutex_);
  double seen_at_ ABSL_GUARDED_BY(mutex_) = -1;
  std::atomic<size_t> bytes_{0};
  std::atomic<int> events_{0};
  std::thread thread_;
};

}  // namespace

void MeasureFreshness(Bench& bench) {
  std::vector<double> tile_ms, event_ms, peer_ms;
  double gzip_bytes = 0;
  HttpLoad load(bench.suite.gateway(), 1);
  Viewer viewer(bench.suite.gateway());
  while (!viewer.begun()) absl::SleepFor(absl::Milliseconds(5));
  auto peer = bench.postgis == nullptr ? nullptr : bench.postgis->Connect();
  for (int i = 0; i < bench.settings.freshness; ++i) {
    // In no step with the map's own rhythm of 100 ms.
    absl::SleepFor(absl::Milliseconds(bench.random.Next() % 200));
    const Tile& tile = bench.list[bench.random.Next() % bench.list.size()];
    const std::string etag = HeaderOf(load.Fetch(tile.plain).headers, "etag");
    const std::string asking = RequestFor(absl::StrCat("/map/tiles/", tile.path, ".mvt"),
                                          {absl::StrCat("If-None-Match: ", etag)});
    // Into another class: a slightly higher index alone does not show in the mean of a county.
    const size_t household = *bench.HouseholdIn(tile.members);
    const Change change = bench.province.ScoreAs(
        household, bench.province.IndexOf(household) < 6000 ? 9000 : 3000, bench.time_ms);
    auto events = bench.suite.Events({change});
    viewer.Expect(change.hamlet);
    const double sent = Now();
    bench.suite.Emit(std::move(events));
    while (load.Fetch(asking).status != 200) FUPIN_CHECK(Now() - sent < 10);
    tile_ms.push_back(1e3 * (Now() - sent));
    const double seen = viewer.SeenAt();
    FUPIN_CHECK(seen > 0);
    event_ms.push_back(1e3 * (seen - sent));
    if (i % 10 == 0) {
      load.Fetch(tile.gzip);
      load.Fetch(tile.gzip);
      gzip_bytes += static_cast<double>(load.Fetch(tile.gzip).body.size()) * 10;
    }
    if (peer == nullptr) continue;
    // Committed, then asked for.
    peer->Apply(bench.province.tree(), change);
    peer_ms.push_back(1e3 * Seconds([&] { peer->Tile(tile.id); }));
  }
  bench.report.Bound("G7", "update sent -> another tile through the gateway, p99",
                     Percentile(tile_ms, 0.99), "ms", Better::kLess, 50, 5,
                     {"PostGIS, commit -> tile", Percentile(peer_ms, 0.99)});
  bench.report.Plain("median", Median(tile_ms), "ms");
  bench.report.Bound("G7", "update sent -> event at a viewer behind the gateway, p99",
                     Percentile(event_ms, 0.99), "ms", Better::kLess, 500, 100);
  bench.report.Plain("median", Median(event_ms), "ms");
  bench.report.Times("G8", "a changed tile for a viewer: event with the numbers, mean bytes",
                     viewer.event_bytes(), "B", Better::kLess,
                     {"tile, gzip", gzip_bytes / bench.settings.freshness}, 4, 13);
}

}  // namespace fupin::bench::map
