// One bad record between two good ones, again and again: the bad one is named, nothing of it is
// kept but the rejection its sender can list, and its neighbours are taken.
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <set>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "fupin/exchange/v1/exchange_service.grpc.pb.h"
#include "libs/codes/citizen_number.h"
#include "libs/rpc/wire_status.h"
#include "tests/bad_input/drafts.h"
#include "tests/bad_input/probe.h"

namespace fupin::bad_input {
namespace {

using exchange::v1::Verdict;
using walks::Number;
using walks::World;

using Change = std::function<void(Draft&)>;

struct Case {
  const char* what;  // begins with the id of the fault
  const char* dataset;
  Change change;
  const char* reason;
  const char* field;
  bool more = false;  // other problems may stand beside the first
};

constexpr char kPerson[] = "mps.population";
constexpr char kCar[] = "mps.vehicles";
constexpr char kTax[] = "tax.individual_income";
constexpr char kLand[] = "land.contracted_land";
constexpr char kPaid[] = "finance.subsidies_paid";
constexpr char kRoad[] = "transport.road_access";
constexpr char kFirm[] = "samr.companies";
constexpr char kDole[] = "civil.subsistence_allowance";
constexpr char kWard[] = "health.inpatient";

Change Text(const char* field, std::string text) {
  return [=](Draft& draft) { draft.values[field] = text; };
}
Change Citizen(std::string number) { return Text("citizen_number", std::move(number)); }
Change Name(std::string name) { return Text("name", std::move(name)); }
Change Whole(const char* field, int64_t number) {
  return [=](Draft& draft) { draft.values[field] = *fixed::MicroFromInteger(number); };
}
Change Absent(const char* field) {
  return [=](Draft& draft) { draft.values.erase(field); };
}
// Bytes behind the values, the field itself left out.
Change Wire(const char* instead_of, std::string bytes) {
  return [=](Draft& draft) {
    if (*instead_of != '\0') draft.values.erase(instead_of);
    draft.appended += bytes;
  };
}
Change Payload(std::string bytes) {
  return [=](Draft& draft) { draft.record.set_payload(bytes); };
}
Change Header(std::function<void(exchange::v1::PushedRecord&)> change) {
  return [=](Draft& draft) { change(draft.record); };
}
Change InGb18030(Change change) {
  return [=](Draft& draft) {
    draft.charset = exchange::v1::CHARSET_GB18030;
    change(draft);
  };
}

std::string Repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

// A double field of land.contracted_land with these bits.
std::string Area(double value) {
  char bytes[8];
  std::memcpy(bytes, &value, 8);
  return TagOf(3, 1) + std::string(bytes, 8);
}

// A number whose check character fits, whatever the rest says.
std::string Numbered(const std::string& first17) {
  return first17 + codes::CitizenNumber::CheckCharacter(first17);
}

Change BusinessTime(int64_t seconds, int32_t nanos = 0) {
  return Header([=](auto& record) {
    record.mutable_business_time()->set_seconds(seconds);
    record.mutable_business_time()->set_nanos(nanos);
  });
}

const std::vector<Case>& WireCases() {
  static const auto& cases = *new std::vector<Case>{
      {"I01 junk", kPerson, Payload("\xff\xff\xff"), "PAYLOAD_MALFORMED", "payload"},
      {"I01 JSON instead of protobuf", kPerson, Payload("{\"name\":\"x\"}"), "PAYLOAD_MALFORMED",
       "payload"},
      {"I01 zero bytes", kPerson, Payload(std::string(64, '\0')), "PAYLOAD_MALFORMED", "payload"},
      {"I03 cut in a text", kPerson, Payload(Delimited(1, Number(1)).substr(0, 12)),
       "PAYLOAD_MALFORMED", "payload"},
      {"I03 cut in a tag", kPerson, Wire("", "\x80"), "PAYLOAD_MALFORMED", "payload"},
      {"I03 length beyond the end", kPerson, Wire("name", TagOf(2, 2) + Varint(1 << 30)),
       "PAYLOAD_MALFORMED", "payload"},
      {"I03 length of 2^64-1", kPerson, Wire("name", TagOf(2, 2) + Varint(~uint64_t{0})),
       "PAYLOAD_MALFORMED", "payload"},
      {"I03 endless varint", kTax, Wire("income_fen", TagOf(3, 0) + std::string(11, '\xff')),
       "PAYLOAD_MALFORMED", "payload"},
      {"I04 groups 8,000 deep", kPerson, Wire("", Repeat(TagOf(90, 3), 8000)), "PAYLOAD_MALFORMED",
       "payload"},
      {"I04 5,000 unknown fields", kPerson, Wire("", Repeat(TagOf(90, 0) + Varint(1), 5000)),
       "UNKNOWN_FIELD", "#90", true},
      {"I04 one field 5,000 times", kPerson, Wire("", Repeat(Delimited(2, "a"), 5000)),
       "DUPLICATE_FIELD", "name", true},
      {"I04 a payload of 16 KiB and one", kPerson, Payload(std::string((16 << 10) + 1, 'a')),
       "PAYLOAD_TOO_LARGE", "payload"},
      {"I04 packed numbers", kTax, Wire("income_fen", Delimited(3, std::string(9000, '\1'))),
       "WRONG_WIRE_TYPE", "income_fen"},
      {"I05 unknown field", kPerson, Wire("", TagOf(90, 0) + Varint(1)), "UNKNOWN_FIELD", "#90"},
      {"I05 unknown field 2^29-1", kPerson, Wire("", TagOf((1 << 29) - 1, 0) + Varint(1)),
       "UNKNOWN_FIELD", "#536870911"},
      {"I05 number where text is", kPerson, Wire("name", TagOf(2, 0) + Varint(7)),
       "WRONG_WIRE_TYPE", "name", true},
      {"I05 text where a number is", kTax, Wire("income_fen", Delimited(3, "4200")),
       "WRONG_WIRE_TYPE", "income_fen"},
      {"I05 a record of another dataset", kPerson,
       Payload(Delimited(1, Number(1)) + Delimited(2, "x") + TagOf(5, 0) + Varint(1)),
       "WRONG_WIRE_TYPE", "ethnicity"},
      {"I05 field twice", kPerson, Wire("", Delimited(2, "\xe7\x94\xb2")), "DUPLICATE_FIELD",
       "name"},
      {"I05 nothing", kPerson, [](Draft& draft) { draft.values.clear(); }, "REQUIRED_MISSING",
       "citizen_number", true},
      {"I05 required field absent", kPerson, Absent("name"), "REQUIRED_MISSING", "name"},
      {"I05 required field empty", kPerson, Wire("name", Delimited(2, "")), "REQUIRED_MISSING",
       "name"},
      {"I05 no method", kPerson, Header([](auto& r) { r.clear_method(); }), "METHOD_MISSING",
       "method"},
      {"I05 unknown method", kPerson,
       Header([](auto& r) { r.set_method(static_cast<type::v1::CollectionMethod>(99)); }),
       "METHOD_UNKNOWN", "method"},
      {"I05 by hand, but by whom", kPerson,
       Header([](auto& r) { r.set_method(type::v1::COLLECTION_METHOD_MANUAL); }), "ENTERER_MISSING",
       "enterer"},
      {"I05 no source version", kPerson, Header([](auto& r) { r.clear_source_version(); }),
       "SOURCE_VERSION_INVALID", "source_version"},
      {"I05 negative source version", kPerson, Header([](auto& r) { r.set_source_version(-5); }),
       "SOURCE_VERSION_INVALID", "source_version"},
      {"I05 corrects nothing", kPerson,
       Header([](auto& r) { r.set_corrects("datasets/mps.population/rejections/00"); }),
       "CORRECTS_UNKNOWN", "corrects"},
      {"I05 corrects what is no name", kPerson, Header([](auto& r) { r.set_corrects("../.."); }),
       "CORRECTS_UNKNOWN", "corrects"},
      {"I05 corrects in another dataset", kPerson,
       Header([](auto& r) { r.set_corrects("datasets/mps.vehicles/rejections/00"); }),
       "CORRECTS_UNKNOWN", "corrects"},
      {"I16 corrects of 200 KB", kPerson, Header([](auto& r) {
         r.set_corrects("datasets/mps.population/rejections/" + std::string(200'000, 'a'));
       }),
       "CORRECTS_UNKNOWN", "corrects"},
  };
  return cases;
}

const std::vector<Case>& TextCases() {
  static const auto& cases = *new std::vector<Case>{
      {"I06 GBK said to be UTF-8", kPerson, Name("\xcd\xf5\xd0\xa1\xc3\xf7"), "TEXT_CHARSET",
       "name"},
      {"I06 broken GB18030", kPerson, InGb18030(Name("\xcd\xff\xff")), "TEXT_CHARSET", "name"},
      {"I06 half a character of GB18030", kPerson, InGb18030(Name("\xcd\xf5\xd0")), "TEXT_CHARSET",
       "name"},
      {"I06 overlong UTF-8", kPerson, Name("a\xc0\xaf"), "TEXT_CHARSET", "name"},
      {"I06 surrogates", kPerson, Name("a\xed\xa0\x80"), "TEXT_CHARSET", "name"},
      {"I06 beyond Unicode", kPerson, Name("a\xf4\x90\x80\x80"), "TEXT_CHARSET", "name"},
      {"I06 half a character", kPerson, Name("a\xe7\x94"), "TEXT_CHARSET", "name"},
      {"I06 enterer in GBK", kPerson, Header([](auto& r) { r.set_enterer("\xcd\xf5"); }),
       "PROVENANCE_TEXT", "enterer"},
      {"I07 NUL", kPerson, Name(std::string("a\0b", 3)), "TEXT_CONTROL", "name"},
      {"I07 escape", kPerson, Name("a\x1b[31m"), "TEXT_CONTROL", "name"},
      {"I07 line feed", kPerson, Name("a\nb"), "TEXT_CONTROL", "name"},
      {"I07 byte order mark", kPerson, Name("\xef\xbb\xbfzhang"), "TEXT_CONTROL", "name"},
      {"I07 right-to-left override", kPerson, Name("a\xe2\x80\xae"), "TEXT_CONTROL", "name"},
      {"I07 isolate", kPerson, Name("a\xe2\x81\xa6"), "TEXT_CONTROL", "name"},
      {"I07 zero-width space", kPerson, Name("a\xe2\x80\x8b"), "TEXT_CONTROL", "name"},
      {"I07 zero-width joiner", kPerson, Name("a\xe2\x80\x8d"), "TEXT_CONTROL", "name"},
      {"I07 soft hyphen", kPerson, Name("a\xc2\xad"), "TEXT_CONTROL", "name"},
      {"I07 tag character", kPerson, Name("a\xf3\xa0\x81\x81"), "TEXT_CONTROL", "name"},
      {"I07 noncharacter", kPerson, Name("a\xef\xbf\xbf"), "TEXT_CONTROL", "name"},
      {"I07 control in free text", kPerson, Text("hukou_number", "12\x07"), "TEXT_CONTROL",
       "hukou_number"},
      {"I07 direction in the collector", kPerson,
       Header([](auto& r) { r.set_collector("a\xe2\x80\xae"); }), "TEXT_CONTROL", "collector"},
      {"I07 name of blanks", kPerson, Name("\xe3\x80\x80 "), "NAME_EMPTY", "name"},
      {"I07 full-width year", kTax, Text("year", "２０２５"), "YEAR_FORMAT", "year"},
      {"I16 name of 51", kPerson, Name(std::string(51, 'a')), "NAME_TOO_LONG", "name"},
      {"I16 name of 10,000", kPerson, Name(std::string(10'000, 'a')), "NAME_TOO_LONG", "name",
       true},
      {"I16 text of 201", kPerson, Text("hukou_number", Repeat("号", 201)), "TEXT_TOO_LONG",
       "hukou_number"},
      {"I16 collector of 1 MB", kPerson,
       Header([](auto& r) { r.set_collector(std::string(1'000'000, 'c')); }), "TEXT_TOO_LONG",
       "collector"},
      {"I14 no code", kPerson, Text("sex", "7"), "CODE_UNKNOWN", "sex"},
      {"I14 the label instead of the code", kPerson, Text("sex", "男"), "CODE_UNKNOWN", "sex"},
      {"I14 a code in other case", kCar, Text("vehicle_kind", "CAR"), "CODE_UNKNOWN",
       "vehicle_kind"},
      {"I14 a code with a blank", kCar, Text("vehicle_kind", "car "), "CODE_UNKNOWN",
       "vehicle_kind"},
      {"I05 no such division", kRoad, Text("division_code", "520102016999"), "DIVISION_UNKNOWN",
       "division_code"},
      {"I05 division of another province", kRoad, Text("division_code", "110101001001"),
       "DIVISION_UNKNOWN", "division_code"},
      {"I05 division that is no code", kRoad, Text("division_code", "' OR 1=1"), "DIVISION_UNKNOWN",
       "division_code"},
  };
  return cases;
}

const std::vector<Case>& IdentityCases() {
  static const auto& cases = *new std::vector<Case>{
      {"I08 check digit", kPerson, Citizen("529999195001010011"), "CITIZEN_NUMBER_CHECK_DIGIT",
       "citizen_number"},
      {"I08 two digits changed places", kPerson, Citizen("110105194912130021"),
       "CITIZEN_NUMBER_CHECK_DIGIT", "citizen_number"},
      {"I08 17 characters", kPerson, Citizen("52999919500101001"), "CITIZEN_NUMBER_LENGTH",
       "citizen_number"},
      {"I08 19 characters", kPerson, Citizen("5299991950010100100"), "CITIZEN_NUMBER_LENGTH",
       "citizen_number"},
      {"I08 15 digits", kPerson, Citizen("110105491231002"), "CITIZEN_NUMBER_FIFTEEN_DIGITS",
       "citizen_number"},
      {"I08 scientific", kPerson, Citizen("5.29999195001010E+17"), "CITIZEN_NUMBER_MANGLED",
       "citizen_number"},
      {"I08 scientific, small e", kPerson, Citizen("5.29999e+17"), "CITIZEN_NUMBER_MANGLED",
       "citizen_number"},
      {"I08 last digits lost", kPerson, Citizen("529999195001010000"), "CITIZEN_NUMBER_MANGLED",
       "citizen_number"},
      {"I08 letter O", kPerson, Citizen("52999919500101O010"), "CITIZEN_NUMBER_CHARACTER",
       "citizen_number"},
      {"I08 X inside", kPerson, Citizen("5299991950010100X0"), "CITIZEN_NUMBER_CHARACTER",
       "citizen_number"},
      {"I08 full-width digits", kPerson, Citizen("５２９９９９１９５００１０１００１０"),
       "CITIZEN_NUMBER_CHARACTER", "citizen_number"},
      {"I08 blanks inside", kPerson, Citizen("529999 19500101 0010"), "CITIZEN_NUMBER_CHARACTER",
       "citizen_number"},
      {"I08 born in month 13", kPerson, Citizen(Numbered("52999919501301001")),
       "CITIZEN_NUMBER_BIRTH_DATE", "citizen_number"},
      {"I08 born on 29 February 2023", kPerson, Citizen(Numbered("52999920230229001")),
       "CITIZEN_NUMBER_BIRTH_DATE", "citizen_number"},
      {"I08 born in the future", kPerson, Citizen(Numbered("52999921500101001")),
       "CITIZEN_NUMBER_BIRTH_RANGE", "citizen_number"},
      {"I08 born 1850", kPerson, Citizen(Numbered("52999918500101001")),
       "CITIZEN_NUMBER_BIRTH_RANGE", "citizen_number"},
      {"I08 no such province", kPerson, Citizen(Numbered("99999919500101001")),
       "CITIZEN_NUMBER_DIVISION", "citizen_number"},
      {"I08 birth date against the number", kPerson, Text("birth_date", "1950-01-02"),
       "BIRTH_DATE_CONFLICT", "birth_date"},
      {"I08 birth date a century off", kPerson, Text("birth_date", "2050-01-01"),
       "BIRTH_DATE_CONFLICT", "birth_date"},
      {"I10 credit code length", kFirm, Text("credit_code", "91350100M000100Y4"),
       "CREDIT_CODE_LENGTH", "credit_code"},
      {"I10 credit code letter", kFirm, Text("credit_code", "91350100I000100Y43"),
       "CREDIT_CODE_CHARACTER", "credit_code"},
      {"I10 credit code check", kFirm, Text("credit_code", "91350100M000100Y44"),
       "CREDIT_CODE_CHECK_DIGIT", "credit_code"},
      {"I10 bank card check", kPaid, Text("card_number", "4111111111111112"), "BANK_CARD_NUMBER",
       "card_number"},
      {"I10 plate", kCar, Text("plate", "A12345"), "PLATE_NUMBER", "plate"},
  };
  return cases;
}

const std::vector<Case>& ValueCases() {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  static const auto& cases = *new std::vector<Case>{
      {"I11 29 February", kPaid, Text("pay_date", "2023-02-29"), "DATE_FORMAT", "pay_date"},
      {"I11 zeros", kPaid, Text("pay_date", "0000-00-00"), "DATE_FORMAT", "pay_date"},
      {"I11 two-digit year", kPaid, Text("pay_date", "24-01-01"), "DATE_FORMAT", "pay_date"},
      {"I11 slashes", kPaid, Text("pay_date", "2024/01/01"), "DATE_FORMAT", "pay_date"},
      {"I11 with a time", kPaid, Text("pay_date", "2024-01-01T00:00:00"), "DATE_FORMAT",
       "pay_date"},
      {"I11 lunar", kPaid, Text("pay_date", "甲辰年腊月廿三"), "DATE_FORMAT", "pay_date"},
      {"I11 a day number", kPaid, Text("pay_date", "45292"), "DATE_FORMAT", "pay_date"},
      {"I11 month 13", kDole, Text("from_month", "2024-13"), "MONTH_FORMAT", "from_month"},
      {"I11 a day as month", kDole, Text("from_month", "2024-01-01"), "MONTH_FORMAT", "from_month"},
      {"I11 year of two digits", kTax, Text("year", "25"), "YEAR_FORMAT", "year"},
      {"I11 day in the future", kPaid, Text("pay_date", "2150-01-01"), "DATE_FUTURE", "pay_date"},
      {"I11 month in the future", kDole, Text("from_month", "2150-01"), "DATE_FUTURE",
       "from_month"},
      {"I11 year in the future", kTax, Text("year", "2150"), "DATE_FUTURE", "year"},
      {"I11 no business time", kPerson, Header([](auto& r) { r.clear_business_time(); }),
       "BUSINESS_TIME_MISSING", "business_time"},
      {"I11 business time in the future", kPerson, BusinessTime(4'000'000'000),
       "BUSINESS_TIME_FUTURE", "business_time"},
      {"I11 business time in milliseconds", kPerson, BusinessTime(1'780'000'000'000),
       "BUSINESS_TIME_FUTURE", "business_time"},
      {"I11 business time beyond everything", kPerson,
       BusinessTime(std::numeric_limits<int64_t>::max()), "BUSINESS_TIME_FUTURE", "business_time"},
      {"I11 business time before everything", kPerson,
       BusinessTime(std::numeric_limits<int64_t>::min()), "BUSINESS_TIME_INVALID", "business_time"},
      {"I11 business time 0001-01-01", kPerson, BusinessTime(-62'135'596'800),
       "BUSINESS_TIME_INVALID", "business_time"},
      {"I11 business time with negative nanoseconds", kPerson, BusinessTime(1'780'000'000, -1),
       "BUSINESS_TIME_INVALID", "business_time"},
      {"I11 business time with 10^9 nanoseconds", kPerson,
       BusinessTime(1'780'000'000, 1'000'000'000), "BUSINESS_TIME_INVALID", "business_time"},
      {"I12 NaN", kLand, Wire("area_mu", Area(std::nan(""))), "NUMBER_NOT_FINITE", "area_mu"},
      {"I12 infinity", kLand, Wire("area_mu", Area(kInfinity)), "NUMBER_NOT_FINITE", "area_mu"},
      {"I12 minus infinity", kLand, Wire("area_mu", Area(-kInfinity)), "NUMBER_NOT_FINITE",
       "area_mu"},
      {"I12 10^308", kLand, Wire("area_mu", Area(1e308)), "NUMBER_RANGE", "area_mu"},
      {"I12 negative area", kLand, Wire("area_mu", Area(-0.5)), "VALUE_BELOW_MIN", "area_mu"},
      {"I12 square metres sent as mu", kLand, Wire("area_mu", Area(2334)), "VALUE_ABOVE_MAX",
       "area_mu"},
      {"I12 negative money", kTax, Whole("income_fen", -1), "VALUE_BELOW_MIN", "income_fen"},
      {"I12 too much money", kTax, Whole("income_fen", 100'000'000'001), "VALUE_ABOVE_MAX",
       "income_fen"},
      {"I12 money of 2^63-1", kTax,
       Wire("income_fen",
            TagOf(3, 0) + Varint(static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))),
       "NUMBER_RANGE", "income_fen"},
      {"I12 money of -2^63", kTax, Wire("income_fen", TagOf(3, 0) + Varint(uint64_t{1} << 63)),
       "NUMBER_RANGE", "income_fen"},
      {"I12 the part exceeds the whole", kWard, Whole("self_paid_fen", 500'001), "RULE_BROKEN",
       "self_paid_fen"},
  };
  return cases;
}

// Sends every case between two good records under its owner's certificate.
void RunAll(const std::vector<Case>& cases) {
  World world;
  world.StartExchange();
  std::set<std::string> owners;
  std::string make = FUPIN_SOURCE_DIR "/scripts/certs " + world.certs();
  for (const Case& c : cases) owners.insert(OwnerOf(c.dataset));
  for (const std::string& owner : owners) make += " dept/" + owner;
  REQUIRE(std::system((make + " >/dev/null 2>&1").c_str()) == 0);
  std::map<std::string, std::shared_ptr<grpc::Channel>> senders;
  for (const std::string& owner : owners) senders[owner] = world.ToExchange("dept-" + owner);

  struct Sent {
    const Case* of;
    exchange::v1::PushedRecord record;
    Verdict verdict;
  };
  std::map<std::string, std::vector<Sent>> rejected;
  std::vector<std::string> secrets;
  int n = 0;
  for (const Case& c : cases) {
    INFO(c.what);
    Draft bad = Good(c.dataset, n + 1);
    c.change(bad);
    const auto personal = PersonalValues(world, c.dataset, bad);
    secrets.insert(secrets.end(), personal.begin(), personal.end());
    const auto record = Finish(world, c.dataset, bad);
    auto start = StartOf(c.dataset, absl::StrCat("case-", n));
    start.set_charset(bad.charset);
    // Good neighbours are ASCII in a batch that is declared to be GB18030.
    Draft before = Good(c.dataset, n);
    Draft after = Good(c.dataset, n + 2);
    if (bad.charset == exchange::v1::CHARSET_GB18030) {
      Name("zhang")(before);
      Name("zhang")(after);
    }
    const Pushed pushed =
        PushBatch(senders[OwnerOf(c.dataset)], start,
                  {Finish(world, c.dataset, before), record, Finish(world, c.dataset, after)});
    n += 3;
    REQUIRE(pushed.status.ok());
    for (const int neighbour : {0, 2}) {
      const auto outcome = pushed.of(neighbour).outcome();
      CAPTURE(neighbour, pushed.of(neighbour).ShortDebugString());
      CHECK((outcome == exchange::v1::OUTCOME_ACCEPTED_NEW ||
             outcome == exchange::v1::OUTCOME_ACCEPTED_CHANGE));
    }
    const Verdict& verdict = pushed.of(1);
    REQUIRE(verdict.outcome() == exchange::v1::OUTCOME_REJECTED);
    REQUIRE(verdict.problems_size() > 0);
    CHECK(verdict.problems(0).reason() == c.reason);
    CHECK(verdict.problems(0).field() == c.field);
    if (!c.more) CHECK(verdict.problems_size() == 1);
    CHECK(verdict.problems_size() <= 10);
    CheckProblems(rpc::FromProto(verdict.problems()), personal);
    rejected[c.dataset].push_back({&c, record, verdict});
  }
  // Nothing of a bad record is stored: every event is one of the neighbours.
  CHECK(RecordsInFeed(world) == 2 * static_cast<int>(cases.size()));
  for (const auto& [dataset, all] : rejected) {
    const auto statistics = StatisticsOf(world, dataset);
    CHECK(statistics.rejected_count() == static_cast<int64_t>(all.size()));
    CHECK(statistics.accepted_new_count() + statistics.accepted_change_count() ==
          2 * static_cast<int64_t>(all.size()));
    // Its sender can list every rejection, with what was sent and why it was not taken.
    std::map<std::string, exchange::v1::Rejection> listed;
    for (const auto& one : Rejections(senders[OwnerOf(dataset)], dataset)) {
      listed[one.name()] = one;
    }
    CHECK(listed.size() == all.size());
    for (const Sent& sent : all) {
      INFO(sent.of->what);
      const auto found = listed.find(sent.verdict.rejection());
      REQUIRE(found != listed.end());
      CHECK(found->second.payload() == sent.record.payload());
      CHECK(found->second.index() == 1);
      REQUIRE(found->second.problems_size() == sent.verdict.problems_size());
      CHECK(found->second.problems(0).reason() == sent.of->reason);
    }
  }
  const std::string log = world.exchange().log();
  for (const std::string& secret : secrets) CHECK(log.find(secret) == std::string::npos);
  CHECK(world.exchange().Stop() == 0);
}

TEST_CASE("I01 I03 I04 I05 I16 bytes that are no record of the dataset", "[walk]") {
  RunAll(WireCases());
}

TEST_CASE("I05 I06 I07 I14 I16 texts, codes and divisions that are none", "[walk]") {
  RunAll(TextCases());
}

TEST_CASE("I08 I10 numbers of persons, firms, cards and plates", "[walk]") {
  RunAll(IdentityCases());
}

TEST_CASE("I11 I12 times, dates and amounts that cannot be", "[walk]") { RunAll(ValueCases()); }

}  // namespace
}  // namespace fupin::bad_input
