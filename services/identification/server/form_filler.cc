#include "services/identification/server/form_filler.h"

#include <algorithm>
#include <optional>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/fixed/fixed.h"
#include "libs/mask/mask.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/convert.h"
#include "services/identification/server/member_check.h"
#include "services/identification/server/register_words.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

using Source = procedure::v1::FormSource;

// What a source gave: a value with its origin, or why there is none.
struct Found {
  bool present = false;
  Absence absence = Absence::kNotAsked;
  std::string zh;
  std::string raw;
  std::string kind;
  std::string source;
};

Found Absent(Absence absence) { return {.absence = absence}; }

Found Derived(const std::string& text, const std::string& name) {
  if (text.empty()) return Absent(Absence::kNotAsked);
  return {true, {}, text, text, "derived", name};
}

std::string DayOf(int64_t ms) {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixMillis(ms), Shanghai());
}

// A household as the form sees it.
struct Subject {
  const Known& known;
  const procedure::ProcedureSet& procedures;
  const division::Tree& divisions;
  absl::CivilDay today;
  std::optional<Gathered> gathered;
  std::optional<RegisterEntry> entry;
  store::RegisteredHead head;  // of one that was never surveyed
  const store::StoredCase* open = nullptr;
  std::string remarks;

  const v1::Survey& survey() const { return gathered->survey.survey; }
};

Found OfQuestion(const Subject& subject, const std::string& code, const Answers& answers,
                 const std::string& where) {
  const auto answer = answers.find(code);
  if (answer == answers.end()) return Absent(Absence::kNotAsked);
  if (const auto* absence = std::get_if<Absence>(&answer->second)) return Absent(*absence);
  Found found{true, {}, "", ToText(answer->second), "survey", absl::StrCat(where, code)};
  found.zh = found.raw;
  if (const auto* yes = std::get_if<bool>(&answer->second)) found.zh = *yes ? "是" : "否";
  for (const catalog::Question& question : subject.known.catalog->questions) {
    if (question.code != code) continue;
    for (const catalog::Choice& choice : question.choices) {
      if (choice.code == found.raw) found.zh = choice.zh;
    }
  }
  return found;
}

Found OfRecord(const Subject& subject, const procedure::v1::FormRecord& record, int member) {
  const Fact* newest = nullptr;
  const Value* value = nullptr;
  for (const Fact& fact : subject.gathered->household.facts) {
    if (fact.source.dataset != record.dataset() || fact.member != member) continue;
    const auto field = fact.fields.find(record.field());
    if (field == fact.fields.end() || std::holds_alternative<Absence>(field->second)) continue;
    if (newest == nullptr || std::pair(fact.source.business_time, fact.source.record) >
                                 std::pair(newest->source.business_time, newest->source.record)) {
      newest = &fact;
      value = &field->second;
    }
  }
  if (newest == nullptr) return Absent(Absence::kNoRecord);
  Found found{true,         {},
              "",           ToText(*value),
              "department", absl::StrCat(newest->source.record, " ", record.field())};
  found.zh = found.raw;
  if (const auto* yes = std::get_if<bool>(value)) found.zh = *yes ? "是" : "否";
  const contract::Contract* contract = subject.known.contracts->Find(record.dataset());
  const contract::Field* field = contract == nullptr ? nullptr : contract->Find(record.field());
  if (field != nullptr && !field->options.code_list().empty()) {
    found.zh = CodeWord(*subject.known.contracts, field->options.code_list(), found.raw);
  }
  // Numbers in a record are shown as all of them are: masked.
  if (absl::StrContains(record.field(), "citizen_number")) {
    found.raw = found.zh = mask::CitizenNumber(found.raw);
  }
  return found;
}

Found OfSum(const Subject& subject, const procedure::v1::FormSum& sum) {
  int64_t total = 0;
  std::vector<std::string> codes;
  for (const auto* part : {&sum.plus(), &sum.minus()}) {
    for (const std::string& code : *part) {
      const Answers& answers = subject.gathered->household.answers;
      const auto answer = answers.find(code);
      if (answer == answers.end()) return Absent(Absence::kNotAsked);
      const auto* number = std::get_if<fixed::Micro>(&answer->second);
      if (number == nullptr) {
        const auto* absence = std::get_if<Absence>(&answer->second);
        return Absent(absence == nullptr ? Absence::kNotAsked : *absence);
      }
      if (__builtin_add_overflow(total, part == &sum.plus() ? number->units : -number->units,
                                 &total)) {
        return Absent(Absence::kNotAsked);
      }
      codes.push_back(absl::StrCat(part == &sum.plus() ? "+" : "-", code));
    }
  }
  std::string source = absl::StrJoin(codes, "");
  if (sum.per_person()) {
    const auto persons = static_cast<int64_t>(subject.gathered->household.members.size());
    if (persons == 0) return Absent(Absence::kNotApplicable);
    // To the fen, half away from zero.
    const int64_t fen = fixed::kMicroPerOne / 100;
    const int64_t half = persons * fen / 2;
    total = (total + (total < 0 ? -half : half)) / (persons * fen) * fen;
    absl::StrAppend(&source, " /", persons);
  }
  const std::string text = fixed::ToText(fixed::Micro{total});
  return {true, {}, text, text, "derived", source};
}

