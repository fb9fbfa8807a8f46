// The newest score of every household as a snapshot of the feed, for a consumer that starts late or
// after a restore.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_SCORE_SNAPSHOT_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_SCORE_SNAPSHOT_H_

#include "libs/feed/feed_server.h"
#include "libs/kv/store.h"
#include "services/identification/server/procedures.h"

namespace fupin::identification {

// Also where each household stands in the register. Both must outlive the hooks.
feed::FeedHooks ScoreFeedHooks(const kv::Store& kv, const Procedures& procedures);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_SCORE_SNAPSHOT_H_
