// Values of the map as messages.
#ifndef FUPIN_SERVICES_GIS_SERVER_CONVERT_H_
#define FUPIN_SERVICES_GIS_SERVER_CONVERT_H_

#include "fupin/gis/v1/gis_service.pb.h"
#include "libs/outline/outlines.h"
#include "services/gis/domain/counts.h"
#include "services/gis/server/board.h"

namespace fupin::gis {

// What stands for a cause that is not stated (未填写).
inline constexpr struct {
  const char* zh;
  const char* en;
} kNotStated = {"未填写", "not stated"};

void ToProto(const Counts& counts, v1::Counts* out);
// With causes, by their list.
void ToProto(const Counts& counts, absl::Span<const CauseNumber> causes, const CauseList& list,
             v1::Counts* out);
v1::Box ToProto(const outline::LonLatBox& box);

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_CONVERT_H_
