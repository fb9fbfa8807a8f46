// The suite under load, through real processes with mutual TLS: pushing, one record to a new score,
// memory, start with a full store. Peers run in the same run. Synthetic records (合成数据).
//   build/release/bin/fupin_service_bench [records]
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/client_context.h>
#include <rocksdb/db.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "fupin/feed/v1/feed_service.grpc.pb.h"
#include "libs/config/config.h"
#include "libs/status/macros.h"
#include "services/fupinctl/pusher.h"
#include "tests/bench/measure.h"
#include "tests/walks/world.h"

namespace fupin::bench {
namespace {

using exchange::v1::ExchangeService;
using exchange::v1::PushedRecord;
using walks::World;

constexpr int kRounds = 3;
constexpr int kBatch = 1000;

std::vector<PushedRecord> Records(const World& world, int count, int64_t version) {
  std::vector<PushedRecord> records;
  records.reserve(static_cast<size_t>(count));
  for (int n = 0; n < count; ++n) {
    // Every version says something else than those before it.
    static const char* const kNames[] = {"甲", "乙", "戊"};
    records.push_back(walks::Person(world, n, version, kNames[version % 3]));
  }
  return records;
}

void MustBeAccepted(size_t, const exchange::v1::Verdict& verdict) {
  FUPIN_CHECK(verdict.outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW ||
              verdict.outcome() == exchange::v1::OUTCOME_ACCEPTED_CHANGE);
}

fupinctl::PushOptions Options(const std::string& stream, int batch) {
  fupinctl::PushOptions options;
  options.dataset = "mps.population";
  options.stream_id = stream;
  options.batch_records = batch;
  return options;
}

// The same bytes, batch by batch, straight into RocksDB, each batch synced.
double RawSeconds(const std::string& dir, const std::vector<PushedRecord>& records, int batch) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  FUPIN_CHECK(rocksdb::DB::Open(options, dir, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::vector<std::string> bytes;
  std::vector<std::string> keys;  // of 24 bytes in no order, as the exchange's own
  Random random;
  for (const PushedRecord& record : records) {
    bytes.push_back(record.SerializeAsString());
    keys.push_back(absl::StrFormat("%08x%08x%08x", random.Next(), random.Next(), random.Next()));
  }
  rocksdb::WriteOptions write;
  write.sync = true;
  return Seconds([&] {
    for (size_t i = 0; i < bytes.size(); i += static_cast<size_t>(batch)) {
      rocksdb::WriteBatch out;
      for (size_t k = i; k < std::min(bytes.size(), i + static_cast<size_t>(batch)); ++k) {
        FUPIN_CHECK(out.Put(keys[k], bytes[k]).ok());
      }
      FUPIN_CHECK(db->Write(write, &out).ok());
    }
  });
}

// One stream; every batch waits for its verdict. Returns seconds from send to verdict.
std::vector<double> Latencies(const World& world, const std::string& stream_id,
                              const std::vector<PushedRecord>& records, int batch) {
  const auto stub = ExchangeService::NewStub(world.ToExchange("dept-mps"));
  grpc::ClientContext context;
  auto stream = stub->Push(&context);
  exchange::v1::PushRequest request;
  request.mutable_start()->set_stream_id(stream_id);
  request.mutable_start()->set_dataset("mps.population");
  exchange::v1::PushResponse response;
  FUPIN_CHECK(stream->Write(request) && stream->Read(&response));
  std::vector<double> seconds;
  int64_t number = 0;
  for (size_t i = 0; i < records.size(); i += static_cast<size_t>(batch)) {
    request.Clear();
    request.mutable_batch()->set_batch_number(++number);
    for (size_t k = i; k < std::min(records.size(), i + static_cast<size_t>(batch)); ++k) {
      *request.mutable_batch()->add_records() = records[k];
    }
    seconds.push_back(
        Seconds([&] { FUPIN_CHECK(stream->Write(request) && stream->Read(&response)); }));
    for (const auto& verdict : response.verdict().verdicts()) MustBeAccepted(0, verdict);
  }
  stream->WritesDone();
  FUPIN_CHECK(stream->Finish().ok());
  return seconds;
}

void PrintLatency(const std::string& what, std::vector<double> seconds) {
  std::printf("%-62s p50 %8.3f ms   p99 %8.3f ms\n", what.c_str(), 1e3 * Percentile(seconds, 0.5),
              1e3 * Percentile(seconds, 0.99));
}

struct Peer {
  double single = 0;  // rows a second
  double batch = 0;
};

Peer PostgreSql(size_t row_bytes) {
  Peer peer;
  const std::string command = absl::StrCat(FUPIN_SOURCE_DIR "/tests/bench/postgres.sh ", row_bytes);
  std::FILE* out = popen(command.c_str(), "r");
  if (out == nullptr) return peer;
  if (std::fscanf(out, "single %lf batch %lf", &peer.single, &peer.batch) != 2) peer = Peer();
  pclose(out);
  return peer;
}

// 16 senders; each waits for the verdict of its record before it sends the next.
double SinglesPerSecond(const World& world, int each) {
  std::vector<std::vector<PushedRecord>> parts(16);
  for (int s = 0; s < 16; ++s) {
    for (int i = 0; i < each; ++i) {
      parts[static_cast<size_t>(s)].push_back(
          walks::Person(world, 5'000 * s + i % 5'000, 1'000 + i / 5'000, "丙"));
    }
  }
  return 16 * each / Seconds([&] {
           std::vector<std::thread> senders;
           for (size_t s = 0; s < parts.size(); ++s) {
             senders.emplace_back(
                 [&, s] { Latencies(world, absl::StrCat("single-", s), parts[s], 1); });
           }
           for (std::thread& sender : senders) sender.join();
         });
}

void Pushing(World& world, int count) {
  const std::string scratch = world.certs() + "-raw";
  double push = 1e9;
  double raw = 1e9;
  size_t row = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto records = Records(world, count, 2 + round);
    row = records[0].ByteSizeLong();
    raw = std::min(raw, RawSeconds(absl::StrCat(scratch, round), records, kBatch));
    push = std::min(push, Seconds([&] {
                      FUPIN_CHECK(fupinctl::Push(world.ToExchange("dept-mps"),
                                                 Options(absl::StrCat("push-", round), kBatch),
                                                 records, MustBeAccepted)
                                      .ok());
                    }));
  }
  const double rate = count / push;
  const Peer peer = PostgreSql(row);
  std::printf("%zu B a record; pushed %.0f/s, raw RocksDB %.0f/s, PostgreSQL %.0f/s\n", row, rate,
              count / raw, peer.batch);
  Ratio("push, batches of 1,000 / raw RocksDB, same batch and sync", raw / push, Bar::kAtLeast,
        0.6);
  if (peer.batch > 0) {
    Ratio("push, batches of 1,000 / PostgreSQL 1,000-row INSERT", rate / peer.batch, Bar::kAtLeast,
          1.0);
  }
  const double singles = SinglesPerSecond(world, 1'000);
  std::printf("single records from 16 senders: %.0f/s, PostgreSQL %.0f/s\n", singles, peer.single);
  if (peer.single > 0) {
    Ratio("single records, 16 senders / PostgreSQL, 16 connections", singles / peer.single,
          Bar::kAtLeast, 4);
  }
  PrintLatency("send to verdict, 1 record",
               Latencies(world, "latency-1", Records(world, 2'000, 5'000), 1));
  PrintLatency("send to verdict, 100 records",
               Latencies(world, "latency-100", Records(world, 20'000, 5'001), 100));
  PrintLatency("send to verdict, 1,000 records",
               Latencies(world, "latency-1000", Records(world, 100'000, 5'003), 1000));
}

// A record with another name opens or clears a finding of its household: one event each time.
void RecordToScore(World& world, double sync) {
  constexpr int kHouseholds = 500;
  const auto surveys = identification::v1::IdentificationService::NewStub(
      world.ToIdentification("enumerator-tablet-1"));
  for (int h = 0; h < kHouseholds; ++h) {
    grpc::ClientContext context;
    identification::v1::SubmitSurveyResponse response;
    FUPIN_CHECK(surveys->SubmitSurvey(&context, walks::Survey(h, h, 1), &response).ok());
  }
  const auto reader =
      identification::v1::IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  FUPIN_CHECK(walks::Eventually([&] {
    grpc::ClientContext context;
    identification::v1::Overview overview;
    return reader->GetOverview(&context, identification::v1::GetOverviewRequest(), &overview)
               .ok() &&
           overview.pending_count() == 0 && overview.household_count() == kHouseholds;
  }));
  const auto feed = feed::v1::FeedService::NewStub(world.ToIdentification("operator-admin"));
  grpc::ClientContext watching;
  feed::v1::WatchRequest watch;
  watch.set_consumer("bench");
  auto events = feed->Watch(&watching, watch);
  feed::v1::WatchResponse event;
  std::atomic<int64_t> seen{0};
  std::thread watcher([&] {
    while (events->Read(&event)) seen += event.events().events_size();
  });
  // What came before is read first.
  int64_t before = -1;
  while (before != seen || seen < kHouseholds) {
    before = seen;
    absl::SleepFor(absl::Milliseconds(300));
  }
  const auto stub = ExchangeService::NewStub(world.ToExchange("dept-mps"));
  grpc::ClientContext context;
  auto stream = stub->Push(&context);
  exchange::v1::PushRequest request;
  request.mutable_start()->set_stream_id("score");
  request.mutable_start()->set_dataset("mps.population");
  exchange::v1::PushResponse response;
  FUPIN_CHECK(stream->Write(request) && stream->Read(&response));
  std::vector<double> to_verdict;
  std::vector<double> to_score;
  for (int i = 0; i < 4 * kHouseholds; ++i) {
    request.Clear();
    request.mutable_batch()->set_batch_number(i + 1);
    *request.mutable_batch()->add_records() =
        walks::Person(world, i % kHouseholds, 10'000 + i, i / kHouseholds % 2 == 0 ? "丁" : "甲");
    const int64_t then = seen;
    const absl::Time begun = absl::Now();
    FUPIN_CHECK(stream->Write(request) && stream->Read(&response));
    to_verdict.push_back(absl::ToDoubleSeconds(absl::Now() - begun));
    const absl::Time limit = begun + absl::Seconds(2);
    while (seen == then && absl::Now() < limit) std::this_thread::yield();
    if (seen != then) to_score.push_back(absl::ToDoubleSeconds(absl::Now() - begun));
  }
  stream->WritesDone();
  watching.TryCancel();
  watcher.join();
  std::printf("records that changed a household: %zu of %d\n", to_score.size(), 4 * kHouseholds);
  PrintLatency("one record -> verdict", to_verdict);
  PrintLatency("one record -> stored score, told by the feed", to_score);
  Ratio("one record -> stored score, p50 in ms", 1e3 * Percentile(to_score, 0.5), Bar::kAtMost, 1,
        "own bar, whole way through 2 services");
  Ratio("one record -> stored score, p99 / max(10 syncs, 5 ms)",
        Percentile(to_score, 0.99) / std::max(10 * sync, 0.005), Bar::kAtMost, 1);
}

void Memory(World& world) {
  const std::string when = "after load";
  Plain("memory of exchange, " + when,
        ResidentMegabytes(std::to_string(world.exchange().process().pid())), "MB");
  Plain("memory of identification, " + when,
        ResidentMegabytes(std::to_string(world.identification().process().pid())), "MB");
  Plain("memory of gateway, " + when,
        ResidentMegabytes(std::to_string(world.gateway().process().pid())), "MB");
}

int Run(int count) {
  World world;
  const double sync = SyncSeconds(world.certs(), 200);
  Plain("4 kB fdatasync, median", 1e3 * sync, "ms");
  // The exchange alone: two cores are few for a sender, three services and a peer.
  world.StartExchange();
  Plain("memory of exchange, at rest",
        ResidentMegabytes(std::to_string(world.exchange().process().pid())), "MB");
  Pushing(world, count);
  world.StartIdentification();
  world.StartGateway();
  Plain("memory of identification, at rest",
        ResidentMegabytes(std::to_string(world.identification().process().pid())), "MB");
  Plain("memory of gateway, at rest",
        ResidentMegabytes(std::to_string(world.gateway().process().pid())), "MB");
  RecordToScore(world, sync);
  Memory(world);
  FUPIN_CHECK(world.exchange().Stop() == 0);
  Plain("start of exchange with its store full, until ready",
        Seconds([&] { world.StartExchange(); }), "s");
  FUPIN_CHECK(world.identification().Stop() == 0);
  Plain("start of identification with its store full, until ready",
        Seconds([&] { world.StartIdentification(); }), "s");
  return 0;
}

}  // namespace
}  // namespace fupin::bench

int main(int argc, char** argv) {
  return fupin::bench::Run(argc > 1 ? std::atoi(argv[1]) : 300'000);
}
