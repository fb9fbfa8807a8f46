#include "libs/procedure/register_reader.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/procedure/reasons.h"

namespace fupin::procedure {
namespace {

constexpr int kMaxMonths = 120;
constexpr int32_t kMaxIndex = 10'000;
constexpr int kRates = 4;

bool IsId(const std::string& id) {
  return !id.empty() && id.size() <= 48 && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_';
  });
}

// Faults of one rule or standard.
class Notes {
 public:
  Notes(std::string where, std::vector<Problem>* faults)
      : where_(std::move(where)), faults_(faults) {}

  void Note(absl::string_view reason, absl::string_view detail) {
    faults_->push_back(Fault(reason, where_, detail));
  }
  void NoteUnless(bool good, absl::string_view detail) {
    if (!good) Note("PROCEDURE_CONDITION", detail);
  }
  Text TextOf(const std::string& zh, const std::string& en, absl::string_view what) {
    if (zh.empty() || en.empty()) Note("PROCEDURE_TEXT", what);
    return {zh, en};
  }
  Certainty CertaintyOf(v1::Certainty certainty) {
    if (certainty == v1::CERTAINTY_UNSPECIFIED) {
      Note("PROCEDURE_TEXT", "certainty");
      return Certainty::kExample;
    }
    return static_cast<Certainty>(certainty);
  }
  std::vector<Basis> BasisOf(const google::protobuf::RepeatedPtrField<v1::Basis>& proto) {
    std::vector<Basis> basis;
    if (proto.empty()) Note("PROCEDURE_TEXT", "basis");
    for (const auto& each : proto) {
      basis.push_back(
          {TextOf(each.text_zh(), each.text_en(), "basis"), CertaintyOf(each.certainty())});
    }
    return basis;
  }
  absl::CivilDay DayOf(const std::string& text) {
    absl::CivilDay day;
    if (text.size() != 10 || !absl::ParseCivilTime(text, &day)) Note("PROCEDURE_DATE", text);
    return day;
  }
  int SeverityOf(const v1::Findings& findings) {
    const std::string& name = findings.severity();
    const int severity = name == "info" ? 1 : name == "warning" ? 2 : name == "serious" ? 3 : 0;
    NoteUnless(severity > 0, "severity");
    return severity;
  }
  int MonthsOf(int months) {
    NoteUnless(months >= 1 && months <= kMaxMonths, "months");
    return months;
  }

 private:
  const std::string where_;
  std::vector<Problem>* const faults_;
};

std::optional<WatchCondition> ReadCondition(const v1::WatchCondition& proto, Notes& notes) {
  switch (proto.kind_case()) {
    case v1::WatchCondition::kClassIn: {
      ClassIn classes;
      for (const std::string& name : proto.class_in().classes()) {
        const int number = name == "poor"            ? 1
                           : name == "possibly_poor" ? 2
                           : name == "stable"        ? 3
                                                     : 0;
        notes.NoteUnless(number > 0, name);
        classes.classes.push_back(number);
      }
      notes.NoteUnless(!classes.classes.empty(), "class_in");
      return classes;
    }
    case v1::WatchCondition::kClassFell:
      return ClassFell{notes.MonthsOf(proto.class_fell().within_months())};
    case v1::WatchCondition::kIndexDrop: {
      const auto& drop = proto.index_drop();
      notes.NoteUnless(drop.centipoints() >= 1 && drop.centipoints() <= kMaxIndex, "index_drop");
      return IndexDrop{drop.centipoints(), notes.MonthsOf(drop.within_months())};
    }
    case v1::WatchCondition::kIndexRange: {
      const auto& range = proto.index_range();
      const int32_t below =
          range.below_centipoints() == 0 ? kMaxIndex + 1 : range.below_centipoints();
      notes.NoteUnless(range.at_least_centipoints() >= 0 && range.at_least_centipoints() < below,
                       "index_range");
      return IndexRange{range.at_least_centipoints(), below};
    }
    case v1::WatchCondition::kStableIncome: {
      const auto& stable = proto.stable_income();
      notes.NoteUnless(stable.index_centipoints() >= 1 && stable.index_centipoints() <= kMaxIndex,
                       "stable_income");
      return StableIncome{notes.MonthsOf(stable.months()), stable.index_centipoints()};
    }
    case v1::WatchCondition::kNoOpenFinding:
      return NoOpenFinding{notes.SeverityOf(proto.no_open_finding())};
    case v1::WatchCondition::kOpenFinding:
      return OpenFinding{notes.SeverityOf(proto.open_finding())};
    case v1::WatchCondition::KIND_NOT_SET:
      notes.NoteUnless(false, "-");
  }
  return std::nullopt;
}

}  // namespace

