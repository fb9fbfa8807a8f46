#include "services/identification/server/listings.h"

#include <catch2/catch.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/clock/clock.h"
#include "libs/crypto/key_file_sealer.h"
#include "libs/kv/rocks_store.h"
#include "libs/status/status.h"
#include "libs/testing/temp_dir.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
namespace {

class ListingsTest {
 protected:
  // Why a page of the households with a finding of rule X002 is refused; "" when it is not.
  std::string Why(const std::string& token) const {
    v1::ListHouseholdsRequest request;
    request.set_division("1");
    request.set_finding_rule("X002");
    request.set_page_token(token);
    const auto page = listings_.Households(request);
    return page.ok() ? "" : ReasonOf(page.status());
  }
  std::string Token(const std::string& bound_to, const std::string& unit,
                    const std::string& key) const {
    return absl::WebSafeBase64Escape(
        *sealer_.Seal({"pages", bound_to, "", "token"}, absl::StrCat(unit, "\x1e", key)));
  }

 private:
  static std::unique_ptr<kv::Store> Open(const std::string& dir) {
    kv::RocksOptions options;
    options.dir = dir;
    options.tables = Tables();
    options.disk_reserve_permille = 1;
    return *kv::OpenRocksStore(options);
  }

  const testing::TempDir dir_;
  const std::unique_ptr<kv::Store> kv_ = Open(dir_ / "data");
  const std::unique_ptr<outbox::Outbox> outbox_ = *outbox::Outbox::Open(*kv_, SystemClock());
  const std::shared_ptr<const division::Tree> divisions_ = *division::Tree::Parse(
      {{"tree", "# levels: county township\n1\t\tcounty\t甲\n2\t1\ttownship\t乙\n"}});
  const crypto::KeyFileSealer sealer_{{{1, {crypto::Suite::kIntl, std::string(32, 's')}}}, "test"};
  absl::Mutex mutex_;
  HouseholdStore households_{*kv_, mutex_, sealer_};
  ScoreStore scores_{*kv_, *outbox_, sealer_};
  Listings listings_{*kv_, households_, scores_, sealer_, divisions_, 1};
};

TEST_CASE_METHOD(ListingsTest, "I19 a page token that was made up or changed is refused") {
  const std::string bound = "households/1/0/X002";
  const std::string key("X002\0h-1\0f", 10);
  CHECK(Why("") == "");
  CHECK(Why(Token(bound, "0", key)) == "");
  CHECK(Why("!") == "PAGE_TOKEN_INVALID");
  CHECK(Why(absl::WebSafeBase64Escape("junk")) == "PAGE_TOKEN_INVALID");
  // As text, without the seal.
  CHECK(Why(absl::WebSafeBase64Escape(absl::StrCat("0\x1e", key))) == "PAGE_TOKEN_INVALID");
  CHECK(Why(Token("households/2/0/X002", "0", key)) == "PAGE_TOKEN_INVALID");
  CHECK(Why(Token(bound, "-1", key)) == "PAGE_TOKEN_INVALID");
  // Would go on in the findings of another rule.
  CHECK(Why(Token(bound, "0", std::string("X001\0h-1\0f", 10))) == "PAGE_TOKEN_INVALID");
  CHECK(Why(Token(bound, "0", "")) == "PAGE_TOKEN_INVALID");
  // Beyond the last unit there is nothing.
  CHECK(Why(Token(bound, "7", key)) == "");
}

}  // namespace
}  // namespace fupin::identification
