#include "services/identification/server/member_check.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/civil_date.h"
#include "libs/codes/text.h"
#include "services/identification/domain/answers.h"
#include "services/identification/domain/reasons.h"

namespace fupin::identification {
namespace {

constexpr size_t kMaxKeyBytes = 64;
constexpr char kRelations[] = "gb.relation";
constexpr int kOldest = 120;

std::vector<SentAnswer> ToSent(const google::protobuf::RepeatedPtrField<v1::Answer>& answers) {
  std::vector<SentAnswer> sent;
  for (const v1::Answer& answer : answers) {
    SentAnswer out;
    out.question = answer.question();
    switch (answer.value_case()) {
      case v1::Answer::kNumber:
        out.kind = SentAnswer::Kind::kNumber;
        out.text = answer.number();
        break;
      case v1::Answer::kYes:
        out.kind = SentAnswer::Kind::kYes;
        break;
      case v1::Answer::kChoice:
        out.kind = SentAnswer::Kind::kChoice;
        out.text = answer.choice();
        break;
      case v1::Answer::kText:
        out.kind = SentAnswer::Kind::kText;
        out.text = answer.text();
        break;
      case v1::Answer::kAbsent: {
        const bool known =
            v1::Absence_IsValid(answer.absent()) && answer.absent() != v1::ABSENCE_UNSPECIFIED;
        out.kind = known ? SentAnswer::Kind::kAbsent : SentAnswer::Kind::kNone;
        break;
      }
      case v1::Answer::VALUE_NOT_SET:
        break;
    }
    sent.push_back(std::move(out));
  }
  return sent;
}

// Problems of `status`, as being about `field`.
void Take(const absl::Status& status, const std::string& field, std::vector<Problem>* problems) {
  for (Problem problem : ProblemsOf(status)) {
    problem.field = field;
    problems->push_back(std::move(problem));
  }
}

}  // namespace

bool IsRelation(const contract::ContractSet& contracts, const std::string& code) {
  if (contracts.FindCodeList(kRelations) != nullptr) return contracts.HasCode(kRelations, code);
  return code.size() == 2 && absl::ascii_isdigit(code[0]) && absl::ascii_isdigit(code[1]);
}

void CheckSentAnswers(const catalog::Catalog& catalog,
                      const google::protobuf::RepeatedPtrField<v1::Answer>& answers, bool of_member,
                      const std::string& path, std::vector<Problem>* problems) {
  for (Problem& problem : CheckAnswers(catalog, ToSent(answers), of_member, path)) {
    problems->push_back(std::move(problem));
  }
}

std::string CheckMember(const Known& known, const Subjects& subjects, absl::CivilDay today,
                        const std::string& path, v1::SurveyMember* sent,
                        std::vector<Problem>* out) {
  v1::SurveyMember& member = *sent;
  std::vector<Problem>& problems = *out;
  auto name = codes::NormaliseName(member.name());
  if (name.ok()) {
    member.set_name(*std::move(name));
  } else {
    Take(name.status(), path + "name", &problems);
  }
  std::string person;
  if (!member.citizen_number().empty() && !member.person_key().empty()) {
    problems.push_back(Because("MEMBER_KEYS", path + "citizen_number"));
  } else if (!member.citizen_number().empty()) {
    const auto number = codes::CitizenNumber::Parse(member.citizen_number(), today);
    if (!number.ok()) {
      Take(number.status(), path + "citizen_number", &problems);
    } else {
      member.set_citizen_number(number->text());
      person = subjects.Citizen(number->text());
      const std::string birth = absl::FormatCivilTime(number->birth_date());
      if (member.birth_date().empty()) {
        member.set_birth_date(birth);
      } else if (member.birth_date() != birth) {
        problems.push_back(Because("BIRTH_DATE_CONFLICT", path + "birth_date"));
      }
      if (member.sex().empty()) member.set_sex(std::string(1, number->sex()));
    }
  } else if (!member.person_key().empty()) {
    if (member.person_key().size() > kMaxKeyBytes) {
      problems.push_back(Because("SOURCE_KEY_TOO_LONG", path + "person_key"));
    }
    Take(codes::CheckText(member.person_key()), path + "person_key", &problems);
    person = subjects.Person(member.person_key());
  }
  if (!member.birth_date().empty()) {
    const auto born = codes::ParseDate(member.birth_date());
    Take(born.status(), path + "birth_date", &problems);
    if (born.ok() && (*born > today || born->year() + kOldest < today.year())) {
      problems.push_back(Because("BIRTH_DATE_RANGE", path + "birth_date"));
    }
  }
  const std::string& relation = member.relation();
  if (!IsRelation(*known.contracts, relation)) {
    problems.push_back(Because("RELATION_UNKNOWN", path + "relation"));
  }
  if (!member.sex().empty() && member.sex() != "0" && member.sex() != "1" && member.sex() != "2" &&
      member.sex() != "9") {
    problems.push_back(Because("SEX_UNKNOWN", path + "sex"));
  }
  CheckSentAnswers(*known.catalog, member.answers(), true, path, out);
  return person;
}

}  // namespace fupin::identification
