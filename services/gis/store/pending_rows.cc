#include "services/gis/store/pending_rows.h"

#include <algorithm>
#include <optional>

#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/gis/store/cell_rows.h"

namespace fupin::gis {
namespace {

// An update changes its household and at most two places on up to nine levels; of each the row, the
// row of its day and that of a day that ends, and the same of causes.
constexpr int kMostKeys = 1 + 2 * 9 * 3 * 2;

Day DayOfTime(int64_t time_ms) { return DayOf(absl::FromUnixMillis(time_ms)); }

}  // namespace

void PendingRows::Know(uint32_t place, const Counts& counts, int64_t time_ms) {
  cells_.insert_or_assign(place, Cell{counts, time_ms});
}

absl::Status PendingRows::FetchHouseholds(const kv::Store& kv,
                                          const std::vector<std::string>& ids) {
  std::vector<std::string> unknown;
  for (const std::string& id : ids) {
    if (!households_.contains(id)) unknown.push_back(id);
  }
  for (size_t begin = 0; begin < unknown.size(); begin += kv::kMaxPageRows) {
    const auto some = absl::MakeConstSpan(unknown).subspan(begin, kv::kMaxPageRows);
    ASSIGN_OR_RETURN(const auto values, kv.MultiGet(kHouseholds, partition_, some));
    for (size_t i = 0; i < some.size(); ++i) {
      store::StoredHousehold stored;
      if (values[i]) {
        ASSIGN_OR_RETURN(stored, kv::Decode<store::StoredHousehold>(*values[i]));
      }
      households_.emplace(some[i], std::move(stored));
    }
  }
  return absl::OkStatus();
}

absl::Status PendingRows::FetchPlaces(const kv::Store& kv, const std::vector<uint32_t>& places,
                                      bool with_causes) {
  for (const uint32_t order : places) {
    for (auto place = std::optional(tree_->At(order)); place; place = place->parent()) {
      // What is above a place that is known is known, too.
      if (cells_.contains(place->order()) && (!with_causes || causes_.contains(place->order()))) {
        break;
      }
      const std::string code(place->code());
      if (!cells_.contains(place->order())) {
        ASSIGN_OR_RETURN(const auto value, kv.Get(kCells, partition_, code));
        store::StoredCounts stored;
        if (value) {
          ASSIGN_OR_RETURN(stored, kv::Decode<store::StoredCounts>(*value));
        }
        cells_.emplace(place->order(), Cell{FromStored(stored), stored.update_time_ms()});
      }
      if (!with_causes || causes_.contains(place->order())) continue;
      ASSIGN_OR_RETURN(const auto value, kv.Get(kCauses, partition_, code));
      store::StoredCauses stored;
      if (value) {
        ASSIGN_OR_RETURN(stored, kv::Decode<store::StoredCauses>(*value));
      }
      causes_.emplace(place->order(), FromStored(stored));
    }
  }
  return absl::OkStatus();
}

void PendingRows::Take(const std::string& id, store::StoredHousehold household,
                       const std::vector<Delta>& deltas) {
  if (keys() + kMostKeys > kv::kMaxBatchKeys) Seal();
  households_[id] = std::move(household);
  changed_households_.insert(id);
  for (const Delta& delta : deltas) {
    for (auto place = std::optional(tree_->At(delta.place)); place; place = place->parent()) {
      Add(place->order(), delta);
    }
  }
}

void PendingRows::Add(uint32_t place, const Delta& delta) {
  Cell& cell = cells_[place];
  // A late score counts on the day of the newest one: what was shown of a past day stays.
  const int64_t time_ms = std::max(cell.time_ms, delta.time_ms);
  if (time_ms != cell.time_ms && !changed_cells_.insert(place).second) {
    const Day before = DayOfTime(cell.time_ms);
    if (DayOfTime(time_ms) != before) {
      past_days_.push_back({place, before, cell});
      if (changed_causes_.contains(place)) past_causes_.push_back({place, before, causes_[place]});
    }
  }
  changed_cells_.insert(place);
  cell.counts += delta.counts;
  cell.time_ms = time_ms;
  if (delta.causes.empty()) return;
  causes_[place] += delta.causes;
  changed_causes_.insert(place);
}

int PendingRows::keys() const {
  return static_cast<int>(changed_households_.size() + 2 * changed_cells_.size() +
                          past_days_.size() + 2 * changed_causes_.size() + past_causes_.size());
}

void PendingRows::Seal() {
  if (changed_households_.empty()) return;
  kv::Batch batch(partition_);
  for (const std::string& id : changed_households_) {
    batch.Put(kHouseholds, id, kv::Encode(households_.at(id)));
  }
  const auto code = [this](uint32_t place) { return std::string(tree_->At(place).code()); };
  for (const PastDay& past : past_days_) {
    batch.Put(kDays, DayKey(code(past.place), past.day),
              kv::Encode(ToStored(past.cell.counts, past.cell.time_ms)));
  }
  for (const PastCauses& past : past_causes_) {
    batch.Put(kCauseDays, DayKey(code(past.place), past.day), kv::Encode(ToStored(past.causes)));
  }
  for (const uint32_t place : changed_cells_) {
    const Cell& cell = cells_.at(place);
    const std::string value = kv::Encode(ToStored(cell.counts, cell.time_ms));
    batch.Put(kDays, DayKey(code(place), DayOfTime(cell.time_ms)), value);
    batch.Put(kCells, code(place), value);
  }
  for (const uint32_t place : changed_causes_) {
    const std::string value = kv::Encode(ToStored(causes_.at(place)));
    batch.Put(kCauseDays, DayKey(code(place), DayOfTime(cells_.at(place).time_ms)), value);
    batch.Put(kCauses, code(place), value);
  }
  sealed_.push_back(std::move(batch));
  changed_households_.clear();
  changed_cells_.clear();
  changed_causes_.clear();
  past_days_.clear();
  past_causes_.clear();
}

std::optional<kv::Batch> PendingRows::TakeBatch() {
  if (sealed_.empty()) Seal();
  if (sealed_.empty()) return std::nullopt;
  kv::Batch first = std::move(sealed_.front());
  sealed_.pop_front();
  return first;
}

void PendingRows::ReturnBatch(kv::Batch batch) { sealed_.push_front(std::move(batch)); }

void PendingRows::Forget() {
  if (!empty()) return;
  households_.clear();
  causes_.clear();
}

}  // namespace fupin::gis
