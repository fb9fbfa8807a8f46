#include "libs/rpc/edge.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "libs/log/log.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::rpc {
namespace {

// The method a request message belongs to: every method has a request type of its own.
const google::protobuf::MethodDescriptor* MethodOf(const google::protobuf::Message& request) {
  static absl::Mutex mutex;
  static auto& found =
      *new std::map<const google::protobuf::Descriptor*, const google::protobuf::MethodDescriptor*>;
  absl::MutexLock lock(&mutex);
  auto [entry, added] = found.try_emplace(request.GetDescriptor(), nullptr);
  if (added) {
    const auto* file = request.GetDescriptor()->file();
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto* method = file->service(s)->method(m);
        if (method->input_type() == request.GetDescriptor()) entry->second = method;
      }
    }
  }
  FUPIN_CHECK(entry->second != nullptr);
  return entry->second;
}

std::string Metadata(const grpc::ServerContextBase& context, const char* key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(key);
  if (found == metadata.end() || found->second.size() > 128) return "";
  return std::string(found->second.data(), found->second.size());
}

std::string PemChain(const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  if (auth == nullptr) return "";
  // The chain as a server sees it may leave the caller's own certificate out.
  std::string pem;
  for (const char* name : {"x509_pem_cert", "x509_pem_cert_chain"}) {
    const auto values = auth->FindPropertyValues(name);
    if (!values.empty()) pem.append(values[0].data(), values[0].size());
  }
  return pem;
}

std::string NewRequestId() {
  thread_local absl::BitGen generator;
  return absl::StrFormat("%016x", absl::Uniform<uint64_t>(generator));
}

// Whether people read and write by this role: what they get is on record.
bool IsPerson(type::v1::Role role) {
  return role == type::v1::ROLE_OPERATOR || role == type::v1::ROLE_OFFICER;
}

// Names that tell of nobody.
constexpr const char* kOpaqueNames[] = {"households/", "cases/",       "notices/",
                                        "objections/", "suggestions/", "exitTests/"};

// What the call was about, from the fields that hold nothing but opaque names.
std::string SubjectOf(const google::protobuf::Message& request) {
  for (const char* name : {"household", "name", "division"}) {
    const auto* field = request.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->is_repeated() ||
        field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
      continue;
    }
    std::string value = request.GetReflection()->GetString(request, field);
    const bool opaque =
        field->name() != "name" ||
        std::any_of(std::begin(kOpaqueNames), std::end(kOpaqueNames),
                    [&](const char* prefix) { return absl::StartsWith(value, prefix); });
    if (opaque && !value.empty() && value.size() <= 128) return value;
  }
  return "";
}

const char* CodeName(int code) {
  static const char* const kNames[] = {"OK",
                                       "CANCELLED",
                                       "UNKNOWN",
                                       "INVALID_ARGUMENT",
                                       "DEADLINE_EXCEEDED",
                                       "NOT_FOUND",
                                       "ALREADY_EXISTS",
                                       "PERMISSION_DENIED",
                                       "RESOURCE_EXHAUSTED",
                                       "FAILED_PRECONDITION",
                                       "ABORTED",
                                       "OUT_OF_RANGE",
                                       "UNIMPLEMENTED",
                                       "INTERNAL",
                                       "UNAVAILABLE",
                                       "DATA_LOSS",
                                       "UNAUTHENTICATED"};
  return code >= 0 && code <= 16 ? kNames[code] : "UNKNOWN";
}

}  // namespace

const google::protobuf::MethodDescriptor& MethodNamed(const std::string& full_name) {
  const auto* method =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(full_name);
  FUPIN_CHECK(method != nullptr);
  return *method;
}

Edge::Edge(std::unique_ptr<PeerVerifier> verifier, metrics::Metrics& metrics)
    : verifier_(std::move(verifier)),
      metrics_(metrics),
      unauthenticated_(metrics.Counter("fupin_rpc_unauthenticated_total",
                                       "Calls refused because the caller is not known.")),
      denied_(metrics.Counter("fupin_rpc_permission_denied_total",
                              "Calls refused because the caller's role may not do this.")) {}

Edge::MethodMetrics& Edge::MetricsOf(const google::protobuf::MethodDescriptor& method) {
  auto [entry, added] = methods_.try_emplace(&method);
  if (added) {
    entry->second.seconds = &metrics_.Seconds(
        "grpc_server_handling_seconds", "Time from a call's start to its end.",
        {{"grpc_service", method.service()->full_name()}, {"grpc_method", method.name()}});
  }
  return entry->second;
}

