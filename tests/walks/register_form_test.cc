// The registration form and the sheets that are printed, read as PDF by poppler.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fupin/identification/v1/household_change_service.grpc.pb.h"
#include "fupin/identification/v1/register_service.grpc.pb.h"
#include "libs/testing/pdf_text.h"
#include "tests/walks/case_world.h"

namespace fupin::walks {
namespace {

using v1::RegisterService;

// With the catalog and the form that are shipped.
void Shipped(CaseWorld&, identification::IdentificationConfig& config) {
  config.set_catalog_file(FUPIN_SOURCE_DIR "/deploy/catalogs/guizhou/catalog.textproto");
  config.set_registration_form_file(FUPIN_SOURCE_DIR "/deploy/forms/registration.textproto");
  config.set_sheet_mark("合成数据");
  config.set_public_address("https://fupin.example.invalid");
}

void AddAnswer(v1::SurveyMember* member, const std::string& question, const std::string& choice) {
  auto* answer = member->add_answers();
  answer->set_question(question);
  answer->set_choice(choice);
}

// A couple and a child, with a health fact in it.
void SurveyFamily(Walk& walk) {
  v1::SubmitSurveyRequest request;
  request.set_request_id("family");
  auto* survey = request.mutable_survey();
  survey->set_source_key("HH1");
  survey->set_division(kVillage);
  survey->mutable_provenance()->set_collector("li");
  survey->mutable_provenance()->set_enterer("li");
  survey->mutable_provenance()->mutable_collect_time()->set_seconds(
      absl::ToUnixSeconds(walk.world.clock.Now()));
  const auto member = [&](int person, const char* name, const char* relation, const char* sex,
                          const char* birth) {
    auto* made = survey->add_members();
    if (person >= 0) made->set_citizen_number(Number(person));
    made->set_name(name);
    made->set_relation(relation);
    made->set_sex(sex);
    made->set_birth_date(birth);
    return made;
  };
  AddAnswer(member(7, "欧阳甲", "02", "", ""), "M001", "serious");
  AddAnswer(member(8, "罗小兰", "10", "", ""), "M002", "weak");
  AddAnswer(member(-1, "欧阳小宝", "20", "1", "2017-05-06"), "M003", "primary");
  const auto number = [&](const char* question, const char* value) {
    auto* answer = survey->add_answers();
    answer->set_question(question);
    answer->set_number(value);
  };
  number("H001", "86.5");
  number("H050", "12000");
  number("H051", "3000.50");
  number("H052", "0");
  number("H053", "1800");
  auto* house = survey->add_answers();
  house->set_question("H002");
  house->set_choice("brick_wood");
  auto* water = survey->add_answers();
  water->set_question("H070");
  water->set_absent(v1::ABSENCE_REFUSED);
  auto stub = walk.world.Stub<IdentificationService>(kLi);
  const auto submitted =
      walk.world.Call(*stub, &IdentificationService::Stub::SubmitSurvey, request);
  if (!submitted.ok()) FAIL(submitted.status());
  walk.household = submitted->household();
}

const v1::FilledItem& Item(const v1::FilledForm& form, const std::string& code, int row = 0) {
  static const v1::FilledItem none;
  for (const auto& section : form.sections()) {
    if (row >= section.rows_size()) continue;
    for (const auto& item : section.rows(row).items()) {
      if (item.code() == code) return item;
    }
  }
  return none;
}

// A picture of every page for whoever wants to look: FUPIN_SHEETS names a folder.
void Keep(const v1::Sheet& sheet, const std::string& name) {
  const testing::Pdf pdf(sheet.content());
  testing::TempDir dir;
  pdf.ToPng(dir / name);
  int pictures = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    CHECK(entry.file_size() > 5'000);
    ++pictures;
    if (const char* folder = std::getenv("FUPIN_SHEETS")) {
      std::filesystem::copy_file(entry.path(), std::string(folder) / entry.path().filename(),
                                 std::filesystem::copy_options::overwrite_existing);
    }
  }
  CHECK(pictures == pdf.page_count());
}

std::string Squeezed(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\f') out.push_back(c);
  }
  return out;
}

TEST_CASE(
    "ID-8 ID-9 SEC-1 SEC-2 USE-1 a household's notices are printed without anything of its own, "
    "and "
    "its registration form is filled from what is held and printed",
    "[walk]") {
  CaseWorld world(kRules, Shipped);
  Walk walk(world);
  const auto applied = walk.Apply("apply", 7);
  REQUIRE(applied.ok());
  walk.name = absl::StrCat("cases/", applied->receipt());
  SurveyFamily(walk);
  walk.MustAct(kLi, "surveyed", "compared");
  walk.MustAct(kWang, "compare", "appraised");
  REQUIRE(walk.Meet(25, 20).ok());
  walk.MustAct(kLi, "appraise", "first_notice");

  // What must stand on no notice.
  const std::vector<std::string> secrets = {Number(7),      Number(8), Number(7).substr(10),
                                            "0851-1234567", "1234567", "欧阳甲",
                                            "罗小兰",       "罗",      "小宝",
                                            "患大病",       "生病",    "2017",
                                            "5月6日",       "12000",   "小学",
                                            "弱劳动力",     "子女"};
  const auto clean = [&](const v1::Sheet& sheet) {
    const std::string text = Squeezed(testing::Pdf(sheet.content()).text());
    for (const std::string& secret : secrets) {
      CAPTURE(secret);
      CHECK_FALSE(absl::StrContains(text, secret));
    }
    // Nor elsewhere in the file, in clear.
    for (const std::string& secret : {Number(7), Number(8), std::string("欧阳甲")}) {
      CHECK_FALSE(absl::StrContains(sheet.content(), secret));
    }
    return text;
  };

  // The sheet is printed before it is hung up: by officers, without dates.
  v1::RenderNoticeDraftRequest draft;
  draft.set_division(kVillageAbove);
  draft.set_procedure("registration-2014");
  draft.set_step("first_notice");
  auto village = world.Stub<NoticeService>(kLi);
  const auto drafted = world.Call(*village, &NoticeService::Stub::RenderNoticeDraft, draft);
  INFO(drafted.status());
  REQUIRE(drafted.ok());
  CHECK(drafted->media_type() == "application/pdf");
  std::string text = clean(*drafted);
  CHECK(absl::StrContains(text, "拟纳入建档立卡农户名单公示"));
  CHECK(absl::StrContains(text, "公示期：7天，自张贴之日的次日起算"));
  CHECK(absl::StrContains(text, "（盖章）"));
  CHECK(absl::StrContains(text, "打印：li"));
  CHECK(absl::StrContains(text, "合成数据"));
  Keep(*drafted, "draft");
  auto stranger = world.Stub<NoticeService>("");
  CHECK(Reason(world.Call(*stranger, &NoticeService::Stub::RenderNoticeDraft, draft)) ==
        "CERT_MISSING");
  auto elsewhere = world.Stub<NoticeService>(kFang);
  CHECK(Reason(world.Call(*elsewhere, &NoticeService::Stub::RenderNoticeDraft, draft)) ==
        "DIVISION_NOT_YOURS");

  // While it hangs, everybody may print it.
  world.GoTo(CaseWorld::At(2026, 3, 5, 10));
  REQUIRE(walk.Post(kLi, kVillageAbove).ok());
  v1::RenderNoticeRequest render;
  render.set_name(walk.notice);
  const auto hung = world.Call(*stranger, &NoticeService::Stub::RenderNotice, render);
  INFO(hung.status());
  REQUIRE(hung.ok());
  text = clean(*hung);
  CHECK(absl::StrContains(text, "欧阳*"));
  CHECK(absl::StrContains(text, "共1户3人"));
  CHECK(absl::StrContains(text, "公示期：7天。2026年3月5日张贴，至2026年3月12日止。"));
  CHECK(absl::StrContains(text, "打印：公众查询页面"));
  Keep(*hung, "notice");
  world.GoTo(CaseWorld::At(2026, 3, 13, 0));
  CHECK(Reason(world.Call(*stranger, &NoticeService::Stub::RenderNotice, render)) ==
        "NOTICE_NOT_FOUND");

  // The form, on the way into the register.
  auto officer = world.Stub<RegisterService>(kLi);
  v1::GetRegistrationFormRequest get;
  get.set_household(walk.household);
  const auto before = world.Call(*officer, &RegisterService::Stub::GetRegistrationForm, get);
  INFO(before.status());
  REQUIRE(before.ok());
  CHECK(before->gaps_size() == 1);
  CHECK(before->gaps(0) == "C1 主要致贫原因");
  REQUIRE(before->gaps_en_size() == 1);
  CHECK(before->gaps_en(0) == "C1 Main cause");
  v1::GetRegistrationRequest entry;
  entry.set_household(walk.household);
  CHECK(Reason(world.Call(*officer, &RegisterService::Stub::GetRegistration, entry)) ==
        "REGISTRATION_NOT_FOUND");

  walk.MustAct(kLi, "first_notice_over", "reviewed");
  walk.RevisitIfDrawn(kWang);
  walk.MustAct(kZhao, "review", "second_notice");
  REQUIRE(walk.Post(kWang, kTownship).ok());
  world.GoTo(CaseWorld::At(2026, 3, 24, 9));
  walk.MustAct(kWang, "second_notice_over", "proposed");
  walk.RevisitIfDrawn(kChen);
  walk.MustAct(kChen, "propose", "approved");
  walk.MustAct(kLiu, "approve", "announcement");
  REQUIRE(walk.Post(kChen, kCounty).ok());
  world.GoTo(CaseWorld::At(2026, 4, 1, 9));
  walk.MustAct(kChen, "announcement_over", "form");
  CHECK(Reason(walk.Act(kWang, "register")) == "FORM_INCOMPLETE");
  v1::FillFormRequest fill;
  fill.set_name(walk.name);
  fill.mutable_form()->set_main_cause("illness");
  fill.mutable_form()->add_other_causes("labour");
  fill.mutable_form()->set_remarks("县医院诊断证明已核");
  auto township = world.Stub<CaseService>(kWang);
  REQUIRE(world.Call(*township, &CaseService::Stub::FillForm, fill).ok());
  const auto done = walk.Act(kWang, "register");
  INFO(done.status());
  REQUIRE(done.ok());

  // In the register, with the decision it stands by.
  const auto registration = world.Call(*officer, &RegisterService::Stub::GetRegistration, entry);
  INFO(registration.status());
  REQUIRE(registration.ok());
  CHECK(registration->status() == "assisted");
  CHECK(registration->status_zh() == "防止返贫致贫对象");
  REQUIRE(registration->changes_size() == 1);
  CHECK(registration->changes(0).case_() == walk.name);
  CHECK(registration->changes(0).procedure() == "registration-2014");
  CHECK(registration->main_cause_zh() == "因病");
  REQUIRE(registration->other_causes_zh_size() == 1);
  CHECK(registration->other_causes_zh(0) == "缺劳力");
  CHECK(registration->catalog_version() >= 1);
  CHECK(registration->poverty_class() != v1::POVERTY_CLASS_UNSPECIFIED);
  REQUIRE(registration->members_size() == 3);
  CHECK(registration->members(0).masked_citizen_number() != Number(7));
  CHECK(absl::StrContains(registration->members(0).masked_citizen_number(), "****"));
  CHECK(registration->members(2).relation_zh() == "子");
  CHECK(registration->surveyed());
  auto other = world.Stub<RegisterService>(kFang);
  CHECK(Reason(world.Call(*other, &RegisterService::Stub::GetRegistration, entry)) ==
        "REGISTRATION_NOT_FOUND");
  CHECK(Reason(world.Call(*other, &RegisterService::Stub::GetRegistrationForm, get)) ==
        "HOUSEHOLD_NOT_FOUND");
  auto department = world.Stub<RegisterService>("dept-mps");
  CHECK(Reason(world.Call(*department, &RegisterService::Stub::GetRegistration, entry)) ==
        "ROLE_NOT_ALLOWED");

  // Every value tells where it comes from; what is absent tells so.
  auto desk = world.Stub<RegisterService>("operator-admin");
  const auto form = world.Call(*desk, &RegisterService::Stub::GetRegistrationForm, get);
  REQUIRE(form.ok());
  CHECK(form->gaps_size() == 0);
  CHECK(Item(*form, "A21").value_zh() == "86.5");
  CHECK(Item(*form, "A21").source_kind() == "survey");
  CHECK(Item(*form, "A21").source() == "H001");
  CHECK(Item(*form, "A22").value_zh() == "砖木");
  CHECK(Item(*form, "A19").value_zh() == "16800.5");
  CHECK(Item(*form, "A19").source_kind() == "derived");
  CHECK(Item(*form, "A20").value_zh() == "5600.17");
  CHECK(Item(*form, "A37").state() == v1::ITEM_STATE_REFUSED);
  CHECK(Item(*form, "A23").state() == v1::ITEM_STATE_NOT_COLLECTED);
  CHECK(Item(*form, "A23").value_zh() == "未采集");
  CHECK(Item(*form, "H9").state() == v1::ITEM_STATE_BY_HAND);
  CHECK(Item(*form, "C1").value_zh() == "因病");
  CHECK(Item(*form, "C1").source_kind() == "register");
  CHECK(Item(*form, "C3").value_zh() == "县医院诊断证明已核");
  CHECK(Item(*form, "H1").value_zh() == registration->card_number());
  CHECK(Item(*form, "A7", 1).value_zh() == "配偶");
  CHECK(Item(*form, "A10", 2).value_zh() == "小学");
  CHECK(Item(*form, "A6", 2).state() == v1::ITEM_STATE_NOT_COLLECTED);
  CHECK(Item(*form, "A6", 0).raw() == registration->members(0).masked_citizen_number());

  v1::RenderRegistrationFormRequest print;
  print.set_household(walk.household);
  const auto printed = world.Call(*officer, &RegisterService::Stub::RenderRegistrationForm, print);
  INFO(printed.status());
  REQUIRE(printed.ok());
  const std::string paper = Squeezed(testing::Pdf(printed->content()).text());
  for (const char* part : {"贫困户登记表", "欧阳甲", "罗小兰", "欧阳小宝", "86.5平方米", "砖木",
                           "未采集", "拒答", "因病", "打印：li", "合成数据", "户主签字"}) {
    CAPTURE(part);
    CHECK(absl::StrContains(paper, part));
  }
  CHECK_FALSE(absl::StrContains(paper, Number(7)));
  CHECK_FALSE(absl::StrContains(paper, Number(8)));
  Keep(*printed, "form");

  // A household that splits: both entries tell of each other, and both have the status.
  v1::RecordHouseholdChangeRequest split;
  split.set_household(walk.household);
  split.set_request_id("split");
  split.set_kind(v1::CHANGE_KIND_SPLIT);
  split.set_date("2026-04-01");
  split.set_evidence(v1::EVIDENCE_KIND_HOUSEHOLD_BOOKLET);
  split.set_reason("分户");
  split.mutable_split()->add_member_indexes(1);
  split.mutable_split()->set_source_key("HH1-B");
  split.mutable_split()->set_division(kVillage);
  auto* relation = split.add_relations();
  relation->set_member_index(1);
  relation->set_relation("02");
  auto changer = world.Stub<v1::HouseholdChangeService>(kLi);
  const auto changed =
      world.Call(*changer, &v1::HouseholdChangeService::Stub::RecordHouseholdChange, split);
  INFO(changed.status());
  REQUIRE(changed.ok());
  const auto left = world.Call(*officer, &RegisterService::Stub::GetRegistration, entry);
  REQUIRE(left.ok());
  CHECK(left->members_size() == 2);
  bool told = false;
  std::string branch;
  for (const std::string& child : left->children()) {
    if (!absl::StartsWith(child, walk.household)) branch = child.substr(0, child.find("/versions"));
    told = true;
  }
  CHECK(told);
  REQUIRE_FALSE(branch.empty());
  entry.set_household(branch);
  const auto branched = world.Call(*officer, &RegisterService::Stub::GetRegistration, entry);
  INFO(branched.status());
  REQUIRE(branched.ok());
  CHECK(branched->status() == "assisted");
  CHECK(branched->changes(0).inherited_from() == walk.household);
  CHECK(branched->parents_size() == 1);
  CHECK(branched->members(0).name() == "罗小兰");
}

TEST_CASE(
    "ID-8 the form of a household that was never surveyed says what the register knows and no more",
    "[walk]") {
  CaseWorld world(kRules, Shipped);
  auto desk = world.Stub<RegisterService>("operator-admin");
  v1::ImportRegistrationsRequest import;
  import.set_file_hash(std::string(64, 'a'));
  auto* line = import.add_lines();
  line->set_card_number("GZ-1");
  line->set_division(kVillage);
  line->set_head_name("罗小兰");
  line->set_head_citizen_number(Number(8));
  line->set_person_count(3);
  line->set_main_cause("因病");
  auto* status = line->add_statuses();
  status->set_date("2014-06-01");
  status->set_status("registered");
  const auto taken = world.Call(*desk, &RegisterService::Stub::ImportRegistrations, import);
  REQUIRE(taken.ok());
  REQUIRE(taken->results(0).fate() == v1::LINE_FATE_ENTERED_UNSURVEYED);
  v1::GetRegistrationFormRequest get;
  get.set_household(taken->results(0).household());
  auto village = world.Stub<RegisterService>(kLi);
  const auto form = world.Call(*village, &RegisterService::Stub::GetRegistrationForm, get);
  INFO(form.status());
  REQUIRE(form.ok());
  CHECK(Item(*form, "H1").value_zh() == "GZ-1");
  CHECK(Item(*form, "H2").value_zh() == "2014-06-01");
  CHECK(Item(*form, "H4").value_zh() == "罗小兰");
  CHECK(Item(*form, "H4").source_kind() == "register");
  CHECK(Item(*form, "H5").value_zh() != Number(8));
  CHECK(Item(*form, "H7").value_zh() == "3");
  CHECK(Item(*form, "C1").value_zh() == "因病");
  CHECK(Item(*form, "H11").state() == v1::ITEM_STATE_NOT_COLLECTED);
  CHECK(Item(*form, "A21").state() == v1::ITEM_STATE_NOT_COLLECTED);
  CHECK(form->gaps(0) == "入户调查");
  CHECK(form->gaps_en(0) == "Survey");
  v1::RenderRegistrationFormRequest print;
  print.set_household(get.household());
  const auto printed = world.Call(*village, &RegisterService::Stub::RenderRegistrationForm, print);
  REQUIRE(printed.ok());
  CHECK(absl::StrContains(Squeezed(testing::Pdf(printed->content()).text()), "罗小兰"));
  auto elsewhere = world.Stub<RegisterService>(kFang);
  CHECK(Reason(world.Call(*elsewhere, &RegisterService::Stub::GetRegistrationForm, get)) ==
        "HOUSEHOLD_NOT_FOUND");
}

constexpr char kForm[] = R"(
id: "small" version: 1 title_zh: "登记表" title_en: "form"
sections {
  name_zh: "户" name_en: "household"
  items { code: "T1" label_zh: "收入" label_en: "income" required: true sources { question: "income" } }
  items { code: "T2" label_zh: "主要原因" label_en: "cause" required: true sources { register: "main_cause" } }
}
)";

