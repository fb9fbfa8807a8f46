#include "tests/bad_input/probe.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <utility>

#include <grpcpp/client_context.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/rpc_method.h>
#include <grpcpp/impl/codegen/sync_stream.h>
#include <grpcpp/support/byte_buffer.h>
#include <catch2/catch.hpp>

#include "fupin/feed/v1/feed_service.grpc.pb.h"
#include "libs/rpc/wire_status.h"

namespace fupin::bad_input {
namespace {

using grpc::ByteBuffer;

constexpr std::chrono::seconds kPatience(60);

ByteBuffer ToBuffer(const std::string& bytes) {
  grpc::Slice slice(bytes);
  return ByteBuffer(&slice, 1);
}

std::string ToBytes(const ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

const exchange::v1::Verdict& Pushed::of(int index) const {
  INFO(status);
  REQUIRE(verdicts.size() == 1);
  REQUIRE(index < verdicts[0].verdicts_size());
  return verdicts[0].verdicts(index);
}

Pushed PushBytes(const std::shared_ptr<grpc::Channel>& channel,
                 const std::vector<std::string>& messages, bool gzip) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  context.set_wait_for_ready(true);
  if (gzip) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  const grpc::internal::RpcMethod method(kPush, grpc::internal::RpcMethod::BIDI_STREAMING, channel);
  const std::unique_ptr<grpc::ClientReaderWriter<ByteBuffer, ByteBuffer>> stream(
      grpc::internal::ClientReaderWriterFactory<ByteBuffer, ByteBuffer>::Create(channel.get(),
                                                                                method, &context));
  for (const std::string& message : messages) {
    if (!stream->Write(ToBuffer(message))) break;
  }
  stream->WritesDone();
  Pushed pushed;
  ByteBuffer answer;
  while (stream->Read(&answer)) {
    exchange::v1::PushResponse response;
    REQUIRE(response.ParseFromString(ToBytes(answer)));
    if (response.has_verdict()) pushed.verdicts.push_back(response.verdict());
  }
  pushed.status = rpc::FromGrpc(stream->Finish());
  return pushed;
}

Pushed PushBatch(const std::shared_ptr<grpc::Channel>& channel,
                 const exchange::v1::PushStart& start,
                 const std::vector<exchange::v1::PushedRecord>& records, int64_t batch_number) {
  exchange::v1::PushRequest first;
  *first.mutable_start() = start;
  exchange::v1::PushRequest second;
  second.mutable_batch()->set_batch_number(batch_number);
  for (const auto& record : records) *second.mutable_batch()->add_records() = record;
  return PushBytes(channel, {first.SerializeAsString(), second.SerializeAsString()});
}

exchange::v1::PushStart StartOf(const std::string& dataset, const std::string& stream_id) {
  exchange::v1::PushStart start;
  start.set_dataset(dataset);
  start.set_stream_id(stream_id);
  start.set_system("bad-input");
  return start;
}

absl::Status CallBytes(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
                       const std::string& bytes) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  context.set_wait_for_ready(true);
  const grpc::internal::RpcMethod method(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
  ByteBuffer response;
  return rpc::FromGrpc(grpc::internal::BlockingUnaryCall<ByteBuffer, ByteBuffer>(
      channel.get(), method, &context, ToBuffer(bytes), &response));
}

void CheckProblem(const Problem& problem, const std::vector<std::string>& personal) {
  CAPTURE(problem.reason, problem.field, problem.message_zh, problem.message_en);
  CHECK_FALSE(problem.reason.empty());
  CHECK_FALSE(problem.field.empty());
  CHECK_FALSE(problem.message_zh.empty());
  CHECK_FALSE(problem.message_en.empty());
  // The Chinese text is Chinese and the English one is not.
  CHECK(problem.message_zh.find_first_of("\xe4\xe5\xe6\xe7\xe8\xe9") != std::string::npos);
  for (const char c : problem.message_en) CHECK(static_cast<unsigned char>(c) < 0x80);
  for (const std::string& value : personal) {
    if (value.empty()) continue;
    for (const std::string* text : {&problem.field, &problem.message_zh, &problem.message_en}) {
      CHECK(text->find(value) == std::string::npos);
    }
  }
}

void CheckProblems(const std::vector<Problem>& problems, const std::vector<std::string>& personal) {
  CHECK_FALSE(problems.empty());
  for (const Problem& problem : problems) CheckProblem(problem, personal);
}

std::vector<exchange::v1::Rejection> Rejections(const std::shared_ptr<grpc::Channel>& sender,
                                                const std::string& dataset) {
  const auto stub = exchange::v1::ExchangeService::NewStub(sender);
  std::vector<exchange::v1::Rejection> all;
  exchange::v1::ListRejectionsRequest request;
  request.set_dataset(dataset);
  do {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    exchange::v1::ListRejectionsResponse response;
    const absl::Status status = rpc::FromGrpc(stub->ListRejections(&context, request, &response));
    INFO(status);
    REQUIRE(status.ok());
    all.insert(all.end(), response.rejections().begin(), response.rejections().end());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

int RecordsInFeed(const walks::World& world, const std::string& dataset) {
  const auto feed = feed::v1::FeedService::NewStub(world.ToExchange("service-identification"));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  feed::v1::WatchRequest watch;
  watch.set_until_caught_up(true);
  const auto stream = feed->Watch(&context, watch);
  feed::v1::WatchResponse response;
  int records = 0;
  while (stream->Read(&response)) {
    for (const auto& event : response.events().events()) {
      exchange::v1::RecordChanged changed;
      REQUIRE(changed.ParseFromString(event.payload()));
      records += dataset.empty() || changed.record().dataset() == dataset ? 1 : 0;
    }
  }
  REQUIRE(stream->Finish().ok());
  return records;
}

exchange::v1::DatasetStatistics StatisticsOf(const walks::World& world,
                                             const std::string& dataset) {
  const auto stub = exchange::v1::ExchangeService::NewStub(world.ToExchange("operator-admin"));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  exchange::v1::Statistics statistics;
  REQUIRE(stub->GetStatistics(&context, {}, &statistics).ok());
  for (const auto& one : statistics.datasets()) {
    if (one.dataset() == dataset) return one;
  }
  return {};
}

int ResidentMib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string word;
  while (status >> word) {
    if (word != "VmRSS:") continue;
    int kib = 0;
    status >> kib;
    return kib / 1024;
  }
  return 0;
}

}  // namespace fupin::bad_input
