#include "libs/division/tree.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::division {
namespace {

constexpr absl::string_view kLevels = "# levels:";

absl::Status Wrong(const std::string& name, int line, const std::string& zh,
                   const std::string& en) {
  const std::string where = absl::StrCat(name, ":", line);
  return ProblemStatus(absl::StatusCode::kInvalidArgument,
                       {"DIVISION_FILE", where, absl::StrCat(where, ": ", zh),
                        absl::StrCat(where, ": ", en)});
}

bool IsCode(absl::string_view code) {
  if (code.empty() || code.size() > 24) return false;
  return std::all_of(code.begin(), code.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

absl::Status Tree::Add(absl::string_view text, const std::string& name) {
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripSuffix(line, "\r");
    if (absl::StartsWith(line, kLevels)) {
      if (!levels_.empty()) continue;
      for (absl::string_view level :
           absl::StrSplit(line.substr(kLevels.size()), ' ', absl::SkipEmpty())) {
        levels_.emplace_back(level);
      }
      continue;
    }
    if (line.empty() || line[0] == '#') continue;
    const std::vector<absl::string_view> cells = absl::StrSplit(line, '\t');
    if (cells.size() != 4) return Wrong(name, number, "应有 4 列", "4 columns are expected");
    if (!IsCode(cells[0])) return Wrong(name, number, "代码含非法字符", "the code is malformed");
    const int level = LevelNamed(cells[2]);
    if (level < 0) return Wrong(name, number, "级别未声明", "the level is not declared");
    if (by_code_.contains(cells[0])) return Wrong(name, number, "代码重复", "the code is repeated");
    int parent = -1;
    if (nodes_.empty()) {
      if (!cells[1].empty()) return Wrong(name, number, "首行应为根", "the first row is the root");
    } else {
      const auto found = by_code_.find(cells[1]);
      if (found == by_code_.end()) {
        return Wrong(name, number, "上级代码不存在或在其后", "the parent is unknown or comes later");
      }
      parent = found->second;
      if (nodes_[static_cast<size_t>(parent)].level >= level) {
        return Wrong(name, number, "级别不低于上级", "the level is not below its parent's");
      }
    }
    if (cells[3].empty()) return Wrong(name, number, "名称为空", "the name is empty");
    const int index = static_cast<int>(nodes_.size());
    by_code_.emplace(cells[0], index);
    nodes_.push_back({std::string(cells[0]), std::string(cells[3]), parent, level, {}});
    if (parent >= 0) nodes_[static_cast<size_t>(parent)].children.push_back(index);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const Tree>> Tree::Parse(absl::string_view text,
                                                        const std::string& name) {
  auto tree = std::make_shared<Tree>();
  RETURN_IF_ERROR(tree->Add(text, name));
  if (tree->nodes_.empty()) return Wrong(name, 1, "没有任何区划", "there is no division in it");
  return tree;
}

absl::StatusOr<std::shared_ptr<const Tree>> Tree::Load(const std::vector<std::string>& paths) {
  auto tree = std::make_shared<Tree>();
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return Wrong(path, 0, "无法读取", "cannot be read");
    std::ostringstream text;
    text << file.rdbuf();
    RETURN_IF_ERROR(tree->Add(text.str(), path));
  }
  if (tree->nodes_.empty()) {
    return Wrong(absl::StrCat(paths.size(), " files"), 0, "没有任何区划", "there is no division");
  }
  return tree;
}

const Node* Tree::Find(absl::string_view code) const {
  const auto found = by_code_.find(code);
  return found == by_code_.end() ? nullptr : &nodes_[static_cast<size_t>(found->second)];
}

const Node* Tree::AncestorAt(const Node& node, int level) const {
  const Node* at = &node;
  while (at->level > level && at->parent >= 0) at = &nodes_[static_cast<size_t>(at->parent)];
  return at->level == level ? at : nullptr;
}

int Tree::LevelNamed(absl::string_view name) const {
  const auto found = std::find(levels_.begin(), levels_.end(), name);
  return found == levels_.end() ? -1 : static_cast<int>(found - levels_.begin());
}

std::vector<std::string> Tree::Path(const Node& node) const {
  std::vector<std::string> path;
  for (const Node* at = &node;; at = &nodes_[static_cast<size_t>(at->parent)]) {
    path.push_back(at->name);
    if (at->parent < 0) break;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

bool Tree::IsUnder(const Node& node, const Node& ancestor) const {
  for (const Node* at = &node;; at = &nodes_[static_cast<size_t>(at->parent)]) {
    if (at == &ancestor) return true;
    if (at->parent < 0) return false;
  }
}

}  // namespace fupin::division
