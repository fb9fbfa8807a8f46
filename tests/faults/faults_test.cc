// Faults of processes and networks, through real processes: nothing acknowledged is lost, nothing
// is applied twice, and everybody finds each other again. Synthetic data only.
//
// The long forms are hidden ("[long]"): scripts/dev test-long.
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/server_builder.h>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "fupin/feed/v1/feed_service.grpc.pb.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/credentials.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "services/fupinctl/pusher.h"
#include "tests/faults/relay.h"
#include "tests/walks/world.h"

namespace fupin::faults {
namespace {

using exchange::v1::PushedRecord;
using exchange::v1::Verdict;
using identification::v1::IdentificationService;
using walks::Eventually;
using walks::Person;
using walks::World;

fupinctl::PushOptions Into(const std::string& stream, int batch) {
  fupinctl::PushOptions options;
  options.dataset = "mps.population";
  options.stream_id = stream;
  options.batch_records = batch;
  options.retries = 400;
  return options;
}

std::vector<PushedRecord> People(const World& world, int first, int count,
                                 const std::string& name = "甲") {
  std::vector<PushedRecord> records;
  for (int i = 0; i < count; ++i) records.push_back(Person(world, first + i, 1, name));
  return records;
}

// What the feed of the exchange says: every event once, without a gap.
struct FeedState {
  int64_t events = 0;
  size_t records = 0;
  bool gap = false;
  bool whole = false;
};

FeedState ReadFeed(const World& world) {
  FeedState state;
  const auto feed = feed::v1::FeedService::NewStub(world.ToExchange("service-identification"));
  grpc::ClientContext context;
  feed::v1::WatchRequest watch;
  watch.set_until_caught_up(true);
  auto stream = feed->Watch(&context, watch);
  feed::v1::WatchResponse response;
  std::set<std::string> seen;
  while (stream->Read(&response)) {
    for (const auto& event : response.events().events()) {
      state.gap |= event.sequence() != state.events + 1;
      state.events = event.sequence();
      exchange::v1::RecordChanged changed;
      state.gap |= !changed.ParseFromString(event.payload());
      seen.insert(changed.record().name());
    }
  }
  state.whole = stream->Finish().ok();
  state.records = seen.size();
  return state;
}

void CheckOnce(const World& world, int64_t records) {
  const FeedState state = ReadFeed(world);
  CHECK(state.whole);
  CHECK_FALSE(state.gap);
  CHECK(state.events == records);
  CHECK(state.records == static_cast<size_t>(records));
}

template <typename Response, typename Request, typename Stub>
absl::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  context.set_wait_for_ready(true);
  return rpc::FromGrpc((stub.*method)(&context, request, response));
}

identification::v1::Household HouseholdOf(const World& world, const std::string& name) {
  const auto stub = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  identification::v1::GetHouseholdRequest get;
  get.set_name(name);
  identification::v1::Household household;
  Call(*stub, &IdentificationService::Stub::GetHousehold, get, &household).IgnoreError();
  return household;
}

// Submits until it is taken; the request id makes repeating harmless.
std::string Submit(const World& world, const identification::v1::SubmitSurveyRequest& request) {
  const auto stub = IdentificationService::NewStub(world.ToIdentification("enumerator-tablet-1"));
  identification::v1::SubmitSurveyResponse response;
  absl::Status status;
  const bool taken = Eventually([&] {
    status = Call(*stub, &IdentificationService::Stub::SubmitSurvey, request, &response);
    return status.ok() || !(absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status));
  });
  CAPTURE(status);
  CHECK(taken);
  CHECK(status.ok());
  return response.household();
}

double Metric(int port, const std::string& name) {
  const std::string command =
      absl::StrCat("curl -sf http://127.0.0.1:", port, "/metrics | grep '^", name, "' | head -1");
  std::FILE* out = popen(command.c_str(), "r");
  char line[512] = "";
  const bool read = std::fgets(line, sizeof line, out) != nullptr;
  pclose(out);
  const std::string text = line;
  return read ? std::atof(text.substr(text.rfind(' ') + 1).c_str()) : -1;
}

std::shared_ptr<grpc::Channel> Through(const World& world, const Relay& relay,
                                       const std::string& certificate) {
  return rpc::MakeChannel(absl::StrCat("localhost:", relay.port()), world.Files(certificate));
}

