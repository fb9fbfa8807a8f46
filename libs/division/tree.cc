#include "libs/division/tree.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::division {
namespace {

constexpr size_t kMaxCodeSize = 24;
constexpr size_t kMaxNameSize = 240;
constexpr size_t kMaxLevels = 16;
constexpr size_t kMaxTextSize = size_t{1} << 30;  // offsets into it are 32 bits
constexpr absl::string_view kLevelsMark = "# levels:";

absl::Status Refused(absl::string_view reason, absl::string_view field, absl::string_view where,
                     absl::string_view zh, absl::string_view en) {
  return ProblemStatus(absl::StatusCode::kInvalidArgument,
                       Problem{std::string(reason), std::string(field),
                               absl::StrCat(where, ": ", zh), absl::StrCat(where, ": ", en)});
}

bool IsCode(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxCodeSize &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

bool IsLevelName(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
  });
}

// Well-formed UTF-8 without control characters (C0, DEL, C1).
bool IsName(absl::string_view text) {
  if (text.empty() || text.size() > kMaxNameSize) return false;
  for (size_t i = 0; i < text.size();) {
    const unsigned char lead = text[i];
    const size_t size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (size == 0 || lead > 0xf4 || i + size > text.size()) return false;
    uint32_t point = size == 1 ? lead : lead & (0x7f >> size);
    for (size_t k = 1; k < size; ++k) {
      const unsigned char next = text[i + k];
      if ((next & 0xc0) != 0x80) return false;
      point = point << 6 | (next & 0x3f);
    }
    const bool overlong = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
    const bool surrogate = point >= 0xd800 && point < 0xe000;
    const bool control = point < 0x20 || (point >= 0x7f && point < 0xa0);
    if (overlong || surrogate || control || point > 0x10ffff) return false;
    i += size;
  }
  return true;
}

}  // namespace

// Rows of all files, checked as far as a row alone can be; then linked into a tree.
class Tree::Builder {
 public:
  explicit Builder(const std::vector<Source>& sources) : sources_(sources), tree_(new Tree) {}

  absl::StatusOr<std::shared_ptr<const Tree>> Build() {
    size_t total = 0;
    for (const Source& source : sources_) total += source.text.size();
    if (total > kMaxTextSize) {
      return Refused("DIVISION_TOO_LARGE", "", sources_.front().name,
                     "区划文件合计超过 1 GiB，请检查文件", "the files are over 1 GiB together");
    }
    for (source_ = 0; source_ < sources_.size(); ++source_) RETURN_IF_ERROR(ReadSource());
    if (rows_.empty()) {
      return Refused("DIVISION_EMPTY", "", sources_.empty() ? "divisions" : sources_.front().name,
                     "没有任何区划，请检查文件", "no division in it; check the file");
    }
    RETURN_IF_ERROR(Link());
    LayOut(total);
    return std::shared_ptr<const Tree>(std::move(tree_));
  }

 private:
  struct Row {
    absl::string_view code;
    absl::string_view parent_code;
    absl::string_view name;
    uint32_t parent = kNoParent;  // row
    uint32_t line = 0;
    uint16_t source = 0;
    uint8_t level = 0;
  };

  std::string Where(const Row& row) const {
    return absl::StrCat(sources_[row.source].name, ":", row.line);
  }

