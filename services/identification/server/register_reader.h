// The register shown: one entry with its history, entries by division, and as rows of its table.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTER_READER_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTER_READER_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/register_service.pb.h"
#include "libs/division/tree.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/server/listings.h"
#include "services/identification/server/procedures.h"
#include "services/identification/server/scope.h"
#include "services/identification/store/change_store.h"
#include "services/identification/store/household_store.h"
#include "services/identification/store/register_store.h"

namespace fupin::identification {

// Safe for concurrent use. Whether the caller may see a division is checked before, whether a
// household here.
class RegisterReader {
 public:
  RegisterReader(const RegisterStore& entries, const HouseholdStore& households,
                 const ChangeStore& changes, const Listings& listings, const Scope& scope,
                 const Procedures& procedures, const Knowledge& knowledge,
                 std::shared_ptr<const division::Tree> divisions)
      : entries_(entries),
        households_(households),
        changes_(changes),
        listings_(listings),
        scope_(scope),
        procedures_(procedures),
        knowledge_(knowledge),
        divisions_(std::move(divisions)) {}

  absl::StatusOr<v1::Registration> Get(const std::string& name, const rpc::Caller& caller) const;
  absl::StatusOr<v1::ListRegistrationsResponse> List(
      const v1::ListRegistrationsRequest& request) const;
  absl::StatusOr<v1::ExportRegistrationsResponse> Export(
      const v1::ExportRegistrationsRequest& request) const;

  // HOUSEHOLD_NOT_FOUND unless it is surveyed or in the register, and within the caller's bounds.
  absl::Status Visible(const std::string& household, const rpc::Caller& caller) const;

 private:
  struct Seen;
  absl::StatusOr<Seen> See(RegisterEntry entry) const;
  v1::Registration Show(const Seen& seen) const;
  absl::StatusOr<v1::RegisterLine> Line(const Seen& seen, bool with_numbers) const;
  std::string NamesOf(const std::string& division, const std::string& between) const;

  const RegisterStore& entries_;
  const HouseholdStore& households_;
  const ChangeStore& changes_;
  const Listings& listings_;
  const Scope& scope_;
  const Procedures& procedures_;
  const Knowledge& knowledge_;
  const std::shared_ptr<const division::Tree> divisions_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTER_READER_H_