Found OfRegister(const Subject& subject, const std::string& name) {
  const bool deciding = subject.open != nullptr && !subject.open->main_cause().empty();
  const auto from_case = [&](std::string zh, std::string raw) -> Found {
    return {true, {}, std::move(zh), std::move(raw), "register", absl::StrCat("case ", name)};
  };
  const auto causes = [&](const auto& codes) {
    std::vector<std::string> words;
    for (const std::string& code : codes) {
      words.push_back(CodeWord(*subject.known.contracts, kCauseList, code));
    }
    return absl::StrJoin(words, "、");
  };
  if (name == "remarks") {
    return subject.remarks.empty() ? Absent(Absence::kNotAsked)
                                   : from_case(subject.remarks, subject.remarks);
  }
  if (deciding && name == "main_cause") {
    return from_case(CodeWord(*subject.known.contracts, kCauseList, subject.open->main_cause()),
                     subject.open->main_cause());
  }
  if (deciding && name == "other_causes") {
    if (subject.open->other_causes().empty()) return Absent(Absence::kNotApplicable);
    return from_case(causes(subject.open->other_causes()),
                     absl::StrJoin(subject.open->other_causes(), ","));
  }
  if (!subject.entry) return Absent(Absence::kNotAsked);
  const store::StoredRegistration& stored = subject.entry->stored;
  const auto give = [&](std::string zh, std::string raw) -> Found {
    if (raw.empty()) return Absent(Absence::kNotAsked);
    return {true, {}, std::move(zh), std::move(raw), "register", name};
  };
  if (name == "card_number") return give(stored.card_number(), stored.card_number());
  if (name == "status") {
    const auto* status = subject.procedures.FindStatus(stored.status());
    return give(status == nullptr ? stored.status() : status->name.zh, stored.status());
  }
  if (name == "register_date") {
    if (stored.changes().empty()) return Absent(Absence::kNotAsked);
    const std::string day = DayOf(stored.changes(0).time_ms());
    return give(day, day);
  }
  if (name == "main_cause") {
    return give(CodeWord(*subject.known.contracts, kCauseList, stored.main_cause()),
                stored.main_cause());
  }
  if (name == "other_causes") {
    if (stored.other_causes().empty() && !stored.main_cause().empty()) {
      return Absent(Absence::kNotApplicable);
    }
    return give(causes(stored.other_causes()), absl::StrJoin(stored.other_causes(), ","));
  }
  if (stored.class_at_registration() == 0) return Absent(Absence::kNotAsked);
  if (name == "poverty_class") {
    return give(ClassWord(stored.class_at_registration()),
                absl::StrCat(stored.class_at_registration()));
  }
  if (name == "index") {
    const std::string index = IndexText(stored.index_at_registration());
    return give(index, index);
  }
  return Absent(Absence::kNotAsked);
}

