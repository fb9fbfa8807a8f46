#include "services/gis/server/events.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace fupin::gis {
namespace {

constexpr absl::Duration kTogether = absl::Milliseconds(100);
// So that a viewer that is gone is noticed, and proxies keep the connection.
constexpr absl::Duration kHeartbeat = absl::Seconds(15);
// More changed places in one view than a browser should take one by one.
constexpr size_t kMostPlaces = 5000;

}  // namespace

Events::Events(const Board& board, std::shared_ptr<const outline::Outlines> outlines,
               metrics::Metrics& metrics)
    : board_(board),
      outlines_(std::move(outlines)),
      viewers_gauge_(metrics.Gauge("fupin_gis_viewers", "Viewers that follow live changes.")) {}

void Events::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Events::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    for (Viewer& viewer : viewers_) viewer.stream->End();
    viewers_.clear();
  }
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<http::BodyStream> Events::Open(const View& view, std::optional<int64_t> seen) {
  auto stream = std::make_shared<http::BodyStream>();
  stream->Write("retry: 2000\n\n");
  const int64_t version = board_.version();
  absl::MutexLock lock(&mutex_);
  if (stopping_) {
    stream->End();
  } else {
    // A number from before a restart of this service means nothing here.
    const bool known = seen.has_value() && *seen <= version;
    viewers_.push_back({view, stream, known ? *seen : version});
    if (seen && !known) stream->Write("event: reload\ndata: {}\n\n");
  }
  return stream;
}

bool Events::Shows(const View& view, uint32_t row) const {
  const uint32_t place = board_.rests().PlaceOf(row);
  const division::Division division = outlines_->tree().At(place);
  if (view.scope && !division.IsUnder(*view.scope)) return false;
  // Rests show where the parts of their place do.
  if (view.level && board_.rests().IsRest(row) ? division.level() >= *view.level
                                               : view.level && division.level() != *view.level) {
    return false;
  }
  return !view.bounds || view.bounds->Meets(outlines_->WorldBounds(place));
}

void Events::Tell(Viewer& viewer, int64_t version) const {
  const auto changed = board_.ChangedSince(viewer.seen);
  std::string data;
  size_t count = 0;
  if (changed) {
    board_.WithColumns([&](const Columns& columns) {
      for (const uint32_t place : *changed) {
        if (!Shows(viewer.view, place)) continue;
        if (++count > kMostPlaces) return;
        data.push_back(data.empty() ? '[' : ',');
        columns.AppendJson(place, &data);
      }
    });
  }
  viewer.seen = version;
  if (!changed || count > kMostPlaces) {
    viewer.stream->Write(absl::StrCat("event: reload\nid: ", version, "\ndata: {}\n\n"));
  } else if (count > 0) {
    viewer.stream->Write(absl::StrCat("event: cells\nid: ", version, "\ndata: ", data, "]\n\n"));
  }
}

void Events::Run() {
  absl::Time beat = absl::Now();
  int64_t seen = board_.version();
  while (true) {
    const int64_t version = board_.WaitForChange(seen, kTogether);
    const absl::Time now = absl::Now();
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) return;
      const bool heartbeat = now - beat >= kHeartbeat;
      if (heartbeat) beat = now;
      for (Viewer& viewer : viewers_) {
        if (viewer.seen < version) Tell(viewer, version);
        if (heartbeat) viewer.stream->Write(":\n\n");
      }
      viewers_.erase(std::remove_if(viewers_.begin(), viewers_.end(),
                                    [](const Viewer& viewer) { return !viewer.stream->open(); }),
                     viewers_.end());
      viewers_gauge_.Set(static_cast<double>(viewers_.size()));
    }
    if (version != seen) {
      seen = version;
      absl::SleepFor(kTogether);
    }
  }
}

}  // namespace fupin::gis
