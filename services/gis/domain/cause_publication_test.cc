// What is withheld of causes cannot be worked out from the causes and the counts an edition shows:
// a linear-programming solver (GLPK) tries, with all levels at once.
#include "services/gis/domain/cause_publication.h"

#include <glpk.h>

#include <algorithm>
#include <memory>
#include <random>

#include <catch2/catch.hpp>

namespace fupin::gis {
namespace {

constexpr size_t kWidth = 4;  // three causes, and without one

// Province, counties, townships, villages; own counts are what is in none of the parts.
struct Province {
  std::vector<PlaceToPublish> places;
  std::vector<CausesToPublish> causes;
  std::vector<int> levels;

  uint32_t Add(uint32_t parent, int level, int64_t households, std::mt19937& random, double share) {
    PlaceToPublish place;
    place.parent = parent;
    CausesToPublish each;
    each.counts.resize(kWidth);
    each.may_show = level <= 2;
    for (int64_t i = 0; i < households; ++i) {
      const bool poor = std::uniform_real_distribution<>(0, 1)(random) < share;
      place.counts += CountsOf(poor ? PovertyClass::kPoor : PovertyClass::kStable, 3, 5000);
      const uint32_t drawn = random() % 10;
      if (poor) each.counts[drawn < 6 ? 0 : drawn < 8 ? 1 : drawn < 9 ? 2 : 3] += 1;
    }
    places.push_back(place);
    causes.push_back(each);
    levels.push_back(level);
    const auto order = static_cast<uint32_t>(places.size() - 1);
    for (uint32_t up = parent; up != PlaceToPublish::kNoParent; up = places[up].parent) {
      places[up].counts += place.counts;
      for (size_t i = 0; i < kWidth; ++i) causes[up].counts[i] += each.counts[i];
    }
    return order;
  }
  bool IsUnder(uint32_t place, uint32_t above) const {
    while (place != above && place != 0) place = places[place].parent;
    return place == above;
  }
};

// `crowded`: nearly every household has a cause, so that there is little room.
Province RandomProvince(std::mt19937& random, bool crowded) {
  Province province;
  const double share = crowded ? .9 : .2;
  province.Add(PlaceToPublish::kNoParent, 0, 0, random, share);
  for (int c = 0; c < 3; ++c) {
    const uint32_t county =
        province.Add(0, 1, random() % 3 == 0 ? random() % 40 : 0, random, share);
    for (int t = 0; t < 4; ++t) {
      const uint32_t township =
          province.Add(county, 2, random() % 4 == 0 ? random() % 20 : 0, random, share);
      for (uint32_t v = 0; v < 1 + random() % 4; ++v) {
        province.Add(township, 3, random() % 3 == 0 ? random() % 15 : random() % 200, random,
                     share);
      }
    }
  }
  return province;
}

// What follows from everything shown, were it not even rounded. Variables: what each place counts
// by itself of each cause.
class Solver {
 public:
  Solver(const Province& province, const std::vector<PublishedPlace>& published,
         const std::vector<bool>& shows)
      : province_(province), problem_(glp_create_prob(), glp_delete_prob) {
    glp_add_cols(problem_.get(), static_cast<int>(province.places.size() * kWidth));
    for (int i = 1; i <= glp_get_num_cols(problem_.get()); ++i) {
      glp_set_col_bnds(problem_.get(), i, GLP_LO, 0, 0);
    }
    for (uint32_t place = 0; place < province.places.size(); ++place) {
      if (shows[place]) {
        for (size_t i = 0; i < kWidth; ++i) {
          Know(place, i, i + 1, province.causes[place].counts[i], GLP_FX);
        }
      }
      if (published[place].shown == Shown::kCounts) {
        Know(place, 0, kWidth, province.places[place].counts.households, GLP_UP);
      }
    }
    glp_init_smcp(&options_);
    options_.msg_lev = GLP_MSG_OFF;
  }

  // How much the sum of the causes [from, to) of a place can be, less how little.
  double Width(uint32_t place, size_t from, size_t to) {
    for (uint32_t i = 0; i < province_.places.size(); ++i) {
      for (size_t cause = 0; cause < kWidth; ++cause) {
        const bool in = province_.IsUnder(i, place) && cause >= from && cause < to;
        glp_set_obj_coef(problem_.get(), Column(i, cause), in ? 1 : 0);
      }
    }
    return Solve(GLP_MAX) - Solve(GLP_MIN);
  }

 private:
  static int Column(uint32_t place, size_t cause) {
    return static_cast<int>(place * kWidth + cause) + 1;
  }
  void Know(uint32_t place, size_t from, size_t to, int64_t value, int kind) {
    std::vector<int> columns = {0};
    for (uint32_t i = 0; i < province_.places.size(); ++i) {
      for (size_t cause = from; province_.IsUnder(i, place) && cause < to; ++cause) {
        columns.push_back(Column(i, cause));
      }
    }
    const std::vector<double> ones(columns.size(), 1);
    const int row = glp_add_rows(problem_.get(), 1);
    glp_set_row_bnds(problem_.get(), row, kind, static_cast<double>(value),
                     static_cast<double>(value));
    glp_set_mat_row(problem_.get(), row, static_cast<int>(columns.size()) - 1, columns.data(),
                    ones.data());
  }
  double Solve(int direction) {
    glp_set_obj_dir(problem_.get(), direction);
    REQUIRE(glp_simplex(problem_.get(), &options_) == 0);
    const int status = glp_get_status(problem_.get());
    if (status == GLP_UNBND) return direction == GLP_MIN ? -1e9 : 1e9;
    REQUIRE(status == GLP_OPT);
    return glp_get_obj_val(problem_.get());
  }