Found OfDerived(const Subject& subject, const std::string& name) {
  const bool surveyed = subject.gathered.has_value();
  if (name == "division") {
    const std::string& code =
        surveyed ? subject.survey().division() : subject.entry->stored.division();
    const auto division = subject.divisions.Find(code);
    std::string names;
    if (division) {
      for (const division::Division& part : division->Path()) absl::StrAppend(&names, part.name());
    }
    return {
        !names.empty(), Absence::kNotAsked, names, code, surveyed ? "survey" : "register", name};
  }
  if (!surveyed) {
    const store::StoredRegistration& stored = subject.entry->stored;
    Found found = Absent(Absence::kNotAsked);
    if (name == "head_name") found = Derived(subject.head.name(), name);
    if (name == "head_citizen_number") {
      found = Derived(mask::CitizenNumber(subject.head.citizen_number()), name);
    }
    if (name == "person_count" && stored.person_count() > 0) {
      found = Derived(absl::StrCat(stored.person_count()), name);
    }
    if (found.present) found.kind = "register";
    return found;
  }
  const v1::Survey& survey = subject.survey();
  const auto head = std::find_if(survey.members().begin(), survey.members().end(),
                                 [](const auto& m) { return m.relation() == kHeadRelation; });
  if (name == "person_count") {
    return {true,
            {},
            absl::StrCat(survey.members_size()),
            absl::StrCat(survey.members_size()),
            "survey",
            "members"};
  }
  if (name == "survey_date") {
    Found found = Derived(DayOf(google::protobuf::util::TimeUtil::TimestampToMilliseconds(
                              survey.provenance().collect_time())),
                          name);
    found.kind = "survey";
    return found;
  }
  if (head == survey.members().end()) return Absent(Absence::kNotAsked);
  Found found = Derived(
      name == "head_name" ? head->name() : mask::CitizenNumber(head->citizen_number()), name);
  found.kind = "survey";
  if (name == "head_citizen_number" && head->citizen_number().empty()) {
    return Absent(Absence::kNotAsked);
  }
  return found;
}

Found OfMember(const Subject& subject, const std::string& name, int member) {
  const v1::SurveyMember& in = subject.survey().members(member);
  Found found = Absent(Absence::kNotAsked);
  const contract::ContractSet& contracts = *subject.known.contracts;
  if (name == "name") found = Derived(in.name(), name);
  if (name == "citizen_number" && !in.citizen_number().empty()) {
    found = Derived(mask::CitizenNumber(in.citizen_number()), name);
  }
  if (name == "relation") {
    found = Derived(in.relation(), name);
    found.zh = CodeWord(contracts, "gb.relation", in.relation());
  }
  if (name == "sex") {
    found = Derived(in.sex(), name);
    found.zh = CodeWord(contracts, "gb.sex", in.sex());
  }
  if (name == "birth_date") found = Derived(in.birth_date(), name);
  if (name == "age") {
    absl::CivilDay birth;
    if (absl::ParseCivilTime(in.birth_date(), &birth) && birth <= subject.today) {
      const bool before = std::pair(subject.today.month(), subject.today.day()) <
                          std::pair(birth.month(), birth.day());
      found = Derived(absl::StrCat(subject.today.year() - birth.year() - (before ? 1 : 0)), name);
    }
  }
  if (found.present && name != "age") {
    found.kind = "survey";
    found.source = absl::StrCat("members/", member, " ", name);
  }
  return found;
}

// `member`: -1 outside sections about members.
Found Find(const Subject& subject, const Source& source, int member) {
  if (source.from_case() == Source::kRegister) return OfRegister(subject, source.register_());
  if (source.from_case() == Source::kDerived && member < 0) {
    return OfDerived(subject, source.derived());
  }
  if (!subject.gathered) return Absent(Absence::kNotAsked);
  const Household& household = subject.gathered->household;
  switch (source.from_case()) {
    case Source::kQuestion:
      return member < 0 ? OfQuestion(subject, source.question(), household.answers, "")
                        : OfQuestion(subject, source.question(),
                                     household.members[static_cast<size_t>(member)].answers,
                                     absl::StrCat("members/", member, " "));
    case Source::kRecord:
      return OfRecord(subject, source.record(), member);
    case Source::kSum:
      return OfSum(subject, source.sum());
    case Source::kDerived:
      return OfMember(subject, source.derived(), member);
    default:
      return Absent(Absence::kNotAsked);
  }
}

v1::FilledItem FillItem(const Subject& subject, const procedure::v1::FormItem& item, int member) {
  v1::FilledItem out;
  out.set_code(item.code());
  out.set_label_zh(item.label_zh());
  out.set_label_en(item.label_en());
  out.set_unit_zh(item.unit_zh());
  out.set_required(item.required());
  out.set_share(item.share());
  out.set_wide(item.wide());
  if (item.by_hand()) {
    out.set_state(v1::ITEM_STATE_BY_HAND);
    out.set_value_zh("手工填写");
    return out;
  }
  Absence absence = Absence::kNotAsked;
  for (const Source& source : item.sources()) {
    const Found found = Find(subject, source, member);
    if (found.present) {
      out.set_state(v1::ITEM_STATE_FILLED);
      out.set_value_zh(found.zh);
      out.set_raw(found.raw);
      out.set_source_kind(found.kind);
      out.set_source(found.source);
      return out;
    }
    // That somebody was asked and did not say is more than that nobody asked.
    if (absence == Absence::kNotAsked || absence == Absence::kNoRecord) absence = found.absence;
  }
  switch (absence) {
    case Absence::kRefused:
      out.set_state(v1::ITEM_STATE_REFUSED);
      out.set_value_zh("拒答");
      break;
    case Absence::kNotApplicable:
      out.set_state(v1::ITEM_STATE_NOT_APPLICABLE);
      out.set_value_zh("不适用");
      break;
    case Absence::kNotAsked:
    case Absence::kNoRecord:
      out.set_state(v1::ITEM_STATE_NOT_COLLECTED);
      out.set_value_zh("未采集");
      break;
  }
  return out;
}

}  // namespace

