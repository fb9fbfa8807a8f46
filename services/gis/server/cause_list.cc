#include "services/gis/server/cause_list.h"

#include "fupin/contract/v1/registry.pb.h"
#include "libs/config/config.h"
#include "libs/status/macros.h"
#include "services/gis/domain/reasons.h"

namespace fupin::gis {
namespace {

// Each costs 8 bytes a place.
constexpr int kMostCauses = 64;

}  // namespace

absl::StatusOr<CauseList> LoadCauses(const std::string& file, const std::string& list) {
  if (file.empty()) return Refuse("SETTING_WRONG", "code_list_file", "code_list_file");
  ASSIGN_OR_RETURN(const auto lists, config::Load<contract::v1::CodeLists>(file));
  for (const contract::v1::CodeList& each : lists.lists()) {
    if (each.id() != list) continue;
    if (each.codes_size() > kMostCauses) break;
    CauseList causes;
    for (const contract::v1::Code& code : each.codes()) {
      causes.push_back({code.code(), code.zh(), code.en()});
    }
    return causes;
  }
  return Refuse("SETTING_WRONG", "cause_list", "cause_list");
}

}  // namespace fupin::gis
