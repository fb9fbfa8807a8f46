// What items of the registration form can be filled from beside answers and records.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_FORM_SOURCES_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_FORM_SOURCES_H_

namespace fupin::identification {

inline constexpr const char* kRegisterSources[] = {"card_number",   "status",       "register_date",
                                                   "main_cause",    "other_causes", "remarks",
                                                   "poverty_class", "index"};
inline constexpr const char* kDerivedSources[] = {"division", "person_count", "survey_date",
                                                  "head_name", "head_citizen_number"};
inline constexpr const char* kMemberSources[] = {"name", "citizen_number", "relation",
                                                 "sex",  "birth_date",     "age"};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_FORM_SOURCES_H_
