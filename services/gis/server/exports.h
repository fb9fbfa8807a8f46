// Files of the map: made one at a time on a thread of their own, sent as they are read.
//
// Memory: a copy of the columns (36 bytes a place of the map) while a file is made, and what waits
// for a reader. The file lies in the data folder without a name, so nothing stays behind.
#ifndef FUPIN_SERVICES_GIS_SERVER_EXPORTS_H_
#define FUPIN_SERVICES_GIS_SERVER_EXPORTS_H_

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/clock/clock.h"
#include "libs/http/message.h"
#include "libs/metrics/metrics.h"
#include "services/gis/server/board.h"
#include "services/gis/server/export_subject.h"
#include "services/gis/server/public_map.h"
#include "services/gis/server/scratch_file.h"
#include "services/gis/server/shapes.h"
#include "services/gis/store/cell_store.h"

namespace fupin::gis {

enum class ExportFormat { kPmtiles, kGeoJson, kCsv };

struct ExportRequest {
  ExportFormat format;
  division::Division division;
  std::optional<int> level;
  std::optional<Day> day;  // of the numbers, or of the edition; none: as of now, the newest
  bool of_public = false;
  std::optional<division::Division> scope;  // only places in there have numbers; none: all
  std::string caller;                       // one at a time each; never shown
  std::string request_id;
};

// Safe for concurrent use.
class Exports {
 public:
  // Files waiting to be made, of all callers and of strangers.
  static constexpr size_t kMaxWaiting = 8;
  static constexpr size_t kMaxPublicWaiting = 4;

  // `dir`: of the scratch files.
  Exports(const Shapes& shapes, const Board& board, const CellStore& store, PublicMap& public_map,
          const Clock& clock, std::string dir, metrics::Metrics& metrics);
  ~Exports() { Stop(); }

  void Start();
  // What waits is told that the service stops; what is being sent ends with the connections.
  void Stop();

  // Calls `respond` once: with the file; or RESOURCE_EXHAUSTED / EXPORT_RUNNING: this caller has
  // one that is not sent yet; UNAVAILABLE / EXPORT_BUSY: too many wait; EXPORT_FAILED: the disk;
  // EDITION_NONE, EDITION_UNKNOWN.
  void Submit(ExportRequest request, http::Respond respond);

 private:
  // A caller who is served; lets the next request of his in when it goes.
  class Turn;
  struct Job {
    ExportRequest request;
    std::shared_ptr<Turn> turn;
    http::Respond respond;
  };

  void Run();
  absl::StatusOr<http::HttpResponse> Make(const Job& job);
  absl::StatusOr<ExportSubject> SubjectOf(const ExportRequest& request) const;
  bool stopping() const {
    absl::MutexLock lock(&mutex_);
    return stopping_;
  }

  const Shapes& shapes_;
  const Board& board_;
  const CellStore& store_;
  PublicMap& public_map_;
  const Clock& clock_;
  const std::string dir_;
  prometheus::Counter& made_;
  prometheus::Counter& refused_;
  prometheus::Histogram& seconds_;
  mutable absl::Mutex mutex_;
  std::deque<Job> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t public_waiting_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // Outlives this object: a file may still be on its way.
  struct Callers {
    absl::Mutex mutex;
    std::set<std::string> served ABSL_GUARDED_BY(mutex);
  };
  const std::shared_ptr<Callers> callers_ = std::make_shared<Callers>();
  std::thread thread_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_EXPORTS_H_
