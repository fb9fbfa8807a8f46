// Messages that are no push, pushes that are too large, too deep, cut or repeated; and what looks
// odd and is right.
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <functional>

#include <grpcpp/client_context.h>
#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "fupin/exchange/v1/exchange_service.grpc.pb.h"
#include "libs/rpc/wire_status.h"
#include "tests/bad_input/drafts.h"
#include "tests/bad_input/probe.h"

namespace fupin::bad_input {
namespace {

using exchange::v1::ExchangeService;
using exchange::v1::PushedRecord;
using exchange::v1::PushRequest;
using walks::Number;
using walks::World;

constexpr char kPerson[] = "mps.population";

std::string First(const std::function<void(exchange::v1::PushStart&)>& change = {}) {
  PushRequest request;
  *request.mutable_start() = StartOf(kPerson, "wire");
  if (change) change(*request.mutable_start());
  return request.SerializeAsString();
}

std::string Batch(const std::vector<PushedRecord>& records, int64_t number = 1) {
  PushRequest request;
  request.mutable_batch()->set_batch_number(number);
  for (const PushedRecord& record : records) *request.mutable_batch()->add_records() = record;
  return request.SerializeAsString();
}

// A record that another sender pushes while the bad ones come: it must be taken.
void CheckOthersGoOn(const World& world, int n) {
  const Pushed pushed =
      PushBatch(world.ToExchange("dept-mps"), StartOf(kPerson, absl::StrCat("good-", n)),
                {walks::Person(world, n, 1, "合成甲")});
  INFO(pushed.status);
  REQUIRE(pushed.status.ok());
  CHECK(pushed.of(0).outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);
}

TEST_CASE("I01 I02 I04 I05 I06 a push that is none ends with a reason and stores nothing",
          "[walk]") {
  World world;
  world.StartExchange();
  const PushedRecord good = walks::Person(world, 1, 1, "合成甲");
  const auto many = [](int records) {
    PushRequest request;
    request.mutable_batch()->set_batch_number(1);
    for (int i = 0; i < records; ++i) request.mutable_batch()->add_records();
    return request.SerializeAsString();
  };
  PushedRecord heavy = good;
  heavy.set_payload(std::string(16 << 10, 'a'));
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += TagOf(77, 3);
  const auto stream_id = [](const std::string& id) {
    return First([&](auto& start) { start.set_stream_id(id); });
  };
  const auto dataset = [](const std::string& name) {
    return First([&](auto& start) { start.set_dataset(name); });
  };
  const auto system = [](const std::string& name) {
    return First([&](auto& start) { start.set_system(name); });
  };
  struct Case {
    const char* what;
    std::vector<std::string> messages;
    absl::StatusCode code;
    const char* reason;
    const char* field;
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  const std::vector<Case> cases = {
      {"I01 junk first", {"\xff\xff\xff"}, kInvalid, "PUSH_MESSAGE_MALFORMED", "message"},
      {"I01 junk second", {First(), "\xff\xff\xff"}, kInvalid, "PUSH_MESSAGE_MALFORMED", "message"},
      {"I01 nothing first", {""}, kInvalid, "PUSH_START_MISSING", "start"},
      {"I01 JSON",
       {"{\"start\":{\"dataset\":\"mps.population\"}}"},
       kInvalid,
       "PUSH_MESSAGE_MALFORMED",
       "message"},
      {"I03 a batch cut in the middle",
       {First(), Batch({good}).substr(0, 20)},
       kInvalid,
       "PUSH_MESSAGE_MALFORMED",
       "message"},
      {"I04 10,000 deep", {deep}, kInvalid, "PUSH_MESSAGE_MALFORMED", "message"},
      {"I04 10,000 deep in a batch",
       {First(), deep},
       kInvalid,
       "PUSH_MESSAGE_MALFORMED",
       "message"},
      {"I04 a million records",
       {First(), many(1'000'000)},
       kInvalid,
       "BATCH_TOO_LARGE",
       "batch.records"},
      {"I04 1,001 records", {First(), many(1001)}, kInvalid, "BATCH_TOO_LARGE", "batch.records"},
      {"I02 3.5 MiB",
       {First(), Batch(std::vector<PushedRecord>(220, heavy))},
       kInvalid,
       "BATCH_TOO_LARGE",
       "batch.records"},
      {"I05 batch before start", {Batch({good})}, kInvalid, "PUSH_START_MISSING", "start"},
      {"I05 start twice", {First(), First()}, kInvalid, "BATCH_MISSING", "batch"},
      {"I05 neither start nor batch",
       {First(), Delimited(9, "x")},
       kInvalid,
       "BATCH_MISSING",
       "batch"},
      {"I05 no records", {First(), Batch({})}, kInvalid, "BATCH_EMPTY", "batch.records"},
      {"I05 batch number 0",
       {First(), Batch({good}, 0)},
       kInvalid,
       "BATCH_NUMBER_INVALID",
       "batch.batch_number"},
      {"I05 batch number below 0",
       {First(), Batch({good}, -7)},
       kInvalid,
       "BATCH_NUMBER_INVALID",
       "batch.batch_number"},
      {"I05 no stream id", {stream_id("")}, kInvalid, "STREAM_ID_INVALID", "start.stream_id"},
      {"I05 stream id of 65",
       {stream_id(std::string(65, 'a'))},
       kInvalid,
       "STREAM_ID_INVALID",
       "start.stream_id"},
      {"I05 stream id with a path",
       {stream_id("../a")},
       kInvalid,
       "STREAM_ID_INVALID",
       "start.stream_id"},
      {"I07 stream id with NUL",
       {stream_id(std::string("a\0b", 3))},
       kInvalid,
       "STREAM_ID_INVALID",
       "start.stream_id"},
      {"I05 no dataset",
       {dataset("")},
       absl::StatusCode::kNotFound,
       "DATASET_UNKNOWN",
       "start.dataset"},
      {"I05 unknown dataset",
       {dataset("mps.popularity")},
       absl::StatusCode::kNotFound,
       "DATASET_UNKNOWN",
       "start.dataset"},
      {"I05 a citizen number as dataset",
       {dataset(Number(1))},
       absl::StatusCode::kNotFound,
       "DATASET_UNKNOWN",
       "start.dataset"},
      {"I16 dataset of 1 MB",
       {dataset(std::string(1'000'000, 'a'))},
       absl::StatusCode::kNotFound,
       "DATASET_UNKNOWN",
       "start.dataset"},
      {"I05 unknown charset",
       {First([](auto& start) { start.set_charset(static_cast<exchange::v1::Charset>(99)); })},
       kInvalid,
       "CHARSET_UNKNOWN",
       "start.charset"},
      {"I06 GBK in a string",
       {Delimited(1, Delimited(4, "\xcd\xf5"))},
       kInvalid,
       "PUSH_MESSAGE_MALFORMED",
       "message"},
      {"I07 direction in the system",
       {system("a\xe2\x80\xae")},
       kInvalid,
       "SYSTEM_INVALID",
       "start.system"},
      {"I16 system of 1 MB",
       {system(std::string(1'000'000, 's'))},
       kInvalid,
       "SYSTEM_INVALID",
       "start.system"},
  };
  int n = 100;
  for (const Case& c : cases) {
    INFO(c.what);
    std::vector<std::string> messages = c.messages;
    const Pushed pushed = PushBytes(world.ToExchange("dept-mps"), messages);
    CHECK(pushed.verdicts.empty());
    CAPTURE(pushed.status);
    CHECK(pushed.status.code() == c.code);
    CHECK(ReasonOf(pushed.status) == c.reason);
    const auto problems = ProblemsOf(pushed.status);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].field == c.field);
    CheckProblems(problems, {Number(1), "合成甲"});
    CheckOthersGoOn(world, n++);
  }
  CHECK(RecordsInFeed(world) == static_cast<int>(cases.size()));
  CHECK(Rejections(world.ToExchange("dept-mps"), kPerson).empty());
  CHECK(world.exchange().log().find(Number(1)) == std::string::npos);
  CHECK(world.exchange().Stop() == 0);
}

TEST_CASE("I02 I04 a message over 4 MiB and a compressed bomb cost the others nothing", "[walk]") {
  World world;
  world.StartExchange();
  CheckOthersGoOn(world, 1);
  const int before = ResidentMib(world.exchange().process().pid());
  // A length that protobuf would be asked to read, were the message taken.
  const std::string plain = Delimited(2, std::string(5 << 20, '\0'));
  Pushed pushed = PushBytes(world.ToExchange("dept-mps"), {First(), plain});
  CHECK(pushed.status.code() == absl::StatusCode::kResourceExhausted);
  CHECK(pushed.verdicts.empty());
  CheckOthersGoOn(world, 2);
  // 200 MiB that travel as 200 KiB.
  const std::string bomb(200 << 20, '\0');
  pushed = PushBytes(world.ToExchange("dept-mps"), {First(), bomb}, true);
  INFO(pushed.status);
  CHECK_FALSE(pushed.status.ok());
  CHECK(pushed.verdicts.empty());
  CheckOthersGoOn(world, 3);
  CHECK(ResidentMib(world.exchange().process().pid()) < before + 64);
  std::ifstream peak("/proc/" + std::to_string(world.exchange().process().pid()) + "/status");
  std::string word;
  int peak_kib = 0;
  while (peak >> word && word != "VmHWM:") {
  }
  peak >> peak_kib;
  CHECK(peak_kib / 1024 < before + 64);
  CHECK(RecordsInFeed(world) == 3);
  CHECK(world.exchange().Stop() == 0);
}

TEST_CASE("I03 connections that stop in the middle leave nothing behind", "[walk]") {
  World world;
  world.StartExchange();
  const std::string certs = world.certs();
  const std::string address = world.exchange().address();
  const std::string port = address.substr(address.find(':') + 1);
  const std::string tls = "openssl s_client -quiet -no_ign_eof -connect " + address +
                          " -alpn h2 -CAfile " + certs + "/ca.crt -cert " + certs +
                          "/dept-mps.crt -key " + certs + "/dept-mps.key >/dev/null 2>&1";
  // A frame of 4,096 bytes is announced and 10 follow; a preface is cut; bytes that are no TLS.
  const std::string preface = "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n\\0\\0\\0\\4\\0\\0\\0\\0\\0";
  const std::vector<std::string> scripts = {
      "printf '" + preface + "\\0\\020\\0\\1\\4\\0\\0\\0\\1abcdefghij' | timeout 5 " + tls,
      "printf 'PRI * HTTP/2' | timeout 5 " + tls,
      "printf '" + preface + "\\377\\377\\377\\377\\377\\377\\377\\377\\377' | timeout 5 " + tls,
      "exec 3<>/dev/tcp/127.0.0.1/" + port + "; printf 'GET / HTTP/1.1\\r\\n\\r\\n' >&3",
      "exec 3<>/dev/tcp/127.0.0.1/" + port + "; head -c 100000 /dev/urandom >&3",
      "exec 3<>/dev/tcp/127.0.0.1/" + port + "; printf '\\026\\003\\001\\002\\000' >&3",
  };
  int n = 1;
  for (const std::string& script : scripts) {
    CAPTURE(script);
    // How the sender ends does not matter: it is cut off or gives up.
    const int ended = std::system(("bash -c \"" + script + "\" 2>/dev/null").c_str());
    CHECK(WIFEXITED(ended));
    CheckOthersGoOn(world, n++);
  }
  // A batch that was answered stays, the one after it was never sent whole.
  {
    grpc::ClientContext context;
    const auto stub = ExchangeService::NewStub(world.ToExchange("dept-mps"));
    const auto stream = stub->Push(&context);
    PushRequest request;
    *request.mutable_start() = StartOf(kPerson, "cut");
    REQUIRE(stream->Write(request));
    exchange::v1::PushResponse response;
    REQUIRE(stream->Read(&response));
    REQUIRE(request.ParseFromString(Batch({walks::Person(world, 50, 1, "合成甲")})));
    REQUIRE(stream->Write(request));
    REQUIRE(stream->Read(&response));
    REQUIRE(response.verdict().verdicts(0).outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);
    context.TryCancel();
    stream->Finish().ok();
  }
  const Pushed again = PushBatch(world.ToExchange("dept-mps"), StartOf(kPerson, "cut"),
                                 {walks::Person(world, 50, 1, "合成甲")});
  CHECK(again.of(0).repeated());
  CHECK(RecordsInFeed(world) == n);
  CHECK(world.exchange().Stop() == 0);
}

TEST_CASE("I18 what is sent again changes nothing, other content under the same name is refused",
          "[walk]") {
  World world;
  world.StartExchange();
  const auto mps = world.ToExchange("dept-mps");
  const auto v = [&](int64_t version, const char* name) {
    return walks::Person(world, 1, version, name);
  };
  const Pushed first = PushBatch(mps, StartOf(kPerson, "a"), {v(5, "甲")});
  const Pushed replay = PushBatch(mps, StartOf(kPerson, "a"), {v(5, "甲")});
  CHECK(first.of(0).outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);
  CHECK(replay.of(0).outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);
  CHECK(replay.of(0).repeated());
  CHECK(replay.of(0).record() == first.of(0).record());
  // The same batch number with other content: judged by its records, and both hashes are told.
  const Pushed other = PushBatch(mps, StartOf(kPerson, "a"), {v(5, "乙")});
  REQUIRE(other.of(0).outcome() == exchange::v1::OUTCOME_REJECTED);
  const auto problems = rpc::FromProto(other.of(0).problems());
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].reason == "SOURCE_VERSION_CONFLICT");
  CHECK(problems[0].field == "source_version");
  CheckProblems(problems, {Number(1)});
  const size_t colon = problems[0].message_en.find("hash sent: ");
  REQUIRE(colon != std::string::npos);
  const std::string hashes = problems[0].message_en.substr(colon + 11, 66);
  CHECK(hashes.substr(32, 2) == ", ");
  CHECK(hashes.substr(0, 32).find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(hashes.substr(34).find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(hashes.substr(0, 32) != hashes.substr(34));

  SECTION("the same key twice in one batch") {
    const Pushed twice =
        PushBatch(mps, StartOf(kPerson, "twice"),
                  {walks::Person(world, 2, 1, "甲"), walks::Person(world, 2, 1, "甲"),
                   walks::Person(world, 2, 1, "乙"), walks::Person(world, 2, 2, "丙"),
                   walks::Person(world, 2, 1, "甲"), walks::Person(world, 3, 1, "甲")});
    CHECK(twice.of(0).outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);
    CHECK(twice.of(1).repeated());
    REQUIRE(twice.of(2).outcome() == exchange::v1::OUTCOME_REJECTED);
    CHECK(twice.of(2).problems(0).reason() == "SOURCE_VERSION_CONFLICT");
    CHECK(twice.of(3).outcome() == exchange::v1::OUTCOME_ACCEPTED_CHANGE);
    CHECK(twice.of(4).outcome() == exchange::v1::OUTCOME_UNCHANGED);
    CHECK(twice.of(4).problems(0).reason() == "RECORD_SUPERSEDED");
    CHECK(twice.of(5).outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);
    CHECK(RecordsInFeed(world) == 4);
  }
  SECTION("I12 yuan sent as fen is asked about, and taken when confirmed") {
    REQUIRE(std::system(
                (FUPIN_SOURCE_DIR "/scripts/certs " + world.certs() + " dept/tax >/dev/null 2>&1")
                    .c_str()) == 0);
    const auto tax = world.ToExchange("dept-tax");
    const std::string dataset = "tax.individual_income";
    Draft draft = Good(dataset, 1);
    REQUIRE(
        PushBatch(tax, StartOf(dataset, "t"), {Finish(world, dataset, draft)}).of(0).outcome() ==
        exchange::v1::OUTCOME_ACCEPTED_NEW);
    draft.values["income_fen"] = *fixed::MicroFromInteger(420'000'100);
    draft.record.set_source_version(5000);
    const auto sent = Finish(world, dataset, draft);
    const Pushed jump = PushBatch(tax, StartOf(dataset, "u"), {sent});
    REQUIRE(jump.of(0).outcome() == exchange::v1::OUTCOME_REJECTED);
    CHECK(jump.of(0).problems(0).reason() == "AMOUNT_JUMP_CONFIRM");
    CHECK(jump.of(0).problems(0).field() == "income_fen");
    CheckProblems(rpc::FromProto(jump.of(0).problems()), {Number(1), "420000100"});
    const auto listed = Rejections(tax, dataset);
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].payload() == sent.payload());
    draft.record.set_confirmed(true);
    draft.record.set_corrects(jump.of(0).rejection());
    CHECK(
        PushBatch(tax, StartOf(dataset, "u"), {Finish(world, dataset, draft)}, 2).of(0).outcome() ==
        exchange::v1::OUTCOME_ACCEPTED_CHANGE);
    CHECK(Rejections(tax, dataset).empty());
  }
  CHECK(world.exchange().Stop() == 0);
}

