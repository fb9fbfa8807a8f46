#include "libs/feed/feed_consumer.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include <google/protobuf/util/time_util.h>

#include "absl/container/flat_hash_map.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/log/log.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::feed {
namespace {

constexpr absl::Duration kMinPause = absl::Milliseconds(100);
constexpr absl::Duration kMaxPause = absl::Seconds(2);
constexpr absl::Duration kSaveEvery = absl::Seconds(1);

}  // namespace

FeedConsumer::FeedConsumer(std::string name, std::shared_ptr<grpc::Channel> channel,
                           std::vector<std::string> types, FeedHandler& handler,
                           metrics::Metrics& metrics)
    : name_(std::move(name)),
      stub_(v1::FeedService::NewStub(std::move(channel))),
      types_(std::move(types)),
      handler_(handler),
      connected_gauge_(
          metrics.Gauge("fupin_feed_connected", "1 while the feed is being followed.")),
      lag_(metrics.Gauge("fupin_outbox_lag_seconds",
                         "Age of the event applied last, when it was applied.")),
      applied_(metrics.Counter("fupin_feed_applied_total", "Events applied.")),
      resyncs_(
          metrics.Counter("fupin_feed_resync_total", "Times the whole state was fetched anew.")) {}

FeedConsumer::~FeedConsumer() { Stop(); }

void FeedConsumer::Start() {
  thread_ = std::thread([this] { Run(); });
}

void FeedConsumer::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }
  if (thread_.joinable()) thread_.join();
}

bool FeedConsumer::stopping() const {
  absl::MutexLock lock(&mutex_);
  return stopping_;
}

bool FeedConsumer::connected() const {
  absl::MutexLock lock(&mutex_);
  return connected_;
}

void FeedConsumer::Run() {
  absl::Duration pause = kMinPause;
  bool snapshot = false;
  while (!stopping()) {
    const absl::Time begun = absl::Now();
    const absl::Status status = Follow(snapshot);
    connected_gauge_.Set(0);
    if (stopping()) return;
    const std::string reason = ReasonOf(status);
    snapshot = reason == "FEED_EPOCH_CHANGED" || reason == "FEED_TRIMMED";
    if (snapshot) resyncs_.Increment();
    log::Warning("feed interrupted",
                 {{"consumer", name_}, {"reason", reason}, {"snapshot", snapshot}});
    pause = absl::Now() - begun > absl::Seconds(10) ? kMinPause : std::min(pause * 2, kMaxPause);
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&stopping_), pause);
  }
}

absl::Status FeedConsumer::Follow(bool snapshot) {
  ASSIGN_OR_RETURN(Position position, handler_.Load());
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return absl::CancelledError("stopping");
    context_ = &context;
  }
  v1::WatchRequest start;
  start.set_consumer(name_);
  start.set_epoch(position.epoch);
  start.set_snapshot(snapshot);
  for (const auto& [partition, sequence] : position.cursors) {
    v1::Cursor* cursor = start.add_cursors();
    cursor->set_partition(partition);
    cursor->set_sequence(sequence);
  }
  for (const std::string& type : types_) start.add_types(type);
  auto stream = stub_->Watch(&context, start);

  absl::Status status = absl::OkStatus();
  absl::Time saved = absl::Now();
  bool dirty = false;
  // What was applied since, beside the position: a consumer may follow thousands of partitions.
  absl::flat_hash_map<std::string, int64_t> applied;
  const auto keep = [&]() -> absl::Status {
    for (const auto& [partition, sequence] : applied) position.cursors[partition] = sequence;
    applied.clear();
    return handler_.Save(position);
  };
  const auto save = [&]() -> absl::Status {
    RETURN_IF_ERROR(keep());
    v1::ConfirmRequest confirm;
    confirm.set_consumer(name_);
    for (const auto& [partition, sequence] : position.cursors) {
      v1::Cursor* cursor = confirm.add_cursors();
      cursor->set_partition(partition);
      cursor->set_sequence(sequence);
    }
    // A lost confirmation costs the producer some disk until the next one.
    grpc::ClientContext confirming;
    confirming.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    v1::ConfirmResponse confirmed;
    stub_->Confirm(&confirming, confirm, &confirmed);
    saved = absl::Now();
    dirty = false;
    return absl::OkStatus();
  };
  v1::WatchResponse response;
  while (status.ok() && stream->Read(&response)) {
    if (response.has_opened()) {
      // A first start, or a new epoch after a restore: cursors of the old one mean nothing.
      if (position.epoch != response.opened().epoch()) position.cursors.clear();
      position.epoch = response.opened().epoch();
      connected_gauge_.Set(1);
      absl::MutexLock lock(&mutex_);
      connected_ = true;
    } else if (response.has_snapshot_end()) {
      for (const v1::Cursor& cursor : response.snapshot_end().cursors()) {
        applied[cursor.partition()] = cursor.sequence();
      }
      status = save();
    } else {
      auto& received = *response.mutable_events()->mutable_events();
      const std::vector<v1::Event> events(std::make_move_iterator(received.begin()),
                                          std::make_move_iterator(received.end()));
      status = handler_.Apply(position.epoch, events);
      if (!status.ok()) break;
      for (const v1::Event& event : events) {
        // Events of a snapshot carry no position of their own.
        if (event.sequence() > 0) applied[event.partition()] = event.sequence();
      }
      if (!events.empty()) {
        applied_.Increment(static_cast<double>(events.size()));
        lag_.Set(absl::ToDoubleSeconds(
            absl::Now() -
            absl::FromUnixMillis(google::protobuf::util::TimeUtil::TimestampToMilliseconds(
                events.back().commit_time()))));
      }
      dirty = true;
    }
    if (status.ok() && dirty && absl::Now() - saved >= kSaveEvery) status = save();
  }
  if (status.ok() && dirty) status = keep();
  {
    absl::MutexLock lock(&mutex_);
    connected_ = false;
    context_ = nullptr;
  }
  if (!status.ok()) context.TryCancel();
  const grpc::Status ended = stream->Finish();
  if (!status.ok()) return status;
  return ended.ok() ? absl::UnavailableError("the feed ended") : rpc::FromGrpc(ended);
}

}  // namespace fupin::feed
