// Applications of the public (ID-1): in, followed, withdrawn and appealed with receipt and code.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_APPLICATIONS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_APPLICATIONS_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/receipt_codes.h"

namespace fupin::identification {

// Safe for concurrent use.
class Applications {
 public:
  Applications(CaseDesk& desk, ReceiptCodes& codes, int partition_level)
      : desk_(desk), codes_(codes), partition_level_(partition_level) {}

  absl::StatusOr<v1::ApplyResponse> Apply(const v1::ApplyRequest& request,
                                          const rpc::Caller& caller);
  absl::StatusOr<v1::ApplicationState> Follow(const std::string& receipt,
                                              const std::string& code) const;
  absl::StatusOr<v1::ApplicationState> Withdraw(const v1::WithdrawApplicationRequest& request);
  absl::StatusOr<v1::ApplicationState> Appeal(const v1::AppealApplicationRequest& request);

  // What a case was opened for, and what is written with it in one batch.
  struct Origin {
    std::string suggestion;  // id
    std::function<void(const std::string& case_id, CaseChange* change)> with;
  };
  // A case for a household that is known. See OpenCase.
  absl::StatusOr<std::string> Open(const v1::OpenCaseRequest& request, const rpc::Caller& caller,
                                   const Origin& origin = {});

 private:
  // The case of a receipt whose code is right. RECEIPT_UNKNOWN, RECEIPT_RESTS.
  absl::StatusOr<CaseAtHand> Find(const std::string& receipt, const std::string& code) const;
  absl::StatusOr<v1::ApplicationState> Show(const std::string& id) const;
  // A new case, written; `subject` must have no open case. APPLICATION_OPEN.
  absl::Status Store(CaseAtHand at, const CaseActor& actor, const std::string& reason,
                     const std::string& request_id, const std::string& content,
                     const Origin& origin);

  CaseDesk& desk_;
  ReceiptCodes& codes_;
  const int partition_level_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_APPLICATIONS_H_
