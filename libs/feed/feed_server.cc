#include "libs/feed/feed_server.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <google/protobuf/util/time_util.h>

#include "absl/time/clock.h"
#include "libs/log/log.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::feed {
namespace {

constexpr int kMaxWatches = 32;
// Also how soon a stopping service or a gone consumer is noticed while nothing happens.
constexpr absl::Duration kIdle = absl::Milliseconds(200);
// A message stays well below the 4 MiB limit of receivers.
constexpr size_t kMaxMessageBytes = 1 << 20;

absl::Status Refused(absl::StatusCode code, const char* reason, const char* zh, const char* en) {
  return ProblemStatus(code, {reason, "", zh, en});
}

void ToProto(const outbox::Event& event, v1::Event* out) {
  out->set_partition(event.partition);
  out->set_sequence(event.sequence);
  *out->mutable_commit_time() =
      google::protobuf::util::TimeUtil::MillisecondsToTimestamp(absl::ToUnixMillis(event.time));
  out->set_type(event.type);
  out->set_payload(event.payload);
}

}  // namespace

FeedServer::FeedServer(outbox::Outbox& outbox, rpc::Edge& edge, metrics::Metrics& metrics,
                       FeedHooks hooks)
    : outbox_(outbox),
      edge_(edge),
      hooks_(std::move(hooks)),
      watches_(metrics.Gauge("fupin_feed_watches", "Watches of the change feed that are open.")),
      sent_(metrics.Counter("fupin_feed_sent_total", "Events sent to consumers.")) {}

grpc::Status FeedServer::Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                               Stream* stream) {
  static const auto& method = rpc::MethodNamed("fupin.feed.v1.FeedService.Watch");
  const absl::Time begun = absl::Now();
  auto caller = edge_.Admit(*context, method);
  absl::Status status = caller.status();
  if (status.ok()) {
    if (open_.fetch_add(1) >= kMaxWatches) {
      status = Refused(absl::StatusCode::kResourceExhausted, "FEED_TOO_MANY",
                       "打开的变更流过多,请稍后重试", "too many watches are open; retry later");
    } else {
      watches_.Increment();
      status = Serve(*request, context, stream);
      watches_.Decrement();
    }
    open_.fetch_sub(1);
  }
  edge_.Finish(method, caller.ok() ? *caller : rpc::Caller{}, begun, status);
  return rpc::ToGrpc(status);
}

grpc::Status FeedServer::Confirm(grpc::ServerContext* context, const v1::ConfirmRequest* request,
                                 v1::ConfirmResponse*) {
  return edge_.Unary(*context, *request, [&](const rpc::Caller&) {
    std::map<std::string, int64_t> confirmed;
    for (const v1::Cursor& cursor : request->cursors()) {
      confirmed[cursor.partition()] = cursor.sequence();
    }
    return outbox_.Confirm(request->consumer(), confirmed);
  });
}

absl::Status FeedServer::Serve(const v1::WatchRequest& start, grpc::ServerContext* context,
                               Stream* stream) {
  if (!start.snapshot() && !start.epoch().empty() && start.epoch() != outbox_.epoch()) {
    return Refused(absl::StatusCode::kFailedPrecondition, "FEED_EPOCH_CHANGED",
                   "变更流所属存储已恢复过,请以快照重新开始",
                   "the store behind this feed was restored; start again with a snapshot");
  }
  std::map<std::string, int64_t> cursors;
  for (const v1::Cursor& cursor : start.cursors()) cursors[cursor.partition()] = cursor.sequence();
  if (!start.snapshot()) RETURN_IF_ERROR(outbox_.CheckCursors(cursors));
  // Who only reads up to now (an export) needs nothing kept.
  if (!start.until_caught_up()) RETURN_IF_ERROR(outbox_.Register(start.consumer()));
  const std::set<std::string> types(start.types().begin(), start.types().end());
  const int window = std::clamp(start.window() > 0 ? start.window() : 256, 1, kv::kMaxPageRows);
  v1::WatchResponse opened;
  opened.mutable_opened()->set_epoch(outbox_.epoch());
  if (!stream->Write(opened)) return absl::CancelledError("the consumer is gone");

  v1::WatchResponse message;
  size_t bytes = 0;
  const auto flush = [&] {
    if (!message.has_events()) return true;
    sent_.Increment(message.events().events_size());
    const bool sent = stream->Write(message);
    message.Clear();
    bytes = 0;
    return sent;
  };
  const auto send = [&](const outbox::Event& event) {
    ToProto(event, message.mutable_events()->add_events());
    bytes += event.payload.size() + 64;
    return (message.events().events_size() < window && bytes < kMaxMessageBytes) || flush();
  };
  const auto gone = [&] { return draining_ || context->IsCancelled(); };

  if (start.snapshot()) {
    cursors = outbox_.Heads();
    if (hooks_.snapshot) {
      RETURN_IF_ERROR(
          hooks_.snapshot([&](const outbox::Event& event) { return !gone() && send(event); }));
    }
    if (!flush()) return absl::CancelledError("the consumer is gone");
    v1::WatchResponse end;
    end.mutable_snapshot_end();
    for (const auto& [partition, sequence] : cursors) {
      v1::Cursor* cursor = end.mutable_snapshot_end()->add_cursors();
      cursor->set_partition(partition);
      cursor->set_sequence(sequence);
    }
    if (!stream->Write(end)) return absl::CancelledError("the consumer is gone");
  }

  absl::Status status = absl::OkStatus();
  bool alive = true;
  while (alive && status.ok() && !gone()) {
    const int64_t seen = outbox_.version();
    bool any = false;
    for (const auto& [partition, head] : outbox_.Heads()) {
      int64_t& cursor = cursors[partition];
      while (alive && cursor < head && !gone()) {
        auto events = outbox_.Read(partition, cursor, window);
        if (events.ok() && hooks_.enrich) {
          if (absl::Status enriched = hooks_.enrich(*events); !enriched.ok()) events = enriched;
        }
        if (!events.ok()) {
          status = events.status();
          alive = false;
          break;
        }
        if (events->empty()) break;
        cursor = events->back().sequence;
        any = true;
        for (const outbox::Event& event : *events) {
          if (!types.empty() && types.count(event.type) == 0) continue;
          alive = alive && send(event);
        }
      }
    }
    alive = alive && flush();
    if (any || !alive) continue;
    if (start.until_caught_up()) break;
    outbox_.WaitForChange(seen, kIdle);
  }
  if (draining_) {
    status =
        Refused(absl::StatusCode::kUnavailable, "SHUTTING_DOWN", "服务正在停止,请重新连接后续传",
                "the service is stopping; reconnect and resume");
  }
  return status;
}

}  // namespace fupin::feed
