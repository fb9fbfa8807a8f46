// Reads many rows of a table, as Store promises it. Private to libs/kv.
#ifndef FUPIN_LIBS_KV_ROCKS_SCAN_H_
#define FUPIN_LIBS_KV_ROCKS_SCAN_H_

#include <string>
#include <vector>

#include <rocksdb/snapshot.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/kv/rocks_db.h"
#include "libs/kv/store.h"

namespace fupin::kv {

// Store::Scan and ScanBack.
absl::StatusOr<Page> ScanPage(const RocksDb& db, const std::string& table,
                              absl::string_view partition, absl::string_view begin,
                              absl::string_view end, int limit, bool back);

// Store::ScanTable. `snapshot` null: as of now.
absl::Status ScanRange(const RocksDb& db, const std::string& table, const TableRange& range,
                       const rocksdb::Snapshot* snapshot, const Store::Visitor& visit);

// Store::Split.
absl::StatusOr<std::vector<TableRange>> SplitTable(const RocksDb& db, const std::string& table,
                                                   int parts);

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_ROCKS_SCAN_H_
