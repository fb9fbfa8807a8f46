// What lies on the disk of both services tells nobody's name or number: canaries are planted
// through every way in, given back by the API, and looked for in every file and every row.
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <rocksdb/db.h>

#include <catch2/catch.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/config/config.h"
#include "libs/crypto/blind_index.h"
#include "libs/kv/rocks_store.h"
#include "libs/kv/store_file.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "services/fupinctl/pusher.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

using exchange::v1::ExchangeService;
using exchange::v1::Verdict;
using identification::v1::IdentificationService;

constexpr int kPerson = 771'771;
constexpr int kNeighbour = 881'881;  // in another department's event that is set aside
constexpr char kName[] = "钛铀镎钚";
constexpr char kNameGb18030[] = "\xee\xd1\xd3\xcb\xef\xd5\xee\xd0";
constexpr char kOtherName[] = "锝钷钋砹";
constexpr char kCollector[] = "采集员镅锔锫";
constexpr char kEnterer[] = "录入员锎锿镄";
constexpr char kResolver[] = "GB-77-1881";
constexpr char kNote[] = "入户核对镆锘铹";
constexpr char kFormNumber[] = "FORM-77-1881";

std::vector<std::string> Canaries() {
  return {Number(kPerson), Number(kNeighbour), kName,     kNameGb18030, kOtherName,
          kCollector,      kEnterer,           kResolver, kNote,        kFormNumber};
}

template <typename Response, typename Request, typename Stub>
absl::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  context.set_wait_for_ready(true);
  return rpc::FromGrpc((stub.*method)(&context, request, response));
}

// The one verdict of one record.
Verdict Push(const World& world, const std::string& dataset, const std::string& stream_id,
             const exchange::v1::PushedRecord& record,
             exchange::v1::Charset charset = exchange::v1::CHARSET_UTF8) {
  const auto stub = ExchangeService::NewStub(world.ToExchange("dept-mps"));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  context.set_wait_for_ready(true);
  auto stream = stub->Push(&context);
  exchange::v1::PushRequest request;
  request.mutable_start()->set_stream_id(stream_id);
  request.mutable_start()->set_dataset(dataset);
  request.mutable_start()->set_charset(charset);
  exchange::v1::PushResponse response;
  FUPIN_CHECK(stream->Write(request) && stream->Read(&response));
  request.mutable_batch()->set_batch_number(1);
  *request.mutable_batch()->add_records() = record;
  FUPIN_CHECK(stream->Write(request) && stream->Read(&response));
  stream->WritesDone();
  FUPIN_CHECK(stream->Finish().ok());
  return response.verdict().verdicts(0);
}

exchange::v1::PushedRecord Canary(const World& world, int64_t version, const std::string& name) {
  exchange::v1::PushedRecord record = Person(world, kPerson, version, name);
  record.set_collector(kCollector);
  record.set_enterer(kEnterer);
  return record;
}

exchange::v1::PushedRecord Residence(const World& world) {
  const contract::Contract& contract = *world.contracts().Find("mps.residence");
  contract::Row row(contract.fields.size());
  row[static_cast<size_t>(contract.Index("citizen_number"))] = Number(kNeighbour);
  row[static_cast<size_t>(contract.Index("register_date"))] = std::string("2026-01-05");
  exchange::v1::PushedRecord record = Person(world, kNeighbour, 1, kName);
  record.set_payload(contract::Encode(contract, row));
  return record;
}

identification::v1::SubmitSurveyRequest CanarySurvey() {
  auto request = Survey(1, kPerson, 1);
  auto* survey = request.mutable_survey();
  survey->set_source_key(kFormNumber);
  survey->mutable_provenance()->set_collector(kCollector);
  survey->mutable_provenance()->set_enterer(kEnterer);
  survey->mutable_members(0)->set_name(kName);
  return request;
}

std::string FolderOf(const testing::ServiceProcess& service) {
  return std::filesystem::path(service.data_dir()).parent_path();
}

// Changes a service's configuration, for its next start.
void Reconfigure(const testing::ServiceProcess& service, const std::string& from,
                 const std::string& to) {
  const std::string path = FolderOf(service) + "/config.textproto";
  const std::string text = *config::ReadFile(path);
  FUPIN_CHECK(absl::StrContains(text, from));
  FUPIN_CHECK(config::WriteFile(path, absl::StrReplaceAll(text, {{from, to}})).ok());
}

