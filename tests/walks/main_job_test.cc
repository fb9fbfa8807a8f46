// From a department's record and a survey to an explained score, through real processes.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "fupin/feed/v1/feed_service.grpc.pb.h"

#include "libs/config/config.h"
#include "libs/rpc/wire_status.h"
#include "services/fupinctl/pusher.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

using exchange::v1::Verdict;
using identification::v1::IdentificationService;

fupinctl::PushOptions Into(const std::string& dataset, const std::string& stream) {
  fupinctl::PushOptions options;
  options.dataset = dataset;
  options.stream_id = stream;
  options.retries = 200;
  return options;
}

// Pushes and returns the verdicts.
std::vector<Verdict> PushAs(const World& world, const std::string& certificate,
                            const std::vector<exchange::v1::PushedRecord>& records,
                            absl::Status* status, const std::string& stream = "s1") {
  std::vector<Verdict> verdicts(records.size());
  *status = fupinctl::Push(world.ToExchange(certificate), Into("mps.population", stream), records,
                           [&](size_t i, const Verdict& verdict) { verdicts[i] = verdict; });
  return verdicts;
}

template <typename Response, typename Request, typename Stub>
absl::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  return rpc::FromGrpc((stub.*method)(&context, request, response));
}

TEST_CASE("EX-1 ID-2 ID-5 ID-6 EX-6 a record and a survey become an explained score", "[walk]") {
  World world;
  world.Start();
  absl::Status status;
  auto verdicts =
      PushAs(world, "dept-mps", {Person(world, 1, 1, "甲"), Person(world, 2, 1, "乙")}, &status);
  REQUIRE(status.ok());
  CHECK(verdicts[0].outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);

  auto surveys = IdentificationService::NewStub(world.ToIdentification("enumerator-tablet-1"));
  identification::v1::SubmitSurveyResponse submitted;
  const auto request = Survey(1, 1, 2);
  REQUIRE(Call(*surveys, &IdentificationService::Stub::SubmitSurvey, request, &submitted).ok());
  identification::v1::SubmitSurveyResponse again;
  REQUIRE(Call(*surveys, &IdentificationService::Stub::SubmitSurvey, request, &again).ok());
  CHECK(again.household() == submitted.household());
  CHECK(again.version() == 1);

  auto reader = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  identification::v1::GetHouseholdRequest get;
  get.set_name(submitted.household());
  identification::v1::Household household;
  // The second member's name differs between register and survey: a finding of rule X012.
  REQUIRE(Eventually([&] {
    return Call(*reader, &IdentificationService::Stub::GetHousehold, get, &household).ok() &&
           household.has_score() && household.facts_size() == 2 && household.findings_size() > 0;
  }));
  bool named = false;
  for (const auto& finding : household.findings()) named |= finding.rule() == "X012";
  CHECK(named);
  // Counted by rule at every level: in the natural village, where households are counted, as in the
  // province, where townships are added up.
  const auto counts = [&](const std::string& division) {
    identification::v1::CountFindingsRequest count;
    count.set_division(division);
    identification::v1::FindingCounts found;
    CHECK(Call(*reader, &IdentificationService::Stub::CountFindings, count, &found).ok());
    std::map<std::string, std::string> by_rule;
    for (const auto& rule : found.rules()) {
      by_rule[rule.rule()] =
          absl::StrCat(rule.open_count(), "/", rule.resolved_count(), "/", rule.cleared_count());
    }
    return by_rule;
  };
  const auto counted = [&](const std::string& x012) {
    CHECK(Eventually([&] {
      const auto here = counts(kVillage);
      const auto found = here.find("X012");
      return found != here.end() && found->second == x012 && counts("520102016001") == here &&
             counts("520102016") == here && counts("520102") == here && counts("52") == here;
    }));
    CHECK(counts("520103").empty());
  };
  counted("1/0/0");
  CHECK(household.members(0).masked_citizen_number().find("****") != std::string::npos);
  CHECK(household.score().index_centipoints() > 0);

  identification::v1::ExplainScoreRequest why;
  why.set_name(submitted.household());
  identification::v1::ScoreExplanation explanation;
  REQUIRE(Call(*reader, &IdentificationService::Stub::ExplainScore, why, &explanation).ok());
  CHECK(explanation.contributions_size() > 100);

  // Lineage: from the fact back to the pushed record.
  auto exchange = exchange::v1::ExchangeService::NewStub(world.ToExchange("operator-admin"));
  exchange::v1::GetRecordRequest lineage;
  lineage.set_name(household.facts(0).record());
  exchange::v1::Record record;
  REQUIRE(Call(*exchange, &exchange::v1::ExchangeService::Stub::GetRecord, lineage, &record).ok());
  CHECK(record.participant() == "mps");
  CHECK(record.batch_number() == 1);
  const std::string shown = record.fields().at("citizen_number");
  CHECK(shown.find("********") == 6);
  CHECK(shown.size() == 18);

  // A corrected record reaches the household by itself and clears the finding.
  PushAs(world, "dept-mps", {Person(world, 2, 2, "甲")}, &status, "s2");
  REQUIRE(status.ok());
  CHECK(Eventually([&] {
    Call(*reader, &IdentificationService::Stub::GetHousehold, get, &household).IgnoreError();
    for (const auto& finding : household.findings()) {
      if (finding.rule() == "X012" &&
          finding.state() == identification::v1::FINDING_STATE_CLEARED) {
        return true;
      }
    }
    return false;
  }));
  counted("0/0/1");
  CHECK(world.identification().Stop() == 0);
  CHECK(world.exchange().Stop() == 0);
}

