#include "tests/bench/map/postgis.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "libs/geo/mercator.h"
#include "libs/status/macros.h"
#include "tests/bench/map/process_cpu.h"

namespace fupin::bench::map {
namespace {

constexpr char kBin[] = "/usr/lib/postgresql/15/bin";
constexpr char kExtension[] = "/usr/share/postgresql/15/extension/postgis.control";
constexpr double kMetres = 40075016.685578488;  // around the equator
constexpr int kShapes = 4;                      // most zooms of a storey; the last is the finest
constexpr size_t kPiece = 4 << 20;

constexpr char kTable[] = R"(
create extension postgis;
create table place (
  id int, storey int, name text, code text, level text,
  households int, persons int, poor int, possibly int, stable int, unscorable int,
  poor_persons int, index_sum bigint,
  incidence int generated always as (case when persons > 0 then
    (1000::bigint * poor_persons + persons / 2) / persons end) stored,
  index int generated always as (case when households > unscorable then
    (index_sum + (households - unscorable) / 2) / (households - unscorable) end) stored,
  shape0 geometry, shape1 geometry, shape2 geometry, shape3 geometry,
  primary key (id, storey)
) with (fillfactor = 70);
alter table place alter shape0 set storage external, alter shape1 set storage external,
  alter shape2 set storage external, alter shape3 set storage external;
)";
constexpr char kFinish[] = R"(
create index place_2 on place using gist (shape3) where storey = 2;
create index place_3 on place using gist (shape3) where storey = 3;
create index place_4 on place using gist (shape3) where storey = 4;
create index place_5 on place using gist (shape3) where storey = 5;
create table renewed (id int primary key, households int, persons int, poor int, possibly int,
  stable int, unscorable int, poor_persons int, index_sum bigint);
)";
constexpr char kVacuum[] = "vacuum (analyze, freeze) place";  // not within a transaction

void Append(std::string* out, const void* value, size_t size) {
  out->append(static_cast<const char*>(value), size);
}

void AppendWhole(std::string* out, uint32_t value) { Append(out, &value, sizeof value); }

// Well-known binary with SRID 3857, as hex.
std::string Shape(const std::vector<Pyramid::Ring>& rings) {
  if (rings.empty()) return "\\N";
  const auto begin = [](std::string* out, uint32_t type) {
    out->push_back(1);  // little-endian
    AppendWhole(out, type);
  };
  std::string out;
  begin(&out, 6 | 0x20000000);
  AppendWhole(&out, 3857);
  uint32_t polygons = 0;
  for (const auto& ring : rings) polygons += ring.hole ? 0 : 1;
  AppendWhole(&out, polygons);
  for (size_t i = 0; i < rings.size(); ++i) {
    if (!rings[i].hole) {
      size_t end = i + 1;
      while (end < rings.size() && rings[end].hole) ++end;
      begin(&out, 3);
      AppendWhole(&out, static_cast<uint32_t>(end - i));
    }
    AppendWhole(&out, static_cast<uint32_t>(rings[i].points.size() + 1));
    for (size_t k = 0; k <= rings[i].points.size(); ++k) {
      const geo::Point point = rings[i].points[k % rings[i].points.size()];
      const double x = (point.x / static_cast<double>(geo::kWorldSize) - 0.5) * kMetres;
      const double y = (0.5 - point.y / static_cast<double>(geo::kWorldSize)) * kMetres;
      Append(&out, &x, sizeof x);
      Append(&out, &y, sizeof y);
    }
  }
  return absl::BytesToHexString(out);
}

std::string Numbers(const gis::Counts& counts) {
  return absl::StrCat(counts.households, "\t", counts.persons, "\t", counts.poor, "\t",
                      counts.possibly_poor, "\t", counts.stable, "\t", counts.not_scorable, "\t",
                      counts.poor_persons, "\t", counts.index_sum);
}

void MustBe(const PGconn* connection, PGresult* result, ExecStatusType wanted) {
  if (PQresultStatus(result) != wanted) {
    std::fprintf(stderr, "PostgreSQL: %s\n", PQerrorMessage(connection));
    std::abort();
  }
}

void Run(const std::string& command) { FUPIN_CHECK(std::system(command.c_str()) == 0); }

// Which of the shape columns a zoom uses.
int ColumnOf(int zoom) { return kShapes - 1 - (StoreyOf(zoom).max_zoom - zoom); }

}  // namespace

std::unique_ptr<PostGis> PostGis::Start() {
  if (!std::filesystem::exists(absl::StrCat(kBin, "/postgres")) ||
      !std::filesystem::exists(kExtension)) {
    return nullptr;
  }
  return std::unique_ptr<PostGis>(new PostGis(kBin));
}

