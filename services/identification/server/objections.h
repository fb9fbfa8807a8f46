// Objections of the public against notices, and their answers.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_OBJECTIONS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_OBJECTIONS_H_

#include "absl/status/statusor.h"
#include "fupin/identification/v1/notice_service.pb.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/case_lists.h"
#include "services/identification/server/notices.h"
#include "services/identification/server/receipt_codes.h"
#include "services/identification/store/notice_store.h"

namespace fupin::identification {

// Safe for concurrent use. Scope is checked by the caller where a division is given, here where a
// name is.
class Objections {
 public:
  Objections(CaseDesk& desk, CaseLists& lists, NoticeStore& store, const Notices& notices,
             ReceiptCodes& codes)
      : desk_(desk), lists_(lists), store_(store), notices_(notices), codes_(codes) {}

  absl::StatusOr<v1::CreateObjectionResponse> Object(const v1::CreateObjectionRequest& request);
  absl::StatusOr<v1::ObjectionState> Follow(const v1::FollowObjectionRequest& request);
  absl::StatusOr<v1::ListObjectionsResponse> List(const v1::ListObjectionsRequest& request) const;
  absl::StatusOr<v1::Objection> Settle(const v1::SettleObjectionRequest& request,
                                       const rpc::Caller& caller);

 private:
  absl::StatusOr<v1::Objection> Show(const OpenObjection& open) const;

  CaseDesk& desk_;
  CaseLists& lists_;
  NoticeStore& store_;
  const Notices& notices_;
  ReceiptCodes& codes_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_OBJECTIONS_H_
