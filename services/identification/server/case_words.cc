#include "services/identification/server/case_words.h"

#include <utility>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/identification/domain/reasons.h"

namespace fupin::identification {

google::protobuf::Timestamp ToTimestampMs(int64_t ms) {
  return google::protobuf::util::TimeUtil::MillisecondsToTimestamp(ms);
}

absl::StatusOr<const procedure::Procedure*> ProcedureOf(const procedure::ProcedureSet& set,
                                                        const store::StoredCase& stored) {
  const auto* procedure = set.Find(stored.procedure(), stored.procedure_version());
  if (procedure == nullptr) {
    return Refuse("PROCEDURE_GONE", "procedure",
                  absl::StrCat(stored.procedure(), " ", stored.procedure_version()));
  }
  return procedure;
}

absl::StatusOr<CaseState> ToState(const procedure::Procedure& procedure,
                                  const store::StoredCase& stored) {
  const auto step = procedure.FindStep(stored.step());
  if (!step) {
    return Refuse("PROCEDURE_GONE", "step", absl::StrCat(stored.procedure(), " ", stored.step()));
  }
  CaseState state;
  state.procedure = stored.procedure();
  state.version = stored.procedure_version();
  state.step = *step;
  state.opened = absl::FromUnixMillis(stored.open_ms());
  state.entered = absl::FromUnixMillis(stored.enter_ms());
  if (stored.post_ms() > 0) {
    state.notice = PostedNotice{absl::FromUnixMillis(stored.post_ms()),
                                absl::FromUnixMillis(stored.notice_end_ms())};
  }
  if (stored.has_meeting()) {
    const store::StoredMeeting& meeting = stored.meeting();
    state.meeting = MeetingRecord{.entitled = meeting.entitled(),
                                  .present = meeting.present(),
                                  .in_favour = meeting.in_favour(),
                                  .against = meeting.against(),
                                  .photo = meeting.photo(),
                                  .recorder = meeting.recorder()};
  }
  for (const auto& item : stored.evidence()) state.evidence.push_back({item.kind(), item.by()});
  state.drawn = stored.drawn();
  state.revisitor = stored.revisitor();
  state.open_objections = stored.open_objections();
  state.last_actor.insert(stored.last_actor().begin(), stored.last_actor().end());
  state.status = stored.status();
  return state;
}

void FromState(const CaseFlow& flow, const CaseState& state, store::StoredCase* stored) {
  const procedure::Step& step = flow.StepOf(state);
  const bool moved =
      stored->step() != step.id || stored->enter_ms() != absl::ToUnixMillis(state.entered);
  stored->set_procedure(state.procedure);
  stored->set_procedure_version(state.version);
  stored->set_step(step.id);
  stored->set_open_ms(absl::ToUnixMillis(state.opened));
  stored->set_enter_ms(absl::ToUnixMillis(state.entered));
  const auto due = flow.DueOf(state);
  stored->set_due_ms(due ? absl::ToUnixMillis(*due) : 0);
  stored->set_outcome(step.end ? static_cast<int>(*step.end) : 0);
  stored->set_status(state.status);
  stored->set_post_ms(state.notice ? absl::ToUnixMillis(state.notice->posted) : 0);
  stored->set_notice_end_ms(state.notice ? absl::ToUnixMillis(state.notice->ends) : 0);
  if (!state.notice) stored->clear_notice();
  if (state.meeting) {
    store::StoredMeeting* meeting = stored->mutable_meeting();
    meeting->set_entitled(state.meeting->entitled);
    meeting->set_present(state.meeting->present);
    meeting->set_in_favour(state.meeting->in_favour);
    meeting->set_against(state.meeting->against);
    meeting->set_photo(state.meeting->photo);
    meeting->set_recorder(state.meeting->recorder);
  } else {
    stored->clear_meeting();
  }
  // Evidence is only ever added within a step.
  if (moved) stored->clear_evidence();
  for (size_t i = static_cast<size_t>(stored->evidence_size()); i < state.evidence.size(); ++i) {
    auto* item = stored->add_evidence();
    item->set_kind(state.evidence[i].kind);
    item->set_by(state.evidence[i].by);
  }
  stored->set_drawn(state.drawn);
  stored->set_revisitor(state.revisitor);
  stored->set_open_objections(state.open_objections);
  stored->mutable_last_actor()->clear();
  stored->mutable_last_actor()->insert(state.last_actor.begin(), state.last_actor.end());
}

std::string CaseName(absl::string_view id) { return absl::StrCat("cases/", id); }

absl::StatusOr<std::string> ParseCaseName(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, "cases/")) return Refuse("CASE_NOT_FOUND", "name");
  return std::string(name);
}

}  // namespace fupin::identification
