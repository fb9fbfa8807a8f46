// Live changes of the map: server-sent events (SSE) with the new numbers of the places that
// changed.
#ifndef FUPIN_SERVICES_GIS_SERVER_EVENTS_H_
#define FUPIN_SERVICES_GIS_SERVER_EVENTS_H_

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/geo/point.h"
#include "libs/http/message.h"
#include "libs/metrics/metrics.h"
#include "libs/outline/outlines.h"
#include "services/gis/server/board.h"

namespace fupin::gis {

// What one viewer looks at.
struct View {
  std::optional<int> level;                 // of the division tree; absent: all
  std::optional<geo::Box> bounds;           // world units; absent: everywhere
  std::optional<division::Division> scope;  // what the viewer may see; absent: all
};

// One thread serves all viewers: changes of 100 ms travel together. Safe for concurrent use.
//   event: cells    data: [{"id":7,"households":3,...},...]    id: number of the change
//   ids are those of tiles, of rests (rests.h) too
//   event: reload   data: {}   too much has changed; read the tiles again
class Events {
 public:
  Events(const Board& board, std::shared_ptr<const outline::Outlines> outlines,
         metrics::Metrics& metrics);
  ~Events() { Stop(); }

  void Start();
  void Stop();
  // A stream for a viewer that has seen everything up to change `seen`; nothing: from now on.
  std::shared_ptr<http::BodyStream> Open(const View& view, std::optional<int64_t> seen);

 private:
  struct Viewer {
    View view;
    std::shared_ptr<http::BodyStream> stream;
    int64_t seen;
  };
  void Run();
  bool Shows(const View& view, uint32_t row) const;
  void Tell(Viewer& viewer, int64_t version) const;

  const Board& board_;
  const std::shared_ptr<const outline::Outlines> outlines_;
  prometheus::Gauge& viewers_gauge_;
  absl::Mutex mutex_;
  std::vector<Viewer> viewers_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_EVENTS_H_
