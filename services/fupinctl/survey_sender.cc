#include "services/fupinctl/survey_sender.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include <grpcpp/client_context.h>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "fupin/identification/v1/identification_service.grpc.pb.h"
#include "libs/rpc/wire_status.h"

namespace fupin::fupinctl {
namespace {

using identification::v1::IdentificationService;

// Enough to keep the service's disk syncs shared, few enough not to be turned away.
constexpr int kThreads = 8;
constexpr int kAttempts = 8;

// The service may take the same request later, or have taken it already.
bool MayPass(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kDeadlineExceeded ||
         status.code() == absl::StatusCode::kResourceExhausted ||
         status.code() == absl::StatusCode::kAborted;
}

// About this survey only, so that the next one may still be stored.
bool OfThisSurvey(const absl::Status& status) {
  return status.ok() || status.code() == absl::StatusCode::kInvalidArgument ||
         status.code() == absl::StatusCode::kAlreadyExists ||
         status.code() == absl::StatusCode::kNotFound ||
         status.code() == absl::StatusCode::kFailedPrecondition;
}

}  // namespace

absl::Status SendSurveys(const std::shared_ptr<grpc::Channel>& channel,
                         const std::vector<const identification::v1::SubmitSurveyRequest*>& surveys,
                         const OnSurvey& on_survey) {
  const auto stub = IdentificationService::NewStub(channel);
  std::atomic<size_t> next{0};
  std::atomic<bool> ended{false};
  absl::Mutex mutex;
  absl::Status failed = absl::OkStatus();
  const auto work = [&] {
    while (!ended) {
      const size_t i = next.fetch_add(1);
      if (i >= surveys.size()) return;
      absl::Status status;
      absl::Duration pause = absl::Milliseconds(100);
      for (int attempt = 0; attempt < kAttempts && !ended; ++attempt) {
        if (attempt > 0) absl::SleepFor(pause);
        pause = std::min(2 * pause, absl::Seconds(3));
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
        identification::v1::SubmitSurveyResponse response;
        status = rpc::FromGrpc(stub->SubmitSurvey(&context, *surveys[i], &response));
        if (!MayPass(status)) break;
      }
      absl::MutexLock lock(&mutex);
      if (ended) return;
      if (OfThisSurvey(status)) {
        on_survey(i, status);
      } else {
        failed = status;
        ended = true;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  return failed;
}

}  // namespace fupin::fupinctl
