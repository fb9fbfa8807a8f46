#include "services/fupinctl/synthetic/population.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/codes/citizen_number.h"
#include "services/fupinctl/synthetic/random.h"

namespace fupin::synthetic {
namespace {

constexpr std::array kFamilyNames = {"王", "李", "张", "杨", "陈",   "吴",   "罗",
                                     "龙", "石", "潘", "韦", "欧阳", "阿依", "𠅤"};
constexpr std::array kGivenNames = {"明",   "秀英", "建国", "春梅", "小龙", "兴华",
                                    "桂花", "国强", "水仙", "志远", "玉兰", "长寿"};

std::string MakeName(Random& random) {
  const std::string family = kFamilyNames[static_cast<size_t>(random.Below(kFamilyNames.size()))];
  const std::string given = kGivenNames[static_cast<size_t>(random.Below(kGivenNames.size()))];
  return family == "阿依" ? absl::StrCat(family, "·", given) : absl::StrCat(family, given);
}

std::string MakeNumber(absl::CivilDay birth, int serial, bool male) {
  const int order = serial % 499 * 2 + (male ? 1 : 2);
  const std::string body =
      absl::StrFormat("529999%04d%02d%02d%03d", birth.year(), birth.month(), birth.day(), order);
  return body + codes::CitizenNumber::CheckCharacter(body);
}

Person MakePerson(Random& random, absl::CivilDay today, int age, bool male,
                  const std::string& relation, double wealth, int serial) {
  Person person;
  person.age = age;
  // The birthday of this year lies behind.
  person.birth = absl::CivilDay(today.year() - age, 1, 1) + random.Below(300);
  if (absl::CivilDay(today.year(), person.birth.month(), person.birth.day()) > today) {
    person.birth = absl::CivilDay(today.year() - age, 1, 1 + random.Below(28));
  }
  person.sex = male ? "1" : "2";
  person.number = MakeNumber(person.birth, serial, male);
  person.name = MakeName(random);
  person.relation = relation;
  const double ill = 0.05 + 0.004 * age + 0.25 * (1 - wealth);
  const double roll = random.Unit();
  person.health = roll < ill * 0.25   ? "serious"
                  : roll < ill * 0.35 ? "disabled"
                  : roll < ill        ? "chronic"
                                      : "healthy";
  const bool working_age = age >= 16 && age < 62;
  const bool studies = age < 16 || (age < 22 && random.Chance(0.4 + 0.4 * wealth));
  person.school = !studies || age < 3 ? "none"
                  : age < 6           ? "kindergarten"
                  : age < 12          ? "primary"
                  : age < 15          ? "junior"
                  : age < 18          ? "senior"
                                      : "college";
  const double learned = wealth + 0.6 * (1 - age / 90.0) + 0.4 * (random.Unit() - 0.5);
  person.education = age < 7          ? "illiterate"
                     : learned < 0.35 ? "illiterate"
                     : learned < 0.7  ? "primary"
                     : learned < 1.1  ? "junior"
                     : learned < 1.35 ? "senior"
                                      : "college";
  if (!working_age || person.health == "serious") {
    person.labour = age >= 16 && age < 72 && person.health != "serious" ? "weak" : "none";
  } else if (person.health == "disabled") {
    person.labour = "weak";
  } else {
    person.labour = random.Chance(0.1 + 0.3 * wealth) ? "skilled" : "full";
  }
  const bool able = person.labour == "skilled" || person.labour == "full";
  if (able && person.school == "none" && random.Chance(0.25 + 0.65 * wealth)) {
    person.work_months = std::min(12, random.Between(4, 9) + static_cast<int>(4 * wealth));
    person.wage_yuan =
        person.work_months * (1500 + static_cast<int>(2800 * wealth) + random.Below(500));
  }
  person.insured = random.Chance(0.86 + 0.14 * wealth);
  return person;
}

Family MakeFamily(Random& random, absl::CivilDay today, int serial) {
  Family family;
  family.key = absl::StrFormat("HH%07d", serial);
  // Most are neither poor nor well off.
  family.wealth = (random.Unit() + random.Unit() + random.Unit()) / 3;
  const double wealth = family.wealth;
  const int head_age = random.Between(30, 74);
  int person = serial * 11;
  const bool male = random.Chance(0.8);
  const auto add = [&](int age, bool is_male, const std::string& relation) {
    family.persons.push_back(MakePerson(random, today, age, is_male, relation, wealth, ++person));
  };
  add(head_age, male, "02");
  if (random.Chance(0.75)) add(std::clamp(head_age + random.Between(-5, 3), 22, 90), !male, "10");
  const int children = head_age < 62 ? random.Below(wealth < 0.4 ? 4 : 3) : random.Below(2);
  for (int i = 0; i < children; ++i) {
    const bool boy = random.Chance(0.5);
    add(std::clamp(head_age - random.Between(23, 33), 1, 45), boy, boy ? "20" : "30");
  }
  if (head_age < 58 && random.Chance(0.35)) add(head_age + random.Between(22, 28), false, "52");
  const int n = static_cast<int>(family.persons.size());
  family.area_sqm = static_cast<int>(n * (14 + 32 * wealth)) + random.Below(20);
  const double house = wealth + 0.3 * (random.Unit() - 0.5);
  family.grade = house < 0.2 ? "D" : house < 0.34 ? "C" : house < 0.55 ? "B" : "A";
  family.structure = house < 0.25   ? "earth"
                     : house < 0.38 ? "wood"
                     : house < 0.5  ? "brick_wood"
                     : house < 0.75 ? "brick_concrete"
                                    : "concrete";
  family.built_year = today.year() - 1 - std::clamp(static_cast<int>(50 * (1 - house)), 0, 70);
  family.land_mu = n * (0.5 + random.Below(20) / 10.0);
  for (Person& each : family.persons) {
    if (each.health == "serious") each.medical_yuan = random.Between(8000, 40000);
    if (each.health == "chronic") each.medical_yuan = random.Between(100, 600);
    family.medical_yuan += each.medical_yuan;
  }
  family.business_yuan = static_cast<int>(family.land_mu * 700 * (0.4 + wealth)) +
                         static_cast<int>(12000 * wealth * wealth);
  family.transfer_yuan = 400 + random.Below(1500);
  family.honest_truck = random.Chance(0.02);
  return family;
}

}  // namespace

Population MakePopulation(const division::Tree& divisions, int households, uint64_t seed,
                          absl::CivilDay today) {
  Population population;
  population.today = today;
  population.hamlets_tsv = "# 合成数据 synthetic: natural villages have no national code\n";
  Random random(seed);
  std::vector<division::Division> villages;
  const int village_level = *divisions.LevelIndex("village");
  for (const division::Division& division : divisions.all()) {
    if (division.level() == village_level) villages.push_back(division);
  }
  // About 40 households a village, two natural villages in each, spread over the province.
  const int count = std::clamp(households / 40, 9, static_cast<int>(villages.size()));
  std::vector<std::string> hamlets;
  for (int i = 0; i < count; ++i) {
    const auto& village =
        villages[villages.size() * static_cast<size_t>(i) / static_cast<size_t>(count)];
    for (int part = 1; part <= 2; ++part) {
      const std::string code = absl::StrFormat("%s%03d", std::string(village.code()), part);
      absl::StrAppend(&population.hamlets_tsv, code, "\t", village.code(), "\thamlet\t",
                      part == 1 ? "上寨" : "下寨", "(合成)\n");
      hamlets.push_back(code);
    }
  }
  for (int i = 0; i < households; ++i) {
    Family family = MakeFamily(random, today, i + 1);
    family.village = hamlets[static_cast<size_t>(random.Below(static_cast<int>(hamlets.size())))];
    if (random.Chance(0.03)) family.plant = static_cast<Plant>(random.Between(1, 7));
    population.families.push_back(std::move(family));
  }
  return population;
}

}  // namespace fupin::synthetic
