// Notices and objections as they are stored; every change of one goes with the cases it is about,
// in one batch, through CaseStore.
#ifndef FUPIN_SERVICES_IDENTIFICATION_STORE_NOTICE_STORE_H_
#define FUPIN_SERVICES_IDENTIFICATION_STORE_NOTICE_STORE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kv/store.h"
#include "services/identification/store/case_records.pb.h"

namespace fupin::identification {

struct OpenNotice {
  std::string id;
  store::StoredNotice stored;
};

struct OpenObjection {
  std::string id;
  store::StoredObjection stored;
};

// Safe for concurrent use.
class NoticeStore {
 public:
  explicit NoticeStore(kv::Store& kv) : kv_(kv) {}

  // NOT_FOUND / NOTICE_NOT_FOUND, OBJECTION_NOT_FOUND; also for anything that is no id.
  absl::StatusOr<OpenNotice> Notice(const std::string& id) const;
  absl::StatusOr<OpenObjection> Objection(const std::string& id) const;

  // Rows that make the notice what it is, for CaseChange::more.
  static std::vector<kv::Batch::Write> Rows(const OpenNotice& notice);
  static std::vector<kv::Batch::Write> Rows(const OpenObjection& objection);

  // Notices of a township whose period is not over at `now` and that hang.
  absl::StatusOr<std::vector<OpenNotice>> Live(const std::string& township, absl::Time now) const;
  absl::StatusOr<std::vector<OpenObjection>> Objections(const std::string& township) const;

 private:
  kv::Store& kv_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_STORE_NOTICE_STORE_H_
