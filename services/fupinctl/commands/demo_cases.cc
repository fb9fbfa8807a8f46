// Cases of the demonstration, on synthetic data (合成数据): some households in every step of their
// procedures, with notices that hang, an objection, refusals and registrations.
//
//   fupinctl demo-cases plan                    prints "county township village village"
//   fupinctl demo-cases run --clock_file=FILE   leads the cases, day by day, up to today
//
// FILE is identification's --synthetic_clock_file: days of the past go by in it. Officers act with
// certificates officer-<division>-<name> of the folder --certs: cun1 (village), xiang1, xiang2
// (township), xian1, xian2 (county).
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/client_context.h>

#include "absl/flags/flag.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "fupin/identification/v1/case_service.grpc.pb.h"
#include "fupin/identification/v1/identification_service.grpc.pb.h"
#include "fupin/identification/v1/notice_service.grpc.pb.h"
#include "libs/config/config.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/fupinctl/commands/demo_life.h"

ABSL_FLAG(std::string, clock_file, "", "demo-cases: identification's --synthetic_clock_file");
ABSL_FLAG(std::string, root, "52", "demo-cases: division whose households are looked through");

namespace fupin::fupinctl {
namespace {

namespace v1 = identification::v1;
using v1::CaseService;
using v1::IdentificationService;
using v1::NoticeService;

constexpr int kDays = 26;
constexpr size_t kVillages = 3;

// A grey picture of one point: a PNG.
std::string Picture() {
  return absl::HexStringToBytes(
      "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
      "0000000a49444154789c636800000082008177cd72b60000000049454e44ae426082");
}

template <typename StubType, typename Request, typename Response>
absl::StatusOr<Response> Call(StubType& stub,
                              grpc::Status (StubType::*method)(grpc::ClientContext*, const Request&,
                                                               Response*),
                              const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
  Response response;
  RETURN_IF_ERROR(rpc::FromGrpc((stub.*method)(&context, request, &response)));
  return response;
}

std::string VillageOf(const std::string& division) { return division.substr(0, 12); }
std::string TownshipOf(const std::string& division) { return division.substr(0, 9); }
std::string CountyOf(const std::string& division) { return division.substr(0, 6); }

// Poor and possibly poor households without a finding, by village; of the township that has most.
absl::StatusOr<std::map<std::string, std::vector<std::string>>> Candidates() {
  auto stub = IdentificationService::NewStub(IdentificationChannel("operator-admin"));
  std::map<std::string, std::map<std::string, std::vector<std::string>>> by_township;
  v1::ListHouseholdsRequest request;
  request.set_division(absl::GetFlag(FLAGS_root));
  request.set_page_size(500);
  // The poor first: they come first in the procedures too.
  for (const auto poverty_class : {v1::POVERTY_CLASS_POOR, v1::POVERTY_CLASS_POSSIBLY_POOR}) {
    do {
      request.set_poverty_class(poverty_class);
      ASSIGN_OR_RETURN(const auto page,
                       Call(*stub, &IdentificationService::Stub::ListHouseholds, request));
      for (const auto& household : page.households()) {
        if (household.open_finding_count() > 0 || household.division().size() < 12) continue;
        by_township[TownshipOf(household.division())][VillageOf(household.division())].push_back(
            household.name());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
  }
  if (by_township.empty()) return absl::NotFoundError("no poor household without a finding");
  const auto size = [](const auto& villages) {
    std::vector<size_t> sizes;
    for (const auto& [village, names] : villages) sizes.push_back(names.size());
    std::sort(sizes.rbegin(), sizes.rend());
    size_t sum = 0;
    for (size_t i = 0; i < std::min(kVillages, sizes.size()); ++i) sum += sizes[i];
    return sum;
  };
  const auto best = std::max_element(
      by_township.begin(), by_township.end(),
      [&](const auto& a, const auto& b) { return size(a.second) < size(b.second); });
  auto villages = best->second;
  while (villages.size() > kVillages) {
    villages.erase(std::min_element(
        villages.begin(), villages.end(),
        [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); }));
  }
  return villages;
}

// A case on its way.
struct Driven {
  std::string household;
  std::string village;
  std::string procedure;
  std::string until;  // step to stop at
  int start = 0;      // days before today
  bool post = true;   // false: stops before a notice of the last step is posted
  std::string name;
};

class Driver {
 public:
  explicit Driver(const std::string& village) {
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

  absl::Status Open(Driven* driven) {
    v1::OpenCaseRequest request;
    request.set_request_id(absl::StrCat(
        "demo-", driven->household.substr(driven->household.size() - 12), "-", driven->procedure));
    request.set_household(driven->household);
    request.set_procedure(driven->procedure);
    request.set_lead("演示:走访发现家庭收入低(合成数据)");
    ASSIGN_OR_RETURN(const v1::Case opened,
                     Call(*cases_[1], &CaseService::Stub::OpenCase, request));
    driven->name = opened.name();
    return absl::OkStatus();
  }

  // As far as it may go now, or to the step it stops at.
  absl::Status Advance(const Driven& driven) {
    for (int round = 0; round < 40; ++round) {
      ASSIGN_OR_RETURN(const v1::Case now, Get(driven.name, 0));
      if (now.outcome() != procedure::v1::OUTCOME_UNSPECIFIED) return absl::OkStatus();
      const bool last = now.step() == driven.until;
      if (now.needs_posting() && (!last || driven.post)) {
        ASSIGN_OR_RETURN(const bool posted, Post(now));
        if (posted) continue;
      }
      if (last) return absl::OkStatus();
      ASSIGN_OR_RETURN(const bool moved, Step(driven.name));
      if (!moved) return absl::OkStatus();
    }
    return absl::InternalError(absl::StrCat("a case goes round in circles: ", driven.name));
  }

  absl::Status Refuse(const std::string& name, const std::string& reason) {
    for (size_t who = 0; who < cases_.size(); ++who) {
      ASSIGN_OR_RETURN(const v1::Case now, Get(name, who));
      for (const v1::CaseOption& option : now.options()) {
        if (!option.allowed() || !absl::StartsWith(option.action(), "refuse")) continue;
        return Act(name, who, option.action(), reason).status();
      }
    }
    return absl::NotFoundError("nobody may refuse here");
  }
  absl::Status Withdraw(const std::string& name) {
    return Act(name, 0, "withdraw", "不再申请(合成数据)").status();
  }
  absl::Status Object(const std::string& name) {
    ASSIGN_OR_RETURN(const v1::Case now, Get(name, 0));
    v1::CreateObjectionRequest request;
    request.set_notice(now.notice().notice());
    request.set_entry(1);
    request.set_text("听说他家在县城有房,请核实(合成数据)");
    auto anyone = NoticeService::NewStub(IdentificationChannel("operator-admin"));
    return Call(*anyone, &NoticeService::Stub::CreateObjection, request).status();
  }
  absl::StatusOr<v1::Case> Get(const std::string& name, size_t who) {
    v1::GetCaseRequest request;
    request.set_name(name);
    return Call(*cases_[who], &CaseService::Stub::GetCase, request);
  }

 private:
  absl::StatusOr<v1::Case> Act(const std::string& name, size_t who, const std::string& action,
                               const std::string& reason) {
    v1::ActOnCaseRequest request;
    request.set_name(name);
    request.set_action(action);
    request.set_reason(reason);
    return Call(*cases_[who], &CaseService::Stub::ActOnCase, request);
  }

  absl::StatusOr<bool> Post(const v1::Case& now) {
    for (size_t who = 0; who < notices_.size(); ++who) {
      v1::PostNoticeRequest request;
      request.set_request_id(absl::StrCat("post-", ++requests_));
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
  absl::StatusOr<bool> Step(const std::string& name) {
    for (size_t who = 0; who < cases_.size(); ++who) {
      ASSIGN_OR_RETURN(const v1::Case now, Get(name, who));
      if (now.options().empty()) return false;
      const v1::CaseOption& way = now.options(0);
      if (way.allowed()) {
        RETURN_IF_ERROR(Act(name, who, way.action(), "").status());
        return true;
      }
      const std::string& why = way.refusal_reason();
      if (why == "MEETING_MISSING") {
        v1::RecordMeetingRequest meeting;
        meeting.set_name(name);
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
        evidence.set_name(name);
        evidence.set_kind("authorisation");
        evidence.set_content(Picture());
        RETURN_IF_ERROR(Call(*cases_[who], &CaseService::Stub::AttachEvidence, evidence).status());
        return true;
      }
      if (why == "REVISIT_MISSING") {
        v1::RecordRevisitRequest revisit;
        revisit.set_name(name);
        revisit.set_note("复查属实(合成数据)");
        RETURN_IF_ERROR(Call(*cases_[who], &CaseService::Stub::RecordRevisit, revisit).status());
        return true;
      }
      if (why == "FORM_INCOMPLETE" && now.form().main_cause().empty()) {
        v1::FillFormRequest form;
        form.set_name(name);
        form.mutable_form()->set_main_cause("illness");
        form.mutable_form()->add_other_causes("labour");
        RETURN_IF_ERROR(Call(*cases_[who], &CaseService::Stub::FillForm, form).status());
        return true;
      }
    }
    return false;
  }

  std::vector<std::unique_ptr<CaseService::Stub>> cases_;
  std::vector<std::unique_ptr<NoticeService::Stub>> notices_;
  std::vector<std::string> divisions_;
  int requests_ = 0;
};

absl::Status SetClock(int days_ago) {
  RETURN_IF_ERROR(
      config::WriteFile(absl::GetFlag(FLAGS_clock_file), absl::StrCat(-86400 * days_ago, "\n")));
  absl::SleepFor(absl::Milliseconds(250));  // it is looked at ten times a second
  return absl::OkStatus();
}

struct Stop {
  const char* procedure;
  const char* until;
  int start;
  int many;
  bool post;
};
// So that each is in its step today, and a notice that is to hang was posted a few days ago.
constexpr Stop kStops[] = {
    {"registration-2014", "granted", 25, 3, true},
    {"registration-2014", "form", 25, 1, true},
    {"registration-2014", "announcement", 19, 2, true},
    {"registration-2014", "approved", 18, 2, true},
    {"registration-2014", "proposed", 17, 2, true},
    {"registration-2014", "second_notice", 11, 2, true},
    {"registration-2014", "reviewed", 9, 2, true},
    {"registration-2014", "first_notice", 3, 2, true},
    {"registration-2014", "appraised", 1, 2, true},
    {"registration-2014", "compared", 1, 1, true},
    {"registration-2014", "received", 1, 2, true},
    {"monitoring-2021", "lead", 1, 2, true},
    {"registration-2014", "first_notice", 0, 2, false},
};

absl::Status Run() {
  ASSIGN_OR_RETURN(const auto villages, Candidates());
  std::vector<Driven> cases;
  std::map<std::string, std::unique_ptr<Driver>> drivers;
  std::vector<std::pair<std::string, std::string>> pool;  // village, household: in turns
  for (size_t i = 0;; ++i) {
    bool any = false;
    for (const auto& [village, households] : villages) {
      if (i >= households.size()) continue;
      pool.emplace_back(village, households[i]);
      any = true;
    }
    if (!any) break;
  }
  for (const auto& [village, households] : villages) {
    drivers[village] = std::make_unique<Driver>(village);
  }
  size_t next = 0;
  const auto take = [&](const Stop& stop) -> Driven* {
    if (next >= pool.size()) return nullptr;
    const auto& [village, household] = pool[next++];
    cases.push_back({.household = household,
                     .village = village,
                     .procedure = stop.procedure,
                     .until = stop.until,
                     .start = stop.start,
                     .post = stop.post});
    return &cases.back();
  };
  cases.reserve(pool.size());
  for (const Stop& stop : kStops) {
    for (int i = 0; i < stop.many; ++i) take(stop);
  }
  Driven* refused = take({"registration-2014", "compared", 6, 1, true});
  Driven* withdrawn = take({"registration-2014", "received", 5, 1, true});
  ASSIGN_OR_RETURN(DemoLife life, DemoLife::Make());
  for (int day = kDays; day >= 0; --day) {
    RETURN_IF_ERROR(SetClock(day));
    // An hour before the day's work, so that it lies in the past of every clock.
    RETURN_IF_ERROR(life.Day(day, absl::Now() - absl::Hours(24 * day + 1)));
    for (Driven& each : cases) {
      if (each.start < day) continue;
      Driver& driver = *drivers[each.village];
      if (each.name.empty()) RETURN_IF_ERROR(driver.Open(&each));
      RETURN_IF_ERROR(driver.Advance(each));
      if (day == 5 && &each == refused) {
        RETURN_IF_ERROR(driver.Refuse(each.name, "名下有非生产性车辆(合成数据)"));
      }
      if (day == 4 && &each == withdrawn) RETURN_IF_ERROR(driver.Withdraw(each.name));
    }
  }
  for (const Driven& each : cases) {
    ASSIGN_OR_RETURN(const v1::Case now, drivers[each.village]->Get(each.name, 0));
    if (now.step() != "first_notice" || !now.has_notice()) continue;
    RETURN_IF_ERROR(drivers[each.village]->Object(each.name));
    break;
  }
  std::map<std::string, int> steps;
  for (const Driven& each : cases) {
    ASSIGN_OR_RETURN(const v1::Case now, drivers[each.village]->Get(each.name, 0));
    ++steps[absl::StrCat(now.procedure_zh(), " · ", now.step_zh(), " / ", now.step_en())];
  }
  std::printf("\n== 办件 / cases ==\n");
  for (const auto& [step, many] : steps) std::printf("%4d  %s\n", many, step.c_str());
  return absl::OkStatus();
}

}  // namespace

int DemoCasesCommand(const Arguments& arguments) {
  if (arguments.size() == 1 && arguments[0] == "plan") {
    const auto villages = Candidates();
    if (!villages.ok()) return Report(villages.status());
    const std::string any = villages->begin()->first;
    std::printf("%s %s", CountyOf(any).c_str(), TownshipOf(any).c_str());
    for (const auto& [village, households] : *villages) std::printf(" %s", village.c_str());
    std::printf("\n");
    return kOk;
  }
  if (arguments.size() == 1 && arguments[0] == "run" && !absl::GetFlag(FLAGS_clock_file).empty()) {
    return Report(Run());
  }
  std::fprintf(stderr, "fupinctl demo-cases plan | run --clock_file=FILE\n");
  return kUsage;
}

}  // namespace fupin::fupinctl
