#include "services/fupinctl/commands/demo_tablet.h"

#include <utility>
#include <vector>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/config/config.h"
#include "libs/status/macros.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/demo_call.h"
#include "services/fupinctl/commands/demo_data.h"

namespace fupin::fupinctl {

using identification::v1::IdentificationService;

absl::StatusOr<DemoTablet> DemoTablet::Make(const std::string& key_file) {
  DemoTablet tablet;
  ASSIGN_OR_RETURN(const DemoData data, DemoData::Load());
  ASSIGN_OR_RETURN(const auto surveys, data.Surveys());
  std::map<std::string, const identification::v1::SubmitSurveyRequest*> by_key;
  for (const auto& request : surveys) by_key[request.survey().source_key()] = &request;
  ASSIGN_OR_RETURN(const std::string text, config::ReadFile(key_file));
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    if (absl::StartsWith(line, "#")) continue;
    const std::vector<std::string> cells = absl::StrSplit(line, '\t');
    const auto survey = cells.size() > 1 ? by_key.find(cells[1]) : by_key.end();
    if (survey != by_key.end()) tablet.surveys_[cells[0]] = *survey->second;
  }
  tablet.stub_ = IdentificationService::NewStub(IdentificationChannel("enumerator-tablet-1"));
  return tablet;
}

absl::Status DemoTablet::Visit(const std::string& household, absl::Time now) {
  const auto known = surveys_.find(household);
  if (known == surveys_.end()) return absl::NotFoundError(absl::StrCat("no survey of ", household));
  identification::v1::SubmitSurveyRequest request = known->second;
  const int64_t time = absl::ToUnixMillis(now - absl::Hours(1));
  request.set_request_id(absl::StrCat(request.request_id(), "-", time));
  *request.mutable_survey()->mutable_provenance()->mutable_collect_time() =
      google::protobuf::util::TimeUtil::MillisecondsToTimestamp(time);
  return Call(*stub_, &IdentificationService::Stub::SubmitSurvey, request).status();
}

}  // namespace fupin::fupinctl
