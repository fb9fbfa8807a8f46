// The register as a table, in and out: over gRPC, and with fupinctl as people call it.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "fupin/gis/v1/gis_service.grpc.pb.h"
#include "fupin/identification/v1/register_service.grpc.pb.h"
#include "libs/config/config.h"
#include "libs/tabular/table_reader.h"
#include "services/fupinctl/https_client.h"
#include "tests/walks/case_world.h"

namespace fupin::walks {
namespace {

using v1::RegisterService;

constexpr char kHash[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
constexpr char kAdmin[] = "operator-admin";

v1::RegisterLine Line(const std::string& card, int person,
                      const std::vector<std::pair<const char*, const char*>>& statuses) {
  v1::RegisterLine line;
  line.set_card_number(card);
  line.set_division(kVillage);
  line.set_head_name("欧阳甲");
  line.set_head_citizen_number(Number(person));
  line.set_person_count(4);
  line.set_main_cause("因病");
  for (const auto& [date, status] : statuses) {
    auto* added = line.add_statuses();
    added->set_date(date);
    added->set_status(status);
  }
  return line;
}

// The operator's desk.
class Desk {
 public:
  explicit Desk(CaseWorld& world) : world_(world), stub_(world.Stub<RegisterService>(kAdmin)) {}

  absl::StatusOr<v1::ImportRegistrationsResponse> Import(std::vector<v1::RegisterLine> lines,
                                                         bool dry_run = false) {
    v1::ImportRegistrationsRequest request;
    request.set_file_hash(kHash);
    request.set_dry_run(dry_run);
    for (size_t i = 0; i < lines.size(); ++i) {
      *request.add_lines() = lines[i];
      request.mutable_lines(static_cast<int>(i))->set_line(static_cast<int64_t>(i) + 2);
    }
    return world_.Call(*stub_, &RegisterService::Stub::ImportRegistrations, request);
  }
  // "ENTERED", or the first reason of a refusal.
  std::string Fate(const v1::RegisterLine& line, bool dry_run = false) {
    const auto answer = Import({line}, dry_run);
    if (!answer.ok()) return answer.status().ToString();
    const v1::LineResult& result = answer->results(0);
    household = result.household();
    if (result.fate() == v1::LINE_FATE_REFUSED) return result.problems(0).reason();
    return v1::LineFate_Name(result.fate()).substr(sizeof("LINE_FATE_") - 1);
  }
  std::vector<v1::Registration> List(const std::string& status = "") {
    std::vector<v1::Registration> all;
    v1::ListRegistrationsRequest list;
    list.set_division(kCounty);
    list.set_status(status);
    list.set_page_size(2);
    do {
      const auto page = world_.Call(*stub_, &RegisterService::Stub::ListRegistrations, list);
      if (!page.ok()) FAIL(page.status());
      for (const auto& each : page->registrations()) all.push_back(each);
      list.set_page_token(page->next_page_token());
    } while (!list.page_token().empty());
    return all;
  }
  absl::StatusOr<v1::Registration> Get(const std::string& name) {
    v1::GetRegistrationRequest get;
    get.set_household(name);
    return world_.Call(*stub_, &RegisterService::Stub::GetRegistration, get);
  }

  std::string household;  // of the last fate

 private:
  CaseWorld& world_;
  std::unique_ptr<RegisterService::Stub> stub_;
};

TEST_CASE(
    "ID-3 ID-8 an existing register is taken in once, with where it comes from, and nothing that "
    "stands is overwritten",
    "[walk]") {
  CaseWorld world;
  Desk desk(world);
  const v1::RegisterLine known = Line("GZ-001", 7, {{"2014-06-01", "建档立卡贫困户"}});

  // A dry run tells and writes nothing.
  CHECK(desk.Fate(known, true) == "ENTERED_UNSURVEYED");
  CHECK(desk.List().empty());
  CHECK(desk.Fate(known) == "ENTERED_UNSURVEYED");
  CHECK(desk.Fate(known) == "UNCHANGED");
  CHECK(desk.Fate(known, true) == "UNCHANGED");
  const auto entry = desk.Get(desk.household);
  INFO(entry.status());
  REQUIRE(entry.ok());
  CHECK_FALSE(entry->surveyed());
  CHECK(entry->head_name_masked() == "欧阳*");
  CHECK(entry->person_count() == 4);
  CHECK(entry->main_cause() == "illness");
  CHECK(entry->status() == "registered");
  REQUIRE(entry->changes_size() == 1);
  CHECK(entry->changes(0).imported());
  CHECK(absl::FromUnixSeconds(entry->changes(0).time().seconds()) == CaseWorld::At(2014, 6, 1, 0));
  REQUIRE(entry->imports_size() == 1);
  CHECK(entry->imports(0).file_hash() == kHash);
  CHECK(entry->imports(0).line() == 2);
  CHECK(absl::EndsWith(entry->imports(0).importer(), "operator/admin"));
  CHECK(absl::FromUnixSeconds(entry->imports(0).import_time().seconds()) == world.clock.Now());

  // Later statuses are added; what was said before is not changed.
  v1::RegisterLine later =
      Line("GZ-001", 7, {{"2014-06-01", "registered"}, {"2018-12-31", "已脱贫户"}});
  CHECK(desk.Fate(later, true) == "EXTENDED");
  CHECK(desk.Get(desk.household)->changes_size() == 1);
  CHECK(desk.Fate(later) == "EXTENDED");
  CHECK(desk.Fate(later) == "UNCHANGED");
  CHECK(desk.Get(desk.household)->status() == "exited");
  CHECK(desk.Get(desk.household)->imports_size() == 2);
  CHECK(desk.Fate(known) == "LINE_DIFFERS");
  v1::RegisterLine other = later;
  other.set_main_cause("因残");
  CHECK(desk.Fate(other) == "LINE_DIFFERS");
  other = later;
  other.mutable_statuses(0)->set_date("2014-06-02");
  CHECK(desk.Fate(other) == "LINE_DIFFERS");
  CHECK(desk.Fate(Line("GZ-001", 9, {{"2014-06-01", "registered"}})) == "LINE_CARD_TAKEN");

  // Bad rows beside good ones.
  std::vector<v1::RegisterLine> rows(12, Line("GZ-100", 20, {{"2015-01-01", "registered"}}));
  rows[1].set_head_citizen_number("520102199001011235");
  rows[2].set_head_citizen_number("520102********1234");
  rows[3].mutable_statuses(0)->set_status("很穷");
  rows[4].mutable_statuses(0)->set_date("2030-01-01");
  rows[5].mutable_statuses(0)->set_status("assisted");
  rows[6].set_division("520102");
  rows[7].set_division("1");
  rows[8].clear_statuses();
  rows[9].set_person_count(0);
  rows[10].set_main_cause("不知道");
  rows[11].set_card_number("GZ-101");
  for (int i = 1; i < 11; ++i) rows[static_cast<size_t>(i)].set_card_number(absl::StrCat("B", i));
  const auto mixed = desk.Import(rows);
  REQUIRE(mixed.ok());
  const std::vector<std::string> expected = {"",
                                             "CITIZEN_NUMBER_CHECK_DIGIT",
                                             "LINE_NUMBER_MASKED",
                                             "LINE_STATUS_UNKNOWN",
                                             "LINE_STATUS_DATE",
                                             "LINE_STATUS_NOT_THEN",
                                             "DIVISION_TOO_HIGH",
                                             "DIVISION_UNKNOWN",
                                             "LINE_STATUSES",
                                             "LINE_PERSON_COUNT",
                                             "CAUSE_UNKNOWN",
                                             "LINE_DIFFERS"};
  for (int i = 0; i < mixed->results_size(); ++i) {
    CAPTURE(i);
    const v1::LineResult& result = mixed->results(i);
    CHECK(result.line() == i + 2);
    CHECK((result.problems().empty() ? "" : result.problems(0).reason()) ==
          expected[static_cast<size_t>(i)]);
    CHECK((result.fate() == v1::LINE_FATE_REFUSED) == !result.problems().empty());
    for (const auto& problem : result.problems()) {
      CHECK_FALSE(problem.field().empty());
      // No refusal repeats what a row holds of a person.
      for (const std::string& secret : {Number(20), std::string("欧阳甲")}) {
        CHECK_FALSE(absl::StrContains(problem.message_zh(), secret));
      }
    }
  }
  CHECK(desk.List().size() == 2);
  CHECK(desk.List("exited").size() == 1);

  // Who may.
  auto township = world.Stub<RegisterService>(kChen);
  v1::ImportRegistrationsRequest import;
  import.set_file_hash(kHash);
  CHECK(Reason(world.Call(*township, &RegisterService::Stub::ImportRegistrations, import)) ==
        "ROLE_NOT_ALLOWED");
  import.set_file_hash("x");
  auto admin = world.Stub<RegisterService>(kAdmin);
  CHECK(Reason(world.Call(*admin, &RegisterService::Stub::ImportRegistrations, import)) ==
        "IMPORT_FILE_HASH");
  v1::ListRegistrationsRequest list;
  list.set_division(kCounty);
  CHECK(world.Call(*township, &RegisterService::Stub::ListRegistrations, list)
            ->registrations_size() == 2);
  list.set_page_token("nonsense");
  CHECK(Reason(world.Call(*township, &RegisterService::Stub::ListRegistrations, list)) ==
        "PAGE_TOKEN_INVALID");
  list.clear_page_token();
  auto village = world.Stub<RegisterService>(kLi);
  CHECK(Reason(world.Call(*village, &RegisterService::Stub::ListRegistrations, list)) ==
        "DIVISION_NOT_YOURS");
  auto elsewhere = world.Stub<RegisterService>(kFang);
  v1::GetRegistrationRequest get;
  get.set_household(desk.List()[0].household());
  CHECK(Reason(world.Call(*elsewhere, &RegisterService::Stub::GetRegistration, get)) ==
        "REGISTRATION_NOT_FOUND");
  CHECK(world.Call(*village, &RegisterService::Stub::GetRegistration, get).ok());

  // What lies on the disk tells nobody's name or number: neither in files nor in what rows hold.
  const std::string before = desk.Get(get.household())->SerializeAsString();
  world.Stop();
  for (const auto& each : std::filesystem::recursive_directory_iterator(world.dir / "data")) {
    if (!each.is_regular_file()) continue;
    const std::string bytes = *config::ReadFile(each.path());
    for (const std::string& secret : {Number(7), Number(20), std::string("欧阳甲")}) {
      CHECK_FALSE(absl::StrContains(bytes, secret));
    }
  }
  // Everything is still there after a restart.
  world.Start();
  CHECK(Desk(world).Get(get.household())->SerializeAsString() == before);
}

TEST_CASE(
    "ID-3 ID-9 an imported entry meets its survey and its cases: it goes on in the surveyed "
    "household, "
    "and what a case decides no import changes",
    "[walk]") {
  CaseWorld world;
  Desk desk(world);
  Walk walk(world);
  // On the map an entry counts at once, surveyed or not, and once.
  world.certs.set_identification_port(world.frame->port());
  world.certs.StartGis();
  const auto registered = [&] {
    auto map = gis::v1::GisService::NewStub(world.certs.ToGis(kAdmin));
    gis::v1::GetCellRequest get;
    get.set_division(kCounty);
    const auto counts = world.Call(*map, &gis::v1::GisService::Stub::GetCell, get)->cell().counts();
    return std::pair(counts.registered_household_count(), counts.registered_person_count());
  };
  // Surveyed under another key, only after it was taken in.
  const v1::RegisterLine line = Line("GZ-001", 7, {{"2014-06-01", "registered"}});
  REQUIRE(desk.Fate(line) == "ENTERED_UNSURVEYED");
  const std::string unsurveyed = desk.household;
  CHECK(Eventually([&] { return registered() == std::pair<int64_t, int64_t>(1, 4); }));
  // Its form says what is known, and that nobody was there.
  auto clerk = world.Stub<RegisterService>(kLi);
  v1::GetRegistrationFormRequest ask;
  ask.set_household(unsurveyed);
  CHECK(Reason(world.Call(*clerk, &RegisterService::Stub::GetRegistrationForm, ask)) ==
        "FORM_NOT_SET");
  walk.Survey("survey", "40", 7);
  REQUIRE(walk.household != unsurveyed);
  CHECK(desk.Fate(line, true) == "ADOPTED");
  CHECK(desk.Fate(line) == "ADOPTED");
  CHECK(desk.household == walk.household);
  CHECK(desk.Fate(line) == "UNCHANGED");
  const auto adopted = desk.Get(walk.household);
  REQUIRE(adopted.ok());
  CHECK(adopted->surveyed());
  CHECK(adopted->status() == "registered");
  CHECK(adopted->changes(1).inherited_from() == unsurveyed);
  // The old entry is archived, not gone.
  CHECK(desk.Get(unsurveyed)->status().empty());
  CHECK(Eventually([&] { return registered() == std::pair<int64_t, int64_t>(1, 1); }));
  CHECK(desk.List().size() == 2);

  // A survey under the card number is that household by itself.
  REQUIRE(desk.Fate(Line("HH1-2", 9, {{"2014-06-01", "registered"}})) == "ENTERED_UNSURVEYED");
  const std::string by_card = desk.household;
  v1::SubmitSurveyRequest survey;
  survey.set_request_id("by-card");
  survey.mutable_survey()->set_source_key("HH1-2");
  survey.mutable_survey()->set_division(kVillage);
  auto* provenance = survey.mutable_survey()->mutable_provenance();
  provenance->set_collector("li");
  provenance->set_enterer("li");
  provenance->mutable_collect_time()->set_seconds(absl::ToUnixSeconds(world.clock.Now()));
  auto* head = survey.mutable_survey()->add_members();
  head->set_citizen_number(Number(9));
  head->set_name("罗乙");
  head->set_relation("02");
  auto stub = world.Stub<IdentificationService>(kLi);
  const auto submitted = world.Call(*stub, &IdentificationService::Stub::SubmitSurvey, survey);
  INFO(submitted.status());
  REQUIRE(submitted.ok());
  CHECK(submitted->household() == by_card);
  CHECK(desk.Get(by_card)->surveyed());
  CHECK(desk.Get(by_card)->person_count() == 1);

  // A household that came in by cases: its import says nothing new and changes nothing.
  Walk second(world);
  second.name = absl::StrCat("cases/", second.Apply("apply", 30)->receipt());
  v1::SubmitSurveyRequest third = survey;
  third.set_request_id("third");
  third.mutable_survey()->set_source_key("HH3");
  third.mutable_survey()->mutable_members(0)->set_citizen_number(Number(30));
  auto* income = third.mutable_survey()->add_answers();
  income->set_question("income");
  income->set_number("40");
  third.mutable_survey()->mutable_provenance()->mutable_collect_time()->set_seconds(
      absl::ToUnixSeconds(world.clock.Now()));
  const auto third_stored = world.Call(*stub, &IdentificationService::Stub::SubmitSurvey, third);
  INFO(third_stored.status());
  REQUIRE(third_stored.ok());
  second.household = third_stored->household();
  IntoRegister(second, CaseWorld::At(2026, 3, 3, 9));
  const std::string entered = absl::FormatTime("%Y-%m-%d", world.clock.Now(), Shanghai());
  CHECK(desk.Fate(Line("X", 30, {{entered.c_str(), "assisted"}})) == "UNCHANGED");
  CHECK(desk.Fate(Line("X", 30, {{"2014-06-01", "registered"}})) == "LINE_DECIDED");
  CHECK(desk.Get(second.household)->changes_size() == 1);
  // In another township: told, not entered a second time.
  v1::RegisterLine moved = Line("Y", 30, {{"2014-06-01", "registered"}});
  moved.set_division("520103019001");
  CHECK(desk.Fate(moved) == "LINE_HEAD_ELSEWHERE");
}

TEST_CASE("ID-8 USE-1 the register, its form and its sheets are there over HTTPS as JSON",
          "[walk]") {
  CaseWorld world(kRules, [](CaseWorld&, identification::IdentificationConfig& config) {
    config.set_catalog_file(FUPIN_SOURCE_DIR "/deploy/catalogs/guizhou/catalog.textproto");
    config.set_registration_form_file(FUPIN_SOURCE_DIR "/deploy/forms/registration.textproto");
  });
  world.certs.set_identification_port(world.frame->port());
  world.certs.StartExchange();
  world.certs.StartGateway();
  fupinctl::HttpsClient client(world.certs.gateway().address(), world.certs.Files(kAdmin));
  v1::ImportRegistrationsRequest import;
  import.set_file_hash(kHash);
  *import.add_lines() = Line("GZ-001", 7, {{"2014-06-01", "registered"}});
  v1::ImportRegistrationsResponse taken;
  const absl::Status imported = client.Post("/v1/registrations:import", import, &taken);
  INFO(imported);
  REQUIRE(imported.ok());
  const std::string household = taken.results(0).household();
  v1::Registration entry;
  REQUIRE(client.Get(absl::StrCat("/v1/", household, "/registration"), &entry).ok());
  CHECK(entry.card_number() == "GZ-001");
  v1::ListRegistrationsResponse list;
  REQUIRE(client.Get("/v1/divisions/520102/registrations?status=registered", &list).ok());
  CHECK(list.registrations_size() == 1);
  v1::ExportRegistrationsResponse table;
  REQUIRE(client.Get("/v1/divisions/520102/registrations:export", &table).ok());
  CHECK(table.lines(0).head_name() == "欧阳*");
  v1::FilledForm form;
  REQUIRE(client.Get(absl::StrCat("/v1/", household, "/registrationForm"), &form).ok());
  CHECK(form.title_zh() == "贫困户登记表");
  v1::Sheet sheet;
  const absl::Status printed =
      client.Get(absl::StrCat("/v1/", household, "/registrationForm:render"), &sheet);
  INFO(printed);
  REQUIRE(printed.ok());
  CHECK(absl::StartsWith(sheet.content(), "%PDF-"));
  // The public's way to a sheet that does not hang.
  fupinctl::HttpsClient anyone(world.certs.gateway().address(), world.certs.Files(""));
  CHECK(ReasonOf(anyone.Get("/v1/notices/520102016-AAAAAAAAAA:render", &sheet)) ==
        "NOTICE_NOT_FOUND");
  CHECK_FALSE(anyone.Get(absl::StrCat("/v1/", household, "/registration"), &entry).ok());
}

// fupinctl against a world; what it said.
struct Said {
  int code = 0;
  std::string text;
};

Said Fupinctl(CaseWorld& world, const std::string& arguments, const std::string& as = kAdmin) {
  const std::string out = world.dir / "said";
  const int status = std::system(absl::StrCat(FUPIN_BINARY_DIR "/bin/fupinctl ", arguments,
                                              " --certs ", world.certs.certs(), " --as ", as,
                                              " --identification localhost:", world.frame->port(),
                                              " > ", out, " 2>&1")
                                     .c_str());
  return {WEXITSTATUS(status), *config::ReadFile(out)};
}

std::vector<std::vector<std::string>> TableOf(const std::string& path) {
  auto reader = tabular::TableReader::Open(path);
  if (!reader.ok()) FAIL(reader.status());
  std::vector<std::vector<std::string>> rows = {(*reader)->header()};
  tabular::Row row;
  while (true) {
    const auto more = (*reader)->Next(row);
    if (!more.ok()) FAIL(more.status());
    if (!*more) break;
    rows.emplace_back();
    for (const auto& cell : row.cells) {
      CHECK_FALSE(cell.formula);
      rows.back().push_back(cell.text);
    }
  }
  return rows;
}

TEST_CASE(
    "ID-8 SEC-1 USE-1 fupinctl takes a register in from CSV and XLSX, tells every row's fate, and "
    "gives "
    "it out masked, or whole to an operator who asks",
    "[walk]") {
  CaseWorld world;
  Desk desk(world);
  const std::string file = world.dir / "register.csv";
  const std::string good = absl::StrCat(
      "编号,区划代码,户主,身份证号,人口,状态历史,主要致贫原因,其他致贫原因,备注\n", "GZ-1,",
      kVillage, ",欧阳甲,", Number(1),
      ",3,2014-06-01 建档立卡贫困户;2018-12-31 已脱贫户,因病,缺劳力、缺技术,x\n", "GZ-2,", kVillage,
      ",=SUM(A1),", Number(2), ",5,2026-02-01 防止返贫致贫对象,,,\n");
  const std::string bad =
      absl::StrCat("GZ-2,", kVillage, ",丙,", Number(3), ",4,2014-06-01 registered,,,\n", "GZ-4,",
                   kVillage, ",丁,5.20101E+17,四,2014-06-01 registered,,,\n", "GZ-5,1,戊,",
                   Number(5), ",4,2014-06-01 registered,,,\n");
  REQUIRE(config::WriteFile(file, good + bad).ok());

  const Said dry = Fupinctl(world, absl::StrCat("register import ", file, " --dry_run"));
  INFO(dry.text);
  CHECK(dry.code == 1);
  for (const char* part :
       {"第 2 行 row: 新增,未入户", "第 3 行 row: 新增,未入户",
        "第 4 行 row: REGISTER_ROW_DOUBLE 建档立卡编号", "REGISTER_CELL_MANGLED 户主身份证号",
        "REGISTER_CELL_NUMBER 家庭人口", "DIVISION_UNKNOWN 区划代码",
        "未使用的列 column not used: 备注", "nothing was written"}) {
    CAPTURE(part);
    CHECK(absl::StrContains(dry.text, part));
  }
  CHECK_FALSE(absl::StrContains(dry.text, Number(3)));
  CHECK(desk.List().empty());

  const Said taken = Fupinctl(world, absl::StrCat("register import ", file));
  CHECK(taken.code == 1);
  CHECK(desk.List().size() == 2);
  const Said again = Fupinctl(world, absl::StrCat("register import ", file));
  INFO(again.text);
  CHECK(absl::StrContains(again.text, "无变化 unchanged"));
  CHECK(desk.List().size() == 2);
  CHECK(desk.List()[0].imports(0).file_hash().size() == 64);

  // Looked at.
  const Said list = Fupinctl(world, absl::StrCat("registrations ", kCounty));
  INFO(list.text);
  CHECK(absl::StrContains(list.text, "GZ-1"));
  CHECK(absl::StrContains(list.text, "已脱贫户"));
  const Said one =
      Fupinctl(world, absl::StrCat("registration ", desk.List("exited")[0].household()));
  INFO(one.text);
  CHECK(one.code == 0);
  for (const char* part :
       {"2014-06-01", "建档立卡贫困户", "2018-12-31", "已脱贫户", "因病", "缺劳力"}) {
    CAPTURE(part);
    CHECK(absl::StrContains(one.text, part));
  }
  if (std::getenv("FUPIN_SHEETS") != nullptr)
    std::printf("%s\n%s\n%s\n", dry.text.c_str(), list.text.c_str(), one.text.c_str());

  // Out: masked for everybody, whole for an operator who asks.
  const std::string masked = world.dir / "masked.csv";
  const Said out = Fupinctl(world, absl::StrCat("register export ", kCounty, " ", masked), kChen);
  INFO(out.text);
  REQUIRE(out.code == 0);
  const std::string bytes = *config::ReadFile(masked);
  for (const std::string& secret : {Number(1), Number(2), std::string("欧阳甲")}) {
    CHECK_FALSE(absl::StrContains(bytes, secret));
  }
  const std::string whole = world.dir / "whole.xlsx";
  const Said refused = Fupinctl(
      world, absl::StrCat("register export ", kCounty, " ", whole, " --with_numbers"), kChen);
  CHECK(refused.code == 3);
  CHECK(absl::StrContains(refused.text, "操作员"));
  CHECK_FALSE(config::ReadFile(whole).ok());
  for (const char* name : {"whole.xlsx", "whole.csv"}) {
    CAPTURE(name);
    const std::string path = world.dir / name;
    const Said all =
        Fupinctl(world, absl::StrCat("register export ", kCounty, " ", path, " --with_numbers"));
    INFO(all.text);
    REQUIRE(all.code == 0);
    const auto rows = TableOf(path);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0][0] == "建档立卡编号");
    std::set<std::string> heads;
    std::set<std::string> numbers;
    for (size_t i = 1; i < rows.size(); ++i) {
      heads.insert(rows[i][3]);
      numbers.insert(rows[i][4]);
    }
    CHECK(numbers == std::set<std::string>{Number(1), Number(2)});
    // A name that a spreadsheet would run is text in both.
    CHECK(heads.count(std::string(name) == "whole.csv" ? "'=SUM(A1)" : "=SUM(A1)") == 1);
    // What is given out is taken in: here it changes nothing, elsewhere it is the same register.
    const Said back = Fupinctl(world, absl::StrCat("register import ", path));
    INFO(back.text);
    CHECK(back.code == 0);
    CHECK(desk.List()[0].changes_size() + desk.List()[1].changes_size() == 3);
    CaseWorld other;
    CHECK(Fupinctl(other, absl::StrCat("register import ", path)).code == 0);
    const std::string copy = other.dir / name;
    CHECK(Fupinctl(other, absl::StrCat("register export 52 ", copy, " --with_numbers")).code == 0);
    auto copied = TableOf(copy);
    REQUIRE(copied.size() == 3);
    // The households' names are each installation's own.
    std::set<std::string> here, there;
    for (size_t i = 1; i < 3; ++i) {
      here.insert(absl::StrJoin(rows[i].begin(), rows[i].begin() + 14, "|"));
      there.insert(absl::StrJoin(copied[i].begin(), copied[i].begin() + 14, "|"));
    }
    CHECK(here == there);
  }
  CHECK(Fupinctl(world, "register export").code == 2);
  CHECK(Fupinctl(world, "register import /nowhere.csv").code != 0);
}

TEST_CASE("ID-8 a register of 20,000 entries is taken in, given out, and printed on long sheets",
          "[.][long]") {
  CaseWorld world;
  Desk desk(world);
  constexpr int kRows = 20'000;
  std::string table = "编号,区划代码,户主,身份证号,人口,状态历史\n";
  for (int i = 0; i < kRows; ++i) {
    absl::StrAppend(&table, "GZ-", i, ",", kVillage, ",罗某,", Number(i),
                    ",3,2014-06-01 建档立卡贫困户\n");
  }
  const std::string file = world.dir / "big.csv";
  REQUIRE(config::WriteFile(file, table).ok());
  const auto timed = [&](const std::string& what, const std::string& arguments) {
    const absl::Time start = absl::Now();
    const Said said = Fupinctl(world, arguments);
    INFO(said.text.substr(0, 2000));
    CHECK(said.code == 0);
    std::printf("%s: %s\n", what.c_str(), absl::FormatDuration(absl::Now() - start).c_str());
  };
  timed("dry run",
        absl::StrCat("register import ", file, " --dry_run --messages ", world.dir / "m"));
  timed("import", absl::StrCat("register import ", file));
  timed("again", absl::StrCat("register import ", file));
  timed("export", absl::StrCat("register export 52 ", world.dir / "out.xlsx"));
}

}  // namespace
}  // namespace fupin::walks