TEST_CASE("F15 F29 a stream cut at any byte is resumed, and a lost answer is given again",
          "[walk]") {
  World world;
  world.StartExchange();
  Relay relay(world.exchange().ports().grpc);
  // Handshake, opening, batches, verdicts, the end: both directions, finer where messages are
  // small.
  std::vector<std::pair<int64_t, int64_t>> cuts;
  for (int64_t at = 0; at < 1500; at += 150) cuts.emplace_back(at, -1), cuts.emplace_back(-1, at);
  for (int64_t at = 1500; at < 12000; at += 500)
    cuts.emplace_back(at, -1), cuts.emplace_back(-1, at);
  int first = 0;
  int repeated = 0;
  for (const auto& [to_server, to_client] : cuts) {
    CAPTURE(to_server, to_client);
    relay.CutNextAfter(to_server, to_client);
    const auto records = People(world, first, 40);
    int accepted = 0;
    const absl::Status status = fupinctl::Push(
        Through(world, relay, "dept-mps"), Into(absl::StrCat("cut-", first), 10), records,
        [&](size_t, const Verdict& verdict) {
          accepted += verdict.outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW ? 1 : 0;
          repeated += verdict.repeated() ? 1 : 0;
        });
    CAPTURE(status);
    CHECK(status.ok());
    CHECK(accepted == 40);
    first += 40;
  }
  CHECK(relay.cuts() > static_cast<int>(cuts.size()) / 2);
  CHECK(repeated > 0);  // some answers were lost after the commit, and came again as they were
  CheckOnce(world, first);
}

TEST_CASE("F29 I18 an older version that comes again gets its first verdict", "[walk]") {
  World world;
  world.StartExchange();
  const auto push = [&](int64_t version, const std::string& name) {
    static int stream = 0;
    Verdict out;
    FUPIN_CHECK(fupinctl::Push(world.ToExchange("dept-mps"), Into(absl::StrCat("v", ++stream), 1),
                               {Person(world, 1, version, name)},
                               [&](size_t, const Verdict& verdict) { out = verdict; })
                    .ok());
    return out;
  };
  CHECK(push(10, "甲").outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);
  CHECK(push(20, "乙").outcome() == exchange::v1::OUTCOME_ACCEPTED_CHANGE);
  CHECK(push(30, "丙").outcome() == exchange::v1::OUTCOME_ACCEPTED_CHANGE);
  const Verdict first = push(10, "甲");
  CHECK(first.outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);
  CHECK(first.repeated());
  CHECK(push(20, "乙").outcome() == exchange::v1::OUTCOME_ACCEPTED_CHANGE);
  const Verdict other = push(20, "丁");
  REQUIRE(other.outcome() == exchange::v1::OUTCOME_REJECTED);
  CHECK(other.problems(0).reason() == "SOURCE_VERSION_CONFLICT");
  const Verdict never = push(15, "甲");
  CHECK(never.outcome() == exchange::v1::OUTCOME_UNCHANGED);
  REQUIRE(never.problems_size() == 1);
  CHECK(never.problems(0).reason() == "RECORD_SUPERSEDED");
  const FeedState state = ReadFeed(world);
  CHECK(state.events == 3);
}

TEST_CASE("F12 a peer that vanished without a word is noticed and found again", "[walk]") {
  World world;
  world.StartExchange();
  Relay to_sender(world.exchange().ports().grpc);
  Relay to_reader(world.exchange().ports().grpc);
  world.StartIdentification(to_reader.port());
  const std::string name = Submit(world, walks::Survey(1, 0, 1));
  constexpr int kRecords = 20'000;
  std::vector<int> answers(kRecords);
  std::atomic<int> answered{0};
  absl::Status status;
  std::thread sender([&] {
    status = fupinctl::Push(Through(world, to_sender, "dept-mps"), Into("half-open", 10),
                            People(world, 1, kRecords), [&](size_t i, const Verdict& verdict) {
                              ++answered;
                              answers[i] +=
                                  verdict.outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW ? 1 : 100;
                            });
  });
  CHECK(Eventually([&] { return answered > 500; }));
  // Both lines fall silent; the exchange itself is replaced meanwhile, so that no end of its own
  // reaches anybody.
  to_sender.SetSilent(true);
  to_reader.SetSilent(true);
  const absl::Time silent = absl::Now();
  REQUIRE(answered < kRecords);
  world.exchange().Kill();
  world.StartExchange();
  to_sender.SetSilent(false);
  to_reader.SetSilent(false);
  sender.join();
  CAPTURE(status);
  CHECK(status.ok());
  CHECK(to_sender.connections() > 1);
  std::printf("F12 sender went on after %.1f s\n", absl::ToDoubleSeconds(absl::Now() - silent));
  for (int i = 0; i < kRecords; ++i) REQUIRE(answers[static_cast<size_t>(i)] == 1);
  absl::Status pushed = fupinctl::Push(world.ToExchange("dept-mps"), Into("after", 1),
                                       People(world, 0, 1), [](size_t, const Verdict&) {});
  CHECK(pushed.ok());
  CHECK(Eventually([&] { return HouseholdOf(world, name).facts_size() == 1; }));
  std::printf("F12 reader had caught up after %.1f s\n",
              absl::ToDoubleSeconds(absl::Now() - silent));
  CheckOnce(world, kRecords + 1);
}

