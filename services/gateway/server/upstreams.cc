#include "services/gateway/server/upstreams.h"

#include <utility>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/status.h"
#include "services/gateway/server/reasons.h"

namespace fupin::gateway {
namespace {

// grpc.health.v1: the request names service "ready" (field 1); the answer's field 1 is 1 when
// serving.
constexpr char kHealthMethod[] = "/grpc.health.v1.Health/Check";
constexpr char kReadyRequest[] = "\x0a\x05ready";
constexpr char kServing[] = "\x08\x01";

std::string Bytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

grpc::ByteBuffer Buffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

// What one call needs until it ends.
struct Pending {
  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
};

}  // namespace

Upstreams::Upstreams(const std::vector<Upstream>& upstreams, std::optional<rpc::TlsFiles> tls,
                     metrics::Metrics& metrics)
    : tls_(std::move(tls)) {
  for (const Upstream& upstream : upstreams) {
    auto service = std::make_unique<Service>();
    service->upstream = upstream;
    service->stub = MakeStub(upstream);
    service->up = &metrics.Gauge("fupin_gateway_upstream_ready",
                                 "1 while the service answers that it accepts calls.",
                                 {{"upstream", upstream.name()}});
    for (const std::string& name : upstream.services()) by_name_[name] = service.get();
    services_.push_back(std::move(service));
  }
}

std::shared_ptr<grpc::GenericStub> Upstreams::MakeStub(const Upstream& upstream) const {
  return std::make_shared<grpc::GenericStub>(rpc::MakeChannel(upstream.address(), tls_));
}

void Upstreams::Reconnect(Service& service, const std::shared_ptr<grpc::GenericStub>& old) {
  absl::MutexLock lock(&mutex_);
  if (service.stub == old) service.stub = MakeStub(service.upstream);
}

void Upstreams::Send(Service& service, const std::string& path, const grpc::ByteBuffer& request,
                     const CallOptions& options, bool again, Done done) {
  auto pending = std::make_shared<Pending>();
  if (!options.request_id.empty()) pending->context.AddMetadata("x-request-id", options.request_id);
  if (!options.principal.empty()) {
    pending->context.AddMetadata("x-fupin-principal", options.principal);
  }
  pending->context.set_deadline(absl::ToChronoTime(absl::Now() + options.timeout));
  pending->request = request;
  std::shared_ptr<grpc::GenericStub> stub;
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_) {
      open_.insert(&pending->context);
      stub = service.stub;
    }
  }
  if (stub == nullptr) return done(Refuse("SHUTTING_DOWN"));
  stub->UnaryCall(&pending->context, path, grpc::StubOptions(), &pending->request,
                  &pending->response,
                  [this, &service, path, options, again, stub, pending,
                   done = std::move(done)](const grpc::Status& status) {
                    if (status.ok()) {
                      done(Bytes(pending->response));
                    } else if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED && again) {
                      // The service refuses our own certificate, not the caller's: the connection
                      // was made with one that has been replaced since.
                      Reconnect(service, stub);
                      Send(service, path, pending->request, options, /*again=*/false, done);
                    } else {
                      absl::Status known = rpc::FromGrpc(status);
                      // A status without a reason code was made by gRPC, not by the service.
                      if (absl::IsUnauthenticated(known) ||
                          (ProblemsOf(known).empty() && absl::IsUnavailable(known))) {
                        known = Refuse("SERVICE_UNREACHABLE", "", service.upstream.name());
                      }
                      done(std::move(known));
                    }
                    absl::MutexLock lock(&mutex_);
                    open_.erase(&pending->context);
                  });
}

void Upstreams::Call(const std::string& service, const std::string& method,
                     const std::string& request, const CallOptions& options, Done done) {
  Send(*by_name_.at(service), absl::StrCat("/", service, "/", method), Buffer(request), options,
       /*again=*/true, std::move(done));
}

void Upstreams::Probe() {
  CallOptions options;
  options.timeout = absl::Seconds(2);
  const grpc::ByteBuffer ready_request =
      Buffer(std::string(kReadyRequest, sizeof(kReadyRequest) - 1));
  for (const auto& service : services_) {
    Service* const asked = service.get();
    Send(*asked, kHealthMethod, ready_request, options, /*again=*/true,
         [this, asked](const absl::StatusOr<std::string>& answer) {
           const bool ready = answer.ok() && *answer == std::string(kServing, 2);
           asked->up->Set(ready ? 1 : 0);
           absl::MutexLock lock(&mutex_);
           asked->ready = ready;
         });
  }
}

std::vector<Upstreams::State> Upstreams::states() {
  std::vector<State> states;
  absl::MutexLock lock(&mutex_);
  for (const auto& service : services_) states.push_back({&service->upstream, service->ready});
  return states;
}

void Upstreams::Stop() {
  absl::MutexLock lock(&mutex_);
  stopping_ = true;
  for (grpc::ClientContext* context : open_) context->TryCancel();
  const auto none = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return open_.empty(); };
  mutex_.Await(absl::Condition(&none));
}

}  // namespace fupin::gateway
