#include "libs/catalog/rules.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "fupin/catalog/v1/cross_check.pb.h"
#include "libs/catalog/load.h"
#include "libs/catalog/source_reader.h"
#include "libs/catalog/stable_hash.h"
#include "libs/catalog/text_file.h"
#include "libs/status/macros.h"

namespace fupin::catalog {
namespace {

// Builds the rules from their message.
class RulesReader {
 public:
  RulesReader(TextFile* file, const v1::CrossCheckRules& proto, const Catalog& catalog,
              const SourceLookup& lookup)
      : file_(file), proto_(proto), sources_(file, catalog, lookup) {}

  CrossCheckRules Read() {
    const Place root = file_->root();
    rules_.id = proto_.id();
    rules_.version = proto_.version();
    rules_.effective_date = proto_.effective_date();
    rules_.label_zh = proto_.label_zh();
    rules_.label_en = proto_.label_en();
    if (proto_.id().empty() || proto_.version() <= 0) {
      file_->Refuse(root, "CATALOG_CODE", "需要 id 和大于零的 version",
                    "id and a version above zero are needed");
    }
    NeedLabels(root, proto_.label_zh(), proto_.label_en());
    if (!ParseDay(proto_.effective_date())) {
      file_->Refuse(root.At(proto_, v1::CrossCheckRules::kEffectiveDateFieldNumber), "CATALOG_DATE",
                    "effective_date 应为 YYYY-MM-DD", "effective_date must be YYYY-MM-DD");
    }
    for (int i = 0; i < proto_.rules_size(); ++i) {
      ReadRule(proto_.rules(i), root.At(proto_, v1::CrossCheckRules::kRulesFieldNumber, i));
    }
    rules_.fingerprint = StableHash().Add(proto_.SerializeAsString()).value();
    return std::move(rules_);
  }

 private:
  void NeedLabels(const Place& place, absl::string_view zh, absl::string_view en) {
    if (!zh.empty() && !en.empty()) return;
    file_->Refuse(place, "CATALOG_LABEL", "需要中文和英文名称",
                  "a Chinese and an English text are needed");
  }

  void NeedCode(const Place& place, const std::string& code,
                absl::flat_hash_set<std::string>* seen) {
    if (!code.empty() && seen->insert(code).second) return;
    file_->Refuse(place, "CATALOG_CODE", absl::StrCat("代码 \"", code, "\" 为空或重复"),
                  absl::StrCat("code \"", code, "\" is empty or stands twice"));
  }

  void ReadRule(const v1::CrossCheckRule& proto, const Place& place) {
    using Rule = v1::CrossCheckRule;
    NeedCode(place, proto.code(), &codes_);
    NeedLabels(place, proto.name_zh(), proto.name_en());
    NeedLabels(place, proto.advice_zh(), proto.advice_en());
    CrossCheckRule rule{.code = proto.code(),
                        .name_zh = proto.name_zh(),
                        .name_en = proto.name_en(),
                        .kind = static_cast<FindingKind>(proto.kind()),
                        .severity = static_cast<Severity>(proto.severity()),
                        .per_member = proto.scope() == Rule::SCOPE_MEMBER,
                        .advice_zh = proto.advice_zh(),
                        .advice_en = proto.advice_en(),
                        .basis = proto.basis(),
                        .unit_zh = proto.unit_zh()};
    if (proto.kind() == 0 || !v1::FindingKind_IsValid(proto.kind()) || proto.severity() == 0 ||
        !v1::Severity_IsValid(proto.severity()) || proto.scope() == 0 ||
        !Rule::Scope_IsValid(proto.scope())) {
      file_->Refuse(place, "CATALOG_RULE", "须写明 kind、severity 和 scope",
                    "kind, severity and scope must be given");
    }
    rule.inputs = sources_.ReadInputs(
        proto.inputs(), [&](int i) { return place.At(proto, Rule::kInputsFieldNumber, i); },
        rule.per_member);
    rule.when = ReadCondition(proto.when(), place.At(proto, Rule::kWhenFieldNumber), rule.inputs);
    for (const std::string& need : proto.needs()) {
      rule.needs.push_back(FindInput(need, place, rule.inputs));
    }
    absl::flat_hash_set<std::string> exception_codes;
    for (int i = 0; i < proto.exceptions_size(); ++i) {
      const v1::Exception& exception = proto.exceptions(i);
      const Place at = place.At(proto, Rule::kExceptionsFieldNumber, i);
      NeedCode(at, exception.code(), &exception_codes);
      NeedLabels(at, exception.name_zh(), exception.name_en());
      rule.exceptions.push_back(
          {exception.code(), exception.name_zh(), exception.name_en(),
           ReadCondition(exception.when(), at.At(exception, v1::Exception::kWhenFieldNumber),
                         rule.inputs)});
    }
    if (!proto.field_input().empty()) {
      rule.field_input = FindInput(proto.field_input(), place, rule.inputs);
    }
    if (!proto.department_input().empty()) {
      rule.department_input = FindInput(proto.department_input(), place, rule.inputs);
    }
    rules_.rules.push_back(std::move(rule));
  }

  Condition ReadCondition(const std::string& expression, const Place& place,
                          const std::vector<Input>& inputs) {
    sources_.CheckExpression(expression, place, inputs);
    return {expression, file_->Position(place)};
  }

  int FindInput(absl::string_view name, const Place& place, const std::vector<Input>& inputs) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i].name == name) return static_cast<int>(i);
    }
    file_->Refuse(place, "CATALOG_RULE", absl::StrCat("规则没有输入 \"", name, "\""),
                  absl::StrCat("the rule has no input \"", name, "\""));
    return -1;
  }

  TextFile* file_;
  const v1::CrossCheckRules& proto_;
  SourceReader sources_;
  CrossCheckRules rules_;
  absl::flat_hash_set<std::string> codes_;
};

}  // namespace

const CrossCheckRule* CrossCheckRules::Find(absl::string_view code) const {
  for (const CrossCheckRule& rule : rules) {
    if (rule.code == code) return &rule;
  }
  return nullptr;
}

absl::StatusOr<std::shared_ptr<const CrossCheckRules>> ParseRules(const std::string& text,
                                                                  absl::string_view name,
                                                                  const Catalog& catalog,
                                                                  const SourceLookup& lookup) {
  TextFile file(name);
  v1::CrossCheckRules proto;
  if (!file.Parse(text, &proto)) return file.status();
  auto rules =
      std::make_shared<const CrossCheckRules>(RulesReader(&file, proto, catalog, lookup).Read());
  RETURN_IF_ERROR(file.status());
  return rules;
}

absl::StatusOr<std::shared_ptr<const CrossCheckRules>> LoadRules(const std::string& path,
                                                                 const Catalog& catalog,
                                                                 const SourceLookup& lookup) {
  ASSIGN_OR_RETURN(const std::string text, TextFile::Read(path));
  return ParseRules(text, path, catalog, lookup);
}

}  // namespace fupin::catalog
