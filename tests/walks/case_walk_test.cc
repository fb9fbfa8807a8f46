// A household's way into the register and out again, with the public watching: the service as it
// is, over gRPC with certificates, its clock in the test's hand.
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fupin/gis/v1/gis_service.grpc.pb.h"
#include "fupin/identification/v1/case_service.grpc.pb.h"
#include "fupin/identification/v1/notice_service.grpc.pb.h"
#include "libs/config/config.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/status.h"
#include "tests/walks/case_world.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const Problem& problem : ProblemsOf(status)) fields.push_back(problem.field);
  return fields;
}

TEST_CASE(
    "ID-1 ID-8 ID-9 ID-10 a household applies, is noticed, objected to, noticed again, registered, "
    "exits, falls back and returns",
    "[walk]") {
  CaseWorld world;
  Walk walk(world);

  // It applies on the web page and gets a receipt and a code.
  const auto applied = walk.Apply("apply-1", 7);
  INFO(applied.status());
  REQUIRE(applied.ok());
  CHECK(applied->code().size() == 8);
  CHECK(absl::StartsWith(applied->receipt(), "520102016-"));
  walk.name = absl::StrCat("cases/", applied->receipt());
  // Sent again it is the same application, receipt and code; with another one it is found out.
  const auto again = walk.Apply("apply-1", 7);
  REQUIRE(again.ok());
  CHECK(again->receipt() == applied->receipt());
  CHECK(again->code() == applied->code());
  CHECK(Reason(walk.Apply("apply-2", 7)) == "APPLICATION_OPEN");
  CHECK(Reason(walk.Apply("apply-1", 8)) == "REQUEST_ID_REUSED");

  v1::FollowApplicationRequest follow;
  follow.set_receipt(applied->receipt());
  follow.set_code(applied->code());
  auto stranger = world.Stub<CaseService>("");
  const auto state = world.Call(*stranger, &CaseService::Stub::FollowApplication, follow);
  REQUIRE(state.ok());
  CHECK(state->steps_size() == 1);
  CHECK(state->may_withdraw());
  follow.set_code("00000000");
  CHECK(Reason(world.Call(*stranger, &CaseService::Stub::FollowApplication, follow)) ==
        "RECEIPT_UNKNOWN");

  // The village sees it, another county does not.
  const auto seen = walk.Get(kLi);
  REQUIRE(seen.ok());
  CHECK(seen->head_name_masked() == "欧阳*");
  CHECK(seen->household().empty());
  CHECK(Reason(walk.Get(kFang)) == "CASE_NOT_FOUND");
  CHECK(Reason(walk.Act(kFang, "surveyed")) == "CASE_NOT_FOUND");
  CHECK(Reason(walk.Act("operator-admin", "surveyed")) == "ROLE_NOT_ALLOWED");

  // Surveyed, compared, appraised.
  CHECK(Reason(walk.Act(kLi, "surveyed")) == "SURVEY_MISSING");
  walk.Survey("survey-1", "40", 7);
  walk.MustAct(kLi, "surveyed", "compared");
  CHECK(walk.Get(kLi)->household() == walk.household);
  CHECK(Reason(walk.Act(kLi, "compare")) == "CASE_LEVEL_WRONG");
  walk.MustAct(kWang, "compare", "appraised");
  CHECK(walk.Get(kWang)->index_centipoints() == 4000);
  REQUIRE(walk.Meet(20, 20).ok());
  CHECK(Reason(walk.Act(kLi, "appraise")) == "QUORUM_MISSED");
  REQUIRE(walk.Meet(25, 20).ok());
  walk.MustAct(kLi, "appraise", "first_notice");

  // The notice hangs; the public reads it and objects.
  CHECK(Reason(walk.Act(kLi, "first_notice_over")) == "NOTICE_NOT_POSTED");
  CHECK(walk.Board()->notices_size() == 0);
  world.GoTo(CaseWorld::At(2026, 3, 5, 10));
  const auto posted = walk.Post(kLi, kVillageAbove);
  INFO(posted.status());
  REQUIRE(posted.ok());
  REQUIRE(posted->entries_size() == 1);
  CHECK(posted->entries(0).head_name_masked() == "欧阳*");
  CHECK(walk.Board()->notices_size() == 1);
  // Sent again it is the same sheet, not another one and no refusal.
  v1::PostNoticeRequest posting = walk.posting;
  const auto posted_again = walk.Post(kLi, posting);
  INFO(posted_again.status());
  REQUIRE(posted_again.ok());
  CHECK(posted_again->name() == posted->name());
  CHECK(walk.Board()->notices_size() == 1);
  posting.set_place("村口");
  CHECK(Reason(walk.Post(kLi, posting)) == "REQUEST_ID_REUSED");
  posting.set_request_id("another");
  CHECK(Reason(walk.Post(kLi, posting)) == "NOTICE_EMPTY");
  posting.set_request_id("not an id");
  CHECK(Reason(walk.Post(kLi, posting)) == "REQUEST_ID_INVALID");
  auto board = world.Stub<NoticeService>("");
  v1::CreateObjectionRequest objection;
  objection.set_notice(posted->name());
  objection.set_entry(1);
  objection.set_request_id("not an id");
  objection.set_name(std::string(101, 'x'));
  objection.set_phone("电话");
  objection.set_entry(-1);
  CHECK(FieldsOf(world.Call(*board, &NoticeService::Stub::CreateObjection, objection).status()) ==
        std::vector<std::string>{"request_id", "text", "name", "phone", "entry"});
  objection.set_name("张三");
  objection.set_phone("0851-8666 1234");
  objection.set_entry(1);
  objection.set_text("他家去年新买了货车");
  objection.set_request_id("objection-1");
  objection.set_notice("notices/520102016-NOBODYS");
  const auto nobodys = world.Call(*board, &NoticeService::Stub::CreateObjection, objection);
  CHECK(Reason(nobodys) == "NOTICE_NOT_FOUND");
  CHECK(FieldsOf(nobodys.status()) == std::vector<std::string>{"notice"});
  objection.set_notice(posted->name());
  const auto objected = world.Call(*board, &NoticeService::Stub::CreateObjection, objection);
  INFO(objected.status());
  REQUIRE(objected.ok());
  world.GoTo(CaseWorld::At(2026, 3, 13, 0));
  // Who did not get the answer is told it again, code and all, and no second objection is there.
  const auto resent = world.Call(*board, &NoticeService::Stub::CreateObjection, objection);
  REQUIRE(resent.ok());
  CHECK(resent->receipt() == objected->receipt());
  CHECK(resent->code() == objected->code());
  v1::FollowObjectionRequest follow_objection;
  follow_objection.set_receipt(resent->receipt());
  follow_objection.set_code(resent->code());
  CHECK(world.Call(*board, &NoticeService::Stub::FollowObjection, follow_objection).ok());
  objection.set_entry(0);
  CHECK(Reason(world.Call(*board, &NoticeService::Stub::CreateObjection, objection)) ==
        "REQUEST_ID_REUSED");
  objection.set_request_id("objection-2");
  CHECK(Reason(world.Call(*board, &NoticeService::Stub::CreateObjection, objection)) ==
        "NOTICE_OVER");
  CHECK(Reason(walk.Act(kLi, "first_notice_over")) == "OBJECTION_OPEN");

  // It is true: the case stops, is appraised again and noticed again.
  v1::ListObjectionsRequest list;
  list.set_division(kVillageAbove);
  auto village = world.Stub<NoticeService>(kLi);
  const auto objections = world.Call(*village, &NoticeService::Stub::ListObjections, list);
  REQUIRE(objections.ok());
  REQUIRE(objections->objections_size() == 1);
  CHECK(objections->objections(0).text() == "他家去年新买了货车");
  v1::SettleObjectionRequest settle;
  settle.set_name(objections->objections(0).name());
  settle.set_substantiated(true);
  settle.set_answer("货车已于二月转卖,重新评议");
  REQUIRE(world.Call(*village, &NoticeService::Stub::SettleObjection, settle).ok());
  CHECK(Reason(world.Call(*village, &NoticeService::Stub::SettleObjection, settle)) ==
        "OBJECTION_SETTLED");
  v1::FollowObjectionRequest answer;
  answer.set_receipt(objected->receipt());
  answer.set_code(objected->code());
  const auto told = world.Call(*board, &NoticeService::Stub::FollowObjection, answer);
  REQUIRE(told.ok());
  CHECK(told->substantiated());
  CHECK(told->answer() == settle.answer());
  CHECK(walk.Get(kLi)->step() == "appraised");
  CHECK(Reason(walk.Act(kLi, "appraise")) == "MEETING_MISSING");

  walk.ThroughNotices(CaseWorld::At(2026, 3, 16, 9));
  CHECK(Reason(walk.Act(kWang, "register")) == "FORM_INCOMPLETE");
  v1::FillFormRequest form;
  form.set_name(walk.name);
  form.mutable_form()->set_main_cause("none-such");
  auto township = world.Stub<CaseService>(kWang);
  CHECK(Reason(world.Call(*township, &CaseService::Stub::FillForm, form)) == "CAUSE_UNKNOWN");
  form.mutable_form()->set_main_cause("illness");
  const auto filled = world.Call(*township, &CaseService::Stub::FillForm, form);
  INFO(filled.status());
  REQUIRE(filled.ok());
  // On the map it is in the register at once, at every level.
  world.certs.set_identification_port(world.frame->port());
  world.certs.StartGis();
  const auto standing = [&](const std::string& division) {
    auto map = gis::v1::GisService::NewStub(world.certs.ToGis("operator-admin"));
    gis::v1::GetCellRequest get;
    get.set_division(division);
    return world.Call(*map, &gis::v1::GisService::Stub::GetCell, get)->cell().counts();
  };
  CHECK(standing("52").registered_household_count() == 0);
  const auto registered = walk.Act(kWang, "register");
  INFO(registered.status());
  REQUIRE(registered.ok());
  CHECK(registered->status() == "assisted");
  for (const char* division : {"52", kCounty, kVillageAbove, kVillage}) {
    CHECK(Eventually([&] { return standing(division).registered_household_count() == 1; }));
  }

  // What happened is on record, who did it and in which role.
  v1::ListCaseEventsRequest events;
  events.set_case_(walk.name);
  const auto history = world.Call(*township, &CaseService::Stub::ListCaseEvents, events);
  REQUIRE(history.ok());
  CHECK(history->events(0).kind() == "OPENED");
  CHECK(history->events(0).actor() == "applicant");
  int notices = 0;
  for (const auto& event : history->events()) notices += event.kind() == "POSTED" ? 1 : 0;
  CHECK(notices == 4);

  // Its situation improves; after six months it leaves, as strictly as it came.
  world.GoTo(CaseWorld::At(2026, 5, 1, 9));
  walk.Survey("survey-2", "85", 7);
  const auto open = [&](const std::string& procedure) {
    v1::OpenCaseRequest request;
    request.set_request_id(absl::StrCat("open-", procedure, ++walk.requests));
    request.set_household(walk.household);
    request.set_procedure(procedure);
    request.set_lead("入户走访");
    auto stub = world.Stub<CaseService>(kWang);
    auto opened = world.Call(*stub, &CaseService::Stub::OpenCase, request);
    if (opened.ok()) walk.name = opened->name();
    return opened;
  };
  CHECK(Reason(open("registration-2014")) == "CASE_STATUS_WRONG");
  const auto exit = open("exit-2016");
  INFO(exit.status());
  REQUIRE(exit.ok());
  CHECK(Reason(open("exit-2016")) == "APPLICATION_OPEN");
  walk.MustAct(kLi, "surveyed", "compared");
  CHECK(Reason(walk.Act(kWang, "compare")) == "INCOME_NOT_STABLE");
  world.GoTo(CaseWorld::At(2026, 11, 2, 9));
  walk.Survey("survey-3", "86", 7);
  walk.MustAct(kWang, "compare", "appraised");
  walk.ThroughNotices(CaseWorld::At(2026, 11, 3, 9));
  const auto exited = walk.Act(kWang, "register");
  INFO(exited.status());
  REQUIRE(exited.ok());
  CHECK(exited->status() == "exited");
  CHECK(Eventually([&] { return standing("52").exited_household_count() == 1; }));
  CHECK(standing("52").registered_household_count() == 0);

  // It falls back, and returns.
  walk.Survey("survey-4", "30", 7);
  const auto back = open("return-2016");
  INFO(back.status());
  REQUIRE(back.ok());
  walk.MustAct(kLi, "surveyed", "compared");
  walk.MustAct(kWang, "compare", "appraised");
  walk.ThroughNotices(CaseWorld::At(2026, 12, 1, 9));
  form.set_name(walk.name);
  REQUIRE(world.Call(*township, &CaseService::Stub::FillForm, form).ok());
  const auto returned = walk.Act(kWang, "register");
  REQUIRE(returned.ok());
  CHECK(returned->status() == "assisted");
  CHECK(Eventually([&] { return standing("52").registered_person_count() == 1; }));

  // Everything is still there after a restart.
  world.Stop();
  world.Start();
  const auto after = walk.Get(kLiu);
  REQUIRE(after.ok());
  CHECK(after->status() == "assisted");
}

