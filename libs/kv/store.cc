#include "libs/kv/store.h"

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"

namespace fupin::kv {

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

absl::Status Store::Commit(const Batch& batch) {
  return CommitAll(absl::MakeConstSpan(&batch, 1)).front();
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

absl::Status CheckLimits(const Batch& batch) {
  const auto refuse = [](absl::string_view what) {
    return ProblemStatus(
        absl::StatusCode::kInvalidArgument,
        {"STORE_LIMIT", "", absl::StrCat("写入超出存储限制: ", what, ",请减小单次写入"),
         absl::StrCat("a write exceeds a limit of the store: ", what, "; write less at once")});
  };
  if (batch.partition().empty() || batch.partition().size() > 255) return refuse("partition");
  if (batch.keys() > kMaxBatchKeys) return refuse("keys per batch");
  if (batch.bytes() > kMaxBatchBytes) return refuse("bytes per batch");
  for (const Batch::Write& write : batch.writes()) {
    if (write.key.empty() || write.key.size() > kMaxKeyBytes) return refuse("key bytes");
    if (write.value && write.value->size() > kMaxValueBytes) return refuse("value bytes");
  }
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
