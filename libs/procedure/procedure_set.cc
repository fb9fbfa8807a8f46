#include "libs/procedure/procedure_set.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fupin/procedure/v1/procedure.pb.h"
#include "libs/config/config.h"
#include "libs/procedure/proof.h"
#include "libs/procedure/reasons.h"
#include "libs/procedure/register_reader.h"
#include "libs/status/macros.h"

namespace fupin::procedure {
namespace {

constexpr size_t kMaxProblems = 20;
constexpr int kMaxDays = 3660;
constexpr absl::string_view kNone = "none";
constexpr absl::string_view kNoticeTypes[] = {"candidates", "reviewed", "approved",
                                              "monitored",  "exit",     "risk_removed"};

bool IsId(const std::string& id) {
  return !id.empty() && id.size() <= 48 && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_';
  });
}

std::optional<absl::CivilDay> ParseDay(const std::string& text) {
  absl::CivilDay day;
  if (text.size() != 10 || !absl::ParseCivilTime(text, &day)) return std::nullopt;
  return day;
}

int SeverityOf(const std::string& name) {
  return name == "info" ? 1 : name == "warning" ? 2 : name == "serious" ? 3 : 0;
}

}  // namespace

bool IsNoticeType(absl::string_view type) {
  return std::find(std::begin(kNoticeTypes), std::end(kNoticeTypes), type) !=
         std::end(kNoticeTypes);
}

// Turns messages into plain values; every fault is noted and reading goes on.
class SetReader {
 public:
  explicit SetReader(const std::vector<std::string>& levels)
      : levels_(levels), set_(new ProcedureSet) {}

  void Read(const SourceFile& file) {
    file_ = file.name;
    if (absl::EndsWith(file.name, ".procedure.textproto")) {
      v1::ProcedureFile proto;
      if (!Syntax(file, &proto)) return;
      for (const auto& each : proto.procedures()) ReadProcedure(each);
    } else if (file.name == "statuses.textproto") {
      v1::StatusList proto;
      if (!Syntax(file, &proto)) return;
      for (const auto& each : proto.statuses()) ReadStatus(each);
    } else if (file.name == "holidays.textproto") {
      v1::Holidays proto;
      if (!Syntax(file, &proto)) return;
      for (const auto& each : proto.years()) ReadYear(each);
    } else if (file.name == "watch.textproto") {
      v1::WatchFile proto;
      if (Syntax(file, &proto)) set_->watch_ = ReadWatchRules(proto, file.name, &faults_);
    } else if (file.name == "exit_test.textproto") {
      v1::ExitStandardFile proto;
      if (Syntax(file, &proto)) set_->standards_ = ReadExitStandards(proto, file.name, &faults_);
    } else {
      Note("PROCEDURE_SYNTAX", file.name,
           "*.procedure.textproto, statuses.textproto, holidays.textproto, watch.textproto, "
           "exit_test.textproto");
    }
  }

  absl::StatusOr<std::shared_ptr<const ProcedureSet>> Finish() {
    set_->calendar_ = WorkCalendar(std::move(free_), std::move(working_));
    for (const Procedure& procedure : set_->procedures_) CheckStatuses(procedure);
    for (const WatchRule& rule : set_->watch_) CheckWatch(rule);
    if (!faults_.empty()) {
      if (faults_.size() > kMaxProblems) faults_.resize(kMaxProblems);
      return ProblemStatus(absl::StatusCode::kInvalidArgument, faults_);
    }
    return std::shared_ptr<const ProcedureSet>(std::move(set_));
  }

 private:
  void Note(absl::string_view reason, absl::string_view where, absl::string_view detail) {
    faults_.push_back(Fault(reason, where, detail));
  }

  template <typename Message>
  bool Syntax(const SourceFile& file, Message* proto) {
    const absl::Status status = config::Parse(file.text, file.name, proto);
    if (!status.ok()) Note("PROCEDURE_SYNTAX", file.name, status.message());
    return status.ok();
  }

  absl::CivilDay DayOf(const std::string& text, const std::string& where) {
    const auto day = ParseDay(text);
    if (!day) Note("PROCEDURE_DATE", where, text);
    return day.value_or(absl::CivilDay());
  }
  std::optional<absl::CivilDay> LastDayOf(const std::string& text, absl::CivilDay from,
                                          const std::string& where) {
    if (text.empty()) return std::nullopt;
    const absl::CivilDay day = DayOf(text, where);
    if (day < from) Note("PROCEDURE_DATE", where, text);
    return day;
  }

