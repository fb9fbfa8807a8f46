// The gateway in front of real services: JSON over HTTPS as browsers and programs send it.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <curl/curl.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fupin/gateway/v1/gateway_service.pb.h"
#include "libs/config/config.h"
#include "libs/rpc/channel.h"
#include "libs/status/macros.h"
#include "services/fupinctl/https_client.h"
#include "services/fupinctl/pusher.h"
#include "tests/walks/world.h"

namespace fupin::walks {
namespace {

using fupinctl::HttpsAnswer;
using fupinctl::HttpsClient;
using gateway::v1::ProblemDocument;
using identification::v1::IdentificationService;

constexpr char kJsonType[] = "Content-Type: application/json";
constexpr char kTotals[] = "/v1/divisions/520102/totals";

HttpsClient ClientOf(World& world, const std::string& certificate) {
  return HttpsClient(world.gateway().address(), world.Files(certificate));
}

ProblemDocument Problem(const HttpsAnswer& answer) {
  ProblemDocument document;
  CHECK(answer.content_type == "application/problem+json");
  CHECK(google::protobuf::util::JsonStringToMessage(answer.body, &document).ok());
  CHECK(document.status() == answer.status);
  for (const auto& problem : document.problems()) {
    CHECK_FALSE(problem.message_zh().empty());
    CHECK_FALSE(problem.message_en().empty());
  }
  return document;
}

std::string FirstReason(const HttpsAnswer& answer) {
  const ProblemDocument document = Problem(answer);
  return document.problems().empty() ? "" : document.problems(0).reason();
}

std::string Json(const google::protobuf::Message& message) {
  std::string json;
  FUPIN_CHECK(google::protobuf::util::MessageToJsonString(message, &json).ok());
  return json;
}

// Bytes over TLS, as they are.
class RawConnection {
 public:
  explicit RawConnection(World& world) {
    const std::string url = absl::StrCat("https://", world.gateway().address());
    curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl_, CURLOPT_CAINFO, world.Files("").ca.c_str());
    curl_easy_setopt(curl_, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT, 20L);
    open_ = curl_easy_perform(curl_) == CURLE_OK;
  }
  ~RawConnection() { curl_easy_cleanup(curl_); }
  RawConnection(const RawConnection&) = delete;

  bool open() const { return open_; }

  void Send(const std::string& bytes) {
    size_t sent = 0;
    size_t all = 0;
    while (all < bytes.size()) {
      const CURLcode code = curl_easy_send(curl_, bytes.data() + all, bytes.size() - all, &sent);
      if (code == CURLE_AGAIN) continue;
      if (code != CURLE_OK) return;  // the other side has closed
      all += sent;
    }
  }

  // What comes until the other side closes.
  std::string ReadAll() {
    std::string text;
    char buffer[4096];
    Eventually([&] {
      size_t got = 0;
      const CURLcode code = curl_easy_recv(curl_, buffer, sizeof buffer, &got);
      if (code == CURLE_OK) text.append(buffer, got);
      closed_ = code != CURLE_AGAIN && (code != CURLE_OK || got == 0);
      return closed_;
    });
    return text;
  }
  bool closed() const { return closed_; }

