// Takes an existing register in, row by row, and tells each row's fate. Nothing that stands is
// overwritten: an import adds entries, adds later statuses to imported ones, and joins an entry to
// its household once that is surveyed.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTER_IMPORT_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTER_IMPORT_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/register_service.pb.h"
#include "libs/clock/clock.h"
#include "libs/division/tree.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/server/procedures.h"
#include "services/identification/server/subjects.h"
#include "services/identification/store/household_store.h"
#include "services/identification/store/register_store.h"

namespace fupin::identification {

// Safe for concurrent use.
class RegisterImport {
 public:
  RegisterImport(RegisterStore& entries, const HouseholdStore& households, const Subjects& subjects,
                 const Procedures& procedures, const Knowledge& knowledge,
                 std::shared_ptr<const division::Tree> divisions, int partition_level,
                 const Clock& clock)
      : entries_(entries),
        households_(households),
        subjects_(subjects),
        procedures_(procedures),
        knowledge_(knowledge),
        divisions_(std::move(divisions)),
        partition_level_(partition_level),
        clock_(clock) {}

  absl::StatusOr<v1::ImportRegistrationsResponse> Run(const v1::ImportRegistrationsRequest& request,
                                                      const rpc::Caller& caller);

 private:
  struct Township;
  struct Row;

  // Reads a row; what is wrong stands in its result.
  Row Read(const v1::RegisterLine& line, v1::LineResult* result) const;
  // What becomes of it beside what is there.
  absl::Status Decide(const Row& row, const store::StoredImport& import, Township* township,
                      v1::LineResult* result) const;
  RegisterStore::Write WriteOf(RegisterEntry entry) const;

  RegisterStore& entries_;
  const HouseholdStore& households_;
  const Subjects& subjects_;
  const Procedures& procedures_;
  const Knowledge& knowledge_;
  const std::shared_ptr<const division::Tree> divisions_;
  const int partition_level_;
  const Clock& clock_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTER_IMPORT_H_
