// Who may see and do what, by role and division, through real processes.
#include <array>
#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "services/fupinctl/https_client.h"
#include "services/fupinctl/pusher.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

using identification::v1::IdentificationService;
using Stub = IdentificationService::Stub;

constexpr char kTownship[] = "520102016";
constexpr char kVillageAbove[] = "520102016001";
constexpr char kOtherVillage[] = "520102016002";  // of the same township
constexpr char kOtherCounty[] = "520103";
constexpr char kVillageElsewhere[] = "520103019001";
constexpr char kJsonType[] = "Content-Type: application/json";

template <typename Response, typename Request>
absl::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  context.set_wait_for_ready(true);
  response->Clear();
  return rpc::FromGrpc((stub.*method)(&context, request, response));
}

// A call whose answer nobody needs.
template <typename Response, typename Request>
std::function<absl::Status(Stub&)> Asks(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                     const Request&, Response*),
                                        Request request) {
  return [=](Stub& stub) {
    Response response;
    return Call(stub, method, request, &response);
  };
}

identification::v1::SubmitSurveyRequest SurveyAt(int h, const std::string& division,
                                                 const std::string& request_id) {
  auto request = Survey(h, 10 * h, 2);
  request.set_request_id(request_id);
  request.mutable_survey()->set_division(division);
  return request;
}

// A household in kVillage with an open finding, and one in another county.
class Province {
 public:
  Province() {
    world.Certify(absl::StrCat("officer/52/zhao officer/", kTownship, "/li officer/", kVillageAbove,
                               "/zhou officer/", kOtherCounty, "/wang officer/999999/wu"));
    world.AddAccount("li.si", kTownship, "officer");
    world.Start();
    fupinctl::PushOptions push;
    push.dataset = "mps.population";
    push.stream_id = "s1";
    FUPIN_CHECK(fupinctl::Push(world.ToExchange("dept-mps"), push, {Person(world, 11, 1, "乙")},
                               [](size_t, const auto&) {})
                    .ok());
    auto tablet = IdentificationService::NewStub(world.ToIdentification("enumerator-tablet-1"));
    identification::v1::SubmitSurveyResponse response;
    FUPIN_CHECK(Call(*tablet, &Stub::SubmitSurvey, SurveyAt(1, kVillage, "a"), &response).ok());
    here = response.household();
    FUPIN_CHECK(
        Call(*tablet, &Stub::SubmitSurvey, SurveyAt(2, kVillageElsewhere, "b"), &response).ok());
    elsewhere = response.household();
    auto admin = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
    FUPIN_CHECK(Eventually([&] {
      identification::v1::Household household;
      const auto get = [&](const std::string& name) {
        identification::v1::GetHouseholdRequest request;
        request.set_name(name);
        return Call(*admin, &Stub::GetHousehold, request, &household).ok() && household.has_score();
      };
      if (!get(elsewhere) || !get(here)) return false;
      // The name differs. Others may come and go until the department's record is here.
      for (const auto& each : household.findings()) {
        if (each.rule() == "X012" && each.state() == identification::v1::FINDING_STATE_OPEN) {
          finding = each.name();
        }
      }
      return !finding.empty();
    }));
  }

  World world;
  std::string here;
  std::string elsewhere;
  std::string finding;
};

enum Who { kOperator, kProvince, kOfTownship, kOfVillage, kOfCounty, kDepartment, kNobody };
constexpr std::array<const char*, 7> kCertificates = {"operator-admin",
                                                      "officer-52-zhao",
                                                      "officer-520102016-li",
                                                      "officer-520102016001-zhou",
                                                      "officer-520103-wang",
                                                      "dept-mps",
                                                      ""};

// What refuses somebody here; any other answer means that the caller was let in.
bool Refuses(const std::string& reason) {
  return reason == "ROLE_NOT_ALLOWED" || reason == "CERT_MISSING" ||
         reason == "DIVISION_NOT_YOURS" || reason == "HOUSEHOLD_NOT_FOUND" ||
         reason == "HOUSEHOLD_ELSEWHERE";
}

