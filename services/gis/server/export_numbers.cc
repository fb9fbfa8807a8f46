#include "services/gis/server/export_numbers.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/gis/server/figure_sets.h"

namespace fupin::gis {
namespace {

struct Numbers {
  Columns columns;
  std::vector<std::string> names;  // of `more`
  std::vector<std::vector<int32_t>> more;
};

// The columns of a set that tiles do not have: all but the households.
void AddNames(FigureSet set, const Board& board, Numbers& numbers, ExportSubject& subject) {
  const auto names = ColumnsOf(set, board.causes());
  for (size_t i = 1; i < names.size(); ++i) {
    const auto cause =
        set == FigureSet::kCauses ? NumberOf(board.causes(), names[i]) : std::optional<size_t>();
    numbers.names.push_back(cause ? absl::StrCat("cause_", names[i]) : names[i]);
    subject.heads.push_back(cause ? absl::StrCat("致贫原因:", board.causes()[*cause].zh, "(户)")
                                  : HeadOf(names[i]));
    numbers.more.emplace_back(board.rests().rows(), mvt::IntColumn::kAbsent);
  }
}

absl::Status AddRow(const Board& board, const Past& past, const NumbersWanted& wanted, uint32_t row,
                    Numbers& numbers) {
  Counts counts;
  std::vector<CauseNumber> causes(board.causes().size());
  if (!wanted.day) {
    board.ReadCauses({&row, 1},
                     [&](size_t, const CellState& state, absl::Span<const CauseNumber> now) {
                       counts = state.counts;
                       causes.assign(now.begin(), now.end());
                     });
  } else {
    ASSIGN_OR_RETURN(counts, past.CountsAt(row, *wanted.day));
    if (WithCause(counts) > 0) {
      ASSIGN_OR_RETURN(causes, past.CausesAt(row, *wanted.day));
    }
  }
  size_t column = 0;
  for (const FigureSet set : {FigureSet::kRegister, FigureSet::kCauses}) {
    const std::vector<int32_t> figures = RowOf(set, counts, causes);
    for (size_t i = 1; i < figures.size(); ++i) numbers.more[column++][row] = figures[i];
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AddNumbers(const Board& board, const Past& past, const NumbersWanted& wanted,
                        ExportSubject* subject) {
  auto numbers = std::make_shared<Numbers>(Numbers{Columns(board.rests().rows()), {}, {}});
  if (!wanted.day) {
    board.WithColumns([&](const Columns& now) { numbers->columns = now; });
  }
  if (!wanted.as_tiles) {
    AddNames(FigureSet::kRegister, board, *numbers, *subject);
    AddNames(FigureSet::kCauses, board, *numbers, *subject);
  }
  size_t count = 0;
  const auto add = [&](uint32_t row, const division::Division& place) -> absl::Status {
    if (wanted.scope && !place.IsUnder(*wanted.scope)) {
      numbers->columns.Clear(row);
      return absl::OkStatus();
    }
    if (++count % 1000 == 0) RETURN_IF_ERROR(GoOn(*subject));
    if (wanted.day) RETURN_IF_ERROR(past.Fill(row, *wanted.day, &numbers->columns));
    return wanted.as_tiles ? absl::OkStatus() : AddRow(board, past, wanted, row, *numbers);
  };
  const division::Tree& tree = subject->shapes.tree();
  // Tiles show what lies around the division, too.
  for (const division::Division& place :
       wanted.as_tiles ? tree.all() : subject->division.subtree()) {
    RETURN_IF_ERROR(add(place.order(), place));
    if (place.children().empty()) continue;
    RETURN_IF_ERROR(add(board.rests().RowOf(place.order()), place));
  }
  std::vector<std::string> heads;
  for (const mvt::IntColumn& column : numbers->columns.ForTiles()) {
    subject->numbers.push_back(column);
    heads.push_back(HeadOf(column.key));
  }
  subject->heads.insert(subject->heads.begin(), heads.begin(), heads.end());
  for (size_t i = 0; i < numbers->names.size(); ++i) {
    subject->numbers.push_back({numbers->names[i], numbers->more[i]});
  }
  subject->owner = std::move(numbers);
  return absl::OkStatus();
}

}  // namespace fupin::gis
