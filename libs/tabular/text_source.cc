#include "libs/tabular/text_source.h"

#include <algorithm>
#include <cerrno>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::tabular {
namespace {

constexpr size_t kPiece = 64 << 10;
constexpr absl::string_view kReplacement = "\xef\xbf\xbd";
constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr int64_t kLongCharactersPerBadByte = 100;
const iconv_t kNoIconv = reinterpret_cast<iconv_t>(-1);

absl::Status Unreadable() {
  return ProblemStatus(absl::StatusCode::kUnavailable,
                       Problem{"FILE_UNREADABLE", "", "文件无法读取；请稍后重试",
                               "the file cannot be read; try again later"});
}

// Length of the character at the start of `text`; 0 if it is none; -1 if it is cut off.
int CharacterLength(absl::string_view text) {
  const auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
  if (lead == 0xe0) low = 0xa0;   // overlong
  if (lead == 0xed) high = 0x9f;  // surrogates
  if (lead == 0xf0) low = 0x90;   // overlong
  if (lead == 0xf4) high = 0x8f;  // above U+10FFFF
  for (int i = 1; i < length; ++i) {
    if (static_cast<size_t>(i) >= text.size()) return -1;
    if (at(static_cast<size_t>(i)) < low || at(static_cast<size_t>(i)) > high) return 0;
    low = 0x80;
    high = 0xbf;
  }
  return length;
}

}  // namespace

size_t CleanUtf8(absl::string_view input, bool final, std::string* out, Utf8Tally* tally) {
  size_t at = 0;
  while (at < input.size()) {
    const size_t start = at;
    while (at < input.size() && static_cast<unsigned char>(input[at]) < 0x80) ++at;
    if (out != nullptr) out->append(input.data() + start, at - start);
    if (at == input.size()) break;
    const int length = CharacterLength(input.substr(at));
    if (length < 0 && !final) break;
    if (length <= 0) {
      ++tally->bad_bytes;
      if (out != nullptr) out->append(kReplacement.data(), kReplacement.size());
      ++at;
      continue;
    }
    if (length > 2) ++tally->long_characters;
    if (out != nullptr) out->append(input.data() + at, static_cast<size_t>(length));
    at += static_cast<size_t>(length);
  }
  return at;
}

TextSource::~TextSource() {
  if (iconv_ != kNoIconv) iconv_close(iconv_);
  if (file_ != nullptr) std::fclose(file_);
}

absl::StatusOr<std::unique_ptr<TextSource>> TextSource::Open(const std::string& path,
                                                             Encoding encoding) {
  auto source = absl::WrapUnique(new TextSource());
  source->file_ = std::fopen(path.c_str(), "rb");
  if (source->file_ == nullptr) return Unreadable();

  std::string head;
  std::string block(kPiece, '\0');
  std::string window;
  Utf8Tally tally;
  for (;;) {
    const size_t got = std::fread(block.data(), 1, block.size(), source->file_);
    source->bytes_total_ += static_cast<int64_t>(got);
    if (head.empty()) head = block.substr(0, std::min<size_t>(got, 4));
    window.append(block, 0, got);
    window.erase(0, CleanUtf8(window, got == 0, nullptr, &tally));
    if (got == 0) break;
  }
  if (std::ferror(source->file_) != 0) return Unreadable();
  std::rewind(source->file_);

  const char* charset = nullptr;
  if (absl::StartsWith(head, "\xff\xfe")) {
    charset = "UTF-16LE";
  } else if (absl::StartsWith(head, "\xfe\xff")) {
    charset = "UTF-16BE";
  } else if (!absl::StartsWith(head, kByteOrderMark)) {
    const bool utf8 = tally.bad_bytes * kLongCharactersPerBadByte <= tally.long_characters;
    if (encoding == Encoding::kGb18030 || (encoding == Encoding::kDetect && !utf8)) {
      charset = "GB18030";
    }
  }
  if (charset != nullptr) {
    source->iconv_ = iconv_open("UTF-8", charset);
    FUPIN_CHECK(source->iconv_ != kNoIconv);  // glibc has the three of them
    if (absl::StartsWith(charset, "UTF-16")) source->unit_ = 2;
  }
  return source;
}

void TextSource::Convert(bool final, std::string& out) {
  if (iconv_ == kNoIconv) {
    Utf8Tally tally;
    pending_.erase(0, CleanUtf8(pending_, final, &out, &tally));
    return;
  }
  char* input = pending_.data();
  size_t left = pending_.size();
  char buffer[16 << 10];
  while (left > 0) {
    char* output = buffer;
    size_t room = sizeof(buffer);
    const size_t result = iconv(iconv_, &input, &left, &output, &room);
    const int error = result == static_cast<size_t>(-1) ? errno : 0;
    out.append(buffer, static_cast<size_t>(output - buffer));
    if (error == EILSEQ || (error == EINVAL && final)) {
      out.append(kReplacement.data(), kReplacement.size());
      const size_t skip = std::min(left, unit_);
      input += skip;
      left -= skip;
    } else if (error == EINVAL) {
      break;
    }
  }
  pending_.erase(0, pending_.size() - left);
}

absl::StatusOr<bool> TextSource::Next(std::string& out) {
  out.clear();
  while (out.empty() && !at_end_) {
    const size_t kept = pending_.size();
    pending_.resize(kept + kPiece);
    const size_t got = std::fread(pending_.data() + kept, 1, kPiece, file_);
    if (std::ferror(file_) != 0) return Unreadable();
    pending_.resize(kept + got);
    bytes_read_ += static_cast<int64_t>(got);
    at_end_ = got == 0;
    Convert(at_end_, out);
    if (at_start_ && !out.empty()) {
      at_start_ = false;
      if (absl::StartsWith(out, kByteOrderMark)) out.erase(0, kByteOrderMark.size());
    }
  }
  return !out.empty();
}

}  // namespace fupin::tabular
