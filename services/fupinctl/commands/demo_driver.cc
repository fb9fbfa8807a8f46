#include "services/fupinctl/commands/demo_driver.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/demo_call.h"

namespace fupin::fupinctl {
namespace {

namespace v1 = identification::v1;
using v1::CaseService;
using v1::NoticeService;

// A grey picture of one point: a PNG.
std::string Picture() {
  return absl::HexStringToBytes(
      "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
      "0000000a49444154789c636800000082008177cd72b60000000049454e44ae426082");
}

}  // namespace

std::string VillageOf(const std::string& division) { return division.substr(0, 12); }
std::string TownshipOf(const std::string& division) { return division.substr(0, 9); }
std::string CountyOf(const std::string& division) { return division.substr(0, 6); }

DemoDriver::DemoDriver(const std::string& village, DemoTablet& tablet) : tablet_(tablet) {
  for (const auto& [division, who] :
       {std::pair(village, "cun1"), std::pair(TownshipOf(village), "xiang1"),
        std::pair(TownshipOf(village), "xiang2"), std::pair(CountyOf(village), "xian1"),
        std::pair(CountyOf(village), "xian2")}) {
    const auto channel = IdentificationChannel(absl::StrCat("officer-", division, "-", who));
    cases_.push_back(CaseService::NewStub(channel));
    notices_.push_back(NoticeService::NewStub(channel));
    divisions_.push_back(division);
  }
}

absl::StatusOr<std::string> DemoDriver::Open(const std::string& household,
                                             const std::string& procedure,
                                             const std::string& lead) {
  v1::OpenCaseRequest request;
  request.set_request_id(
      absl::StrCat("demo-", household.substr(household.size() - 12), "-", procedure));
  request.set_household(household);
  request.set_procedure(procedure);
  request.set_lead(lead);
  ASSIGN_OR_RETURN(const v1::Case opened, Call(*cases_[1], &CaseService::Stub::OpenCase, request));
  return opened.name();
}

absl::Status DemoDriver::Advance(const std::string& name, const std::string& until, bool post,
                                 absl::Time now) {
  for (int round = 0; round < 40; ++round) {
    ASSIGN_OR_RETURN(const v1::Case at, Get(name));
    if (at.outcome() != procedure::v1::OUTCOME_UNSPECIFIED) return absl::OkStatus();
    const bool last = at.step() == until;
    if (at.needs_posting() && (!last || post)) {
      ASSIGN_OR_RETURN(const bool posted, Post(at));
      if (posted) continue;
    }
    if (last) return absl::OkStatus();
    ASSIGN_OR_RETURN(const bool moved, Step(name, now));
    if (!moved) return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat("a case goes round in circles: ", name));
}

absl::Status DemoDriver::Refuse(const std::string& name, const std::string& reason) {
  for (size_t who = 0; who < cases_.size(); ++who) {
    ASSIGN_OR_RETURN(const v1::Case now, GetAs(who, name));
    for (const v1::CaseOption& option : now.options()) {
      if (!option.allowed() || !absl::StartsWith(option.action(), "refuse")) continue;
      return Act(name, who, option.action(), reason, "").status();
    }
  }
  return absl::NotFoundError("nobody may refuse here");
}

absl::Status DemoDriver::Withdraw(const std::string& name) {
  return Act(name, 0, "withdraw", "不再申请(合成数据)", "").status();
}

absl::Status DemoDriver::Object(const std::string& name) {
  ASSIGN_OR_RETURN(const v1::Case now, Get(name));
  v1::CreateObjectionRequest request;
  request.set_notice(now.notice().notice());
  request.set_entry(1);
  request.set_text("听说他家在县城有房,请核实(合成数据)");
  request.set_request_id(absl::StrCat("demo-", absl::StripPrefix(now.name(), "cases/")));
  auto anyone = NoticeService::NewStub(IdentificationChannel("operator-admin"));
  return Call(*anyone, &NoticeService::Stub::CreateObjection, request).status();
}

absl::StatusOr<v1::Case> DemoDriver::Get(const std::string& name) { return GetAs(0, name); }

absl::StatusOr<v1::Case> DemoDriver::GetAs(size_t who, const std::string& name) {
  v1::GetCaseRequest request;
  request.set_name(name);
  return Call(*cases_[who], &CaseService::Stub::GetCase, request);
}

absl::StatusOr<v1::Case> DemoDriver::Act(const std::string& name, size_t who,
                                         const std::string& action, const std::string& reason,
                                         const std::string& status) {
  v1::ActOnCaseRequest request;
  request.set_name(name);
  request.set_action(action);
  request.set_reason(reason);
  request.set_status(status);
  return Call(*cases_[who], &CaseService::Stub::ActOnCase, request);
}

absl::StatusOr<bool> DemoDriver::Post(const v1::Case& now) {
  for (size_t who = 0; who < notices_.size(); ++who) {
    v1::PostNoticeRequest request;
    // Of this state of this case, also after a run that was cut off.
    request.set_request_id(
        absl::StrCat("post-", absl::StripPrefix(now.name(), "cases/"), "-", now.etag(), "-", who));
    request.set_division(divisions_[who]);
    request.set_procedure(now.procedure());
    request.set_step(now.step());
    request.set_place(who == 0 ? "村委会公示栏" : "政务公开栏");
    request.set_photo(Picture());
    const auto posted = Call(*notices_[who], &NoticeService::Stub::PostNotice, request);
    if (posted.ok()) return true;
    if (ReasonOf(posted.status()) != "CASE_LEVEL_WRONG" &&
        ReasonOf(posted.status()) != "NOTICE_EMPTY") {
      return posted.status();
    }
  }
  return false;
}

// The way on, by whoever may; what it asks for is brought. False: it must wait.
absl::StatusOr<bool> DemoDriver::Step(const std::string& name, absl::Time now) {
  for (size_t who = 0; who < cases_.size(); ++who) {
    ASSIGN_OR_RETURN(const v1::Case at, GetAs(who, name));
    if (at.options().empty()) return false;
    const v1::CaseOption& way = at.options(0);
    if (way.allowed()) {
      const std::string status = way.statuses().empty() ? "" : way.statuses(0);
      RETURN_IF_ERROR(Act(name, who, way.action(), "", status).status());
      return true;
    }
    ASSIGN_OR_RETURN(const bool brought, Bring(who, at, way.refusals(0).reason(), now));
    if (brought) return true;
  }
  return false;
}

absl::StatusOr<bool> DemoDriver::Bring(size_t who, const v1::Case& now, const std::string& why,
                                       absl::Time time) {
  if (why == "SURVEY_OLD") {
    RETURN_IF_ERROR(tablet_.Visit(now.household(), time));
    return true;
  }
  if (why == "MEETING_MISSING") {
    v1::RecordMeetingRequest meeting;
    meeting.set_name(now.name());
    meeting.mutable_meeting()->set_entitled_count(32);
    meeting.mutable_meeting()->set_present_count(27);
    meeting.mutable_meeting()->set_in_favour_count(23);
    meeting.mutable_meeting()->set_against_count(2);
    meeting.set_photo(Picture());
    RETURN_IF_ERROR(Call(*cases_[who], &CaseService::Stub::RecordMeeting, meeting).status());
    return true;
  }
  if (why == "EVIDENCE_MISSING") {
    v1::AttachEvidenceRequest evidence;
    evidence.set_name(now.name());
    evidence.set_kind("authorisation");
    evidence.set_content(Picture());
    RETURN_IF_ERROR(Call(*cases_[who], &CaseService::Stub::AttachEvidence, evidence).status());
    return true;
  }
  if (why == "REVISIT_MISSING") {
    v1::RecordRevisitRequest revisit;
    revisit.set_name(now.name());
    revisit.set_note("复查属实(合成数据)");
    RETURN_IF_ERROR(Call(*cases_[who], &CaseService::Stub::RecordRevisit, revisit).status());
    return true;
  }
  if (why == "FORM_INCOMPLETE" && now.form().main_cause().empty()) {
    // Causes of the synthetic households, by turns.
    constexpr const char* kCauses[] = {"illness", "labour",     "school",
                                       "skill",   "disability", "capital"};
    const size_t turn = static_cast<size_t>(causes_++);
    v1::FillFormRequest form;
    form.set_name(now.name());
    form.mutable_form()->set_main_cause(kCauses[turn % 6]);
    form.mutable_form()->add_other_causes(kCauses[(turn + 1) % 6]);
    RETURN_IF_ERROR(Call(*cases_[who], &CaseService::Stub::FillForm, form).status());
    return true;
  }
  return false;
}

}  // namespace fupin::fupinctl
