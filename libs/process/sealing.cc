#include "libs/process/sealing.h"

#include "libs/crypto/key_file_sealer.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::process {
namespace {

constexpr char kPartition[] = "seal";
constexpr size_t kKeyIdBytes = 6;  // format, suite, key version
constexpr crypto::SealPlace kPlace{kSealKeysTable, kPartition, "", "check"};

}  // namespace

absl::StatusOr<std::unique_ptr<crypto::Sealer>> MakeSealer(const std::string& seal_key_file,
                                                           const std::string& service) {
  if (seal_key_file.empty()) {
    return ProblemStatus(
        absl::StatusCode::kInvalidArgument,
        {"SETTING_WRONG", "seal_key_file", "缺少配置项 seal_key_file,请指定封存密钥文件",
         "the setting seal_key_file is missing; name the file of sealing keys"});
  }
  return crypto::KeyFileSealer::FromFile(seal_key_file, service);
}

absl::Status CheckSealKeys(kv::Store& store, const crypto::Sealer& sealer) {
  ASSIGN_OR_RETURN(const kv::Page known,
                   store.Scan(kSealKeysTable, kPartition, "", "", kv::kMaxPageRows));
  for (const kv::Row& row : known.rows) {
    RETURN_IF_ERROR(sealer.Open(kPlace, row.value).status());
  }
  ASSIGN_OR_RETURN(const std::string sealed, sealer.Seal(kPlace, ""));
  const std::string key_id = sealed.substr(0, kKeyIdBytes);
  for (const kv::Row& row : known.rows) {
    if (row.key == key_id) return absl::OkStatus();
  }
  kv::Batch batch(kPartition);
  batch.Put(kSealKeysTable, key_id, sealed);
  return store.Commit(batch);
}

}  // namespace fupin::process
