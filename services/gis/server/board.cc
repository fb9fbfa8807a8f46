#include "services/gis/server/board.h"

#include <algorithm>
#include <utility>

namespace fupin::gis {
namespace {

// Six levels a household: the places that 40,000 changed households touch.
constexpr size_t kRemembered = 240'000;

}  // namespace

std::optional<size_t> LeadingCause(absl::Span<const CauseNumber> causes) {
  std::optional<size_t> leading;
  int32_t most = 0;
  for (size_t i = 0; i < causes.size(); ++i) {
    if (causes[i].main <= most) continue;
    most = causes[i].main;
    leading = i;
  }
  return leading;
}

std::vector<CauseNumber> NumbersOf(const CauseCounts& counts, const CauseList& list) {
  std::vector<CauseNumber> numbers;
  for (const Cause& cause : list) {
    const CauseCount count = counts.Of(cause.code);
    numbers.push_back({static_cast<int32_t>(count.main), static_cast<int32_t>(count.also)});
  }
  return numbers;
}

Board::Board(std::shared_ptr<const division::Tree> divisions, CauseList causes)
    : divisions_(std::move(divisions)),
      rests_(*divisions_),
      cause_list_(std::move(causes)),
      cells_(rests_.rows()),
      columns_(rests_.rows()),
      causes_(rests_.rows() * cause_list_.size()) {}

absl::Span<CauseNumber> Board::CausesOf(uint32_t place) {
  return absl::MakeSpan(causes_).subspan(place * cause_list_.size(), cause_list_.size());
}

absl::Span<const CauseNumber> Board::CausesOf(uint32_t place) const {
  return absl::MakeConstSpan(causes_).subspan(place * cause_list_.size(), cause_list_.size());
}

void Board::AddCauses(uint32_t place, const CauseCounts& change) {
  const absl::Span<CauseNumber> row = CausesOf(place);
  for (const auto& [code, count] : change) {
    const auto number = NumberOf(cause_list_, code);
    if (!number) continue;
    row[*number].main += static_cast<int32_t>(count.main);
    row[*number].also += static_cast<int32_t>(count.also);
  }
  columns_.SetCause(place, LeadingCause(row));
}

absl::Status Board::Load(CellStore& store) {
  std::vector<CellState> cells(rests_.rows());
  std::vector<std::pair<uint32_t, CauseCounts>> causes;
  absl::Status status = store.Load(
      [&](const division::Division& place, const Counts& counts, absl::Time update_time) {
        CellState& cell = cells[place.order()];
        cell.counts += counts;
        cell.update_time = std::max(cell.update_time, update_time);
      },
      [&](const division::Division& place, const CauseCounts& counts) {
        causes.emplace_back(place.order(), counts);
      });
  if (!status.ok()) return status;
  absl::MutexLock lock(&mutex_);
  ++version_;
  for (CellState& cell : cells) cell.changed = version_;
  cells_ = std::move(cells);
  causes_.assign(causes_.size(), CauseNumber());
  for (uint32_t place = 0; place < cells_.size(); ++place) columns_.SetCause(place, std::nullopt);
  for (const auto& [place, counts] : causes) AddCauses(place, counts);
  LoadRests();
  for (uint32_t row = 0; row < cells_.size(); ++row) columns_.Set(row, cells_[row].counts);
  recent_.clear();
  forgotten_ = version_;
  return absl::OkStatus();
}

void Board::LoadRests() {
  for (uint32_t row = static_cast<uint32_t>(divisions_->size()); row < cells_.size(); ++row) {
    const division::Division place = divisions_->At(rests_.PlaceOf(row));
    CellState& rest = cells_[row];
    rest.counts = cells_[place.order()].counts;
    rest.update_time = cells_[place.order()].update_time;
    const absl::Span<CauseNumber> causes = CausesOf(row);
    const absl::Span<const CauseNumber> whole = CausesOf(place.order());
    std::copy(whole.begin(), whole.end(), causes.begin());
    for (const division::Division& part : place.children()) {
      rest.counts -= cells_[part.order()].counts;
      const absl::Span<const CauseNumber> less = CausesOf(part.order());
      for (size_t i = 0; i < causes.size(); ++i) {
        causes[i].main -= less[i].main;
        causes[i].also -= less[i].also;
      }
    }
    columns_.SetCause(row, LeadingCause(causes));
  }
}

void Board::Add(uint32_t row, const CellChange& change) {
  CellState& cell = cells_[row];
  cell.counts += change.delta;
  cell.update_time = std::max(cell.update_time, change.time);
  columns_.Set(row, cell.counts);
  if (!change.causes.empty()) AddCauses(row, change.causes);
  if (cell.changed == version_) return;
  cell.changed = version_;
  recent_.push_back({version_, row});
}

void Board::Apply(absl::Span<const CellChange> changes) {
  if (changes.empty()) return;
  absl::MutexLock lock(&mutex_);
  ++version_;
  for (const CellChange& change : changes) {
    for (auto place = std::optional(change.place); place; place = place->parent()) {
      Add(place->order(), change);
    }
    if (!change.place.children().empty()) Add(rests_.RowOf(change.place.order()), change);
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

void Board::ReadCauses(absl::Span<const uint32_t> places,
                       const std::function<void(size_t, const CellState&,
                                                absl::Span<const CauseNumber>)>& visit) const {
  absl::ReaderMutexLock lock(&mutex_);
  for (size_t i = 0; i < places.size(); ++i) visit(i, cells_[places[i]], CausesOf(places[i]));
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
