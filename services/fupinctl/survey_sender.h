// Sends surveys, a few at a time, again after a cut; sending twice is safe because of request ids.
#ifndef FUPIN_SERVICES_FUPINCTL_SURVEY_SENDER_H_
#define FUPIN_SERVICES_FUPINCTL_SURVEY_SENDER_H_

#include <functional>
#include <memory>
#include <vector>

#include <grpcpp/channel.h>

#include "absl/status/status.h"
#include "fupin/identification/v1/identification_service.pb.h"

namespace fupin::fupinctl {

// Called once per survey, one call at a time, with its index: stored, or why it was refused.
using OnSurvey = std::function<void(size_t, const absl::Status&)>;

// OK when every survey has its answer. UNAVAILABLE and the like when the service cannot be reached
// even after several attempts; callers of surveys sent before have had their answers.
absl::Status SendSurveys(const std::shared_ptr<grpc::Channel>& channel,
                         const std::vector<const identification::v1::SubmitSurveyRequest*>& surveys,
                         const OnSurvey& on_survey);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_SURVEY_SENDER_H_