TEST_CASE("F18 I20 ten times too much is held back, and all that is accepted is kept", "[walk]") {
  World world;
  world.set_exchange_settings("queue_records: 1000 max_batches_in_flight: 4\n");
  world.StartExchange();
  constexpr int kSenders = 24;
  constexpr int kEach = 2000;
  constexpr int kCalm = 10'000;
  std::atomic<int> accepted{0};
  std::atomic<int> failed{0};
  // What the exchange takes from senders it can serve, to compare with.
  const absl::Time calm = absl::Now();
  absl::Status status =
      fupinctl::Push(world.ToExchange("dept-mps"), Into("calm", 250),
                     People(world, kSenders * kEach, kCalm), [](size_t, const Verdict&) {});
  CHECK(status.ok());
  const double capacity = kCalm / absl::ToDoubleSeconds(absl::Now() - calm);
  const absl::Time flood = absl::Now();
  std::vector<std::thread> senders;
  for (int s = 0; s < kSenders; ++s) {
    senders.emplace_back([&, s] {
      const absl::Status sent = fupinctl::Push(
          world.ToExchange("dept-mps"), Into(absl::StrCat("flood-", s), 250),
          People(world, s * kEach, kEach), [&](size_t, const Verdict& verdict) {
            accepted += verdict.outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW ? 1 : 0;
          });
      failed += sent.ok() ? 0 : 1;
    });
  }
  for (std::thread& sender : senders) sender.join();
  std::printf("F18 goodput under 24 senders: %.2f of what one gets\n",
              kSenders * kEach / absl::ToDoubleSeconds(absl::Now() - flood) / capacity);
  CHECK(failed == 0);
  CHECK(accepted == kSenders * kEach);
  CHECK(Metric(world.exchange().ports().metrics, "fupin_exchange_held_total") > 0);
  CHECK(Metric(world.exchange().ports().metrics, "fupin_exchange_queued_records") == 0);
  CheckOnce(world, kSenders * kEach + kCalm);
  CHECK(world.exchange().Stop() == 0);
}

// An exchange that says nothing but its feed, one event of which nobody can apply.
class PoisonedFeed : public feed::v1::FeedService::CallbackService {
 public:
  explicit PoisonedFeed(std::vector<std::string> payloads) : payloads_(std::move(payloads)) {}

