#include "services/gateway/server/api.h"

#include <algorithm>
#include <set>

#include <google/protobuf/descriptor.pb.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/api/annotations.pb.h"
#include "libs/config/config.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/gateway/server/reasons.h"

namespace fupin::gateway {
namespace {

absl::Status Wrong(const std::string& what) {
  return ProblemStatus(absl::StatusCode::kInvalidArgument,
                       {"API_FILE_WRONG", "api_file", absl::StrCat("api_file 不能使用: ", what),
                        absl::StrCat("api_file cannot be used: ", what)});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Api>> Api::Load(const std::string& file,
                                               const std::vector<std::string>& services) {
  ASSIGN_OR_RETURN(const std::string bytes, config::ReadFile(file));
  google::protobuf::FileDescriptorSet set;
  if (!set.ParseFromString(bytes)) return Wrong("no descriptor set");
  std::unique_ptr<Api> api(new Api());
  for (const auto& proto : set.file()) {
    if (api->pool_.BuildFile(proto) == nullptr) return Wrong(proto.name());
  }
  for (const std::string& name : services) {
    const auto* service = api->pool_.FindServiceByName(name);
    if (service == nullptr) return Wrong(absl::StrCat("no service ", name));
    RETURN_IF_ERROR(api->Add(*service));
  }
  return api;
}

absl::Status Api::Add(const google::protobuf::ServiceDescriptor& service) {
  for (int m = 0; m < service.method_count(); ++m) {
    const auto& method = *service.method(m);
    if (!method.options().HasExtension(google::api::http)) continue;
    const auto& http = method.options().GetExtension(google::api::http);
    Route route;
    route.method = &method;
    std::string text;
    if (!http.get().empty()) {
      route.verb = "GET";
      text = http.get();
    } else if (!http.post().empty() && http.body() == "*") {
      route.verb = "POST";
      route.body = true;
      text = http.post();
    } else {
      return Wrong(absl::StrCat(method.full_name(), ": only get, and post with body \"*\""));
    }
    ASSIGN_OR_RETURN(route.path, PathTemplate::Parse(text));
    for (int i = 0; i < method.options().ExtensionSize(type::v1::allowed_roles); ++i) {
      route.roles.push_back(method.options().GetExtension(type::v1::allowed_roles, i));
    }
    routes_.push_back(std::move(route));
  }
  return absl::OkStatus();
}

absl::StatusOr<RouteMatch> Api::Match(absl::string_view verb, absl::string_view path,
                                      std::string* allowed) const {
  if (verb == "HEAD") verb = "GET";
  std::vector<std::string> raw = absl::StrSplit(path.substr(std::min<size_t>(1, path.size())), '/');
  std::string custom;
  const size_t colon = raw.back().rfind(':');
  if (colon != std::string::npos) {
    custom = raw.back().substr(colon + 1);
    raw.back().resize(colon);
  }
  std::vector<std::string> segments;
  for (const std::string& segment : raw) {
    auto decoded = PercentDecode(segment, /*plus_is_space=*/false);
    if (!decoded) return Refuse("PATH_MALFORMED");
    segments.push_back(*std::move(decoded));
  }
  std::set<std::string> others;
  for (const Route& route : routes_) {
    auto bindings = route.path.Match(segments, custom);
    if (!bindings) continue;
    if (route.verb == verb) return RouteMatch{&route, *std::move(bindings)};
    others.insert(route.verb);
  }
  if (others.empty()) return Refuse("ROUTE_UNKNOWN");
  *allowed = absl::StrJoin(others, ", ");
  return Refuse("METHOD_NOT_ALLOWED", "", *allowed);
}

}  // namespace fupin::gateway
