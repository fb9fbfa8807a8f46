#include "services/identification/server/exit_tests.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/codes/text.h"
#include "libs/rpc/request_id.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/exit_draw.h"
#include "services/identification/server/exit_words.h"
#include "services/identification/server/receipt_codes.h"

namespace fupin::identification {
namespace {

constexpr size_t kMaxSourceBytes = 1000;
constexpr int64_t kMaxPopulation = 100'000'000;
constexpr int kMaxSample = 20'000;

bool IsWord(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '-';
  });
}

}  // namespace

absl::Status ExitTests::NeedLevel(const rpc::Caller& caller) const {
  const int level = desk_.ActorOf(caller).level;
  return level >= 0 && level <= county_level_ ? absl::OkStatus() : Refuse("EXIT_TEST_LEVEL");
}

absl::StatusOr<store::StoredExitTest> ExitTests::Take(const std::string& id,
                                                      const rpc::Caller& caller) const {
  RETURN_IF_ERROR(NeedLevel(caller));
  if (!IsWord(id)) return Refuse("EXIT_TEST_NOT_FOUND", "name");
  ASSIGN_OR_RETURN(const auto test, store_.Find(id));
  if (!test || !desk_.scope().Reaches(caller, test->division())) {
    return Refuse("EXIT_TEST_NOT_FOUND", "name");
  }
  return *test;
}

absl::StatusOr<v1::ExitTest> ExitTests::Create(const v1::CreateExitTestRequest& request,
                                               const rpc::Caller& caller) {
  RETURN_IF_ERROR(NeedLevel(caller));
  if (!rpc::IsRequestId(request.request_id())) return Refuse("REQUEST_ID_INVALID", "request_id");
  const auto county = desk_.divisions().Find(request.division());
  if (!county) return Refuse("DIVISION_UNKNOWN", "division");
  RETURN_IF_ERROR(desk_.scope().Division(caller, request.division(), "division"));
  if (county->level() != county_level_) return Refuse("EXIT_TEST_COUNTY", "division");
  if (request.rural_population() < 1 || request.rural_population() > kMaxPopulation ||
      request.population_source().empty() || request.population_source().size() > kMaxSourceBytes ||
      !codes::CheckText(request.population_source()).ok()) {
    return Refuse("EXIT_TEST_POPULATION", "rural_population");
  }
  if (!request.seed().empty() && !IsWord(request.seed())) {
    return Refuse("EXIT_TEST_SEED", "seed");
  }
  for (const int size : {request.exited_size(), request.not_registered_size()}) {
    if (size < 0 || size > kMaxSample) return Refuse("EXIT_TEST_SIZE", "exited_size");
  }
  // The request id is the test's, bound to who asked: repeating it gives the same test.
  const std::string bound =
      desk_.subjects().Content(absl::StrCat("exit test/", caller.principal.division, "/",
                                            caller.principal.id, "/", request.request_id()));
  const std::string id =
      absl::StrCat(request.division(), "-", absl::BytesToHexString(bound.substr(0, 6)));
  const std::string content = desk_.subjects().Content(request.SerializeAsString());
  ASSIGN_OR_RETURN(const auto known, store_.Find(id));
  if (known) {
    if (known->content_hash() != content) return Refuse("REQUEST_ID_REUSED", "request_id", "-");
    return ShowExitTest(desk_, store_, id, *known);
  }
  const absl::Time now = desk_.Now();
  const auto procedures = desk_.procedures().current();
  const procedure::ExitStandard* standard =
      procedures->StandardOn(absl::ToCivilDay(now, Shanghai()));
  if (standard == nullptr) return Refuse("EXIT_TEST_STANDARD", "division");
  store::StoredExitTest test;
  test.set_division(request.division());
  test.set_standard(standard->id);
  test.set_standard_zh(standard->name.zh);
  test.set_standard_en(standard->name.en);
  test.set_z_milli(standard->sample_size.z_milli);
  for (const procedure::ExitThreshold& each : standard->thresholds) {
    store::StoredThreshold* threshold = test.add_thresholds();
    threshold->set_rate(static_cast<int>(each.rate));
    threshold->set_permille(each.permille);
    threshold->set_certainty(static_cast<int>(each.certainty));
  }
  test.set_seed(request.seed().empty() ? ReceiptCodes::NewCode() : request.seed());
  test.set_seed_chosen(!request.seed().empty());
  test.set_rural_population(request.rural_population());
  test.set_population_source(request.population_source());
  test.set_creator(caller.principal.id);
  test.set_create_ms(absl::ToUnixMillis(now));
  test.set_content_hash(content);
  ASSIGN_OR_RETURN(const auto sample,
                   DrawSample(desk_, lists_, store_, request, *county, *standard, &test));
  RETURN_IF_ERROR(store_.Create(id, test, sample));
  return ShowExitTest(desk_, store_, id, test);
}

absl::StatusOr<v1::ExitTest> ExitTests::Get(const std::string& name,
                                            const rpc::Caller& caller) const {
  ASSIGN_OR_RETURN(const std::string id, ParseExitTestName(name));
  ASSIGN_OR_RETURN(const store::StoredExitTest test, Take(id, caller));
  return ShowExitTest(desk_, store_, id, test);
}

absl::StatusOr<v1::ListExitTestsResponse> ExitTests::List(const std::string& code,
                                                          const rpc::Caller& caller) const {
  RETURN_IF_ERROR(NeedLevel(caller));
  const auto division = desk_.divisions().Find(code);
  if (!division) return Refuse("DIVISION_UNKNOWN", "division");
  RETURN_IF_ERROR(desk_.scope().Division(caller, code, "division"));
  ASSIGN_OR_RETURN(auto tests, store_.All());
  std::sort(tests.begin(), tests.end(), [](const auto& a, const auto& b) {
    return a.second.create_ms() > b.second.create_ms();
  });
  v1::ListExitTestsResponse response;
  for (const auto& [id, test] : tests) {
    if (!desk_.divisions().Reaches(code, test.division())) continue;
    ASSIGN_OR_RETURN(v1::ExitTest shown, ShowExitTest(desk_, store_, id, test));
    shown.clear_strata();
    *response.add_tests() = std::move(shown);
  }
  return response;
}

}  // namespace fupin::identification