  grpc::ServerWriteReactor<feed::v1::WatchResponse>* Watch(
      grpc::CallbackServerContext* context, const feed::v1::WatchRequest* request) override {
    (void)context;
    ++watches_;
    int64_t after = 0;
    for (const auto& cursor : request->cursors()) after = cursor.sequence();
    return new Stream(payloads_, after);
  }
  grpc::ServerUnaryReactor* Confirm(grpc::CallbackServerContext* context,
                                    const feed::v1::ConfirmRequest*,
                                    feed::v1::ConfirmResponse*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  int watches() const { return watches_; }

 private:
  class Stream : public grpc::ServerWriteReactor<feed::v1::WatchResponse> {
   public:
    Stream(const std::vector<std::string>& payloads, int64_t after) {
      opened_.mutable_opened()->set_epoch("e1");
      for (size_t i = static_cast<size_t>(after); i < payloads.size(); ++i) {
        auto* event = events_.mutable_events()->add_events();
        event->set_partition("mps.population");
        event->set_sequence(static_cast<int64_t>(i) + 1);
        event->set_type("fupin.exchange.v1.RecordChanged");
        event->set_payload(payloads[i]);
      }
      StartWrite(&opened_);
    }
    void OnWriteDone(bool ok) override {
      if (ok && !sent_ && events_.has_events()) {
        sent_ = true;
        StartWrite(&events_);
      }
    }
    void OnCancel() override { Finish(grpc::Status::CANCELLED); }
    void OnDone() override { delete this; }

   private:
    feed::v1::WatchResponse opened_;
    feed::v1::WatchResponse events_;
    bool sent_ = false;
  };
  const std::vector<std::string> payloads_;
  std::atomic<int> watches_{0};
};

TEST_CASE("F28 an event that cannot be applied is set aside after five tries, others go on",
          "[walk]") {
  World world;
  const auto event = [&](int n) {
    exchange::v1::RecordChanged changed;
    auto* record = changed.mutable_record();
    record->set_name(absl::StrFormat("datasets/mps.population/records/%032x", n));
    record->set_dataset("mps.population");
    record->set_source_version(1);
    record->set_method(type::v1::COLLECTION_METHOD_AUTOMATIC);
    record->set_payload(Person(world, n, 1, "甲").payload());
    return changed.SerializeAsString();
  };
  PoisonedFeed feed({event(0), "\xff poison", event(1)});
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("localhost:0", rpc::ServerTls(world.Files("service-exchange")), &port);
  builder.RegisterService(&feed);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  REQUIRE(server != nullptr);
  world.StartIdentification(port);
  const std::string name = Submit(world, walks::Survey(1, 0, 2));
  CHECK(Eventually([&] { return HouseholdOf(world, name).facts_size() == 2; }));
  CHECK(feed.watches() >= 5);
  CHECK(Metric(world.identification().ports().metrics,
               "fupin_identification_parked_events_total") == 1);
  CHECK(absl::StrContains(world.identification().log(), "event set aside"));
  CHECK_FALSE(absl::StrContains(world.identification().log(), "poison"));
  // It stays aside after a restart; nothing comes twice.
  world.identification().Kill();
  world.StartIdentification();
  CHECK(HouseholdOf(world, name).facts_size() == 2);
  CHECK(world.identification().Stop() == 0);
  server->Shutdown(std::chrono::system_clock::now());
}

TEST_CASE("F30 stopped and started under load, senders see nothing but a pause", "[walk]") {
  World world;
  world.Start();
  constexpr int kRecords = 6000;
  std::vector<int> answers(kRecords);
  std::atomic<int> answered{0};
  std::atomic<bool> surveying{true};
  absl::Status status;
  std::thread sender([&] {
    status = fupinctl::Push(world.ToExchange("dept-mps"), Into("roll", 50),
                            People(world, 0, kRecords), [&](size_t i, const Verdict& verdict) {
                              ++answered;
                              answers[i] +=
                                  verdict.outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW ? 1 : 100;
                            });
  });
  for (int round = 1; round <= 4; ++round) {
    CHECK(Eventually([&] { return answered >= round * kRecords / 6; }));
    CHECK(world.exchange().Stop() == 0);
    world.StartExchange();
  }
  sender.join();
  CAPTURE(status, world.exchange().log());
  REQUIRE(status.ok());
  for (int i = 0; i < kRecords; ++i) REQUIRE(answers[static_cast<size_t>(i)] == 1);
  CheckOnce(world, kRecords);
  // The same for surveys, whose sender repeats what got no answer.
  std::atomic<int> surveys{0};
  std::thread surveyor([&] {
    for (int h = 0; surveying; ++h) {
      Submit(world, walks::Survey(h, h, 1));
      ++surveys;
    }
  });
  for (int round = 1; round <= 3; ++round) {
    REQUIRE(Eventually([&] { return surveys >= round * 20; }));
    CHECK(world.identification().Stop() == 0);
    world.StartIdentification();
  }
  surveying = false;
  surveyor.join();
  const auto reader = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  identification::v1::Overview overview;
  CHECK(Eventually([&] {
    return Call(*reader, &IdentificationService::Stub::GetOverview,
                identification::v1::GetOverviewRequest(), &overview)
               .ok() &&
           overview.household_count() == surveys && overview.pending_count() == 0;
  }));
}

TEST_CASE("F33 a store has one owner, a second process says so and ends", "[walk]") {
  World world;
  world.StartExchange();
  const std::string dir = std::filesystem::path(world.exchange().data_dir()).parent_path();
  const std::string log = dir + "/second.log";
  const auto second = [&] {
    return std::system(absl::StrCat("timeout 20 " FUPIN_BINARY_DIR "/bin/fupin-exchange --config=",
                                    dir, "/config.textproto --data_dir=", dir,
                                    "/data --port_file=", dir, "/second.ports >", log, " 2>&1")
                           .c_str());
  };
  for (int i = 0; i < 5; ++i) CHECK(second() != 0);
  CHECK(std::system(("grep -q STORE_IN_USE " + log).c_str()) == 0);
  // Nor while the owner is paused and may come back at any time.
  world.exchange().process().Signal(SIGSTOP);
  CHECK(second() != 0);
  world.exchange().process().Signal(SIGCONT);
  absl::Status status = fupinctl::Push(world.ToExchange("dept-mps"), Into("owner", 10),
                                       People(world, 0, 100), [](size_t, const Verdict&) {});
  CHECK(status.ok());
  CheckOnce(world, 100);
}

// The long form reads 200,000 records anew: that may take minutes.
bool InTheEnd(const std::function<bool()>& done) {
  for (int i = 0; i < 10; ++i) {
    if (Eventually(done)) return true;
  }
  return false;
}

// Kills processes at random moments while records and surveys come, until `kills` and `records` are
// reached; then recounts everything, and compares every score with one computed from scratch.
void KillAtRandom(int kills, int records, uint32_t seed, bool print) {
  World world;
  world.Start();
  std::mt19937 random(seed);
  constexpr int kHouseholds = 100;
  std::atomic<bool> enough{false};
  std::atomic<int> answered{0};
  std::atomic<int> wrong{0};
  int pushed = 0;
  absl::Status status = absl::OkStatus();
  std::thread sender([&] {
    while (status.ok() && (!enough || pushed < records)) {
      constexpr int kChunk = 500;
      std::vector<int> answers(kChunk);
      status = fupinctl::Push(
          world.ToExchange("dept-mps"), Into(absl::StrCat("k", pushed), 100),
          People(world, pushed, kChunk), [&](size_t i, const Verdict& verdict) {
            ++answered;
            answers[i] += verdict.outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW ? 1 : 100;
          });
      for (const int answer : answers) wrong += answer == 1 ? 0 : 1;
      pushed += kChunk;
    }
  });
  std::vector<std::string> names;
  std::thread surveyor([&] {
    for (int h = 0; h < kHouseholds; ++h) {
      names.push_back(Submit(world, walks::Survey(h, h * 3, 3)));
    }
  });
  double slowest = 0;
  for (int kill = 0; kill < kills; ++kill) {
    absl::SleepFor(absl::Milliseconds(50 + random() % (print ? 900 : 200)));
    const uint32_t whom = random() % 3;  // exchange, identification, both
    if (whom != 1) world.exchange().Kill();
    if (whom != 0) world.identification().Kill();
    const absl::Time begun = absl::Now();
    if (whom != 1) world.StartExchange();
    if (whom != 0) world.StartIdentification();
    slowest = std::max(slowest, absl::ToDoubleSeconds(absl::Now() - begun));
  }
  enough = true;
  surveyor.join();
  sender.join();
  CAPTURE(status);
  REQUIRE(status.ok());
  CHECK(wrong == 0);
  CheckOnce(world, pushed);

  const auto settled = [&] {
    const auto reader = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
    identification::v1::Overview overview;
    if (!Call(*reader, &IdentificationService::Stub::GetOverview,
              identification::v1::GetOverviewRequest(), &overview)
             .ok() ||
        overview.pending_count() != 0 || overview.household_count() != kHouseholds) {
      return false;
    }
    for (const std::string& name : names) {
      const auto household = HouseholdOf(world, name);
      if (!household.has_score() || household.facts_size() != 3) return false;
      for (const auto& finding : household.findings()) {
        // "not in the population register": open only until the facts have come.
        if (finding.rule() == "X050" && finding.state() == identification::v1::FINDING_STATE_OPEN) {
          return false;
        }
      }
    }
    return true;
  };
  const auto scores = [&] {
    std::map<std::string, std::string> all;
    for (const std::string& name : names) {
      identification::v1::Score score = HouseholdOf(world, name).score();
      score.clear_version();
      score.clear_score_time();
      all[name] = score.SerializeAsString();
    }
    return all;
  };
  REQUIRE(InTheEnd(settled));
  const auto killed = scores();
  // From scratch: an empty store, the same surveys, the whole feed.
  world.identification().Kill();
  std::filesystem::remove_all(world.identification().data_dir());
  world.StartIdentification();
  for (int h = 0; h < kHouseholds; ++h) {
    CHECK(Submit(world, walks::Survey(h, h * 3, 3)) == names[static_cast<size_t>(h)]);
  }
  REQUIRE(InTheEnd(settled));
  CHECK(scores() == killed);
  if (print) {
    std::printf("%d kills over %d records: lost 0, doubled 0; slowest start %.1f s\n", kills,
                pushed, slowest);
  }
}

TEST_CASE("F01 F02 killed at random moments, alone and together: scores are those from scratch",
          "[walk]") {
  KillAtRandom(6, 3000, 7, false);
}

TEST_CASE("F01 F02 long form: 100 kills, 200,000 records", "[.][long]") {
  KillAtRandom(100, 200'000, 20261124, true);
}

}  // namespace
}  // namespace fupin::faults
