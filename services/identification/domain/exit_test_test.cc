#include "services/identification/domain/exit_test.h"

#include <numeric>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"

namespace fupin::identification {
namespace {

using Outcome = ExitVisited::Outcome;
using procedure::ExitRate;

void Add(std::vector<ExitVisited>* sample, int count, bool exited, Outcome outcome, int persons,
         std::optional<bool> content = std::nullopt) {
  for (int i = 0; i < count; ++i) sample->push_back({exited, outcome, content, persons});
}

TEST_CASE("ID-10 the rates of a county by hand") {
  // 20,000 rural people, 300 still poor; 4,000 exited, 15,000 never in the register.
  const ExitCounty county{20'000, 300, 4'000, 15'000};
  std::vector<ExitVisited> sample;
  Add(&sample, 197, true, Outcome::kRight, 4, true);
  Add(&sample, 3, true, Outcome::kWrong, 4, false);
  Add(&sample, 5, true, Outcome::kNotReached, 4, true);  // counts in no rate
  Add(&sample, 299, false, Outcome::kRight, 3);
  Add(&sample, 1, false, Outcome::kWrong, 3);
  Add(&sample, 2, false, Outcome::kPending, 3);
  const auto rates = RatesOf(county, sample, 1960);
  REQUIRE(rates.size() == 5);
  // Found: 300 + 3 x 4 + 1 x 3 of 20,000.
  CHECK(rates[0].numerator == 315);
  CHECK(rates[0].micro() == 15'750);
  CHECK_FALSE(rates[0].interval);
  // Estimated: 300 + 4,000 x 12 / 800 + 15,000 x 3 / 900 = 300 + 60 + 50.
  CHECK(rates[1].estimated);
  CHECK(rates[1].numerator == 410);
  CHECK(rates[1].micro() == 20'500);
  // 3 of 200: 1.5 %, Wilson at 95 %: 0.512 % to 4.315 %.
  CHECK(rates[2].rate == ExitRate::kWrongExit);
  CHECK(rates[2].numerator == 3);
  CHECK(rates[2].denominator == 200);
  CHECK(rates[2].interval == std::pair<int32_t, int32_t>{5'114, 43'167});
  // 1 of 300: Wilson 0.059 % to 1.865 %.
  CHECK(rates[3].micro() == 3'333);
  CHECK(rates[3].interval == std::pair<int32_t, int32_t>{588, 18'638});
  // 197 of 200 asked.
  CHECK(rates[4].denominator == 200);
  CHECK(rates[4].micro() == 985'000);
  CHECK(Meets(rates[1], {ExitRate::kIncidence, 30}) == true);
  CHECK(Meets(rates[2], {ExitRate::kWrongExit, 20}) == true);
  CHECK(Meets(rates[2], {ExitRate::kWrongExit, 15}) == false);  // 1.5 % is not below 1.5 %
  CHECK(Meets(rates[4], {ExitRate::kApproval, 985}) == true);   // at least
  CHECK(Meets(rates[4], {ExitRate::kApproval, 986}) == false);
}

TEST_CASE("ID-10 without a visit there is no rate and no verdict") {
  std::vector<ExitVisited> sample;
  Add(&sample, 3, true, Outcome::kPending, 4);
  for (const Rate& rate : RatesOf({1000, 10, 50, 900}, sample, 1960)) {
    CHECK(rate.denominator == 0);
    CHECK(Meets(rate, {rate.rate, 20}) == std::nullopt);
  }
}

TEST_CASE("ID-10 the interval of none and of all begins and ends there") {
  CHECK(Wilson(0, 100, 1960).first == 0);
  CHECK(Wilson(0, 100, 1960).second == 36'995);
  CHECK(Wilson(100, 100, 1960).second == 1'000'000);
  CHECK(Wilson(1, 1, 1960).first > 0);
}

TEST_CASE("ID-10 the size of a sample by its formula") {
  const procedure::SampleSize rule{20, 10, 1960};
  // n0 = 1.96^2 x 0.02 x 0.98 / 0.01^2 = 752.95
  CHECK(SampleSizeOf(rule, 1'000'000'000) == 753);
  CHECK(SampleSizeOf(rule, 5'000) == 655);  // 752.95 / (1 + 751.95 / 5000) = 654.5
  CHECK(SampleSizeOf(rule, 10) == 10);
  CHECK(SampleSizeOf(rule, 1) == 1);
  CHECK(SampleSizeOf(rule, 0) == 0);
}

TEST_CASE("ID-10 strata get their share, none is forgotten, none gives more than it has") {
  CHECK(Allocate({100, 200, 300}, 60) == std::vector<int64_t>{10, 20, 30});
  CHECK(Allocate({1, 1, 1}, 2) == std::vector<int64_t>{1, 1, 0});
  CHECK(Allocate({1000, 1, 0}, 10) == std::vector<int64_t>{9, 1, 0});
  CHECK(Allocate({3, 2}, 99) == std::vector<int64_t>{3, 2});
  CHECK(Allocate({}, 5).empty());
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<int64_t> sizes(1 + random() % 12);
    for (int64_t& size : sizes) size = random() % 3 == 0 ? 0 : random() % 400;
    const int64_t total = std::accumulate(sizes.begin(), sizes.end(), int64_t{0});
    const int64_t sample = random() % 500;
    const auto shares = Allocate(sizes, sample);
    CHECK(std::accumulate(shares.begin(), shares.end(), int64_t{0}) == std::min(sample, total));
    int64_t strata = 0;
    for (const int64_t size : sizes) strata += size > 0 ? 1 : 0;
    for (size_t i = 0; i < sizes.size(); ++i) {
      CHECK(shares[i] >= 0);
      CHECK(shares[i] <= sizes[i]);
      if (sample >= strata && sizes[i] > 0) CHECK(shares[i] >= 1);
    }
  }
}

TEST_CASE("ID-10 a draw is known again by its seed, whatever the order of the list") {
  std::vector<std::string> ids;
  for (int i = 0; i < 500; ++i) ids.push_back(absl::StrCat("520102016-", i));
  const auto drawn = Draw("a", ids, 50);
  std::reverse(ids.begin(), ids.end());
  CHECK(Draw("a", ids, 50) == drawn);
  CHECK(Draw("b", ids, 50) != drawn);
  CHECK(std::set<std::string>(drawn.begin(), drawn.end()).size() == 50);
  // A larger sample goes on where the smaller one ended.
  const auto more = Draw("a", ids, 80);
  CHECK(std::vector<std::string>(more.begin(), more.begin() + 50) == drawn);
  // Reckoned by another program (Python): anybody can follow.
  CHECK(DrawKey("2026", "520102016-1") == 0xcc06731752819e58u);
  // Everybody has the same chance: 500 x 1000 draws of 50 give each about 100.
  std::vector<int> times(500, 0);
  for (int seed = 0; seed < 1000; ++seed) {
    for (const std::string& id : Draw(absl::StrCat("s", seed), ids, 50)) {
      ++times[static_cast<size_t>(std::stoi(id.substr(10)))];
    }
  }
  CHECK(*std::min_element(times.begin(), times.end()) > 55);
  CHECK(*std::max_element(times.begin(), times.end()) < 150);
}

TEST_CASE("ID-10 the rates are those of a recount, whatever the visits say") {
  std::mt19937 random(11);
  for (int round = 0; round < 1000; ++round) {
    std::vector<ExitVisited> sample(random() % 60);
    int64_t wrong[2] = {0, 0};
    int64_t visited[2] = {0, 0};
    int64_t wrong_persons = 0;
    int64_t content = 0;
    int64_t asked = 0;
    for (ExitVisited& each : sample) {
      each.exited = random() % 2 == 0;
      each.outcome = static_cast<Outcome>(random() % 4);
      each.persons = 1 + random() % 7;
      if (random() % 2 == 0) each.content = random() % 3 != 0;
      if (each.outcome == Outcome::kPending || each.outcome == Outcome::kNotReached) continue;
      ++visited[each.exited];
      if (each.outcome == Outcome::kWrong) ++wrong[each.exited], wrong_persons += each.persons;
      if (each.content) ++asked, content += *each.content ? 1 : 0;
    }
    const ExitCounty county{10'000, static_cast<int64_t>(random() % 400), 2'000, 7'000};
    const auto rates = RatesOf(county, sample, 1960);
    CHECK(rates[2].numerator == wrong[1]);
    CHECK(rates[2].denominator == visited[1]);
    CHECK(rates[3].numerator == wrong[0]);
    CHECK(rates[3].denominator == visited[0]);
    CHECK(rates[4].numerator == content);
    CHECK(rates[4].denominator == asked);
    CHECK(rates[0].numerator == county.remaining_persons + wrong_persons);
    for (const Rate& rate : rates) {
      if (!rate.interval) continue;
      CHECK(rate.interval->first <= rate.interval->second);
      CHECK(rate.interval->first >= 0);
      CHECK(rate.interval->second <= 1'000'000);
      if (rate.estimated) continue;
      CHECK(rate.interval->first <= rate.micro());
      CHECK(rate.interval->second >= rate.micro());
    }
  }
}

}  // namespace
}  // namespace fupin::identification
