// One HTTP request and its answer, free of any library's types.
#ifndef FUPIN_SERVICES_GATEWAY_HTTP_MESSAGE_H_
#define FUPIN_SERVICES_GATEWAY_HTTP_MESSAGE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fupin::gateway {

struct HttpRequest {
  std::string method;                          // "GET"
  std::string path;                            // as sent: still percent-encoded, without the query
  std::string query;                           // without "?"
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::string client_pem;  // certificate the caller presented, leaf first; empty: none
  std::string remote;      // address, without the port
};

struct HttpResponse {
  int status = 200;
  std::string content_type;
  std::shared_ptr<const std::string> body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Call exactly once, from any thread.
using Respond = std::function<void(HttpResponse)>;

// Why a request never became one.
enum class BrokenRequest { kMalformed, kHeaderTooLarge, kBodyTooLarge };

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  // Runs on a network thread: must not block.
  virtual void Handle(std::shared_ptr<const HttpRequest> request, Respond respond) = 0;
  virtual HttpResponse Refuse(BrokenRequest why) = 0;
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_HTTP_MESSAGE_H_
