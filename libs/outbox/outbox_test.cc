#include "libs/outbox/outbox.h"

#include <filesystem>
#include <random>
#include <thread>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/kv/rocks_store.h"
#include "libs/status/status.h"
#include "libs/testing/temp_dir.h"

namespace fupin::outbox {
namespace {

std::unique_ptr<kv::Store> OpenStore(const std::string& dir) {
  kv::RocksOptions options;
  options.dir = dir;
  options.tables = Tables();
  options.tables.push_back("state");
  auto store = kv::OpenRocksStore(options);
  if (!store.ok()) FAIL(store.status());
  return *std::move(store);
}

// A store and its outbox, which can be ended and opened again.
struct World {
  explicit World(std::string dir) : dir(std::move(dir)) { Reopen(); }
  void Reopen() {
    outbox.reset();
    store.reset();
    store = OpenStore(dir);
    auto opened = Outbox::Open(*store, clock);
    if (!opened.ok()) FAIL(opened.status());
    outbox = *std::move(opened);
  }
  int64_t Add(const std::string& partition, const std::string& payload) {
    Outbox::Writer writer(*outbox, partition);
    kv::Batch batch(partition);
    const int64_t sequence = writer.Append(batch, "test.Added", payload);
    const absl::Status status = writer.Commit(batch);
    if (!status.ok()) FAIL(status);
    return sequence;
  }
  // Every event of a partition by pages of `limit`; checks that there is no gap.
  std::vector<Event> All(const std::string& partition, int limit = 7) const {
    std::vector<Event> events;
    while (true) {
      auto page = outbox->Read(partition, static_cast<int64_t>(events.size()), limit);
      if (!page.ok()) FAIL(page.status());
      if (page->empty()) return events;
      for (Event& event : *page) {
        REQUIRE(event.sequence == static_cast<int64_t>(events.size()) + 1);
        events.push_back(std::move(event));
      }
    }
  }