TEST_CASE(
    "ID-8 which items a form must have is data: a case waits for them, and a file that is changed "
    "while everything runs is taken up, a wrong one is not",
    "[walk]") {
  CaseWorld world(kRules, [](CaseWorld& made, identification::IdentificationConfig& config) {
    const std::string file = made.dir / "form.textproto";
    if (!std::filesystem::exists(file)) FUPIN_CHECK(config::WriteFile(file, kForm).ok());
    config.set_registration_form_file(file);
  });
  const std::string file = world.dir / "form.textproto";
  Walk walk(world);
  walk.name = absl::StrCat("cases/", walk.Apply("apply", 7)->receipt());
  walk.Survey("survey", "40", 7);
  walk.MustAct(kLi, "surveyed", "compared");
  walk.MustAct(kWang, "compare", "appraised");
  walk.ThroughNotices(CaseWorld::At(2026, 3, 3, 9));
  auto stub = world.Stub<RegisterService>(kLi);
  v1::GetRegistrationFormRequest get;
  get.set_household(walk.household);
  const auto gaps = [&]() -> std::vector<std::string> {
    const auto form = world.Call(*stub, &RegisterService::Stub::GetRegistrationForm, get);
    if (!form.ok()) return {form.status().ToString()};
    return {form->gaps().begin(), form->gaps().end()};
  };
  CHECK(gaps() == std::vector<std::string>{"T2 主要原因"});
  // A form that names a question the catalog has not, an item twice, a source nobody knows.
  std::string wrong = kForm;
  wrong.replace(wrong.find("\"income\" }"), 8, "\"outcome\"");
  REQUIRE(config::WriteFile(file, wrong).ok());
  CHECK(Reason(walk.Act(kWang, "register")) == "FORM_INCOMPLETE");
  CHECK(gaps() == std::vector<std::string>{"T2 主要原因"});
  // The province asks for more.
  std::string more = kForm;
  more.insert(
      more.find("  items"),
      "  items { code: \"T0\" label_zh: \"编号\" label_en: \"card\" required: true sources { "
      "register: \"card_number\" } }\n");
  REQUIRE(config::WriteFile(file, more).ok());
  CHECK(Eventually([&] { return gaps().size() == 2; }));
  CHECK(gaps() == std::vector<std::string>{"T0 编号", "T2 主要原因"});
  v1::FillFormRequest fill;
  fill.set_name(walk.name);
  fill.mutable_form()->set_main_cause("illness");
  auto township = world.Stub<CaseService>(kWang);
  REQUIRE(world.Call(*township, &CaseService::Stub::FillForm, fill).ok());
  const auto waiting = walk.Act(kWang, "register");
  CHECK(Reason(waiting) == "FORM_INCOMPLETE");
  CHECK(absl::StrContains(waiting.status().message(), "T0 card"));
  REQUIRE(config::WriteFile(file, kForm).ok());
  CHECK(Eventually([&] { return gaps().empty(); }));
  CHECK(walk.Act(kWang, "register").ok());
}

}  // namespace
}  // namespace fupin::walks