std::string Metrics(const testing::ServiceProcess& service) {
  const std::string command =
      absl::StrCat("curl -sf http://127.0.0.1:", service.ports().metrics, "/metrics");
  std::FILE* out = popen(command.c_str(), "r");
  std::string text;
  char buffer[4096];
  while (const size_t got = std::fread(buffer, 1, sizeof buffer, out)) text.append(buffer, got);
  pclose(out);
  return text;
}

// What is searched, by where it stands.
using Haystack = std::vector<std::pair<std::string, std::string>>;

void AddFiles(const std::string& folder, Haystack* haystack) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    haystack->emplace_back(entry.path().string(), text.str());
  }
}

std::unique_ptr<kv::Store> Open(const std::string& dir) {
  kv::RocksOptions options;
  options.dir = dir;
  options.schema = 0;
  std::vector<std::string> names;
  FUPIN_CHECK(rocksdb::DB::ListColumnFamilies(rocksdb::Options(), dir, &names).ok());
  for (const std::string& name : names) {
    if (name != "default") options.tables.push_back(name);
  }
  auto store = kv::OpenRocksStore(options);
  FUPIN_CHECK(store.ok());
  return *std::move(store);
}

// Every row of every table, whatever the engine packs it into.
void AddRows(const std::string& dir, Haystack* haystack) {
  std::vector<std::string> names;
  FUPIN_CHECK(rocksdb::DB::ListColumnFamilies(rocksdb::Options(), dir, &names).ok());
  const auto store = Open(dir);
  for (const std::string& name : names) {
    if (name == "default") continue;
    FUPIN_CHECK(
        store
            ->ScanTable(
                name,
                [&](absl::string_view partition, absl::string_view key, absl::string_view value) {
                  haystack->emplace_back(absl::StrCat(dir, " table ", name),
                                         absl::StrCat(partition, "\n", key, "\n", value));
                  return true;
                })
            .ok());
  }
}

// Places in which `needle` stands.
std::vector<std::string> Find(const Haystack& haystack, const std::string& needle) {
  std::vector<std::string> places;
  for (const auto& [place, text] : haystack) {
    if (absl::StrContains(text, needle)) places.push_back(place);
  }
  return places;
}

