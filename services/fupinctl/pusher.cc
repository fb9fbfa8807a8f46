#include "services/fupinctl/pusher.h"

#include <algorithm>
#include <chrono>
#include <deque>

#include <grpcpp/client_context.h>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "fupin/exchange/v1/exchange_service.grpc.pb.h"
#include "libs/rpc/wire_status.h"

namespace fupin::fupinctl {
namespace {

// A service that is started anew is back long before.
constexpr std::chrono::seconds kReach(30);
constexpr absl::Duration kMinPause = absl::Milliseconds(100);
constexpr absl::Duration kMaxPause = absl::Seconds(3);

bool MayRetry(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kResourceExhausted;
}

}  // namespace

absl::Status Push(const std::shared_ptr<grpc::Channel>& channel, const PushOptions& options,
                  const std::vector<exchange::v1::PushedRecord>& records,
                  const OnVerdict& on_verdict) {
  using exchange::v1::ExchangeService;
  const auto stub = ExchangeService::NewStub(channel);
  const auto size = static_cast<size_t>(options.batch_records);
  const size_t batches = (records.size() + size - 1) / size;
  size_t answered = 0;  // batches 1..answered have their verdicts
  int tries = 0;
  absl::Duration pause = kMinPause;
  while (answered < batches) {
    const size_t before = answered;
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + kReach)) {
      return absl::UnavailableError(
          "the exchange cannot be reached; check address and certificate");
    }
    grpc::ClientContext context;
    // A service that is being started anew is waited for, not hammered.
    context.set_wait_for_ready(true);
    auto stream = stub->Push(&context);
    exchange::v1::PushRequest request;
    request.mutable_start()->set_stream_id(options.stream_id);
    request.mutable_start()->set_dataset(options.dataset);
    request.mutable_start()->set_system(options.system);
    request.mutable_start()->set_dry_run(options.dry_run);
    exchange::v1::PushResponse response;
    bool open = stream->Write(request) && stream->Read(&response) && response.has_opened();
    const int window = open ? std::max(1, response.opened().max_batches_in_flight()) : 1;
    size_t sent = answered;
    while (open && answered < batches) {
      while (sent < batches && sent - answered < static_cast<size_t>(window)) {
        exchange::v1::PushRequest batch;
        batch.mutable_batch()->set_batch_number(static_cast<int64_t>(sent + 1));
        for (size_t i = sent * size; i < std::min(records.size(), (sent + 1) * size); ++i) {
          *batch.mutable_batch()->add_records() = records[i];
        }
        if (!stream->Write(batch)) break;
        ++sent;
      }
      open = stream->Read(&response) && response.has_verdict();
      if (!open) break;
      const auto& verdict = response.verdict();
      const size_t from = static_cast<size_t>(verdict.batch_number() - 1) * size;
      for (int i = 0; i < verdict.verdicts_size(); ++i) {
        on_verdict(from + static_cast<size_t>(i), verdict.verdicts(i));
      }
      ++answered;
    }
    stream->WritesDone();
    while (stream->Read(&response)) {
    }
    const absl::Status status = rpc::FromGrpc(stream->Finish());
    if (answered == batches) break;
    if (!MayRetry(status) && !status.ok()) return status;
    if (answered > before) {
      tries = 0;
      pause = kMinPause;
    }
    if (++tries > options.retries) {
      return status.ok() ? absl::UnavailableError("the stream ended early") : status;
    }
    absl::SleepFor(pause);
    pause = std::min(pause * 2, kMaxPause);
  }
  return absl::OkStatus();
}

}  // namespace fupin::fupinctl
