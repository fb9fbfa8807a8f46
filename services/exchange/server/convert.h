// Stored bytes <-> messages.
#ifndef FUPIN_SERVICES_EXCHANGE_SERVER_CONVERT_H_
#define FUPIN_SERVICES_EXCHANGE_SERVER_CONVERT_H_

#include <string>

#include "fupin/exchange/v1/exchange_service.pb.h"
#include "services/exchange/store/record_store.h"

namespace fupin::exchange {

// `record` is the 16-byte id. Field values are not filled in.
v1::Record ToProto(const std::string& dataset, const std::string& record,
                   const OpenRecord& version);
v1::Rejection ToProto(const std::string& dataset, const std::string& key,
                      const OpenRejection& rejection);

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_SERVER_CONVERT_H_
