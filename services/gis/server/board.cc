#include "services/gis/server/board.h"

#include <algorithm>
#include <utility>

namespace fupin::gis {
namespace {

// Six levels a household: the places that 40,000 changed households touch.
constexpr size_t kRemembered = 240'000;

}  // namespace

Board::Board(std::shared_ptr<const division::Tree> divisions)
    : divisions_(std::move(divisions)), cells_(divisions_->size()), columns_(divisions_->size()) {}

absl::Status Board::Load(CellStore& store) {
  std::vector<CellState> cells(divisions_->size());
  const absl::Status status = store.Load(
      [&](const division::Division& place, const Counts& counts, absl::Time update_time) {
        CellState& cell = cells[place.order()];
        cell.counts += counts;
        cell.update_time = std::max(cell.update_time, update_time);
      });
  if (!status.ok()) return status;
  absl::MutexLock lock(&mutex_);
  ++version_;
  for (CellState& cell : cells) cell.changed = version_;
  cells_ = std::move(cells);
  for (uint32_t place = 0; place < cells_.size(); ++place)
    columns_.Set(place, cells_[place].counts);
  recent_.clear();
  forgotten_ = version_;
  return absl::OkStatus();
}

void Board::Apply(absl::Span<const CellChange> changes) {
  if (changes.empty()) return;
  absl::MutexLock lock(&mutex_);
  ++version_;
  for (const CellChange& change : changes) {
    for (const division::Division& place : change.place.Path()) {
      CellState& cell = cells_[place.order()];
      cell.counts += change.delta;
      cell.update_time = std::max(cell.update_time, change.time);
      columns_.Set(place.order(), cell.counts);
      if (cell.changed == version_) continue;
      cell.changed = version_;
      recent_.push_back({version_, place.order()});
    }
  }
  while (recent_.size() > kRemembered) {
    forgotten_ = recent_.front().version;
    recent_.pop_front();
  }
}

CellState Board::At(uint32_t place) const {
  absl::ReaderMutexLock lock(&mutex_);
  return cells_[place];
}

void Board::Read(absl::Span<const uint32_t> places,
                 const std::function<void(size_t, const CellState&)>& visit) const {
  absl::ReaderMutexLock lock(&mutex_);
  for (size_t i = 0; i < places.size(); ++i) visit(i, cells_[places[i]]);
}

void Board::WithColumns(const std::function<void(const Columns&)>& read) const {
  absl::ReaderMutexLock lock(&mutex_);
  read(columns_);
}

int64_t Board::NewestChange(absl::Span<const uint32_t> places) const {
  absl::ReaderMutexLock lock(&mutex_);
  int64_t newest = 0;
  for (const uint32_t place : places) newest = std::max(newest, cells_[place].changed);
  return newest;
}

int64_t Board::version() const {
  absl::ReaderMutexLock lock(&mutex_);
  return version_;
}

int64_t Board::WaitForChange(int64_t seen, absl::Duration timeout) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto newer = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return version_ > seen; };
  mutex_.AwaitWithTimeout(absl::Condition(&newer), timeout);
  return version_;
}

std::optional<std::vector<uint32_t>> Board::ChangedSince(int64_t seen) const {
  absl::ReaderMutexLock lock(&mutex_);
  if (seen < forgotten_ && seen < version_) return std::nullopt;
  const auto first = std::upper_bound(
      recent_.begin(), recent_.end(), seen,
      [](int64_t version, const Change& change) { return version < change.version; });
  std::vector<uint32_t> places;
  for (auto at = first; at != recent_.end(); ++at) places.push_back(at->place);
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

}  // namespace fupin::gis
