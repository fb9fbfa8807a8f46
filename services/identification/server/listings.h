// Lists of households and findings by division, page by page.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_LISTINGS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_LISTINGS_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/crypto/sealer.h"
#include "libs/division/tree.h"
#include "libs/kv/store.h"
#include "services/identification/store/household_store.h"
#include "services/identification/store/score_store.h"

namespace fupin::identification {

// Safe for concurrent use.
class Listings {
 public:
  Listings(const kv::Store& kv, const HouseholdStore& households, const ScoreStore& scores,
           const crypto::Sealer& sealer, std::shared_ptr<const division::Tree> divisions,
           int partition_level)
      : kv_(kv),
        households_(households),
        scores_(scores),
        sealer_(sealer),
        divisions_(std::move(divisions)),
        partition_level_(partition_level) {}

  absl::StatusOr<v1::ListHouseholdsResponse> Households(
      const v1::ListHouseholdsRequest& request) const;
  absl::StatusOr<v1::ListFindingsResponse> Findings(const v1::ListFindingsRequest& request) const;

  // Rows of `table` whose keys begin with `prefix`, over all units of the division, in order, from
  // `token` on; `take` returns whether the row counts for the page. Returns the next token.
  absl::StatusOr<std::string> Walk(
      const division::Division& division, const std::string& table, const std::string& prefix,
      const std::string& token, const std::string& bound_to, int size,
      const std::function<absl::StatusOr<bool>(const std::string& key)>& take) const;
  // Of a page that was asked for: 0 is 50, at most 500.
  static int PageSize(int asked);

 private:
  // Where the next page begins: sealed, as the row there may be one the caller may not see.
  absl::StatusOr<std::string> Token(const std::string& bound_to, size_t unit,
                                    const std::string& key) const;
  absl::StatusOr<v1::HouseholdSummary> Summary(const std::string& id) const;

  const kv::Store& kv_;
  const HouseholdStore& households_;
  const ScoreStore& scores_;
  const crypto::Sealer& sealer_;
  const std::shared_ptr<const division::Tree> divisions_;
  const int partition_level_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_LISTINGS_H_