TEST_CASE("I19 SEC-1 SEC-2 everybody is answered what role and division allow, and nothing else",
          "[walk]") {
  Province province;
  const std::string kIn;  // let in
  const std::string kRole = "ROLE_NOT_ALLOWED";
  const std::string kCert = "CERT_MISSING";
  const std::string kPlace = "DIVISION_NOT_YOURS";
  const std::string kNone = "HOUSEHOLD_NOT_FOUND";
  const auto resolve = [&](const std::string& name) {
    identification::v1::ResolveFindingRequest request;
    request.set_name(name);
    request.set_resolver("gb1");
    request.set_resolution(identification::v1::RESOLUTION_REVISIT);
    return Asks(&Stub::ResolveFinding, request);
  };
  struct Row {
    const char* what;
    std::function<absl::Status(Stub&)> call;
    // operator, officer of the province, of the township, of the village, of another county,
    // department, nobody
    std::array<std::string, 7> expected;
  };
  const auto named = [](auto request, const std::string& name) {
    request.set_name(name);
    return request;
  };
  const auto of_household = [](const std::string& name) {
    identification::v1::ListScoresRequest request;
    request.set_household(name);
    return request;
  };
  const auto at = [](auto request, const std::string& division) {
    request.set_division(division);
    return request;
  };
  using namespace identification::v1;  // NOLINT: thirteen messages
  const std::vector<Row> rows = {
      {"GetForm", Asks(&Stub::GetForm, GetFormRequest()), {kIn, kIn, kIn, kIn, kIn, kIn, kIn}},
      {"GetHousehold",
       Asks(&Stub::GetHousehold, named(GetHouseholdRequest(), province.here)),
       {kIn, kIn, kIn, kIn, kNone, kRole, kCert}},
      {"GetHousehold elsewhere",
       Asks(&Stub::GetHousehold, named(GetHouseholdRequest(), province.elsewhere)),
       {kIn, kIn, kNone, kNone, kIn, kRole, kCert}},
      {"GetHousehold of nobody",
       Asks(&Stub::GetHousehold, named(GetHouseholdRequest(), province.here + "00")),
       {kNone, kNone, kNone, kNone, kNone, kRole, kCert}},
      {"ExplainScore",
       Asks(&Stub::ExplainScore, named(ExplainScoreRequest(), province.here)),
       {kIn, kIn, kIn, kIn, kNone, kRole, kCert}},
      {"ListScores",
       Asks(&Stub::ListScores, of_household(province.here)),
       {kIn, kIn, kIn, kIn, kNone, kRole, kCert}},
      {"ListHouseholds of the village",
       Asks(&Stub::ListHouseholds, at(ListHouseholdsRequest(), kVillageAbove)),
       {kIn, kIn, kIn, kIn, kPlace, kRole, kCert}},
      {"ListHouseholds of the township",
       Asks(&Stub::ListHouseholds, at(ListHouseholdsRequest(), kTownship)),
       {kIn, kIn, kIn, kPlace, kPlace, kRole, kCert}},
      {"ListHouseholds of the province",
       Asks(&Stub::ListHouseholds, at(ListHouseholdsRequest(), "52")),
       {kIn, kIn, kPlace, kPlace, kPlace, kRole, kCert}},
      {"ListFindings of the township",
       Asks(&Stub::ListFindings, at(ListFindingsRequest(), kTownship)),
       {kIn, kIn, kIn, kPlace, kPlace, kRole, kCert}},
      {"ListFindings of the prefecture above",
       Asks(&Stub::ListFindings, at(ListFindingsRequest(), "5201")),
       {kIn, kIn, kPlace, kPlace, kPlace, kRole, kCert}},
      {"CountFindings of the township",
       Asks(&Stub::CountFindings, at(CountFindingsRequest(), kTownship)),
       {kIn, kIn, kIn, kPlace, kPlace, kRole, kCert}},
      {"CountFindings of the prefecture above",
       Asks(&Stub::CountFindings, at(CountFindingsRequest(), "5201")),
       {kIn, kIn, kPlace, kPlace, kPlace, kRole, kCert}},
      {"ResolveFinding", resolve(province.finding), {kIn, kIn, kIn, kIn, kNone, kRole, kCert}},
      {"ResolveFinding of nobody's",
       resolve(province.here + "00/findings/X001"),
       {kIn, kNone, kNone, kNone, kNone, kRole, kCert}},
      {"SubmitSurvey in the village",
       Asks(&Stub::SubmitSurvey, SurveyAt(3, kVillage, "c")),
       {kIn, kIn, kIn, kIn, kPlace, kRole, kCert}},
      {"SubmitSurvey in the other county",
       Asks(&Stub::SubmitSurvey, SurveyAt(4, kVillageElsewhere, "d")),
       {kIn, kIn, kPlace, kPlace, kIn, kRole, kCert}},
      {"GetTotals of the village",
       Asks(&Stub::GetTotals, at(GetTotalsRequest(), kVillageAbove)),
       {kIn, kIn, kIn, kIn, kPlace, kRole, kCert}},
      {"GetTotals of the township",
       Asks(&Stub::GetTotals, at(GetTotalsRequest(), kTownship)),
       {kIn, kIn, kIn, kPlace, kPlace, kRole, kCert}},
      {"GetTotals of the county above",
       Asks(&Stub::GetTotals, at(GetTotalsRequest(), "520102")),
       {kIn, kIn, kPlace, kPlace, kPlace, kRole, kCert}},
      {"GetTotals of the other county",
       Asks(&Stub::GetTotals, at(GetTotalsRequest(), kOtherCounty)),
       {kIn, kIn, kPlace, kPlace, kIn, kRole, kCert}},
      {"GetAutomation of the township",
       Asks(&Stub::GetAutomation, at(GetAutomationRequest(), kTownship)),
       {kIn, kIn, kIn, kPlace, kPlace, kRole, kCert}},
      {"GetAutomation of the village, which gives the township's counts",
       Asks(&Stub::GetAutomation, at(GetAutomationRequest(), kVillageAbove)),
       {kIn, kIn, kIn, kPlace, kPlace, kRole, kCert}},
      {"GetAutomation of the county above",
       Asks(&Stub::GetAutomation, at(GetAutomationRequest(), "520102")),
       {kIn, kIn, kPlace, kPlace, kPlace, kRole, kCert}},
      {"GetOverview",
       Asks(&Stub::GetOverview, GetOverviewRequest()),
       {kIn, kIn, kIn, kIn, kIn, kRole, kCert}},
      {"GetRescoreJob",
       Asks(&Stub::GetRescoreJob, named(GetRescoreJobRequest(), "rescoreJobs/1")),
       {kIn, kRole, kRole, kRole, kRole, kRole, kCert}},
      {"CreateRescoreJob",
       Asks(&Stub::CreateRescoreJob, CreateRescoreJobRequest()),
       {kIn, kRole, kRole, kRole, kRole, kRole, kCert}},
      {"WhatIf",
       Asks(&Stub::WhatIf, WhatIfRequest()),
       {kIn, kRole, kRole, kRole, kRole, kRole, kCert}},
      {"GetDistribution",
       Asks(&Stub::GetDistribution, GetDistributionRequest()),
       {kIn, kRole, kRole, kRole, kRole, kRole, kCert}},
  };
  int wrong_allows = 0;
  int wrong_denies = 0;
  for (size_t who = 0; who < kCertificates.size(); ++who) {
    const auto stub =
        IdentificationService::NewStub(province.world.ToIdentification(kCertificates[who]));
    for (const Row& row : rows) {
      CAPTURE(row.what, kCertificates[who]);
      const absl::Status status = row.call(*stub);
      const std::string reason = ReasonOf(status);
      CAPTURE(status);
      const bool refused = Refuses(reason);
      const bool meant = !row.expected[who].empty();
      wrong_allows += meant && !refused ? 1 : 0;
      wrong_denies += !meant && refused ? 1 : 0;
      CHECK((refused ? reason : "") == row.expected[who]);
      // A broken test would be let in nowhere: what is allowed is answered.
      if (!meant && who == kOfTownship) CHECK((status.ok() || reason == "FINDING_CLOSED"));
      for (const Problem& problem : ProblemsOf(status)) {
        CHECK_FALSE(problem.message_zh.empty());
        CHECK_FALSE(absl::StrContains(problem.message_zh, "{}"));
      }
    }
  }
  CHECK(wrong_allows == 0);
  CHECK(wrong_denies == 0);

  // An officer of a division that does not exist reaches nothing.
  const auto lost =
      IdentificationService::NewStub(province.world.ToIdentification("officer-999999-wu"));
  Totals totals;
  CHECK(ReasonOf(Call(*lost, &Stub::GetTotals, at(GetTotalsRequest(), kTownship), &totals)) ==
        "DIVISION_NOT_YOURS");
  CHECK(ReasonOf(Call(*lost, &Stub::GetTotals, at(GetTotalsRequest(), "999999"), &totals)) ==
        "DIVISION_UNKNOWN");
}

