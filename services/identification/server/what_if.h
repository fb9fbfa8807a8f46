// Questions to the whole province that store nothing: a changed catalog, a distribution.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_WHAT_IF_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_WHAT_IF_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/division/tree.h"
#include "libs/kv/store.h"
#include "services/identification/server/knowledge.h"

namespace fupin::identification {

// Safe for concurrent use.
class WhatIf {
 public:
  WhatIf(const kv::Store& kv, const Knowledge& knowledge,
         std::shared_ptr<const division::Tree> divisions, int partition_level)
      : kv_(kv),
        knowledge_(knowledge),
        divisions_(std::move(divisions)),
        partition_level_(partition_level) {}

  // Compares the classes by `catalog_text` with the classes by the catalog in force.
  absl::StatusOr<v1::WhatIfResponse> Run(const std::string& catalog_text) const;
  absl::StatusOr<v1::Distribution> GetDistribution(const v1::GetDistributionRequest& request) const;

 private:
  const kv::Store& kv_;
  const Knowledge& knowledge_;
  const std::shared_ptr<const division::Tree> divisions_;
  const int partition_level_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_WHAT_IF_H_