  Text TextOf(const std::string& zh, const std::string& en, const std::string& where,
              absl::string_view what) {
    if (zh.empty() || en.empty()) Note("PROCEDURE_TEXT", where, what);
    return {zh, en};
  }

  Certainty CertaintyOf(v1::Certainty certainty, const std::string& where) {
    if (certainty == v1::CERTAINTY_UNSPECIFIED) Note("PROCEDURE_TEXT", where, "certainty");
    return certainty == v1::CERTAINTY_UNSPECIFIED ? Certainty::kExample
                                                  : static_cast<Certainty>(certainty);
  }

  Period PeriodOf(const v1::Period& proto, const std::string& where, absl::string_view what) {
    if (proto.days() < 1 || proto.days() > kMaxDays || proto.kind() == v1::DAY_KIND_UNSPECIFIED) {
      Note("PROCEDURE_PERIOD", where, what);
    }
    return {proto.days(), proto.kind() == v1::DAY_KIND_WORKING};
  }

  int LevelOf(const std::string& name, const std::string& where) {
    const auto found = std::find(levels_.begin(), levels_.end(), name);
    if (found == levels_.end()) {
      Note("PROCEDURE_LEVEL", where, name);
      return 0;
    }
    return static_cast<int>(found - levels_.begin());
  }

  size_t StepOf(const Procedure& procedure, const std::string& id, const std::string& where) {
    const auto step = procedure.FindStep(id);
    if (!step) Note("PROCEDURE_TARGET", where, id);
    return step.value_or(0);
  }

  void ReadStatus(const v1::Status& proto) {
    const std::string where = absl::StrCat(file_, " ", proto.code());
    if (!IsId(proto.code()) || proto.code() == kNone || set_->FindStatus(proto.code()) != nullptr) {
      Note("PROCEDURE_ID", where, proto.code());
    }
    Status status;
    status.code = proto.code();
    status.name = TextOf(proto.name_zh(), proto.name_en(), where, "name");
    status.valid_from = DayOf(proto.valid_from(), where);
    status.valid_to = LastDayOf(proto.valid_to(), status.valid_from, where);
    status.monitored = proto.monitored();
    status.poor = proto.poor();
    if (proto.standing() == v1::STANDING_UNSPECIFIED) {
      Note("PROCEDURE_TEXT", where, "standing");
    } else {
      status.standing = static_cast<Standing>(proto.standing());
    }
    status.certainty = CertaintyOf(proto.certainty(), where);
    set_->statuses_.push_back(std::move(status));
  }

  void ReadYear(const v1::Year& proto) {
    const std::string where = absl::StrCat(file_, " ", proto.year());
    if (proto.source_zh().empty()) Note("PROCEDURE_TEXT", where, "source_zh");
    CertaintyOf(proto.certainty(), where);
    const auto read = [&](const auto& days, std::set<absl::CivilDay>* into) {
      for (const std::string& day : days) {
        into->insert(DayOf(absl::StrCat(proto.year(), "-", day), where));
      }
    };
    read(proto.free(), &free_);
    read(proto.working(), &working_);
  }

  void ReadCondition(const v1::Condition& proto, const std::string& where,
                     std::vector<Condition>* conditions) {
    const auto permille = [&](int value, absl::string_view what) {
      if (value < 1 || value > 1000) Note("PROCEDURE_CONDITION", where, what);
      return value;
    };
    switch (proto.kind_case()) {
      case v1::Condition::kSurvey:
        if (proto.survey().within_days() < 1 || proto.survey().within_days() > kMaxDays) {
          Note("PROCEDURE_CONDITION", where, "survey.within_days");
        }
        conditions->push_back(SurveyDone{proto.survey().within_days()});
        return;
      case v1::Condition::kComparison: {
        const int severity = SeverityOf(proto.comparison().no_open_severity());
        if (severity == 0) Note("PROCEDURE_CONDITION", where, "comparison.no_open_severity");
        conditions->push_back(Comparison{severity});
        return;
      }
      case v1::Condition::kMeeting:
        conditions->push_back(
            Meeting{permille(proto.meeting().quorum_permille(), "meeting.quorum_permille"),
                    permille(proto.meeting().approve_permille(), "meeting.approve_permille"),
                    proto.meeting().photo()});
        return;
      case v1::Condition::kEvidence:
        if (!IsId(proto.evidence().kind())) Note("PROCEDURE_CONDITION", where, "evidence.kind");
        conditions->push_back(Evidence{
            proto.evidence().kind(),
            TextOf(proto.evidence().name_zh(), proto.evidence().name_en(), where, "evidence")});
        return;
      case v1::Condition::kRevisit:
        conditions->push_back(Revisit{permille(proto.revisit().permille(), "revisit.permille")});
        return;
      case v1::Condition::kStableIncome:
        if (proto.stable_income().months() < 1 || proto.stable_income().months() > 120 ||
            proto.stable_income().index_centipoints() < 1 ||
            proto.stable_income().index_centipoints() > 10000) {
          Note("PROCEDURE_CONDITION", where, "stable_income");
        }
        conditions->push_back(StableIncome{proto.stable_income().months(),
                                           proto.stable_income().index_centipoints()});
        return;
      case v1::Condition::kForm:
        conditions->push_back(FormComplete{});
        return;
      case v1::Condition::KIND_NOT_SET:
        Note("PROCEDURE_CONDITION", where, "-");
    }
  }

