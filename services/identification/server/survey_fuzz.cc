// Any bytes as a survey, through all checks into a store; and as page tokens of the lists. Every
// refusal has a reason, and what was taken in can be read back.
//
// The first byte chooses: a survey (the message), or the token of a list, either raw or put
// together from the key it should go on from.
#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/crypto/key_file_sealer.h"
#include "libs/kv/rocks_store.h"
#include "libs/status/macros.h"
#include "libs/testing/temp_dir.h"
#include "services/identification/metrics.h"
#include "services/identification/server/judge.h"
#include "services/identification/server/listings.h"
#include "services/identification/server/submit_survey.h"
#include "services/identification/store/tables.h"
#include "services/identification/workers/scorer.h"

namespace fupin::identification {
namespace {

constexpr char kVillage[] = "520102016001";

void Explained(const absl::Status& status) {
  if (status.ok()) return;
  const auto problems = ProblemsOf(status);
  FUPIN_CHECK(!problems.empty());
  for (const Problem& problem : problems) {
    FUPIN_CHECK(!problem.reason.empty() && !problem.message_zh.empty());
  }
}

class World {
 public:
  World() { FUPIN_CHECK(knowledge_.Refresh().ok()); }

  void Submit(absl::string_view bytes) {
    v1::SubmitSurveyRequest request;
    if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
    if (request.request_id() == "again") request.set_request_id(absl::StrCat("r", ++requests_));
    const auto response = submit_.Run(request, {});
    Explained(response.status());
    if (!response.ok()) return;
    const auto id = ParseHouseholdName(response->household());
    FUPIN_CHECK(id.ok());
    const auto stored = households_.Get(*id);
    FUPIN_CHECK(stored.ok() && stored->stored.version() >= response->version());
    Explained(gatherer_.Gather(*id).status());
    Judge judge(gatherer_, knowledge_);
    FUPIN_CHECK(judge.Evaluate(*id).ok());
  }

  void List(absl::string_view bytes) {
    if (bytes.empty()) return;
    const int shape = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    const auto token = [&](const std::string& bound_to) {
      if (shape % 2 == 0) return std::string(bytes);
      return absl::WebSafeBase64Escape(
          *sealer_.Seal({"pages", bound_to, "", "token"}, absl::StrCat(shape % 3, "\x1e", bytes)));
    };
    v1::ListHouseholdsRequest households;
    households.set_division(shape % 5 == 0 ? "520102" : kVillage);
    households.set_poverty_class(static_cast<v1::PovertyClass>(shape / 2 % 4));
    if (shape % 7 == 0) households.set_finding_rule("X001");
    households.set_page_size(shape % 11);
    households.set_page_token(
        token(absl::StrCat("households/", households.division(), "/", households.poverty_class(),
                           "/", households.finding_rule())));
    Explained(listings_.Households(households).status());
    v1::ListFindingsRequest findings;
    findings.set_division(households.division());
    findings.set_rule(households.finding_rule());
    findings.set_page_token(token(absl::StrCat("findings/", findings.division(), "/",
                                               findings.rule(), "/", v1::FINDING_STATE_OPEN)));
    Explained(listings_.Findings(findings).status());
  }

 private:
  static std::unique_ptr<kv::Store> Open(const std::string& dir) {
    kv::RocksOptions options;
    options.dir = dir;
    options.tables = Tables();
    options.scanned_tables = {kValues};
    options.disk_reserve_permille = 1;
    return *kv::OpenRocksStore(options);
  }

  const testing::TempDir dir_;
  const std::unique_ptr<kv::Store> kv_ = Open(dir_ / "data");
  FakeClock clock_{absl::FromUnixSeconds(1795478400)};
  const std::unique_ptr<outbox::Outbox> outbox_ = *outbox::Outbox::Open(*kv_, clock_);
  const Subjects subjects_{crypto::BlindIndex(std::string(32, 'k'))};
  const std::shared_ptr<const division::Tree> divisions_ =
      *division::Tree::Load({FUPIN_SOURCE_DIR "/deploy/divisions/guizhou.tsv"});
  const int level_ = *divisions_->LevelIndex("township");
  absl::Mutex mutex_;
  metrics::Metrics registry_;
  IdentificationMetrics metrics_{registry_};
  Knowledge knowledge_{{FUPIN_BINARY_DIR "/contracts/guizhou",
                        FUPIN_SOURCE_DIR "/deploy/catalogs/guizhou/catalog.textproto",
                        FUPIN_SOURCE_DIR "/deploy/catalogs/guizhou/cross_check.textproto"}};
  const crypto::KeyFileSealer sealer_{{{1, {crypto::Suite::kIntl, std::string(32, 's')}}},
                                      "identification"};
  HouseholdStore households_{*kv_, mutex_, sealer_};
  FactStore facts_{*kv_, mutex_, sealer_};
  ScoreStore scores_{*kv_, *outbox_, sealer_};
  Gatherer gatherer_{households_, facts_, subjects_, divisions_};
  // Never started: what is marked stays in the queue.
  Scorer scorer_{*kv_,       households_, scores_,  gatherer_, knowledge_,
                 divisions_, level_,      metrics_, clock_,    1};
  const Scope scope_{households_, divisions_};
  SubmitSurvey submit_{households_, scope_,  knowledge_, subjects_, divisions_,
                       level_,      scorer_, metrics_,   clock_};
  Listings listings_{*kv_, households_, scores_, sealer_, divisions_, level_};
  int requests_ = 0;
};

}  // namespace
}  // namespace fupin::identification

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static auto* world = new fupin::identification::World;
  if (size == 0) return 0;
  const absl::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    world->Submit(rest);
  } else {
    world->List(rest);
  }
  return 0;
}