  absl::Status ReadSource() {
    line_ = 0;
    for (absl::string_view line : absl::StrSplit(sources_[source_].text, '\n')) {
      ++line_;
      if (absl::StartsWith(line, kLevelsMark)) {
        RETURN_IF_ERROR(ReadLevels(line.substr(kLevelsMark.size())));
      } else if (!line.empty() && line.front() != '#') {
        RETURN_IF_ERROR(ReadRow(line));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadLevels(absl::string_view text) {
    const std::string where = absl::StrCat(sources_[source_].name, ":", line_);
    std::vector<std::string> levels = absl::StrSplit(text, ' ', absl::SkipEmpty());
    if (!tree_->levels_.empty()) {
      if (levels == tree_->levels_) return absl::OkStatus();
      return Refused("DIVISION_LEVELS", "levels", where, "与此前声明的级次不同，请改为一致",
                     absl::StrCat("differs from the levels declared before: ",
                                  absl::StrJoin(tree_->levels_, " ")));
    }
    std::vector<std::string> sorted = levels;
    std::sort(sorted.begin(), sorted.end());
    if (levels.empty() || levels.size() > kMaxLevels ||
        !std::all_of(levels.begin(), levels.end(), IsLevelName) ||
        std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
      return Refused("DIVISION_LEVELS", "levels", where,
                     "级次应为 1 至 16 个互不相同的小写英文名，以空格分隔",
                     "give 1 to 16 different lower-case names with spaces between them");
    }
    tree_->levels_ = std::move(levels);
    tree_->counts_.assign(tree_->levels_.size(), 0);
    return absl::OkStatus();
  }

  absl::Status ReadRow(absl::string_view line) {
    const std::vector<absl::string_view> columns = absl::StrSplit(line, '\t');
    Row row;
    row.line = line_;
    row.source = source_;
    if (tree_->levels_.empty()) {
      return Refused("DIVISION_LEVELS", "levels", Where(row),
                     "第一行区划之前应有级次声明，例如 # levels: province prefecture county",
                     "a line like '# levels: province prefecture county' must stand before the "
                     "first division");
    }
    if (columns.size() != 4) {
      return Refused("DIVISION_COLUMNS", "", Where(row),
                     "应有 4 列并以制表符分隔：代码、上级、级次、名称",
                     absl::StrCat("needs 4 columns with tabs between them (code, parent, level, "
                                  "name), has ",
                                  columns.size()));
    }
    row.code = columns[0];
    row.parent_code = columns[1];
    row.name = columns[3];
    if (!IsCode(row.code) || (!row.parent_code.empty() && !IsCode(row.parent_code))) {
      return Refused("DIVISION_CODE", IsCode(row.code) ? "parent" : "code", Where(row),
                     "代码应为 1 至 24 个字母、数字、点、下划线或连字符",
                     "a code is 1 to 24 of the letters A-Z and a-z, digits, '.', '_' and '-'");
    }
    const std::optional<int> level = tree_->LevelIndex(columns[2]);
    if (!level) {
      return Refused("DIVISION_LEVEL_UNKNOWN", "level", Where(row), "级次未在文件首行声明，请更正",
                     absl::StrCat("the level is none of: ", absl::StrJoin(tree_->levels_, " ")));
    }
    row.level = static_cast<uint8_t>(*level);
    if (!IsName(row.name)) {
      return Refused("DIVISION_NAME", "name", Where(row),
                     "名称应为 1 至 240 字节的 UTF-8 文本，不含控制字符；行尾应为 LF",
                     "a name is 1 to 240 bytes of UTF-8 without control characters; lines end "
                     "with LF alone");
    }
    const auto [known, added] = by_code_.emplace(row.code, rows_.size());
    if (!added) {
      return Refused(
          "DIVISION_DUPLICATE", "code", Where(row),
          absl::StrCat("代码 ", row.code, " 重复，前一处在 ", Where(rows_[known->second])),
          absl::StrCat("the code ", row.code, " stands at ", Where(rows_[known->second]),
                       " already; remove one"));
    }
    rows_.push_back(row);
    return absl::OkStatus();
  }

  // Finds every parent. A level that grows from parent to part leaves no room for a cycle.
  absl::Status Link() {
    for (Row& row : rows_) {
      if (row.parent_code.empty()) {
        if (row.level == 0) continue;
        return Refused("DIVISION_LEVEL_ORDER", "parent", Where(row),
                       "只有最高级次可以没有上级，请填写上级代码",
                       absl::StrCat("only a ", tree_->levels_[0],
                                    " may stand without a parent; name its parent"));
      }
      const auto parent = by_code_.find(row.parent_code);
      if (parent == by_code_.end()) {
        return Refused("DIVISION_PARENT_UNKNOWN", "parent", Where(row),
                       absl::StrCat("上级 ", row.parent_code, " 不在任何文件中，请补充或更正"),
                       absl::StrCat("the parent ", row.parent_code,
                                    " is in none of the files; add it or correct the code"));
      }
      row.parent = parent->second;
      const Row& above = rows_[row.parent];
      if (above.level >= row.level) {
        const std::string& level = tree_->levels_[row.level];
        const std::string& above_level = tree_->levels_[above.level];
        return Refused(
            "DIVISION_LEVEL_ORDER", "parent", Where(row),
            absl::StrCat("级次 ", level, " 不能位于 ", above_level, "（", Where(above), "）之下"),
            absl::StrCat("a ", level, " cannot stand under a ", above_level, " (", Where(above),
                         ")"));
      }
    }
    return absl::OkStatus();
  }

  // Writes the nodes depth-first, parts by code.
  void LayOut(size_t text_size) {
    std::vector<uint32_t> order(rows_.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    // Parts of one parent stand together; tops last, as kNoParent is the greatest number.
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      return std::make_pair(rows_[a].parent, rows_[a].code) <
             std::make_pair(rows_[b].parent, rows_[b].code);
    });
    std::vector<uint32_t> first_part(rows_.size() + 1, 0);  // where a row's parts begin in `order`
    for (const Row& row : rows_) {
      if (row.parent != kNoParent) ++first_part[row.parent + 1];
    }
    for (size_t i = 1; i < first_part.size(); ++i) first_part[i] += first_part[i - 1];

    tree_->nodes_.reserve(rows_.size());
    tree_->text_.reserve(text_size);
    for (size_t i = first_part.back(); i < order.size(); ++i)
      Place(order[i], kNoParent, order, first_part);
    tree_->text_.shrink_to_fit();
    tree_->by_code_.reserve(rows_.size());
    for (uint32_t i = 0; i < tree_->nodes_.size(); ++i) tree_->by_code_.insert(i);
  }

  // As deep as there are levels.
  void Place(uint32_t at, uint32_t parent, const std::vector<uint32_t>& order,
             const std::vector<uint32_t>& first_part) {
    const Row& row = rows_[at];
    const uint32_t self = tree_->size();
    tree_->nodes_.push_back(Node{static_cast<uint32_t>(tree_->text_.size()), parent, 0,
                                 static_cast<uint8_t>(row.code.size()),
                                 static_cast<uint8_t>(row.name.size()), row.level});
    absl::StrAppend(&tree_->text_, row.code, row.name);
    ++tree_->counts_[row.level];
    for (uint32_t i = first_part[at]; i < first_part[at + 1]; ++i) {
      Place(order[i], self, order, first_part);
    }
    tree_->nodes_[self].end = tree_->size();
  }

  const std::vector<Source>& sources_;
  std::unique_ptr<Tree> tree_;
  std::vector<Row> rows_;
  absl::flat_hash_map<absl::string_view, uint32_t> by_code_;
  uint16_t source_ = 0;
  uint32_t line_ = 0;
};

Tree::Tree() : by_code_(0, CodeHash{this}, CodeEq{this}) {}

absl::StatusOr<std::shared_ptr<const Tree>> Tree::Parse(const std::vector<Source>& sources) {
  return Builder(sources).Build();
}

absl::StatusOr<std::shared_ptr<const Tree>> Tree::Load(const std::vector<std::string>& paths) {
  std::vector<Source> sources;
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    // An empty file sets failbit on `text`; only the file's own state tells of a read error.
    if (file && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
    if (!file.is_open() || file.bad() || text.bad()) {
      return ProblemStatus(absl::StatusCode::kNotFound,
                           Problem{"DIVISION_FILE", "path",
                                   absl::StrCat(path, ": 无法读取区划文件，请检查路径和权限"),
                                   absl::StrCat(path,
                                                ": cannot be read as a file of divisions; "
                                                "check the path and its permissions")});
    }
    sources.push_back({path, std::move(text).str()});
  }
  return Parse(sources);
}

std::optional<Division> Tree::Find(absl::string_view code) const {
  const auto found = by_code_.find(code);
  if (found == by_code_.end()) return std::nullopt;
  return Division(*this, *found);
}

bool Tree::Reaches(absl::string_view scope, absl::string_view code) const {
  if (scope.empty()) return true;
  const auto bounds = Find(scope);
  const auto place = Find(code);
  return bounds && place && place->IsUnder(*bounds);
}

std::optional<int> Tree::LevelIndex(absl::string_view name) const {
  const auto found = std::find(levels_.begin(), levels_.end(), name);
  if (found == levels_.end()) return std::nullopt;
  return static_cast<int>(found - levels_.begin());
}

uint32_t Tree::CountAt(int level) const {
  FUPIN_CHECK(level >= 0 && static_cast<size_t>(level) < counts_.size());
  return counts_[level];
}

Division Tree::At(uint32_t order) const {
  FUPIN_CHECK(order < size());
  return Division(*this, order);
}

DivisionRange Tree::all() const {
  return DivisionRange(Division(*this, 0), Division(*this, size()), /*parts_only=*/false);
}

DivisionRange Tree::tops() const {
  return DivisionRange(Division(*this, 0), Division(*this, size()), /*parts_only=*/true);
}

absl::string_view Tree::CodeOf(uint32_t order) const {
  const Node& node = nodes_[order];
  return absl::string_view(text_.data() + node.text, node.code_size);
}

size_t Tree::CodeHash::operator()(absl::string_view code) const {
  return absl::Hash<absl::string_view>()(code);
}

size_t Tree::CodeHash::operator()(uint32_t order) const { return (*this)(tree->CodeOf(order)); }

bool Tree::CodeEq::operator()(uint32_t order, absl::string_view code) const {
  return tree->CodeOf(order) == code;
}

absl::string_view Division::code() const { return tree_->CodeOf(order_); }

absl::string_view Division::name() const {
  const Tree::Node& node = tree_->nodes_[order_];
  return absl::string_view(tree_->text_.data() + node.text + node.code_size, node.name_size);
}

int Division::level() const { return tree_->nodes_[order_].level; }

absl::string_view Division::level_name() const { return tree_->levels_[level()]; }

uint32_t Division::subtree_end() const { return tree_->nodes_[order_].end; }

std::optional<Division> Division::parent() const {
  const uint32_t parent = tree_->nodes_[order_].parent;
  if (parent == Tree::kNoParent) return std::nullopt;
  return Division(*tree_, parent);
}

DivisionRange Division::children() const {
  return DivisionRange(Division(*tree_, order_ + 1), Division(*tree_, subtree_end()),
                       /*parts_only=*/true);
}

DivisionRange Division::subtree() const {
  return DivisionRange(*this, Division(*tree_, subtree_end()), /*parts_only=*/false);
}

std::optional<Division> Division::AncestorAt(int level) const {
  std::optional<Division> at = *this;
  while (at && at->level() > level) at = at->parent();
  return at && at->level() == level ? at : std::nullopt;
}

bool Division::IsUnder(Division other) const {
  return other.order_ <= order_ && order_ < other.subtree_end();
}

std::vector<Division> Division::Path() const {
  std::vector<Division> path;
  for (std::optional<Division> at = *this; at; at = at->parent()) path.push_back(*at);
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace fupin::division
