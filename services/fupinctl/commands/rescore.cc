// Starts scoring everybody again and, with --wait, stays until it is done.
#include <cstdio>
#include <optional>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/rpc/edge.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/fupinctl/commands/print_answer.h"
#include "services/fupinctl/commands/progress_line.h"
#include "services/fupinctl/commands/unary_call.h"

ABSL_FLAG(bool, wait, false, "rescore, job: stay and show the progress until the job has ended");

namespace fupin::fupinctl {
namespace {

using identification::v1::RescoreJob;

constexpr char kService[] = "fupin.identification.v1.IdentificationService.";
constexpr absl::Duration kBetweenLooks = absl::Milliseconds(500);

int Run(const char* method_name, const char* positional_field, const Arguments& arguments) {
  const auto& method = rpc::MethodNamed(absl::StrCat(kService, method_name));
  int exit_code = kOk;
  const auto request = ParseRequest(method, positional_field, arguments, &exit_code);
  if (request == nullptr) return exit_code;
  auto answer = Call(method, *request);
  if (!answer.ok()) return Report(answer.status());
  RescoreJob job;
  job.CopyFrom(**answer);
  if (!absl::GetFlag(FLAGS_wait)) return PrintAnswer(job, {});
  std::fprintf(stderr, "%s\n", job.name().c_str());
  const auto& look = rpc::MethodNamed(absl::StrCat(kService, "GetRescoreJob"));
  identification::v1::GetRescoreJobRequest again;
  again.set_name(job.name());
  // The service counts the households first; until then there is no total.
  std::optional<ProgressLine> progress;
  while (job.state() == RescoreJob::STATE_RUNNING) {
    absl::SleepFor(kBetweenLooks);
    answer = Call(look, again);
    if (!answer.ok()) return Report(answer.status());
    job.CopyFrom(**answer);
    if (!progress && job.total_count() > 0) {
      progress.emplace("重算 rescoring", static_cast<size_t>(job.total_count()));
    }
    if (progress) progress->To(static_cast<size_t>(job.done_count()));
  }
  const int printed = PrintAnswer(job, {});
  return job.state() == RescoreJob::STATE_DONE ? printed : kRefused;
}

}  // namespace

int RescoreCommand(const Arguments& arguments) { return Run("CreateRescoreJob", "", arguments); }

int JobCommand(const Arguments& arguments) { return Run("GetRescoreJob", "name", arguments); }

}  // namespace fupin::fupinctl
