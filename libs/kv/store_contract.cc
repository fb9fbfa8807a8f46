#include "libs/kv/store_contract.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>
#include <tuple>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/status/status.h"

namespace fupin::kv {
namespace {

std::optional<std::string> MustGet(const Store& store, const std::string& table,
                                   const std::string& partition, const std::string& key) {
  const auto value = store.Get(table, partition, key);
  REQUIRE(value.ok());
  return *value;
}

// All rows of a range by pages of `limit`, first or last first.
std::vector<Row> Rows(const Store& store, const std::string& table, const std::string& partition,
                      std::string begin, std::string end, int limit, bool back) {
  std::vector<Row> rows;
  while (true) {
    auto page = back ? store.ScanBack(table, partition, begin, end, limit)
                     : store.Scan(table, partition, begin, end, limit);
    REQUIRE(page.ok());
    REQUIRE(static_cast<int>(page->rows.size()) <= limit);
    for (Row& row : page->rows) rows.push_back(std::move(row));
    if (page->next.empty()) return rows;
    (back ? end : begin) = page->next;
  }
}

using Model = std::map<std::tuple<std::string, std::string, std::string>, std::string>;

Model Dump(const Store& store) {
  Model all;
  for (const std::string& table : {std::string("a"), std::string("b")}) {
    REQUIRE(store
                .ScanTable(table,
                           [&](absl::string_view partition, absl::string_view key,
                               absl::string_view value) {
                             const auto place =
                                 std::make_tuple(table, std::string(partition), std::string(key));
                             REQUIRE(all.emplace(place, std::string(value)).second);
                             return true;
                           })
                .ok());
  }
  return all;
}

}  // namespace

void ContractReadsAndWrites(const StoreFactory& open) {
  auto store = open();
  CHECK_FALSE(MustGet(*store, "a", "p", "k").has_value());
  Batch batch("p");
  batch.Put("a", "k", "1");
  batch.Put("b", "k", "");
  batch.Put("a", "gone", "x");
  batch.Delete("a", "gone");
  batch.Put("a", std::string("\0\xff", 2), std::string("\0v\xff", 3));
  batch.Put("a", "twice", "first");
  batch.Put("a", "twice", "second");
  REQUIRE(store->Commit(batch).ok());
  const auto check = [&] {
    CHECK(MustGet(*store, "a", "p", "k") == "1");
    CHECK(MustGet(*store, "b", "p", "k") == "");
    CHECK_FALSE(MustGet(*store, "a", "p", "gone").has_value());
    CHECK(MustGet(*store, "a", "p", std::string("\0\xff", 2)) == std::string("\0v\xff", 3));
    CHECK(MustGet(*store, "a", "p", "twice") == "second");
    // Another partition, or one that only begins alike, has nothing.
    CHECK_FALSE(MustGet(*store, "a", "q", "k").has_value());
    CHECK_FALSE(MustGet(*store, "a", "pk", "k").has_value());
    const std::vector<std::string> keys = {"twice", "none", "k"};
    const auto values = store->MultiGet("a", "p", keys);
    REQUIRE(values.ok());
    CHECK(*values == std::vector<std::optional<std::string>>{"second", std::nullopt, "1"});
  };
  check();
  const std::string incarnation = store->incarnation();
  CHECK(incarnation.size() >= 16);
  CHECK(store->Verify().ok());
  store.reset();
  store = open();
  check();
  CHECK(store->incarnation() == incarnation);
  CHECK(store->Health().ok());
}

void ContractExpectations(const StoreFactory& open) {
  auto store = open();
  Batch first("p");
  first.ExpectAbsent("a", "k");
  first.Put("a", "k", "1");
  REQUIRE(store->Commit(first).ok());
  Batch other("p");
  other.ExpectAbsent("a", "k");
  other.Put("b", "side", "x");
  const absl::Status again = store->Commit(other);
  CHECK(absl::IsAborted(again));
  CHECK(ReasonOf(again) == "STORE_EXPECT");
  CHECK_FALSE(MustGet(*store, "b", "p", "side").has_value());

  // One bad batch does not touch its neighbours, and later ones see earlier ones.
  std::vector<Batch> batches(4, Batch("p"));
  batches[0].ExpectEquals("a", "k", "1");
  batches[0].Put("a", "k", "2");
  batches[1].ExpectEquals("a", "k", "1");
  batches[1].Put("a", "k", "wrong");
  batches[2].ExpectEquals("a", "k", "2");
  batches[2].Delete("a", "k");
  batches[3].ExpectAbsent("a", "k");
  batches[3].Put("b", "end", "y");
  const auto results = store->CommitAll(batches);
  REQUIRE(results.size() == 4);
  CHECK(results[0].ok());
  CHECK(absl::IsAborted(results[1]));
  CHECK(results[2].ok());
  CHECK(results[3].ok());
  CHECK_FALSE(MustGet(*store, "a", "p", "k").has_value());
  CHECK(MustGet(*store, "b", "p", "end") == "y");

  // An expectation speaks about its own partition, and may stand alone.
  Batch elsewhere("q");
  elsewhere.ExpectAbsent("b", "end");
  CHECK(store->Commit(elsewhere).ok());
  CHECK(store->CommitAll({}).empty());
}

void ContractLimits(const StoreFactory& open) {
  auto store = open();
  const auto refused = [&](const Batch& batch) {
    const absl::Status status = store->Commit(batch);
    return absl::IsInvalidArgument(status) && ReasonOf(status) == "STORE_LIMIT";
  };
  const auto with = [](const std::string& partition, size_t key, size_t value) {
    Batch batch(partition);
    batch.Put("a", std::string(key, 'k'), std::string(value, 'v'));
    return batch;
  };
  CHECK(store->Commit(with("p", kMaxKeyBytes, kMaxValueBytes)).ok());
  CHECK(store->Commit(with(std::string(kMaxPartitionBytes, 'p'), 1, 0)).ok());
  CHECK(refused(with("p", kMaxKeyBytes + 1, 1)));
  CHECK(refused(with("p", 0, 1)));
  CHECK(refused(with("p", 1, kMaxValueBytes + 1)));
  CHECK(refused(with("", 1, 1)));
  CHECK(refused(with(std::string(kMaxPartitionBytes + 1, 'p'), 1, 1)));
  Batch keys("many");
  for (int i = 0; i < kMaxBatchKeys; ++i) keys.Put("a", absl::StrCat("k", i), "");
  CHECK(store->Commit(keys).ok());
  keys.Delete("a", "one more");
  CHECK(refused(keys));
  Batch bytes("large");
  for (int i = 0; i < 16; ++i) bytes.Put("a", absl::StrCat(10 + i), std::string(65534, 'v'));
  REQUIRE(bytes.bytes() == kMaxBatchBytes);
  CHECK(store->Commit(bytes).ok());
  bytes.Delete("a", "k");
  CHECK(refused(bytes));

  const std::string long_key(kMaxKeyBytes + 1, 'k');
  CHECK(ReasonOf(store->Get("a", "p", long_key).status()) == "STORE_LIMIT");
  CHECK(ReasonOf(store->Get("a", std::string(256, 'p'), "k").status()) == "STORE_LIMIT");
  CHECK(ReasonOf(store->Scan("a", "p", "", "", kMaxPageRows + 1).status()) == "STORE_LIMIT");
  CHECK(ReasonOf(store->ScanBack("a", "p", "", "", 0).status()) == "STORE_LIMIT");
  const std::vector<std::string> many(kMaxPageRows + 1, "k");
  CHECK(ReasonOf(store->MultiGet("a", "p", many).status()) == "STORE_LIMIT");
}

void ContractPages(const StoreFactory& open) {
  auto store = open();
  Batch batch("p");
  for (int i = 0; i < 25; ++i) batch.Put("a", absl::StrFormat("k%02d", i), absl::StrCat(i));
  batch.Put("a", "l", "after");
  REQUIRE(store->Commit(batch).ok());
  Batch neighbour("q");
  neighbour.Put("a", "k00", "not ours");
  REQUIRE(store->Commit(neighbour).ok());
  for (const int limit : {1, 7, 25, 1000}) {
    CAPTURE(limit);
    auto rows = Rows(*store, "a", "p", "k", PrefixEnd("k"), limit, false);
    REQUIRE(rows.size() == 25);
    for (int i = 0; i < 25; ++i) CHECK(rows[i].value == absl::StrCat(i));
    auto back = Rows(*store, "a", "p", "k", PrefixEnd("k"), limit, true);
    std::reverse(back.begin(), back.end());
    REQUIRE(back.size() == 25);
    for (int i = 0; i < 25; ++i) CHECK(back[i].key == rows[i].key);
  }
  CHECK(Rows(*store, "a", "p", "", "", 10, false).size() == 26);
  CHECK(Rows(*store, "a", "p", "", "", 10, true).front().value == "after");
  CHECK(Rows(*store, "a", "p", "k05", "k07", 10, false).size() == 2);
  CHECK(Rows(*store, "a", "p", "k07", "k05", 10, false).empty());
  CHECK(Rows(*store, "a", "p", "k07", "k05", 10, true).empty());
  CHECK(Rows(*store, "a", "empty", "", "", 10, true).empty());
}

void ContractWholeTable(const StoreFactory& open) {
  auto store = open();
  Model expected;
  for (int p = 0; p < 40; ++p) {
    const std::string partition = absl::StrCat("township", p);
    Batch batch(partition);
    for (int k = 0; k < 30; ++k) {
      const std::string key = absl::StrFormat("%03d", k);
      batch.Put("a", key, absl::StrCat(p * k));
      expected[{"a", partition, key}] = absl::StrCat(p * k);
    }
    REQUIRE(store->Commit(batch).ok());
  }
  CHECK(Dump(*store) == expected);
  for (const int parts : {1, 2, 7, 100}) {
    CAPTURE(parts);
    const auto ranges = store->Split("a", parts);
    REQUIRE(ranges.ok());
    REQUIRE(static_cast<int>(ranges->size()) <= parts);
    if (parts == 7) CHECK(ranges->size() > 3);
    Model seen;
    std::set<std::string> partitions_seen;
    for (const TableRange& range : *ranges) {
      std::set<std::string> partitions;
      REQUIRE(store
                  ->ScanTable("a", range, nullptr,
                              [&](absl::string_view partition, absl::string_view key,
                                  absl::string_view value) {
                                partitions.emplace(partition);
                                REQUIRE(seen.emplace(std::make_tuple("a", std::string(partition),
                                                                     std::string(key)),
                                                     std::string(value))
                                            .second);
                                return true;
                              })
                  .ok());
      for (const std::string& partition : partitions) {
        REQUIRE(partitions_seen.insert(partition).second);
      }
    }
    CHECK(seen == expected);
  }
  int visited = 0;
  const auto three = [&](absl::string_view, absl::string_view, absl::string_view) {
    return ++visited < 3;
  };
  CHECK(store->ScanTable("a", three).ok());
  CHECK(visited == 3);
  CHECK(store->Split("b", 4)->size() == 1);
}

void ContractSnapshot(const StoreFactory& open) {
  auto store = open();
  Batch before("p");
  before.Put("a", "k", "old");
  before.Put("b", "k", "old");
  REQUIRE(store->Commit(before).ok());
  auto snapshot = store->TakeSnapshot();
  Batch after("p");
  after.Put("a", "k", "new");
  after.Delete("b", "k");
  REQUIRE(store->Commit(after).ok());
  for (const std::string& table : {std::string("a"), std::string("b")}) {
    std::string seen;
    REQUIRE(store
                ->ScanTable(table, TableRange(), snapshot.get(),
                            [&](absl::string_view, absl::string_view, absl::string_view value) {
                              seen = std::string(value);
                              return true;
                            })
                .ok());
    CHECK(seen == "old");
  }
  CHECK(MustGet(*store, "a", "p", "k") == "new");
  snapshot.reset();
}

void ContractConcurrentCounters(const StoreFactory& open) {
  constexpr int kThreads = 8;
  constexpr int kAdditions = 60;
  auto store = open();
  std::vector<std::thread> threads;
  std::vector<std::string> failures(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      // Two threads to a partition.
      const std::string partition = absl::StrCat("p", t / 2);
      for (int done = 0; done < kAdditions;) {
        const auto value = store->Get("a", partition, "n");
        if (!value.ok()) {
          failures[t] = value.status().ToString();
          return;
        }
        Batch batch(partition);
        if (*value) {
          batch.ExpectEquals("a", "n", **value);
        } else {
          batch.ExpectAbsent("a", "n");
        }
        batch.Put("a", "n", absl::StrCat(*value ? std::stoi(**value) + 1 : 1));
        const absl::Status status = store->Commit(batch);
        if (status.ok()) {
          ++done;
        } else if (!absl::IsAborted(status)) {
          failures[t] = status.ToString();
          return;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& failure : failures) CHECK(failure.empty());
  for (int p = 0; p < kThreads / 2; ++p) {
    CHECK(MustGet(*store, "a", absl::StrCat("p", p), "n") == absl::StrCat(2 * kAdditions));
  }
}

void ContractModel(const StoreFactory& open, uint32_t seed, int steps) {
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto below = [&](uint32_t n) { return static_cast<int>(random() % n); };
  const auto table = [&] { return std::string(below(2) == 0 ? "a" : "b"); };
  const auto partition = [&] { return std::string(1 + below(3), 'p'); };
  const auto key = [&] {
    std::string bytes(1 + below(2), '\0');
    for (char& byte : bytes) byte = static_cast<char>(below(2) == 0 ? below(4) : 252 + below(4));
    return bytes;
  };
  Model model;
  auto store = open();
  for (int step = 0; step < steps; ++step) {
    CAPTURE(step);
    const int what = below(100);
    if (what < 70) {
      std::vector<Batch> batches;
      std::vector<bool> holds;
      for (int b = 0, n = 1 + below(3); b < n; ++b) {
        Batch& batch = batches.emplace_back(partition());
        bool all = true;
        for (int e = below(3); e > 0; --e) {
          const std::string t = table(), k = key();
          const auto found = model.find({t, batch.partition(), k});
          // Mostly what is true, so that most batches go through.
          if (below(4) == 0) {
            batch.ExpectEquals(t, k, "v0");
            all = all && found != model.end() && found->second == "v0";
          } else if (found == model.end()) {
            batch.ExpectAbsent(t, k);
          } else {
            batch.ExpectEquals(t, k, found->second);
          }
        }
        for (int w = below(6); w > 0; --w) {
          const std::string t = table(), k = key();
          const std::string v = absl::StrCat("v", below(3), std::string(below(200), 'x'));
          if (below(4) == 0) {
            batch.Delete(t, k);
            if (all) model.erase({t, batch.partition(), k});
          } else {
            batch.Put(t, k, v);
            if (all) model[{t, batch.partition(), k}] = v;
          }
        }
        holds.push_back(all);
      }
      const auto results = store->CommitAll(batches);
      for (size_t i = 0; i < results.size(); ++i) {
        REQUIRE((holds[i] ? results[i].ok() : absl::IsAborted(results[i])));
      }
    } else if (what < 85) {
      const std::string t = table(), p = partition(), k = key();
      const auto found = model.find({t, p, k});
      REQUIRE(MustGet(*store, t, p, k) ==
              (found == model.end() ? std::nullopt : std::optional<std::string>(found->second)));
    } else if (what < 98) {
      const std::string t = table(), p = partition(), begin = key(), end = key();
      std::vector<std::string> expected;
      for (auto at = model.lower_bound({t, p, begin}); at != model.end(); ++at) {
        if (std::get<0>(at->first) != t || std::get<1>(at->first) != p ||
            std::get<2>(at->first) >= end) {
          break;
        }
        expected.push_back(std::get<2>(at->first) + "=" + at->second);
      }
      const bool back = below(2) == 0;
      if (back) std::reverse(expected.begin(), expected.end());
      std::vector<std::string> seen;
      for (const Row& row : Rows(*store, t, p, begin, end, 1 + below(5), back)) {
        seen.push_back(row.key + "=" + row.value);
      }
      REQUIRE(seen == expected);
    } else {
      store.reset();
      store = open();
      REQUIRE(Dump(*store) == model);
    }
  }
  REQUIRE(Dump(*store) == model);
}

}  // namespace fupin::kv
