#include "services/fupinctl/synthetic/surveys.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/str_cat.h"
#include "libs/clock/clock.h"
#include "services/fupinctl/synthetic/random.h"

namespace fupin::synthetic {
namespace {

using catalog::Question;
using identification::v1::Answer;
using Known = std::map<std::string, std::string>;  // question -> number, "true"/"false" or code

// Score an indicator gives for a value, 0..10000.
double ScoreOf(const catalog::ScoreFunction& function, double value) {
  double score = function.base;
  for (const auto& piece : function.pieces) {
    if (function.shape == catalog::ScoreFunction::Shape::kStep) {
      score += value >= piece.from ? piece.factor : 0;
    } else {
      score += piece.factor * std::clamp(value - piece.from, 0.0, static_cast<double>(piece.width));
    }
  }
  return score;
}

// The indicator that takes the question's answer as it is, if there is one.
const catalog::Indicator* DirectIndicator(const catalog::Catalog& catalog,
                                          const std::string& question) {
  for (const catalog::Indicator& indicator : catalog.indicators) {
    for (const catalog::Source& source : indicator.sources) {
      const auto* pick = std::get_if<catalog::Pick>(&source);
      if (pick != nullptr && pick->of == question &&
          pick->origin == catalog::Origin::kHouseholdQuestion) {
        return &indicator;
      }
    }
  }
  return nullptr;
}

// An answer that scores about `target` where an indicator judges it, else a middling one.
std::string Plausible(const catalog::Catalog& catalog, const Question& question, double target,
                      Random& random) {
  const catalog::Indicator* indicator = DirectIndicator(catalog, question.code);
  if (question.type == Question::Type::kBoolean) {
    const bool true_is_good =
        indicator == nullptr || ScoreOf(indicator->function, 1) >= ScoreOf(indicator->function, 0);
    return random.Chance(target) == true_is_good ? "true" : "false";
  }
  if (question.type == Question::Type::kChoice) {
    size_t best = static_cast<size_t>(random.Below(static_cast<int>(question.choices.size())));
    if (indicator != nullptr && indicator->measure == catalog::Measure::kCategory) {
      double least = 1e18;
      for (size_t i = 0; i < question.choices.size(); ++i) {
        const auto at = std::find(indicator->categories.begin(), indicator->categories.end(),
                                  question.choices[i].code);
        if (at == indicator->categories.end()) continue;
        const double score =
            ScoreOf(indicator->function, static_cast<double>(at - indicator->categories.begin()));
        const double distance = std::abs(score - 10000 * target) + random.Below(1500);
        if (distance < least) {
          least = distance;
          best = i;
        }
      }
    }
    return question.choices[best].code;
  }
  const double low = question.min.value_or(0);
  double high = question.max.value_or(100);
  double value = low + (high - low) * 0.02 * random.Unit();
  if (indicator != nullptr && indicator->measure == catalog::Measure::kNumber &&
      !indicator->function.pieces.empty()) {
    const auto& last = indicator->function.pieces.back();
    high = std::min(high, static_cast<double>(last.from + last.width) * 1.1 + 1);
    double least = 1e18;
    for (int i = 0; i < 24; ++i) {
      const double candidate = low + (high - low) * random.Unit();
      const double distance = std::abs(ScoreOf(indicator->function, candidate) - 10000 * target);
      if (distance < least) {
        least = distance;
        value = candidate;
      }
    }
  }
  return absl::StrCat(static_cast<int64_t>(value));
}

void Put(const Question& question, const std::string& value, Random& random, Answer* answer) {
  answer->set_question(question.code);
  // Some do not want to say, and now and then the visitor forgets.
  if (random.Chance(0.015)) {
    answer->set_absent(random.Chance(0.5) ? identification::v1::ABSENCE_REFUSED
                                          : identification::v1::ABSENCE_NOT_ASKED);
    return;
  }
  switch (question.type) {
    case Question::Type::kBoolean:
      answer->set_yes(value == "true");
      break;
    case Question::Type::kChoice:
      answer->set_choice(value);
      break;
    case Question::Type::kDate:
    case Question::Type::kText:
      answer->set_text(value);
      break;
    default:
      answer->set_number(value);
  }
}

std::string Number(double value) { return absl::StrCat(static_cast<int64_t>(value)); }

// Answers that follow from the household itself, by the questions of the example catalog.
Known OfFamily(const Family& family, Random& random) {
  const auto n = static_cast<double>(family.persons.size());
  const double w = family.wealth;
  int wages = 0;
  int students = 0;
  for (const Person& person : family.persons) {
    wages += person.wage_yuan;
    students += person.school != "none" ? 1 : 0;
  }
  const double income = wages + family.business_yuan + family.transfer_yuan + 300 * w;
  const double land = family.land_mu;
  Known known = {{"H001", Number(family.area_sqm)},
                 {"H002", family.structure},
                 {"H003", Number(family.built_year)},
                 {"H004", family.grade},
                 {"H014", w < 0.12 ? "borrow" : "own"},
                 {"H015", Number(n * (0.4 + 0.6 * w) + 1)},
                 {"H016", Number(n * (0.3 + w) + 1)},
                 {"H020", absl::StrCat(land)},
                 {"H021", "0"},
                 {"H022", Number(land * w)},
                 {"H023", Number(land * 0.3 * (1 - w))},
                 {"H024", Number(8 * w)},
                 {"H025", Number(n * (150 + 350 * w))},
                 {"H028", Number(land * 0.6 * w)},
                 {"H029", Number(family.business_yuan * 0.4)},
                 {"H030", Number(family.business_yuan * 0.3)},
                 {"H031", Number(5 * w)},
                 {"H032", Number(2.4 * w)},
                 {"H033", Number(5 * w)},
                 {"H034", Number(25 * w)},
                 {"H036", Number(family.business_yuan * (0.5 - 0.3 * w))},
                 {"H039", random.Chance(0.1) ? Number(800) : "0"},
                 {"H050", Number(wages)},
                 {"H051", Number(family.business_yuan)},
                 {"H052", Number(300 * w)},
                 {"H053", Number(family.transfer_yuan)},
                 {"H054", Number(n * (900 + 2200 * w))},
                 {"H055", Number(students * (900 + 1200 * w))},
                 {"H056", Number(family.medical_yuan)},
                 {"H057", Number(income * 0.06)},
                 {"H058", Number(300 + 500 * w)},
                 {"H103", Number(n * (0.3 + 0.5 * w))},
                 {"H106", Number((1 - w) * 18000 * random.Unit())},
                 {"H107", w < 0.15 && random.Chance(0.3) ? "3000" : "0"},
                 {"H108", Number(w * w * 30000)},
                 {"H070", "tap"},
                 {"H111", random.Chance(0.05 + 0.1 * (1 - w)) ? "true" : "false"},
                 {"H114", "false"},
                 {"H073", "true"},
                 {"H013", random.Chance(0.02) ? "true" : "false"},
                 {"H085", w > 0.1 ? "true" : "false"},
                 {"H087", w > 0.1 ? "true" : "false"}};
  return known;
}

Known OfPerson(const Person& person, const Family& family, Random& random) {
  return {{"M001", person.health},
          {"M002", person.labour},
          {"M003", person.school},
          {"M004", person.education},
          {"M005", Number(person.work_months)},
          {"M006", person.work_months == 0 ? "none"
                   : random.Chance(0.5)    ? "outside"
                                           : "county"},
          {"M007", Number(person.wage_yuan)},
          {"M008", person.insured ? "true" : "false"},
          {"M009", person.age >= 16 ? "true" : "false"},
          {"M010", person.health == "disabled" ? "true" : "false"},
          {"M011", family.wealth < 0.3 && person.relation == "02" ? "true" : "false"},
          {"M012", "true"},
          {"M013", person.labour == "skilled" ? "true" : "false"},
          {"M014", person.age < 80 && person.health != "serious" ? "true" : "false"},
          {"M015", person.health == "chronic" ? "true" : "false"},
          {"M016", person.age > 5 && person.age < 65 ? "true" : "false"},
          {"M017", "false"},
          {"M018", person.school == "none" ? "0" : Number(20 + 60 * (1 - family.wealth))},
          {"M019", person.school == "senior" ? "true" : "false"},
          {"M020", person.health == "serious" ? "2" : "0"},
          {"M021", "true"}};
}

}  // namespace

std::vector<identification::v1::SubmitSurveyRequest> MakeSurveys(const Population& population,
                                                                 const catalog::Catalog& catalog,
                                                                 uint64_t seed) {
  Random random(seed ^ 0x50c1a1u);
  std::vector<identification::v1::SubmitSurveyRequest> surveys;
  for (size_t f = 0; f < population.families.size(); ++f) {
    const Family& family = population.families[f];
    identification::v1::SubmitSurveyRequest request;
    request.set_request_id(absl::StrCat("demo-", seed, "-", family.key));
    auto* survey = request.mutable_survey();
    survey->set_source_key(family.key);
    survey->set_division(family.village);
    auto* provenance = survey->mutable_provenance();
    provenance->set_collector(absl::StrCat("gb", 100 + random.Below(50)));
    provenance->set_enterer(provenance->collector());
    provenance->set_device("tablet-1");
    provenance->set_method(type::v1::COLLECTION_METHOD_MANUAL);
    *provenance->mutable_collect_time() = google::protobuf::util::TimeUtil::MillisecondsToTimestamp(
        absl::ToUnixMillis(absl::FromCivil(population.today - random.Between(1, 40), Shanghai())));
    const Known known = OfFamily(family, random);
    const auto target = [&] {
      return std::clamp(0.22 + 0.8 * family.wealth + 0.3 * (random.Unit() - 0.5), 0.02, 0.99);
    };
    for (const Question& question : catalog.questions) {
      if (question.of_member) continue;
      const auto given = known.find(question.code);
      Put(question,
          given != known.end() ? given->second : Plausible(catalog, question, target(), random),
          random, survey->add_answers());
    }
    std::vector<const Person*> persons;
    for (const Person& person : family.persons) persons.push_back(&person);
    // Planted: somebody's elder stands in this household too.
    if (family.plant == Plant::kTwice && f > 0 && population.families[f - 1].persons.size() > 1) {
      persons.push_back(&population.families[f - 1].persons[1]);
    }
    for (const Person* person : persons) {
      auto* member = survey->add_members();
      member->set_citizen_number(person->number);
      member->set_name(person->name);
      const bool foreign = person->relation == "02" && member != &survey->members(0);
      member->set_relation(foreign ? "97" : person->relation);
      member->set_sex(person->sex);
      const Known own = OfPerson(*person, family, random);
      for (const Question& question : catalog.questions) {
        if (!question.of_member) continue;
        const auto given = own.find(question.code);
        Put(question,
            given != own.end() ? given->second : Plausible(catalog, question, target(), random),
            random, member->add_answers());
      }
    }
    surveys.push_back(std::move(request));
  }
  return surveys;
}

}  // namespace fupin::synthetic
