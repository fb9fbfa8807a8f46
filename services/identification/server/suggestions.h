// Suggestions of the register's watching, shown, taken up and dismissed (ID-10).
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_SUGGESTIONS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_SUGGESTIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/watch_service.pb.h"
#include "libs/crypto/sealer.h"
#include "services/identification/server/applications.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/case_lists.h"
#include "services/identification/store/household_store.h"
#include "services/identification/store/suggestion_store.h"

namespace fupin::identification {

// Safe for concurrent use.
class Suggestions {
 public:
  Suggestions(kv::Store& kv, const SuggestionStore& store, CaseDesk& desk,
              Applications& applications, const CaseLists& lists, const ScoreStore& scores,
              const HouseholdStore& households, const crypto::Sealer& sealer)
      : kv_(kv),
        store_(store),
        desk_(desk),
        applications_(applications),
        lists_(lists),
        scores_(scores),
        households_(households),
        sealer_(sealer) {}

  // The caller's bounds are the caller's business.
  absl::StatusOr<v1::ListSuggestionsResponse> List(const v1::ListSuggestionsRequest& request) const;
  absl::StatusOr<v1::ListHouseholdSuggestionsResponse> OfHousehold(const std::string& name) const;

  absl::StatusOr<v1::Suggestion> Get(const std::string& name, const rpc::Caller& caller) const;
  absl::StatusOr<v1::Suggestion> TakeUp(const v1::TakeUpSuggestionRequest& request,
                                        const rpc::Caller& caller);
  absl::StatusOr<v1::Suggestion> Dismiss(const v1::DismissSuggestionRequest& request,
                                         const rpc::Caller& caller);

 private:
  // One the caller may see. SUGGESTION_NOT_FOUND.
  absl::StatusOr<OpenSuggestion> Take(const std::string& name, const rpc::Caller& caller) const;
  // True: the request was answered before. SUGGESTION_SETTLED, SUGGESTION_MOVED, REQUEST_ID_REUSED.
  static absl::StatusOr<bool> Answered(const OpenSuggestion& suggestion,
                                       const std::string& request_id, const std::string& content,
                                       const std::string& etag);
  absl::StatusOr<v1::Suggestion> Show(const OpenSuggestion& suggestion) const;
  // Where the household lives now, as far as it was judged.
  absl::StatusOr<std::string> DivisionOf(const OpenSuggestion& suggestion) const;
  const procedure::Procedure* ProcedureFor(const procedure::ProcedureSet& set,
                                           const store::StoredSuggestion& stored) const;
  store::StoredSuggestion Settled(const OpenSuggestion& suggestion, int state,
                                  const rpc::Caller& caller, const std::string& request_id,
                                  const std::string& content) const;

  kv::Store& kv_;
  const SuggestionStore& store_;
  CaseDesk& desk_;
  Applications& applications_;
  const CaseLists& lists_;
  const ScoreStore& scores_;
  const HouseholdStore& households_;
  const crypto::Sealer& sealer_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_SUGGESTIONS_H_
