// The whole map: G9, its export; G10, its memory.
#include <sys/resource.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/geo/mercator.h"
#include "libs/status/macros.h"
#include "tests/bench/map/bench.h"
#include "tests/bench/map/process_cpu.h"

namespace fupin::bench::map {
namespace {

// Measured elsewhere on the same kind of machine, with data of the same size: four runs and
// tile-join.
constexpr double kTippecanoeCpu = 62.4;

std::string GeoJson(const Province& province, const Pyramid& pyramid, const Storey& storey,
                    size_t i) {
  const uint32_t order = pyramid.Shapes(storey).members[i];
  const division::Division place = province.tree().At(order);
  std::string polygons;
  for (const Pyramid::Ring& ring : pyramid.Rings(storey, i, geo::TileId::kMaxZoom)) {
    absl::StrAppend(&polygons, polygons.empty() ? "[" : ring.hole ? "," : "],[", "[");
    for (size_t k = 0; k <= ring.points.size(); ++k) {
      const geo::LonLat at = geo::ToLonLat(ring.points[k % ring.points.size()]);
      absl::StrAppendFormat(&polygons, "%s[%.6f,%.6f]", k > 0 ? "," : "", at.lon, at.lat);
    }
    polygons += "]";
  }
  const gis::Counts& counts = province.sums()[order];
  return absl::StrCat(
      R"({"type":"Feature","id":)", order, R"(,"properties":{"id":)", order, R"(,"name":")",
      place.name(), R"(","code":")", place.code(), R"(","level":")", place.level_name(),
      R"(","households":)", counts.households, R"(,"persons":)", counts.persons, R"(,"poor":)",
      counts.poor, R"(,"possibly":)", counts.possibly_poor, R"(,"stable":)", counts.stable,
      R"(,"unscorable":)", counts.not_scorable, R"(,"poor_persons":)", counts.poor_persons,
      R"(,"incidence":)", counts.IncidencePermille(), R"(,"index":)", counts.MeanIndex(),
      R"(},"geometry":{"type":"MultiPolygon","coordinates":[)", polygons, "]]}}");
}

// One file for each storey with what lies under `top`.
void WriteGeoJson(const Bench& bench, division::Division top, const std::string& folder) {
  for (const Storey& storey : kStoreys) {
    std::ofstream out(absl::StrCat(folder, "/", storey.level, ".geojson"));
    out << R"({"type":"FeatureCollection","features":[)";
    const auto& members = bench.pyramid.Shapes(storey).members;
    const char* between = "\n";
    for (size_t i = 0; i < members.size(); ++i) {
      if (!bench.province.tree().At(members[i]).IsUnder(top)) continue;
      out << between << GeoJson(bench.province, bench.pyramid, storey, i);
      between = ",\n";
    }
    out << "]}\n";
    FUPIN_CHECK(out.good());
  }
}

double ChildSeconds() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

// The same pyramid by GDAL's driver of vector tiles; CPU seconds, 0 when it failed.
double Gdal(const std::string& folder) {
  {
    std::ofstream vrt(folder + "/all.vrt");
    std::ofstream conf(folder + "/conf.json");
    vrt << "<OGRVRTDataSource>\n";
    conf << "{";
    for (const Storey& storey : kStoreys) {
      vrt << "<OGRVRTLayer name=\"" << storey.level << "\"><SrcDataSource>" << folder << "/"
          << storey.level << ".gpkg</SrcDataSource></OGRVRTLayer>\n";
      conf << (&storey == kStoreys ? "" : ",") << "\"" << storey.level
           << "\":{\"target_name\":\"area\",\"minzoom\":" << storey.min_zoom
           << ",\"maxzoom\":" << storey.max_zoom << "}";
    }
    vrt << "</OGRVRTDataSource>\n";
    conf << "}";
  }
  for (const Storey& storey : kStoreys) {  // not counted: it reads a table faster than text
    const std::string path = absl::StrCat(folder, "/", storey.level);
    if (std::system(absl::StrCat("rm -f ", path, ".gpkg && ogr2ogr -f GPKG ", path, ".gpkg ", path,
                                 ".geojson -nln ", storey.level, " >/dev/null 2>&1")
                        .c_str()) != 0) {
      return 0;
    }
  }
  const double before = ChildSeconds();
  const std::string make = absl::StrCat(
      "cd ", folder,
      " && rm -f gdal.mbtiles && ogr2ogr -f MBTILES gdal.mbtiles all.vrt -dsco MINZOOM=4"
      " -dsco MAXZOOM=14 -dsco EXTENT=4096 -dsco BUFFER=64 -dsco MAX_SIZE=2000000"
      " -dsco MAX_FEATURES=200000 -dsco CONF=conf.json >gdal.log 2>&1");
  return std::system(make.c_str()) == 0 ? ChildSeconds() - before : 0;
}

}  // namespace

