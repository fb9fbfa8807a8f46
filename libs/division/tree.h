// The tree of administrative divisions: provinces down to villages, and natural villages below.
//
// Codes are opaque: a division stands under the parent its row names, whatever the digits say.
// The levels and their order are data too. A file (deploy/divisions/README.md) is UTF-8 text:
//
//   # levels: province prefecture county township village hamlet
//   52<TAB><TAB>province<TAB>贵州省
//   5201<TAB>52<TAB>prefecture<TAB>贵阳市
#ifndef FUPIN_LIBS_DIVISION_TREE_H_
#define FUPIN_LIBS_DIVISION_TREE_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::division {

class DivisionRange;
class Tree;

// One division: a small handle, copied freely, valid while its tree lives.
class Division {
 public:
  absl::string_view code() const;
  absl::string_view name() const;
  // Index into Tree::levels(), 0 on top; grows downwards, and may skip levels.
  int level() const;
  absl::string_view level_name() const;

  // Nothing above a division of level 0.
  std::optional<Division> parent() const;
  // Direct parts, by code.
  DivisionRange children() const;
  // This division and all below it, each before its parts.
  DivisionRange subtree() const;
  // This division itself when it is of `level`; nothing when `level` lies below it or is skipped.
  std::optional<Division> AncestorAt(int level) const;
  // True for itself also. Constant time. Both must be of the same tree.
  bool IsUnder(Division other) const;
  // From the top of the tree down to this division.
  std::vector<Division> Path() const;

  // Place in the depth-first order of the whole tree: dense, from 0, and stable for the same files.
  // The subtree occupies [order(), subtree_end()).
  uint32_t order() const { return order_; }
  uint32_t subtree_end() const;

  friend bool operator==(const Division&, const Division&) = default;

 private:
  friend class DivisionRange;
  friend class Tree;
  Division(const Tree& tree, uint32_t order) : tree_(&tree), order_(order) {}

  const Tree* tree_;
  uint32_t order_;
};

// Divisions in depth-first order: a whole subtree, or the direct parts only.
class DivisionRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Division;
    using difference_type = std::ptrdiff_t;
    using pointer = const Division*;
    using reference = Division;

    Division operator*() const { return at_; }
    Iterator& operator++() {
      at_.order_ = parts_only_ ? at_.subtree_end() : at_.order_ + 1;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    friend class DivisionRange;
    Iterator(Division at, bool parts_only) : at_(at), parts_only_(parts_only) {}

    Division at_;
    bool parts_only_;
  };

  Iterator begin() const { return Iterator(begin_, parts_only_); }
  Iterator end() const { return Iterator(end_, parts_only_); }
  bool empty() const { return begin_ == end_; }

 private:
  friend class Division;
  friend class Tree;
  DivisionRange(Division begin, Division end, bool parts_only)
      : begin_(begin), end_(end), parts_only_(parts_only) {}

  Division begin_;
  Division end_;
  bool parts_only_;
};

// One file's content; `name` is what errors call it.
struct Source {
  std::string name;
  std::string text;
};

// Immutable, hence safe for concurrent use. Costs 16 bytes, the texts and about 6 bytes of index
// for each division: 5 MB for a province with 120,000 natural villages.
class Tree {
 public:
  // Reads the files as one tree: a base file and, for example, one of natural villages. Parents may
  // stand in any file and after their parts. The first file declares the levels; another file may
  // repeat the same declaration.
  // NOT_FOUND / DIVISION_FILE: a file cannot be read.
  // INVALID_ARGUMENT, naming file and line: DIVISION_LEVELS, DIVISION_COLUMNS, DIVISION_CODE,
  //   DIVISION_NAME, DIVISION_LEVEL_UNKNOWN, DIVISION_DUPLICATE, DIVISION_PARENT_UNKNOWN,
  //   DIVISION_LEVEL_ORDER (a part not below its parent: thereby every cycle; a top not of the
  //   first level); DIVISION_EMPTY, DIVISION_TOO_LARGE for the whole.
  static absl::StatusOr<std::shared_ptr<const Tree>> Load(const std::vector<std::string>& paths);
  // The same from memory.
  static absl::StatusOr<std::shared_ptr<const Tree>> Parse(const std::vector<Source>& sources);

  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  // Nothing when no division has this code; any bytes may be asked for. One hash lookup.
  std::optional<Division> Find(absl::string_view code) const;

  // Level names, top first.
  const std::vector<std::string>& levels() const { return levels_; }
  std::optional<int> LevelIndex(absl::string_view name) const;
  // Whether someone bound to `scope` may deal with `code`: it lies in there, or there are no bounds
  // (empty). False for a scope or a division that is not in the files.
  bool Reaches(absl::string_view scope, absl::string_view code) const;

  uint32_t size() const { return static_cast<uint32_t>(nodes_.size()); }
  uint32_t CountAt(int level) const;
  // The division of that place in depth-first order; `order` < size().
  Division At(uint32_t order) const;
  // Every division, depth-first.
  DivisionRange all() const;
  // The divisions of level 0, by code.
  DivisionRange tops() const;

 private:
  friend class Division;
  class Builder;

  static constexpr uint32_t kNoParent = UINT32_MAX;
  struct Node {
    uint32_t text;    // offset in text_ of the code, then the name
    uint32_t parent;  // kNoParent on top
    uint32_t end;     // one past the subtree
    uint8_t code_size;
    uint8_t name_size;
    uint8_t level;
  };
  struct CodeHash {
    using is_transparent = void;
    const Tree* tree;
    size_t operator()(absl::string_view code) const;
    size_t operator()(uint32_t order) const;
  };
  struct CodeEq {
    using is_transparent = void;
    const Tree* tree;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t order, absl::string_view code) const;
    bool operator()(absl::string_view code, uint32_t order) const { return (*this)(order, code); }
  };

  Tree();
  absl::string_view CodeOf(uint32_t order) const;

  std::vector<std::string> levels_;
  std::vector<uint32_t> counts_;  // by level
  std::vector<Node> nodes_;       // depth-first
  std::string text_;
  absl::flat_hash_set<uint32_t, CodeHash, CodeEq> by_code_;
};

}  // namespace fupin::division

#endif  // FUPIN_LIBS_DIVISION_TREE_H_
