// The registration form in force (ID-8), taken up from its file while running. A file that does not
// hold is told and the last good one stays.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTRATION_FORM_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTRATION_FORM_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "fupin/procedure/v1/registration_form.pb.h"
#include "libs/status/status.h"
#include "services/identification/server/knowledge.h"

namespace fupin::identification {

// Everything in a form that cannot be: items twice or without a name, sources that the catalog, the
// contracts or this program do not have. One FORM_FAULT each.
std::vector<Problem> CheckForm(const procedure::v1::RegistrationForm& form, const Known& known);

// Safe for concurrent use.
class RegistrationForms {
 public:
  // `file` empty: no form here.
  RegistrationForms(std::string file, const Knowledge& knowledge)
      : file_(std::move(file)), knowledge_(knowledge) {}

  // Reads the file when it changed; after the knowledge.
  absl::Status Refresh();
  // Null: none is set.
  std::shared_ptr<const procedure::v1::RegistrationForm> current() const {
    absl::MutexLock lock(&mutex_);
    return current_;
  }

 private:
  const std::string file_;
  const Knowledge& knowledge_;
  mutable absl::Mutex mutex_;
  std::string state_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const procedure::v1::RegistrationForm> current_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTRATION_FORM_H_
