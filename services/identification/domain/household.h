// A household (户) as scoring and cross-check see it: answers of the field survey and facts of the
// departments, joined. Plain values; nothing here knows how they are stored or sent.
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_HOUSEHOLD_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_HOUSEHOLD_H_

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "libs/fixed/fixed.h"

namespace fupin::identification {

// Why there is no value. Absent is never zero.
enum class Absence {
  kNotAsked = 1,       // 未问
  kRefused = 2,        // 拒答
  kNotApplicable = 3,  // 不适用
  kNoRecord = 4,       // 部门无记录
};

// Absent, a number (whole numbers, amounts and measures alike), a yes/no, or a text: a choice code,
// a date "YYYY-MM-DD", a year is a number.
using Value = std::variant<Absence, fixed::Micro, bool, std::string>;

// Answers by question code; a code that is missing was not asked.
using Answers = std::map<std::string, Value>;

struct Member {
  // Key of the person inside the system: hex of the blind index of the citizen number, or of the
  // participant's own person id. Empty when the person has no identity number.
  std::string person;
  std::string name;        // personal; only for comparing names
  std::string relation;    // GB/T 4761 code
  std::string sex;         // GB/T 2261.1 code
  std::string birth_date;  // YYYY-MM-DD, may be empty
  Answers answers;         // questions of member scope
  // Number of households of the system that name this person; 1 when only this one does.
  int household_count = 1;
};

// Where a fact comes from (EX-3).
struct FactSource {
  std::string dataset;
  std::string record;  // resource name of the record in the exchange, with its version
  absl::Time business_time;
  bool automatic = true;  // false: typed by hand at the department (EX-4)
};

// One record of a department about a member, the household or its village.
struct Fact {
  enum class About { kMember, kHousehold, kVillage };
  About about = About::kMember;
  int member = -1;  // index into Household::members when about == kMember
  FactSource source;
  std::map<std::string, Value> fields;
};

struct Household {
  std::string id;
  std::string village;  // division code of the (natural) village
  std::vector<Member> members;
  Answers answers;  // questions of household scope
  std::vector<Fact> facts;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_HOUSEHOLD_H_
