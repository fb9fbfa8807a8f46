// Places with their counts, over gRPC.
#ifndef FUPIN_SERVICES_GIS_SERVER_GIS_SERVICE_H_
#define FUPIN_SERVICES_GIS_SERVER_GIS_SERVICE_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "fupin/gis/v1/gis_service.grpc.pb.h"
#include "libs/clock/clock.h"
#include "libs/division/tree.h"
#include "libs/outline/outlines.h"
#include "libs/rpc/edge.h"
#include "services/gis/server/board.h"
#include "services/gis/server/tiles.h"
#include "services/gis/store/cell_store.h"

namespace fupin::gis {

class GisServer final : public v1::GisService::Service {
 public:
  GisServer(rpc::Edge& edge, const Board& board, const CellStore& store,
            std::shared_ptr<const outline::Outlines> outlines, std::vector<ZoomLevel> zoom_levels,
            const Clock& clock)
      : edge_(edge),
        board_(board),
        store_(store),
        outlines_(std::move(outlines)),
        divisions_(outlines_->tree()),
        zoom_levels_(std::move(zoom_levels)),
        clock_(clock) {}

  grpc::Status GetCell(grpc::ServerContext* context, const v1::GetCellRequest* request,
                       v1::CellWithParts* response) override;
  grpc::Status ListCellDays(grpc::ServerContext* context, const v1::ListCellDaysRequest* request,
                            v1::ListCellDaysResponse* response) override;
  grpc::Status RankCells(grpc::ServerContext* context, const v1::RankCellsRequest* request,
                         v1::RankCellsResponse* response) override;
  grpc::Status SearchPlaces(grpc::ServerContext* context, const v1::SearchPlacesRequest* request,
                            v1::SearchPlacesResponse* response) override;
  grpc::Status LocatePosition(grpc::ServerContext* context,
                              const v1::LocatePositionRequest* request,
                              v1::LocatePositionResponse* response) override;
  grpc::Status GetMap(grpc::ServerContext* context, const v1::GetMapRequest* request,
                      v1::Map* response) override;

 private:
  absl::StatusOr<division::Division> Find(const std::string& code) const;
  // Empty: `fallback`. DATE_INVALID, DATE_AHEAD.
  absl::StatusOr<Day> DayOf(const std::string& text, const char* field, Day fallback) const;
  v1::Place PlaceOf(const division::Division& place) const;
  v1::Cell Describe(const division::Division& place) const;
  // With counts of now.
  v1::Cell Current(const division::Division& place) const;
  absl::StatusOr<v1::Cell> Past(const division::Division& place, Day day) const;

  rpc::Edge& edge_;
  const Board& board_;
  const CellStore& store_;
  const std::shared_ptr<const outline::Outlines> outlines_;
  const division::Tree& divisions_;
  const std::vector<ZoomLevel> zoom_levels_;
  const Clock& clock_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_GIS_SERVICE_H_