TEST_CASE("I06 I07 I08 I11 I12 I13 I14 what looks odd and is right is taken as it is", "[walk]") {
  World world;
  world.StartExchange();
  REQUIRE(std::system((FUPIN_SOURCE_DIR "/scripts/certs " + world.certs() +
                       " dept/land dept/tax dept/finance >/dev/null 2>&1")
                          .c_str()) == 0);
  const auto reader = ExchangeService::NewStub(world.ToExchange("operator-admin"));
  // Pushes a changed draft and gives the stored values back.
  const auto stored = [&](const std::string& dataset, int n,
                          const std::function<void(Draft&)>& change) {
    Draft draft = Good(dataset, n);
    change(draft);
    auto start = StartOf(dataset, absl::StrCat("odd-", n));
    start.set_charset(draft.charset);
    const Pushed pushed = PushBatch(world.ToExchange("dept-" + OwnerOf(dataset)), start,
                                    {Finish(world, dataset, draft)});
    CAPTURE(pushed.of(0).ShortDebugString());
    REQUIRE(pushed.of(0).problems().empty());
    exchange::v1::GetRecordRequest request;
    request.set_name(pushed.of(0).record());
    grpc::ClientContext context;
    exchange::v1::Record record;
    REQUIRE(reader->GetRecord(&context, request, &record).ok());
    return record.fields();
  };
  const auto name = [&](int n, const std::string& sent, bool gb18030 = false) {
    return stored(kPerson, n,
                  [&](Draft& draft) {
                    draft.values["name"] = sent;
                    if (gb18030) draft.charset = exchange::v1::CHARSET_GB18030;
                  })
        .at("name");
  };
  CHECK(name(1, "\xcd\xf5\xd0\xa1\xc3\xf7", true) == "王小明");
  // A character of four bytes in GB18030, outside the basic plane in Unicode.
  CHECK(name(2, "\x95\x32\x82\x36", true) == "\xf0\xa0\x80\x80");
  CHECK(name(3, "𠅤阿古") == "𠅤阿古");
  CHECK(name(4, "买买提・艾力") == "买买提·艾力");
  CHECK(name(5, "阿依•古丽") == "阿依·古丽");
  CHECK(name(6, "　王小明 ") == "王小明");
  const auto citizen = stored(kPerson, 7, [](Draft& draft) {
    draft.values["citizen_number"] = std::string("11010519491231002x");
    draft.values["birth_date"] = std::string("1949-12-31");
  });
  CHECK(citizen.at("citizen_number") == "110105********002X");  // shown masked
  CHECK(stored("finance.subsidies_paid", 8, [](Draft& draft) {
          draft.values["pay_date"] = std::string("2024-02-29");
        }).at("pay_date") == "2024-02-29");
  CHECK(stored("mps.vehicles", 9, [](Draft& draft) {
          draft.values["vehicle_kind"] = std::string("light_tractor");  // abolished in 2018
        }).at("vehicle_kind") == "light_tractor");
  CHECK(stored("land.contracted_land", 10, [](Draft& draft) {
          draft.values.erase("area_mu");
          draft.appended = TagOf(3, 1) + std::string("\0\0\0\0\0\0\0\x80", 8);  // minus zero
        }).at("area_mu") == "0");
  // Absent is not zero.
  const std::string tax = "tax.individual_income";
  const auto absent = stored(tax, 11, [](Draft& draft) { draft.values.erase("income_fen"); });
  CHECK(absent.count("income_fen") == 0);
  const auto zero =
      stored(tax, 12, [](Draft& draft) { draft.values["income_fen"] = fixed::Micro{}; });
  CHECK(zero.at("income_fen") == "0");
  const auto from_absent = stored(tax, 11, [](Draft& draft) {
    draft.values["income_fen"] = fixed::Micro{};
    draft.record.set_source_version(9999);
  });
  CHECK(from_absent.at("income_fen") == "0");
  CHECK(world.exchange().Stop() == 0);
}

}  // namespace
}  // namespace fupin::bad_input
