// The province of the map's benchmark: real divisions, 120,000 invented natural villages, invented
// outlines and households (合成数据). Same settings, same bytes.
#ifndef FUPIN_TESTS_BENCH_MAP_PROVINCE_H_
#define FUPIN_TESTS_BENCH_MAP_PROVINCE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/division/tree.h"
#include "libs/outline/outlines.h"
#include "services/gis/domain/counts.h"
#include "tests/bench/measure.h"

namespace fupin::bench::map {

// A household stands for 1 to 3 of them together in a natural village: persons add up to 35
// million.
struct Household {
  uint32_t hamlet;  // order in the tree
  int number;       // within its natural village
  int persons;
  int32_t index_centipoints;
  int64_t version = 0;
};

// What one score did to a natural village and to all above it.
struct Change {
  uint32_t hamlet;
  gis::Counts delta;
  identification::v1::HouseholdScored scored;
};

class Province {
 public:
  // Files are made in `dir` when they are not there yet.
  Province(const std::string& dir, int hamlets);

  const division::Tree& tree() const { return *tree_; }
  const std::shared_ptr<const outline::Outlines>& outlines() const { return outlines_; }
  std::string hamlet_file() const { return dir_ + "/hamlets.tsv"; }
  std::string outline_file() const { return dir_ + "/outlines.binpb"; }
  static std::string division_file();

  size_t household_count() const { return households_.size(); }
  uint32_t HamletOf(size_t household) const { return households_[household].hamlet; }
  // The first household of the natural villages from `order` on; nothing behind the last.
  std::optional<size_t> FirstHouseholdFrom(uint32_t order) const;
  // The sums by the benchmark's own count; by order.
  const std::vector<gis::Counts>& sums() const { return sums_; }

  // Scores the household: with its first index the first time, then with another one each time.
  Change Score(size_t household, int64_t time_ms);
  // Scores it with a given index: for making a tile equal to what it was.
  Change ScoreAs(size_t household, int32_t index_centipoints, int64_t time_ms);
  int32_t IndexOf(size_t household) const { return households_[household].index_centipoints; }

 private:
  void MakeFiles(int hamlets) const;

  const std::string dir_;
  std::shared_ptr<const division::Tree> tree_;
  std::shared_ptr<const outline::Outlines> outlines_;
  std::vector<Household> households_;  // by natural village
  std::vector<gis::Counts> sums_;
  Random random_;
};

}  // namespace fupin::bench::map

#endif  // FUPIN_TESTS_BENCH_MAP_PROVINCE_H_
