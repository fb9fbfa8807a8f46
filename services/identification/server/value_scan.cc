#include "services/identification/server/value_scan.h"

#include "libs/status/macros.h"
#include "services/identification/store/tables.h"
#include "services/identification/store/values.h"

namespace fupin::identification {

absl::Status ScanValues(const kv::Store& kv, const catalog::Catalog& catalog, int64_t* skipped,
                        const std::function<absl::Status(const ValueBlock&)>& visit) {
  const size_t columns = catalog.indicators.size() + catalog.references.size();
  ValueBlock block;
  block.values.resize(columns * kBlockHouseholds);
  block.townships.resize(kBlockHouseholds);
  block.classes.resize(kBlockHouseholds);
  absl::Status status = absl::OkStatus();
  RETURN_IF_ERROR(kv.ScanTable(
      kValues, [&](absl::string_view partition, absl::string_view, absl::string_view bytes) {
        const auto row = DecodeValues(bytes);
        if (!row || row->source_fingerprint != catalog.source_fingerprint ||
            static_cast<size_t>(row->values) != columns) {
          ++*skipped;
          return true;
        }
        const size_t h = block.count;
        for (size_t c = 0; c < columns; ++c) {
          block.values[c * kBlockHouseholds + h] = row->at(static_cast<int>(c));
        }
        block.townships[h].assign(partition.data() + 2, partition.size() - 2);
        block.classes[h] = row->poverty_class;
        if (++block.count == kBlockHouseholds) {
          status = visit(block);
          block.count = 0;
        }
        return status.ok();
      }));
  RETURN_IF_ERROR(status);
  return block.count > 0 ? visit(block) : absl::OkStatus();
}

}  // namespace fupin::identification
