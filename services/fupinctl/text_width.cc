#include "services/fupinctl/text_width.h"

#include <algorithm>

namespace fupin::fupinctl {
namespace {

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Of the character that begins with `lead`: everything from U+3000 on is wide.
int Wide(char lead) { return static_cast<unsigned char>(lead) >= 0xe3 ? 2 : 1; }

std::string Blanks(int count) { return std::string(static_cast<size_t>(std::max(0, count)), ' '); }

}  // namespace

int Columns(const std::string& text) {
  int columns = 0;
  for (const char c : text) columns += Continues(c) ? 0 : Wide(c);
  return columns;
}

std::string Pad(const std::string& text, int width) { return text + Blanks(width - Columns(text)); }

std::string PadLeft(const std::string& text, int width) {
  return Blanks(width - Columns(text)) + text;
}

std::string Cut(const std::string& text, int width) {
  if (Columns(text) <= width) return text;
  int columns = 0;
  size_t end = 0;
  while (end < text.size()) {
    if (!Continues(text[end])) {
      if (columns + Wide(text[end]) > width - 1) break;
      columns += Wide(text[end]);
    }
    ++end;
  }
  return text.substr(0, end) + "…";
}

std::string OneLine(const std::string& text) {
  std::string line;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F are control characters too; they are written as 0xc2 0x80 ...
    if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) {
      line += ' ';
      ++i;
    } else {
      line += c < 0x20 || c == 0x7f ? ' ' : text[i];
    }
  }
  return line;
}

}  // namespace fupin::fupinctl
