#include "services/identification/domain/distribution.h"

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

namespace fupin::identification {
namespace {

TEST_CASE("EX-5 weighted statistics of a published survey sample are reproduced", "[domain]") {
  std::ifstream file(FUPIN_SOURCE_DIR "/tests/data/austria/eusilc.csv");
  REQUIRE(file);
  std::string line;
  std::getline(file, line);
  std::vector<std::string> header;
  std::stringstream names(line);
  for (std::string name; std::getline(names, name, ',');) header.push_back(name);
  std::vector<Observation> observations;
  while (std::getline(file, line)) {
    std::map<std::string, std::string> row;
    std::stringstream cells(line);
    std::string cell;
    for (size_t i = 0; i < header.size() && std::getline(cells, cell, ','); ++i) {
      row[header[i]] = cell;
    }
    observations.push_back({std::stod(row["eqIncome"]), std::stod(row["rb050"]), 0});
  }
  REQUIRE(observations.size() == 14827);
  const Distribution d = Distribute(observations, 0.6);
  CHECK(d.line == Approx(10859.24).margin(0.005));
  CHECK(100 * d.at_risk_rate == Approx(14.444).margin(0.0005));
  CHECK(100 * d.gini == Approx(26.49).margin(0.005));
  CHECK(d.s80_s20 == Approx(3.970).margin(0.0005));
  CHECK(100 * d.relative_median_gap == Approx(18.93).margin(0.005));
}

TEST_CASE("statistics of nobody are zero and of one person are plain", "[domain]") {
  CHECK(Distribute({}, 0.6).households == 0);
  const Distribution one = Distribute({{100, 2, 1}}, 0.6);
  CHECK(one.median == 100);
  CHECK(one.line == 60);
  CHECK(one.at_risk_rate == 0);
  CHECK(one.gini == Approx(0).margin(1e-12));
}

}  // namespace
}  // namespace fupin::identification
