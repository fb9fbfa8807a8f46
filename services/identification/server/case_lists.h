// Cases in lists: queues by due day, counts by step, what happened.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_LISTS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_LISTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/identification/server/case_desk.h"

namespace fupin::identification {

// Safe for concurrent use. Whether the caller may see the division is checked before.
class CaseLists {
 public:
  CaseLists(CaseDesk& desk, int partition_level) : desk_(desk), partition_level_(partition_level) {}

  absl::StatusOr<v1::ListCasesResponse> List(const v1::ListCasesRequest& request,
                                             const rpc::Caller& caller) const;
  absl::StatusOr<v1::ListHouseholdCasesResponse> OfHousehold(const std::string& name) const;
  absl::StatusOr<v1::CountCasesResponse> Count(const std::string& division,
                                               const rpc::Caller& caller) const;
  absl::StatusOr<v1::ListCaseEventsResponse> Events(const std::string& id) const;

  // FILE_NOT_FOUND: no event of the case names it.
  absl::StatusOr<v1::CaseFile> File(const std::string& id, const std::string& file) const;

  // Townships of a division, by code; the one it lies in when it is below.
  std::vector<std::string> TownshipsOf(const division::Division& division) const;

 private:
  CaseDesk& desk_;
  const int partition_level_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_LISTS_H_
