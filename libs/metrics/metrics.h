// Metrics of one process and the plain HTTP port they are scraped from.
#ifndef FUPIN_LIBS_METRICS_METRICS_H_
#define FUPIN_LIBS_METRICS_METRICS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace fupin::metrics {

using Labels = std::map<std::string, std::string>;

// Safe for concurrent use. The references live as long as this object; keep them where they are
// counted. Label values come only from lists that could be printed: never a person, a household or
// a village.
class Metrics {
 public:
  Metrics() : registry_(std::make_shared<prometheus::Registry>()) {}

  prometheus::Counter& Counter(const std::string& name, const std::string& help,
                               const Labels& labels = {});
  prometheus::Gauge& Gauge(const std::string& name, const std::string& help,
                           const Labels& labels = {});
  // Buckets in seconds from 100 us to 30 s.
  prometheus::Histogram& Seconds(const std::string& name, const std::string& help,
                                 const Labels& labels = {});

  // Serves /metrics on "host:port" (port 0 = any); throws on an address that cannot be bound.
  // Returns the port.
  int Expose(const std::string& address);

  const std::shared_ptr<prometheus::Registry>& registry() const { return registry_; }

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace fupin::metrics

#endif  // FUPIN_LIBS_METRICS_METRICS_H_
