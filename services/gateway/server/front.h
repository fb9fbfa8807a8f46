// The gateway's front door: the API, its description, the web app.
#ifndef FUPIN_SERVICES_GATEWAY_SERVER_FRONT_H_
#define FUPIN_SERVICES_GATEWAY_SERVER_FRONT_H_

#include <memory>
#include <string>

#include "libs/http/message.h"
#include "services/gateway/http/static_files.h"
#include "services/gateway/server/transcoder.h"

namespace fupin::gateway {

class Front : public http::HttpHandler {
 public:
  // `transcoder` must outlive this. `tls`: say so to browsers (HSTS).
  Front(Transcoder& transcoder, StaticFiles files, std::string open_api, bool tls);

  void Handle(std::shared_ptr<const http::HttpRequest> request, http::Respond respond) override;
  http::HttpResponse Refuse(http::BrokenRequest why) override;

 private:
  http::HttpResponse Guard(http::HttpResponse response) const;

  Transcoder& transcoder_;
  const StaticFiles files_;
  const std::shared_ptr<const std::string> open_api_;
  const bool tls_;
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_SERVER_FRONT_H_
