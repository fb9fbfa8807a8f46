// A text file of unknown encoding as pieces of UTF-8.
#ifndef FUPIN_LIBS_TABULAR_TEXT_SOURCE_H_
#define FUPIN_LIBS_TABULAR_TEXT_SOURCE_H_

#include <iconv.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/tabular/options.h"

namespace fupin::tabular {

// How much of some bytes is UTF-8.
struct Utf8Tally {
  int64_t long_characters = 0;  // valid ones of three or four bytes
  int64_t bad_bytes = 0;
};

// Appends `input` to `out` with every byte that is not UTF-8 replaced by U+FFFD. Returns how many
// bytes were used: a character cut at the end is left unless `final`.
size_t CleanUtf8(absl::string_view input, bool final, std::string* out, Utf8Tally* tally);

// One pass over one file; one thread at a time.
class TextSource {
 public:
  ~TextSource();
  TextSource(const TextSource&) = delete;
  TextSource& operator=(const TextSource&) = delete;

  // Reads the file once to know its encoding: a byte order mark, else `encoding`, else UTF-8 if its
  // bytes are (one bad byte for each hundred long characters is taken as damage), else GB18030.
  static absl::StatusOr<std::unique_ptr<TextSource>> Open(const std::string& path,
                                                          Encoding encoding);

  // Replaces `out` by the next piece, without byte order mark; false at the end. Bytes that are no
  // character come as U+FFFD. FILE_UNREADABLE if the disk fails.
  absl::StatusOr<bool> Next(std::string& out);

  int64_t bytes_read() const { return bytes_read_; }
  int64_t bytes_total() const { return bytes_total_; }

 private:
  TextSource() = default;
  void Convert(bool final, std::string& out);

  std::FILE* file_ = nullptr;
  iconv_t iconv_ = reinterpret_cast<iconv_t>(-1);  // unused for UTF-8
  size_t unit_ = 1;                                // bytes skipped after one that is no character
  std::string pending_;                            // read, not yet converted
  bool at_end_ = false;
  bool at_start_ = true;
  int64_t bytes_read_ = 0;
  int64_t bytes_total_ = 0;
};

}  // namespace fupin::tabular

#endif  // FUPIN_LIBS_TABULAR_TEXT_SOURCE_H_