TEST_CASE(
    "ID-9 one decision moves all cases of a county, tells what it passed over, and is repeated "
    "without effect",
    "[walk]") {
  CaseWorld world;
  constexpr int kCases = 230;  // more than one group of a batch
  std::vector<std::string> names;
  for (int i = 0; i < kCases; ++i) {
    Walk walk(world);
    const auto applied = walk.Apply(absl::StrCat("apply-", i), i);
    INFO(applied.status());
    REQUIRE(applied.ok());
    names.push_back(absl::StrCat("cases/", applied->receipt()));
  }
  v1::CountCasesRequest count;
  count.set_division(kCounty);
  auto county = world.Stub<CaseService>(kChen);
  const auto counts = world.Call(*county, &CaseService::Stub::CountCases, count);
  REQUIRE(counts.ok());
  REQUIRE(counts->steps_size() == 1);
  CHECK(counts->steps(0).case_count() == kCases);
  CHECK_FALSE(counts->steps(0).mine());

  // The village's queue, page by page: everybody once.
  auto village = world.Stub<CaseService>(kLi);
  v1::ListCasesRequest list;
  list.set_division(kVillageAbove);
  list.set_waiting_for_me(true);
  list.set_page_size(70);
  std::set<std::string> listed;
  do {
    const auto page = world.Call(*village, &CaseService::Stub::ListCases, list);
    INFO(page.status());
    REQUIRE(page.ok());
    for (const auto& row : page->cases()) CHECK(listed.insert(row.name()).second);
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  CHECK(listed == std::set<std::string>(names.begin(), names.end()));
  list.set_page_token("nonsense");
  CHECK(Reason(world.Call(*village, &CaseService::Stub::ListCases, list)) == "PAGE_TOKEN_INVALID");

  // Not eligible, all of them, said the village.
  v1::CreateCaseBatchRequest batch;
  batch.set_request_id("batch-1");
  batch.set_division(kVillageAbove);
  batch.set_procedure("registration-2014");
  batch.set_step("received");
  batch.set_action("refuse_received");
  batch.set_reason("不符合条件");
  v1::CreateCaseBatchRequest unreasoned = batch;
  const auto run = [&](const v1::CreateCaseBatchRequest& request) {
    auto created = world.Call(*village, &CaseService::Stub::CreateCaseBatch, request);
    if (!created.ok()) FAIL(created.status());
    v1::GetCaseBatchRequest get;
    get.set_name(created->name());
    v1::CaseBatch now = *created;
    CHECK(Eventually([&] {
      now = *world.Call(*village, &CaseService::Stub::GetCaseBatch, get);
      return now.state() == v1::CaseBatch::STATE_DONE;
    }));
    return now;
  };
  unreasoned.set_request_id("batch-0");
  unreasoned.clear_reason();
  const auto refused = run(unreasoned);
  CHECK(refused.refused_count() == kCases);
  CHECK(refused.refusals(0).reason() == "CASE_REASON_MISSING");
  const auto done = run(batch);
  CHECK(done.total_count() == kCases);
  CHECK(done.done_count() == kCases);
  CHECK(done.refused_count() == 0);
  CHECK(run(batch).done_count() == kCases);
  const auto after = world.Call(*county, &CaseService::Stub::CountCases, count);
  REQUIRE(after->steps_size() == 1);
  CHECK(after->steps(0).step() == "refused");
  CHECK(after->steps(0).case_count() == kCases);
}

TEST_CASE("F01 ID-9 a decision over many cases goes on after a kill and decides each case once",
          "[walk]") {
  World world;
  world.Certify(absl::StrCat("officer/", kVillageAbove, "/li"));
  world.StartExchange();
  world.StartIdentification();
  constexpr int kCases = 450;
  auto anyone = CaseService::NewStub(world.ToIdentification(""));
  std::vector<std::string> names;
  const auto call = [](auto& stub, auto method, const auto& request, auto* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    context.set_wait_for_ready(true);
    return rpc::FromGrpc((stub.*method)(&context, request, response));
  };
  for (int i = 0; i < kCases; ++i) {
    v1::ApplyRequest request;
    request.set_request_id(absl::StrCat("apply-", i));
    request.set_division(kVillage);
    request.set_name("甲");
    request.set_citizen_number(Number(i));
    request.set_phone("0851-1234567");
    request.set_reason("收入低");
    request.set_channel(v1::CHANNEL_WEB);
    v1::ApplyResponse response;
    REQUIRE(call(*anyone, &CaseService::Stub::Apply, request, &response).ok());
    names.push_back(absl::StrCat("cases/", response.receipt()));
  }
  v1::CreateCaseBatchRequest batch;
  batch.set_request_id("all");
  batch.set_division(kVillageAbove);
  batch.set_procedure("registration-2014");
  batch.set_step("received");
  batch.set_action("refuse_received");
  batch.set_reason("不符合条件");
  v1::CaseBatch now;
  auto village = CaseService::NewStub(world.ToIdentification("officer-520102016001-li"));
  REQUIRE(call(*village, &CaseService::Stub::CreateCaseBatch, batch, &now).ok());
  // Wherever it is now.
  world.identification().Kill();
  world.StartIdentification();
  village = CaseService::NewStub(world.ToIdentification("officer-520102016001-li"));
  v1::GetCaseBatchRequest get;
  get.set_name(now.name());
  CHECK(Eventually([&] {
    return call(*village, &CaseService::Stub::GetCaseBatch, get, &now).ok() &&
           now.state() == v1::CaseBatch::STATE_DONE;
  }));
  CHECK(now.refused_count() == 0);
  for (const std::string& name : names) {
    v1::ListCaseEventsRequest list;
    list.set_case_(name);
    v1::ListCaseEventsResponse events;
    REQUIRE(call(*village, &CaseService::Stub::ListCaseEvents, list, &events).ok());
    REQUIRE(events.events_size() == 2);
    CHECK(events.events(1).action() == "refuse_received");
  }
}

TEST_CASE(
    "ID-9 a procedure is added by a file while cases go on, and one that does not hold is not",
    "[walk]") {
  CaseWorld world;
  const std::string folder = world.dir / "procedures";
  auto stub = world.Stub<CaseService>("");
  const auto known = [&](const std::string& id) {
    const auto listed =
        world.Call(*stub, &CaseService::Stub::ListProcedures, v1::ListProceduresRequest());
    if (!listed.ok()) return false;
    for (const auto& procedure : listed->procedures()) {
      if (procedure.id() == id) return true;
    }
    return false;
  };
  REQUIRE(known("monitoring-2021"));
  std::string text = *config::ReadFile(folder + "/monitoring-2021.procedure.textproto");
  const auto replace = [](std::string* in, const std::string& from, const std::string& to) {
    const size_t at = in->find(from);
    FUPIN_CHECK(at != std::string::npos);
    in->replace(at, from.size(), to);
  };
  // A way round the notice: nobody gets to see it, and what was in force stays.
  std::string bypass = text;
  replace(&bypass, "id: \"monitoring-2021\"", "id: \"monitoring-quick\"");
  replace(&bypass, "to: \"notice\"", "to: \"reviewed\"");
  REQUIRE(config::WriteFile(folder + "/quick.procedure.textproto", bypass).ok());
  std::string good = text;
  replace(&good, "id: \"monitoring-2021\"", "id: \"monitoring-third\"");
  REQUIRE(config::WriteFile(folder + "/third.procedure.textproto", good).ok());
  // The folder is taken up as a whole or not at all.
  CHECK_FALSE(known("monitoring-third"));
  REQUIRE(std::filesystem::remove(folder + "/quick.procedure.textproto"));
  CHECK(Eventually([&] { return known("monitoring-third"); }));
  CHECK_FALSE(known("monitoring-quick"));
  CHECK(known("registration-2014"));
}

TEST_CASE(
    "SEC-1 I22 what a photo tells beside its picture is not stored, and what is no photo is "
    "refused",
    "[walk]") {
  CaseWorld world;
  Walk walk(world);
  walk.name = absl::StrCat("cases/", walk.Apply("a", 3)->receipt());
  walk.Survey("s", "40", 3);
  walk.MustAct(kLi, "surveyed", "compared");
  walk.MustAct(kWang, "compare", "appraised");
  auto village = world.Stub<CaseService>(kLi);
  v1::RecordMeetingRequest meeting;
  meeting.set_name(walk.name);
  meeting.mutable_meeting()->set_entitled_count(30);
  meeting.mutable_meeting()->set_present_count(25);
  for (const auto& [photo, reason] : std::vector<std::pair<std::string, std::string>>{
           {"GIF89a", "PHOTO_FORMAT"},
           {"\xff\xd8\xff", "PHOTO_FORMAT"},
           {Photo().substr(0, 40), "PHOTO_FORMAT"},
           {std::string(2 << 20, 'x'), "PHOTO_TOO_LARGE"}}) {
    CAPTURE(photo.size());
    meeting.set_photo(photo);
    CHECK(Reason(world.Call(*village, &CaseService::Stub::RecordMeeting, meeting)) == reason);
  }
  meeting.set_photo(Photo());
  CHECK(world.Call(*village, &CaseService::Stub::RecordMeeting, meeting).ok());
  // Kept is the picture; read back by who may see the case, and nobody else.
  v1::ListCaseEventsRequest list;
  list.set_case_(walk.name);
  const auto events = world.Call(*village, &CaseService::Stub::ListCaseEvents, list);
  REQUIRE(events.ok());
  const std::string evidence = events->events(events->events_size() - 1).evidence();
  v1::GetCaseFileRequest get;
  get.set_case_(walk.name);
  get.set_file(evidence.substr(evidence.find("blobs/")));
  const auto file = world.Call(*village, &CaseService::Stub::GetCaseFile, get);
  INFO(file.status());
  REQUIRE(file.ok());
  CHECK(file->media_type() == "image/jpeg");
  CHECK(absl::StrContains(file->content(), "picture"));
  CHECK_FALSE(absl::StrContains(file->content(), "GPS"));
  auto elsewhere = world.Stub<CaseService>(kFang);
  CHECK(Reason(world.Call(*elsewhere, &CaseService::Stub::GetCaseFile, get)) == "CASE_NOT_FOUND");
  get.set_file("blobs/520102016-AAAAAAAAAA");
  CHECK(Reason(world.Call(*village, &CaseService::Stub::GetCaseFile, get)) == "FILE_NOT_FOUND");
}

TEST_CASE("SEC-1 a receipt rests after ten wrong codes, and its owner is let in an hour later",
          "[walk]") {
  CaseWorld world;
  Walk walk(world);
  const auto applied = walk.Apply("a", 3);
  REQUIRE(applied.ok());
  auto stub = world.Stub<CaseService>("");
  v1::FollowApplicationRequest follow;
  follow.set_receipt(applied->receipt());
  const auto with = [&](const std::string& code) {
    follow.set_code(code);
    return Reason(world.Call(*stub, &CaseService::Stub::FollowApplication, follow));
  };
  const std::string wrong = applied->code() == "12345678" ? "12345679" : "12345678";
  for (int i = 0; i < 10; ++i) CHECK(with(wrong) == "RECEIPT_UNKNOWN");
  CHECK(with(applied->code()) == "RECEIPT_RESTS");
  world.GoTo(world.clock.Now() + absl::Hours(1));
  CHECK(with(applied->code()).empty());
  // Withdrawn by its owner, with a reason of the owner's.
  v1::WithdrawApplicationRequest withdraw;
  withdraw.set_receipt(applied->receipt());
  withdraw.set_code(applied->code());
  CHECK(Reason(world.Call(*stub, &CaseService::Stub::WithdrawApplication, withdraw)) ==
        "CASE_REASON_MISSING");
  withdraw.set_reason("不申请了");
  const auto withdrawn = world.Call(*stub, &CaseService::Stub::WithdrawApplication, withdraw);
  INFO(withdrawn.status());
  REQUIRE(withdrawn.ok());
  CHECK(withdrawn->outcome() == procedure::v1::OUTCOME_WITHDRAWN);
  // Then a new application is possible.
  CHECK(walk.Apply("b", 3).ok());
}

}  // namespace
}  // namespace fupin::walks
