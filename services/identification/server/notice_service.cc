#include "services/identification/server/notice_service.h"

#include "libs/rpc/answer.h"
#include "libs/status/macros.h"

namespace fupin::identification {

grpc::Status NoticeServer::PostNotice(grpc::ServerContext* context,
                                      const v1::PostNoticeRequest* request, v1::Notice* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::Notice> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        return parts_.notices.Post(*request, caller);
      });
}

grpc::Status NoticeServer::PreviewNotice(grpc::ServerContext* context,
                                         const v1::PreviewNoticeRequest* request,
                                         v1::Notice* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::Notice> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        return parts_.notices.Preview(*request, caller);
      });
}

grpc::Status NoticeServer::TakeDownNotice(grpc::ServerContext* context,
                                          const v1::TakeDownNoticeRequest* request,
                                          v1::Notice* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.notices.TakeDown(*request, caller);
  });
}

grpc::Status NoticeServer::ListNotices(grpc::ServerContext* context,
                                       const v1::ListNoticesRequest* request,
                                       v1::ListNoticesResponse* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller&) { return parts_.notices.List(*request); });
}

grpc::Status NoticeServer::GetNotice(grpc::ServerContext* context,
                                     const v1::GetNoticeRequest* request, v1::Notice* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller&) { return parts_.notices.Get(request->name()); });
}

grpc::Status NoticeServer::CreateObjection(grpc::ServerContext* context,
                                           const v1::CreateObjectionRequest* request,
                                           v1::CreateObjectionResponse* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller&) { return parts_.objections.Object(*request); });
}

grpc::Status NoticeServer::FollowObjection(grpc::ServerContext* context,
                                           const v1::FollowObjectionRequest* request,
                                           v1::ObjectionState* response) {
  return rpc::Answer(edge_, context, *request, response,
                     [&](const rpc::Caller&) { return parts_.objections.Follow(*request); });
}

grpc::Status NoticeServer::ListObjections(grpc::ServerContext* context,
                                          const v1::ListObjectionsRequest* request,
                                          v1::ListObjectionsResponse* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ListObjectionsResponse> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        return parts_.objections.List(*request);
      });
}

grpc::Status NoticeServer::SettleObjection(grpc::ServerContext* context,
                                           const v1::SettleObjectionRequest* request,
                                           v1::Objection* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.objections.Settle(*request, caller);
  });
}

grpc::Status NoticeServer::GetNoticePhoto(grpc::ServerContext* context,
                                          const v1::GetNoticePhotoRequest* request,
                                          v1::NoticePhoto* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.notices.Photo(request->name(), caller);
  });
}

grpc::Status NoticeServer::RenderNotice(grpc::ServerContext* context,
                                        const v1::RenderNoticeRequest* request,
                                        v1::Sheet* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::Sheet> {
        ASSIGN_OR_RETURN(const v1::Notice notice, parts_.notices.Get(request->name()));
        // Anybody may print what hangs; an officer is named, the gateway that asks for others is
        // not.
        const bool officer = caller.principal.role == type::v1::ROLE_OFFICER;
        return NoticeSheet(notice, parts_.sheets,
                           {officer ? caller.principal.id : std::string(), parts_.clock.Now()});
      });
}

grpc::Status NoticeServer::RenderNoticeDraft(grpc::ServerContext* context,
                                             const v1::RenderNoticeDraftRequest* request,
                                             v1::Sheet* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::Sheet> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        v1::PreviewNoticeRequest preview;
        preview.set_division(request->division());
        preview.set_procedure(request->procedure());
        preview.set_step(request->step());
        ASSIGN_OR_RETURN(const v1::Notice notice, parts_.notices.Preview(preview, caller));
        return NoticeSheet(notice, parts_.sheets, {caller.principal.id, parts_.clock.Now()});
      });
}

}  // namespace fupin::identification
