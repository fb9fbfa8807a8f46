#include "libs/kv/rocks_store.h"

#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>

#include <google/protobuf/wrappers.pb.h>
#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/kv/disk_key.h"
#include "libs/kv/store_contract.h"
#include "libs/kv/store_file.h"
#include "libs/kv/table.h"
#include "libs/status/status.h"
#include "libs/testing/temp_dir.h"

namespace fupin::kv {
namespace {

RocksOptions In(const testing::TempDir& dir) {
  RocksOptions options;
  options.dir = dir.path() + "/store";
  options.tables = {"a", "b"};
  return options;
}

StoreFactory Factory(const testing::TempDir& dir) {
  return [&dir] {
    auto store = OpenRocksStore(In(dir));
    if (!store.ok()) FAIL(store.status());
    return *std::move(store);
  };
}

TEST_CASE("the embedded engine keeps the contract", "[kv]") {
  testing::TempDir dir;
  SECTION("reads and writes") { ContractReadsAndWrites(Factory(dir)); }
  SECTION("expectations") { ContractExpectations(Factory(dir)); }
  SECTION("limits") { ContractLimits(Factory(dir)); }
  SECTION("pages") { ContractPages(Factory(dir)); }
  SECTION("whole table") { ContractWholeTable(Factory(dir)); }
  SECTION("snapshot") { ContractSnapshot(Factory(dir)); }
  SECTION("concurrent counters") { ContractConcurrentCounters(Factory(dir)); }
}

TEST_CASE("the embedded engine does what a std::map does", "[kv]") {
  const char* given = std::getenv("FUPIN_SEED");
  const uint32_t seed =
      given != nullptr ? static_cast<uint32_t>(std::atoll(given)) : std::random_device()();
  WARN("FUPIN_SEED=" << seed);
  for (uint32_t round = 0; round < 4; ++round) {
    testing::TempDir dir;
    ContractModel(Factory(dir), seed + round, 300);
  }
}

TEST_CASE("a key on disk is length, partition, key", "[kv]") {
  CHECK(DiskKey("520526", "h/01") ==
        "\x06"
        "520526h/01");
  DiskKeyParts parts;
  REQUIRE(
      SplitDiskKey("\x06"
                   "520526h/01",
                   &parts));
  CHECK(parts.partition == "520526");
  CHECK(parts.key == "h/01");
  for (const std::string& bad : {std::string(),
                                 std::string("\x06"
                                             "52"),
                                 std::string("\0abc", 4),
                                 std::string("\x03"
                                             "abc")}) {
    CHECK_FALSE(SplitDiskKey(bad, &parts));
  }
}

TEST_CASE("commits of many threads share syncs", "[kv]") {
  testing::TempDir dir;
  auto store = Factory(dir)();
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&store, t] {
      for (int i = 0; i < 50; ++i) {
        // All in one partition: a hot one shares syncs too.
        Batch batch("hot");
        batch.Put("a", absl::StrCat(t, "/", i), "v");
        if (!store->Commit(batch).ok()) std::abort();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const StoreStats stats = store->Stats();
  CHECK(stats.commits == 800);
  CHECK(stats.syncs < 700);
  CHECK(stats.memory_bytes > 0);
  CHECK(stats.disk_free_bytes > 0);
  CHECK(stats.open_note.empty());
}

TEST_CASE("a typed table reads its own version only", "[kv]") {
  testing::TempDir dir;
  auto store = Factory(dir)();
  const Table<google::protobuf::StringValue> table(*store, "a");
  google::protobuf::StringValue message;
  message.set_value("ab");
  Batch batch("p");
  table.Put(batch, "good", message);
  batch.Put("a", "newer",
            std::string("\x02\x0a\x02"
                        "ab"));
  batch.Put("a", "torn",
            std::string("\x01\x0a\x09"
                        "ab"));
  REQUIRE(store->Commit(batch).ok());
  CHECK(**store->Get("a", "p", "good") == std::string("\x01\x0a\x02"
                                                      "ab"));
  CHECK((*table.Get("p", "good"))->value() == "ab");
  CHECK_FALSE(table.Get("p", "none")->has_value());
  const auto newer = table.Get("p", "newer");
  CHECK(absl::IsDataLoss(newer.status()));
  CHECK(ReasonOf(newer.status()) == "STORE_VALUE_VERSION");
  CHECK(ReasonOf(table.Get("p", "torn").status()) == "STORE_CORRUPT");
  CHECK(table.Scan("p", "", "h", 10)->entries.size() == 1);
  CHECK_FALSE(table.Scan("p", "", "", 10).ok());
}

TEST_CASE("F33 a store has one owner", "[kv]") {
  testing::TempDir dir;
  auto store = Factory(dir)();
  const auto second = OpenRocksStore(In(dir));
  CHECK(second.status().code() == absl::StatusCode::kFailedPrecondition);
  CHECK(ReasonOf(second.status()) == "STORE_IN_USE");
  Batch batch("p");
  batch.Put("a", "k", "v");
  CHECK(store->Commit(batch).ok());
  store.reset();
  CHECK(OpenRocksStore(In(dir)).ok());
}

TEST_CASE("F31 a store of a newer release or of somebody else is refused and left alone", "[kv]") {
  testing::TempDir dir;
  const std::string path = In(dir).dir;
  Factory(dir)().reset();
  StoreFile file = *ReadStoreFile(path);
  SECTION("newer layout") {
    ++file.layout;
    REQUIRE(WriteStoreFile(path, file).ok());
    CHECK(ReasonOf(OpenRocksStore(In(dir)).status()) == "STORE_FORMAT_NEWER");
  }
  SECTION("schema is raised, and then refused to the older program") {
    RocksOptions newer = In(dir);
    newer.schema = 2;
    newer.tables.push_back("c");
    REQUIRE(OpenRocksStore(newer).ok());
    CHECK(ReasonOf(OpenRocksStore(In(dir)).status()) == "STORE_FORMAT_NEWER");
    CHECK(OpenRocksStore(newer).ok());
  }
  SECTION("values of an older schema that this program cannot read") {
    RocksOptions newer = In(dir);
    newer.schema = 2;
    newer.oldest_schema = 2;
    const absl::Status refused = OpenRocksStore(newer).status();
    CHECK(refused.code() == absl::StatusCode::kFailedPrecondition);
    CHECK(ReasonOf(refused) == "STORE_FORMAT_OLDER");
    CHECK(OpenRocksStore(In(dir)).ok());
    // What was not finished holds nothing to read.
    file.state = StoreFile::State::kMaking;
    REQUIRE(WriteStoreFile(path, file).ok());
    CHECK(OpenRocksStore(newer).ok());
    CHECK(OpenRocksStore(newer).ok());
  }
  SECTION("a program that reads no values opens every schema and leaves it") {
    file.schema = 7;
    REQUIRE(WriteStoreFile(path, file).ok());
    RocksOptions any = In(dir);
    any.schema = 0;
    CHECK(OpenRocksStore(any).ok());
    CHECK(ReadStoreFile(path)->schema == 7);
  }
  SECTION("a table more, same schema: both releases open it") {
    RocksOptions newer = In(dir);
    newer.tables.push_back("c");
    REQUIRE(OpenRocksStore(newer).ok());
    CHECK(OpenRocksStore(In(dir)).ok());
  }
  SECTION("flipped byte in FUPIN_STORE") {
    std::fstream(path + "/FUPIN_STORE", std::ios::in | std::ios::out).seekp(20).put('7');
    CHECK(ReasonOf(OpenRocksStore(In(dir)).status()) == "STORE_FORMAT_UNKNOWN");
  }
  SECTION("FUPIN_STORE is gone") {
    REQUIRE(std::remove((path + "/FUPIN_STORE").c_str()) == 0);
    CHECK(ReasonOf(OpenRocksStore(In(dir)).status()) == "STORE_FORMAT_UNKNOWN");
  }
  SECTION("a crash while the store was made: it is made anew") {
    file.state = StoreFile::State::kMaking;
    REQUIRE(WriteStoreFile(path, file).ok());
    REQUIRE(std::remove((path + "/CURRENT").c_str()) == 0);
    CHECK(OpenRocksStore(In(dir)).ok());
    CHECK(ReadStoreFile(path)->state == StoreFile::State::kReady);
  }
}

}  // namespace
}  // namespace fupin::kv