TEST_CASE(
    "I19 SEC-2 a household that moves out of an officer's division is out of reach, and stays so",
    "[walk]") {
  Province province;
  const World& world = province.world;
  auto village =
      IdentificationService::NewStub(world.ToIdentification("officer-520102016001-zhou"));
  auto township = IdentificationService::NewStub(world.ToIdentification("officer-520102016-li"));
  identification::v1::GetHouseholdRequest get;
  get.set_name(province.here);
  identification::v1::Household household;
  REQUIRE(Call(*village, &Stub::GetHousehold, get, &household).ok());
  identification::v1::SubmitSurveyResponse moved;
  REQUIRE(Call(*township, &Stub::SubmitSurvey, SurveyAt(1, kOtherVillage, "move"), &moved).ok());
  CHECK(moved.household() == province.here);
  CHECK(ReasonOf(Call(*village, &Stub::GetHousehold, get, &household)) == "HOUSEHOLD_NOT_FOUND");
  CHECK(Call(*township, &Stub::GetHousehold, get, &household).ok());
  // Nor can it be taken back by its key.
  CHECK(ReasonOf(Call(*village, &Stub::SubmitSurvey, SurveyAt(1, kVillage, "take"), &moved)) ==
        "HOUSEHOLD_ELSEWHERE");
  CHECK(Call(*township, &Stub::GetHousehold, get, &household).ok());
  CHECK(household.division() == kOtherVillage);
}