  void ReadAction(const v1::Action& proto, const Procedure& procedure, const Step& step,
                  const std::string& above, std::vector<Action>* actions) {
    const std::string where = absl::StrCat(above, " ", proto.id());
    Action action;
    action.id = proto.id();
    const bool twice = std::any_of(actions->begin(), actions->end(),
                                   [&](const Action& each) { return each.id == action.id; });
    if (!IsId(action.id) || twice) Note("PROCEDURE_ID", where, action.id);
    action.name = TextOf(proto.name_zh(), proto.name_en(), where, "name");
    action.to = StepOf(procedure, proto.to(), where);
    for (const std::string& level : proto.levels()) action.levels.push_back(LevelOf(level, where));
    std::sort(action.levels.begin(), action.levels.end());
    action.by_applicant = proto.by_applicant();
    action.after_period = proto.after_period();
    action.reason_required = proto.reason_required();
    action.other_than.assign(proto.other_than().begin(), proto.other_than().end());
    for (const auto& condition : proto.conditions()) {
      ReadCondition(condition, where, &action.conditions);
    }
    if (action.levels.empty() && !action.by_applicant) Note("PROCEDURE_NOBODY", where, action.id);
    if (action.after_period && !step.notice) Note("PROCEDURE_STEP", where, action.id);
    actions->push_back(std::move(action));
  }

  // The steps' own rules; actions follow when every step has its number.
  Step ReadStep(const v1::Step& proto, const std::string& above) {
    const std::string where = absl::StrCat(above, " ", proto.id());
    Step step;
    step.id = proto.id();
    step.name = TextOf(proto.name_zh(), proto.name_en(), where, "name");
    if (proto.has_notice() && proto.has_end()) Note("PROCEDURE_STEP", where, step.id);
    if (proto.has_end() != proto.actions().empty()) Note("PROCEDURE_STEP", where, step.id);
    if (proto.has_notice()) {
      const v1::NoticeRule& rule = proto.notice();
      NoticeRule notice;
      notice.type = rule.type();
      if (!IsNoticeType(rule.type())) Note("PROCEDURE_NOTICE_TYPE", where, rule.type());
      notice.level = LevelOf(rule.level(), where);
      notice.period = PeriodOf(rule.period(), where, "notice.period");
      if (rule.title_zh().empty()) Note("PROCEDURE_TEXT", where, "notice.title_zh");
      if (rule.text_zh().empty()) Note("PROCEDURE_TEXT", where, "notice.text_zh");
      notice.title_zh = rule.title_zh();
      notice.text_zh = rule.text_zh();
      step.notice = std::move(notice);
    }
    if (proto.has_end()) {
      if (proto.end().outcome() == v1::OUTCOME_UNSPECIFIED) {
        Note("PROCEDURE_STEP", where, step.id);
      } else {
        step.end = static_cast<Outcome>(proto.end().outcome());
      }
      if (proto.end().has_appeal_within()) {
        step.appeal_within = PeriodOf(proto.end().appeal_within(), where, "end.appeal_within");
      }
      const bool appeals = !proto.end().appeal_to().empty();
      if (appeals != proto.end().has_appeal_within() ||
          appeals != (step.end == Outcome::kRefused)) {
        Note("PROCEDURE_STEP", where, "appeal_to");
      }
    }
    if (proto.has_due()) step.due = PeriodOf(proto.due(), where, "due");
    return step;
  }

