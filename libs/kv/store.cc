#include "libs/kv/store.h"

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::kv {
namespace {

absl::Status OverLimit(const std::string& field, size_t most) {
  return ProblemStatus(
      absl::StatusCode::kInvalidArgument,
      {"STORE_LIMIT", field,
       absl::StrCat("超出存储限制: ", field, " 须在 1 至 ", most, " 之间,请减小单次请求"),
       absl::StrCat("a limit of the store: ", field, " must be 1 to ", most,
                    "; ask less at once")});
}

absl::Status CheckPartition(absl::string_view partition) {
  if (!partition.empty() && partition.size() <= kMaxPartitionBytes) return absl::OkStatus();
  return OverLimit("partition.bytes", kMaxPartitionBytes);
}

absl::Status CheckKey(absl::string_view key) {
  if (!key.empty() && key.size() <= kMaxKeyBytes) return absl::OkStatus();
  return OverLimit("key.bytes", kMaxKeyBytes);
}

absl::Status CheckPage(int limit) {
  if (limit >= 1 && limit <= kMaxPageRows) return absl::OkStatus();
  return OverLimit("limit", kMaxPageRows);
}

}  // namespace

void Batch::Put(std::string table, std::string key, std::string value) {
  bytes_ += key.size() + value.size();
  writes_.push_back({std::move(table), std::move(key), std::move(value)});
}

void Batch::Delete(std::string table, std::string key) {
  bytes_ += key.size();
  writes_.push_back({std::move(table), std::move(key), std::nullopt});
}

void Batch::ExpectAbsent(std::string table, std::string key) {
  expects_.push_back({std::move(table), std::move(key), std::nullopt});
}

void Batch::ExpectEquals(std::string table, std::string key, std::string value) {
  expects_.push_back({std::move(table), std::move(key), std::move(value)});
}

absl::StatusOr<std::optional<std::string>> Store::Get(const std::string& table,
                                                      absl::string_view partition,
                                                      absl::string_view key) const {
  RETURN_IF_ERROR(CheckPartition(partition));
  RETURN_IF_ERROR(CheckKey(key));
  return DoGet(table, partition, key);
}

absl::StatusOr<std::vector<std::optional<std::string>>> Store::MultiGet(
    const std::string& table, absl::string_view partition,
    absl::Span<const std::string> keys) const {
  RETURN_IF_ERROR(CheckPartition(partition));
  if (keys.size() > kMaxPageRows) return OverLimit("keys", kMaxPageRows);
  for (const std::string& key : keys) RETURN_IF_ERROR(CheckKey(key));
  return DoMultiGet(table, partition, keys);
}

absl::StatusOr<Page> Store::Scan(const std::string& table, absl::string_view partition,
                                 absl::string_view begin, absl::string_view end, int limit) const {
  RETURN_IF_ERROR(CheckPartition(partition));
  RETURN_IF_ERROR(CheckPage(limit));
  return DoScan(table, partition, begin, end, limit, /*back=*/false);
}

absl::StatusOr<Page> Store::ScanBack(const std::string& table, absl::string_view partition,
                                     absl::string_view begin, absl::string_view end,
                                     int limit) const {
  RETURN_IF_ERROR(CheckPartition(partition));
  RETURN_IF_ERROR(CheckPage(limit));
  return DoScan(table, partition, begin, end, limit, /*back=*/true);
}

absl::Status Store::ScanTable(const std::string& table, const Visitor& visit) const {
  return ScanTable(table, TableRange(), nullptr, visit);
}

absl::Status Store::Commit(const Batch& batch) {
  return CommitAll(absl::MakeConstSpan(&batch, 1)).front();
}

std::vector<absl::Status> Store::CommitAll(absl::Span<const Batch> batches) {
  std::vector<absl::Status> results(batches.size());
  std::vector<const Batch*> good;
  std::vector<size_t> places;
  for (size_t i = 0; i < batches.size(); ++i) {
    results[i] = CheckLimits(batches[i]);
    if (!results[i].ok()) continue;
    good.push_back(&batches[i]);
    places.push_back(i);
  }
  if (good.empty()) return results;
  std::vector<absl::Status> committed = DoCommit(good);
  for (size_t i = 0; i < places.size(); ++i) results[places[i]] = std::move(committed[i]);
  return results;
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

absl::Status CheckLimits(const Batch& batch) {
  RETURN_IF_ERROR(CheckPartition(batch.partition()));
  if (batch.keys() > kMaxBatchKeys) return OverLimit("batch.keys", kMaxBatchKeys);
  if (batch.bytes() > kMaxBatchBytes) return OverLimit("batch.bytes", kMaxBatchBytes);
  for (const Batch::Write& write : batch.writes()) {
    RETURN_IF_ERROR(CheckKey(write.key));
    if (write.value && write.value->size() > kMaxValueBytes) {
      return OverLimit("value.bytes", kMaxValueBytes);
    }
  }
  for (const Batch::Expect& expect : batch.expects()) RETURN_IF_ERROR(CheckKey(expect.key));
  return absl::OkStatus();
}

void AppendU32(std::string* out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

void AppendU64(std::string* out, uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

uint32_t ReadU32(absl::string_view bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

uint64_t ReadU64(absl::string_view bytes) {
  return static_cast<uint64_t>(ReadU32(bytes)) << 32 | ReadU32(bytes.substr(4));
}

}  // namespace fupin::kv
