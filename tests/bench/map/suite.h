// The map as in production: fupin-gis and fupin-gateway as processes of their own, certificates
// asked for everywhere, fed by a change feed.
#ifndef FUPIN_TESTS_BENCH_MAP_SUITE_H_
#define FUPIN_TESTS_BENCH_MAP_SUITE_H_

#include <memory>
#include <string>
#include <vector>

#include <grpcpp/channel.h>

#include "libs/testing/child_process.h"
#include "libs/testing/temp_dir.h"
#include "tests/bench/map/http_load.h"
#include "tests/bench/map/province.h"
#include "tests/bench/map/score_source.h"

namespace fupin::bench::map {

class Suite {
 public:
  // Starts it; nothing is counted yet.
  explicit Suite(Province& province);

  // Makes the model of the province follow and returns the event.
  std::vector<feed::v1::Event> Events(const std::vector<Change>& changes) const;
  // Sends the events and waits until the map has applied them all. Returns the seconds.
  double Take(std::vector<feed::v1::Event> events);
  // Sends only.
  void Emit(std::vector<feed::v1::Event> events);
  // Waits for all that was sent.
  void Settle();
  int64_t Applied();

  // An operator with a certificate.
  Origin direct() const;
  Origin gateway() const;
  std::shared_ptr<grpc::Channel> channel() const;

  pid_t gis_process() { return gis_->process().pid(); }
  pid_t gateway_process() { return gateway_->process().pid(); }
  // Seconds from the start of the process to being ready.
  double Restart();

 private:
  rpc::TlsFiles Files(const std::string& name) const;

  Province& province_;
  testing::TempDir dir_;
  int64_t sent_ = 0;
  int gis_port_ = 0;
  int gateway_port_ = 0;
  std::unique_ptr<ScoreSource> source_;
  std::unique_ptr<testing::ServiceProcess> gis_;
  std::unique_ptr<testing::ServiceProcess> gateway_;
};

}  // namespace fupin::bench::map

#endif  // FUPIN_TESTS_BENCH_MAP_SUITE_H_
