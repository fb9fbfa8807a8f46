// Natural changes of households (ID-3): recorded, shown, and carried into other townships.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLD_CHANGES_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLD_CHANGES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/household_change_service.pb.h"
#include "libs/clock/clock.h"
#include "libs/division/tree.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/server/subjects.h"
#include "services/identification/store/change_store.h"
#include "services/identification/workers/scorer.h"

namespace fupin::identification {

// Safe for concurrent use.
class HouseholdChanges {
 public:
  HouseholdChanges(ChangeStore& store, HouseholdStore& households, CaseDesk& desk,
                   const Knowledge& knowledge, std::shared_ptr<const division::Tree> divisions,
                   int partition_level, Scorer& scorer)
      : store_(store),
        households_(households),
        desk_(desk),
        knowledge_(knowledge),
        divisions_(std::move(divisions)),
        partition_level_(partition_level),
        scorer_(scorer) {}

  // Lets those arrive that an earlier life left on their way.
  absl::Status Start();

  // The household itself lies within the caller's bounds.
  absl::StatusOr<v1::HouseholdChange> Record(const v1::RecordHouseholdChangeRequest& request,
                                             const rpc::Caller& caller);
  absl::StatusOr<v1::ListHouseholdChangesResponse> List(const std::string& household) const;
  // "households/<id>" of "households/<id>/versions/<n>"; a name of another form as it is.
  static std::string HouseholdOfVersion(const std::string& name);
  absl::StatusOr<v1::HouseholdVersion> Version(const std::string& name) const;

 private:
  struct Person {
    v1::SurveyMember member;
    std::string subject;
    int index = 0;  // as relations name it
  };
  // A change being made: the household it is recorded of, and the other one when there is one.
  struct Draft;

  absl::Status Decide(const v1::RecordHouseholdChangeRequest& request, const rpc::Caller& caller,
                      Draft* draft) const;
  absl::Status Join(const v1::RecordHouseholdChangeRequest& request, const rpc::Caller& caller,
                    Draft* draft) const;
  absl::Status Correct(const v1::RecordHouseholdChangeRequest& request, Draft* draft) const;
  absl::Status Relocate(const v1::RecordHouseholdChangeRequest& request, const rpc::Caller& caller,
                        Draft* draft) const;
  absl::Status Split(const v1::RecordHouseholdChangeRequest& request, const rpc::Caller& caller,
                     Draft* draft) const;
  absl::Status Merge(const v1::RecordHouseholdChangeRequest& request, const rpc::Caller& caller,
                     Draft* draft) const;
  // A household of the same township within the caller's bounds.
  absl::StatusOr<OpenHousehold> Other(const std::string& name, const rpc::Caller& caller,
                                      const std::string& than, const char* field,
                                      std::string* id) const;
  absl::Status NotElsewhere(const std::string& subject, const std::vector<std::string>& allowed,
                            bool even_so) const;
  static absl::Status Finish(const std::vector<Person>& persons, ChangedHousehold* changed);
  // Moves a status that is there to where it is due; see README.
  absl::Status Register(const std::string& status_from, const RegisterRow& from,
                        ChangedHousehold* changed) const;
  absl::Status Arrive(const Transfer& transfer);
  absl::Status Settle(const std::vector<std::string>& households);
  static v1::HouseholdChange Show(const std::string& household, const OpenChange& change);

  ChangeStore& store_;
  HouseholdStore& households_;
  CaseDesk& desk_;
  const Knowledge& knowledge_;
  const std::shared_ptr<const division::Tree> divisions_;
  const int partition_level_;
  Scorer& scorer_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_HOUSEHOLD_CHANGES_H_
