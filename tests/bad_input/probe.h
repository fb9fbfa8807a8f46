// Sends what no honest client would send, and looks at what came of it.
#ifndef FUPIN_TESTS_BAD_INPUT_PROBE_H_
#define FUPIN_TESTS_BAD_INPUT_PROBE_H_

#include <memory>
#include <string>
#include <vector>

#include <grpcpp/channel.h>

#include "absl/status/status.h"
#include "fupin/exchange/v1/exchange_service.pb.h"
#include "libs/contract/contract.h"
#include "libs/status/status.h"
#include "tests/walks/world.h"

namespace fupin::bad_input {

inline constexpr char kPush[] = "/fupin.exchange.v1.ExchangeService/Push";
inline constexpr char kSubmitSurvey[] =
    "/fupin.identification.v1.IdentificationService/SubmitSurvey";

struct Pushed {
  std::vector<exchange::v1::BatchVerdict> verdicts;
  absl::Status status;

  // Verdict of record `index` of the only batch; aborts the test when there is none.
  const exchange::v1::Verdict& of(int index) const;
};

// Writes the bytes of `messages` one after the other on one push and reads all answers. `gzip`: the
// messages travel compressed.
Pushed PushBytes(const std::shared_ptr<grpc::Channel>& channel,
                 const std::vector<std::string>& messages, bool gzip = false);
// The same for messages that are in order as far as protobuf goes.
Pushed PushBatch(const std::shared_ptr<grpc::Channel>& channel,
                 const exchange::v1::PushStart& start,
                 const std::vector<exchange::v1::PushedRecord>& records, int64_t batch_number = 1);
exchange::v1::PushStart StartOf(const std::string& dataset, const std::string& stream_id);

// A unary call whose request is these bytes, whatever they are.
absl::Status CallBytes(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
                       const std::string& bytes);

// Fails the test unless the problem has a reason, both texts, a field, and says none of `personal`.
void CheckProblem(const Problem& problem, const std::vector<std::string>& personal);
void CheckProblems(const std::vector<Problem>& problems, const std::vector<std::string>& personal);

// Every rejection of a dataset, page by page, as `sender` sees it.
std::vector<exchange::v1::Rejection> Rejections(const std::shared_ptr<grpc::Channel>& sender,
                                                const std::string& dataset);
// Records the feed has of a dataset; "": of all.
int RecordsInFeed(const walks::World& world, const std::string& dataset = "");
exchange::v1::DatasetStatistics StatisticsOf(const walks::World& world, const std::string& dataset);

// Resident memory of a process in MiB.
int ResidentMib(pid_t pid);

}  // namespace fupin::bad_input

#endif  // FUPIN_TESTS_BAD_INPUT_PROBE_H_
