// Any bytes as the stored rows of an outbox: it opens, and reading gives events without a gap or
// says why not. The input is a list of rows: table, partition, key size, value size, key, value.
#include <cstdint>
#include <map>

#include "absl/strings/str_cat.h"
#include "libs/outbox/outbox.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::outbox {
namespace {

// A store that holds the given rows and takes nothing.
class Rows : public kv::Store {
 public:
  using Key = std::pair<std::string, std::string>;  // partition, key
  std::map<std::string, std::map<Key, std::string>> tables;

  absl::Status ScanTable(const std::string& table, const kv::TableRange&, const kv::Snapshot*,
                         const Visitor& visit) const override {
    const auto found = tables.find(table);
    if (found == tables.end()) return absl::OkStatus();
    for (const auto& [key, value] : found->second) {
      if (!visit(key.first, key.second, value)) break;
    }
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<kv::TableRange>> Split(const std::string&, int) const override {
    return std::vector<kv::TableRange>(1);
  }
  std::unique_ptr<const kv::Snapshot> TakeSnapshot() const override { return nullptr; }
  absl::Status Checkpoint(const std::string&) override { return absl::OkStatus(); }
  absl::Status Verify() override { return absl::OkStatus(); }
  absl::Status Health() const override { return absl::OkStatus(); }
  kv::StoreStats Stats() const override { return {}; }
  const std::string& incarnation() const override { return incarnation_; }

 private:
  absl::StatusOr<std::optional<std::string>> DoGet(const std::string& table,
                                                   absl::string_view partition,
                                                   absl::string_view key) const override {
    const auto found = tables.find(table);
    if (found == tables.end()) return std::optional<std::string>();
    const auto row = found->second.find({std::string(partition), std::string(key)});
    if (row == found->second.end()) return std::optional<std::string>();
    return std::optional<std::string>(row->second);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> DoMultiGet(
      const std::string&, absl::string_view, absl::Span<const std::string> keys) const override {
    return std::vector<std::optional<std::string>>(keys.size());
  }
  absl::StatusOr<kv::Page> DoScan(const std::string& table, absl::string_view partition,
                                  absl::string_view begin, absl::string_view end, int limit,
                                  bool) const override {
    kv::Page page;
    const auto found = tables.find(table);
    if (found == tables.end()) return page;
    for (const auto& [key, value] : found->second) {
      if (key.first != partition || key.second < begin) continue;
      if (!end.empty() && key.second >= end) continue;
      if (static_cast<int>(page.rows.size()) == limit) {
        page.next = key.second;
        break;
      }
      page.rows.push_back({key.second, value});
    }
    return page;
  }
  std::vector<absl::Status> DoCommit(absl::Span<const kv::Batch* const> batches) override {
    return std::vector<absl::Status>(batches.size());
  }

  const std::string incarnation_ = "fuzz";
};

void CheckOutbox(absl::string_view bytes) {
  Rows store;
  while (bytes.size() > 4) {
    const std::string table = Tables()[static_cast<unsigned char>(bytes[0]) % 2];
    const std::string partition = std::string(1, "pq~"[static_cast<unsigned char>(bytes[1]) % 3]);
    const size_t key = 1 + static_cast<unsigned char>(bytes[2]) % 10;
    const size_t value = static_cast<unsigned char>(bytes[3]);
    bytes.remove_prefix(4);
    if (key > bytes.size()) break;
    store.tables[table][{partition, std::string(bytes.substr(0, key))}] =
        std::string(bytes.substr(key, value));
    bytes.remove_prefix(std::min(bytes.size(), key + value));
  }
  const FakeClock clock(absl::UnixEpoch());
  const auto outbox = Outbox::Open(store, clock);
  if (!outbox.ok()) {
    FUPIN_CHECK(ReasonOf(outbox.status()) == "STORE_CORRUPT");
    return;
  }
  for (const auto& [partition, head] : (*outbox)->Heads()) {
    for (int64_t after = 0; after < 3; ++after) {
      const auto events = (*outbox)->Read(partition, after, 5);
      FUPIN_CHECK(events.ok() || !ReasonOf(events.status()).empty());
      for (size_t i = 0; events.ok() && i < events->size(); ++i) {
        FUPIN_CHECK((*events)[i].sequence == after + 1 + static_cast<int64_t>(i));
        FUPIN_CHECK((*events)[i].sequence <= head);
      }
    }
  }
  (void)(*outbox)->Backlog();
  (void)(*outbox)->Confirm("c", {{"p", 1}, {"q", -1}});
  (void)(*outbox)->Trim(absl::Hours(1));
}

}  // namespace
}  // namespace fupin::outbox

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fupin::outbox::CheckOutbox(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
