#include "services/identification/server/register_import.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/text.h"
#include "libs/mask/mask.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/case_words.h"
#include "services/identification/server/member_check.h"
#include "services/identification/server/register_words.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

constexpr int kMaxLines = 500;
constexpr size_t kMaxCard = 64;
constexpr size_t kMaxName = 100;
constexpr int kMaxStatuses = 50;
constexpr int kMaxOtherCauses = 2;

bool IsHash(const std::string& hash) {
  return hash.size() == 64 && std::all_of(hash.begin(), hash.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

void Tell(const Problem& problem, v1::LineResult* result) {
  type::v1::Problem* told = result->add_problems();
  told->set_reason(problem.reason);
  told->set_field(problem.field);
  told->set_message_zh(problem.message_zh);
  told->set_message_en(problem.message_en);
}

// By the day: that is all a row says.
bool SameStatus(const store::StoredStatusChange& a, const store::StoredStatusChange& b) {
  const auto day = [](const store::StoredStatusChange& change) {
    return absl::ToCivilDay(absl::FromUnixMillis(change.time_ms()), Shanghai());
  };
  return a.status() == b.status() && day(a) == day(b);
}

// What a row can say: not that an entry went on in its surveyed household.
std::vector<store::StoredStatusChange> Told(const store::StoredRegistration& stored) {
  std::vector<store::StoredStatusChange> told;
  for (const store::StoredStatusChange& change : stored.changes()) {
    if (change.import() == 0 || change.inherited_from().empty()) told.push_back(change);
  }
  return told;
}

}  // namespace

// A row in the terms of the store.
struct RegisterImport::Row {
  bool good = false;
  std::string township;
  std::string subject;
  std::string by_card;  // household that a survey of this card number would be
  store::RegisteredHead head;
  store::StoredRegistration entry;  // without imports
};

// What is there, and what this request adds.
struct RegisterImport::Township {
  std::map<std::string, RegisterEntry> entries;  // by household
  std::map<std::string, std::string> by_card;    // card number -> household
  std::map<std::string, std::string> by_head;    // head of one never surveyed -> household
  std::set<std::string> touched;                 // by this request
  std::vector<std::vector<RegisterStore::Write>> writes;

  void Take(const RegisterEntry& entry) {
    if (!entry.stored.status().empty()) by_card[entry.stored.card_number()] = entry.id;
    if (!entry.stored.head_subject().empty()) by_head[entry.stored.head_subject()] = entry.id;
    entries[entry.id] = entry;
  }
};

RegisterImport::Row RegisterImport::Read(const v1::RegisterLine& line,
                                         v1::LineResult* result) const {
  Row row;
  const auto wrong = [&](const char* reason, const char* field, const std::string& detail = "") {
    Tell(Because(reason, field, detail), result);
  };
  store::StoredRegistration& entry = row.entry;
  const absl::CivilDay today = absl::ToCivilDay(clock_.Now(), Shanghai());
  const auto procedures = procedures_.current();
  const auto known = knowledge_.current();

  if (line.archived()) wrong("LINE_ARCHIVED", "archived");
  if (line.card_number().empty() || line.card_number().size() > kMaxCard ||
      !codes::CheckText(line.card_number()).ok()) {
    wrong("LINE_CARD_NUMBER", "card_number");
  }
  entry.set_card_number(line.card_number());
  const auto division = divisions_->Find(line.division());
  const auto township =
      division ? division->AncestorAt(partition_level_) : std::optional<division::Division>();
  if (!division) {
    wrong("DIVISION_UNKNOWN", "division");
  } else if (!township || township->code() == division->code()) {
    wrong("DIVISION_TOO_HIGH", "division");
  } else {
    row.township = std::string(township->code());
  }
  entry.set_division(line.division());
  if (line.head_name().empty() || line.head_name().size() > kMaxName ||
      !codes::CheckText(line.head_name()).ok()) {
    wrong("APPLICANT_NAME", "head_name");
  }
  const auto number = codes::CitizenNumber::Parse(line.head_citizen_number(), today);
  if (line.head_citizen_number().find('*') != std::string::npos) {
    wrong("LINE_NUMBER_MASKED", "head_citizen_number");
  } else if (!number.ok()) {
    for (Problem problem : ProblemsOf(number.status())) {
      problem.field = "head_citizen_number";
      Tell(problem, result);
    }
  } else {
    row.subject = subjects_.Citizen(number->text());
    row.head.set_citizen_number(number->text());
  }
  row.head.set_name(line.head_name());
  if (line.person_count() < 1 || line.person_count() > kMaxMembers) {
    wrong("LINE_PERSON_COUNT", "person_count", absl::StrCat(kMaxMembers));
  }
  entry.set_person_count(line.person_count());

  if (line.statuses().empty() || line.statuses_size() > kMaxStatuses) {
    wrong("LINE_STATUSES", "statuses", absl::StrCat(kMaxStatuses));
  }
  absl::CivilDay last;
  for (int i = 0; i < line.statuses_size() && i < kMaxStatuses; ++i) {
    const v1::RegisterLineStatus& each = line.statuses(i);
    const procedure::Status* status = procedures->FindStatus(each.status());
    for (const procedure::Status& other : procedures->statuses()) {
      if (status == nullptr && other.name.zh == each.status()) status = &other;
    }
    absl::CivilDay day;
    if (status == nullptr) {
      wrong("LINE_STATUS_UNKNOWN", "statuses");
      continue;
    }
    if (!absl::ParseCivilTime(each.date(), &day) || absl::FormatCivilTime(day) != each.date() ||
        day > today || (i > 0 && day < last)) {
      wrong("LINE_STATUS_DATE", "statuses");
      continue;
    }
    last = day;
    if (day < status->valid_from || (status->valid_to && day > *status->valid_to)) {
      wrong("LINE_STATUS_NOT_THEN", "statuses", absl::StrCat(status->name.zh, " ", each.date()));
      continue;
    }
    store::StoredStatusChange* change = entry.add_changes();
    change->set_status(status->code);
    change->set_time_ms(absl::ToUnixMillis(absl::FromCivil(day, Shanghai())));
    entry.set_status(status->code);
  }

  std::set<std::string> causes;
  const auto cause = [&](const std::string& text, const char* field) {
    const std::string code = CodeOf(*known->contracts, kCauseList, text);
    if (code.empty()) wrong("CAUSE_UNKNOWN", field);
    if (!code.empty() && !causes.insert(code).second) wrong("CAUSE_REPEATED", field);
    return code;
  };
  if (!line.main_cause().empty()) entry.set_main_cause(cause(line.main_cause(), "main_cause"));
  if (line.main_cause().empty() && !line.other_causes().empty()) {
    wrong("LINE_MAIN_CAUSE", "main_cause");
  }
  if (line.other_causes_size() > kMaxOtherCauses) wrong("CAUSES_TOO_MANY", "other_causes");
  for (const std::string& other : line.other_causes()) {
    entry.add_other_causes(cause(other, "other_causes"));
  }
  if (!line.poverty_class().empty() || !line.index().empty()) {
    const int poverty_class = ClassOf(line.poverty_class());
    double index = 0;
    if (poverty_class == v1::POVERTY_CLASS_UNSPECIFIED || !absl::SimpleAtod(line.index(), &index) ||
        !(index >= 0 && index <= 100)) {
      wrong("LINE_INDEX", "index");
    } else {
      entry.set_class_at_registration(poverty_class);
      entry.set_index_at_registration(static_cast<int32_t>(index * 100 + 0.5));
    }
  }
  row.good = result->problems().empty();
  if (row.good) {
    row.by_card =
        absl::StrCat(row.township, "-",
                     absl::BytesToHexString(subjects_.Household(line.card_number()).substr(0, 12)));
  }
  return row;
}

RegisterStore::Write RegisterImport::WriteOf(RegisterEntry entry) const {
  RegisterStore::Write write;
  const store::StoredRegistration& stored = entry.stored;
  v1::CaseMoved& moved = write.moved;
  moved.set_household(HouseholdName(entry.id));
  moved.set_division(stored.division());
  moved.set_status(stored.status());
  moved.set_status_version(stored.changes_size());
  moved.set_person_count(stored.person_count());
  *moved.mutable_time() = ToTimestampMs(stored.changes(stored.changes_size() - 1).time_ms());
  if (const auto* given = procedures_.current()->FindStatus(stored.status())) {
    moved.set_outcome(procedure::v1::OUTCOME_GRANTED);
    moved.set_standing(static_cast<procedure::v1::Standing>(given->standing));
  }
  if (!stored.main_cause().empty()) moved.add_causes(stored.main_cause());
  for (const std::string& cause : stored.other_causes()) moved.add_causes(cause);
  write.entry = std::move(entry);
  return write;
}

absl::Status RegisterImport::Decide(const Row& row, const store::StoredImport& import,
                                    Township* township, v1::LineResult* result) const {
  const auto refuse = [&](const char* reason, const char* field, const std::string& detail = "") {
    result->set_fate(v1::LINE_FATE_REFUSED);
    Tell(Because(reason, field, detail), result);
    return absl::OkStatus();
  };
  // The household that the head is in, when one was surveyed.
  std::string household;
  std::string elsewhere;
  ASSIGN_OR_RETURN(const auto linked, households_.LinkedTo(row.subject));
  for (const std::string& each : linked) {
    ASSIGN_OR_RETURN(const auto open, households_.Find(each));
    if (!open || open->stored.closed()) continue;
    (TownshipOf(each) == row.township ? household : elsewhere) = each;
  }
  if (household.empty() && !elsewhere.empty()) {
    const auto there = divisions_->Find(TownshipOf(elsewhere));
    return refuse("LINE_HEAD_ELSEWHERE", "division", there ? std::string(there->name()) : "");
  }
  const auto unsurveyed = township->by_head.find(row.subject);
  std::string stands;  // where the entry stands now
  if (!household.empty() && township->entries.count(household) > 0) {
    stands = household;
  } else if (unsurveyed != township->by_head.end()) {
    stands = unsurveyed->second;
  }
  const bool surveyed = !household.empty();
  if (household.empty()) household = stands.empty() ? row.by_card : stands;
  result->set_household(HouseholdName(household));
  const auto card = township->by_card.find(row.entry.card_number());
  if (card != township->by_card.end() && card->second != household && card->second != stands) {
    return refuse("LINE_CARD_TAKEN", "card_number");
  }

  const auto append = [&](RegisterEntry* entry, int from) {
    *entry->stored.add_imports() = import;
    for (int i = from; i < row.entry.changes_size(); ++i) {
      store::StoredStatusChange* change = entry->stored.add_changes();
      *change = row.entry.changes(i);
      change->set_import(entry->stored.imports_size());
    }
    entry->stored.set_status(row.entry.status());
  };
  if (stands.empty()) {
    if (township->entries.count(household) > 0) return refuse("LINE_CARD_TAKEN", "card_number");
    RegisterEntry entry;
    entry.id = household;
    entry.stored = row.entry;
    entry.stored.clear_changes();
    append(&entry, 0);
    if (!surveyed) {
      // A survey under the card number would already be this household, of another head.
      ASSIGN_OR_RETURN(const auto there, households_.Find(household));
      if (there) return refuse("LINE_CARD_TAKEN", "card_number");
      entry.stored.set_head_subject(row.subject);
      entry.stored.set_head_masked(mask::Name(row.head.name()));
      ASSIGN_OR_RETURN(*entry.stored.mutable_sealed_head(), entries_.SealHead(household, row.head));
    }
    township->touched.insert(household);
    result->set_fate(surveyed ? v1::LINE_FATE_ENTERED : v1::LINE_FATE_ENTERED_UNSURVEYED);
    township->Take(entry);
    township->writes.push_back({WriteOf(std::move(entry))});
    return absl::OkStatus();
  }

  // It stands in the register: the row may say the same, or say what came later.
  RegisterEntry entry = township->entries.at(stands);
  const std::vector<store::StoredStatusChange> was = Told(entry.stored);
  const bool by_decision =
      std::any_of(was.begin(), was.end(), [](const auto& change) { return change.import() == 0; });
  const auto& says = row.entry.changes();
  const int known = static_cast<int>(was.size());
  bool same = true;
  for (int i = 0; i < std::min(known, says.size()); ++i) {
    same = same && SameStatus(was[static_cast<size_t>(i)], says[i]);
  }
  if (by_decision && !(same && says.size() <= known)) return refuse("LINE_DECIDED", "statuses");
  if (!by_decision && !(same && says.size() >= known)) return refuse("LINE_DIFFERS", "statuses");
  const auto differs = [&](const char* field) { return refuse("LINE_DIFFERS", field); };
  if (!by_decision) {
    if (entry.stored.card_number() != row.entry.card_number()) return differs("card_number");
    if (entry.stored.main_cause() != row.entry.main_cause()) return differs("main_cause");
    if (!std::equal(entry.stored.other_causes().begin(), entry.stored.other_causes().end(),
                    row.entry.other_causes().begin(), row.entry.other_causes().end())) {
      return differs("other_causes");
    }
    if (!surveyed && entry.stored.division() != row.entry.division()) return differs("division");
    if (!surveyed && entry.stored.person_count() != row.entry.person_count()) {
      return differs("person_count");
    }
  }
  std::vector<RegisterStore::Write> together;
  const bool longer = says.size() > known;
  if ((longer || stands != household) && township->touched.count(stands) > 0) {
    return refuse("LINE_REPEATED", "head_citizen_number");
  }
  township->touched.insert({stands, household});
  if (stands != household) {
    // Surveyed meanwhile: the entry goes on with its household, and this one tells so.
    RegisterEntry there;
    there.id = household;
    there.stored = entry.stored;
    there.stored.clear_sealed_head();
    there.stored.clear_head_subject();
    there.stored.clear_head_masked();
    if (longer) append(&there, known);
    ASSIGN_OR_RETURN(const auto lives, households_.Find(household));
    if (lives) there.stored.set_division(lives->survey.division());
    store::StoredStatusChange* arrived = there.stored.add_changes();
    arrived->set_status(there.stored.status());
    arrived->set_time_ms(import.time_ms());
    arrived->set_inherited_from(stands);
    *there.stored.add_imports() = import;
    arrived->set_import(there.stored.imports_size());
    store::StoredStatusChange* left = entry.stored.add_changes();
    left->set_time_ms(import.time_ms());
    *entry.stored.add_imports() = import;
    left->set_import(entry.stored.imports_size());
    entry.stored.clear_status();
    entry.stored.clear_head_subject();
    township->by_head.erase(row.subject);
    township->Take(entry);
    township->Take(there);
    together.push_back(WriteOf(std::move(entry)));
    together.push_back(WriteOf(std::move(there)));
    result->set_fate(v1::LINE_FATE_ADOPTED);
  } else if (longer) {
    append(&entry, known);
    township->Take(entry);
    together.push_back(WriteOf(std::move(entry)));
    result->set_fate(v1::LINE_FATE_EXTENDED);
  } else {
    result->set_fate(v1::LINE_FATE_UNCHANGED);
    return absl::OkStatus();
  }
  township->writes.push_back(std::move(together));
  return absl::OkStatus();
}

absl::StatusOr<v1::ImportRegistrationsResponse> RegisterImport::Run(
    const v1::ImportRegistrationsRequest& request, const rpc::Caller& caller) {
  if (!IsHash(request.file_hash())) return Refuse("IMPORT_FILE_HASH", "file_hash");
  if (request.lines_size() > kMaxLines) {
    return Refuse("IMPORT_TOO_MANY_ROWS", "lines", absl::StrCat(kMaxLines));
  }
  v1::ImportRegistrationsResponse response;
  std::vector<Row> rows;
  std::map<std::string, Township> townships;
  for (const v1::RegisterLine& line : request.lines()) {
    v1::LineResult* result = response.add_results();
    result->set_line(line.line());
    rows.push_back(Read(line, result));
    if (rows.back().good) {
      townships.try_emplace(rows.back().township);
    } else {
      result->set_fate(v1::LINE_FATE_REFUSED);
    }
  }
  for (auto& [code, township] : townships) {
    ASSIGN_OR_RETURN(const auto entries, entries_.Of(code));
    for (const RegisterEntry& entry : entries) township.Take(entry);
    // Rows of one township one after another: a later one sees what an earlier one made.
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!rows[i].good || rows[i].township != code) continue;
      store::StoredImport import;
      import.set_importer(caller.principal.uri);
      import.set_time_ms(absl::ToUnixMillis(clock_.Now()));
      import.set_file_hash(request.file_hash());
      import.set_line(request.lines(static_cast<int>(i)).line());
      RETURN_IF_ERROR(
          Decide(rows[i], import, &township, response.mutable_results(static_cast<int>(i))));
    }
  }
  if (request.dry_run()) return response;
  for (auto& [code, township] : townships) {
    const absl::Status status = entries_.Commit(code, township.writes);
    if (status.code() == absl::StatusCode::kAborted) return Refuse("IMPORT_MOVED");
    RETURN_IF_ERROR(status);
  }
  return response;
}

}  // namespace fupin::identification
