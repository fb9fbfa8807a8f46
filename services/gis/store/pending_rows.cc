#include "services/gis/store/pending_rows.h"

#include <algorithm>
#include <optional>

#include "libs/kv/table.h"
#include "libs/status/macros.h"
#include "services/gis/store/cell_rows.h"

namespace fupin::gis {
namespace {

// An update changes its household and at most two places on up to nine levels; of each the row and
// that of a day that ends, and of causes also the row of the day.
constexpr int kMostKeys = 1 + 2 * 9 * (2 + 3);

Day DayOfTime(int64_t time_ms) { return DayOf(absl::FromUnixMillis(time_ms)); }

}  // namespace

void PendingRows::Know(uint32_t place, const Counts& counts, int64_t time_ms) {
  cells_.insert_or_assign(place, Cell{counts, time_ms, DayOfTime(time_ms), /*counted=*/true});
}

absl::StatusOr<std::vector<PendingRows::Households::pointer>> PendingRows::FetchHouseholds(
    const kv::Store& kv, absl::Span<const std::string* const> ids) {
  std::vector<Households::pointer> found(ids.size());
  std::vector<std::string> unknown;
  std::vector<size_t> of;  // positions of `unknown`
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto at = households_.find(*ids[i]);
    if (at != households_.end()) {
      found[i] = &*at;
    } else {
      unknown.push_back(*ids[i]);
      of.push_back(i);
    }
  }
  for (size_t begin = 0; begin < unknown.size(); begin += kv::kMaxPageRows) {
    const auto some = absl::MakeConstSpan(unknown).subspan(begin, kv::kMaxPageRows);
    ASSIGN_OR_RETURN(const auto values, kv.MultiGet(kHouseholds, partition_, some));
    for (size_t i = 0; i < some.size(); ++i) {
      store::StoredHousehold stored;
      if (values[i]) {
        ASSIGN_OR_RETURN(stored, kv::Decode<store::StoredHousehold>(*values[i]));
      }
      // One that is asked for twice is there the second time.
      const auto [at, added] = households_.try_emplace(std::move(unknown[begin + i]));
      if (added) at->second.row = std::move(stored);
      found[of[begin + i]] = &*at;
    }
  }
  return found;
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
        if (value) {
          ASSIGN_OR_RETURN(const auto stored, kv::Decode<store::StoredCounts>(*value));
          Know(place->order(), FromStored(stored), stored.update_time_ms());
        } else {
          cells_.try_emplace(place->order());
        }
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

void PendingRows::MakeRoom() {
  if (keys() + kMostKeys > kv::kMaxBatchKeys) Seal();
}

void PendingRows::Take(Households::pointer household, absl::Span<const Delta> deltas) {
  if (!std::exchange(household->second.changed, true)) changed_households_.push_back(household);
  for (const Delta& delta : deltas) {
    const Day day = DayOfTime(delta.time_ms);
    for (auto place = std::optional(tree_->At(delta.place)); place; place = place->parent()) {
      Add(place->order(), delta, day);
    }
  }
}

void PendingRows::Add(uint32_t place, const Delta& delta, Day day) {
  Cell& cell = cells_[place];
  // A late score counts on the day of the newest one: what was shown of a past day stays.
  if (!cell.counted || delta.time_ms > cell.time_ms) {
    if (cell.counted && day != cell.day) {
      past_days_.push_back({place, cell.day, cell.counts, cell.time_ms});
      if (changed_causes_.contains(place))
        past_causes_.push_back({place, cell.day, causes_[place]});
    }
    cell.time_ms = delta.time_ms;
    cell.day = day;
    cell.counted = true;
  }
  if (!std::exchange(cell.changed, true)) changed_cells_.push_back(place);
  cell.counts += delta.counts;
  if (delta.causes.empty()) return;
  causes_[place] += delta.causes;
  changed_causes_.insert(place);
}

int PendingRows::keys() const {
  return static_cast<int>(changed_households_.size() + changed_cells_.size() + past_days_.size() +
                          2 * changed_causes_.size() + past_causes_.size());
}

void PendingRows::Seal() {
  if (changed_households_.empty()) return;
  kv::Batch batch(partition_);
  // In the order of the keys, which the store takes most easily.
  std::sort(changed_households_.begin(), changed_households_.end(),
            [](const auto* a, const auto* b) { return a->first < b->first; });
  std::sort(changed_cells_.begin(), changed_cells_.end());
  std::sort(past_days_.begin(), past_days_.end(), [](const PastDay& a, const PastDay& b) {
    return std::pair(a.place, a.day) < std::pair(b.place, b.day);
  });
  for (const auto household : changed_households_) {
    batch.Put(kHouseholds, household->first, kv::Encode(household->second.row));
    household->second.changed = false;
  }
  const auto code = [this](uint32_t place) { return std::string(tree_->At(place).code()); };
  for (const PastDay& past : past_days_) {
    batch.Put(kDays, DayKey(code(past.place), past.day),
              kv::Encode(ToStored(past.counts, past.time_ms)));
  }
  for (const PastCauses& past : past_causes_) {
    batch.Put(kCauseDays, DayKey(code(past.place), past.day), kv::Encode(ToStored(past.causes)));
  }
  for (const uint32_t place : changed_cells_) {
    Cell& cell = cells_.at(place);
    batch.Put(kCells, code(place), kv::Encode(ToStored(cell.counts, cell.time_ms)));
    cell.changed = false;
  }
  for (const uint32_t place : changed_causes_) {
    const std::string value = kv::Encode(ToStored(causes_.at(place)));
    batch.Put(kCauseDays, DayKey(code(place), cells_.at(place).day), value);
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
