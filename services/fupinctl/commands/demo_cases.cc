// Cases of the demonstration, on synthetic data (合成数据): some households in every step of their
// procedures, with notices that hang, an objection, refusals and registrations, and some that were
// registered months ago, exited since then and fell back.
//
//   fupinctl demo-cases plan                    prints "county township village village"
//   fupinctl demo-cases run --clock_file=FILE --key_file=FILE
//                                               leads the cases, day by day, up to today
//
// The clock file is identification's --synthetic_clock_file: days of the past go by in it. The key
// file is what `fupinctl demo` wrote. Certificates of the officers: demo_driver.h.
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "fupin/identification/v1/identification_service.grpc.pb.h"
#include "libs/config/config.h"
#include "libs/status/macros.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/fupinctl/commands/demo_call.h"
#include "services/fupinctl/commands/demo_driver.h"
#include "services/fupinctl/commands/demo_life.h"
#include "services/fupinctl/commands/demo_tablet.h"

ABSL_FLAG(std::string, clock_file, "", "demo-cases: identification's --synthetic_clock_file");
ABSL_FLAG(std::string, root, "52", "demo-cases: division whose households are looked through");
ABSL_DECLARE_FLAG(std::string, key_file);

namespace fupin::fupinctl {
namespace {

namespace v1 = identification::v1;
using v1::IdentificationService;

// Days before today on which the demonstration begins, and from which on every day is gone through.
constexpr int kBegin = 240;
constexpr int kLately = 56;
// In between a day a week is enough, and at the beginning every other.
constexpr int kFirstWeeks = 210;
constexpr size_t kVillages = 9;

// Households with a finding that must be settled before the case goes on.
absl::StatusOr<std::set<std::string>> Doubted(IdentificationService::Stub& stub) {
  std::set<std::string> households;
  v1::ListFindingsRequest request;
  request.set_division(absl::GetFlag(FLAGS_root));
  request.set_page_size(500);
  do {
    ASSIGN_OR_RETURN(const auto page,
                     Call(stub, &IdentificationService::Stub::ListFindings, request));
    for (const auto& finding : page.findings()) {
      if (finding.severity() != catalog::v1::SEVERITY_SERIOUS) continue;
      households.insert(finding.name().substr(0, finding.name().find("/findings/")));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return households;
}

// Households that no serious finding holds up, by village; of the township that has most.
absl::StatusOr<std::map<std::string, std::vector<std::string>>> Candidates() {
  auto stub = IdentificationService::NewStub(IdentificationChannel("operator-admin"));
  ASSIGN_OR_RETURN(const std::set<std::string> doubted, Doubted(*stub));
  std::map<std::string, std::map<std::string, std::vector<std::string>>> by_township;
  v1::ListHouseholdsRequest request;
  request.set_division(absl::GetFlag(FLAGS_root));
  request.set_page_size(500);
  // The poor first: they come first in the procedures too. Those who are well by now exit.
  for (const auto poverty_class :
       {v1::POVERTY_CLASS_POOR, v1::POVERTY_CLASS_POSSIBLY_POOR, v1::POVERTY_CLASS_STABLE}) {
    do {
      request.set_poverty_class(poverty_class);
      ASSIGN_OR_RETURN(const auto page,
                       Call(*stub, &IdentificationService::Stub::ListHouseholds, request));
      for (const auto& household : page.households()) {
        if (doubted.count(household.name()) > 0 || household.division().size() < 12) continue;
        by_township[TownshipOf(household.division())][VillageOf(household.division())].push_back(
            household.name());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
  }
  if (by_township.empty()) return absl::NotFoundError("no household without a serious finding");
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

// A procedure, the step it stops at, and the day before today it begins on.
struct Leg {
  const char* procedure;
  const char* until;
  int start;
  bool post = true;  // false: stops before a notice of the last step is posted
};

// What becomes of some households, one procedure after the other.
struct Story {
  std::vector<Leg> legs;
  bool twice = false;  // when there are households left
};

constexpr char kRegister[] = "registration-2014";
constexpr char kExit[] = "exit-2016";
constexpr char kReturn[] = "return-2016";
constexpr char kMonitor[] = "monitoring-2021";
constexpr char kRemove[] = "risk-removal-2021";

// So that each is in its step today, and a notice that is to hang was posted a few days ago. An
// exit needs six months of stable scores: who exits was registered when the demonstration began.
std::vector<Story> Stories() {
  const Leg registered{kRegister, "granted", kBegin};
  const Leg exited{kExit, "granted", 54};
  const Leg monitored{kMonitor, "granted", kBegin};
  return {
      {{registered, exited, {kReturn, "granted", 27}}},
      {{registered, exited, {kReturn, "announcement", 20}}},
      {{registered, exited, {kReturn, "second_notice", 12}}},
      {{registered, exited, {kReturn, "first_notice", 3}}},
      {{registered, exited, {kReturn, "received", 1}}},
      {{registered, exited}, true},
      {{registered, {kExit, "approved", 19}}},
      {{registered, {kExit, "reviewed", 10}}},
      {{registered, {kExit, "first_notice", 3}}},
      {{registered, {kExit, "received", 1}}},
      {{monitored, {kRemove, "granted", 50}}},
      {{monitored, {kRemove, "notice", 3}}},
      {{monitored, {kRemove, "proposed", 1}}},
      {{monitored}},
      {{{kRegister, "granted", 26}}, true},
      {{{kRegister, "form", 26}}},
      {{{kRegister, "announcement", 19}}},
      {{{kRegister, "approved", 18}}},
      {{{kRegister, "proposed", 17}}},
      {{{kRegister, "second_notice", 11}}},
      {{{kRegister, "reviewed", 9}}, true},
      {{{kRegister, "first_notice", 3}}, true},
      {{{kRegister, "appraised", 1}}},
      {{{kRegister, "compared", 1}}},
      {{{kRegister, "received", 1}}, true},
      {{{kMonitor, "granted", 14}}},
      {{{kMonitor, "decided", 9}}},
      {{{kMonitor, "reviewed", 8}}},
      {{{kMonitor, "notice", 3}}},
      {{{kMonitor, "appraised", 1}}},
      {{{kMonitor, "lead", 1}}},
      {{{kRegister, "first_notice", 0, false}}},
      {{{kMonitor, "compared", 1}}},
      {{registered, {kExit, "form", 27}}},
      {{registered, {kExit, "announcement", 20}}},
      {{registered, {kExit, "proposed", 18}}},
      {{registered, {kExit, "second_notice", 12}}},
      {{registered, {kExit, "appraised", 2}}},
      {{registered, {kExit, "compared", 2}}},
      {{monitored, {kRemove, "decided", 14}}},
      {{monitored, {kRemove, "announcement", 12}}},
      {{monitored, {kRemove, "reviewed", 9}}},
      {{monitored, {kRemove, "appraised", 2}}},
  };
}

// A household on its way.
struct Driven {
  std::string household;
  std::string village;
  std::vector<Leg> legs;
  size_t leg = 0;
  std::string name;  // of the open case
};

// The lead a case is opened upon.
std::string LeadOf(const Leg& leg) {
  const std::string procedure = leg.procedure;
  const char* text = procedure == kExit     ? "收入连续六个月稳定,拟退出"
                     : procedure == kReturn ? "因病支出骤增,拟重新纳入"
                     : procedure == kRemove ? "风险稳定消除"
                                            : "走访发现家庭收入低";
  return absl::StrCat("演示:", text, "(合成数据)");
}

absl::Status SetClock(int days_ago) {
  RETURN_IF_ERROR(
      config::WriteFile(absl::GetFlag(FLAGS_clock_file), absl::StrCat(-86400 * days_ago, "\n")));
  absl::SleepFor(absl::Milliseconds(60));  // it is looked at fifty times a second
  return absl::OkStatus();
}

bool IsVisited(int day) {
  if (day <= kLately) return true;
  return day >= kFirstWeeks ? day % 2 == 0 : day % 7 == 0;
}

class Province {
 public:
  static absl::StatusOr<Province> Make() {
    ASSIGN_OR_RETURN(auto villages, Candidates());
    ASSIGN_OR_RETURN(DemoTablet tablet, DemoTablet::Make(absl::GetFlag(FLAGS_key_file)));
    Province province(std::move(villages), std::move(tablet));
    // A small population: some stories are left out.
    if (province.left_out_ > 0) {
      std::fprintf(stderr, "demo-cases: too few households for %d of the stories\n",
                   province.left_out_);
    }
    return province;
  }

  absl::Status Go() {
    std::set<std::string> spared;
    for (const auto& [village, households] : villages_) spared.insert(village);
    ASSIGN_OR_RETURN(DemoLife life, DemoLife::Make(spared));
    for (int day = kBegin; day >= 0; --day) {
      if (!IsVisited(day)) continue;
      RETURN_IF_ERROR(SetClock(day));
      const absl::Time now = absl::Now() - absl::Hours(24 * day);
      // An hour before the day's work, so that it lies in the past of every clock.
      RETURN_IF_ERROR(life.Day(day, now - absl::Hours(1)));
      if (day == kLately) RETURN_IF_ERROR(life.Everything(now - absl::Hours(1)));
      for (Driven& each : driven_) RETURN_IF_ERROR(Lead(each, day, now));
      if (day == 5 && refused_ != nullptr) {
        RETURN_IF_ERROR(Driver(*refused_).Refuse(refused_->name, "名下有非生产性车辆(合成数据)"));
      }
      if (day == 4 && withdrawn_ != nullptr)
        RETURN_IF_ERROR(Driver(*withdrawn_).Withdraw(withdrawn_->name));
    }
    return ObjectToOne();
  }

  absl::Status Print() {
    std::map<std::string, int> steps;
    for (const Driven& each : driven_) {
      ASSIGN_OR_RETURN(const v1::Case now, Driver(each).Get(each.name));
      ++steps[absl::StrCat(now.procedure_zh(), " · ", now.step_zh(), " / ", now.step_en())];
    }
    std::printf("\n== 办件 / cases ==\n");
    for (const auto& [step, many] : steps) std::printf("%4d  %s\n", many, step.c_str());
    return absl::OkStatus();
  }

 private:
  Province(std::map<std::string, std::vector<std::string>> villages, DemoTablet tablet)
      : villages_(std::move(villages)), tablet_(std::make_unique<DemoTablet>(std::move(tablet))) {
    for (const auto& [village, households] : villages_) {
      drivers_[village] = std::make_unique<DemoDriver>(village, *tablet_);
    }
    // The villages by turns; who exits has a good index, so such households come from the end.
    std::vector<std::pair<std::string, std::string>> pool;
    for (size_t i = 0;; ++i) {
      const size_t before = pool.size();
      for (const auto& [village, households] : villages_) {
        if (i < households.size()) pool.emplace_back(village, households[i]);
      }
      if (pool.size() == before) break;
    }
    driven_.reserve(pool.size());  // so that they stay where they are
    size_t first = 0;
    size_t last = pool.size();
    const auto take = [&](const std::vector<Leg>& legs) -> Driven* {
      if (first >= last) {
        ++left_out_;
        return nullptr;
      }
      const auto& [village, household] = legs.size() > 1 ? pool[--last] : pool[first++];
      driven_.push_back({household, village, legs});
      return &driven_.back();
    };
    refused_ = take({{kRegister, "compared", 6}});
    withdrawn_ = take({{kRegister, "received", 5}});
    for (const Story& story : Stories()) take(story.legs);
    for (const Story& story : Stories()) {
      if (story.twice && first < last) take(story.legs);
    }
  }

  DemoDriver& Driver(const Driven& each) { return *drivers_.at(each.village); }

  absl::Status Lead(Driven& each, int day, absl::Time now) {
    DemoDriver& driver = Driver(each);
    const auto next = [&] {
      return each.leg < each.legs.size() && each.legs[each.leg].start >= day;
    };
    if (each.name.empty() && !next()) return absl::OkStatus();
    if (each.leg > 0 && next()) {
      ASSIGN_OR_RETURN(const v1::Case before, driver.Get(each.name));
      if (before.outcome() == procedure::v1::OUTCOME_UNSPECIFIED) {
        return absl::InternalError(
            absl::StrCat("the demonstration is late: ", each.name, " is at ", before.step()));
      }
    }
    if (next()) {
      const Leg& leg = each.legs[each.leg++];
      ASSIGN_OR_RETURN(each.name, driver.Open(each.household, leg.procedure, LeadOf(leg)));
    }
    const Leg& leg = each.legs[each.leg - 1];
    return driver.Advance(each.name, leg.until, leg.post, now);
  }

  absl::Status ObjectToOne() {
    for (const Driven& each : driven_) {
      ASSIGN_OR_RETURN(const v1::Case now, Driver(each).Get(each.name));
      if (now.step() == "first_notice" && now.has_notice()) return Driver(each).Object(each.name);
    }
    return absl::OkStatus();
  }

  std::map<std::string, std::vector<std::string>> villages_;
  std::unique_ptr<DemoTablet> tablet_;
  std::map<std::string, std::unique_ptr<DemoDriver>> drivers_;
  std::vector<Driven> driven_;
  Driven* refused_ = nullptr;
  Driven* withdrawn_ = nullptr;
  int left_out_ = 0;
};

absl::Status Run() {
  ASSIGN_OR_RETURN(Province province, Province::Make());
  RETURN_IF_ERROR(province.Go());
  return province.Print();
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
  if (arguments.size() == 1 && arguments[0] == "run" && !absl::GetFlag(FLAGS_clock_file).empty() &&
      !absl::GetFlag(FLAGS_key_file).empty()) {
    return Report(Run());
  }
  std::fprintf(stderr, "fupinctl demo-cases plan | run --clock_file=FILE --key_file=FILE\n");
  return kUsage;
}

}  // namespace fupin::fupinctl
