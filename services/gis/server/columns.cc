#include "services/gis/server/columns.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"

namespace fupin::gis {
namespace {

constexpr const char* kNames[kAttributes] = {
    "households", "persons",      "poor",      "possibly", "stable",
    "unscorable", "poor_persons", "incidence", "index",    "cause"};

int32_t Fit(int64_t value) {
  return static_cast<int32_t>(std::clamp<int64_t>(value, 0, std::numeric_limits<int32_t>::max()));
}

}  // namespace

const char* NameOf(Attribute attribute) { return kNames[static_cast<size_t>(attribute)]; }

Columns::Columns(size_t rows) {
  for (auto& column : columns_) column.assign(rows, 0);
  columns_[static_cast<size_t>(Attribute::kIncidence)].assign(rows, mvt::IntColumn::kAbsent);
  columns_[static_cast<size_t>(Attribute::kIndex)].assign(rows, mvt::IntColumn::kAbsent);
  columns_[static_cast<size_t>(Attribute::kCause)].assign(rows, mvt::IntColumn::kAbsent);
}

void Columns::Set(uint32_t row, const Counts& counts) {
  const auto set = [&](Attribute attribute, int64_t value) {
    columns_[static_cast<size_t>(attribute)][row] = Fit(value);
  };
  set(Attribute::kHouseholds, counts.households);
  set(Attribute::kPersons, counts.persons);
  set(Attribute::kPoor, counts.poor);
  set(Attribute::kPossiblyPoor, counts.possibly_poor);
  set(Attribute::kStable, counts.stable);
  set(Attribute::kNotScorable, counts.not_scorable);
  set(Attribute::kPoorPersons, counts.poor_persons);
  set(Attribute::kIncidence, counts.IncidencePermille());
  set(Attribute::kIndex, counts.MeanIndex());
  if (counts.persons == 0) {
    columns_[static_cast<size_t>(Attribute::kIncidence)][row] = mvt::IntColumn::kAbsent;
  }
  if (counts.households == counts.not_scorable) {
    columns_[static_cast<size_t>(Attribute::kIndex)][row] = mvt::IntColumn::kAbsent;
  }
}

void Columns::SetCause(uint32_t row, std::optional<size_t> cause) {
  columns_[static_cast<size_t>(Attribute::kCause)][row] =
      cause ? static_cast<int32_t>(*cause) + 1 : mvt::IntColumn::kAbsent;
}

void Columns::Copy(uint32_t row, const Columns& from) {
  for (size_t i = 0; i < kAttributes; ++i) columns_[i][row] = from.columns_[i][row];
}

void Columns::Clear(uint32_t row) {
  for (auto& column : columns_) column[row] = mvt::IntColumn::kAbsent;
}

std::array<mvt::IntColumn, kAttributes> Columns::ForTiles() const {
  std::array<mvt::IntColumn, kAttributes> columns;
  for (size_t i = 0; i < kAttributes; ++i) columns[i] = {kNames[i], columns_[i]};
  return columns;
}

void Columns::AppendJson(uint32_t row, std::string* out) const {
  absl::StrAppend(out, "{\"id\":", row);
  for (size_t i = 0; i < kAttributes; ++i) {
    const int32_t value = columns_[i][row];
    if (value == mvt::IntColumn::kAbsent) {
      absl::StrAppend(out, ",\"", kNames[i], "\":null");
    } else {
      absl::StrAppend(out, ",\"", kNames[i], "\":", value);
    }
  }
  out->push_back('}');
}

}  // namespace fupin::gis
