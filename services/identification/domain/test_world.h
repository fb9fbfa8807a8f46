// Catalogs and households written as text for the tests of this folder. Synthetic (合成数据).
#ifndef FUPIN_SERVICES_IDENTIFICATION_DOMAIN_TEST_WORLD_H_
#define FUPIN_SERVICES_IDENTIFICATION_DOMAIN_TEST_WORLD_H_

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/catalog/load.h"
#include "libs/status/status.h"
#include "services/identification/domain/household.h"

namespace fupin::identification {

// Datasets of persons ("mps.vehicle", "ha.visit") and of households ("lr.house").
inline std::optional<catalog::FieldInfo> TestLookup(absl::string_view dataset,
                                                    absl::string_view field) {
  using catalog::FieldInfo;
  using catalog::ValueType;
  if (dataset != "mps.vehicle" && dataset != "ha.visit" && dataset != "lr.house") {
    return std::nullopt;
  }
  if (field.empty() || field == "name") return FieldInfo{ValueType::kText, {}};
  if (field == "amount") return FieldInfo{ValueType::kNumber, {}};
  if (field == "flag") return FieldInfo{ValueType::kBoolean, {}};
  if (field == "date") return FieldInfo{ValueType::kDate, {}};
  if (field == "month") return FieldInfo{ValueType::kMonth, {}};
  if (field == "year") return FieldInfo{ValueType::kYear, {}};
  if (field == "kind") return FieldInfo{ValueType::kCode, {"car", "truck", "tractor"}};
  return std::nullopt;
}

struct TestHeader {
  std::string direction = "LOW";
  int min_completeness_permille = 0;
};

// Household questions area, walls, car, income; member questions healthy, pay.
inline std::string CatalogText(absl::string_view dimensions, const TestHeader& header = {}) {
  return absl::StrCat(
      R"(id: "t" version: 1 effective_date: "2025-01-01" label_zh: "示例" label_en: "example"
      poor_below_centipoints: 6000 stable_above_centipoints: 8000 reference_date: "2025-12-31"
      direction: DIRECTION_)",
      header.direction, "_IS_POOR min_completeness_permille: ", header.min_completeness_permille,
      R"(
      questions { code: "area" scope: SCOPE_HOUSEHOLD type: TYPE_NUMBER text_zh: "面" text_en: "a" }
      questions { code: "income" scope: SCOPE_HOUSEHOLD type: TYPE_NUMBER text_zh: "入" text_en: "i" }
      questions { code: "car" scope: SCOPE_HOUSEHOLD type: TYPE_BOOLEAN text_zh: "车" text_en: "c" }
      questions { code: "walls" scope: SCOPE_HOUSEHOLD type: TYPE_CHOICE text_zh: "墙" text_en: "w"
        choices { code: "mud" zh: "土" en: "mud" } choices { code: "brick" zh: "砖" en: "brick" } }
      questions { code: "healthy" scope: SCOPE_MEMBER type: TYPE_BOOLEAN text_zh: "健" text_en: "h" }
      questions { code: "pay" scope: SCOPE_MEMBER type: TYPE_NUMBER text_zh: "薪" text_en: "p" }
      )",
      dimensions);
}

inline std::shared_ptr<const catalog::Catalog> MakeCatalog(const std::string& text) {
  auto catalog = catalog::Parse(text, "t.txtpb", TestLookup);
  INFO(catalog.status());
  for (const auto& problem : ProblemsOf(catalog.status())) UNSCOPED_INFO(problem.message_en);
  REQUIRE(catalog.ok());
  return *std::move(catalog);
}

inline std::string DimensionText(absl::string_view indicators) {
  return absl::StrCat("dimensions { code: 'A' name_zh: '一' name_en: 'one' weight_permille: 1000 ",
                      indicators, " }");
}

// An indicator that is scored 100 points per 100 units, with one source.
inline std::string IndicatorText(absl::string_view code, absl::string_view source,
                                 absl::string_view more = "") {
  return absl::StrCat("indicators { code: '", code, "' name_zh: '项' name_en: 'item' weight: 1 ",
                      more.find("when_absent") == absl::string_view::npos
                          ? "when_absent: WHEN_ABSENT_INTERVAL "
                          : "",
                      "sources { ", source, " } ",
                      more.find("{ true_score") == absl::string_view::npos &&
                              more.find("categories") == absl::string_view::npos
                          ? "linear { knots { value: 0 score: 0 } knots { value: 100 score: 10000 "
                            "} } "
                          : "",
                      more, " }\n");
}

inline fixed::Micro Number(double value) {
  return fixed::Micro{static_cast<int64_t>(value * fixed::kMicroPerOne)};
}

// A fact at noon (Shanghai) of `day`, YYYY-MM-DD.
inline Fact MakeFact(absl::string_view dataset, absl::string_view record, int member,
                     absl::string_view day, std::map<std::string, Value> fields) {
  absl::CivilDay date;
  REQUIRE(absl::ParseCivilTime(day, &date));
  Fact fact;
  fact.about = member >= 0 ? Fact::About::kMember : Fact::About::kHousehold;
  fact.member = member;
  fact.source.dataset = std::string(dataset);
  fact.source.record = std::string(record);
  fact.source.business_time =
      absl::FromCivil(date, absl::FixedTimeZone(8 * 3600)) + absl::Hours(12);
  fact.fields = std::move(fields);
  return fact;
}

// Head born 1960, spouse without number, child born 2015.
inline Household Family() {
  Household household;
  household.id = "h1";
  household.members.push_back(
      {.person = "aa", .name = "甲", .relation = "02", .sex = "1", .birth_date = "1960-06-15"});
  household.members.push_back({.name = "乙", .relation = "10", .sex = "2"});
  household.members.push_back({.person = "cc",
                               .name = "丙",
                               .relation = "20",
                               .sex = "1",
                               .birth_date = "2016-01-01",
                               .household_count = 2});
  return household;
}

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_DOMAIN_TEST_WORLD_H_
