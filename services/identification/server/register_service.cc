#include "services/identification/server/register_service.h"

#include "libs/log/log.h"
#include "libs/rpc/answer.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/store/tables.h"

namespace fupin::identification {
grpc::Status RegisterServer::GetRegistration(grpc::ServerContext* context,
                                             const v1::GetRegistrationRequest* request,
                                             v1::Registration* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.reader.Get(request->household(), caller);
  });
}

grpc::Status RegisterServer::ListRegistrations(grpc::ServerContext* context,
                                               const v1::ListRegistrationsRequest* request,
                                               v1::ListRegistrationsResponse* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ListRegistrationsResponse> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        return parts_.reader.List(*request);
      });
}

absl::StatusOr<v1::FilledForm> RegisterServer::Filled(const std::string& name,
                                                      const rpc::Caller& caller) const {
  ASSIGN_OR_RETURN(const std::string id, ParseHouseholdName(name));
  RETURN_IF_ERROR(parts_.reader.Visible(id, caller));
  return parts_.form.Fill(id);
}

grpc::Status RegisterServer::GetRegistrationForm(grpc::ServerContext* context,
                                                 const v1::GetRegistrationFormRequest* request,
                                                 v1::FilledForm* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return Filled(request->household(), caller);
  });
}

grpc::Status RegisterServer::RenderRegistrationForm(
    grpc::ServerContext* context, const v1::RenderRegistrationFormRequest* request,
    v1::Sheet* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::Sheet> {
        ASSIGN_OR_RETURN(const v1::FilledForm form, Filled(request->household(), caller));
        return FormSheet(form, parts_.sheets, {caller.principal.id, parts_.clock.Now()});
      });
}

grpc::Status RegisterServer::ExportRegistrations(grpc::ServerContext* context,
                                                 const v1::ExportRegistrationsRequest* request,
                                                 v1::ExportRegistrationsResponse* response) {
  return rpc::Answer(
      edge_, context, *request, response,
      [&](const rpc::Caller& caller) -> absl::StatusOr<v1::ExportRegistrationsResponse> {
        RETURN_IF_ERROR(parts_.scope.Division(caller, request->division(), "division"));
        if (request->with_numbers() && caller.principal.role != type::v1::ROLE_OPERATOR) {
          return Refuse("NUMBERS_NOT_YOURS", "with_numbers");
        }
        ASSIGN_OR_RETURN(auto out, parts_.reader.Export(*request));
        if (request->with_numbers()) {
          log::Info("register exported with citizen numbers", {{"division", request->division()},
                                                               {"caller", caller.principal.uri},
                                                               {"rows", out.lines_size()}});
        }
        return out;
      });
}

grpc::Status RegisterServer::ImportRegistrations(grpc::ServerContext* context,
                                                 const v1::ImportRegistrationsRequest* request,
                                                 v1::ImportRegistrationsResponse* response) {
  return rpc::Answer(edge_, context, *request, response, [&](const rpc::Caller& caller) {
    return parts_.import.Run(*request, caller);
  });
}

}  // namespace fupin::identification
