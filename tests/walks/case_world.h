// Identification in the test's own process, its clock in the test's hand, and a case moved by short
// words.
#ifndef FUPIN_TESTS_WALKS_CASE_WORLD_H_
#define FUPIN_TESTS_WALKS_CASE_WORLD_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "fupin/identification/v1/case_service.grpc.pb.h"
#include "fupin/identification/v1/notice_service.grpc.pb.h"
#include "libs/clock/clock.h"
#include "libs/config/config.h"
#include "libs/process/frame.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/identification/app.h"
#include "tests/walks/world.h"

namespace fupin::walks {

using identification::v1::CaseService;
using identification::v1::IdentificationService;
using identification::v1::NoticeService;
namespace v1 = identification::v1;

inline constexpr char kTownship[] = "520102016";
inline constexpr char kVillageAbove[] = "520102016001";
inline constexpr char kCounty[] = "520102";

// The index of a household is its income here: one question, one indicator.
inline constexpr char kCatalog[] = R"(
id: "walk" version: 1 effective_date: "2025-01-01" label_zh: "示例" label_en: "example"
poor_below_centipoints: 6000 stable_above_centipoints: 8000 reference_date: "2025-12-31"
direction: DIRECTION_LOW_IS_POOR
questions { code: "income" scope: SCOPE_HOUSEHOLD type: TYPE_NUMBER text_zh: "收入" text_en: "income" }
dimensions {
  code: "A" name_zh: "一" name_en: "one" weight_permille: 1000
  indicators {
    code: "A01" name_zh: "收入" name_en: "income" weight: 1 when_absent: WHEN_ABSENT_INTERVAL
    sources { question { of: "income" } }
    linear { knots { value: 0 score: 0 } knots { value: 100 score: 10000 } }
  }
}
)";
inline constexpr char kRules[] =
    R"(id: "none" version: 1 effective_date: "2025-01-01" label_zh: "无" label_en: "none")";

// Settings of an identification that is a process of its own, with these files.
inline std::string ConfigOf(const World& world, const std::string& catalog,
                            const std::string& rules) {
  const std::string certs = world.certs();
  return absl::StrCat(
      "frame { listen_address: \"localhost:0\" metrics_address: \"127.0.0.1:0\" "
      "health_address: \"127.0.0.1:0\" tls { ca_file: \"",
      certs, "/ca.crt\" certificate_file: \"", certs, "/service-identification.crt\" key_file: \"",
      certs,
      "/service-identification.key\" } }\nexchange_address: \"localhost:1\" contract_dir: \"",
      world.contract_dir(),
      "\" division_files: \"" FUPIN_SOURCE_DIR "/deploy/divisions/guizhou.tsv\" division_files: \"",
      world.hamlet_file(), "\" blind_key_file: \"", certs, "/blind.key\" seal_key_file: \"", certs,
      "/seal.key\" catalog_file: \"", catalog, "\" cross_check_file: \"", rules,
      "\" procedure_dir: \"" FUPIN_SOURCE_DIR
      "/deploy/procedures\" partition_level: \"township\"\n");
}

// The smallest JPEG that has a frame, with an EXIF part that tells a place.
inline std::string Photo() {
  const auto segment = [](char marker, const std::string& body) {
    const size_t length = body.size() + 2;
    return std::string("\xff") + marker + static_cast<char>(length >> 8) +
           static_cast<char>(length) + body;
  };
  return std::string("\xff\xd8") + segment('\xe1', "Exif GPS 26.6N 106.7E") +
         segment('\xc0', std::string("\x08\x00\x10\x00\x10\x01\x01\x11\x00", 9)) +
         segment('\xda', std::string("\x01\x01\x00\x00\x3f\x00", 6)) + "picture" + "\xff\xd9";
}

// Identification in this process, with a clock that only the test moves.
class CaseWorld {
 public:
  using Adjust = std::function<void(CaseWorld&, identification::IdentificationConfig&)>;

