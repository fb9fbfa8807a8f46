// Words for what the register holds as codes.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTER_WORDS_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTER_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "libs/contract/contract_set.h"

namespace fupin::identification {

inline constexpr char kCauseList[] = "pad.cause";

// The Chinese name of a code; the code itself where the list has none.
std::string CodeWord(const contract::ContractSet& contracts, absl::string_view list,
                     const std::string& code);
// The code of a code or of its Chinese name; empty where the list has neither.
std::string CodeOf(const contract::ContractSet& contracts, absl::string_view list,
                   const std::string& text);
// 贫困 and so on, of a PovertyClass.
std::string ClassWord(int poverty_class);
// The other way; 0: no class is called so.
int ClassOf(const std::string& word);
// "45.20"
std::string IndexText(int centipoints);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_REGISTER_WORDS_H_
