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
#include "services/gis/server/places.h"
#include "services/gis/server/public_map.h"
#include "services/gis/server/publisher.h"
#include "services/gis/server/shapes.h"
#include "services/gis/store/cell_store.h"

namespace fupin::gis {

class GisServer final : public v1::GisService::Service {
 public:
  GisServer(rpc::Edge& edge, const Board& board, const CellStore& store, const Shapes& shapes,
            const Places& places, PublicMap& public_map, Publisher& publisher, const Clock& clock)
      : edge_(edge),
        board_(board),
        store_(store),
        shapes_(shapes),
        outlines_(shapes.outlines()),
        places_(places),
        divisions_(shapes.tree()),
        public_map_(public_map),
        publisher_(publisher),
        clock_(clock) {}

  grpc::Status GetCell(grpc::ServerContext* context, const v1::GetCellRequest* request,
                       v1::CellWithParts* response) override;
  grpc::Status ListCellDays(grpc::ServerContext* context, const v1::ListCellDaysRequest* request,
                            v1::ListCellDaysResponse* response) override;
  grpc::Status RankCells(grpc::ServerContext* context, const v1::RankCellsRequest* request,
                         v1::RankCellsResponse* response) override;
  grpc::Status FindCells(grpc::ServerContext* context, const v1::FindCellsRequest* request,
                         v1::FindCellsResponse* response) override;
  grpc::Status SearchPlaces(grpc::ServerContext* context, const v1::SearchPlacesRequest* request,
                            v1::SearchPlacesResponse* response) override;
  grpc::Status LocatePosition(grpc::ServerContext* context,
                              const v1::LocatePositionRequest* request,
                              v1::LocatePositionResponse* response) override;
  grpc::Status GetMap(grpc::ServerContext* context, const v1::GetMapRequest* request,
                      v1::Map* response) override;
  grpc::Status PublishEdition(grpc::ServerContext* context,
                              const v1::PublishEditionRequest* request,
                              v1::Edition* response) override;
  grpc::Status ListEditions(grpc::ServerContext* context, const v1::ListEditionsRequest* request,
                            v1::ListEditionsResponse* response) override;
  grpc::Status GetPublishedCell(grpc::ServerContext* context,
                                const v1::GetPublishedCellRequest* request,
                                v1::PublishedCellWithParts* response) override;

 private:
  absl::StatusOr<division::Division> Find(const std::string& code) const;
  // The same, within the caller's own division. DIVISION_NOT_YOURS.
  absl::StatusOr<division::Division> Find(const std::string& code, const rpc::Caller& caller) const;
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
  const Shapes& shapes_;
  const outline::Outlines& outlines_;
  const Places& places_;
  const division::Tree& divisions_;
  PublicMap& public_map_;
  Publisher& publisher_;
  const Clock& clock_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_GIS_SERVICE_H_
