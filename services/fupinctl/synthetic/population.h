// A synthetic population (合成数据): nobody in it exists. Deterministic from seed and size.
//
// Citizen numbers carry the county part 529999, which was never given out, and a right check digit.
#ifndef FUPIN_SERVICES_FUPINCTL_SYNTHETIC_POPULATION_H_
#define FUPIN_SERVICES_FUPINCTL_SYNTHETIC_POPULATION_H_

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "libs/division/tree.h"

namespace fupin::synthetic {

struct Person {
  std::string number;  // citizen number
  std::string name;
  std::string relation;  // GB/T 4761
  std::string sex;
  absl::CivilDay birth;
  int age = 0;
  std::string health;     // choice of M001
  std::string labour;     // choice of M002
  std::string school;     // choice of M003
  std::string education;  // choice of M004
  int work_months = 0;
  int wage_yuan = 0;     // of the year
  int medical_yuan = 0;  // paid out of pocket in the year
  bool insured = true;
};

// Errors that were planted; the services are never told.
enum class Plant { kNone, kCar, kCompany, kPayroll, kDead, kTwice, kUnknown, kArea };

struct Family {
  std::string key;
  std::string village;  // natural village (synthetic code)
  std::vector<Person> persons;
  double wealth = 0;  // 0 poorest .. 1
  int area_sqm = 0;
  std::string grade;      // A..D
  std::string structure;  // code of hud.structure
  int built_year = 2000;
  double land_mu = 0;
  int medical_yuan = 0;
  int business_yuan = 0;
  int transfer_yuan = 0;
  bool honest_truck = false;  // an exception that must not become a finding
  Plant plant = Plant::kNone;
};

struct Population {
  std::vector<Family> families;
  // Natural villages as rows of a division file (hamlets below real villages).
  std::string hamlets_tsv;
  absl::CivilDay today;
};

Population MakePopulation(const division::Tree& divisions, int households, uint64_t seed,
                          absl::CivilDay today);

}  // namespace fupin::synthetic

#endif  // FUPIN_SERVICES_FUPINCTL_SYNTHETIC_POPULATION_H_