  // `adjust` changes settings before the service starts.
  explicit CaseWorld(const std::string& rules = kRules, Adjust adjust = {})
      : clock(At(2026, 3, 2, 9)), adjust_(std::move(adjust)) {
    certs.Certify(absl::StrCat("officer/", kVillageAbove, "/li officer/", kTownship,
                               "/wang officer/", kTownship, "/zhao officer/", kCounty,
                               "/chen officer/", kCounty, "/liu officer/520103/fang"));
    std::filesystem::copy(FUPIN_SOURCE_DIR "/deploy/procedures", dir / "procedures");
    FUPIN_CHECK(config::WriteFile(dir / "catalog.textproto", kCatalog).ok());
    FUPIN_CHECK(config::WriteFile(dir / "rules.textproto", rules).ok());
    Start();
  }
  ~CaseWorld() { Stop(); }

  void Start() {
    identification::IdentificationConfig config;
    auto* tls = config.mutable_frame()->mutable_tls();
    tls->set_ca_file(certs.certs() + "/ca.crt");
    tls->set_certificate_file(certs.certs() + "/service-identification.crt");
    tls->set_key_file(certs.certs() + "/service-identification.key");
    config.mutable_frame()->set_listen_address("localhost:0");
    config.mutable_frame()->set_metrics_address("127.0.0.1:0");
    config.mutable_frame()->set_health_address("127.0.0.1:0");
    config.mutable_frame()->set_grace_seconds(1);
    config.set_exchange_address("localhost:1");  // nobody: no department sends anything here
    config.set_contract_dir(certs.contract_dir());
    config.add_division_files(FUPIN_SOURCE_DIR "/deploy/divisions/guizhou.tsv");
    config.add_division_files(certs.hamlet_file());
    config.set_blind_key_file(certs.certs() + "/blind.key");
    config.set_seal_key_file(certs.certs() + "/seal.key");
    config.set_catalog_file(dir / "catalog.textproto");
    config.set_cross_check_file(dir / "rules.textproto");
    config.set_procedure_dir(dir / "procedures");
    config.set_partition_level("township");
    if (adjust_) adjust_(*this, config);
    auto made = process::Frame::Create("identification", config.frame());
    FUPIN_CHECK(made.ok());
    frame = *std::move(made);
    auto service = identification::MakeApp(config, dir / "data", *frame, clock);
    if (!service.ok()) FAIL(service.status());
    app = *std::move(service);
    FUPIN_CHECK(frame->Start(app->services()).ok());
    FUPIN_CHECK(app->Start().ok());
    frame->SetReady(true);
  }
  void Stop() {
    if (frame == nullptr) return;
    app->Drain();
    frame->Stop();
    app->Stop();
    app.reset();
    frame.reset();
  }

  static absl::Time At(int year, int month, int day, int hour, int minute = 0, int second = 0) {
    return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, second), Shanghai());
  }
  void GoTo(absl::Time time) {
    FUPIN_CHECK(time >= clock.Now());
    clock.Advance(time - clock.Now());
  }

  template <typename Service>
  std::unique_ptr<typename Service::Stub> Stub(const std::string& who) {
    return Service::NewStub(
        rpc::MakeChannel(absl::StrCat("localhost:", frame->port()), certs.Files(who)));
  }
  template <typename StubType, typename Request, typename Response>
  absl::StatusOr<Response> Call(StubType& stub,
                                grpc::Status (StubType::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                                const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    context.set_wait_for_ready(true);
    Response response;
    RETURN_IF_ERROR(rpc::FromGrpc((stub.*method)(&context, request, &response)));
    return response;
  }

  // Scores are dated when they are made, not when the survey came: a test that moves the clock
  // after a survey waits for its score first.
  void AwaitIndex(const std::string& household, const std::string& income) {
    auto stub = Stub<IdentificationService>("officer-520102-chen");
    v1::GetHouseholdRequest get;
    get.set_name(household);
    const int32_t index = std::stoi(income) * 100;
    REQUIRE(Eventually([&] {
      const auto now = Call(*stub, &IdentificationService::Stub::GetHousehold, get);
      return now.ok() && now->score().index_centipoints() == index;
    }));
  }

  World certs;
  testing::TempDir dir;
  FakeClock clock;
  std::unique_ptr<process::Frame> frame;
  std::unique_ptr<process::App> app;

 private:
  const Adjust adjust_;
};

