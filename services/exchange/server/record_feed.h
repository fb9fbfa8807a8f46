// What the feed of the exchange says: records that became new or changed.
#ifndef FUPIN_SERVICES_EXCHANGE_SERVER_RECORD_FEED_H_
#define FUPIN_SERVICES_EXCHANGE_SERVER_RECORD_FEED_H_

#include "libs/feed/feed_server.h"
#include "libs/kv/store.h"
#include "services/exchange/store/record_store.h"

namespace fupin::exchange {

// Events in the outbox only point at a record; its content is added when they are served.
feed::FeedHooks RecordFeedHooks(const RecordStore& store, const kv::Store& kv);

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_SERVER_RECORD_FEED_H_