TEST_CASE(
    "EX-4 what departments fill is counted by part, indicator and dataset, and shown as metrics",
    "[walk]") {
  World world;
  world.Start();
  auto surveys = IdentificationService::NewStub(world.ToIdentification("enumerator-tablet-1"));
  auto reader = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  identification::v1::SubmitSurveyResponse submitted;
  for (int h = 0; h < 2; ++h) {
    REQUIRE(
        Call(*surveys, &IdentificationService::Stub::SubmitSurvey, Survey(h, 10 * h, 2), &submitted)
            .ok());
  }
  identification::v1::GetAutomationRequest get;
  get.set_division("52");
  identification::v1::Automation before;
  REQUIRE(Eventually([&] {
    return Call(*reader, &IdentificationService::Stub::GetAutomation, get, &before).ok() &&
           before.household_count() == 2;
  }));
  CHECK(before.values().manual_count() > 0);
  CHECK(before.indicators_size() == 199);
  CHECK(before.datasets_size() == 42);

  absl::Status status;
  PushAs(world, "dept-mps", {Person(world, 0, 1, "甲"), Person(world, 1, 1, "甲")}, &status);
  REQUIRE(status.ok());
  identification::v1::Automation after;
  const auto population = [&]() -> const identification::v1::DatasetFilling* {
    for (const auto& dataset : after.datasets()) {
      if (dataset.dataset() == "mps.population") return &dataset;
    }
    return nullptr;
  };
  REQUIRE(Eventually([&] {
    Call(*reader, &IdentificationService::Stub::GetAutomation, get, &after).IgnoreError();
    return population() != nullptr && population()->covered_household_count() == 1;
  }));
  CHECK(population()->coverage_permille() == 500);
  // The parts, and the indicators, add up to the whole; the township has what the county has.
  int64_t of_parts = 0;
  for (const auto& part : after.parts()) of_parts += part.values().manual_count();
  CHECK(of_parts == after.values().manual_count());
  int64_t of_indicators = 0;
  for (const auto& indicator : after.indicators()) {
    of_indicators += indicator.values().automatic_count() + indicator.values().manual_count();
  }
  CHECK(of_indicators == after.values().automatic_count() + after.values().manual_count());
  get.set_division("520102016001");
  identification::v1::Automation village;
  REQUIRE(Call(*reader, &IdentificationService::Stub::GetAutomation, get, &village).ok());
  CHECK(village.level() == "township");
  CHECK(village.household_count() == 2);
  get.set_division("99");
  CHECK(ReasonOf(Call(*reader, &IdentificationService::Stub::GetAutomation, get, &village)) ==
        "DIVISION_UNKNOWN");
  const std::string covered =
      "curl -sf http://127.0.0.1:" + std::to_string(world.identification().ports().metrics) +
      "/metrics | grep -q 'dataset_coverage_ratio{dataset=\"mps.population\",department=\"mps\"} "
      "0.5'";
  CHECK(Eventually([&] { return std::system(covered.c_str()) == 0; }));
}

