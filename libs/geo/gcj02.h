// GCJ-02, the shifted coordinates of Chinese web maps, and how to notice them. A map that mixes
// them with WGS 84 is wrong by 300 to 700 m, enough to put a house into the next village.
//
// The transform is not published officially; this is the formula known since 2010 (for example
// googollee/eviltransform, wandergis/coordtransform): the Krasovsky 1940 ellipsoid (a = 6,378,245
// m, e2 = 0.00669342162296594323) and two sums of sines around 105 E, 35 N. In Guiyang (106.717 E,
// 26.583 N) it moves a place 391 m to the south and 376 m to the east.
#ifndef FUPIN_LIBS_GEO_GCJ02_H_
#define FUPIN_LIBS_GEO_GCJ02_H_

#include "absl/types/span.h"
#include "libs/geo/point.h"

namespace fupin::geo {

// Outside 72.004..137.8347 E, 0.8293..55.8271 N the two are the same.
LonLat Wgs84ToGcj02(LonLat wgs84);
// By iteration; exact to 1e-8 degree (1 mm) inside China.
LonLat Gcj02ToWgs84(LonLat gcj02);

// What the mean offset of places from where they are known to be (WGS 84) tells.
enum class DatumGuess {
  kWgs84,    // they are where they should be
  kGcj02,    // they are shifted as GCJ-02 shifts them
  kNeither,  // shifted otherwise, or fewer than one place
};
// `observed[i]` is the same place as `known[i]`. Within 100 m counts as equal: centres of areas and
// survey points do.
DatumGuess GuessDatum(absl::Span<const LonLat> observed, absl::Span<const LonLat> known);

// Metres from `a` to `b`, to the east and to the north; for places at most some kilometres apart.
struct Offset {
  double east_m;
  double north_m;
};
Offset OffsetBetween(LonLat a, LonLat b);

}  // namespace fupin::geo

#endif  // FUPIN_LIBS_GEO_GCJ02_H_
