#include "services/fupinctl/glossary.h"

#include "absl/strings/str_cat.h"
#include "services/fupinctl/labels.h"

namespace fupin::fupinctl {

void Glossary::Add(const identification::v1::Form& form) {
  for (const auto& question : form.questions()) {
    std::string& text = words_[absl::StrCat("question ", question.code())];
    text = question.text_zh();
    if (!question.unit_zh().empty()) absl::StrAppend(&text, " [", question.unit_zh(), "]");
    if (!question.text_en().empty()) absl::StrAppend(&text, " / ", question.text_en());
    for (const auto& choice : question.choices()) {
      words_[absl::StrCat("choice ", question.code(), " ", choice.code())] =
          Both(choice.zh(), choice.en());
    }
  }
}

void Glossary::Add(const contract::ContractSet& contracts) {
  for (const std::string& dataset : contracts.datasets()) {
    const contract::Contract& contract = *contracts.Find(dataset);
    words_[absl::StrCat("dataset ", dataset)] = contract.options.name_zh();
    for (const contract::Field& field : contract.fields) {
      words_[absl::StrCat("field ", dataset, " ", field.name)] = field.options.label_zh();
      const auto* list = contracts.FindCodeList(field.options.code_list());
      if (list == nullptr) continue;
      for (const auto& code : list->codes()) {
        words_[absl::StrCat("value ", dataset, " ", field.name, " ", code.code())] =
            Both(code.zh(), code.en());
        words_[absl::StrCat("code ", list->id(), " ", code.code())] = Both(code.zh(), code.en());
      }
    }
  }
}

std::string Glossary::Question(const std::string& code) const {
  return Find(absl::StrCat("question ", code));
}

std::string Glossary::Choice(const std::string& question, const std::string& code) const {
  return Find(absl::StrCat("choice ", question, " ", code));
}

std::string Glossary::Dataset(const std::string& dataset) const {
  return Find(absl::StrCat("dataset ", dataset));
}

std::string Glossary::Field(const std::string& dataset, const std::string& field) const {
  return Find(absl::StrCat("field ", dataset, " ", field));
}

std::string Glossary::Value(const std::string& dataset, const std::string& field,
                            const std::string& value) const {
  return Find(absl::StrCat("value ", dataset, " ", field, " ", value));
}

std::string Glossary::Code(const std::string& list, const std::string& code) const {
  return Find(absl::StrCat("code ", list, " ", code));
}

std::string Glossary::Find(const std::string& key) const {
  const auto found = words_.find(key);
  return found == words_.end() ? "" : found->second;
}

}  // namespace fupin::fupinctl
