#include "services/identification/server/register_words.h"

#include "absl/strings/str_format.h"
#include "fupin/identification/v1/identification_service.pb.h"

namespace fupin::identification {

std::string CodeWord(const contract::ContractSet& contracts, absl::string_view list,
                     const std::string& code) {
  if (const auto* known = contracts.FindCodeList(list)) {
    for (const contract::v1::Code& each : known->codes()) {
      if (each.code() == code) return each.zh();
    }
  }
  return code;
}

std::string CodeOf(const contract::ContractSet& contracts, absl::string_view list,
                   const std::string& text) {
  if (const auto* known = contracts.FindCodeList(list)) {
    for (const contract::v1::Code& each : known->codes()) {
      if (each.code() == text || each.zh() == text) return each.code();
    }
  }
  return "";
}

std::string ClassWord(int poverty_class) {
  switch (poverty_class) {
    case v1::POVERTY_CLASS_POOR:
      return "贫困";
    case v1::POVERTY_CLASS_POSSIBLY_POOR:
      return "可能贫困";
    case v1::POVERTY_CLASS_STABLE:
      return "稳定脱贫";
    case v1::POVERTY_CLASS_NOT_SCORABLE:
      return "无法评分";
    default:
      return "";
  }
}

int ClassOf(const std::string& word) {
  for (int each = v1::PovertyClass_MIN; each <= v1::PovertyClass_MAX; ++each) {
    if (!word.empty() && ClassWord(each) == word) return each;
  }
  return v1::POVERTY_CLASS_UNSPECIFIED;
}

std::string IndexText(int centipoints) {
  return absl::StrFormat("%d.%02d", centipoints / 100, centipoints % 100);
}

}  // namespace fupin::identification