absl::StatusOr<Caller> Edge::Admit(const grpc::ServerContextBase& context,
                                   const google::protobuf::MethodDescriptor& method) {
  Caller caller;
  caller.request_id = Metadata(context, "x-request-id");
  if (caller.request_id.empty()) caller.request_id = NewRequestId();
  caller.deadline = absl::FromChrono(context.deadline());
  {
    absl::MutexLock lock(&mutex_);
    ++active_;
    if (draining_) {
      return ProblemStatus(
          absl::StatusCode::kUnavailable,
          {"SHUTTING_DOWN", "", "服务正在停止,请稍后重试", "the service is stopping; try again"});
    }
  }
  const auto& options = method.options();
  const int count = options.ExtensionSize(type::v1::allowed_roles);
  bool anyone = false;
  for (int i = 0; i < count; ++i) {
    anyone |= options.GetExtension(type::v1::allowed_roles, i) == type::v1::ROLE_ANYONE;
  }
  if (verifier_ == nullptr) {
    caller.principal.role = type::v1::ROLE_OPERATOR;
    caller.principal.id = "insecure";
    caller.principal.uri = "insecure";
    return caller;
  }
  const std::string chain = PemChain(context);
  if (anyone && chain.empty()) return caller;
  auto principal = verifier_->Verify(chain);
  if (!principal.ok()) {
    unauthenticated_.Increment();
    return principal.status();
  }
  caller.principal = *std::move(principal);
  if (anyone) return caller;
  // The gateway has checked the role of the person or device it speaks for and names it.
  if (caller.principal.role == type::v1::ROLE_SERVICE && caller.principal.id == "gateway") {
    auto behind = ParsePrincipal(Metadata(context, "x-fupin-principal"));
    if (!behind.ok()) {
      unauthenticated_.Increment();
      return behind.status();
    }
    caller.principal = *std::move(behind);
  }
  for (int i = 0; i < count; ++i) {
    if (options.GetExtension(type::v1::allowed_roles, i) == caller.principal.role) return caller;
  }
  denied_.Increment();
  return ProblemStatus(absl::StatusCode::kPermissionDenied,
                       {"ROLE_NOT_ALLOWED", "",
                        absl::StrCat("该证书的角色无权调用 ", method.name(), ",请换用有权限的证书"),
                        absl::StrCat("the role of this certificate may not call ", method.name(),
                                     "; use one that may")});
}

void Edge::Finish(const google::protobuf::MethodDescriptor& method, const Caller& caller,
                  absl::Time start, const absl::Status& status) {
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  const int code = static_cast<int>(status.code());
  {
    absl::MutexLock lock(&mutex_);
    --active_;
    MethodMetrics& known = MetricsOf(method);
    known.seconds->Observe(seconds);
    auto [counter, added] = known.by_code.try_emplace(code, nullptr);
    if (added) {
      counter->second = &metrics_.Counter("grpc_server_handled_total", "Calls ended, by code.",
                                          {{"grpc_service", method.service()->full_name()},
                                           {"grpc_method", method.name()},
                                           {"grpc_code", CodeName(code)}});
    }
    counter->second->Increment();
  }
  if (status.ok()) return;
  log::Warning("call refused", {{"method", method.full_name()},
                                {"code", CodeName(code)},
                                {"reason", ReasonOf(status)},
                                {"caller", caller.principal.uri},
                                {"request_id", caller.request_id},
                                {"duration_ms", seconds * 1000}});
}

void Edge::Drain(absl::Duration grace) {
  absl::MutexLock lock(&mutex_);
  draining_ = true;
  const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return active_ == 0; };
  mutex_.AwaitWithTimeout(absl::Condition(&idle), grace);
}

grpc::Status Edge::Unary(grpc::ServerContextBase& context, const google::protobuf::Message& request,
                         const std::function<absl::Status(const Caller&)>& handler) {
  const absl::Time start = absl::Now();
  const auto& method = *MethodOf(request);
  auto caller = Admit(context, method);
  absl::Status status = caller.status();
  if (status.ok()) {
    context.AddTrailingMetadata("x-request-id", caller->request_id);
    status = caller->deadline < start ? absl::DeadlineExceededError("the deadline has passed")
                                      : handler(*caller);
  }
  Finish(method, caller.ok() ? *caller : Caller{}, start, status);
  if (status.ok() && IsPerson(caller->principal.role)) {
    log::Info("answered a person", {{"method", method.full_name()},
                                    {"subject", SubjectOf(request)},
                                    {"caller", caller->principal.uri},
                                    {"request_id", caller->request_id}});
  }
  return ToGrpc(status);
}

}  // namespace fupin::rpc