absl::StatusOr<v1::FilledForm> FormFiller::Fill(const std::string& household) const {
  ASSIGN_OR_RETURN(const auto cases, cases_.OfHousehold(household));
  if (cases.empty()) return Fill(household, nullptr, "");
  return Fill(household, &cases.back().stored, cases.back().id);
}

absl::StatusOr<v1::FilledForm> FormFiller::Fill(const std::string& household,
                                                const store::StoredCase* open,
                                                const std::string& open_id) const {
  const auto form = forms_.current();
  if (form == nullptr) return Refuse("FORM_NOT_SET");
  const auto known = knowledge_.current();
  const auto procedures = procedures_.current();
  Subject subject{*known, *procedures, *divisions_, absl::ToCivilDay(clock_.Now(), Shanghai())};
  ASSIGN_OR_RETURN(subject.entry, registered_.Find(household));
  if (subject.entry) {
    ASSIGN_OR_RETURN(subject.head, registered_.Head(*subject.entry));
  }
  auto gathered = gatherer_.Gather(household);
  if (gathered.ok()) {
    subject.gathered = *std::move(gathered);
  } else if (gathered.status().code() != absl::StatusCode::kNotFound || !subject.entry) {
    return gathered.status();
  }
  // What an ended case said is in the register, when it granted.
  if (open != nullptr && open->outcome() == 0) subject.open = open;
  if (open != nullptr && !open_id.empty()) {
    ASSIGN_OR_RETURN(subject.remarks,
                     cases_.Unseal(kCases, open_id, "remarks", open->sealed_remarks()));
  } else if (open != nullptr && !open->sealed_remarks().empty()) {
    subject.remarks = "-";  // there is one
  }

  v1::FilledForm out;
  out.set_household(HouseholdName(household));
  out.set_form(form->id());
  out.set_version(form->version());
  out.set_title_zh(form->title_zh());
  out.set_title_en(form->title_en());
  const auto lacks = [&](std::string zh, std::string en) {
    out.add_gaps(std::move(zh));
    out.add_gaps_en(std::move(en));
  };
  if (!subject.gathered) lacks("入户调查", "Survey");
  for (const auto& section : form->sections()) {
    v1::FilledSection* filled = out.add_sections();
    filled->set_name_zh(section.name_zh());
    filled->set_name_en(section.name_en());
    filled->set_per_member(section.per_member());
    const int rows = !section.per_member() ? 1
                     : subject.gathered    ? subject.survey().members_size()
                                           : 0;
    for (int row = 0; row < rows; ++row) {
      v1::FilledRow* line = filled->add_rows();
      for (const auto& item : section.items()) {
        v1::FilledItem value = FillItem(subject, item, section.per_member() ? row : -1);
        // What does not apply is no gap.
        const bool gap = value.required() && (value.state() == v1::ITEM_STATE_NOT_COLLECTED ||
                                              value.state() == v1::ITEM_STATE_REFUSED);
        if (gap) {
          const bool of_member = section.per_member();
          lacks(absl::StrCat(of_member ? absl::StrCat("第 ", row + 1, " 名成员 ") : "", item.code(),
                             " ", item.label_zh()),
                absl::StrCat(of_member ? absl::StrCat("member ", row + 1, " ") : "", item.code(),
                             " ", item.label_en()));
        }
        *line->add_items() = std::move(value);
      }
    }
  }
  return out;
}

absl::StatusOr<std::vector<procedure::Text>> FormFiller::Gaps(const std::string& household,
                                                              const store::StoredCase& open) const {
  ASSIGN_OR_RETURN(const v1::FilledForm form, Fill(household, &open, ""));
  std::vector<procedure::Text> gaps;
  for (int i = 0; i < form.gaps_size(); ++i) gaps.push_back({form.gaps(i), form.gaps_en(i)});
  return gaps;
}

}  // namespace fupin::identification
