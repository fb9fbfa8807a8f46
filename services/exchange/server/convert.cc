#include "services/exchange/server/convert.h"

#include <google/protobuf/util/time_util.h>

#include "services/exchange/server/names.h"

namespace fupin::exchange {

using google::protobuf::util::TimeUtil;

v1::Record ToProto(const std::string& dataset, const std::string& record,
                   const OpenRecord& version) {
  const store::StoredRecord& stored = version.stored;
  v1::Record out;
  out.set_name(RecordName(dataset, record));
  out.set_dataset(dataset);
  out.set_source_version(stored.source_version());
  *out.mutable_business_time() = TimeUtil::MillisecondsToTimestamp(stored.business_time_ms());
  *out.mutable_receive_time() = TimeUtil::MillisecondsToTimestamp(stored.receive_time_ms());
  out.set_participant(stored.participant());
  out.set_principal(stored.principal());
  out.set_system(stored.system());
  out.set_collector(version.content.collector());
  out.set_enterer(version.content.enterer());
  out.set_method(static_cast<type::v1::CollectionMethod>(stored.method()));
  out.set_stream_id(stored.stream_id());
  out.set_batch_number(stored.batch_number());
  out.set_index(stored.index());
  out.set_payload(version.content.payload());
  return out;
}

v1::Rejection ToProto(const std::string& dataset, const std::string& key,
                      const OpenRejection& rejection) {
  const store::StoredRejection& stored = rejection.stored;
  v1::Rejection out;
  out.set_name(RejectionName(dataset, key));
  out.set_stream_id(stored.stream_id());
  out.set_batch_number(stored.batch_number());
  out.set_index(stored.index());
  *out.mutable_problems() = stored.problems();
  out.set_payload(rejection.payload);
  *out.mutable_receive_time() = TimeUtil::MillisecondsToTimestamp(stored.receive_time_ms());
  if (stored.correct_time_ms() > 0) {
    *out.mutable_correct_time() = TimeUtil::MillisecondsToTimestamp(stored.correct_time_ms());
  }
  return out;
}

}  // namespace fupin::exchange
