// The gateway's front door: the API, its description, the web app.
#ifndef FUPIN_SERVICES_GATEWAY_SERVER_FRONT_H_
#define FUPIN_SERVICES_GATEWAY_SERVER_FRONT_H_

#include <memory>
#include <string>

#include "libs/http/forwarder.h"
#include "libs/http/message.h"
#include "services/gateway/http/kept_answers.h"
#include "services/gateway/http/static_files.h"
#include "services/gateway/server/sessions.h"
#include "services/gateway/server/transcoder.h"

namespace fupin::gateway {

class Front : public http::HttpHandler {
 public:
  // `map` may be null: no map. The objects must outlive this. `tls`: say so to browsers (HSTS).
  Front(Transcoder& transcoder, Sessions& sessions, http::Forwarder* map, StaticFiles files,
        std::string open_api, bool tls);

  void Handle(std::shared_ptr<const http::HttpRequest> request, http::Respond respond) override;
  http::HttpResponse Refuse(http::BrokenRequest why) override;

 private:
  http::HttpResponse Guard(http::HttpResponse response) const;

  // To the map, with the caller's name: it decides who may see what.
  void HandleMap(const http::HttpRequest& request, http::Respond respond);

  Transcoder& transcoder_;
  Sessions& sessions_;
  http::Forwarder* const map_;
  KeptAnswers kept_{64 << 20};
  const StaticFiles files_;
  const std::shared_ptr<const std::string> open_api_;
  const bool tls_;
};

}  // namespace fupin::gateway

#endif  // FUPIN_SERVICES_GATEWAY_SERVER_FRONT_H_
