// That it is right: C1.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include <grpcpp/client_context.h>

#include "absl/strings/str_cat.h"
#include "fupin/gis/v1/gis_service.grpc.pb.h"
#include "libs/mvt/decoded_tile.h"
#include "libs/status/macros.h"
#include "tests/bench/map/bench.h"
#include "tests/bench/map/shared_borders.h"

namespace fupin::bench::map {
namespace {

using gis::v1::GisService;

const mvt::DecodedLayer* LayerOf(const std::vector<mvt::DecodedLayer>& layers,
                                 const std::string& name) {
  for (const mvt::DecodedLayer& layer : layers) {
    if (layer.name == name) return &layer;
  }
  return nullptr;
}

gis::Counts CountsIn(const gis::v1::Counts& counts) {
  gis::Counts out;
  out.households = counts.household_count();
  out.persons = counts.person_count();
  out.poor = counts.poor_household_count();
  out.possibly_poor = counts.possibly_poor_household_count();
  out.stable = counts.stable_household_count();
  out.not_scorable = counts.not_scorable_household_count();
  out.poor_persons = counts.poor_person_count();
  return out;
}

gis::v1::CellWithParts CellOf(GisService::Stub& map, const division::Division& place) {
  gis::v1::GetCellRequest request;
  request.set_division(std::string(place.code()));
  gis::v1::CellWithParts cell;
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  const grpc::Status status = map.GetCell(&context, request, &cell);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.error_message().c_str());
  FUPIN_CHECK(status.ok());
  return cell;
}

bool IsSumOfParts(const gis::v1::CellWithParts& cell) {
  if (cell.parts().empty()) return true;
  gis::Counts sum;
  for (const gis::v1::Cell& part : cell.parts()) sum += CountsIn(part.counts());
  return sum == CountsIn(cell.cell().counts());
}

// The benchmark's own count, the map's, and the sum of the parts; and that sum while scores arrive.
void Sums(Bench& bench) {
  auto map = GisService::NewStub(bench.suite.channel());
  std::vector<division::Division> places;
  for (const division::Division& place : bench.province.tree().all()) {
    if (!place.children().empty()) places.push_back(place);
  }
  const size_t step = bench.settings.whole ? 1 : places.size() / 500;
  size_t asked = 0, wrong = 0, not_sum = 0;
  for (size_t i = 0; i < places.size(); i += step) {
    const auto cell = CellOf(*map, places[i]);
    gis::Counts counted = bench.province.sums()[places[i].order()];
    counted.index_sum = 0;  // the answer has its mean only
    ++asked;
    wrong += CountsIn(cell.cell().counts()) == counted ? 0 : 1;
    not_sum += IsSumOfParts(cell) ? 0 : 1;
  }
  bench.report.Holds("C1", "the map counts what the benchmark counts", wrong == 0,
                     absl::StrCat(asked, " places, ", wrong, " differ"));
  size_t torn = 0, looks = 0;
  std::atomic<bool> done{false};
  std::thread sender([&] {
    for (int i = 0; i < bench.settings.updates / 20'000 + 1; ++i) {
      bench.suite.Take(bench.suite.Events(bench.Changes(10'000)));
    }
    done = true;
  });
  Random random;
  while (!done) {
    // Mostly high up, where everything that arrives is seen.
    const size_t i = random.Next() % 4 == 0 ? random.Next() % places.size() : random.Next() % 12;
    torn += IsSumOfParts(CellOf(*map, places[i])) ? 0 : 1;
    ++looks;
  }
  sender.join();
  bench.report.Holds("C1", "every level is the sum of its parts, at rest and while scores arrive",
                     not_sum == 0 && torn == 0,
                     absl::StrCat(asked, " places at rest, ", looks, " looks meanwhile, ",
                                  not_sum + torn, " are not"));
}

// Twice the area that a feature has within the tile itself, without the buffer: a rough bound by
// its box.
bool Shows(const mvt::DecodedFeature& feature) {
  int64_t low_x = INT64_MAX, low_y = INT64_MAX, high_x = INT64_MIN, high_y = INT64_MIN;
  for (const auto& ring : feature.rings) {
    for (const mvt::DecodedPoint point : ring) {
      low_x = std::min(low_x, point.x);
      low_y = std::min(low_y, point.y);
      high_x = std::max(high_x, point.x);
      high_y = std::max(high_y, point.y);
    }
  }
  return low_x < geo::TileId::kExtent && low_y < geo::TileId::kExtent && high_x > 0 && high_y > 0;
}

void AgainstPostGis(Bench& bench) {
  if (bench.postgis == nullptr) {
    return bench.report.Absent("C1", "decoded tiles equal PostGIS's", "PostGIS is not installed");
  }
  bench.postgis->Renew(bench.province);
  auto peer = bench.postgis->Connect();
  HttpLoad load(bench.suite.gateway(), 1);
  size_t features = 0, missing = 0, more = 0, different = 0, outside = 0;
  std::set<std::string> wrong;
  for (const Tile& tile : bench.list) {
    mvt::TileDecoder ours, theirs;
    const auto mine = ours.Decode(load.Fetch(tile.plain).body);
    const auto other = theirs.Decode(peer->Tile(tile.id));
    wrong.insert(ours.wrong.begin(), ours.wrong.end());
    std::map<uint64_t, const mvt::DecodedFeature*> known;
    if (const auto* areas = LayerOf(mine, "area")) {
      for (const auto& feature : areas->features) known[feature.id] = &feature;
    }
    if (const auto* areas = LayerOf(other, "area")) {
      for (const auto& feature : areas->features) {
        ++features;
        const auto found = known.find(feature.id);
        if (found == known.end()) {
          ++(Shows(feature) ? missing : outside);
          continue;
        }
        if (found->second->attributes != feature.attributes) {
          if (different++ == 0) {
            for (const auto& [name, value] : feature.attributes) {
              const auto at = found->second->attributes.find(name);
              if (at == found->second->attributes.end() || at->second != value) {
                std::fprintf(stderr, "first difference: %s %lu %s\n", tile.path.c_str(),
                             static_cast<unsigned long>(feature.id), name.c_str());
              }
            }
          }
        }
        known.erase(found);
      }
    }
    for (const auto& [id, feature] : known) ++(Shows(*feature) ? more : outside);
  }
  bench.report.Holds(
      "C1", "decoded tiles have PostGIS's places and attributes",
      missing == 0 && more == 0 && different == 0 && features > 0,
      absl::StrCat(features, " features, ", missing, " missing, ", more, " more, ", different,
                   " with other attributes; in the buffer only: ", outside));
  bench.report.Holds("C1", "tiles keep to the specification", wrong.empty(),
                     wrong.empty() ? "" : *wrong.begin());
}

void Shapes(Bench& bench) {
  HttpLoad load(bench.suite.direct(), 1);
  std::map<int, BorderCheck> checks;
  size_t edges = 0, loose = 0;
  double square = 0;
  for (const Tile& tile : bench.list) {
    const int zoom = tile.id.zoom();
    const auto check = checks.try_emplace(zoom, bench.pyramid, zoom).first;
    mvt::TileDecoder decoder;
    const auto layers = decoder.Decode(load.Fetch(tile.plain).body);
    const auto found = check->second.Check(tile.id, *LayerOf(layers, "area"));
    edges += found.edges;
    loose += found.loose;
    square += found.square;
  }
  bench.report.Holds("C1", "neighbours share their vertices at every zoom", loose == 0,
                     absl::StrCat(edges, " edges, ", loose, " without their other side, ", square,
                                  " square units between"));
}

void Sizes(Bench& bench) {
  std::vector<std::string> requests;
  if (bench.settings.whole) {
    for (int zoom = kMinZoom; zoom <= kMaxZoom; ++zoom) {
      for (const geo::TileId tile : bench.pyramid.Tiles(zoom)) {
        requests.push_back(RequestFor(absl::StrCat("/map/tiles/", tile.ToString(), ".mvt")));
      }
    }
  } else {
    for (const Tile& tile : bench.list) requests.push_back(tile.plain);
  }
  HttpLoad load(bench.suite.direct(), 2);
  std::vector<double> sizes;
  size_t at = 0;
  load.Run([&] { return at < requests.size() ? &requests[at++] : nullptr; },
           [&](const std::string&, const Answer& answer) {
             sizes.push_back(static_cast<double>(answer.body.size()) / 1000);
           });
  const double p99 = Percentile(sizes, 0.99);
  bench.report.Bound("C1", absl::StrCat("largest of ", sizes.size(), " tiles, not compressed"),
                     sizes.back(), "KB", Better::kLess, 500, 500);
  bench.report.Bound("C1", "p99 of their sizes", p99, "KB", Better::kLess, 150, 150);
  size_t most = 0;
  for (const Tile& tile : bench.list) most = std::max(most, tile.members.size());
  bench.report.Plain("most areas in one tile of the list", static_cast<double>(most), "");
}

// Equal content has an equal ETag: after a change is taken back, and after a new start.
void ETags(Bench& bench) {
  HttpLoad load(bench.suite.gateway(), 1);
  size_t not_304 = 0, not_equal = 0, not_other = 0;
  std::vector<std::string> etags;
  for (const Tile& tile : bench.list) {
    etags.push_back(HeaderOf(load.Fetch(tile.plain).headers, "etag"));
    const auto again = load.Fetch(RequestFor(absl::StrCat("/map/tiles/", tile.path, ".mvt"),
                                             {"If-None-Match: " + etags.back()}));
    not_304 += again.status == 304 && again.body.empty() ? 0 : 1;
  }
  for (size_t i = 0; i < std::min<size_t>(20, bench.list.size()); ++i) {
    const Tile& tile = bench.list[i];
    const size_t household = *bench.HouseholdIn(tile.members);
    const int32_t index = bench.province.IndexOf(household);
    bench.suite.Take(bench.suite.Events(
        {bench.province.ScoreAs(household, index < 6000 ? 9000 : 3000, bench.time_ms)}));
    not_other += HeaderOf(load.Fetch(tile.plain).headers, "etag") != etags[i] ? 0 : 1;
    bench.suite.Take(bench.suite.Events({bench.province.ScoreAs(household, index, bench.time_ms)}));
    not_equal += HeaderOf(load.Fetch(tile.plain).headers, "etag") == etags[i] ? 0 : 1;
  }
  const double start = bench.suite.Restart();
  HttpLoad after(bench.suite.direct(), 1);
  for (size_t i = 0; i < bench.list.size(); ++i) {
    not_equal += HeaderOf(after.Fetch(bench.list[i].plain).headers, "etag") == etags[i] ? 0 : 1;
  }
  bench.report.Holds("C1", "equal content, equal ETag: taken back, and after a new start; else not",
                     not_equal == 0 && not_other == 0,
                     absl::StrCat(not_equal, " differ, ", not_other, " stayed"));
  bench.report.Holds("C1", "304 for what the asker has", not_304 == 0,
                     absl::StrCat(bench.list.size(), " tiles, ", not_304, " not"));
  bench.report.Plain("start of gis with all that is stored", start, "s");
}

}  // namespace

void CheckCorrectness(Bench& bench) {
  Sums(bench);
  AgainstPostGis(bench);
  Shapes(bench);
  Sizes(bench);
  ETags(bench);
}

}  // namespace fupin::bench::map
