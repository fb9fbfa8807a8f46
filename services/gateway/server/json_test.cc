#include "services/gateway/server/json.h"

#include <catch2/catch.hpp>

#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/status/status.h"

namespace fupin::gateway {
namespace {

using identification::v1::ListHouseholdsRequest;
using identification::v1::SubmitSurveyRequest;

class JsonTest {
 protected:
  absl::StatusOr<std::string> Read(const std::string& text) {
    return json_.ToBytes(*SubmitSurveyRequest::descriptor(), text);
  }
  absl::StatusOr<std::string> Values(const NamedValues& values) {
    return json_.FromValues(*ListHouseholdsRequest::descriptor(), values);
  }
  Json json_{*google::protobuf::DescriptorPool::generated_pool()};
};

TEST_CASE_METHOD(JsonTest, "I02 a JSON body is read as the proto says, in both spellings") {
  for (const char* text :
       {R"({"requestId": "r1", "survey": {"sourceKey": "H1", "answers": [{"number": "3000"}]}})",
        R"({"request_id": "r1", "survey": {"source_key": "H1", "answers": [{"number": "3000"}]}})",
        "\xEF\xBB\xBF"
        R"({"requestId": "r1", "survey": {"sourceKey": "H1", "answers": [{"number": "3000"}]}})"}) {
    CAPTURE(text);
    const auto bytes = Read(text);
    REQUIRE(bytes.ok());
    SubmitSurveyRequest request;
    REQUIRE(request.ParseFromString(*bytes));
    CHECK(request.request_id() == "r1");
    CHECK(request.survey().source_key() == "H1");
    CHECK(request.survey().answers(0).number() == "3000");
  }
}

TEST_CASE_METHOD(JsonTest, "I02 I04 what is no strict JSON of the message is refused by name") {
  struct Case {
    const char* text;
    const char* reason;
    const char* field;
  };
  const Case cases[] = {
      {"", "JSON_MALFORMED", ""},
      {"{", "JSON_MALFORMED", ""},
      {"{'requestId': 'r1'}", "JSON_MALFORMED", ""},
      {"{requestId: \"r1\"}", "JSON_MALFORMED", ""},
      {"{\"requestId\": \"r1\",}", "JSON_MALFORMED", ""},
      {"{\"requestId\": \"r1\"} {}", "JSON_MALFORMED", ""},
      {"{\"requestId\": NaN}", "JSON_MALFORMED", ""},
      {"{\"requestId\": \"\xC3\x28\"}", "JSON_MALFORMED", ""},
      {"{\"requestId\": \"\\ud800\"}", "JSON_MALFORMED", ""},
      {"{\"requestId\": \"a\", \"requestId\": \"b\"}", "JSON_KEY_TWICE", ""},
      {"{\"survey\": {\"members\": [{\"name\": \"a\", \"name\": \"b\"}]}}", "JSON_KEY_TWICE", ""},
      {"{\"nonsense\": 1}", "JSON_FIELD_UNKNOWN", "nonsense"},
      {"{\"survey\": {\"nonsense\": 1}}", "JSON_FIELD_UNKNOWN", "survey.nonsense"},
      {"{\"survey\": 5}", "JSON_VALUE_WRONG", "survey"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const auto bytes = Read(c.text);
    REQUIRE_FALSE(bytes.ok());
    CHECK(bytes.status().code() == absl::StatusCode::kInvalidArgument);
    REQUIRE(ProblemsOf(bytes.status()).size() == 1);
    CHECK(ProblemsOf(bytes.status())[0].reason == c.reason);
    CHECK(ProblemsOf(bytes.status())[0].field == c.field);
  }
  const auto nested = [](int depth) {
    return "{\"x\": " + std::string(static_cast<size_t>(depth), '[') +
           std::string(static_cast<size_t>(depth), ']') + "}";
  };
  CHECK(ReasonOf(Read(nested(Json::kMaxDepth)).status()) == "JSON_MALFORMED");
  CHECK(ReasonOf(Read(nested(200'000)).status()) == "JSON_MALFORMED");
}

TEST_CASE_METHOD(JsonTest, "SEC-1 an error about JSON does not repeat what was sent") {
  const std::string secret = "529999195001010011";
  for (const std::string& text :
       {"{\"survey\": {\"provenance\": {\"collectTime\": \"" + secret + "\"}}}",
        "{\"survey\": {\"provenance\": {\"latitude\": \"" + secret + "x\"}}}",
        "{\"survey\": {\"members\": \"" + secret + "\"}}", "[\"" + secret + "\"]",
        "{\"survey\": {\"provenance\": {\"method\": \"" + secret + "\"}}}", "\"" + secret + "\""}) {
    const auto bytes = Read(text);
    REQUIRE_FALSE(bytes.ok());
    CHECK(bytes.status().ToString().find(secret) == std::string::npos);
  }
}

TEST_CASE_METHOD(JsonTest, "I02 values of path and query are typed") {
  const auto bytes = Values({{"division", "520102"}, {"pageSize", "7"}, {"page_token", "贵 州"}});
  REQUIRE(bytes.ok());
  ListHouseholdsRequest request;
  REQUIRE(request.ParseFromString(*bytes));
  CHECK(request.division() == "520102");
  CHECK(request.page_size() == 7);
  CHECK(request.page_token() == "贵 州");
  struct Case {
    const char* name;
    const char* value;
    const char* reason;
  };
  const Case cases[] = {
      {"pageSize", "seven", "QUERY_VALUE_WRONG"},
      {"pageSize", "99999999999", "QUERY_VALUE_WRONG"},
      {"pageSize", "", "QUERY_VALUE_WRONG"},
      {"division", "\xC3\x28", "QUERY_VALUE_WRONG"},
      {"povertyClass", "RICH", "QUERY_VALUE_WRONG"},
      {"nonsense", "1", "QUERY_FIELD_UNKNOWN"},
      {"", "1", "QUERY_FIELD_UNKNOWN"},
      {"division.x", "1", "QUERY_FIELD_UNKNOWN"},
      {"..", "1", "QUERY_FIELD_UNKNOWN"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name, c.value);
    CHECK(ReasonOf(Values({{c.name, c.value}}).status()) == c.reason);
  }
}

TEST_CASE_METHOD(JsonTest, "USE-1 an answer carries every field, also those at their default") {
  const auto text = json_.FromBytes(*identification::v1::DivisionTotal::descriptor(), "");
  REQUIRE(text.ok());
  CHECK(text->find("\"householdCount\":\"0\"") != std::string::npos);
}

}  // namespace
}  // namespace fupin::gateway
