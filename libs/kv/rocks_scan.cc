#include "libs/kv/rocks_scan.h"

#include <algorithm>
#include <memory>

#include <rocksdb/iterator.h>
#include <rocksdb/options.h>

#include "absl/strings/str_cat.h"
#include "libs/kv/disk_key.h"
#include "libs/kv/log_check.h"
#include "libs/status/macros.h"

namespace fupin::kv {
namespace {

absl::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

}  // namespace

absl::StatusOr<Page> ScanPage(const RocksDb& db, const std::string& table,
                              absl::string_view partition, absl::string_view begin,
                              absl::string_view end, int limit, bool back) {
  const std::string lower = DiskKey(partition, begin);
  const size_t prefix = 1 + partition.size();
  const std::string upper =
      end.empty() ? PrefixEnd(absl::string_view(lower).substr(0, prefix)) : DiskKey(partition, end);
  Page page;
  if (!upper.empty() && upper <= lower) return page;
  const rocksdb::Slice lower_bound(lower);
  const rocksdb::Slice upper_bound(upper);
  rocksdb::ReadOptions read;
  if (!upper.empty()) read.iterate_upper_bound = &upper_bound;
  if (back) read.iterate_lower_bound = &lower_bound;
  const std::unique_ptr<rocksdb::Iterator> rows(db.db().NewIterator(read, db.Handle(table)));
  if (back) {
    rows->SeekToLast();
  } else {
    rows->Seek(lower);
  }
  while (rows->Valid()) {
    const absl::string_view key = ToView(rows->key()).substr(prefix);
    if (static_cast<int>(page.rows.size()) == limit) {
      // Backwards the next page ends before the last row of this one.
      page.next = back ? page.rows.back().key : std::string(key);
      return page;
    }
    page.rows.push_back({std::string(key), rows->value().ToString()});
    if (back) {
      rows->Prev();
    } else {
      rows->Next();
    }
  }
  RETURN_IF_ERROR(FromRocks(rows->status()));
  return page;
}

absl::Status ScanRange(const RocksDb& db, const std::string& table, const TableRange& range,
                       const rocksdb::Snapshot* snapshot, const Store::Visitor& visit) {
  rocksdb::ReadOptions read;
  read.readahead_size = 2 << 20;
  read.fill_cache = false;
  read.snapshot = snapshot;
  const rocksdb::Slice end(range.end);
  if (!range.end.empty()) read.iterate_upper_bound = &end;
  const std::unique_ptr<rocksdb::Iterator> rows(db.db().NewIterator(read, db.Handle(table)));
  for (rows->Seek(range.begin); rows->Valid(); rows->Next()) {
    DiskKeyParts parts;
    if (!SplitDiskKey(ToView(rows->key()), &parts)) {
      return StoreCorrupt(absl::StrCat(db.dir(), " table ", table, ": unknown form of key"));
    }
    if (!visit(parts.partition, parts.key, ToView(rows->value()))) break;
  }
  return FromRocks(rows->status());
}

absl::StatusOr<std::vector<TableRange>> SplitTable(const RocksDb& db, const std::string& table,
                                                   int parts) {
  rocksdb::ColumnFamilyHandle* handle = db.Handle(table);
  // Where each partition begins; one seek per partition.
  std::vector<std::string> starts;
  const std::unique_ptr<rocksdb::Iterator> rows(
      db.db().NewIterator(rocksdb::ReadOptions(), handle));
  for (rows->SeekToFirst(); rows->Valid();) {
    DiskKeyParts key;
    if (!SplitDiskKey(ToView(rows->key()), &key)) {
      return StoreCorrupt(absl::StrCat(db.dir(), " table ", table, ": unknown form of key"));
    }
    starts.push_back(DiskKey(key.partition, ""));
    const std::string next = PrefixEnd(starts.back());
    if (next.empty()) break;
    rows->Seek(next);
  }
  RETURN_IF_ERROR(FromRocks(rows->status()));
  if (parts <= 1 || starts.size() <= 1) return std::vector<TableRange>(1);
  std::vector<std::string> ends(starts.size());
  std::vector<rocksdb::Range> ranges;
  for (size_t i = 0; i < starts.size(); ++i) {
    ends[i] = PrefixEnd(starts[i]);
    ranges.emplace_back(starts[i], ends[i]);
  }
  std::vector<uint64_t> sizes(starts.size());
  rocksdb::SizeApproximationOptions approximation;
  approximation.include_memtables = true;
  RETURN_IF_ERROR(FromRocks(db.db().GetApproximateSizes(
      approximation, handle, ranges.data(), static_cast<int>(ranges.size()), sizes.data())));
  uint64_t total = 0;
  // A small partition may be estimated at nothing.
  for (uint64_t& size : sizes) total += size = std::max<uint64_t>(size, 1);
  std::vector<TableRange> out(1);
  uint64_t before = 0;
  for (size_t i = 0; i < starts.size(); ++i) {
    const uint64_t due = total / static_cast<uint64_t>(parts) * out.size();
    if (i > 0 && before >= due && static_cast<int>(out.size()) < parts) {
      out.back().end = starts[i];
      out.push_back({starts[i], ""});
    }
    before += sizes[i];
  }
  return out;
}

}  // namespace fupin::kv
