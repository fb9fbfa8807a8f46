// What an officer may see and do here: what lies in the officer's division (SEC-2). The one place
// where that is decided; whoever else a method lets in (libs/rpc) has no such bounds.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_SCOPE_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_SCOPE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/division/tree.h"
#include "libs/rpc/edge.h"
#include "services/identification/store/household_store.h"

namespace fupin::identification {

// Safe for concurrent use. `field` is what a refusal names.
class Scope {
 public:
  Scope(const HouseholdStore& households, std::shared_ptr<const division::Tree> divisions)
      : households_(households), divisions_(std::move(divisions)) {}

  // The division itself, not one above it. NOT_FOUND / DIVISION_UNKNOWN, PERMISSION_DENIED /
  // DIVISION_NOT_YOURS.
  absl::Status Division(const rpc::Caller& caller, absl::string_view code,
                        absl::string_view field) const;

  // A household by its name, where it lives by its newest survey. NOT_FOUND / HOUSEHOLD_NOT_FOUND
  // for one elsewhere too: who may not see it does not learn that it exists. Costs reading it.
  absl::Status Household(const rpc::Caller& caller, const std::string& name,
                         absl::string_view field) const;

  // A household that a survey would take over from where it lives now. PERMISSION_DENIED /
  // HOUSEHOLD_ELSEWHERE.
  absl::Status Move(const rpc::Caller& caller, absl::string_view from,
                    absl::string_view field) const;

  // Whether a division is within the caller's bounds.
  bool Reaches(const rpc::Caller& caller, absl::string_view code) const;

 private:
  const HouseholdStore& households_;
  const std::shared_ptr<const division::Tree> divisions_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_SCOPE_H_
