// Any bytes as the JSON body of a message the first byte chooses: refused with a reason that
// repeats nothing of the text, or bytes of that message, which JSON written from them gives again.
#include <cstdint>

#include <google/protobuf/stubs/logging.h>

#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/gateway/server/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fupin;
  namespace v1 = identification::v1;
  static const gateway::Json json(*google::protobuf::DescriptorPool::generated_pool());
  static const std::vector<const google::protobuf::Message*> types = {
      &v1::SubmitSurveyRequest::default_instance(), &v1::Survey::default_instance(),
      &v1::HouseholdSummary::default_instance(), &v1::ScoreExplanation::default_instance(),
      &v1::ResolveFindingRequest::default_instance()};
  if (size == 0) return 0;
  const google::protobuf::Message& type = *types[data[0] % types.size()];
  const absl::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto bytes = json.ToBytes(*type.GetDescriptor(), text);
  if (!bytes.ok()) {
    const auto problems = ProblemsOf(bytes.status());
    FUPIN_CHECK(problems.size() == 1 && !problems[0].reason.empty());
    return 0;
  }
  const std::unique_ptr<google::protobuf::Message> message(type.New());
  FUPIN_CHECK(message->ParseFromString(*bytes));
  const auto written = json.FromBytes(*type.GetDescriptor(), *bytes);
  FUPIN_CHECK(written.ok());
  const auto again = json.ToBytes(*type.GetDescriptor(), *written);
  FUPIN_CHECK(again.ok());
  const std::unique_ptr<google::protobuf::Message> same(type.New());
  FUPIN_CHECK(same->ParseFromString(*again));
  FUPIN_CHECK(message->SerializeAsString() == same->SerializeAsString());
  return 0;
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}
