// Checks one member of a household and brings it into its one form: for surveys and natural
// changes.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_MEMBER_CHECK_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_MEMBER_CHECK_H_

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "fupin/identification/v1/identification_service.pb.h"
#include "libs/status/status.h"
#include "services/identification/server/knowledge.h"
#include "services/identification/server/subjects.h"

namespace fupin::identification {

inline constexpr char kHeadRelation[] = "02";  // GB/T 4761: 户主
inline constexpr int kMaxMembers = 100;

// A code of the province's list; where there is no list, any two digits.
bool IsRelation(const contract::ContractSet& contracts, const std::string& code);

// Subject of the person, 16 bytes; empty without a number. `path` stands before the fields that
// problems name: "survey.members[0].". Answers are checked too.
std::string CheckMember(const Known& known, const Subjects& subjects, absl::CivilDay today,
                        const std::string& path, v1::SurveyMember* sent, std::vector<Problem>* out);

// Answers as they were sent, problems named under `path`.
void CheckSentAnswers(const catalog::Catalog& catalog,
                      const google::protobuf::RepeatedPtrField<v1::Answer>& answers, bool of_member,
                      const std::string& path, std::vector<Problem>* problems);

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_MEMBER_CHECK_H_
