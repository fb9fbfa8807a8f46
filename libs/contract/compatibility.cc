#include "libs/contract/compatibility.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace fupin::contract {
namespace {

Problem Breaks(const Contract& contract, const std::string& field, const std::string& zh,
               const std::string& en) {
  const std::string where =
      field.empty() ? contract.dataset : absl::StrCat(contract.dataset, ".", field);
  return {"CONTRACT_BREAKING", where,
          absl::StrCat(where, ": ", zh, "。已在使用的约定不得这样修改,请新增字段或新建数据集"),
          absl::StrCat(where, ": ", en,
                       "; a contract in use may not change so, add a field or a new dataset")};
}

}  // namespace

std::vector<Problem> BreakingChanges(const Contract& in_use, const Contract& next) {
  std::vector<Problem> problems;
  const v1::DatasetOptions& before = in_use.options;
  const v1::DatasetOptions& after = next.options;
  if (!std::equal(before.key_fields().begin(), before.key_fields().end(),
                  after.key_fields().begin(), after.key_fields().end())) {
    problems.push_back(Breaks(next, "", "主键字段改变", "the key fields change"));
  }
  if (before.subject_field() != after.subject_field() ||
      before.subject_kind() != after.subject_kind()) {
    problems.push_back(Breaks(next, before.subject_field(), "主体改变", "the subject changes"));
  }
  if (before.participant() != after.participant()) {
    problems.push_back(Breaks(next, "", "参与方改变", "the participant changes"));
  }
  for (const Field& old : in_use.fields) {
    const auto same_number = std::find_if(next.fields.begin(), next.fields.end(),
                                          [&](const Field& f) { return f.number == old.number; });
    if (same_number == next.fields.end()) {
      const bool reserved = std::find(next.reserved_numbers.begin(), next.reserved_numbers.end(),
                                      old.number) != next.reserved_numbers.end();
      if (next.Find(old.name) != nullptr) {
        problems.push_back(Breaks(next, old.name, "字段号改变", "the field's number changes"));
      } else if (!reserved || old.options.required()) {
        problems.push_back(Breaks(next, old.name, "字段被删除且未声明 reserved,或为必填字段",
                                  "the field is removed without reserving it, or was required"));
      }
      continue;
    }
    const Field& now = *same_number;
    if (now.name != old.name) {
      problems.push_back(Breaks(next, old.name, "字段改名", "the field is renamed"));
      continue;
    }
    if (now.type != old.type || now.zigzag != old.zigzag) {
      problems.push_back(Breaks(next, old.name, "字段类型改变", "the field's type changes"));
      continue;
    }
    if (now.options.required() && !old.options.required()) {
      problems.push_back(Breaks(next, old.name, "字段变为必填", "the field becomes required"));
    }
    if (now.options.unit() != old.options.unit()) {
      problems.push_back(Breaks(next, old.name, "单位改变", "the unit changes"));
    }
    if (now.options.format() != old.options.format() &&
        now.options.format() != v1::FORMAT_UNSPECIFIED) {
      problems.push_back(Breaks(next, old.name, "格式改变", "the format changes"));
    }
    if (now.options.code_list() != old.options.code_list() && !now.options.code_list().empty()) {
      problems.push_back(Breaks(next, old.name, "代码表改变", "the code list changes"));
    }
    const auto& a = old.options;
    const auto& b = now.options;
    if ((b.has_min() && (!a.has_min() || b.min() > a.min())) ||
        (b.has_max() && (!a.has_max() || b.max() < a.max()))) {
      problems.push_back(Breaks(next, old.name, "取值范围收窄", "the range becomes narrower"));
    }
  }
  for (const Field& now : next.fields) {
    const bool is_new = std::none_of(in_use.fields.begin(), in_use.fields.end(),
                                     [&](const Field& f) { return f.number == now.number; });
    if (is_new && now.options.required()) {
      problems.push_back(Breaks(next, now.name, "新增必填字段", "a new field is required"));
    }
  }
  return problems;
}

}  // namespace fupin::contract
