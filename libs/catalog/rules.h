// Cross-check rules (自动比对规则) as plain values, checked and never changed after loading.
#ifndef FUPIN_LIBS_CATALOG_RULES_H_
#define FUPIN_LIBS_CATALOG_RULES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/catalog/catalog.h"

namespace fupin::catalog {

enum class Severity { kInfo = 1, kWarning = 2, kSerious = 3 };

enum class FindingKind {
  kDisagreement = 1,
  kExclusion = 2,
  kDeceased = 3,
  kDoubleBenefit = 4,
  kUnknownPerson = 5,
  kDuplicatePerson = 6,
  kIdentity = 7,
  kEntitlement = 8,
};

// A condition over the inputs of its rule; compiles.
struct Condition {
  std::string expression;
  std::string position;  // "file:line"
};

struct RuleException {
  std::string code;
  std::string name_zh;
  std::string name_en;
  Condition when;
};

struct CrossCheckRule {
  std::string code;
  std::string name_zh;
  std::string name_en;
  FindingKind kind = FindingKind::kDisagreement;
  Severity severity = Severity::kInfo;
  bool per_member = false;
  std::vector<Input> inputs;
  Condition when;
  std::vector<int> needs;  // indexes into inputs: absent = the rule says nothing
  std::vector<RuleException> exceptions;
  int field_input = -1;  // -1: none
  int department_input = -1;
  std::string advice_zh;
  std::string advice_en;
  std::string basis;
  std::string unit_zh;
};

struct CrossCheckRules {
  std::string id;
  int32_t version = 0;
  std::string effective_date;
  std::string label_zh;
  std::string label_en;
  std::vector<CrossCheckRule> rules;
  uint64_t fingerprint = 0;

  // nullptr when there is none.
  const CrossCheckRule* Find(absl::string_view code) const;
};

}  // namespace fupin::catalog

#endif  // FUPIN_LIBS_CATALOG_RULES_H_
