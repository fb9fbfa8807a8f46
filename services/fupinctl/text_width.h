// Columns that a text takes on a terminal. Chinese characters are two wide; text is UTF-8.
#ifndef FUPIN_SERVICES_FUPINCTL_TEXT_WIDTH_H_
#define FUPIN_SERVICES_FUPINCTL_TEXT_WIDTH_H_

#include <string>

namespace fupin::fupinctl {

int Columns(const std::string& text);

// `text` with blanks up to `width` columns, after it or before it.
std::string Pad(const std::string& text, int width);
std::string PadLeft(const std::string& text, int width);

// At most `width` columns; what was cut ends with "…".
std::string Cut(const std::string& text, int width);

// Line ends and control characters become blanks: a value from outside cannot move the cursor or
// break a table.
std::string OneLine(const std::string& text);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_TEXT_WIDTH_H_
