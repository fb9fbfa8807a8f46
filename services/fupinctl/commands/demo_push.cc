#include "services/fupinctl/commands/demo_push.h"

#include <atomic>
#include <cstdio>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "fupin/exchange/v1/exchange_service.pb.h"
#include "libs/contract/decode.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/pusher.h"

namespace fupin::fupinctl {
namespace {

using exchange::v1::Verdict;

constexpr int kThreads = 4;

}  // namespace

absl::Status InParallel(size_t count,
                        const std::function<std::function<absl::Status(size_t)>()>& make) {
  std::atomic<size_t> next{0};
  absl::Mutex mutex;
  absl::Status failed = absl::OkStatus();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      const auto work = make();
      while (true) {
        const size_t i = next.fetch_add(1);
        if (i >= count) return;
        const absl::Status status = work(i);
        if (status.ok()) continue;
        absl::MutexLock lock(&mutex);
        if (failed.ok()) failed = status;
        next = count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return failed;
}

absl::Status PushMade(const std::map<std::string, std::vector<synthetic::MadeRecord>>& made,
                      const contract::ContractSet& contracts, const std::string& stream,
                      std::map<std::string, PushCounts>* by_department) {
  absl::Mutex mutex;
  std::vector<std::string> datasets;
  for (const auto& [dataset, records] : made) datasets.push_back(dataset);
  const auto push = [&](size_t d) {
    const contract::Contract& contract = *contracts.Find(datasets[d]);
    const auto& records = made.at(datasets[d]);
    std::vector<exchange::v1::PushedRecord> pushed;
    for (const synthetic::MadeRecord& record : records) {
      exchange::v1::PushedRecord out;
      out.set_payload(contract::Encode(contract, record.row));
      out.set_source_version(record.business_time_ms);
      out.mutable_business_time()->set_seconds(record.business_time_ms / 1000);
      out.set_method(record.automatic ? type::v1::COLLECTION_METHOD_AUTOMATIC
                                      : type::v1::COLLECTION_METHOD_MANUAL);
      out.set_collector("gb101");
      out.set_enterer("gb101");
      pushed.push_back(std::move(out));
    }
    const std::string& department = contract.options.participant();
    PushOptions options;
    options.dataset = datasets[d];
    options.system = "demo";
    options.stream_id = stream;
    PushCounts counts;
    const absl::Status status = Push(
        ExchangeChannel(absl::StrCat("dept-", department)), options, pushed,
        [&](size_t i, const Verdict& verdict) {
          const bool rejected = verdict.outcome() == exchange::v1::OUTCOME_REJECTED;
          counts.fresh += verdict.outcome() == exchange::v1::OUTCOME_ACCEPTED_NEW ? 1 : 0;
          counts.change += verdict.outcome() == exchange::v1::OUTCOME_ACCEPTED_CHANGE ? 1 : 0;
          counts.unchanged += verdict.outcome() == exchange::v1::OUTCOME_UNCHANGED ? 1 : 0;
          counts.rejected += rejected ? 1 : 0;
          counts.wrongly_rejected += rejected && !records[i].must_be_rejected ? 1 : 0;
          counts.missed += !rejected && records[i].must_be_rejected ? 1 : 0;
          if (rejected && !records[i].must_be_rejected && counts.wrongly_rejected == 1) {
            std::fprintf(stderr, "%s: %s %s\n", datasets[d].c_str(),
                         verdict.problems(0).reason().c_str(), verdict.problems(0).field().c_str());
          }
        });
    absl::MutexLock lock(&mutex);
    PushCounts& sum = (*by_department)[department];
    sum.fresh += counts.fresh;
    sum.change += counts.change;
    sum.unchanged += counts.unchanged;
    sum.rejected += counts.rejected;
    sum.wrongly_rejected += counts.wrongly_rejected;
    sum.missed += counts.missed;
    return status;
  };
  return InParallel(datasets.size(), [&] { return push; });
}

}  // namespace fupin::fupinctl
