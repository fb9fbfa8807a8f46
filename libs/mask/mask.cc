#include "libs/mask/mask.h"

#include <algorithm>
#include <array>
#include <vector>

namespace fupin::mask {
namespace {

constexpr std::array<absl::string_view, 24> kCompound = {
    "欧阳", "太史", "上官", "端木", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛",
    "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "慕容", "令狐"};

// Start of every code point of valid UTF-8.
std::vector<size_t> Starts(absl::string_view text) {
  std::vector<size_t> starts;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) starts.push_back(i);
  }
  return starts;
}

}  // namespace

std::string CitizenNumber(absl::string_view number) {
  if (number.size() != 18) return std::string(number.size(), '*');
  std::string masked(number);
  std::fill(masked.begin() + 6, masked.end() - 4, '*');
  return masked;
}

std::string LastFour(absl::string_view number) {
  std::string masked(number);
  std::fill(masked.begin(),
            masked.end() - static_cast<long>(std::min<size_t>(4, number.size() / 2)), '*');
  return masked;
}

std::string Name(absl::string_view name) {
  const std::vector<size_t> starts = Starts(name);
  if (starts.empty()) return "";
  const size_t dot = name.find("·");
  size_t keep = 1;
  if (dot != absl::string_view::npos && dot > 0) {
    keep =
        static_cast<size_t>(std::lower_bound(starts.begin(), starts.end(), dot) - starts.begin()) +
        1;
  } else if (starts.size() > 2) {
    const absl::string_view first_two = name.substr(0, starts[2]);
    if (std::find(kCompound.begin(), kCompound.end(), first_two) != kCompound.end()) keep = 2;
  }
  if (keep >= starts.size())
    return starts.size() == 1 ? "*" : std::string(name.substr(0, starts[1])) + "*";
  return std::string(name.substr(0, starts[keep])) + std::string(starts.size() - keep, '*');
}

}  // namespace fupin::mask