TEST_CASE("I17 SEC-1 who is not known or may not is refused with a reason", "[walk]") {
  World world;
  world.StartExchange();
  const std::vector<exchange::v1::PushedRecord> records = {Person(world, 1, 1, "甲")};
  struct Case {
    const char* certificate;
    absl::StatusCode code;
    const char* reason;
  };
  for (const Case& c :
       {Case{"", absl::StatusCode::kUnauthenticated, "CERT_MISSING"},
        Case{"dept-civil", absl::StatusCode::kUnauthenticated, "CERT_EXPIRED"},
        Case{"dept-hud", absl::StatusCode::kUnauthenticated, "CERT_UNKNOWN_CA"},
        Case{"dept-edu", absl::StatusCode::kPermissionDenied, "DATASET_NOT_YOURS"},
        Case{"enumerator-tablet-1", absl::StatusCode::kPermissionDenied, "ROLE_NOT_ALLOWED"}}) {
    CAPTURE(c.certificate);
    absl::Status status;
    PushAs(world, c.certificate, records, &status);
    CHECK(status.code() == c.code);
    CHECK(ReasonOf(status) == c.reason);
  }
}

TEST_CASE("I05 I06 I08 I18 bad records are named, their neighbours are taken", "[walk]") {
  World world;
  world.StartExchange();
  auto junk = Person(world, 2, 1, "乙");
  junk.set_payload("\xff\xff\xff");
  auto gbk = Person(world, 3, 1, "\xcd\xf5");
  auto no_method = Person(world, 4, 1, "丁");
  no_method.clear_method();
  auto future = Person(world, 5, 1, "戊");
  future.mutable_business_time()->set_seconds(4000000000);
  auto no_version = Person(world, 6, 0, "己");
  absl::Status status;
  const auto verdicts = PushAs(world, "dept-mps",
                               {Person(world, 1, 1, "甲"), junk, gbk, no_method, future, no_version,
                                Person(world, 7, 1, "庚")},
                               &status);
  REQUIRE(status.ok());
  CHECK(verdicts[0].outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);
  CHECK(verdicts[6].outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);
  const char* reasons[] = {"PAYLOAD_MALFORMED", "TEXT_CHARSET", "METHOD_MISSING",
                           "BUSINESS_TIME_FUTURE", "SOURCE_VERSION_INVALID"};
  for (size_t i = 0; i < 5; ++i) {
    CAPTURE(reasons[i]);
    REQUIRE(verdicts[i + 1].outcome() == exchange::v1::OUTCOME_REJECTED);
    CHECK(verdicts[i + 1].problems(0).reason() == reasons[i]);
    CHECK_FALSE(verdicts[i + 1].problems(0).message_zh().empty());
    CHECK_FALSE(verdicts[i + 1].problems(0).message_en().empty());
    CHECK_FALSE(verdicts[i + 1].problems(0).field().empty());
  }
  // The same version with other content is a conflict; an older version never wins.
  PushAs(world, "dept-mps", {Person(world, 1, 5, "甲")}, &status, "s2");
  auto later =
      PushAs(world, "dept-mps",
             {Person(world, 1, 5, "王"), Person(world, 1, 3, "王"), Person(world, 1, 5, "甲")},
             &status, "s3");
  CHECK(later[0].problems(0).reason() == "SOURCE_VERSION_CONFLICT");
  CHECK(later[1].outcome() == exchange::v1::OUTCOME_UNCHANGED);
  CHECK(later[1].problems(0).reason() == "RECORD_SUPERSEDED");
  CHECK(later[2].repeated());
  // Rejected records can be listed by their sender.
  auto stub = exchange::v1::ExchangeService::NewStub(world.ToExchange("dept-mps"));
  exchange::v1::ListRejectionsRequest list;
  list.set_dataset("mps.population");
  exchange::v1::ListRejectionsResponse rejections;
  REQUIRE(
      Call(*stub, &exchange::v1::ExchangeService::Stub::ListRejections, list, &rejections).ok());
  CHECK(rejections.rejections_size() == 6);
}

