#include "services/exchange/server/push_stream.h"

#include <utility>

#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"
#include "libs/codes/text.h"
#include "libs/rpc/wire_status.h"
#include "services/exchange/domain/reasons.h"

namespace fupin::exchange {
namespace {

const google::protobuf::MethodDescriptor& Method() {
  static const auto& method = rpc::MethodNamed("fupin.exchange.v1.ExchangeService.Push");
  return method;
}

constexpr size_t kMaxSystemBytes = 64;
constexpr size_t kMaxBatchBytes = 3 << 20;

bool IsStreamId(const std::string& id) {
  if (id.empty() || id.size() > 64) return false;
  for (const char c : id) {
    if (!absl::ascii_isalnum(c) && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

}  // namespace

void PushStreams::Add(PushStream* stream) {
  bool draining = false;
  {
    absl::MutexLock lock(&mutex_);
    open_.insert(stream);
    draining = draining_;
  }
  if (draining) stream->Drain();
}

void PushStreams::Remove(PushStream* stream) {
  absl::MutexLock lock(&mutex_);
  open_.erase(stream);
}

void PushStreams::Drain() {
  absl::MutexLock lock(&mutex_);
  draining_ = true;
  // Drain only marks a stream; it never removes it from here in the same call.
  for (PushStream* stream : open_) stream->Drain();
}

PushStream::PushStream(grpc::CallbackServerContext* context, rpc::Edge& edge, Contracts& contracts,
                       const Preparer& preparer, Committer& committer, PushStreams& streams,
                       PushLimits limits)
    : context_(context),
      edge_(edge),
      contracts_(contracts),
      preparer_(preparer),
      committer_(committer),
      streams_(streams),
      limits_(limits),
      begun_(absl::Now()) {
  auto caller = edge_.Admit(*context_, Method());
  streams_.Add(this);
  absl::MutexLock lock(&mutex_);
  if (!caller.ok()) {
    End(caller.status());
    return;
  }
  caller_ = *std::move(caller);
  if (ending_) return;
  reading_ = true;
  StartRead(&incoming_);
}

void PushStream::OnReadDone(bool ok) {
  absl::Status status = absl::OkStatus();
  bool more = ok;
  if (ok) {
    v1::PushRequest request;
    grpc::ProtoBufferReader reader(&incoming_);
    if (!request.ParseFromZeroCopyStream(&reader)) {
      status = Refuse("PUSH_MESSAGE_MALFORMED", "message");
    } else if (!started_) {
      status = request.has_start() ? Start(request.start()) : Refuse("PUSH_START_MISSING", "start");
    } else {
      status = request.has_batch() ? Take(request.batch()) : Refuse("BATCH_MISSING", "batch");
    }
  }
  incoming_.Clear();
  absl::MutexLock lock(&mutex_);
  reading_ = false;
  if (!more || !status.ok()) {
    End(status);
    return;
  }
  if (ending_ || cancelled_) {
    MaybeFinish();
    return;
  }
  if (held_) return;
  reading_ = true;
  StartRead(&incoming_);
}

void PushStream::ReadOn() {
  absl::MutexLock lock(&mutex_);
  held_ = false;
  // Not yet done with the message before: it reads on itself.
  if (reading_ || ending_ || cancelled_) return;
  reading_ = true;
  StartRead(&incoming_);
}

absl::Status PushStream::Start(const v1::PushStart& start) {
  if (!IsStreamId(start.stream_id())) return Refuse("STREAM_ID_INVALID", "start.stream_id");
  // Stored with every record.
  if (start.system().size() > kMaxSystemBytes || !codes::CheckText(start.system()).ok()) {
    return Refuse("SYSTEM_INVALID", "start.system");
  }
  if (!v1::Charset_IsValid(start.charset())) return Refuse("CHARSET_UNKNOWN", "start.charset");
  const auto contract = contracts_.Find(start.dataset());
  if (contract == nullptr) return Refuse("DATASET_UNKNOWN", "start.dataset");
  const std::string& owner = contract->options.participant();
  if (caller_.principal.role == type::v1::ROLE_DEPARTMENT && caller_.principal.id != owner) {
    return Refuse("DATASET_NOT_YOURS", "start.dataset", start.dataset());
  }
  dataset_ = start.dataset();
  info_.participant = owner;
  info_.principal = caller_.principal.uri;
  info_.system = start.system();
  info_.stream_id = start.stream_id();
  info_.charset = start.charset();
  info_.dry_run = start.dry_run();
  started_ = true;
  v1::PushResponse response;
  auto* opened = response.mutable_opened();
  auto last = committer_.LastBatch(dataset_, info_);
  if (!last.ok()) return last.status();
  opened->set_last_batch_number(*last);
  opened->set_max_records_per_batch(limits_.max_records_per_batch);
  opened->set_max_batches_in_flight(limits_.max_batches_in_flight);
  absl::MutexLock lock(&mutex_);
  Send(response);
  return absl::OkStatus();
}

absl::Status PushStream::Take(const v1::RecordBatch& batch) {
  if (batch.batch_number() <= 0) return Refuse("BATCH_NUMBER_INVALID", "batch.batch_number");
  if (batch.records().empty()) return Refuse("BATCH_EMPTY", "batch.records");
  if (batch.records_size() > limits_.max_records_per_batch ||
      batch.ByteSizeLong() > kMaxBatchBytes) {
    return Refuse("BATCH_TOO_LARGE", "batch.records");
  }
  // Contracts may change while a stream is open: every batch is judged by the newest.
  const auto contracts = contracts_.current();
  const contract::Contract* contract = contracts->Find(dataset_);
  if (contract == nullptr) return Refuse("DATASET_UNKNOWN", "start.dataset");
  {
    absl::MutexLock lock(&mutex_);
    if (in_flight_ >= limits_.max_batches_in_flight) {
      return Refuse("BATCHES_IN_FLIGHT", "batch.batch_number");
    }
    ++in_flight_;
    held_ = true;  // before the queue can say that it has room
  }
  PreparedBatch prepared = preparer_.Prepare(*contracts, *contract, info_, batch);
  const int64_t number = batch.batch_number();
  bool held = false;
  absl::Status queued = committer_.Submit(
      std::move(prepared),
      [this, number](absl::StatusOr<v1::BatchVerdict> verdict) {
        Answered(number, std::move(verdict));
      },
      [this] { ReadOn(); }, &held);
  if (!held || !queued.ok()) {
    absl::MutexLock lock(&mutex_);
    held_ = false;
    if (!queued.ok()) --in_flight_;
  }
  return queued;
}

void PushStream::Answered(int64_t batch_number, absl::StatusOr<v1::BatchVerdict> verdict) {
  absl::MutexLock lock(&mutex_);
  --in_flight_;
  if (!verdict.ok()) {
    End(verdict.status());
    return;
  }
  verdict->set_batch_number(batch_number);
  v1::PushResponse response;
  *response.mutable_verdict() = *std::move(verdict);
  Send(response);
  MaybeFinish();
}

void PushStream::Send(const v1::PushResponse& response) {
  if (cancelled_ || finished_) return;
  grpc::ByteBuffer buffer;
  bool own = false;
  grpc::SerializationTraits<v1::PushResponse>::Serialize(response, &buffer, &own);
  outbox_.push_back(std::move(buffer));
  if (!writing_) {
    writing_ = true;
    StartWrite(&outbox_.front());
  }
}

void PushStream::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  if (!ok) {
    outbox_.clear();
    cancelled_ = true;
  } else {
    outbox_.pop_front();
    if (!outbox_.empty()) {
      writing_ = true;
      StartWrite(&outbox_.front());
    }
  }
  MaybeFinish();
}

void PushStream::OnCancel() {
  absl::MutexLock lock(&mutex_);
  cancelled_ = true;
  MaybeFinish();
}

void PushStream::Drain() {
  absl::MutexLock lock(&mutex_);
  End(Refuse("SHUTTING_DOWN"));
}

void PushStream::End(absl::Status status) {
  // A batch that fails after the sender has closed its side is still told.
  if (!ending_ || end_status_.ok()) end_status_ = std::move(status);
  ending_ = true;
  MaybeFinish();
}

void PushStream::MaybeFinish() {
  // A read that is still open ends by itself once the call is finished, so it is not waited for.
  if (finished_ || in_flight_ > 0 || writing_ || !(ending_ || cancelled_)) return;
  finished_ = true;
  if (end_status_.code() == absl::StatusCode::kResourceExhausted) {
    context_->AddTrailingMetadata("retry-after-ms", "500");
  }
  Finish(rpc::ToGrpc(cancelled_ ? absl::CancelledError("the call was cancelled") : end_status_));
}

void PushStream::OnDone() {
  streams_.Remove(this);
  absl::Status status;
  {
    absl::MutexLock lock(&mutex_);
    status = cancelled_ ? absl::CancelledError("the call was cancelled") : end_status_;
  }
  edge_.Finish(Method(), caller_, begun_, status);
  delete this;
}

}  // namespace fupin::exchange