inline constexpr char kLi[] = "officer-520102016001-li";   // village
inline constexpr char kWang[] = "officer-520102016-wang";  // township
inline constexpr char kZhao[] = "officer-520102016-zhao";  // township
inline constexpr char kChen[] = "officer-520102-chen";     // county
inline constexpr char kLiu[] = "officer-520102-liu";       // county
inline constexpr char kFang[] = "officer-520103-fang";     // another county

// One household's case, moved by short words.
class Walk {
 public:
  explicit Walk(CaseWorld& world) : world(world) {}

  absl::StatusOr<v1::ApplyResponse> Apply(const std::string& request_id, int person) {
    v1::ApplyRequest request;
    request.set_request_id(request_id);
    request.set_division(kVillage);
    request.set_name("欧阳甲");
    request.set_citizen_number(Number(person));
    request.set_phone("0851-1234567");
    request.set_reason("家中两人生病,收入低");
    request.set_channel(v1::CHANNEL_WEB);
    auto stub = world.Stub<CaseService>("");
    return world.Call(*stub, &CaseService::Stub::Apply, request);
  }
  void Survey(const std::string& request_id, const std::string& income, int person) {
    v1::SubmitSurveyRequest request;
    request.set_request_id(request_id);
    auto* survey = request.mutable_survey();
    survey->set_source_key("HH1");
    survey->set_division(kVillage);
    survey->mutable_provenance()->set_collector("li");
    survey->mutable_provenance()->set_enterer("li");
    survey->mutable_provenance()->mutable_collect_time()->set_seconds(
        absl::ToUnixSeconds(world.clock.Now()));
    auto* head = survey->add_members();
    head->set_citizen_number(Number(person));
    head->set_name("欧阳甲");
    head->set_relation("02");
    auto* answer = survey->add_answers();
    answer->set_question("income");
    answer->set_number(income);
    auto stub = world.Stub<IdentificationService>(kLi);
    const auto submitted = world.Call(*stub, &IdentificationService::Stub::SubmitSurvey, request);
    if (!submitted.ok()) FAIL(submitted.status());
    household = submitted->household();
    world.AwaitIndex(household, income);
  }
  absl::StatusOr<v1::Case> Act(const std::string& who, const std::string& action,
                               const std::string& reason = "") {
    v1::ActOnCaseRequest request;
    request.set_name(name);
    request.set_request_id(absl::StrCat("act-", ++requests));
    request.set_action(action);
    request.set_reason(reason);
    auto stub = world.Stub<CaseService>(who);
    return world.Call(*stub, &CaseService::Stub::ActOnCase, request);
  }
  absl::StatusOr<v1::Case> Get(const std::string& who) {
    v1::GetCaseRequest request;
    request.set_name(name);
    auto stub = world.Stub<CaseService>(who);
    return world.Call(*stub, &CaseService::Stub::GetCase, request);
  }
  absl::StatusOr<v1::Case> Meet(int present, int in_favour) {
    v1::RecordMeetingRequest request;
    request.set_name(name);
    request.mutable_meeting()->set_entitled_count(30);
    request.mutable_meeting()->set_present_count(present);
    request.mutable_meeting()->set_in_favour_count(in_favour);
    request.set_photo(Photo());
    auto stub = world.Stub<CaseService>(kLi);
    return world.Call(*stub, &CaseService::Stub::RecordMeeting, request);
  }
  absl::StatusOr<v1::Notice> Post(const std::string& who, const std::string& division) {
    const auto now = Get(who);
    if (!now.ok()) FAIL(now.status());
    v1::PostNoticeRequest request;
    request.set_request_id(absl::StrCat("post-", ++requests));
    request.set_division(division);
    request.set_procedure(now->procedure());
    request.set_step(now->step());
    request.set_place("村委会公示栏");
    request.set_photo(Photo());
    auto posted = Post(who, request);
    if (posted.ok()) notice = posted->name();
    return posted;
  }
  absl::StatusOr<v1::Notice> Post(const std::string& who, const v1::PostNoticeRequest& request) {
    posting = request;
    auto stub = world.Stub<NoticeService>(who);
    return world.Call(*stub, &NoticeService::Stub::PostNotice, request);
  }
  // Drawn households are visited again by the township.
  void RevisitIfDrawn(const std::string& who) {
    const auto now = Get(who);
    if (!now.ok()) FAIL(now.status());
    if (!now->revisit_drawn()) return;
    v1::RecordRevisitRequest request;
    request.set_name(name);
    request.set_note("情况属实");
    auto stub = world.Stub<CaseService>(who);
    const auto visited = world.Call(*stub, &CaseService::Stub::RecordRevisit, request);
    if (!visited.ok()) FAIL(visited.status());
  }
  void MustAct(const std::string& who, const std::string& action, const std::string& step) {
    CAPTURE(who, action);
    const auto done = Act(who, action);
    INFO(done.status());
    REQUIRE(done.ok());
    CHECK(done->step() == step);
  }
  absl::StatusOr<v1::ListNoticesResponse> Board() {
    v1::ListNoticesRequest request;
    request.set_division(kVillageAbove);
    auto stub = world.Stub<NoticeService>("");
    return world.Call(*stub, &NoticeService::Stub::ListNotices, request);
  }