TEST_CASE("F01 F15 kill -9 of the exchange loses and doubles nothing", "[walk]") {
  World world;
  world.StartExchange();
  constexpr int kRecords = 6000;
  std::vector<exchange::v1::PushedRecord> records;
  for (int i = 0; i < kRecords; ++i) records.push_back(Person(world, i, 1, "甲"));
  std::vector<int> answers(kRecords);
  std::atomic<int> answered{0};
  absl::Status status;
  std::thread sender([&] {
    auto options = Into("mps.population", "kill");
    options.batch_records = 100;
    status = fupinctl::Push(world.ToExchange("dept-mps"), options, records,
                            [&](size_t i, const Verdict& verdict) {
                              ++answers[i];
                              ++answered;
                              if (verdict.outcome() != exchange::v1::OUTCOME_ACCEPTED_NEW) {
                                answers[i] = -100;
                              }
                            });
  });
  for (int kill = 1; kill <= 4; ++kill) {
    const int wait_for = kill * kRecords / 6;
    REQUIRE(Eventually([&] { return answered >= wait_for; }));
    world.exchange().Kill();
    world.StartExchange();
  }
  sender.join();
  INFO(status);
  REQUIRE(status.ok());
  // Every record has one verdict, the first one: accepted as new, though some came twice.
  for (int i = 0; i < kRecords; ++i) REQUIRE(answers[static_cast<size_t>(i)] == 1);
  // The feed has each record once.
  auto feed = feed::v1::FeedService::NewStub(world.ToExchange("service-identification"));
  grpc::ClientContext context;
  feed::v1::WatchRequest watch;
  watch.set_until_caught_up(true);
  auto stream = feed->Watch(&context, watch);
  feed::v1::WatchResponse response;
  std::set<std::string> seen;
  int64_t last = 0;
  while (stream->Read(&response)) {
    for (const auto& event : response.events().events()) {
      REQUIRE(event.sequence() == last + 1);
      last = event.sequence();
      exchange::v1::RecordChanged changed;
      REQUIRE(changed.ParseFromString(event.payload()));
      seen.insert(changed.record().name());
    }
  }
  CHECK(stream->Finish().ok());
  CHECK(last == kRecords);
  CHECK(seen.size() == kRecords);
}

TEST_CASE("EX-1 full batches in a full window are committed together", "[walk]") {
  World world;
  world.StartExchange();
  std::vector<exchange::v1::PushedRecord> records;
  for (int i = 0; i < 8000; ++i) records.push_back(Person(world, i, 1, "甲"));
  auto options = Into("mps.population", "large");
  options.batch_records = 1000;
  int accepted = 0;
  const absl::Status status = fupinctl::Push(
      world.ToExchange("dept-mps"), options, records, [&](size_t, const Verdict& verdict) {
        accepted += verdict.outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW ? 1 : 0;
      });
  INFO(status);
  CHECK(status.ok());
  CHECK(accepted == 8000);
}

