#include "services/exchange/server/prepare.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/codes/civil_date.h"
#include "libs/codes/text.h"
#include "libs/contract/decode.h"
#include "libs/contract/quality.h"
#include "libs/contract/reasons.h"
#include "services/exchange/domain/reasons.h"
#include "services/exchange/server/names.h"

namespace fupin::exchange {
namespace {

constexpr absl::Duration kFuture = absl::Hours(24);
constexpr size_t kMaxNameBytes = 200;  // of collector and enterer

// As for dates inside records.
absl::Time Earliest() { return absl::FromCivil(absl::CivilDay(1800, 1, 1), Shanghai()); }

contract::Charset ToCharset(v1::Charset charset) {
  return charset == v1::CHARSET_GB18030 ? contract::Charset::kGb18030 : contract::Charset::kUtf8;
}

// The effective field as a moment: the start of that day, month or year in Asia/Shanghai.
std::optional<absl::Time> EffectiveTime(const contract::Contract& contract,
                                        const contract::Row& row) {
  if (contract.effective_field < 0) return std::nullopt;
  const auto index = static_cast<size_t>(contract.effective_field);
  const auto* text = std::get_if<std::string>(&row[index]);
  if (text == nullptr) return std::nullopt;
  absl::CivilDay day;
  if (const auto date = codes::ParseDate(*text); date.ok()) {
    day = *date;
  } else if (const auto month = codes::ParseMonth(*text); month.ok()) {
    day = absl::CivilDay(*month);
  } else if (const auto year = codes::ParseYear(*text); year.ok()) {
    day = absl::CivilDay(*year);
  } else {
    return std::nullopt;
  }
  return absl::FromCivil(day, Shanghai());
}

}  // namespace

Preparer::Preparer(const crypto::BlindIndex& blind, std::shared_ptr<const division::Tree> divisions,
                   const Clock& clock)
    : blind_(blind), divisions_(std::move(divisions)), clock_(clock) {}

std::string Preparer::RecordId(const contract::Contract& contract, const contract::Row& row) const {
  return blind_.Of("record/" + contract.dataset, contract::KeyOf(contract, row));
}

PreparedBatch Preparer::Prepare(const contract::ContractSet& contracts,
                                const contract::Contract& contract, const StreamInfo& info,
                                const v1::RecordBatch& batch) const {
  PreparedBatch prepared;
  prepared.dataset = contract.dataset;
  prepared.info = info;
  prepared.batch_number = batch.batch_number();
  prepared.records.reserve(static_cast<size_t>(batch.records_size()));
  for (int i = 0; i < batch.records_size(); ++i) {
    PreparedRecord record = PrepareOne(contracts, contract, info, batch.records(i));
    record.stored.set_batch_number(batch.batch_number());
    record.stored.set_index(i);
    prepared.records.push_back(std::move(record));
  }
  return prepared;
}

PreparedRecord Preparer::PrepareOne(const contract::ContractSet& contracts,
                                    const contract::Contract& contract, const StreamInfo& info,
                                    const v1::PushedRecord& pushed) const {
  const absl::Time now = clock_.Now();
  const contract::Charset charset = ToCharset(info.charset);
  PreparedRecord record;
  std::vector<Problem>& problems = record.problems;
  record.confirmed = pushed.confirmed();
  if (!pushed.corrects().empty()) {
    const auto named = ParseName(pushed.corrects(), "rejections");
    if (named.ok() && named->dataset == contract.dataset) {
      record.corrects = named->id;
    } else {
      problems.push_back(Because("CORRECTS_UNKNOWN", "corrects"));
    }
  }
  if (pushed.source_version() <= 0) {
    problems.push_back(Because("SOURCE_VERSION_INVALID", "source_version"));
  }
  const auto text = [&](const std::string& bytes, const char* field) {
    auto utf8 = contract::ToUtf8(bytes, charset);
    if (!utf8.ok()) {
      problems.push_back(Because("PROVENANCE_TEXT", field));
    } else if (utf8->size() > kMaxNameBytes) {
      problems.push_back(contract::Because("TEXT_TOO_LONG", field, absl::StrCat(kMaxNameBytes)));
    } else if (const absl::Status seen = codes::CheckText(*utf8); !seen.ok()) {
      for (Problem& problem : ProblemsOf(seen)) {
        problem.field = field;
        problems.push_back(std::move(problem));
      }
    } else {
      return *std::move(utf8);
    }
    return std::string();
  };
  store::StoredRecord& stored = record.stored;
  store::RecordContent& content = record.content;
  content.set_collector(text(pushed.collector(), "collector"));
  content.set_enterer(text(pushed.enterer(), "enterer"));
  if (pushed.method() == type::v1::COLLECTION_METHOD_UNSPECIFIED) {
    problems.push_back(Because("METHOD_MISSING", "method"));
  } else if (!type::v1::CollectionMethod_IsValid(pushed.method())) {
    problems.push_back(Because("METHOD_UNKNOWN", "method"));
  }
  if (pushed.method() == type::v1::COLLECTION_METHOD_MANUAL && pushed.enterer().empty()) {
    problems.push_back(Because("ENTERER_MISSING", "enterer"));
  }

  auto row = contract::Decode(contract, pushed.payload(), charset);
  if (!row.ok()) {
    for (Problem& problem : ProblemsOf(row.status())) problems.push_back(std::move(problem));
  } else {
    auto quality = contract::CheckQuality(
        contract, contracts, &*row, absl::ToCivilDay(now, Shanghai()),
        [this](absl::string_view code) { return divisions_->Find(code).has_value(); });
    for (Problem& problem : quality) problems.push_back(std::move(problem));
    absl::Time business = absl::InfinitePast();
    if (pushed.has_business_time()) {
      const google::protobuf::Timestamp& sent = pushed.business_time();
      business = absl::FromUnixSeconds(sent.seconds()) + absl::Nanoseconds(sent.nanos());
      if (sent.nanos() < 0 || sent.nanos() > 999'999'999 || business < Earliest()) {
        problems.push_back(Because("BUSINESS_TIME_INVALID", "business_time"));
      }
    } else if (const auto effective = EffectiveTime(contract, *row)) {
      business = *effective;
    } else {
      problems.push_back(Because("BUSINESS_TIME_MISSING", "business_time"));
    }
    if (business > now + kFuture) {
      problems.push_back(Because("BUSINESS_TIME_FUTURE", "business_time"));
    }
    if (problems.empty()) {
      stored.set_source_version(pushed.source_version());
      stored.set_business_time_ms(absl::ToUnixMillis(business));
      stored.set_participant(info.participant);
      stored.set_principal(info.principal);
      stored.set_system(info.system);
      stored.set_method(pushed.method());
      stored.set_stream_id(info.stream_id);
      content.set_payload(contract::Encode(contract, *row));
      record.record = RecordId(contract, *row);
      // The business time belongs to the content: a correction of it is a change.
      record.content_hash =
          blind_.Of("content/" + contract.dataset,
                    absl::StrCat(stored.business_time_ms(), " ", content.payload()));
    }
  }
  // What is told and kept of a rejected record is bounded, whatever was sent. Others may still be
  // rejected when they meet what is stored.
  if (problems.size() > contract::kMaxProblems) problems.resize(contract::kMaxProblems);
  record.sent_payload = pushed.payload().substr(0, 48 << 10);
  return record;
}

}  // namespace fupin::exchange