TEST_CASE("S13 SEC-1 nothing on disk, in logs or metrics tells a name or a number", "[walk]") {
  World world;
  world.Start();
  // Identification does not know one of the datasets: its events will be set aside.
  FUPIN_CHECK(world.identification().Stop() == 0);
  const std::string fewer = FolderOf(world.identification()) + "/contracts";
  std::filesystem::copy(world.contract_dir(), fewer);
  REQUIRE(std::filesystem::remove(fewer + "/mps.residence.binpb"));
  Reconfigure(world.identification(), world.contract_dir(), fewer);
  world.StartIdentification();

  // Plant: two versions of a record, with a survey that differs; rejections in two charsets.
  CHECK(Push(world, "mps.population", "s1", Canary(world, 1, kOtherName)).outcome() ==
        exchange::v1::OUTCOME_ACCEPTED_NEW);
  const Verdict accepted = Push(world, "mps.population", "s2", Canary(world, 2, kOtherName));
  CHECK(accepted.problems().empty());
  auto rejected = Canary(world, 3, kName);
  rejected.clear_business_time();
  CHECK(Push(world, "mps.population", "s3", rejected).outcome() == exchange::v1::OUTCOME_REJECTED);
  auto in_gb18030 = Canary(world, 3, "ABCDEFGH");
  in_gb18030.clear_business_time();
  in_gb18030.clear_collector();
  in_gb18030.clear_enterer();
  in_gb18030.set_payload(absl::StrReplaceAll(in_gb18030.payload(), {{"ABCDEFGH", kNameGb18030}}));
  CHECK(Push(world, "mps.population", "s4", in_gb18030, exchange::v1::CHARSET_GB18030).outcome() ==
        exchange::v1::OUTCOME_REJECTED);
  CHECK(Push(world, "mps.residence", "s5", Residence(world)).outcome() ==
        exchange::v1::OUTCOME_ACCEPTED_NEW);
  auto surveys = IdentificationService::NewStub(world.ToIdentification("enumerator-tablet-1"));
  auto reader = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  auto exchange = ExchangeService::NewStub(world.ToExchange("dept-mps"));
  identification::v1::SubmitSurveyResponse submitted;
  REQUIRE(
      Call(*surveys, &IdentificationService::Stub::SubmitSurvey, CanarySurvey(), &submitted).ok());
  identification::v1::GetHouseholdRequest get;
  get.set_name(submitted.household());
  identification::v1::Household household;
  REQUIRE(Eventually([&] {
    identification::v1::Overview overview;
    return Call(*reader, &IdentificationService::Stub::GetHousehold, get, &household).ok() &&
           household.has_score() && household.findings_size() > 0 &&
           Call(*reader, &IdentificationService::Stub::GetOverview,
                identification::v1::GetOverviewRequest(), &overview)
               .ok() &&
           overview.parked_event_count() == 1;
  }));
  identification::v1::ResolveFindingRequest resolve;
  for (const auto& finding : household.findings()) {
    if (finding.rule() == "X012") resolve.set_name(finding.name());
  }
  resolve.set_resolution(identification::v1::RESOLUTION_ACCEPT_FIELD);
  resolve.set_resolver(kResolver);
  resolve.set_note(kNote);
  identification::v1::Finding resolved;
  REQUIRE(Call(*reader, &IdentificationService::Stub::ResolveFinding, resolve, &resolved).ok());

  // The search finds them where they belong: in what the API answers to those who may see it.
  Haystack answers;
  REQUIRE(Call(*reader, &IdentificationService::Stub::GetHousehold, get, &household).ok());
  answers.emplace_back("household", household.SerializeAsString());
  exchange::v1::GetRecordRequest get_record;
  get_record.set_name(accepted.record());
  exchange::v1::Record record;
  REQUIRE(Call(*exchange, &ExchangeService::Stub::GetRecord, get_record, &record).ok());
  answers.emplace_back("record", record.SerializeAsString());
  exchange::v1::ListRejectionsRequest list;
  list.set_dataset("mps.population");
  exchange::v1::ListRejectionsResponse rejections;
  REQUIRE(Call(*exchange, &ExchangeService::Stub::ListRejections, list, &rejections).ok());
  CHECK(rejections.rejections_size() == 2);
  answers.emplace_back("rejections", rejections.SerializeAsString());
  for (const std::string& canary : Canaries()) {
    CAPTURE(canary);
    // The form number is never given back, nor is what was set aside.
    const bool shown = canary != kFormNumber && canary != Number(kNeighbour);
    CHECK(Find(answers, canary).empty() != shown);
  }
  // An operator looks at the same record and rejections, and learns no number.
  Haystack operators;
  auto operating = ExchangeService::NewStub(world.ToExchange("operator-admin"));
  REQUIRE(Call(*operating, &ExchangeService::Stub::GetRecord, get_record, &record).ok());
  CHECK(record.payload().empty());
  CHECK(record.batch_number() == 1);
  operators.emplace_back("record", record.SerializeAsString());
  REQUIRE(Call(*operating, &ExchangeService::Stub::ListRejections, list, &rejections).ok());
  CHECK(rejections.rejections_size() == 2);
  operators.emplace_back("rejections", rejections.SerializeAsString());
  CHECK(Find(operators, Number(kPerson)).empty());
  CHECK_FALSE(Find(operators, "mps.population").empty());

  Haystack disk;
  disk.emplace_back("exchange /metrics", Metrics(world.exchange()));
  disk.emplace_back("identification /metrics", Metrics(world.identification()));
  // One is killed, so that its log of writes is searched; the other has sorted its rows.
  world.exchange().Kill();
  CHECK(world.identification().Stop() == 0);
  for (const testing::ServiceProcess* service : {&world.exchange(), &world.identification()}) {
    AddFiles(FolderOf(*service), &disk);
    AddRows(service->data_dir(), &disk);
  }
  for (const std::string& canary : Canaries()) {
    CAPTURE(canary);
    CHECK(Find(disk, canary).empty());
    CHECK(Find(disk, absl::BytesToHexString(canary)).empty());
  }
  // The same search finds what is not personal in files and in rows of both.
  for (const char* clear : {"mps.population", "X012", "fupin_exchange_records_total"}) {
    CAPTURE(clear);
    CHECK_FALSE(Find(disk, clear).empty());
  }
  int records = 0;
  for (const std::string& place : Find(disk, "mps.population")) {
    records += absl::EndsWith(place, "table records") ? 1 : 0;
    CAPTURE(place);
  }
  CHECK(records == 2);
  // Whoever guesses a person cannot tell from a hash without a key whether the guess is right.
  const std::string payload = Canary(world, 1, kOtherName).payload();
  for (const std::string& guess :
       {Number(kPerson), payload, payload + "1780000000000", std::string(kName)}) {
    CHECK(Find(disk, crypto::Sha256(guess).substr(0, 16)).empty());
    CHECK(Find(disk, crypto::BlindIndex(std::string(32, '\0')).Of("citizen", guess)).empty());
  }
}

