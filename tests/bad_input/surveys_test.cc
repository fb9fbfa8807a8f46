// One survey spoiled in one place: it is refused with the field named, and no part of it is kept.
#include <functional>
#include <limits>
#include <set>

#include <grpcpp/client_context.h>
#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "fupin/identification/v1/identification_service.grpc.pb.h"
#include "libs/codes/citizen_number.h"
#include "libs/rpc/wire_status.h"
#include "tests/bad_input/drafts.h"
#include "tests/bad_input/probe.h"

namespace fupin::bad_input {
namespace {

using identification::v1::IdentificationService;
using identification::v1::SubmitSurveyRequest;
using identification::v1::Survey;
using identification::v1::SurveyMember;
using walks::Number;
using walks::World;

using Change = std::function<void(SubmitSurveyRequest&)>;

constexpr char kName[] = "合成姓名某";
constexpr char kOverride[] = "a\xe2\x80\xae";

struct Case {
  const char* what;
  Change change;
  const char* reason;
  const char* field;
  absl::StatusCode code = absl::StatusCode::kInvalidArgument;
  bool more = false;  // other problems may stand beside the first
};

Change Of(std::function<void(Survey&)> change) {
  return [=](SubmitSurveyRequest& request) { change(*request.mutable_survey()); };
}
Change Member(std::function<void(SurveyMember&)> change) {
  return Of([=](Survey& survey) { change(*survey.mutable_members(1)); });
}
Change Citizen(const std::string& number) {
  return Member([=](auto& member) { member.set_citizen_number(number); });
}
Change Name(const std::string& name) {
  return Member([=](auto& member) { member.set_name(name); });
}
// A fifth answer of the household.
Change Answer(const std::string& question,
              std::function<void(identification::v1::Answer&)> change) {
  return Of([=](Survey& survey) {
    auto* answer = survey.add_answers();
    answer->set_question(question);
    change(*answer);
  });
}
Change Money(const std::string& number) {
  return Answer("H029", [=](auto& answer) { answer.set_number(number); });
}
std::string Numbered(const std::string& first17) {
  return first17 + codes::CitizenNumber::CheckCharacter(first17);
}

SubmitSurveyRequest Good(int h) {
  SubmitSurveyRequest request = walks::Survey(h, 10 * h, 3);
  for (auto& member : *request.mutable_survey()->mutable_members()) member.set_name(kName);
  return request;
}

absl::Status Submit(const std::shared_ptr<grpc::Channel>& channel,
                    const SubmitSurveyRequest& request,
                    identification::v1::SubmitSurveyResponse* response) {
  const auto stub = IdentificationService::NewStub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  return rpc::FromGrpc(stub->SubmitSurvey(&context, request, response));
}

const std::vector<Case>& Cases() {
  static constexpr char kCitizen[] = "survey.members[1].citizen_number";
  static constexpr char kMemberName[] = "survey.members[1].name";
  static constexpr char kBirth[] = "survey.members[1].birth_date";
  static constexpr char kFifth[] = "survey.answers[4]";
  static constexpr char kTime[] = "survey.provenance.collect_time";
  static constexpr char kPlace[] = "survey.provenance.latitude";
  static const auto& cases = *new std::vector<Case>{
      {"I05 no survey", [](auto& r) { r.clear_survey(); }, "SURVEY_MISSING", "survey"},
      {"I05 no request id", [](auto& r) { r.clear_request_id(); }, "REQUEST_ID_INVALID",
       "request_id"},
      {"I07 request id with a path", [](auto& r) { r.set_request_id("../1"); },
       "REQUEST_ID_INVALID", "request_id"},
      {"I16 request id of 1 MB", [](auto& r) { r.set_request_id(std::string(1'000'000, 'a')); },
       "REQUEST_ID_INVALID", "request_id"},
      {"I05 no key", Of([](auto& s) { s.clear_source_key(); }), "SOURCE_KEY_MISSING",
       "survey.source_key"},
      {"I16 key of 65", Of([](auto& s) { s.set_source_key(std::string(65, 'k')); }),
       "SOURCE_KEY_TOO_LONG", "survey.source_key"},
      {"I07 key with a direction", Of([](auto& s) { s.set_source_key(kOverride); }), "TEXT_CONTROL",
       "survey.source_key"},
      {"I05 no division", Of([](auto& s) { s.clear_division(); }), "DIVISION_UNKNOWN",
       "survey.division", absl::StatusCode::kNotFound},
      {"I05 unknown division", Of([](auto& s) { s.set_division("520102016999"); }),
       "DIVISION_UNKNOWN", "survey.division", absl::StatusCode::kNotFound},
      {"I05 a citizen number as division", Of([](auto& s) { s.set_division(Number(3)); }),
       "DIVISION_UNKNOWN", "survey.division", absl::StatusCode::kNotFound},
      {"I05 a county as division", Of([](auto& s) { s.set_division("520102"); }),
       "DIVISION_TOO_HIGH", "survey.division"},
      {"I05 nobody", Of([](auto& s) { s.clear_members(); }), "MEMBERS_MISSING", "survey.members"},
      {"I16 101 members", Of([](auto& s) {
         for (int i = 0; i < 98; ++i) *s.add_members() = s.members(2);
       }),
       "MEMBERS_TOO_MANY", "survey.members"},
      {"I04 a million members", Of([](auto& s) {
         for (int i = 0; i < 1'000'000; ++i) s.add_members();
       }),
       "MEMBERS_TOO_MANY", "survey.members"},
      {"I04 a million answers", Of([](auto& s) {
         for (int i = 0; i < 1'000'000; ++i) s.add_answers();
       }),
       "ANSWERS_TOO_MANY", "survey.answers"},
      {"I05 no head", Of([](auto& s) { s.mutable_members(0)->set_relation("20"); }), "HEAD_NOT_ONE",
       "survey.members"},
      {"I05 two heads", Member([](auto& m) { m.set_relation("02"); }), "HEAD_NOT_ONE",
       "survey.members"},
      {"I05 no collector", Of([](auto& s) { s.mutable_provenance()->clear_collector(); }),
       "COLLECTOR_MISSING", "survey.provenance.collector"},
      {"I05 no enterer", Of([](auto& s) { s.mutable_provenance()->clear_enterer(); }),
       "ENTERER_MISSING", "survey.provenance.enterer"},
      {"I07 collector with a direction",
       Of([](auto& s) { s.mutable_provenance()->set_collector(kOverride); }), "PROVENANCE_TEXT",
       "survey.provenance.collector"},
      {"I16 device of 1 MB",
       Of([](auto& s) { s.mutable_provenance()->set_device(std::string(1'000'000, 'd')); }),
       "PROVENANCE_TEXT", "survey.provenance.device"},
      {"I05 unknown method", Of([](auto& s) {
         s.mutable_provenance()->set_method(static_cast<type::v1::CollectionMethod>(99));
       }),
       "METHOD_UNKNOWN", "survey.provenance.method"},
      {"I11 no time", Of([](auto& s) { s.mutable_provenance()->clear_collect_time(); }),
       "COLLECT_TIME_MISSING", kTime},
      {"I11 a time in the future", Of([](auto& s) {
         s.mutable_provenance()->mutable_collect_time()->set_seconds(4'000'000'000);
       }),
       "COLLECT_TIME_FUTURE", kTime},
      {"I11 a time beyond everything", Of([](auto& s) {
         s.mutable_provenance()->mutable_collect_time()->set_seconds(
             std::numeric_limits<int64_t>::max());
       }),
       "COLLECT_TIME_FUTURE", kTime},
      {"I11 a time before everything", Of([](auto& s) {
         s.mutable_provenance()->mutable_collect_time()->set_seconds(
             std::numeric_limits<int64_t>::min());
       }),
       "COLLECT_TIME_INVALID", kTime},
      {"I11 a time with negative nanoseconds",
       Of([](auto& s) { s.mutable_provenance()->mutable_collect_time()->set_nanos(-1); }),
       "COLLECT_TIME_INVALID", kTime},
      {"I12 latitude NaN", Of([](auto& s) {
         s.mutable_provenance()->set_latitude(std::numeric_limits<double>::quiet_NaN());
         s.mutable_provenance()->set_longitude(106.7);
       }),
       "LOCATION_INVALID", kPlace},
      {"I12 latitude 106 and longitude 26", Of([](auto& s) {
         s.mutable_provenance()->set_latitude(106.7);
         s.mutable_provenance()->set_longitude(26.6);
       }),
       "LOCATION_INVALID", kPlace},
      {"I12 latitude alone", Of([](auto& s) { s.mutable_provenance()->set_latitude(26.6); }),
       "LOCATION_INVALID", kPlace},

      {"I08 check digit", Citizen("529999195001010011"), "CITIZEN_NUMBER_CHECK_DIGIT", kCitizen},
      {"I08 17 characters", Citizen("52999919500101001"), "CITIZEN_NUMBER_LENGTH", kCitizen},
      {"I08 15 digits", Citizen("110105491231002"), "CITIZEN_NUMBER_FIFTEEN_DIGITS", kCitizen},
      {"I08 scientific", Citizen("5.29999195001010E+17"), "CITIZEN_NUMBER_MANGLED", kCitizen},
      {"I08 last digits lost", Citizen("529999195001010000"), "CITIZEN_NUMBER_MANGLED", kCitizen},
      {"I08 full-width digits", Citizen("５２９９９９１９５００１０１００１０"),
       "CITIZEN_NUMBER_CHARACTER", kCitizen},
      {"I08 born in month 13", Citizen(Numbered("52999919501301001")), "CITIZEN_NUMBER_BIRTH_DATE",
       kCitizen},
      {"I08 born in the future", Citizen(Numbered("52999921500101001")),
       "CITIZEN_NUMBER_BIRTH_RANGE", kCitizen},
      {"I08 no such province", Citizen(Numbered("99999919500101001")), "CITIZEN_NUMBER_DIVISION",
       kCitizen},
      {"I08 birth date against the number", Member([](auto& m) { m.set_birth_date("1987-06-05"); }),
       "BIRTH_DATE_CONFLICT", kBirth},
      {"I08 a number and a key", Member([](auto& m) { m.set_person_key("P1"); }), "MEMBER_KEYS",
       kCitizen},
      {"I09 the same number twice",
       Of([](auto& s) { s.mutable_members(2)->set_citizen_number(s.members(1).citizen_number()); }),
       "MEMBER_REPEATED", "survey.members[2]"},
      {"I09 the same number twice, once with a small x", Of([](auto& s) {
         s.mutable_members(1)->set_citizen_number("11010519491231002X");
         s.mutable_members(2)->set_citizen_number("11010519491231002x");
       }),
       "MEMBER_REPEATED", "survey.members[2]"},
      {"I16 key of a person of 1 MB", Member([](auto& m) {
         m.clear_citizen_number();
         m.set_person_key(std::string(1'000'000, 'p'));
       }),
       "SOURCE_KEY_TOO_LONG", "survey.members[1].person_key"},
      {"I11 born on 29 February 2023", Member([](auto& m) {
         m.clear_citizen_number();
         m.set_birth_date("2023-02-29");
       }),
       "DATE_FORMAT", kBirth},
      {"I11 a date with slashes", Member([](auto& m) {
         m.clear_citizen_number();
         m.set_birth_date("1987/06/05");
       }),
       "DATE_FORMAT", kBirth},
      {"I11 born tomorrow's century", Member([](auto& m) {
         m.clear_citizen_number();
         m.set_birth_date("2150-01-01");
       }),
       "BIRTH_DATE_RANGE", kBirth},
      {"I11 born 1801", Member([](auto& m) {
         m.clear_citizen_number();
         m.set_birth_date("1801-01-01");
       }),
       "BIRTH_DATE_RANGE", kBirth},

      {"I07 no name", Name(""), "NAME_EMPTY", kMemberName},
      {"I07 a name of blanks", Name("　 "), "NAME_EMPTY", kMemberName},
      {"I07 right-to-left override", Name(kOverride), "TEXT_CONTROL", kMemberName},
      {"I07 zero-width space", Name("a\xe2\x80\x8b"), "TEXT_CONTROL", kMemberName},
      {"I07 NUL", Name(std::string("a\0b", 3)), "TEXT_CONTROL", kMemberName},
      {"I07 byte order mark", Name("\xef\xbb\xbfwang"), "TEXT_CONTROL", kMemberName},
      {"I16 a name of 51", Name(std::string(51, 'a')), "NAME_TOO_LONG", kMemberName},
      {"I16 a name of 1 MB", Name(std::string(1'000'000, 'a')), "NAME_TOO_LONG", kMemberName},
      {"I14 unknown relation", Member([](auto& m) { m.set_relation("88"); }), "RELATION_UNKNOWN",
       "survey.members[1].relation"},
      {"I14 relation in words", Member([](auto& m) { m.set_relation("儿子"); }), "RELATION_UNKNOWN",
       "survey.members[1].relation"},
      {"I14 sex in words", Member([](auto& m) { m.set_sex("男"); }), "SEX_UNKNOWN",
       "survey.members[1].sex"},

      {"I05 unknown question", Answer("H999", [](auto& a) { a.set_yes(true); }), "QUESTION_UNKNOWN",
       kFifth},
      {"I05 a question of members", Answer("M002", [](auto& a) { a.set_choice("full"); }),
       "QUESTION_SCOPE", kFifth},
      {"I05 answered twice", Answer("H050", [](auto& a) { a.set_number("1"); }),
       "QUESTION_REPEATED", kFifth},
      {"I05 no answer", Answer("H029", [](auto&) {}), "ANSWER_MISSING", kFifth},
      {"I13 absent, but why",
       Answer("H029", [](auto& a) { a.set_absent(identification::v1::ABSENCE_UNSPECIFIED); }),
       "ANSWER_MISSING", kFifth},
      {"I05 unknown absence",
       Answer("H029", [](auto& a) { a.set_absent(static_cast<identification::v1::Absence>(99)); }),
       "ANSWER_MISSING", kFifth},
      {"I05 yes where a number is", Answer("H029", [](auto& a) { a.set_yes(true); }), "ANSWER_TYPE",
       kFifth},
      {"I14 unknown choice", Answer("H004", [](auto& a) { a.set_choice("E"); }), "ANSWER_CHOICE",
       kFifth},
      {"I12 NaN", Money("NaN"), "ANSWER_TYPE", kFifth},
      {"I12 infinity", Money("inf"), "ANSWER_TYPE", kFifth},
      {"I12 an exponent", Money("1e5"), "ANSWER_TYPE", kFifth},
      {"I12 hexadecimal", Money("0x10"), "ANSWER_TYPE", kFifth},
      {"I12 full-width digits", Money("１２"), "ANSWER_TYPE", kFifth},
      {"I12 in words", Money("三千"), "ANSWER_TYPE", kFifth},
      {"I12 nothing", Money(""), "ANSWER_TYPE", kFifth},
      {"I12 negative money", Money("-1"), "ANSWER_RANGE", kFifth},
      {"I12 three decimals", Money("12.345"), "ANSWER_DECIMALS", kFifth},
      {"I12 seven decimals", Money("12.3456789"), "ANSWER_DECIMALS", kFifth},
      {"I12 more than anybody has", Money("2000000.01"), "ANSWER_RANGE", kFifth},
      {"I12 20 digits", Money("99999999999999999999"), "ANSWER_RANGE", kFifth},
      {"I12 a million digits", Money(std::string(1'000'000, '9')), "ANSWER_RANGE", kFifth},
      {"I12 half a bed", Answer("H015", [](auto& a) { a.set_number("1.5"); }), "ANSWER_DECIMALS",
       kFifth},
      {"I04 everything wrong with 100 members", Of([](auto& s) {
         while (s.members_size() < 100) *s.add_members() = s.members(2);
         for (auto& member : *s.mutable_members()) {
           member.set_citizen_number("529999195001010011");
           for (int i = 0; i < 20; ++i) member.add_answers()->set_question("M001");
         }
       }),
       "CITIZEN_NUMBER_CHECK_DIGIT", "survey.members[0].citizen_number",
       absl::StatusCode::kInvalidArgument, true},
  };
  return cases;
}

TEST_CASE("I04 I05 I07 I08 I09 I11 I12 I13 I14 I16 a survey with one fault leaves nothing",
          "[walk]") {
  World world;
  world.Start();
  const auto tablet = world.ToIdentification("enumerator-tablet-1");
  int h = 0;
  for (const Case& c : Cases()) {
    INFO(c.what);
    const SubmitSurveyRequest good = Good(++h);
    SubmitSurveyRequest bad = good;
    c.change(bad);
    identification::v1::SubmitSurveyResponse response;
    const absl::Status status = Submit(tablet, bad, &response);
    CAPTURE(status);
    CHECK(status.code() == c.code);
    CHECK(ReasonOf(status) == c.reason);
    auto problems = ProblemsOf(status);
    REQUIRE_FALSE(problems.empty());
    CHECK(problems[0].field == c.field);
    if (c.more) {
      CHECK(problems.size() > 5);
      CHECK(problems.back().reason == "PROBLEMS_NOT_LISTED");
      CHECK_FALSE(problems.back().message_zh.empty());
      CHECK_FALSE(problems.back().message_en.empty());
      problems.pop_back();
    } else {
      CHECK(problems.size() == 1);
    }
    CheckProblems(
        problems,
        {kName, good.survey().members(0).citizen_number(),
         good.survey().members(1).citizen_number(), "529999195001010011",
         bad.survey().members_size() > 1 ? bad.survey().members(1).citizen_number() : ""});
    // The good survey under the same request id and key is the first of its household: nothing of
    // the bad one was kept, not even that it came.
    const absl::Status after = Submit(tablet, good, &response);
    CAPTURE(after);
    REQUIRE(after.ok());
    CHECK(response.version() == 1);
  }
  const auto reader = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  identification::v1::ListHouseholdsRequest list;
  list.set_division(walks::kVillage);
  list.set_page_size(500);
  CHECK(walks::Eventually([&] {
    grpc::ClientContext context;
    identification::v1::ListHouseholdsResponse households;
    return reader->ListHouseholds(&context, list, &households).ok() &&
           households.households_size() == static_cast<int>(Cases().size());
  }));
  const std::string log = world.identification().log();
  CHECK(log.find(kName) == std::string::npos);
  CHECK(log.find("5299991950") == std::string::npos);
  CHECK(world.identification().Stop() == 0);
  CHECK(world.exchange().Stop() == 0);
}

TEST_CASE("I01 I02 I03 I04 I06 bytes that are no survey are answered with a reason", "[walk]") {
  World world;
  world.Start();
  const auto tablet = world.ToIdentification("enumerator-tablet-1");
  const std::string good = Good(1).SerializeAsString();
  std::string gbk = good;
  gbk.replace(gbk.find(kName), 4, "\xcd\xf5\xd0\xa1");
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += TagOf(77, 3);
  for (const std::string& bytes :
       {std::string("\xff\xff\xff"), gbk, good.substr(0, good.size() - 3), deep,
        std::string("{\"request_id\":\"1\"}")}) {
    CAPTURE(bytes.size());
    const absl::Status status = CallBytes(tablet, kSubmitSurvey, bytes);
    CAPTURE(status);
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(ReasonOf(status) == "REQUEST_MALFORMED");
    CheckProblems(ProblemsOf(status), {kName});
  }
  CHECK(CallBytes(tablet, kSubmitSurvey, std::string(5 << 20, '\0')).code() ==
        absl::StatusCode::kResourceExhausted);
  // Fields this version does not know belong to a newer sender and do no harm.
  CHECK(CallBytes(tablet, kSubmitSurvey, good + Delimited(777, "new")).ok());
  identification::v1::SubmitSurveyResponse response;
  REQUIRE(Submit(tablet, Good(1), &response).ok());
  CHECK(response.version() == 1);
  CHECK(world.identification().Stop() == 0);
  CHECK(world.exchange().Stop() == 0);
}

TEST_CASE("I09 I13 I18 refused is not zero, a replay is one survey, a double is found", "[walk]") {
  World world;
  world.Start();
  const auto tablet = world.ToIdentification("enumerator-tablet-1");
  SubmitSurveyRequest request = Good(1);
  auto* refused = request.mutable_survey()->add_answers();
  refused->set_question("H029");
  refused->set_absent(identification::v1::ABSENCE_REFUSED);
  auto* zero = request.mutable_survey()->add_answers();
  zero->set_question("H030");
  zero->set_number("0");
  identification::v1::SubmitSurveyResponse first;
  REQUIRE(Submit(tablet, request, &first).ok());
  identification::v1::SubmitSurveyResponse replay;
  REQUIRE(Submit(tablet, request, &replay).ok());
  CHECK(replay.household() == first.household());
  CHECK(replay.version() == 1);
  // The same request id for other content: both hashes are told.
  SubmitSurveyRequest other = request;
  other.mutable_survey()->mutable_answers(5)->set_number("1");
  const absl::Status reused = Submit(tablet, other, &replay);
  CHECK(reused.code() == absl::StatusCode::kAlreadyExists);
  CHECK(ReasonOf(reused) == "REQUEST_ID_REUSED");
  CheckProblems(ProblemsOf(reused), {kName});
  const std::string text = ProblemsOf(reused)[0].message_en;
  int hex = 0;
  for (const char c : text.substr(text.find("hash sent: ") + 11)) hex += std::isxdigit(c) ? 1 : 0;
  CHECK(hex >= 64);

  const auto reader = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  const auto household = [&](const std::string& name) {
    identification::v1::GetHouseholdRequest get;
    get.set_name(name);
    grpc::ClientContext context;
    identification::v1::Household out;
    CHECK(reader->GetHousehold(&context, get, &out).ok());
    return out;
  };
  const identification::v1::Household kept = household(first.household());
  const auto& answers = kept.answers();
  REQUIRE(answers.size() == 6);
  CHECK(answers[4].absent() == identification::v1::ABSENCE_REFUSED);
  CHECK(answers[5].number() == "0");

  // The same person in a second household; and one person under two numbers, of which the register
  // knows one.
  Pushed pushed =
      PushBatch(world.ToExchange("dept-mps"), StartOf("mps.population", "p"),
                {walks::Person(world, 10, 1, kName), walks::Person(world, 11, 1, kName)});
  REQUIRE(pushed.status.ok());
  SubmitSurveyRequest second = Good(2);
  second.mutable_survey()->mutable_members(1)->set_citizen_number(Number(10));
  identification::v1::SubmitSurveyResponse doubled;
  REQUIRE(Submit(tablet, second, &doubled).ok());
  const auto open = [&](const std::string& name, const std::string& rule) {
    std::set<int> members;
    const identification::v1::Household found = household(name);
    for (const auto& finding : found.findings()) {
      if (finding.rule() == rule && finding.state() == identification::v1::FINDING_STATE_OPEN) {
        members.insert(finding.member_index());
      }
    }
    return members;
  };
  CHECK(walks::Eventually([&] {
    return open(doubled.household(), "X051") == std::set<int>{1} &&
           open(first.household(), "X051") == std::set<int>{0} &&
           open(first.household(), "X050") == std::set<int>{2};
  }));
  CHECK(household(doubled.household()).members(1).household_count() == 2);
  CHECK(world.identification().Stop() == 0);
  CHECK(world.exchange().Stop() == 0);
}

}  // namespace
}  // namespace fupin::bad_input
