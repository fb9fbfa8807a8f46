// Notices and objections over gRPC: who may call is checked, the rest is handed on.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_NOTICE_SERVICE_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_NOTICE_SERVICE_H_

#include "fupin/identification/v1/notice_service.grpc.pb.h"
#include "libs/clock/clock.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/notices.h"
#include "services/identification/server/objections.h"
#include "services/identification/server/scope.h"
#include "services/identification/server/sheets.h"

namespace fupin::identification {

struct NoticeParts {
  const Scope& scope;
  Notices& notices;
  Objections& objections;
  const SheetSettings& sheets;
  const Clock& clock;
};

class NoticeServer final : public v1::NoticeService::Service {
 public:
  NoticeServer(rpc::Edge& edge, const NoticeParts& parts) : edge_(edge), parts_(parts) {}

  grpc::Status PostNotice(grpc::ServerContext* context, const v1::PostNoticeRequest* request,
                          v1::Notice* response) override;
  grpc::Status PreviewNotice(grpc::ServerContext* context, const v1::PreviewNoticeRequest* request,
                             v1::Notice* response) override;
  grpc::Status TakeDownNotice(grpc::ServerContext* context,
                              const v1::TakeDownNoticeRequest* request,
                              v1::Notice* response) override;
  grpc::Status ListNotices(grpc::ServerContext* context, const v1::ListNoticesRequest* request,
                           v1::ListNoticesResponse* response) override;
  grpc::Status GetNotice(grpc::ServerContext* context, const v1::GetNoticeRequest* request,
                         v1::Notice* response) override;
  grpc::Status GetNoticePhoto(grpc::ServerContext* context,
                              const v1::GetNoticePhotoRequest* request,
                              v1::NoticePhoto* response) override;
  grpc::Status RenderNotice(grpc::ServerContext* context, const v1::RenderNoticeRequest* request,
                            v1::Sheet* response) override;
  grpc::Status RenderNoticeDraft(grpc::ServerContext* context,
                                 const v1::RenderNoticeDraftRequest* request,
                                 v1::Sheet* response) override;
  grpc::Status CreateObjection(grpc::ServerContext* context,
                               const v1::CreateObjectionRequest* request,
                               v1::CreateObjectionResponse* response) override;
  grpc::Status FollowObjection(grpc::ServerContext* context,
                               const v1::FollowObjectionRequest* request,
                               v1::ObjectionState* response) override;
  grpc::Status ListObjections(grpc::ServerContext* context,
                              const v1::ListObjectionsRequest* request,
                              v1::ListObjectionsResponse* response) override;
  grpc::Status SettleObjection(grpc::ServerContext* context,
                               const v1::SettleObjectionRequest* request,
                               v1::Objection* response) override;

 private:
  rpc::Edge& edge_;
  const NoticeParts parts_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_NOTICE_SERVICE_H_
