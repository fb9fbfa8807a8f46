// From pushed bytes to records ready to be decided on: decoded, checked, keyed. CPU work that runs
// on the stream's own thread, before the single committer.
#ifndef FUPIN_SERVICES_EXCHANGE_SERVER_PREPARE_H_
#define FUPIN_SERVICES_EXCHANGE_SERVER_PREPARE_H_

#include <memory>
#include <string>
#include <vector>

#include "fupin/exchange/v1/exchange_service.pb.h"
#include "libs/clock/clock.h"
#include "libs/contract/contract_set.h"
#include "libs/crypto/blind_index.h"
#include "libs/division/tree.h"
#include "libs/status/status.h"
#include "services/exchange/store/records.pb.h"

namespace fupin::exchange {

// What a stream said of itself when it was opened.
struct StreamInfo {
  std::string participant;
  std::string principal;
  std::string system;
  std::string stream_id;
  v1::Charset charset = v1::CHARSET_UTF8;
  bool dry_run = false;
};

struct PreparedRecord {
  std::vector<Problem> problems;  // not empty: rejected
  std::string record;             // 16-byte id; empty when rejected before the key was known
  std::string content_hash;       // 16 bytes
  store::StoredRecord stored;
  store::RecordContent content;  // payload in canonical encoding
  std::string sent_payload;      // as it came; kept if the record is rejected
  std::string corrects;
  bool confirmed = false;
};

struct PreparedBatch {
  std::string dataset;
  StreamInfo info;
  int64_t batch_number = 0;
  std::vector<PreparedRecord> records;
};

// Safe for concurrent use.
class Preparer {
 public:
  Preparer(const crypto::BlindIndex& blind, std::shared_ptr<const division::Tree> divisions,
           const Clock& clock);

  PreparedBatch Prepare(const contract::ContractSet& contracts, const contract::Contract& contract,
                        const StreamInfo& info, const v1::RecordBatch& batch) const;

  // Id of the record with these key values: a keyed hash, because keys hold citizen numbers.
  std::string RecordId(const contract::Contract& contract, const contract::Row& row) const;

 private:
  PreparedRecord PrepareOne(const contract::ContractSet& contracts,
                            const contract::Contract& contract, const StreamInfo& info,
                            const v1::PushedRecord& pushed) const;

  const crypto::BlindIndex& blind_;
  const std::shared_ptr<const division::Tree> divisions_;
  const Clock& clock_;
};

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_SERVER_PREPARE_H_