  // From the appraisal to the granting end of a procedure with two notices and an announcement.
  void ThroughNotices(absl::Time from) {
    world.GoTo(from);
    REQUIRE(Meet(25, 20).ok());
    MustAct(kLi, "appraise", "first_notice");
    REQUIRE(Post(kLi, kVillageAbove).ok());
    world.GoTo(from + absl::Hours(24 * 8));
    MustAct(kLi, "first_notice_over", "reviewed");
    RevisitIfDrawn(kWang);
    MustAct(kZhao, "review", "second_notice");
    REQUIRE(Post(kWang, kTownship).ok());
    world.GoTo(from + absl::Hours(24 * 16));
    MustAct(kWang, "second_notice_over", "proposed");
    RevisitIfDrawn(kChen);
    MustAct(kChen, "propose", "approved");
    MustAct(kLiu, "approve", "announcement");
    REQUIRE(Post(kChen, kCounty).ok());
    world.GoTo(from + absl::Hours(24 * 22));
    MustAct(kChen, "announcement_over", "form");
  }

  CaseWorld& world;
  std::string name;
  std::string household;
  std::string notice;
  v1::PostNoticeRequest posting;  // the last one
  int requests = 0;
};

// Leads the open case of `walk` from its survey to the register.
inline void IntoRegister(Walk& walk, absl::Time from) {
  walk.MustAct(kLi, "surveyed", "compared");
  walk.MustAct(kWang, "compare", "appraised");
  walk.ThroughNotices(from);
  v1::FillFormRequest form;
  form.set_name(walk.name);
  form.mutable_form()->set_main_cause("illness");
  auto township = walk.world.Stub<CaseService>(kWang);
  REQUIRE(walk.world.Call(*township, &CaseService::Stub::FillForm, form).ok());
  const auto done = walk.Act(kWang, "register");
  INFO(done.status());
  REQUIRE(done.ok());
}

template <typename T>
std::string Reason(const absl::StatusOr<T>& result) {
  return result.ok() ? "" : std::string(ReasonOf(result.status()));
}

}  // namespace fupin::walks

#endif  // FUPIN_TESTS_WALKS_CASE_WORLD_H_
