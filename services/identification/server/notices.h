// Public notices. A notice is one sheet for all cases of a place
// that wait in the same step; its period is theirs.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_NOTICES_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_NOTICES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/notice_service.pb.h"
#include "services/identification/server/case_desk.h"
#include "services/identification/server/case_lists.h"
#include "services/identification/store/notice_store.h"

namespace fupin::identification {

// Safe for concurrent use. Scope is checked by the caller where a division is given, here where a
// name is.
class Notices {
 public:
  Notices(CaseDesk& desk, CaseLists& lists, NoticeStore& store)
      : desk_(desk), lists_(lists), store_(store) {}

  absl::StatusOr<v1::Notice> Post(const v1::PostNoticeRequest& request, const rpc::Caller& caller);
  absl::StatusOr<v1::Notice> Preview(const v1::PreviewNoticeRequest& request,
                                     const rpc::Caller& caller) const;
  absl::StatusOr<v1::Notice> TakeDown(const v1::TakeDownNoticeRequest& request,
                                      const rpc::Caller& caller);
  absl::StatusOr<v1::ListNoticesResponse> List(const v1::ListNoticesRequest& request) const;
  absl::StatusOr<v1::Notice> Get(const std::string& name) const;

  absl::StatusOr<v1::NoticePhoto> Photo(const std::string& name, const rpc::Caller& caller) const;

  absl::StatusOr<v1::Notice> Show(const OpenNotice& open, bool with_entries) const;
  // NOTICE_NOT_FOUND for one outside the caller's division; null: whoever calls.
  absl::StatusOr<OpenNotice> Find(const std::string& name, const rpc::Caller* caller) const;

 private:
  // Cases that wait for this notice, all of one township (the store's unit). NOTICE_EMPTY.
  absl::StatusOr<std::vector<CaseAtHand>> Waiting(const std::string& division,
                                                  const std::string& procedure,
                                                  const std::string& step,
                                                  const rpc::Caller& caller) const;
  // What the same request posted before; empty: nothing. REQUEST_ID_REUSED.
  absl::StatusOr<std::string> Posted(const v1::PostNoticeRequest& request,
                                     const std::string& content) const;

  CaseDesk& desk_;
  CaseLists& lists_;
  NoticeStore& store_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_NOTICES_H_
