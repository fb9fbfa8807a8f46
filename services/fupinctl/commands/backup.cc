// Backup and restore of a data folder that no service has open.
#include <cstdio>

#include "libs/kv/rocks_store.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"

namespace fupin::fupinctl {

int BackupCommand(const Arguments& arguments) {
  if (arguments.size() != 2) {
    std::fprintf(stderr, "fupinctl backup DATA_DIR BACKUP_DIR\n");
    return kUsage;
  }
  kv::RocksOptions options;
  options.dir = arguments[0];
  options.schema = 0;  // values are copied, not read
  auto store = kv::OpenRocksStore(options);
  if (!store.ok()) return Report(store.status());
  if (const absl::Status status = (*store)->Verify(); !status.ok()) return Report(status);
  if (const absl::Status status = (*store)->Checkpoint(arguments[1]); !status.ok()) {
    return Report(status);
  }
  std::printf("已备份 backed up: %s -> %s\n", arguments[0].c_str(), arguments[1].c_str());
  return kOk;
}

int RestoreCommand(const Arguments& arguments) {
  if (arguments.size() != 2) {
    std::fprintf(stderr, "fupinctl restore BACKUP_DIR DATA_DIR\n");
    return kUsage;
  }
  if (const absl::Status status = kv::RestoreRocksStore(arguments[0], arguments[1]); !status.ok()) {
    return Report(status);
  }
  std::printf("已恢复并校验 restored and verified: %s\n", arguments[1].c_str());
  return kOk;
}

}  // namespace fupin::fupinctl
