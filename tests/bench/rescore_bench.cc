// Rescoring a province straight from its store, against reading the bytes of the values once; and
// what the full store costs to open. Synthetic values (合成数据).
//   build/release/bin/fupin_rescore_bench [households]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "libs/kv/rocks_store.h"
#include "libs/status/macros.h"
#include "libs/testing/temp_dir.h"
#include "services/identification/domain/scoring.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/server/value_scan.h"
#include "services/identification/store/tables.h"
#include "services/identification/store/values.h"
#include "tests/bench/measure.h"

namespace fupin::bench {
namespace {

using identification::kBlockHouseholds;

constexpr int kRounds = 5;
constexpr int kTownships = 1500;
constexpr int kBatch = 1000;

kv::RocksOptions Options(const std::string& dir) {
  kv::RocksOptions options;
  options.dir = dir;
  options.tables = identification::Tables();
  options.scanned_tables = {identification::kValues};
  return options;
}

// Three of four values are there: small whole numbers, as answers and counts are.
void Fill(kv::Store& store, const catalog::Catalog& catalog, int households) {
  Random random;
  std::vector<float> indicators(catalog.indicators.size());
  std::vector<float> references(catalog.references.size());
  for (int h = 0; h < households;) {
    const std::string township = absl::StrFormat("52%07d", h / kBatch % kTownships);
    kv::Batch batch(identification::TownshipPartition(township));
    for (int i = 0; i < kBatch && h < households; ++i, ++h) {
      for (float& value : indicators) {
        value = random.Next() % 4 == 0 ? -std::numeric_limits<float>::infinity()
                                       : static_cast<float>(random.Next() % 100);
      }
      for (float& value : references) value = static_cast<float>(random.Next() % 10000);
      batch.Put(identification::kValues, absl::StrFormat("%s-%024x", township, h),
                identification::EncodeValues(1, 5000, catalog.source_fingerprint, indicators,
                                             references));
    }
    FUPIN_CHECK(store.Commit(batch).ok());
  }
}

// Touches every byte once.
uint64_t ReadBytes(const kv::Store& store, int64_t* bytes) {
  uint64_t sum = 0;
  *bytes = 0;
  FUPIN_CHECK(store
                  .ScanTable(identification::kValues,
                             [&](absl::string_view, absl::string_view, absl::string_view value) {
                               uint64_t word = 0;
                               for (size_t i = 0; i + sizeof word <= value.size();
                                    i += sizeof word) {
                                 std::memcpy(&word, value.data() + i, sizeof word);
                                 sum ^= word;
                               }
                               *bytes += static_cast<int64_t>(value.size());
                               return true;
                             })
                  .ok());
  return sum;
}

int64_t Rescore(const kv::Store& store, const catalog::Catalog& catalog, int64_t counts[8]) {
  std::vector<identification::Score> scores(kBlockHouseholds);
  int64_t households = 0;
  int64_t skipped = 0;
  std::fill(counts, counts + 8, 0);
  FUPIN_CHECK(identification::ScanValues(store, catalog, &skipped,
                                         [&](const identification::ValueBlock& block) {
                                           identification::ScoreBlock(catalog, block.values.data(),
                                                                      kBlockHouseholds, block.count,
                                                                      scores.data());
                                           for (size_t h = 0; h < block.count; ++h) {
                                             ++counts[static_cast<int>(scores[h].poverty_class)];
                                           }
                                           households += static_cast<int64_t>(block.count);
                                           return absl::OkStatus();
                                         })
                  .ok());
  FUPIN_CHECK(skipped == 0);
  return households;
}

int Run(int households) {
  identification::Knowledge knowledge(
      {FUPIN_BINARY_DIR "/contracts/guizhou",
       FUPIN_SOURCE_DIR "/deploy/catalogs/guizhou/catalog.textproto",
       FUPIN_SOURCE_DIR "/deploy/catalogs/guizhou/cross_check.textproto"});
  FUPIN_CHECK(knowledge.Refresh().ok());
  const auto catalog = knowledge.current()->catalog;
  testing::TempDir dir;
  {
    auto store = kv::OpenRocksStore(Options(dir / "store"));
    FUPIN_CHECK(store.ok());
    const absl::Time begun = absl::Now();
    Fill(**store, *catalog, households);
    std::printf("合成数据 synthetic: %d households x %zu values stored in %.1f s\n", households,
                catalog->indicators.size() + catalog->references.size(),
                absl::ToDoubleSeconds(absl::Now() - begun));
  }
  const absl::Time opening = absl::Now();
  auto store = kv::OpenRocksStore(Options(dir / "store"));
  FUPIN_CHECK(store.ok());
  const double open_seconds = absl::ToDoubleSeconds(absl::Now() - opening);

  // Side by side, the best of each: what else runs here slows both.
  double read = 1e9;
  double rescore = 1e9;
  int64_t bytes = 0;
  int64_t counts[8];
  uint64_t sum = 0;
  for (int round = 0; round < kRounds; ++round) {
    read = std::min(read, Seconds([&] { sum ^= ReadBytes(**store, &bytes); }));
    rescore = std::min(
        rescore, Seconds([&] { FUPIN_CHECK(Rescore(**store, *catalog, counts) == households); }));
  }
  std::printf("read %.0f MB once: %.3f s; rescored: %.3f s, %.0f ns a household (%llx)\n",
              static_cast<double>(bytes) / 1e6, read, rescore, 1e9 * rescore / households,
              static_cast<unsigned long long>(sum & 0xf));
  std::printf("classes: poor %lld, possibly %lld, stable %lld, not scorable %lld\n",
              static_cast<long long>(counts[1]), static_cast<long long>(counts[2]),
              static_cast<long long>(counts[3]), static_cast<long long>(counts[4]));
  Ratio("rescoring from the store / reading its bytes", rescore / read, Bar::kAtMost, 3,
        "own bar: close to reading the bytes");
  Plain("open the full store", open_seconds, "s");
  Plain("memory of the process", ResidentMegabytes("self"), "MB");
  return 0;
}

}  // namespace
}  // namespace fupin::bench

int main(int argc, char** argv) {
  return fupin::bench::Run(argc > 1 ? std::atoi(argv[1]) : 200'000);
}
