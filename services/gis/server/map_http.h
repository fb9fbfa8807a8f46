// The map over HTTP: tiles, their description, live changes. See the README for the addresses.
#ifndef FUPIN_SERVICES_GIS_SERVER_MAP_HTTP_H_
#define FUPIN_SERVICES_GIS_SERVER_MAP_HTTP_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "libs/clock/clock.h"
#include "libs/http/message.h"
#include "libs/rpc/peer_verifier.h"
#include "services/gis/server/events.h"
#include "services/gis/server/exports.h"
#include "services/gis/server/public_map.h"
#include "services/gis/server/tiles.h"

namespace fupin::gis {

// Safe for concurrent use; answers on the network's threads, at once, but for exports.
class MapHttp : public http::HttpHandler {
 public:
  // `verifier` null: without TLS, by explicit setting; every caller is an operator.
  MapHttp(Tiles& tiles, PublicMap& public_map, Events& events, Exports& exports,
          std::unique_ptr<rpc::PeerVerifier> verifier, const Clock& clock)
      : tiles_(tiles),
        public_map_(public_map),
        events_(events),
        exports_(exports),
        verifier_(std::move(verifier)),
        clock_(clock) {}

  void Handle(std::shared_ptr<const http::HttpRequest> request, http::Respond respond) override;
  http::HttpResponse Refuse(http::BrokenRequest why) override;

 private:
  // Bounds of the caller; none: the whole map.
  using Scope = std::optional<division::Division>;

  absl::StatusOr<http::HttpResponse> Answer(const http::HttpRequest& request);
  absl::StatusOr<http::HttpResponse> AnswerPublic(const http::HttpRequest& request);
  absl::StatusOr<http::HttpResponse> TileOf(const http::HttpRequest& request, const Scope& scope);
  absl::StatusOr<http::HttpResponse> StateOf(const http::HttpRequest& request, const Scope& scope);
  absl::StatusOr<http::HttpResponse> EventsOf(const http::HttpRequest& request, const Scope& scope);
  absl::StatusOr<std::optional<Day>> DayOf(const http::HttpRequest& request) const;
  http::HttpResponse Description(bool of_public) const;
  absl::StatusOr<http::HttpResponse> StyleOf(const http::HttpRequest& request);
  absl::StatusOr<ExportRequest> ExportOf(const http::HttpRequest& request) const;
  // Who has no name is told apart by his address.
  std::string StrangerOf(const http::HttpRequest& request) const;
  // UNAUTHENTICATED, or PERMISSION_DENIED / MAP_NOT_YOURS. `who`, when given: the caller.
  absl::StatusOr<Scope> Admit(const http::HttpRequest& request,
                              rpc::Principal* who = nullptr) const;

  Tiles& tiles_;
  PublicMap& public_map_;
  Events& events_;
  Exports& exports_;
  const std::unique_ptr<rpc::PeerVerifier> verifier_;
  const Clock& clock_;
};

}  // namespace fupin::gis

#endif  // FUPIN_SERVICES_GIS_SERVER_MAP_HTTP_H_
