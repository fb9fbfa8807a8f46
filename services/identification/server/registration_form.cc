#include "services/identification/server/registration_form.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/config/config.h"
#include "libs/config/folder_state.h"
#include "libs/status/macros.h"
#include "services/identification/domain/reasons.h"
#include "services/identification/server/form_sources.h"

namespace fupin::identification {
namespace {

const catalog::Question* FindQuestion(const catalog::Catalog& catalog, const std::string& code) {
  const auto found = std::find_if(catalog.questions.begin(), catalog.questions.end(),
                                  [&](const auto& question) { return question.code == code; });
  return found == catalog.questions.end() ? nullptr : &*found;
}

bool Has(absl::Span<const char* const> names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsNumber(const catalog::Question& question) {
  using Type = catalog::Question::Type;
  return question.type == Type::kInteger || question.type == Type::kNumber ||
         question.type == Type::kMoneyYuan;
}

// What is wrong with a source; empty: nothing.
std::string FaultOf(const procedure::v1::FormSource& source, bool per_member, const Known& known) {
  using Source = procedure::v1::FormSource;
  switch (source.from_case()) {
    case Source::kQuestion: {
      const auto* question = FindQuestion(*known.catalog, source.question());
      if (question == nullptr) return absl::StrCat("question ", source.question());
      return question->of_member == per_member
                 ? ""
                 : absl::StrCat("question ", source.question(), ": scope");
    }
    case Source::kRecord: {
      const auto* contract = known.contracts->Find(source.record().dataset());
      const bool there = contract != nullptr && contract->Find(source.record().field()) != nullptr;
      return there
                 ? ""
                 : absl::StrCat("record ", source.record().dataset(), " ", source.record().field());
    }
    case Source::kSum: {
      if (per_member || source.sum().plus().empty()) return "sum";
      for (const auto* part : {&source.sum().plus(), &source.sum().minus()}) {
        for (const std::string& code : *part) {
          const auto* question = FindQuestion(*known.catalog, code);
          if (question == nullptr || question->of_member || !IsNumber(*question)) {
            return absl::StrCat("sum ", code);
          }
        }
      }
      return "";
    }
    case Source::kRegister:
      return !per_member && Has(kRegisterSources, source.register_())
                 ? ""
                 : absl::StrCat("register ", source.register_());
    case Source::kDerived:
      return Has(per_member ? absl::MakeSpan(kMemberSources) : absl::MakeSpan(kDerivedSources),
                 source.derived())
                 ? ""
                 : absl::StrCat("derived ", source.derived());
    case Source::FROM_NOT_SET:
      break;
  }
  return "source";
}

}  // namespace

std::vector<Problem> CheckForm(const procedure::v1::RegistrationForm& form, const Known& known) {
  std::vector<Problem> problems;
  const auto fault = [&](const std::string& field, const std::string& what) {
    problems.push_back(Because("FORM_FAULT", field, what));
  };
  if (form.id().empty() || form.version() < 1) fault("id", "id, version");
  if (form.title_zh().empty() || form.title_en().empty()) fault("title_zh", "title_zh, title_en");
  if (form.sections().empty()) fault("sections", "sections");
  std::set<std::string> codes;
  for (const auto& section : form.sections()) {
    if (section.name_zh().empty() || section.items().empty()) {
      fault("sections", absl::StrCat("section ", section.name_en()));
    }
    for (const auto& item : section.items()) {
      const auto wrong = [&](const std::string& what) {
        fault(item.code(), absl::StrCat(item.code(), ": ", what));
      };
      if (item.code().empty() || !codes.insert(item.code()).second) wrong("code");
      if (item.label_zh().empty() || item.label_en().empty()) wrong("label_zh, label_en");
      if (item.by_hand() && (item.required() || !item.sources().empty())) wrong("by_hand");
      if (item.share() < 0) wrong("share");
      for (const auto& source : item.sources()) {
        const std::string what = FaultOf(source, section.per_member(), known);
        if (!what.empty()) wrong(what);
      }
    }
  }
  return problems;
}

absl::Status RegistrationForms::Refresh() {
  if (file_.empty()) return absl::OkStatus();
  const std::string state = config::FolderState({file_});
  {
    absl::MutexLock lock(&mutex_);
    if (state == state_) return absl::OkStatus();
    state_ = state;
  }
  ASSIGN_OR_RETURN(auto form, config::Load<procedure::v1::RegistrationForm>(file_));
  if (auto problems = CheckForm(form, *knowledge_.current()); !problems.empty()) {
    if (problems.size() > 20) problems.resize(20);
    return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems));
  }
  absl::MutexLock lock(&mutex_);
  current_ = std::make_shared<const procedure::v1::RegistrationForm>(std::move(form));
  return absl::OkStatus();
}

}  // namespace fupin::identification
