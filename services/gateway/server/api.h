// The suite's RPCs as the descriptor set describes them: nothing about a single RPC is written in
// C++.
#ifndef FUPIN_SERVICES_GATEWAY_SERVER_API_H_
#define FUPIN_SERVICES_GATEWAY_SERVER_API_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fupin/type/v1/access.pb.h"
#include "services/gateway/server/path_template.h"

namespace fupin::gateway {

struct Route {
  const google::protobuf::MethodDescriptor* method = nullptr;
  std::string verb;  // "GET"
  PathTemplate path;
  bool body = false;  // the whole message is the JSON body
  std::vector<type::v1::Role> roles;
};

// What a request line leads to.
struct RouteMatch {
  const Route* route = nullptr;
  PathTemplate::Bindings bindings;
};

// Immutable after loading, safe for concurrent use.
class Api {
 public:
  // Takes the annotated methods of `services` (full names) from the descriptor set in `file`.
  // INVALID_ARGUMENT / API_FILE_WRONG.
  static absl::StatusOr<std::unique_ptr<Api>> Load(const std::string& file,
                                                   const std::vector<std::string>& services);

  // NOT_FOUND / ROUTE_UNKNOWN, UNIMPLEMENTED / METHOD_NOT_ALLOWED, INVALID_ARGUMENT /
  // PATH_MALFORMED. `allowed`: with METHOD_NOT_ALLOWED the verbs that are, "GET, POST".
  absl::StatusOr<RouteMatch> Match(absl::string_view verb, absl::string_view path,
                                   std::string* allowed) const;

  const std::vector<Route>& routes() const { return routes_; }
  const google::protobuf::DescriptorPool& pool() const { return pool_; }

 private:
  Api() = default;
  absl::Status Add(const google::protobuf::ServiceDescriptor& service);

  google::protobuf::DescriptorPool pool_;
  std::vector<Route> routes_;
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_SERVER_API_H_