PostGis::PostGis(const std::string& bin) {
  const std::string dir = dir_.path();
  std::vector<std::string> command;
  std::string as;
  if (geteuid() == 0) {  // PostgreSQL refuses to run as root
    Run(absl::StrCat("chown postgres ", dir));
    as = "setpriv --reuid postgres --regid postgres --clear-groups ";
    command = {"/usr/bin/setpriv", "--reuid",        "postgres",    "--regid",
               "postgres",         "--clear-groups", "--pdeathsig", "QUIT"};
  }
  Run(absl::StrCat("cd ", dir, " && ", as, bin, "/initdb -D ", dir,
                   "/data -A trust -U postgres -E UTF8 --no-sync >/dev/null"));
  for (const std::string& word : {absl::StrCat(bin, "/postgres"),
                                  std::string("-D"),
                                  dir + "/data",
                                  std::string("-k"),
                                  dir,
                                  std::string("-h"),
                                  std::string(""),
                                  std::string("-c"),
                                  std::string("shared_buffers=2GB"),
                                  std::string("-c"),
                                  std::string("synchronous_commit=off"),
                                  std::string("-c"),
                                  std::string("jit=off"),
                                  std::string("-c"),
                                  std::string("max_parallel_workers_per_gather=0"),
                                  std::string("-c"),
                                  std::string("max_wal_size=4GB"),
                                  std::string("-c"),
                                  std::string("work_mem=64MB"),
                                  std::string("-c"),
                                  std::string("maintenance_work_mem=512MB")}) {
    command.push_back(word);
  }
  server_ = std::make_unique<testing::ChildProcess>(command, dir_ / "log", dir_ / "out");
  const absl::Time end = absl::Now() + absl::Seconds(30);
  const std::string where = absl::StrCat("host=", dir, " user=postgres dbname=postgres");
  while (PQping(where.c_str()) != PQPING_OK) {
    FUPIN_CHECK(absl::Now() < end && server_->Running());
    absl::SleepFor(absl::Milliseconds(50));
  }
}

std::unique_ptr<PostGis::Connection> PostGis::Connect() const {
  auto connection = std::make_unique<Connection>(dir_.path());
  connection->PrepareAll();
  return connection;
}

double PostGis::CpuSeconds() const {
  return map::CpuSeconds(ChildrenOf(server_->pid())) + map::CpuSeconds(server_->pid());
}

void PostGis::Load(const Province& province, const Pyramid& pyramid) {
  Connection connection(dir_.path());
  connection.Execute(kTable);
  const division::Tree& tree = province.tree();
  std::string rows;
  const auto send = [&](size_t limit) {
    if (rows.size() <= limit) return;
    connection.Copy(
        "place (id, storey, name, code, level, households, persons, poor, possibly, stable, "
        "unscorable, poor_persons, index_sum, shape0, shape1, shape2, shape3)",
        rows);
    rows.clear();
  };
  const auto add = [&](uint32_t order, int storey, const std::array<std::string, kShapes>& shapes) {
    const division::Division place = tree.At(order);
    absl::StrAppend(&rows, order, "\t", storey, "\t", place.name(), "\t", place.code(), "\t",
                    place.level_name(), "\t", Numbers(province.sums()[order]), "\t",
                    absl::StrJoin(shapes, "\t"), "\n");
    send(kPiece);
  };
  std::array<std::string, kShapes> shapes;
  shapes.fill("\\N");
  // Levels that are not drawn have sums all the same.
  for (const division::Division& place : tree.all()) {
    if (place.level() < *tree.LevelIndex(kStoreys[0].level)) add(place.order(), 0, shapes);
  }
  // A village without natural villages is drawn in their storey too.
  for (const Storey& storey : kStoreys) {
    const auto& members = pyramid.Shapes(storey).members;
    for (size_t i = 0; i < members.size(); ++i) {
      shapes.fill("\\N");
      for (int zoom = storey.min_zoom; zoom <= storey.max_zoom; ++zoom) {
        shapes[static_cast<size_t>(ColumnOf(zoom))] = Shape(pyramid.Rings(storey, i, zoom));
      }
      add(members[i], *tree.LevelIndex(storey.level), shapes);
    }
  }
  send(0);
  connection.Execute(kFinish);
  connection.Execute(kVacuum);
}

void PostGis::Renew(const Province& province) {
  Connection connection(dir_.path());
  std::string rows;
  for (uint32_t order = 0; order < province.tree().size(); ++order) {
    absl::StrAppend(&rows, order, "\t", Numbers(province.sums()[order]), "\n");
  }
  connection.Execute("truncate renewed");
  connection.Copy("renewed", rows);
  connection.Execute(
      "update place p set households = r.households, persons = r.persons, poor = r.poor, "
      "possibly = r.possibly, stable = r.stable, unscorable = r.unscorable, "
      "poor_persons = r.poor_persons, index_sum = r.index_sum from renewed r "
      "where p.id = r.id and (p.households, p.persons, p.poor, p.possibly, p.stable, "
      "p.unscorable, p.poor_persons, p.index_sum) is distinct from (r.households, r.persons, "
      "r.poor, r.possibly, r.stable, r.unscorable, r.poor_persons, r.index_sum)");
  connection.Execute("vacuum (analyze) place");
}