TEST_CASE("SEC-1 ID-5 an officer settles a finding in the own name, whatever the request says",
          "[walk]") {
  Province province;
  auto township =
      IdentificationService::NewStub(province.world.ToIdentification("officer-520102016-li"));
  identification::v1::ResolveFindingRequest resolve;
  resolve.set_name(province.finding);
  resolve.set_resolver("somebody-else");
  resolve.set_resolution(identification::v1::RESOLUTION_REVISIT);
  identification::v1::Finding finding;
  REQUIRE(Call(*township, &Stub::ResolveFinding, resolve, &finding).ok());
  CHECK(finding.resolver() == "li");
}

TEST_CASE("SEC-1 SEC-2 USE-1 an officer signs in at the gateway and sees the own division only",
          "[walk]") {
  Province province;
  World& world = province.world;
  world.StartGateway();
  fupinctl::HttpsClient client(world.gateway().address(), world.Files(""));
  const auto signed_in = client.Send("POST", "/session",
                                     R"({"name":"li.si","password":"correct-horse"})", {kJsonType});
  REQUIRE(signed_in.ok());
  REQUIRE(signed_in->status == 204);
  const size_t begin = signed_in->headers.find("fupin_session=");
  REQUIRE(begin != std::string::npos);
  const std::string cookie =
      "Cookie: " + signed_in->headers.substr(begin, signed_in->headers.find(';', begin) - begin);
  const auto session = client.Send("GET", "/session", "", {cookie});
  REQUIRE(session.ok());
  CHECK(absl::StrContains(session->body, R"("role":"officer")"));
  struct Case {
    std::string path;
    int status;
    const char* reason;
  };
  const Case cases[] = {
      {absl::StrCat("/v1/divisions/", kTownship, "/households"), 200, ""},
      {absl::StrCat("/v1/divisions/", kVillage, "/households"), 200, ""},
      {absl::StrCat("/v1/divisions/", kTownship, "/totals"), 200, ""},
      {"/v1/" + province.here, 200, ""},
      {"/v1/identification/overview", 200, ""},
      {"/v1/divisions/520102/households", 403, "DIVISION_NOT_YOURS"},
      {"/v1/divisions/52/totals", 403, "DIVISION_NOT_YOURS"},
      {absl::StrCat("/v1/divisions/", kOtherCounty, "/findings"), 403, "DIVISION_NOT_YOURS"},
      {"/v1/" + province.elsewhere, 404, "HOUSEHOLD_NOT_FOUND"},
      {"/v1/" + province.elsewhere + ":explain", 404, "HOUSEHOLD_NOT_FOUND"},
      {"/v1/identification/distribution", 403, "ROLE_NOT_ALLOWED"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.path);
    const auto answer = client.Send("GET", c.path, "", {cookie});
    REQUIRE(answer.ok());
    CAPTURE(answer->body);
    CHECK(answer->status == c.status);
    CHECK(absl::StrContains(answer->body, c.reason));
    if (c.status == 200) CHECK_FALSE(absl::StrContains(answer->body, province.elsewhere));
    // Without the session it is nobody's.
    const auto stranger = client.Send("GET", c.path, "");
    REQUIRE(stranger.ok());
    CHECK(stranger->status == 401);
  }
  const auto list =
      client.Send("GET", absl::StrCat("/v1/divisions/", kTownship, "/households"), "", {cookie});
  REQUIRE(list.ok());
  CHECK(absl::StrContains(list->body, province.here));
  // Who asked stands in the service's log, by name.
  CHECK(Eventually([&] {
    return absl::StrContains(world.identification().log(),
                             "spiffe://guizhou/officer/520102016/li.si");
  }));
}

}  // namespace
}  // namespace fupin::walks
