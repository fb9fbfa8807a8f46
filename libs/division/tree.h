// Administrative divisions (行政区划) as a tree: codes are opaque, the order comes from the file.
#ifndef FUPIN_LIBS_DIVISION_TREE_H_
#define FUPIN_LIBS_DIVISION_TREE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::division {

struct Node {
  std::string code;
  std::string name;
  int parent = -1;  // index of the parent, -1 for the root
  int level = 0;    // index into Tree::levels()
  std::vector<int> children;
};

// Immutable; safe for concurrent use. Nodes are in file order, parents before children.
class Tree {
 public:
  // Tab-separated files: code, parent, level, name; the first file starts with
  // "# levels: province prefecture ...". Errors name file and line.
  static absl::StatusOr<std::shared_ptr<const Tree>> Load(const std::vector<std::string>& paths);
  // The same from text, for tests; `name` stands in errors.
  static absl::StatusOr<std::shared_ptr<const Tree>> Parse(absl::string_view text,
                                                           const std::string& name);

  const std::vector<std::string>& levels() const { return levels_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  // Null when there is no such code.
  const Node* Find(absl::string_view code) const;
  const Node& root() const { return nodes_.front(); }
  // The node itself or the ancestor at `level`; null when the node lies above it.
  const Node* AncestorAt(const Node& node, int level) const;
  // Index of a level by name, -1 when there is none.
  int LevelNamed(absl::string_view name) const;
  // Names from the root down to the node.
  std::vector<std::string> Path(const Node& node) const;
  bool IsUnder(const Node& node, const Node& ancestor) const;

 private:
  absl::Status Add(absl::string_view text, const std::string& name);

  std::vector<std::string> levels_;
  std::vector<Node> nodes_;
  absl::flat_hash_map<std::string, int> by_code_;
};

}  // namespace fupin::division

#endif  // FUPIN_LIBS_DIVISION_TREE_H_
