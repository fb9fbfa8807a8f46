// A new department, its dataset and a catalog that uses it come by files only, while everything
// runs.
#include <sys/stat.h>

#include <cstdlib>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/config/config.h"
#include "libs/rpc/wire_status.h"
#include "services/fupinctl/pusher.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

using exchange::v1::Verdict;
using identification::v1::IdentificationService;

constexpr char kBoats[] = R"(syntax = "proto3";
package fupin.dataset.marine;
import "fupin/contract/v1/contract.proto";
message Boats {
  option (fupin.contract.v1.dataset) = {
    dataset: "marine.boats" name_zh: "船舶登记" name_en: "Boats" participant: "marine"
    key_fields: "number" subject_field: "citizen_number" subject_kind: SUBJECT_KIND_CITIZEN version: 1
  };
  optional string citizen_number = 1 [(fupin.contract.v1.field) = {
    label_zh: "公民身份号码" label_en: "Citizen number" sensitivity: SENSITIVITY_SENSITIVE
    required: true format: FORMAT_CITIZEN_NUMBER }];
  optional string number = 2 [(fupin.contract.v1.field) = {
    label_zh: "船号" label_en: "Boat number" sensitivity: SENSITIVITY_INTERNAL required: true }];
  optional int64 tons = 3 [(fupin.contract.v1.field) = {
    label_zh: "吨位" label_en: "Tons" sensitivity: SENSITIVITY_INTERNAL unit: "t" }];
}
)";

constexpr char kMarine[] = R"(
participants {
  id: "marine"
  kind: PARTICIPANT_KIND_DEPARTMENT
  names { zh: "海事局" en: "Marine, test" }
  assumption: "test"
}
)";

template <typename Response, typename Request, typename Stub>
absl::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  context.set_wait_for_ready(true);
  return rpc::FromGrpc((stub.*method)(&context, request, response));
}

identification::v1::Contribution ContributionOf(IdentificationService::Stub& reader,
                                                const std::string& household,
                                                const std::string& indicator) {
  identification::v1::ExplainScoreRequest explain;
  explain.set_name(household);
  identification::v1::ScoreExplanation explanation;
  Call(reader, &IdentificationService::Stub::ExplainScore, explain, &explanation).IgnoreError();
  for (const auto& contribution : explanation.contributions()) {
    if (contribution.indicator() == indicator) return contribution;
  }
  return {};
}

TEST_CASE("EX-5 EX-6 ID-6 a new department, dataset and catalog come by files only and are used",
          "[walk]") {
  World world;
  world.Start();
  auto surveys = IdentificationService::NewStub(world.ToIdentification("enumerator-tablet-1"));
  auto reader = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  identification::v1::SubmitSurveyResponse survey;
  REQUIRE(
      Call(*surveys, &IdentificationService::Stub::SubmitSurvey, Survey(1, 0, 2), &survey).ok());
  REQUIRE(Eventually([&] {
    const auto doors = ContributionOf(*reader, survey.household(), "A07");
    return doors.name_en() == "Sound doors and windows" && !doors.automatic();
  }));

  // The department: a name in the register and a certificate.
  const std::string register_file = world.contract_dir() + "/participants.textproto";
  REQUIRE(config::WriteFile(register_file, *config::ReadFile(register_file) + kMarine).ok());
  REQUIRE(std::system(
              (FUPIN_SOURCE_DIR "/scripts/certs " + world.certs() + " dept/marine >/dev/null 2>&1")
                  .c_str()) == 0);
  // Its dataset: a compiled contract.
  const std::string source = world.certs() + "/source";
  REQUIRE(mkdir(source.c_str(), 0700) == 0);
  REQUIRE(config::WriteFile(source + "/boats.proto", kBoats).ok());
  REQUIRE(std::system(("protoc -I " FUPIN_SOURCE_DIR "/proto -I " + source +
                       " --descriptor_set_out=" + world.contract_dir() + "/marine.boats.binpb " +
                       source + "/boats.proto")
                          .c_str()) == 0);
  auto exchange = exchange::v1::ExchangeService::NewStub(world.ToExchange("dept-marine"));
  REQUIRE(Eventually([&] {
    exchange::v1::ListDatasetsResponse datasets;
    Call(*exchange, &exchange::v1::ExchangeService::Stub::ListDatasets,
         exchange::v1::ListDatasetsRequest(), &datasets)
        .IgnoreError();
    return datasets.datasets_size() == 43;
  }));
  exchange::v1::ListParticipantsResponse participants;
  REQUIRE(Call(*exchange, &exchange::v1::ExchangeService::Stub::ListParticipants,
               exchange::v1::ListParticipantsRequest(), &participants)
              .ok());
  CHECK(participants.participants(participants.participants_size() - 1).id() == "marine");

  // The catalog: one indicator now asks the new department first.
  std::string catalog = *config::ReadFile(world.catalog_file());
  const std::string doors =
      "name_en: \"Sound doors and windows\"\n    weight: 4\n    sources { question { of: \"H007\" "
      "} }";
  REQUIRE(absl::StrContains(catalog, doors));
  catalog = absl::StrReplaceAll(
      catalog, {{"\nversion: 1\n", "\nversion: 2\n"},
                {doors,
                 "name_en: \"No big boat\"\n    weight: 4\n    sources { dataset { of: "
                 "\"marine.boats\" field: \"tons\" aggregate: AGGREGATE_SUM } }"},
                {"name_zh: \"门窗完好\"", "name_zh: \"没有大船\""}});
  REQUIRE(config::WriteFile(world.catalog_file(), catalog).ok());
  REQUIRE(Eventually([&] {
    identification::v1::Overview overview;
    return Call(*reader, &IdentificationService::Stub::GetOverview,
                identification::v1::GetOverviewRequest(), &overview)
               .ok() &&
           overview.catalog_version() == 2 && overview.refused_size() == 0;
  }));
  CHECK(Eventually([&] {
    return ContributionOf(*reader, survey.household(), "A07").absence() !=
           identification::v1::ABSENCE_UNSPECIFIED;
  }));

  // A record of the new department reaches the score and is its evidence.
  const auto contracts = *contract::ContractSet::Load(world.contract_dir());
  contract::Row row(3);
  row[0] = Number(1);
  row[1] = std::string("B1");
  row[2] = fixed::Micro{12 * fixed::kMicroPerOne};
  exchange::v1::PushedRecord record;
  record.set_payload(contract::Encode(*contracts->Find("marine.boats"), row));
  record.set_source_version(1);
  record.mutable_business_time()->set_seconds(1780000000);
  record.set_method(type::v1::COLLECTION_METHOD_AUTOMATIC);
  fupinctl::PushOptions options;
  options.dataset = "marine.boats";
  options.stream_id = "boats";
  Verdict verdict;
  REQUIRE(fupinctl::Push(world.ToExchange("dept-marine"), options, {record},
                         [&](size_t, const Verdict& v) { verdict = v; })
              .ok());
  REQUIRE(verdict.outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW);
  CHECK(Eventually([&] { return ContributionOf(*reader, survey.household(), "A07").automatic(); }));
  const auto boat = ContributionOf(*reader, survey.household(), "A07");
  REQUIRE(boat.evidence_size() == 1);
  CHECK(absl::StartsWith(boat.evidence(0), verdict.record()));

  // Another department's certificate does not serve for it.
  const absl::Status other = fupinctl::Push(world.ToExchange("dept-edu"), options, {record},
                                            [](size_t, const Verdict&) {});
  CHECK(ReasonOf(other) == "DATASET_NOT_YOURS");
}

}  // namespace
}  // namespace fupin::walks