TEST_CASE("F02 F30 identification killed in the middle catches up with every record", "[walk]") {
  World world;
  world.Start();
  auto surveys = IdentificationService::NewStub(world.ToIdentification("enumerator-tablet-1"));
  std::vector<std::string> households;
  for (int h = 0; h < 20; ++h) {
    identification::v1::SubmitSurveyResponse response;
    REQUIRE(
        Call(*surveys, &IdentificationService::Stub::SubmitSurvey, Survey(h, h * 3, 3), &response)
            .ok());
    households.push_back(response.household());
  }
  std::vector<exchange::v1::PushedRecord> records;
  for (int i = 0; i < 60; ++i) records.push_back(Person(world, i, 1, "甲"));
  absl::Status status;
  PushAs(world, "dept-mps", records, &status);
  REQUIRE(status.ok());
  world.identification().Kill();
  world.StartIdentification();
  auto reader = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  for (const std::string& name : households) {
    CHECK(Eventually([&] {
      identification::v1::GetHouseholdRequest get;
      get.set_name(name);
      identification::v1::Household household;
      if (!Call(*reader, &IdentificationService::Stub::GetHousehold, get, &household).ok()) {
        return false;
      }
      for (const auto& finding : household.findings()) {
        if (finding.rule() == "X050" && finding.state() == identification::v1::FINDING_STATE_OPEN) {
          return false;
        }
      }
      return household.has_score() && household.facts_size() == 3;
    }));
  }
  CHECK(world.identification().Stop() == 0);
}

TEST_CASE("EX-5 a changed catalog is taken up by files only, while running", "[walk]") {
  World world;
  world.Start();
  auto reader = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  std::string text = *config::ReadFile(world.catalog_file());
  text.replace(text.find("\nversion: 1\n"), 12, "\nversion: 2\n");
  REQUIRE(config::WriteFile(world.catalog_file(), text).ok());
  CHECK(Eventually([&] {
    identification::v1::Overview overview;
    return Call(*reader, &IdentificationService::Stub::GetOverview,
                identification::v1::GetOverviewRequest(), &overview)
               .ok() &&
           overview.catalog_version() == 2;
  }));
  // A broken catalog is told and the good one stays in force.
  REQUIRE(config::WriteFile(world.catalog_file(), text + "\nnonsense").ok());
  CHECK(Eventually([&] {
    identification::v1::Overview overview;
    return Call(*reader, &IdentificationService::Stub::GetOverview,
                identification::v1::GetOverviewRequest(), &overview)
               .ok() &&
           overview.catalog_version() == 2 && overview.refused_size() == 1;
  }));
}

