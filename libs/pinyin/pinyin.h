// Chinese names in pinyin without tones, as people type them: 贵阳市 is "guiyangshi" and "gys".
//
// Readings are those of ICU (Han-Latin), one for a character; a file says where a place is read
// otherwise. ü and v are written u: whoever types "lv" or "lu" means the same (Typed).
#ifndef FUPIN_LIBS_PINYIN_PINYIN_H_
#define FUPIN_LIBS_PINYIN_PINYIN_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fupin::pinyin {

struct Reading {
  std::string whole;     // "guiyangshi"
  std::string initials;  // "gys"
};

// One thread at a time. Making one takes 0.1 s, a character read for the first time 10 us, a name
// 0.3 us a character.
class Pinyin {
 public:
  // `exceptions`: rows of a text, a tab and one syllable for each of its characters, divided by
  // blanks; lines that begin with # are comments.
  // INVALID_ARGUMENT / PINYIN_FORMAT, naming the line. INTERNAL: ICU has no readings.
  static absl::StatusOr<std::unique_ptr<Pinyin>> Create(absl::string_view exceptions);
  ~Pinyin();

  // Letters and digits stand for themselves, in lower case; what else has no reading is left out.
  Reading Read(absl::string_view name);

  // What somebody typed, in the same form: blanks and apostrophes left out, v as u. Empty when it
  // cannot be pinyin.
  static std::string Typed(absl::string_view text);

 private:
  class Impl;
  explicit Pinyin(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace fupin::pinyin

#endif  // FUPIN_LIBS_PINYIN_PINYIN_H_