  const Province& province_;
  const std::unique_ptr<glp_prob, decltype(&glp_delete_prob)> problem_;
  glp_smcp options_;
};

// Small counts, of one cause or of all, that can be told to within less than `small_count`.
int Recovered(const Province& province, const std::vector<PublishedPlace>& published,
              const std::vector<bool>& shows, const PublicationRules& rules) {
  Solver solver(province, published, shows);
  int recovered = 0;
  for (uint32_t place = 0; place < province.places.size(); ++place) {
    for (size_t i = 0; i <= kWidth; ++i) {
      const size_t from = i == kWidth ? 0 : i, to = i == kWidth ? kWidth : i + 1;
      int64_t value = 0;
      for (size_t cause = from; cause < to; ++cause) value += province.causes[place].counts[cause];
      if (value <= 0 || value >= rules.small_count) continue;
      if (shows[place] ||
          solver.Width(place, from, to) < static_cast<double>(rules.small_count) - 1e-6) {
        ++recovered;
      }
    }
  }
  return recovered;
}

std::vector<bool> Shows(const std::vector<std::vector<int64_t>>& shown) {
  std::vector<bool> shows;
  for (const auto& counts : shown) shows.push_back(!counts.empty());
  return shows;
}

TEST_CASE("SEC-2 S8 GIS-2 no small number of a cause follows from an edition, a solver finds") {
  const bool crowded = GENERATE(false, true);
  int careless_recovered = 0;
  int below = 0;
  for (uint32_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed, crowded);
    std::mt19937 random(seed);
    const Province province = RandomProvince(random, crowded);
    const PublicationRules rules;
    const auto published = Publish(province.places, rules);
    const auto shown = PublishCauses(province.places, published, province.causes, rules);
    const std::vector<bool> shows = Shows(shown);
    CHECK(Recovered(province, published, shows, rules) == 0);
    CHECK(shows[0]);
    for (size_t i = 0; i < shows.size(); ++i) {
      if (!shows[i]) continue;
      CHECK(province.levels[i] <= 2);
      CHECK(published[i].shown == Shown::kCounts);
      if (i > 0) CHECK(shows[province.places[i].parent]);
      REQUIRE(shown[i].size() == kWidth);
      for (size_t cause = 0; cause < kWidth; ++cause) {
        CHECK(shown[i][cause] % 5 == 0);
        CHECK(std::abs(shown[i][cause] - province.causes[i].counts[cause]) <= 2);
      }
    }
    // The solver would have found it: only the small ones withheld.
    std::vector<bool> careless(shows.size());
    for (size_t i = 0; i < careless.size(); ++i) {
      careless[i] = province.levels[i] <= 2;
      for (const int64_t count : province.causes[i].counts) {
        if (count > 0 && count < rules.small_count) careless[i] = false;
      }
    }
    careless_recovered += Recovered(province, published, careless, rules);
    below += static_cast<int>(std::count(shows.begin() + 1, shows.end(), true));
  }
  CHECK(careless_recovered > 0);
  CHECK(below > 0);
}

TEST_CASE("SEC-2 GIS-2 causes withheld in an edition stay so, and their cover is found anew") {
  std::mt19937 random(9);
  Province province = RandomProvince(random, false);
  const PublicationRules rules;
  const auto published = Publish(province.places, rules);
  auto shows = Shows(PublishCauses(province.places, published, province.causes, rules));
  int counties = 0;
  for (uint32_t i = 1; i < shows.size(); ++i) {
    if (!shows[i] || province.levels[i] != 1 || counties++ > 0) continue;
    province.causes[i].withheld_before = true;
  }
  REQUIRE(counties > 0);
  shows = Shows(PublishCauses(province.places, published, province.causes, rules));
  for (uint32_t i = 1; i < shows.size(); ++i) {
    if (province.causes[i].withheld_before) CHECK_FALSE(shows[i]);
    if (province.levels[i] == 2 && !shows[province.places[i].parent]) CHECK_FALSE(shows[i]);
  }
  CHECK(Recovered(province, published, shows, rules) == 0);
}

TEST_CASE("SEC-2 GIS-2 withheld causes need room: households of the others tell nothing of a few") {
  std::mt19937 random(1);
  Province province;
  province.Add(PlaceToPublish::kNoParent, 0, 0, random, 0);
  // Two counties; all but three of the households with a cause lie in the first for want of room.
  for (const int64_t households : {20, 40}) province.Add(0, 1, households, random, 0);
  province.causes[0].counts = {23, 0, 0, 0};
  province.causes[1].counts = {20, 0, 0, 0};
  province.causes[2].counts = {3, 0, 0, 0};
  const PublicationRules rules;
  std::vector<PublishedPlace> published(3);
  for (PublishedPlace& place : published) place.shown = Shown::kCounts;
  // 23 of which at most 20 can be in the first: three at least are in the second, which nobody may
  // know. So the province shows none either.
  const auto shown = PublishCauses(province.places, published, province.causes, rules);
  CHECK(Shows(shown) == std::vector<bool>{false, false, false});
  // With more households there, nothing follows.
  province.Add(1, 2, 30, random, 0);
  published.emplace_back();
  province.causes[3].may_show = false;
  CHECK(Shows(PublishCauses(province.places, published, province.causes, rules))[0]);
}

}  // namespace
}  // namespace fupin::gis