TEST_CASE("EX-6 a new dataset is added and an incompatible one refused by files only", "[walk]") {
  World world;
  world.StartExchange();
  const std::string source = world.certs() + "/source";
  REQUIRE(std::system(("mkdir -p " + source).c_str()) == 0);
  const auto compile = [&](const std::string& field_name) {
    const std::string text =
        "syntax = \"proto3\";\npackage fupin.dataset.mps;\n"
        "import \"fupin/contract/v1/contract.proto\";\n"
        "message Boats { option (fupin.contract.v1.dataset) = { dataset: \"mps.boats\""
        " name_zh: \"船舶\" name_en: \"Boats\" participant: \"mps\" key_fields: \"number\""
        " subject_field: \"citizen_number\" subject_kind: SUBJECT_KIND_CITIZEN version: 1 };\n"
        "optional string citizen_number = 1 [(fupin.contract.v1.field) = { label_zh: \"号\""
        " label_en: \"n\" sensitivity: SENSITIVITY_SENSITIVE required: true"
        " format: FORMAT_CITIZEN_NUMBER }];\n"
        "optional string number = 2 [(fupin.contract.v1.field) = { label_zh: \"船号\""
        " label_en: \"boat\" sensitivity: SENSITIVITY_INTERNAL required: true }];\n"
        "optional int64 " +
        field_name +
        " = 3 [(fupin.contract.v1.field) = { label_zh: \"吨\" label_en: \"tons\""
        " sensitivity: SENSITIVITY_INTERNAL }]; }\n";
    REQUIRE(config::WriteFile(source + "/boats.proto", text).ok());
    const std::string command = "protoc -I " FUPIN_SOURCE_DIR "/proto -I " + source +
                                " --descriptor_set_out=" + world.contract_dir() +
                                "/mps.boats.binpb " + source + "/boats.proto";
    REQUIRE(std::system(command.c_str()) == 0);
  };
  compile("tons");
  auto stub = exchange::v1::ExchangeService::NewStub(world.ToExchange("operator-admin"));
  exchange::v1::ListDatasetsResponse datasets;
  REQUIRE(Eventually([&] {
    Call(*stub, &exchange::v1::ExchangeService::Stub::ListDatasets,
         exchange::v1::ListDatasetsRequest(), &datasets)
        .IgnoreError();
    return datasets.datasets_size() == 43;
  }));
  // Every code a field can have is told in words.
  std::map<std::string, const exchange::v1::CodeList*> lists;
  for (const auto& list : datasets.code_lists()) lists[list.id()] = &list;
  for (const auto& dataset : datasets.datasets()) {
    for (const auto& field : dataset.fields()) {
      CAPTURE(dataset.dataset(), field.name(), field.code_list());
      CHECK((field.code_list().empty() || lists.count(field.code_list()) == 1));
    }
  }
  REQUIRE(lists.count("hud.structure") == 1);
  const auto& structures = lists["hud.structure"]->codes();
  CHECK(std::any_of(structures.begin(), structures.end(), [](const exchange::v1::Code& code) {
    return code.code() == "earth" && code.meaning_zh() == "土木" && !code.meaning_en().empty();
  }));
  exchange::v1::PushedRecord record;
  const auto contract = *contract::ContractSet::Load(world.contract_dir());
  contract::Row row(3);
  row[0] = Number(1);
  row[1] = std::string("B1");
  record.set_payload(contract::Encode(*contract->Find("mps.boats"), row));
  record.set_source_version(1);
  record.mutable_business_time()->set_seconds(1780000000);
  record.set_method(type::v1::COLLECTION_METHOD_AUTOMATIC);
  Verdict verdict;
  REQUIRE(fupinctl::Push(world.ToExchange("dept-mps"), Into("mps.boats", "b"), {record},
                         [&](size_t, const Verdict& v) { verdict = v; })
              .ok());
  CHECK(verdict.outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);
  // Renaming a field of a contract in use is refused with the field named; the old one stays.
  compile("tonnage");
  CHECK(Eventually([&] {
    Call(*stub, &exchange::v1::ExchangeService::Stub::ListDatasets,
         exchange::v1::ListDatasetsRequest(), &datasets)
        .IgnoreError();
    return datasets.refused_size() == 1;
  }));
  REQUIRE(datasets.refused_size() == 1);
  CHECK(datasets.refused(0).reason() == "CONTRACT_BREAKING");
  CHECK(datasets.refused(0).field() == "mps.boats.tons");
  CHECK(datasets.datasets_size() == 43);
}

TEST_CASE("EX-4 metrics of both services pass the linter", "[walk]") {
  World world;
  world.Start();
  absl::Status status;
  PushAs(world, "dept-mps", {Person(world, 1, 1, "甲")}, &status);
  REQUIRE(status.ok());
  for (const int port :
       {world.exchange().ports().metrics, world.identification().ports().metrics}) {
    const std::string command =
        "curl -sf http://127.0.0.1:" + std::to_string(port) + "/metrics | promtool check metrics";
    CAPTURE(command);
    CHECK(std::system(command.c_str()) == 0);
  }
}

}  // namespace
}  // namespace fupin::walks
