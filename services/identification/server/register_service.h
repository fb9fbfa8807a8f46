// The register over gRPC: who may call is checked, the rest is handed on.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTER_SERVICE_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTER_SERVICE_H_

#include <utility>

#include "fupin/identification/v1/register_service.grpc.pb.h"
#include "libs/clock/clock.h"
#include "libs/rpc/edge.h"
#include "services/identification/server/form_filler.h"
#include "services/identification/server/register_import.h"
#include "services/identification/server/register_reader.h"
#include "services/identification/server/scope.h"
#include "services/identification/server/sheets.h"

namespace fupin::identification {

struct RegisterParts {
  const Scope& scope;
  const RegisterReader& reader;
  const FormFiller& form;
  RegisterImport& import;
  SheetSettings sheets;
  const Clock& clock;
};

class RegisterServer final : public v1::RegisterService::Service {
 public:
  RegisterServer(rpc::Edge& edge, RegisterParts parts) : edge_(edge), parts_(std::move(parts)) {}

  grpc::Status GetRegistration(grpc::ServerContext* context,
                               const v1::GetRegistrationRequest* request,
                               v1::Registration* response) override;
  grpc::Status ListRegistrations(grpc::ServerContext* context,
                                 const v1::ListRegistrationsRequest* request,
                                 v1::ListRegistrationsResponse* response) override;
  grpc::Status GetRegistrationForm(grpc::ServerContext* context,
                                   const v1::GetRegistrationFormRequest* request,
                                   v1::FilledForm* response) override;
  grpc::Status RenderRegistrationForm(grpc::ServerContext* context,
                                      const v1::RenderRegistrationFormRequest* request,
                                      v1::Sheet* response) override;
  grpc::Status ExportRegistrations(grpc::ServerContext* context,
                                   const v1::ExportRegistrationsRequest* request,
                                   v1::ExportRegistrationsResponse* response) override;
  grpc::Status ImportRegistrations(grpc::ServerContext* context,
                                   const v1::ImportRegistrationsRequest* request,
                                   v1::ImportRegistrationsResponse* response) override;

 private:
  absl::StatusOr<v1::FilledForm> Filled(const std::string& name, const rpc::Caller& caller) const;

  rpc::Edge& edge_;
  const RegisterParts parts_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTER_SERVICE_H_
