// Messages and stored bytes <-> domain values.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_CONVERT_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_CONVERT_H_

#include <string>

#include <google/protobuf/repeated_ptr_field.h>
#include <google/protobuf/timestamp.pb.h>

#include "absl/time/time.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/catalog/catalog.h"
#include "libs/catalog/rules.h"
#include "services/identification/domain/cross_check.h"
#include "services/identification/domain/distribution.h"
#include "services/identification/domain/household.h"
#include "services/identification/domain/scoring.h"
#include "services/identification/store/records.pb.h"

namespace fupin::identification {

// Answers that were checked before they were stored.
Answers ToAnswers(const google::protobuf::RepeatedPtrField<v1::Answer>& answers);
Value ToValue(const store::StoredField& field);
std::string ToText(const Value& value);

v1::Score ToProto(const catalog::Catalog& catalog, const Score& score);
// Without sources and state.
v1::Finding ToProto(const catalog::CrossCheckRules& rules, const Finding& finding,
                    const std::string& household_id);

v1::Distribution ToProto(const Distribution& distribution);

// A member as officers see one: the citizen number masked.
v1::HouseholdMember ShowMember(const v1::SurveyMember& member);

google::protobuf::Timestamp ToTimestamp(absl::Time time);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_CONVERT_H_
