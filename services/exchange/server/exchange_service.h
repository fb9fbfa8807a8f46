// The RPCs of the exchange. Push is a callback stream (push_stream.h); the others are short.
#ifndef FUPIN_SERVICES_EXCHANGE_SERVER_EXCHANGE_SERVICE_H_
#define FUPIN_SERVICES_EXCHANGE_SERVER_EXCHANGE_SERVICE_H_

#include <grpcpp/server_context.h>

#include "fupin/exchange/v1/exchange_service.grpc.pb.h"
#include "libs/clock/clock.h"
#include "libs/rpc/edge.h"
#include "services/exchange/server/committer.h"
#include "services/exchange/server/contracts.h"
#include "services/exchange/server/prepare.h"
#include "services/exchange/server/push_stream.h"
#include "services/exchange/store/record_store.h"

namespace fupin::exchange {

class ExchangeServer final
    : public v1::ExchangeService::WithRawCallbackMethod_Push<v1::ExchangeService::Service> {
 public:
  ExchangeServer(rpc::Edge& edge, Contracts& contracts, const Preparer& preparer,
                 Committer& committer, RecordStore& store, const Clock& clock, PushLimits limits);

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Push(
      grpc::CallbackServerContext* context) override;
  grpc::Status ListDatasets(grpc::ServerContext* context, const v1::ListDatasetsRequest* request,
                            v1::ListDatasetsResponse* response) override;
  grpc::Status ListParticipants(grpc::ServerContext* context,
                                const v1::ListParticipantsRequest* request,
                                v1::ListParticipantsResponse* response) override;
  grpc::Status ListRejections(grpc::ServerContext* context,
                              const v1::ListRejectionsRequest* request,
                              v1::ListRejectionsResponse* response) override;
  grpc::Status GetRecord(grpc::ServerContext* context, const v1::GetRecordRequest* request,
                         v1::Record* response) override;
  grpc::Status GetStatistics(grpc::ServerContext* context, const v1::GetStatisticsRequest* request,
                             v1::Statistics* response) override;

  void Drain() { streams_.Drain(); }

 private:
  // The contract of `dataset`, when the caller may see its records.
  absl::StatusOr<std::shared_ptr<const contract::Contract>> Owned(const rpc::Caller& caller,
                                                                  const std::string& dataset);

  rpc::Edge& edge_;
  Contracts& contracts_;
  const Preparer& preparer_;
  Committer& committer_;
  RecordStore& store_;
  const Clock& clock_;
  const PushLimits limits_;
  PushStreams streams_;
};

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_SERVER_EXCHANGE_SERVICE_H_
