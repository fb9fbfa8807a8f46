// Pushes records of one dataset: batches, window, resending after a cut, verdicts in order.
#ifndef FUPIN_SERVICES_FUPINCTL_PUSHER_H_
#define FUPIN_SERVICES_FUPINCTL_PUSHER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/channel.h>

#include "absl/status/status.h"
#include "fupin/exchange/v1/exchange_service.pb.h"

namespace fupin::fupinctl {

struct PushOptions {
  std::string stream_id;
  std::string dataset;
  std::string system;
  bool dry_run = false;
  int batch_records = 500;
  // Times a cut or busy stream is opened again without any progress.
  int retries = 20;
};

// Called once per record, with its index.
using OnVerdict = std::function<void(size_t, const exchange::v1::Verdict&)>;

// Sends all records and returns when each has its verdict. After a cut only the batches without an
// answer are sent again.
absl::Status Push(const std::shared_ptr<grpc::Channel>& channel, const PushOptions& options,
                  const std::vector<exchange::v1::PushedRecord>& records,
                  const OnVerdict& on_verdict);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_PUSHER_H_
