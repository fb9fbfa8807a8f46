// The indicator catalog (指标体系) as plain values: checked, complete, never changed after loading,
// so that threads may share it. proto/fupin/catalog/v1/catalog.proto says what each part means.
#ifndef FUPIN_LIBS_CATALOG_CATALOG_H_
#define FUPIN_LIBS_CATALOG_CATALOG_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace fupin::catalog {

// Weight of all indicators together.
inline constexpr int32_t kWeightUnits = 100'000;
// Best or worst score of an indicator, by direction, in centipoints.
inline constexpr int32_t kMaxScore = 10'000;

enum class Direction { kLowIsPoor = 1, kHighIsPoor = 2 };

enum class Aggregate {
  kSingle = 0,  // newest when several
  kSum = 1,
  kMin = 2,
  kMax = 3,
  kMean = 4,
  kCount = 5,
  kAny = 6,
  kAll = 7,
  kShare = 8,
  kLatest = 9,
};

enum class Transform {
  kNone = 0,
  kAgeYears = 1,
  kYearsSince = 2,
  kMonthsSince = 3,
  kIsPresent = 4
};

enum class Operator {
  kEq = 1,
  kNe = 2,
  kLt = 3,
  kLe = 4,
  kGt = 5,
  kGe = 6,
  kIn = 7,
  kNotIn = 8,
  kPresent = 9,
  kAbsent = 10,
};

// Type of a field, a question, or what a pick gives.
enum class ValueType {
  kNumber,
  kBoolean,
  kCode,   // of a code list or the choices of a question
  kText,   // free text
  kDate,   // YYYY-MM-DD
  kMonth,  // YYYY-MM
  kYear,   // YYYY as text; a year as a number is kNumber
};

// Where the value of a field is found.
enum class Origin {
  kHouseholdQuestion,
  kMemberQuestion,
  kDataset,
  kMember,  // the pseudo-dataset "member"
};

struct Filter {
  Origin origin;
  std::string field;  // field or question code
  ValueType type;     // after the transform
  Operator op;
  std::vector<std::string> values;  // checked against `type`
  Transform transform = Transform::kNone;
};

struct Pick {
  Origin origin;
  std::string of;     // question code, dataset id or "member"
  std::string field;  // empty for questions, and where rows as such are counted
  ValueType type;     // of the result
  Aggregate aggregate = Aggregate::kSingle;
  Transform transform = Transform::kNone;
  std::vector<Filter> where;
  std::vector<Filter> members;
  int months = 0;      // 0 = all
  double scale = 1.0;  // of the result, when it is a number
  bool empty_is_zero = false;
};

struct Input {
  std::string name;
  Pick pick;
  std::optional<double> default_value;
};

struct Formula {
  std::vector<Input> inputs;
  std::string expression;  // compiles
  std::string position;    // "file:line" of the expression
  bool nil_ok = false;
};

using Source = std::variant<Pick, Formula>;

// Score of an indicator in centipoints as a function of its value; every shape of the catalog is
// one of two sums, so that the kernel needs no branch per household.
//   kLinear: base + sum of slope * clamp(value - from, 0, width)
//   kStep:   base + sum of delta where value >= from
// Computed in float32, left to right, then rounded half up and clamped to 0..10000. A category is
// its index (0, 1, ...), a yes/no is 1 or 0.
struct ScoreFunction {
  enum class Shape { kLinear, kStep };
  struct Piece {
    float from = 0;
    float width = 0;   // kLinear only
    float factor = 0;  // slope, or delta
  };
  Shape shape = Shape::kStep;
  float base = 0;
  std::vector<Piece> pieces;
  int32_t lowest = 0;  // of all values there can be
  int32_t highest = 0;
};

// How values become the float the function takes.
enum class Measure { kNumber, kCategory, kBoolean };

struct Indicator {
  std::string code;
  std::string name_zh;
  std::string name_en;
  std::string unit_zh;
  std::string rationale_zh;
  std::string rationale_en;
  int dimension = 0;         // index into Catalog::dimensions
  int32_t weight_units = 0;  // > 0; all together kWeightUnits
  Measure measure = Measure::kNumber;
  std::vector<std::string> categories;  // codes in index order, for kCategory
  ScoreFunction function;
  std::vector<Source> sources;  // first that has a value wins
  std::optional<Source> applies_when;
  bool required = false;  // no index without it
  std::string position;   // "file:line"
};

struct Dimension {
  std::string code;
  std::string name_zh;
  std::string name_en;
  int32_t weight_permille = 0;
  int first_indicator = 0;  // its indicators stand together in Catalog::indicators
  int indicator_count = 0;
};

struct Reference {
  std::string code;
  std::string name_zh;
  std::string name_en;
  std::vector<Source> sources;
};

struct Choice {
  std::string code;
  std::string zh;
  std::string en;
};

struct Question {
  enum class Type { kInteger, kNumber, kMoneyYuan, kBoolean, kChoice, kDate, kText, kYear };
  std::string code;
  bool of_member = false;
  Type type = Type::kNumber;
  std::string text_zh;
  std::string text_en;
  std::string unit_zh;
  std::vector<Choice> choices;
  std::optional<double> min;
  std::optional<double> max;
  std::string section_zh;
  std::string section_en;
  std::string hint_zh;
  std::string position;  // "file:line"
};

struct Catalog {
  std::string id;
  int32_t version = 0;
  std::string effective_date;
  std::string label_zh;
  std::string label_en;
  Direction direction = Direction::kLowIsPoor;
  // On the scale of well-being, 0 = worst, in centipoints: below `poor_below` poor, above
  // `stable_above` stable, between and at both edges possibly poor. Under kHighIsPoor the index is
  // mirrored (10000 - index) before it is compared.
  int32_t poor_below = 0;
  int32_t stable_above = 0;
  int32_t min_completeness_permille = 0;
  absl::CivilDay reference_date;
  std::vector<Question> questions;  // as the form shows them
  std::vector<Dimension> dimensions;
  std::vector<Indicator> indicators;  // by dimension; an indicator's index is its column
  std::vector<Reference> references;
  // Stable hash of everything in the file that has a meaning; comments and layout have none.
  uint64_t fingerprint = 0;
  // The same of what decides the values (sources, categories, applicability, reference date) and
  // not of weights, scores and edges: equal means stored values may be scored by either catalog.
  uint64_t source_fingerprint = 0;

  // nullptr when there is none.
  const Question* FindQuestion(absl::string_view code) const;
  // -1 when there is none.
  int FindIndicator(absl::string_view code) const;
};

// What a catalog must know of a dataset contract.
struct FieldInfo {
  ValueType type = ValueType::kText;
  std::vector<std::string> codes;  // of the code list, for kCode; empty = not checked
};

// The field of a dataset, or absent when either does not exist. An empty field asks whether the
// dataset exists; any FieldInfo means yes.
using SourceLookup =
    std::function<std::optional<FieldInfo>(absl::string_view dataset, absl::string_view field)>;

}  // namespace fupin::catalog

#endif  // FUPIN_LIBS_CATALOG_CATALOG_H_