  std::string dir;
  FakeClock clock{absl::FromUnixSeconds(1700000000)};
  std::unique_ptr<kv::Store> store;
  std::unique_ptr<Outbox> outbox;
};

TEST_CASE("I01 an outbox whose stored sequences cannot be is not opened", "[outbox]") {
  struct Case {
    const char* key;
    std::string value;
  };
  const std::string one("\0\0\0\0\0\0\0\1", 8);
  const Case test = GENERATE_COPY(values<Case>({
      {"h", ""},
      {"h", one.substr(1)},
      {"h", one + "x"},
      {"h", std::string(8, '\xff')},              // below zero
      {"h", "\x7f" + std::string(7, '\xff')},     // so high that sums of two overflow
      {"t", std::string("\0\0\0\0\0\0\0\2", 8)},  // trimmed beyond the last
      {"cx", "1"},
  }));
  CAPTURE(test.key, test.value);
  testing::TempDir dir;
  World world(dir / "store");
  CHECK(world.Add("p", "one") == 1);
  world.Reopen();
  kv::Batch batch("p");
  batch.Put("outbox_heads", test.key, test.value);
  REQUIRE(world.store->Commit(batch).ok());
  const auto opened = Outbox::Open(*world.store, world.clock);
  REQUIRE_FALSE(opened.ok());
  CHECK(ReasonOf(opened.status()) == "STORE_CORRUPT");
}

TEST_CASE("events are numbered from one, per partition, and survive a reopening", "[outbox]") {
  testing::TempDir dir;
  World world(dir / "store");
  CHECK(world.outbox->Heads().empty());
  CHECK(world.outbox->Read("p", 0, 10)->empty());
  CHECK(world.Add("p", "one") == 1);
  CHECK(world.Add("p", std::string("two\0\xff", 5)) == 2);
  CHECK(world.Add("q", "") == 1);
  const auto check = [&] {
    CHECK(world.outbox->Heads() == std::map<std::string, int64_t>{{"p", 2}, {"q", 1}});
    const auto events = world.All("p");
    REQUIRE(events.size() == 2);
    CHECK(events[1].payload == std::string("two\0\xff", 5));
    CHECK(events[1].type == "test.Added");
    CHECK(events[1].partition == "p");
    CHECK(events[1].time == absl::FromUnixSeconds(1700000000));
    CHECK(world.outbox->Read("p", 1, 10)->size() == 1);
    CHECK(world.outbox->Read("p", 2, 10)->empty());
  };
  check();
  const std::string epoch = world.outbox->epoch();
  world.Reopen();
  check();
  CHECK(world.outbox->epoch() == epoch);
  CHECK(world.Add("p", "three") == 3);
}

TEST_CASE("an abandoned or failed batch uses no number", "[outbox]") {
  testing::TempDir dir;
  World world(dir / "store");
  world.Add("p", "one");
  {
    Outbox::Writer writer(*world.outbox, "p");
    kv::Batch batch("p");
    CHECK(writer.Append(batch, "t", "never") == 2);
    writer.Seal(batch);
  }
  {
    Outbox::Writer writer(*world.outbox, "p");
    kv::Batch batch("p");
    batch.ExpectEquals("state", "k", "not so");
    CHECK(writer.Append(batch, "t", "refused") == 2);
    CHECK(absl::IsAborted(writer.Commit(batch)));
  }
  CHECK(world.Add("p", "two") == 2);
  CHECK(world.All("p").back().payload == "two");
}

TEST_CASE("when only the first of several batches was committed, it counts", "[outbox]") {
  testing::TempDir dir;
  World world(dir / "store");
  world.Add("p", "one");
  {
    Outbox::Writer writer(*world.outbox, "p");
    std::vector<kv::Batch> batches(4, kv::Batch("p"));
    for (size_t i = 0; i < batches.size(); ++i) {
      writer.Append(batches[i], "t", absl::StrCat("batch", i));
      if (i == 2) batches[i].ExpectEquals("state", "k", "not so");
      writer.Seal(batches[i]);
    }
    const auto results = world.store->CommitAll(batches);
    CHECK(results[0].ok());
    CHECK(results[1].ok());
    CHECK(absl::IsAborted(results[2]));
    // It would leave a gap.
    CHECK(absl::IsAborted(results[3]));
  }
  CHECK(world.outbox->Heads().at("p") == 3);
  CHECK(world.Add("p", "next") == 4);
  CHECK(world.All("p").size() == 4);
}

TEST_CASE("F01 eight threads on three partitions leave no gap and lose nothing", "[outbox]") {
  testing::TempDir dir;
  World world(dir / "store");
  constexpr int kThreads = 8;
  constexpr int kEach = 60;
  std::vector<std::thread> threads;
  std::vector<std::vector<std::string>> acknowledged(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<uint32_t>(t));
      for (int i = 0; i < kEach; ++i) {
        const std::string partition = absl::StrCat("p", random() % 3);
        const std::string payload = absl::StrCat(partition, "/", t, "/", i);
        Outbox::Writer writer(*world.outbox, partition);
        kv::Batch batch(partition);
        if (random() % 4 == 0) batch.ExpectEquals("state", "k", "not so");
        writer.Append(batch, "t", payload);
        if (random() % 3 == 0) writer.Append(batch, "t", payload + "/second");
        if (writer.Commit(batch).ok()) acknowledged[t].push_back(payload);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  world.Reopen();
  std::map<std::string, int> seen;
  for (const auto& [partition, head] : world.outbox->Heads()) {
    const auto events = world.All(partition);
    CHECK(static_cast<int64_t>(events.size()) == head);
    for (const Event& event : events) ++seen[event.payload];
  }
  size_t first = 0;
  for (const auto& [payload, count] : seen) {
    CHECK(count == 1);
    first += !absl::EndsWith(payload, "/second");
  }
  size_t expected = 0;
  for (const auto& payloads : acknowledged) {
    expected += payloads.size();
    for (const std::string& payload : payloads) CHECK(seen.count(payload) == 1);
  }
  CHECK(first == expected);
}

TEST_CASE("a waiting watcher hears of a commit, and of nothing else", "[outbox]") {
  testing::TempDir dir;
  World world(dir / "store");
  const int64_t seen = world.outbox->version();
  CHECK(world.outbox->WaitForChange(seen, absl::Milliseconds(1)) == seen);
  {
    Outbox::Writer writer(*world.outbox, "p");
    kv::Batch batch("p");
    writer.Append(batch, "t", "abandoned");
    writer.Seal(batch);
  }
  CHECK(world.outbox->version() == seen);
  std::thread adding([&] { world.Add("p", "one"); });
  CHECK(world.outbox->WaitForChange(seen, absl::Seconds(30)) != seen);
  CHECK(world.outbox->Read("p", 0, 10)->size() == 1);
  adding.join();
}

TEST_CASE("F20 events stay until every registered consumer has confirmed them", "[outbox]") {
  testing::TempDir dir;
  World world(dir / "store");
  for (int i = 0; i < 10; ++i) world.Add("p", absl::StrCat(i));
  world.Add("q", "0");
  CHECK(*world.outbox->Trim(absl::Hours(1)) == 0);
  CHECK(world.outbox->Backlog() == 0);
  REQUIRE(world.outbox->Register("slow").ok());
  REQUIRE(world.outbox->Confirm("fast", {{"p", 8}, {"q", 1}}).ok());
  CHECK(world.outbox->Backlog() == 11);
  CHECK(*world.outbox->Trim(absl::Hours(1)) == 0);
  REQUIRE(world.outbox->Confirm("slow", {{"p", 3}}).ok());
  // Lower than before changes nothing.
  REQUIRE(world.outbox->Confirm("slow", {{"p", 1}, {"none", 0}}).ok());
  world.Reopen();
  CHECK(world.outbox->Backlog() == 8);
  CHECK(*world.outbox->Trim(absl::Hours(1)) == 3);
  const auto check = [&] {
    const auto gone = world.outbox->Read("p", 2, 10);
    CHECK(absl::IsOutOfRange(gone.status()));
    CHECK(ReasonOf(gone.status()) == "FEED_TRIMMED");
    CHECK(world.outbox->Read("p", 3, 10)->size() == 7);
    CHECK(world.outbox->Read("q", 0, 10)->size() == 1);
  };
  check();
  world.Reopen();
  check();
  // A consumer dead for longer than the retention does not hold them.
  world.clock.Advance(absl::Hours(2));
  world.Add("p", "young");
  CHECK(*world.outbox->Trim(absl::Hours(1)) == 8);
  CHECK(world.outbox->Backlog() == 1);
  CHECK(world.outbox->Read("p", 10, 10)->size() == 1);
  CHECK(world.Add("q", "1") == 2);
}

TEST_CASE("trimming while others read and write is never taken for damage", "[outbox]") {
  testing::TempDir dir;
  World world(dir / "store");
  std::atomic<bool> stop{false};
  std::string failure;
  std::thread reader([&] {
    int64_t cursor = 0;
    while (!stop) {
      const auto events = world.outbox->Read("p", cursor, 5);
      if (events.ok()) {
        if (!events->empty()) cursor = events->front().sequence;
      } else if (ReasonOf(events.status()) == "FEED_TRIMMED") {
        ++cursor;
      } else {
        failure = std::string(events.status().message());
        return;
      }
    }
  });
  for (int i = 1; i <= 200; ++i) {
    world.Add("p", absl::StrCat(i));
    REQUIRE(world.outbox->Confirm("c", {{"p", i}}).ok());
    REQUIRE(*world.outbox->Trim(absl::Hours(1)) == 1);
  }
  stop = true;
  reader.join();
  CHECK(failure.empty());
}

TEST_CASE("an event that is lost in the store is damage, not a short answer", "[outbox]") {
  testing::TempDir dir;
  World world(dir / "store");
  for (int i = 0; i < 5; ++i) world.Add("p", absl::StrCat(i));
  std::string third;
  kv::AppendU64(&third, 3);
  kv::Batch damage("p");
  damage.Delete("outbox", third);
  REQUIRE(world.store->Commit(damage).ok());
  CHECK(absl::IsDataLoss(world.outbox->Read("p", 0, 10).status()));
  CHECK(absl::IsDataLoss(world.outbox->Read("p", 2, 10).status()));
  CHECK(world.outbox->Read("p", 3, 10)->size() == 2);
}

TEST_CASE("F26 a restored store is another epoch, and a cursor ahead of it is refused",
          "[outbox]") {
  testing::TempDir dir;
  World world(dir / "store");
  world.Add("p", "one");
  REQUIRE(world.store->Checkpoint(dir / "backup").ok());
  world.Add("p", "two");
  CHECK(world.outbox->CheckCursors({{"p", 2}}).ok());
  REQUIRE(kv::RestoreRocksStore(dir / "backup", dir / "restored").ok());
  World restored(dir / "restored");
  CHECK(restored.outbox->epoch() != world.outbox->epoch());
  CHECK(restored.All("p").size() == 1);
  for (const absl::Status& status :
       {restored.outbox->CheckCursors({{"p", 2}}), restored.outbox->Confirm("c", {{"p", 2}}),
        restored.outbox->CheckCursors({{"unknown", 1}})}) {
    CHECK(absl::IsFailedPrecondition(status));
    CHECK(ReasonOf(status) == "FEED_EPOCH_CHANGED");
  }
  CHECK(restored.outbox->CheckCursors({{"p", 1}, {"unknown", 0}}).ok());
}

// A consumer as services write it: effect and "last applied" in one batch, position saved lazily.
class Consumer {
 public:
  explicit Consumer(const std::string& dir) : dir_(dir) { Reopen(); }
  void Reopen() {
    store_.reset();
    store_ = OpenStore(dir_);
  }
  std::map<std::string, int64_t> Position(const std::vector<std::string>& partitions) const {
    std::map<std::string, int64_t> position;
    for (const std::string& partition : partitions) position[partition] = Number("own", partition);
    return position;
  }
  // Adds the event's number to the account; the effect is not idempotent by itself.
  void Apply(const Event& event) {
    const std::string account = absl::StrCat("account", event.sequence % 4);
    if (Number(account, "applied/" + event.partition) >= event.sequence) return;
    int64_t amount = 0;
    REQUIRE(absl::SimpleAtoi(event.payload, &amount));
    kv::Batch batch(account);
    batch.Put("state", "sum", absl::StrCat(Number(account, "sum") + amount));
    batch.Put("state", "applied/" + event.partition, absl::StrCat(event.sequence));
    REQUIRE(store_->Commit(batch).ok());
  }
  void Save(const std::string& partition, int64_t sequence) {
    kv::Batch batch("own");
    batch.Put("state", partition, absl::StrCat(sequence));
    REQUIRE(store_->Commit(batch).ok());
  }
  int64_t Sum() const {
    int64_t sum = 0;
    for (int account = 0; account < 4; ++account) {
      sum += Number(absl::StrCat("account", account), "sum");
    }
    return sum;
  }

 private:
  int64_t Number(const std::string& partition, const std::string& key) const {
    const auto value = store_->Get("state", partition, key);
    REQUIRE(value.ok());
    int64_t number = 0;
    if (*value) REQUIRE(absl::SimpleAtoi(**value, &number));
    return number;
  }

  const std::string dir_;
  std::unique_ptr<kv::Store> store_;
};

TEST_CASE("F29 every event takes effect once, whatever fails or repeats", "[outbox]") {
  const uint32_t seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  testing::TempDir dir;
  World producer(dir / "producer");
  Consumer consumer(dir / "consumer");
  const std::vector<std::string> partitions = {"p", "q"};
  int64_t expected = 0;
  auto cursors = consumer.Position(partitions);
  for (int step = 0; step < 1500; ++step) {
    const int what = static_cast<int>(random() % 100);
    const std::string partition = partitions[random() % 2];
    if (what < 40) {
      const int64_t amount = static_cast<int64_t>(random() % 1000);
      Outbox::Writer writer(*producer.outbox, partition);
      kv::Batch batch(partition);
      writer.Append(batch, "t", absl::StrCat(amount));
      const int fate = static_cast<int>(random() % 10);
      if (fate == 0) batch.ExpectEquals("state", "k", "not so");
      if (fate == 1) {
        // Committed, and the news is lost.
        writer.Seal(batch);
        REQUIRE(producer.store->Commit(batch).ok());
        expected += amount;
      } else if (writer.Commit(batch).ok()) {
        expected += amount;
      }
    } else if (what < 80) {
      const auto events =
          producer.outbox->Read(partition, cursors[partition], 1 + static_cast<int>(random() % 5));
      REQUIRE(events.ok());
      for (const Event& event : *events) {
        consumer.Apply(event);
        cursors[partition] = event.sequence;
      }
    } else if (what < 90) {
      consumer.Save(partition, cursors[partition]);
      REQUIRE(producer.outbox->Confirm("c", {{partition, cursors[partition]}}).ok());
    } else if (what < 94) {
      REQUIRE(producer.outbox->Trim(absl::Hours(1)).ok());
    } else if (what < 97) {
      // The stream broke: everything since the saved position comes again.
      cursors = consumer.Position(partitions);
    } else if (what == 97) {
      producer.Reopen();
    } else {
      consumer.Reopen();
      cursors = consumer.Position(partitions);
    }
  }
  for (const std::string& partition : partitions) {
    while (true) {
      const auto events = producer.outbox->Read(partition, cursors[partition], 100);
      REQUIRE(events.ok());
      if (events->empty()) break;
      for (const Event& event : *events) consumer.Apply(event);
      cursors[partition] = events->back().sequence;
    }
  }
  CHECK(consumer.Sum() == expected);
}

}  // namespace
}  // namespace fupin::outbox