TEST_CASE("SEC-1 keys come in versions; without the right file a service does not start",
          "[walk]") {
  World world;
  world.Start();
  testing::ServiceProcess& exchange = world.exchange();
  const std::string key_file = world.certs() + "/seal.key";
  const std::string first = *config::ReadFile(key_file);
  const std::string second = "2 SM " + std::string(64, 'c') + "\n";
  const auto write = [&](const std::string& text, mode_t mode = 0600) {
    FUPIN_CHECK(config::WriteFile(key_file, text).ok() && chmod(key_file.c_str(), mode) == 0);
  };
  const auto refused = [&](const std::string& reason) {
    const size_t before = exchange.log().size();
    return !exchange.Start() && absl::StrContains(exchange.log().substr(before), reason);
  };
  const auto name_of = [&](const std::string& resource) {
    auto stub = ExchangeService::NewStub(world.ToExchange("operator-admin"));
    exchange::v1::GetRecordRequest get;
    get.set_name(resource);
    exchange::v1::Record record;
    const absl::Status status = Call(*stub, &ExchangeService::Stub::GetRecord, get, &record);
    return status.ok() ? record.fields().at("name") : ReasonOf(status);
  };
  const std::string old = Push(world, "mps.population", "s1", Person(world, 1, 1, "甲")).record();

  // A version more: what was sealed before opens, what comes is sealed with the new one.
  CHECK(exchange.Stop() == 0);
  write(first + second);
  world.StartExchange();
  const std::string fresh = Push(world, "mps.population", "s2", Person(world, 2, 1, "乙")).record();
  CHECK(name_of(old) == "甲");
  CHECK(name_of(fresh) == "乙");
  CHECK(exchange.Stop() == 0);

  write(first);
  CHECK(refused("KEY_VERSION_UNKNOWN"));
  write(absl::StrReplaceAll(first, {{"bbbb", "cccc"}}) + second);
  CHECK(refused("SEAL_BROKEN"));
  write(first + second, 0644);
  CHECK(refused("KEY_FILE_OPEN_TO_OTHERS"));
  write("no key\n");
  CHECK(refused("SEAL_KEY_FILE_FORMAT"));
  CHECK_FALSE(absl::StrContains(exchange.log(), std::string(64, 'b')));
  write(first + second);

  const std::string setting = absl::StrCat("seal_key_file: \"", key_file, "\"");
  for (testing::ServiceProcess* service : {&exchange, &world.identification()}) {
    if (service != &exchange) CHECK(service->Stop() == 0);
    Reconfigure(*service, setting, "");
    CHECK_FALSE(service->Start());
    CHECK(absl::StrContains(service->log(), "seal_key_file"));
    Reconfigure(*service, "blind_key_file", setting + " blind_key_file");
  }

  // A sealed value put into another row, and a store from before sealing.
  const auto id_of = [](const std::string& resource) {
    return absl::HexStringToBytes(resource.substr(resource.rfind('/') + 1));
  };
  {
    const auto store = Open(exchange.data_dir());
    const auto page = store->Scan("records", "mps.population", "", "", 10);
    REQUIRE(page.ok());
    REQUIRE(page->rows.size() == 2);
    const bool old_first = absl::StartsWith(page->rows[0].key, id_of(old));
    kv::Batch batch("mps.population");
    batch.Put("records", page->rows[old_first ? 1 : 0].key, page->rows[old_first ? 0 : 1].value);
    REQUIRE(store->Commit(batch).ok());
  }
  world.StartExchange();
  CHECK(name_of(old) == "甲");
  CHECK(name_of(fresh) == "SEAL_BROKEN");
  CHECK(exchange.Stop() == 0);
  kv::StoreFile file = *kv::ReadStoreFile(exchange.data_dir());
  file.schema = 1;
  REQUIRE(kv::WriteStoreFile(exchange.data_dir(), file).ok());
  CHECK(refused("STORE_FORMAT_OLDER"));
}

}  // namespace
}  // namespace fupin::walks
