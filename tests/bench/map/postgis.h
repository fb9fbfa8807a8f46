// The peer: PostGIS with the pyramid simplified beforehand ("pyr_s"), in a cluster of its own.
//
// One table holds every place: numbers, and the shape for each zoom of its storey, the finest one
// indexed. A tile is one prepared statement with ST_AsMVT, an update is one statement that adds to
// a natural village and to all above it. No HTTP, no compression: a lower bound for every server
// built on it.
#ifndef FUPIN_TESTS_BENCH_MAP_POSTGIS_H_
#define FUPIN_TESTS_BENCH_MAP_POSTGIS_H_

#include <memory>
#include <string>
#include <vector>

#include "libs/geo/tile_id.h"
#include "libs/testing/child_process.h"
#include "libs/testing/temp_dir.h"
#include "tests/bench/map/province.h"
#include "tests/bench/map/pyramid.h"

struct pg_conn;

namespace fupin::bench::map {

class PostGis {
 public:
  // One connection, one thread at a time.
  class Connection {
   public:
    explicit Connection(const std::string& folder);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    pid_t process() const;
    void Execute(const std::string& sql);
    std::string Tile(geo::TileId tile);
    void Apply(const division::Tree& tree, const Change& change);
    void Copy(const std::string& into, const std::string& rows);

   private:
    friend class PostGis;
    void PrepareAll();
    pg_conn* connection_;
  };

  // Nothing when the programs are not installed.
  static std::unique_ptr<PostGis> Start();

  void Load(const Province& province, const Pyramid& pyramid);
  // Makes all numbers those of the province again.
  void Renew(const Province& province);
  std::unique_ptr<Connection> Connect() const;
  // Of all its processes that run now.
  double CpuSeconds() const;

 private:
  explicit PostGis(const std::string& bin);

  testing::TempDir dir_;
  std::unique_ptr<testing::ChildProcess> server_;
};

}  // namespace fupin::bench::map

#endif  // FUPIN_TESTS_BENCH_MAP_POSTGIS_H_