void MeasureExport(Bench& bench) {
  const bool whole = bench.settings.whole;
  // A prefecture when it has to be quick.
  const division::Division top = *bench.province.tree().Find(whole ? "52" : "5201");
  const std::string path = absl::StrCat("/map/export?format=pmtiles&division=", top.code());
  // A connection ends with the file it sent.
  const auto fetch = [&] { return HttpLoad(bench.suite.gateway(), 1).Fetch(RequestFor(path)); };
  const auto answer = fetch();
  const std::string what =
      absl::StrCat("PMTiles of ", whole ? "the province" : "one prefecture", ", CPU of gis");
  if (answer.status != 200) {
    return bench.report.Absent("G9", what, absl::StrCat("answer ", answer.status));
  }
  std::vector<double> cpu, wall;
  size_t size = 0;
  for (int round = 0; round < std::max(1, bench.settings.rounds / 2); ++round) {
    bench.ChangeEveryTile();
    const double before = CpuSeconds(bench.suite.gis_process());
    const auto made = fetch();
    FUPIN_CHECK(made.status == 200);
    cpu.push_back(CpuSeconds(bench.suite.gis_process()) - before);
    wall.push_back(made.seconds);
    size = made.body.size();
  }
  const std::string folder = bench.work_dir + "/geojson";
  std::filesystem::create_directories(folder);
  WriteGeoJson(bench, top, folder);
  bench.report.Times("G9", what, Median(cpu), "s", Better::kLess, {"GDAL MBTILES", Gdal(folder)},
                     10, 20);
  if (whole) {
    bench.report.Times("G9", "the same (peer quoted, not measured: tippecanoe is not in Debian 12)",
                       Median(cpu), "s", Better::kLess, {"tippecanoe", kTippecanoeCpu}, 10, 20);
  }
  bench.report.Plain("seconds until the file is there", Median(wall), "s");
  bench.report.Plain("its size", static_cast<double>(size) / 1e6, "MB");
}

void MeasureMemory(Bench& bench) {
  const std::string gis = absl::StrCat(bench.suite.gis_process());
  HttpLoad load(bench.suite.direct(), 2);
  if (bench.settings.whole) {
    std::vector<std::string> requests;
    for (int zoom = kMinZoom; zoom <= kMaxZoom; ++zoom) {
      for (const geo::TileId tile : bench.pyramid.Tiles(zoom)) {
        requests.push_back(RequestFor(absl::StrCat("/map/tiles/", tile.ToString(), ".mvt")));
      }
    }
    size_t at = 0;
    load.Run([&] { return at < requests.size() ? &requests[at++] : nullptr; },
             [](const std::string&, const Answer& answer) { FUPIN_CHECK(answer.status == 200); });
    bench.report.Plain("tiles asked for, each once", static_cast<double>(requests.size()), "");
  }
  double memory = 0, made = 0, rebuilt = 0, tile_us = 0, tile_bytes = 0;
  const std::string folder = bench.work_dir + "/geojson";
  if (std::filesystem::exists(bench.peer_dir + "/node_modules/geojson-vt")) {
    std::filesystem::create_directories(folder);
    const division::Division province = *bench.province.tree().tops().begin();
    WriteGeoJson(bench, province, folder);
    std::ofstream list(folder + "/list.txt");
    for (const Tile& tile : bench.list) {
      list << tile.id.zoom() << ' ' << tile.id.x() << ' ' << tile.id.y() << '\n';
    }
    list.close();
    std::FILE* out = popen(absl::StrCat("cd ", bench.peer_dir,
                                        " && node --max-old-space-size=12000 --expose-gc "
                                        "geojson_vt.mjs ",
                                        folder, "/hamlet.geojson ", folder, "/list.txt")
                               .c_str(),
                           "r");
    if (out != nullptr) {
      if (std::fscanf(out, "%lf %lf %lf %lf %lf", &made, &rebuilt, &tile_us, &tile_bytes,
                      &memory) != 5) {
        memory = 0;
      }
      pclose(out);
    }
  }
  bench.report.Times("G10",
                     absl::StrCat("memory of gis with everything loaded",
                                  bench.settings.whole ? " and every tile asked for" : ""),
                     ResidentMegabytes(gis), "MB", Better::kLess, {"geojson-vt, all zooms", memory},
                     5, 10);
  bench.report.Plain("gateway", ResidentMegabytes(absl::StrCat(bench.suite.gateway_process())),
                     "MB");
  if (memory > 0) {
    bench.report.Plain("geojson-vt: one village changes, index made anew", rebuilt, "s");
    bench.report.Plain("geojson-vt + vt-pbf: CPU a tile, natural villages at every zoom", tile_us,
                       "us");
  }
}

}  // namespace fupin::bench::map
