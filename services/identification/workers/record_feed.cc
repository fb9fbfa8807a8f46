#include "services/identification/workers/record_feed.h"

#include <utility>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "fupin/exchange/v1/exchange_service.pb.h"
#include "libs/contract/decode.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"

namespace fupin::identification {
namespace {

constexpr int kTries = 5;

}  // namespace

absl::StatusOr<IncomingFact> RecordFeed::Read(const feed::v1::Event& event) const {
  exchange::v1::RecordChanged changed;
  if (!changed.ParseFromString(event.payload())) return Refuse("EVENT_MALFORMED");
  const exchange::v1::Record& record = changed.record();
  const auto known = knowledge_.current();
  const contract::Contract* contract = known->contracts->Find(record.dataset());
  if (contract == nullptr) return Refuse("DATASET_UNKNOWN", "dataset", record.dataset());
  ASSIGN_OR_RETURN(const contract::Row row,
                   contract::Decode(*contract, record.payload(), contract::Charset::kUtf8));
  IncomingFact incoming;
  incoming.partition = event.partition();
  incoming.sequence = event.sequence();
  const std::vector<std::string> name = absl::StrSplit(record.name(), '/');
  if (name.size() != 4) return Refuse("EVENT_MALFORMED");
  incoming.record_id = absl::HexStringToBytes(name[3]);
  const auto* subject =
      std::get_if<std::string>(&row[static_cast<size_t>(contract->subject_field)]);
  if (subject == nullptr) return Refuse("EVENT_MALFORMED");
  switch (contract->options.subject_kind()) {
    case contract::v1::SUBJECT_KIND_CITIZEN:
      incoming.subject = subjects_.Citizen(*subject);
      break;
    case contract::v1::SUBJECT_KIND_PERSON:
      incoming.subject = subjects_.Person(*subject);
      break;
    case contract::v1::SUBJECT_KIND_HOUSEHOLD:
      incoming.subject = subjects_.Household(*subject);
      break;
    default:
      incoming.subject = subjects_.Place(*subject);
      incoming.division = *subject;
  }
  auto& [fact, values] = incoming.fact;
  fact.set_dataset(record.dataset());
  fact.set_record(record.name());
  fact.set_source_version(record.source_version());
  fact.set_business_time_ms(
      google::protobuf::util::TimeUtil::TimestampToMilliseconds(record.business_time()));
  fact.set_automatic(record.method() == type::v1::COLLECTION_METHOD_AUTOMATIC);
  for (size_t i = 0; i < row.size(); ++i) {
    // Whom the record is about is known by its key; the number itself is not copied.
    if (static_cast<int>(i) == contract->subject_field) continue;
    store::StoredField field;
    field.set_name(contract->fields[i].name);
    if (const auto* number = std::get_if<fixed::Micro>(&row[i])) {
      field.set_micro(number->units);
    } else if (const auto* yes = std::get_if<bool>(&row[i])) {
      field.set_yes(*yes);
    } else if (const auto* text = std::get_if<std::string>(&row[i])) {
      field.set_text(*text);
    } else {
      continue;
    }
    *values.add_fields() = std::move(field);
  }
  return incoming;
}

absl::Status RecordFeed::Apply(const std::string& epoch,
                               const std::vector<feed::v1::Event>& events) {
  std::vector<IncomingFact> facts;
  for (const feed::v1::Event& event : events) {
    auto fact = Read(event);
    if (fact.ok()) {
      facts.push_back(*std::move(fact));
      continue;
    }
    const std::pair<std::string, int64_t> key(event.partition(), event.sequence());
    if (++tries_[key] < kTries) return fact.status();
    tries_.erase(key);
    store::ParkedEvent parked;
    parked.set_partition(event.partition());
    parked.set_sequence(event.sequence());
    parked.set_type(event.type());
    parked.set_reason(ReasonOf(fact.status()));
    parked.set_park_time_ms(absl::ToUnixMillis(clock_.Now()));
    RETURN_IF_ERROR(facts_.Park(parked, event.payload()));
    metrics_.parked.Increment();
    log::Error("event set aside", {{"partition", event.partition()},
                                   {"sequence", event.sequence()},
                                   {"reason", parked.reason()}});
  }
  ASSIGN_OR_RETURN(const std::vector<Mark> marks, facts_.Apply(epoch, facts));
  scorer_.Notify(marks);
  return absl::OkStatus();
}

}  // namespace fupin::identification