std::vector<WatchRule> ReadWatchRules(const v1::WatchFile& proto, const std::string& file,
                                      std::vector<Problem>* faults) {
  std::vector<WatchRule> rules;
  std::set<std::string> ids;
  for (const v1::WatchRule& each : proto.rules()) {
    Notes notes(absl::StrCat(file, " ", each.id()), faults);
    if (!IsId(each.id()) || !ids.insert(each.id()).second) notes.Note("PROCEDURE_ID", each.id());
    WatchRule rule;
    rule.id = each.id();
    if (each.kind() == v1::SUGGESTION_KIND_UNSPECIFIED) {
      notes.Note("PROCEDURE_TEXT", "kind");
    } else {
      rule.kind = static_cast<SuggestionKind>(each.kind());
    }
    rule.name = notes.TextOf(each.name_zh(), each.name_en(), "name");
    rule.text = notes.TextOf(each.text_zh(), each.text_en(), "text");
    rule.basis = notes.BasisOf(each.basis());
    rule.from_statuses.assign(each.from_statuses().begin(), each.from_statuses().end());
    if (rule.from_statuses.empty()) notes.Note("PROCEDURE_STATUS", "from_statuses");
    for (const int purpose : each.purposes()) {
      if (purpose == v1::PURPOSE_UNSPECIFIED) notes.Note("PROCEDURE_TEXT", "purposes");
      rule.purposes.push_back(static_cast<Purpose>(purpose));
    }
    if (rule.purposes.empty()) notes.Note("PROCEDURE_TEXT", "purposes");
    for (const v1::WatchCondition& condition : each.conditions()) {
      if (auto read = ReadCondition(condition, notes)) rule.conditions.push_back(*std::move(read));
    }
    notes.NoteUnless(!rule.conditions.empty(), "conditions");
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::vector<ExitStandard> ReadExitStandards(const v1::ExitStandardFile& proto,
                                            const std::string& file, std::vector<Problem>* faults) {
  std::vector<ExitStandard> standards;
  for (const v1::ExitStandard& each : proto.standards()) {
    Notes notes(absl::StrCat(file, " ", each.id()), faults);
    if (!IsId(each.id())) notes.Note("PROCEDURE_ID", each.id());
    ExitStandard standard;
    standard.id = each.id();
    standard.name = notes.TextOf(each.name_zh(), each.name_en(), "name");
    standard.valid_from = notes.DayOf(each.valid_from());
    if (!each.valid_to().empty()) standard.valid_to = notes.DayOf(each.valid_to());
    standard.basis = notes.BasisOf(each.basis());
    std::set<int> rates;
    for (const v1::ExitThreshold& threshold : each.thresholds()) {
      notes.NoteUnless(threshold.rate() != v1::EXIT_RATE_UNSPECIFIED &&
                           rates.insert(threshold.rate()).second && threshold.permille() >= 1 &&
                           threshold.permille() <= 1000,
                       "thresholds");
      standard.thresholds.push_back({static_cast<ExitRate>(threshold.rate()), threshold.permille(),
                                     notes.CertaintyOf(threshold.certainty())});
    }
    notes.NoteUnless(rates.size() == kRates, "thresholds");
    const v1::SampleSize& size = each.sample_size();
    notes.NoteUnless(size.expected_permille() >= 1 && size.expected_permille() <= 999 &&
                         size.margin_permille() >= 1 && size.margin_permille() <= 500 &&
                         size.z_milli() >= 500 && size.z_milli() <= 5000,
                     "sample_size");
    standard.sample_size = {size.expected_permille(), size.margin_permille(), size.z_milli(),
                            notes.CertaintyOf(size.certainty())};
    standards.push_back(std::move(standard));
  }
  return standards;
}

}  // namespace fupin::procedure
