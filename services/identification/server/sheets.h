// The sheets that are printed: the registration form, and a public notice.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_SHEETS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_SHEETS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "fupin/identification/v1/notice_service.pb.h"
#include "fupin/identification/v1/register_service.pb.h"
#include "fupin/identification/v1/sheet.pb.h"

namespace fupin::identification {

// Of the installation.
struct SheetSettings {
  std::string mark;            // at the head and foot of every page: 合成数据
  std::string public_address;  // of the web app, for the QR code of a notice; empty: no code
};

struct Printing {
  std::string by;  // account; empty: somebody of the public
  absl::Time time;
};

// All pages of the form, with room for signatures.
absl::StatusOr<v1::Sheet> FormSheet(const v1::FilledForm& form, const SheetSettings& settings,
                                    const Printing& printing);

// What hangs on the wall. It is made from v1::Notice and nothing else, hence shows no more of a
// household than NoticeEntry has places for. Without a period (a draft) it says how many days it
// will be and leaves the dates to be written.
absl::StatusOr<v1::Sheet> NoticeSheet(const v1::Notice& notice, const SheetSettings& settings,
                                      const Printing& printing);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_SHEETS_H_