  void ReadProcedure(const v1::Procedure& proto) {
    const std::string where = absl::StrCat(file_, " ", proto.id());
    Procedure procedure;
    procedure.id = proto.id();
    procedure.version = proto.version();
    if (!IsId(proto.id()) || proto.version() < 1 ||
        set_->Find(proto.id(), proto.version()) != nullptr) {
      Note("PROCEDURE_ID", where, proto.id());
    }
    procedure.name = TextOf(proto.name_zh(), proto.name_en(), where, "name");
    if (proto.purpose() == v1::PURPOSE_UNSPECIFIED) {
      Note("PROCEDURE_TEXT", where, "purpose");
    } else {
      procedure.purpose = static_cast<Purpose>(proto.purpose());
    }
    procedure.valid_from = DayOf(proto.valid_from(), where);
    procedure.valid_to = LastDayOf(proto.valid_to(), procedure.valid_from, where);
    if (proto.basis().empty()) Note("PROCEDURE_TEXT", where, "basis");
    for (const auto& basis : proto.basis()) {
      procedure.basis.push_back({TextOf(basis.text_zh(), basis.text_en(), where, "basis"),
                                 CertaintyOf(basis.certainty(), where)});
    }
    procedure.from_statuses.assign(proto.from_statuses().begin(), proto.from_statuses().end());
    procedure.granted_statuses.assign(proto.granted_statuses().begin(),
                                      proto.granted_statuses().end());
    if (procedure.from_statuses.empty()) Note("PROCEDURE_STATUS", where, "from_statuses");
    if (procedure.granted_statuses.empty()) Note("PROCEDURE_STATUS", where, "granted_statuses");
    if (proto.has_decide_within()) {
      procedure.decide_within = PeriodOf(proto.decide_within(), where, "decide_within");
    }
    for (const auto& step : proto.steps()) {
      if (!IsId(step.id()) || procedure.FindStep(step.id())) {
        Note("PROCEDURE_ID", absl::StrCat(where, " ", step.id()), step.id());
      }
      procedure.steps.push_back(ReadStep(step, where));
    }
    for (int i = 0; i < proto.steps_size(); ++i) {
      Step& step = procedure.steps[static_cast<size_t>(i)];
      const std::string place = absl::StrCat(where, " ", step.id);
      if (step.notice) {
        step.notice->substantiated_to =
            StepOf(procedure, proto.steps(i).notice().substantiated_to(), place);
      }
      if (step.end == Outcome::kRefused) {
        step.appeal_to = StepOf(procedure, proto.steps(i).end().appeal_to(), place);
      }
      std::vector<Action> actions;
      for (const auto& action : proto.steps(i).actions()) {
        ReadAction(action, procedure, step, place, &actions);
      }
      step.actions = std::move(actions);
    }
    CheckReferences(procedure, where);
    // Of a procedure with broken parts nothing could be said.
    if (faults_.empty()) {
      for (Problem& fault : Prove(procedure, where)) faults_.push_back(std::move(fault));
    }
    set_->procedures_.push_back(std::move(procedure));
  }

  void CheckReferences(const Procedure& procedure, const std::string& where) {
    std::set<std::string> ids;
    for (const Step& step : procedure.steps) {
      for (const Action& action : step.actions) ids.insert(action.id);
    }
    for (const Step& step : procedure.steps) {
      for (const Action& action : step.actions) {
        const std::string place = absl::StrCat(where, " ", step.id, " ", action.id);
        for (const std::string& other : action.other_than) {
          if (ids.count(other) == 0) Note("PROCEDURE_TARGET", place, other);
        }
        if (procedure.steps[action.to].end == Outcome::kRefused && !action.reason_required) {
          Note("PROCEDURE_REASON", place, action.id);
        }
      }
    }
  }

  void CheckStatuses(const Procedure& procedure) {
    for (const std::string& code : procedure.from_statuses) {
      if (code != kNone && set_->FindStatus(code) == nullptr) {
        Note("PROCEDURE_STATUS", procedure.id, code);
      }
    }
    // On every day a case may be opened there is a status to give: the days at which that could
    // change are the first ones after a status ends.
    std::vector<absl::CivilDay> days = {procedure.valid_from};
    bool known = true;
    for (const std::string& code : procedure.granted_statuses) {
      const Status* status = set_->FindStatus(code);
      if (status == nullptr) {
        Note("PROCEDURE_STATUS", procedure.id, code);
        known = false;
      } else if (status->valid_to) {
        days.push_back(*status->valid_to + 1);
      }
    }
    for (const absl::CivilDay day : days) {
      if (!known || !procedure.OpensOn(day)) continue;
      const bool any = std::any_of(procedure.granted_statuses.begin(),
                                   procedure.granted_statuses.end(), [&](const std::string& code) {
                                     const Status* status = set_->FindStatus(code);
                                     return day >= status->valid_from &&
                                            (!status->valid_to || day <= *status->valid_to);
                                   });
      if (!any) Note("PROCEDURE_STATUS", procedure.id, absl::FormatCivilTime(day));
    }
  }

