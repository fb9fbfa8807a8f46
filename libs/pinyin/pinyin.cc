#include "libs/pinyin/pinyin.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/status/reasons.h"

namespace fupin::pinyin {
namespace {

constexpr Reason kReasons[] = {
    {"PINYIN_FORMAT", absl::StatusCode::kInvalidArgument,
     "拼音文件第 {} 行有误:应为 文字、制表符、每字一个小写音节(空格分隔)",
     "line {} of the file of readings is wrong: a text, a tab, and for each character one syllable "
     "in small letters, divided by blanks"},
};
constexpr ReasonTable kTable(kReasons);

std::vector<UChar32> CharactersOf(absl::string_view text) {
  const icu::UnicodeString unicode =
      icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
  std::vector<UChar32> characters;
  for (int32_t i = 0; i < unicode.length(); i = unicode.moveIndex32(i, 1)) {
    characters.push_back(unicode.char32At(i));
  }
  return characters;
}

char InOneForm(unsigned char letter) {
  const char small = absl::ascii_tolower(letter);
  return small == 'v' ? 'u' : small;
}

bool IsSyllable(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c));
  });
}

}  // namespace

class Pinyin::Impl {
 public:
  explicit Impl(std::unique_ptr<icu::Transliterator> reader) : reader_(std::move(reader)) {}

  absl::Status AddExceptions(absl::string_view rows) {
    int number = 0;
    for (const absl::string_view line : absl::StrSplit(rows, '\n')) {
      ++number;
      if (line.empty() || line[0] == '#') continue;
      const std::vector<absl::string_view> columns = absl::StrSplit(line, '\t');
      Exception exception;
      if (columns.size() == 2) {
        exception.text = CharactersOf(columns[0]);
        exception.syllables = absl::StrSplit(columns[1], ' ');
      }
      if (exception.text.empty() || exception.text.size() != exception.syllables.size() ||
          !std::all_of(exception.syllables.begin(), exception.syllables.end(), IsSyllable)) {
        return kTable.Refuse("PINYIN_FORMAT", "", absl::StrCat(number));
      }
      exceptions_[exception.text[0]].push_back(std::move(exception));
    }
    for (auto& [first, all] : exceptions_) {
      std::sort(all.begin(), all.end(), [](const Exception& a, const Exception& b) {
        return a.text.size() > b.text.size();
      });
    }
    return absl::OkStatus();
  }

  Reading Read(absl::string_view name) {
    Reading reading;
    const auto add = [&](absl::string_view syllable) {
      if (syllable.empty()) return;
      reading.whole.append(syllable.data(), syllable.size());
      reading.initials.push_back(syllable[0]);
    };
    const std::vector<UChar32> characters = CharactersOf(name);
    for (size_t i = 0; i < characters.size();) {
      if (const Exception* exception = ExceptionAt(characters, i)) {
        for (const std::string& syllable : exception->syllables) add(syllable);
        i += exception->text.size();
      } else {
        add(SyllableOf(characters[i++]));
      }
    }
    return reading;
  }

 private:
  struct Exception {
    std::vector<UChar32> text;
    std::vector<std::string> syllables;
  };

  const Exception* ExceptionAt(const std::vector<UChar32>& characters, size_t at) const {
    const auto found = exceptions_.find(characters[at]);
    if (found == exceptions_.end()) return nullptr;
    for (const Exception& exception : found->second) {
      if (characters.size() - at >= exception.text.size() &&
          std::equal(exception.text.begin(), exception.text.end(),
                     characters.begin() + static_cast<std::ptrdiff_t>(at))) {
        return &exception;
      }
    }
    return nullptr;
  }

  const std::string& SyllableOf(UChar32 character) {
    const auto [entry, fresh] = known_.try_emplace(character);
    if (!fresh) return entry->second;
    icu::UnicodeString text(character);
    reader_->transliterate(text);
    std::string latin;
    text.toUTF8String(latin);
    for (const char c : latin) {
      const auto byte = static_cast<unsigned char>(c);
      if (absl::ascii_isalnum(byte)) entry->second.push_back(InOneForm(byte));
    }
    return entry->second;
  }

  const std::unique_ptr<icu::Transliterator> reader_;
  absl::flat_hash_map<UChar32, std::vector<Exception>> exceptions_;  // by first character
  absl::flat_hash_map<UChar32, std::string> known_;
};

Pinyin::Pinyin(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pinyin::~Pinyin() = default;

absl::StatusOr<std::unique_ptr<Pinyin>> Pinyin::Create(absl::string_view exceptions) {
  UErrorCode error = U_ZERO_ERROR;
  std::unique_ptr<icu::Transliterator> reader(
      icu::Transliterator::createInstance("Han-Latin; Latin-ASCII", UTRANS_FORWARD, error));
  if (error > U_ZERO_ERROR || reader == nullptr) {
    return absl::InternalError(absl::StrCat("ICU has no readings: ", u_errorName(error)));
  }
  auto impl = std::make_unique<Impl>(std::move(reader));
  if (absl::Status status = impl->AddExceptions(exceptions); !status.ok()) return status;
  return std::unique_ptr<Pinyin>(new Pinyin(std::move(impl)));
}

Reading Pinyin::Read(absl::string_view name) { return impl_->Read(name); }

std::string Pinyin::Typed(absl::string_view text) {
  std::string typed;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ' || c == '\'' || c == '-') continue;
    if (!absl::ascii_isalnum(byte)) return "";
    typed.push_back(InOneForm(byte));
  }
  return typed;
}

}  // namespace fupin::pinyin
