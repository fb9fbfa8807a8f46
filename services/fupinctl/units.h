// The unit at the end of a field's name (style of the protos: amount_fen, index_centipoints) and
// how a value in it reads.
#ifndef FUPIN_SERVICES_FUPINCTL_UNITS_H_
#define FUPIN_SERVICES_FUPINCTL_UNITS_H_

#include <cstdint>
#include <string>

namespace fupin::fupinctl {

// "index" of "index_centipoints"; the name itself when it ends in no unit.
std::string WithoutUnit(const std::string& field);

// 5732 of index_centipoints is "57.32", 984 of completeness_permille "98.4%", 54400 of amount_fen
// "544.00 元", 12345 of household_count "12,345", -1 of member_index "户 household".
std::string NumberText(const std::string& field, int64_t value);
// Share of one in a field ..._rate as %; otherwise at most four decimals.
std::string NumberText(const std::string& field, double value);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_UNITS_H_