  // What is suggested of a status must be possible for it by some procedure.
  void CheckWatch(const WatchRule& rule) {
    for (const std::string& code : rule.from_statuses) {
      const bool possible = std::any_of(
          set_->procedures_.begin(), set_->procedures_.end(), [&](const Procedure& procedure) {
            return std::find(rule.purposes.begin(), rule.purposes.end(), procedure.purpose) !=
                       rule.purposes.end() &&
                   std::find(procedure.from_statuses.begin(), procedure.from_statuses.end(),
                             code) != procedure.from_statuses.end();
          });
      if (!possible) Note("PROCEDURE_STATUS", absl::StrCat("watch.textproto ", rule.id), code);
    }
  }

  const std::vector<std::string>& levels_;
  std::unique_ptr<ProcedureSet> set_;
  std::string file_;
  std::set<absl::CivilDay> free_;
  std::set<absl::CivilDay> working_;
  std::vector<Problem> faults_;
};

absl::StatusOr<std::shared_ptr<const ProcedureSet>> ProcedureSet::Parse(
    const std::vector<SourceFile>& files, const std::vector<std::string>& levels) {
  SetReader reader(levels);
  for (const SourceFile& file : files) reader.Read(file);
  return reader.Finish();
}

absl::StatusOr<std::shared_ptr<const ProcedureSet>> ProcedureSet::Load(
    const std::string& folder, const std::vector<std::string>& levels) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename();
    if (absl::EndsWith(name, ".textproto")) names.push_back(name);
  }
  if (names.empty()) {
    return ProblemStatus(absl::StatusCode::kNotFound, {Fault("PROCEDURE_FOLDER", "", folder)});
  }
  std::sort(names.begin(), names.end());
  std::vector<SourceFile> files;
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(std::string text, config::ReadFile(absl::StrCat(folder, "/", name)));
    files.push_back({name, std::move(text)});
  }
  return Parse(files, levels);
}

const Procedure* ProcedureSet::Find(absl::string_view id, int version) const {
  for (const Procedure& each : procedures_) {
    if (each.id == id && each.version == version) return &each;
  }
  return nullptr;
}

const Procedure* ProcedureSet::ForPurpose(Purpose purpose, absl::CivilDay day) const {
  const Procedure* best = nullptr;
  for (const Procedure& each : procedures_) {
    if (each.purpose != purpose || !each.OpensOn(day)) continue;
    if (best == nullptr ||
        std::tie(each.valid_from, each.version) > std::tie(best->valid_from, best->version)) {
      best = &each;
    }
  }
  return best;
}

const Procedure* ProcedureSet::Newest(absl::string_view id, absl::CivilDay day) const {
  const Procedure* best = nullptr;
  for (const Procedure& each : procedures_) {
    if (each.id != id || !each.OpensOn(day)) continue;
    if (best == nullptr || each.version > best->version) best = &each;
  }
  return best;
}

const Status* ProcedureSet::FindStatus(absl::string_view code) const {
  for (const Status& each : statuses_) {
    if (each.code == code) return &each;
  }
  return nullptr;
}

const Procedure* ProcedureSet::ForStatus(const std::vector<Purpose>& purposes,
                                         absl::string_view status, absl::CivilDay day) const {
  for (const Purpose purpose : purposes) {
    const Procedure* best = nullptr;
    for (const Procedure& each : procedures_) {
      if (each.purpose != purpose || !each.OpensOn(day) ||
          std::find(each.from_statuses.begin(), each.from_statuses.end(), status) ==
              each.from_statuses.end()) {
        continue;
      }
      if (best == nullptr ||
          std::tie(each.valid_from, each.version) > std::tie(best->valid_from, best->version)) {
        best = &each;
      }
    }
    if (best != nullptr) return best;
  }
  return nullptr;
}

const ExitStandard* ProcedureSet::StandardOn(absl::CivilDay day) const {
  for (const ExitStandard& each : standards_) {
    if (day >= each.valid_from && (!each.valid_to || day <= *each.valid_to)) return &each;
  }
  return nullptr;
}

}  // namespace fupin::procedure