PostGis::Connection::Connection(const std::string& folder)
    : connection_(
          PQconnectdb(absl::StrCat("host=", folder, " user=postgres dbname=postgres").c_str())) {
  FUPIN_CHECK(PQstatus(connection_) == CONNECTION_OK);
}

PostGis::Connection::~Connection() { PQfinish(connection_); }

pid_t PostGis::Connection::process() const { return PQbackendPID(connection_); }

void PostGis::Connection::Execute(const std::string& sql) {
  PGresult* result = PQexec(connection_, sql.c_str());
  MustBe(connection_, result, PGRES_COMMAND_OK);
  PQclear(result);
}

void PostGis::Connection::Copy(const std::string& into, const std::string& rows) {
  PGresult* result = PQexec(connection_, absl::StrCat("copy ", into, " from stdin").c_str());
  MustBe(connection_, result, PGRES_COPY_IN);
  PQclear(result);
  FUPIN_CHECK(PQputCopyData(connection_, rows.data(), static_cast<int>(rows.size())) == 1);
  FUPIN_CHECK(PQputCopyEnd(connection_, nullptr) == 1);
  result = PQgetResult(connection_);
  MustBe(connection_, result, PGRES_COMMAND_OK);
  PQclear(result);
  FUPIN_CHECK(PQgetResult(connection_) == nullptr);
}

void PostGis::Connection::PrepareAll() {
  const auto prepare = [&](const std::string& name, const std::string& sql) {
    PGresult* result = PQprepare(connection_, name.c_str(), sql.c_str(), 0, nullptr);
    MustBe(connection_, result, PGRES_COMMAND_OK);
    PQclear(result);
  };
  for (int zoom = kMinZoom; zoom <= kMaxZoom; ++zoom) {
    const auto storey = &StoreyOf(zoom) - kStoreys;
    prepare(absl::StrCat("tile", zoom),
            absl::StrCat(
                "select ST_AsMVT(t, 'area', 4096, 'shape', 'id') from (select id, name, code, "
                "level, households, persons, poor, possibly, stable, unscorable, poor_persons, "
                "incidence, index, ST_AsMVTGeom(shape",
                ColumnOf(zoom), ", ST_TileEnvelope(", zoom,
                ", $1::int, $2::int), 4096, 64, true) as shape from place where storey = ",
                storey + 2, " and shape3 && ST_TileEnvelope(", zoom,
                ", $1::int, $2::int, margin => 64.0 / 4096)) t"));
  }
  prepare("apply",
          "update place set poor = poor + $2::int, possibly = possibly + $3::int, stable = stable "
          "+ $4::int, poor_persons = poor_persons + $5::int, index_sum = index_sum + $6::bigint "
          "where id = any($1::int[])");
}

std::string PostGis::Connection::Tile(geo::TileId tile) {
  const uint32_t numbers[] = {htonl(tile.x()), htonl(tile.y())};
  const char* const values[] = {reinterpret_cast<const char*>(&numbers[0]),
                                reinterpret_cast<const char*>(&numbers[1])};
  const int lengths[] = {4, 4};
  const int formats[] = {1, 1};
  PGresult* result = PQexecPrepared(connection_, absl::StrCat("tile", tile.zoom()).c_str(), 2,
                                    values, lengths, formats, /*resultFormat=*/1);
  MustBe(connection_, result, PGRES_TUPLES_OK);
  std::string bytes(PQgetvalue(result, 0, 0), static_cast<size_t>(PQgetlength(result, 0, 0)));
  PQclear(result);
  return bytes;
}

void PostGis::Connection::Apply(const division::Tree& tree, const Change& change) {
  std::vector<uint32_t> path;
  for (const division::Division& place : tree.At(change.hamlet).Path()) {
    path.push_back(place.order());
  }
  const gis::Counts& delta = change.delta;
  const std::string texts[] = {absl::StrCat("{", absl::StrJoin(path, ","), "}"),
                               absl::StrCat(delta.poor),
                               absl::StrCat(delta.possibly_poor),
                               absl::StrCat(delta.stable),
                               absl::StrCat(delta.poor_persons),
                               absl::StrCat(delta.index_sum)};
  const char* values[6];
  for (size_t i = 0; i < 6; ++i) values[i] = texts[i].c_str();
  PGresult* result =
      PQexecPrepared(connection_, "apply", 6, values, nullptr, nullptr, /*resultFormat=*/1);
  MustBe(connection_, result, PGRES_COMMAND_OK);
  PQclear(result);
}

}  // namespace fupin::bench::map