 private:
  CURL* const curl_ = curl_easy_init();
  bool open_ = false;
  bool closed_ = false;
};

TEST_CASE("ID-2 ID-6 EX-6 a survey comes in as JSON and its score goes out as the service says it",
          "[walk]") {
  World world;
  world.Start();
  world.StartGateway();
  HttpsClient tablet = ClientOf(world, "enumerator-tablet-1");
  identification::v1::SubmitSurveyResponse submitted;
  REQUIRE(tablet.Post("/v1/surveys", Survey(1, 1, 2), &submitted).ok());
  CHECK(submitted.version() == 1);

  const auto stub = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  HttpsClient admin = ClientOf(world, "operator-admin");
  identification::v1::Household household;
  REQUIRE(Eventually([&] {
    return admin.Get("/v1/" + submitted.household(), &household).ok() && household.has_score();
  }));
  identification::v1::Household direct;
  {
    grpc::ClientContext context;
    identification::v1::GetHouseholdRequest get;
    get.set_name(submitted.household());
    REQUIRE(stub->GetHousehold(&context, get, &direct).ok());
  }
  CHECK(google::protobuf::util::MessageDifferencer::Equals(household, direct));

  // All of the reads, by their addresses.
  identification::v1::ScoreExplanation explanation;
  CHECK(admin.Get("/v1/" + submitted.household() + ":explain", &explanation).ok());
  CHECK(explanation.contributions_size() > 150);
  identification::v1::ListHouseholdsResponse list;
  CHECK(admin.Get(absl::StrCat("/v1/divisions/", kVillage, "/households?pageSize=1"), &list).ok());
  CHECK(list.households_size() == 1);
  for (const char* path :
       {"/v1/form", "/v1/datasets", "/v1/participants", "/v1/exchange/statistics",
        "/v1/identification/overview", "/v1/system", kTotals}) {
    CAPTURE(path);
    const auto answer = admin.Send("GET", path, "");
    REQUIRE(answer.ok());
    CHECK(answer->status == 200);
    CHECK(answer->content_type == "application/json");
    CHECK(absl::StrContains(answer->headers, "Cache-Control: no-store"));
    CHECK(absl::StrContains(answer->headers, "X-Content-Type-Options: nosniff"));
  }
  // A request id goes through all hops and comes back.
  const auto traced = admin.Send("GET", kTotals, "", {"X-Request-Id: walk-77"});
  REQUIRE(traced.ok());
  CHECK(absl::StrContains(traced->headers, "X-Request-Id: walk-77"));
  const auto refused =
      admin.Send("GET", "/v1/divisions/529999/totals", "", {"X-Request-Id: walk-78"});
  REQUIRE(refused.ok());
  CHECK(refused->status == 404);
  CHECK(Problem(*refused).request_id() == "walk-78");
  CHECK(Eventually([&] { return absl::StrContains(world.identification().log(), "walk-78"); }));

  const std::string metrics =
      absl::StrCat("curl -sf http://127.0.0.1:", world.gateway().ports().metrics,
                   "/metrics | promtool check metrics");
  CHECK(std::system(metrics.c_str()) == 0);
  const std::string log = world.gateway().log();
  CHECK_FALSE(absl::StrContains(log, Number(1)));
  CHECK(world.gateway().Stop() == 0);
}

struct BadCall {
  const char* what;
  const char* method;
  std::string path;
  std::string body;
  std::vector<std::string> headers;
  int status;
  const char* reason;
  const char* field;
};

TEST_CASE("I01 I02 I03 I04 I08 I17 what the gateway does not take is answered with a reason",
          "[walk]") {
  World world;
  world.Start();
  world.StartGateway("max_body_bytes: 100000");
  auto wrong_number = Survey(1, 1, 1);
  wrong_number.mutable_survey()->mutable_members(0)->set_citizen_number("529999195001010011");
  const std::vector<std::string> json = {kJsonType};
  const BadCall calls[] = {
      {"no route", "GET", "/v1/nothing", "", {}, 404, "ROUTE_UNKNOWN", ""},
      {"no page", "GET", "/nothing", "", {}, 404, "ROUTE_UNKNOWN", ""},
      {"climbing", "GET", "/../../etc/passwd", "", {}, 404, "ROUTE_UNKNOWN", ""},
      {"wrong method", "DELETE", "/v1/form", "", {}, 405, "METHOD_NOT_ALLOWED", ""},
      {"get of a post", "GET", "/v1/surveys", "", {}, 405, "METHOD_NOT_ALLOWED", ""},
      {"broken escape", "GET", "/v1/divisions/%zz/totals", "", {}, 400, "PATH_MALFORMED", ""},
      {"NUL", "GET", "/v1/divisions/52%00/totals", "", {}, 400, "PATH_MALFORMED", ""},
      {"no UTF-8",
       "GET",
       "/v1/divisions/%C3%28/totals",
       "",
       {},
       400,
       "QUERY_VALUE_WRONG",
       "division"},
      {"unknown division",
       "GET",
       "/v1/divisions/529999/totals",
       "",
       {},
       404,
       "DIVISION_UNKNOWN",
       "division"},
      {"unknown query",
       "GET",
       "/v1/form?nonsense=1",
       "",
       {},
       400,
       "QUERY_FIELD_UNKNOWN",
       "nonsense"},
      {"page size in words",
       "GET",
       absl::StrCat("/v1/divisions/", kVillage, "/households?pageSize=ten"),
       "",
       {},
       400,
       "QUERY_VALUE_WRONG",
       "pageSize"},
      {"no household", "GET", "/v1/households/none-1", "", {}, 404, "HOUSEHOLD_NOT_FOUND", "name"},
      {"not JSON", "POST", "/v1/surveys", "request_id=1", json, 400, "JSON_MALFORMED", ""},
      {"a form", "POST", "/v1/surveys", "request_id=1", {}, 415, "CONTENT_TYPE_WRONG", ""},
      {"a key twice", "POST", "/v1/surveys", R"({"requestId":"a","requestId":"b"})", json, 400,
       "JSON_KEY_TWICE", ""},
      {"an unknown field", "POST", "/v1/surveys", R"({"survey":{"x":1}})", json, 400,
       "JSON_FIELD_UNKNOWN", "survey.x"},
      {"a wrong value", "POST", "/v1/surveys",
       R"({"survey":{"provenance":{"collectTime":"yesterday"}}})", json, 400, "JSON_VALUE_WRONG",
       "survey.provenance.collect_time"},
      {"nothing in it", "POST", "/v1/surveys", "{}", json, 400, "SURVEY_MISSING", "survey"},
      {"a wrong check digit", "POST", "/v1/surveys", Json(wrong_number), json, 400,
       "CITIZEN_NUMBER_CHECK_DIGIT", "survey.members[0].citizen_number"},
      {"too large", "POST", "/v1/surveys", std::string(100'001, ' '), json, 413, "BODY_TOO_LARGE",
       ""},
      {"header too large",
       "GET",
       "/v1/form",
       "",
       {"X-Long: " + std::string(20'000, 'a')},
       431,
       "HEADER_TOO_LARGE",
       ""},
  };
  HttpsClient client = ClientOf(world, "operator-admin");
  for (const BadCall& call : calls) {
    CAPTURE(call.what);
    const auto answer = client.Send(call.method, call.path, call.body, call.headers);
    REQUIRE(answer.ok());
    CAPTURE(answer->body);
    CHECK(answer->status == call.status);
    const ProblemDocument document = Problem(*answer);
    REQUIRE(document.problems_size() >= 1);
    CHECK(document.problems(0).reason() == call.reason);
    CHECK(document.problems(0).field() == call.field);
    CHECK_FALSE(absl::StrContains(answer->body, "529999195001010011"));
    CHECK_FALSE(absl::StrContains(answer->body, "{}"));
    if (call.status == 405) CHECK(absl::StrContains(answer->headers, "Allow: "));
  }
  // Nothing of them is stored, and the gateway goes on.
  identification::v1::Overview overview;
  REQUIRE(client.Get("/v1/identification/overview", &overview).ok());
  CHECK(overview.household_count() == 0);
  CHECK_FALSE(absl::StrContains(world.gateway().log(), "529999195001010011"));

  for (const char* bytes :
       {"nonsense\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "POST /v1/surveys HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST /v1/surveys HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n"
        "\r\n",
        "POST /v1/surveys HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    CAPTURE(bytes);
    RawConnection raw(world);
    REQUIRE(raw.open());
    raw.Send(bytes);
    CHECK(absl::StartsWith(raw.ReadAll(), "HTTP/1.1 400"));
    CHECK(raw.closed());
  }
  REQUIRE(client.Send("GET", "/v1/form", "").ok());
}

TEST_CASE("I17 SEC-1 the gateway lets nobody do more than the certificate allows", "[walk]") {
  World world;
  world.Start();
  world.StartGateway();
  struct Case {
    const char* certificate;
    const char* method;
    std::string path;
    int status;
    const char* reason;
  };
  const std::string list = absl::StrCat("/v1/divisions/", kVillage, "/households");
  const Case cases[] = {
      {"", "GET", list, 401, "CERT_NEEDED"},
      {"", "POST", "/v1/surveys", 401, "CERT_NEEDED"},
      // Exact counts of places would tell what the public map withholds.
      {"", "GET", kTotals, 401, "CERT_NEEDED"},
      {"", "GET", "/v1/divisions/520102/automation", 401, "CERT_NEEDED"},
      {"", "GET", "/v1/identification/overview", 401, "CERT_NEEDED"},
      {"", "GET", "/v1/form", 200, ""},
      {"", "GET", "/v1/datasets", 200, ""},
      {"dept-mps", "GET", list, 403, "ROLE_NOT_ALLOWED"},
      {"enumerator-tablet-1", "GET", list, 403, "ROLE_NOT_ALLOWED"},
      {"service-exchange", "GET", list, 403, "ROLE_NOT_ALLOWED"},
      {"dept-civil", "GET", list, 401, "CERT_EXPIRED"},
      {"dept-hud", "GET", list, 401, "CERT_UNKNOWN_CA"},
      {"dept-edu", "GET", "/v1/datasets/mps.population/rejections", 403, "DATASET_NOT_YOURS"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.certificate, c.path);
    const auto answer = ClientOf(world, c.certificate).Send(c.method, c.path, "", {kJsonType});
    REQUIRE(answer.ok());
    CAPTURE(answer->body);
    CHECK(answer->status == c.status);
    if (c.status != 200) CHECK(FirstReason(*answer) == c.reason);
  }
  // A certificate that is denied while the gateway runs is out within seconds.
  HttpsClient admin = ClientOf(world, "operator-admin");
  REQUIRE(admin.Send("GET", list, "")->status == 200);
  const std::string deny =
      absl::StrCat("openssl x509 -noout -serial -in ", world.Files("operator-admin").certificate,
                   " | cut -d= -f2 > ", world.certs(), "/deny.txt");
  REQUIRE(std::system(deny.c_str()) == 0);
  CHECK(Eventually([&] { return admin.Send("GET", list, "")->status == 401; }));
  // Neither side speaks what is out of date.
  const std::string old = absl::StrCat("curl -s --tls-max 1.1 --cacert ", world.Files("").ca,
                                       " https://", world.gateway().address(), "/ >/dev/null 2>&1");
  CHECK(std::system(old.c_str()) != 0);
}

TEST_CASE("F14 F18 the gateway bounds connections, rates and slow senders", "[walk]") {
  World world;
  world.Start();
  world.StartGateway(
      "anonymous_per_second: 5 max_connections_per_address: 8 receive_seconds: 1 idle_seconds: 1");
  HttpsClient client = ClientOf(world, "");
  // The page and a certificate holder are not slowed by it; anonymous calls are.
  int limited = 0;
  for (int i = 0; i < 60; ++i) {
    const auto answer = client.Send("GET", "/v1/form", "");
    REQUIRE(answer.ok());
    if (answer->status != 429) continue;
    ++limited;
    CHECK(FirstReason(*answer) == "RATE_LIMITED");
    CHECK(absl::StrContains(answer->headers, "Retry-After: 1"));
  }
  CHECK(limited > 0);
  HttpsClient admin = ClientOf(world, "operator-admin");
  for (int i = 0; i < 60; ++i) REQUIRE(admin.Send("GET", "/v1/form", "")->status == 200);

  // Half a request, and silence: the connection is closed, others are served meanwhile.
  std::vector<std::unique_ptr<RawConnection>> slow;
  for (const char* bytes : {"", "GET /v1/fo", "GET / HTTP/1.1\r\nHost: a\r\n",
                            "POST /v1/surveys HTTP/1.1\r\nContent-Length: 100\r\n\r\n{"}) {
    slow.push_back(std::make_unique<RawConnection>(world));
    REQUIRE(slow.back()->open());
    slow.back()->Send(bytes);
  }
  REQUIRE(ClientOf(world, "").Send("GET", "/", "")->status == 200);
  for (auto& raw : slow) {
    raw->ReadAll();
    CHECK(raw->closed());
  }
  slow.clear();

  // No address takes all connections.
  std::vector<std::unique_ptr<RawConnection>> many;
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    many.push_back(std::make_unique<RawConnection>(world));
    refused += many.back()->open() ? 0 : 1;
  }
  CHECK(refused >= 12);
  many.clear();
  CHECK(Eventually([&] { return ClientOf(world, "").Send("GET", "/", "").ok(); }));
}

TEST_CASE("USE-1 the page, its files and the description of the API", "[walk]") {
  World world;
  world.Start();
  world.StartGateway();
  HttpsClient client = ClientOf(world, "");
  const auto page = client.Send("GET", "/", "");
  REQUIRE(page.ok());
  CHECK(page->status == 200);
  CHECK(absl::StrContains(page->body, "lang=\"zh"));
  CHECK(absl::StrContains(page->headers, "Content-Security-Policy: default-src 'self'"));
  CHECK(absl::StrContains(page->headers, "Strict-Transport-Security"));
  // Nothing on it comes from another host.
  CHECK_FALSE(absl::StrContains(page->body, "http://"));
  CHECK_FALSE(absl::StrContains(page->body, "https://"));
  const size_t at = page->headers.find("ETag: ");
  REQUIRE(at != std::string::npos);
  const std::string etag = page->headers.substr(at + 6, 34);
  const auto again = client.Send("GET", "/", "", {"If-None-Match: " + etag});
  REQUIRE(again.ok());
  CHECK(again->status == 304);
  CHECK(again->body.empty());
  const auto head = client.Send("HEAD", "/", "");
  REQUIRE(head.ok());
  CHECK(head->status == 200);
  CHECK(head->body.empty());
  CHECK(absl::StrContains(head->headers, absl::StrCat("Content-Length: ", page->body.size())));

  const auto api = client.Send("GET", "/openapi.json", "");
  REQUIRE(api.ok());
  for (const char* part :
       {"\"/v1/surveys\"", "\"/v1/divisions/{division}/totals\"", "\"openapi\":", "problem+json"}) {
    CAPTURE(part);
    CHECK(absl::StrContains(api->body, part));
  }
}

bool Ready(HttpsClient& client, const std::string& service) {
  gateway::v1::System system;
  if (!client.Get("/v1/system", &system).ok()) return false;
  for (const auto& state : system.services()) {
    if (state.name() == service) return state.ready();
  }
  return false;
}

TEST_CASE("F30 F01 a service that goes away is named, and found again when it is back", "[walk]") {
  World world;
  world.Start();
  world.StartGateway();
  HttpsClient client = ClientOf(world, "operator-admin");
  REQUIRE(Eventually([&] { return Ready(client, "exchange") && Ready(client, "identification"); }));
  world.exchange().Kill();
  CHECK(Eventually([&] { return !Ready(client, "exchange"); }));
  CHECK(Ready(client, "identification"));
  const auto gone = client.Send("GET", "/v1/datasets", "");
  REQUIRE(gone.ok());
  CHECK(gone->status == 503);
  CHECK(FirstReason(*gone) == "SERVICE_UNREACHABLE");
  CHECK(absl::StrContains(gone->headers, "Retry-After: 1"));
  CHECK(client.Send("GET", kTotals, "")->status == 200);
  world.StartExchange();
  CHECK(Eventually([&] { return client.Send("GET", "/v1/datasets", "")->status == 200; }));
  CHECK(Eventually([&] { return Ready(client, "exchange"); }));

  // SIGTERM while surveys come in: each is either acknowledged and stored, or was not answered.
  std::atomic<int> acknowledged{0};
  std::atomic<bool> refused{false};
  std::thread sender([&] {
    HttpsClient tablet = ClientOf(world, "enumerator-tablet-1");
    for (int h = 1; !refused; ++h) {
      identification::v1::SubmitSurveyResponse response;
      if (tablet.Post("/v1/surveys", Survey(h, h, 1), &response).ok()) {
        ++acknowledged;
      } else {
        refused = true;
      }
    }
  });
  CHECK(Eventually([&] { return acknowledged > 20; }));
  CHECK(world.gateway().Stop() == 0);
  sender.join();
  const auto stub = IdentificationService::NewStub(world.ToIdentification("operator-admin"));
  identification::v1::Overview overview;
  CHECK(Eventually([&] {
    grpc::ClientContext context;
    return stub->GetOverview(&context, identification::v1::GetOverviewRequest(), &overview).ok() &&
           overview.pending_count() == 0;
  }));
  CHECK(overview.household_count() >= acknowledged);
  CHECK(overview.household_count() <= acknowledged + 1);
}

TEST_CASE("SEC-1 certificates are replaced while everything runs", "[walk]") {
  World world;
  world.Start();
  world.StartGateway();
  REQUIRE(ClientOf(world, "operator-admin").Send("GET", kTotals, "")->status == 200);
  // Everything anew, by another authority: who trusts only the new one is served as soon as the
  // files are read, and who comes with the old one no longer.
  const World other;
  const rpc::TlsFiles fresh = other.Files("operator-admin");
  const std::string old = world.certs() + "-old";
  std::filesystem::copy(world.certs(), old);
  const rpc::TlsFiles stale{old + "/ca.crt", old + "/operator-admin.crt",
                            old + "/operator-admin.key"};
  for (const auto& entry : std::filesystem::directory_iterator(other.certs())) {
    const std::string name = entry.path().filename();
    if (!absl::EndsWith(name, ".crt") && !absl::EndsWith(name, ".key")) continue;
    if (name == "blind.key") continue;
    std::filesystem::copy_file(entry.path(), world.certs() + "/new");
    std::filesystem::rename(world.certs() + "/new", world.certs() + "/" + name);
  }
  std::string last;
  const auto https = [&](const rpc::TlsFiles& files) {
    HttpsClient client(world.gateway().address(), files);
    const auto answer =
        client.Send("GET", absl::StrCat("/v1/divisions/", kVillage, "/households"), "");
    last = answer.ok() ? answer->body : answer.status().ToString();
    return answer.ok() && answer->status == 200;
  };
  const auto direct = [&](const std::string& address, const rpc::TlsFiles& files) {
    const auto stub = IdentificationService::NewStub(rpc::MakeChannel(address, files));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    identification::v1::ListHouseholdsRequest request;
    request.set_division(kVillage);
    identification::v1::ListHouseholdsResponse response;
    return stub->ListHouseholds(&context, request, &response).ok();
  };
  const std::string identification = world.identification().address();
  CHECK(Eventually([&] { return direct(identification, fresh); }));
  const bool taken = Eventually([&] { return https(fresh); });
  CAPTURE(last);
  CHECK(taken);
  CHECK_FALSE(direct(identification, stale));
  CHECK_FALSE(https(stale));
  // The services reach each other anew: a record pushed now comes to the household.
  world.exchange().Kill();
  world.StartExchange();
  fupinctl::PushOptions push;
  push.dataset = "mps.population";
  push.stream_id = "s1";
  push.retries = 20;
  REQUIRE(fupinctl::Push(rpc::MakeChannel(world.exchange().address(), world.Files("dept-mps")),
                         push, {Person(world, 1, 1, "甲")}, [](size_t, const auto&) {})
              .ok());
  HttpsClient tablet = ClientOf(world, "enumerator-tablet-1");
  identification::v1::SubmitSurveyResponse submitted;
  REQUIRE(tablet.Post("/v1/surveys", Survey(1, 1, 1), &submitted).ok());
  HttpsClient admin = ClientOf(world, "operator-admin");
  identification::v1::Household household;
  CHECK(Eventually([&] {
    return admin.Get("/v1/" + submitted.household(), &household).ok() &&
           household.facts_size() == 1;
  }));
  CHECK(world.gateway().Stop() == 0);
  CHECK(world.identification().Stop() == 0);
  CHECK(world.exchange().Stop() == 0);
}

}  // namespace
}  // namespace fupin::walks
