#include "libs/contract/contract_set.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/config/config.h"
#include "libs/status/macros.h"

namespace fupin::contract {
namespace {

using google::protobuf::FieldDescriptor;

Problem Wrong(const std::string& reason, const std::string& where, const std::string& zh,
              const std::string& en) {
  return {reason, where, absl::StrCat(where, ": ", zh), absl::StrCat(where, ": ", en)};
}

// Collects what protobuf says when a file cannot be linked.
class Errors : public google::protobuf::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element,
                const google::protobuf::Message*, ErrorLocation,
                const std::string& message) override {
    absl::StrAppend(&text_, text_.empty() ? "" : "; ", file, " ", element, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

bool ReadType(const FieldDescriptor& in, Field* out) {
  switch (in.type()) {
    case FieldDescriptor::TYPE_STRING:
      out->type = FieldType::kText;
      return true;
    case FieldDescriptor::TYPE_BOOL:
      out->type = FieldType::kBool;
      return true;
    case FieldDescriptor::TYPE_INT32:
    case FieldDescriptor::TYPE_INT64:
      out->type = FieldType::kInteger;
      return true;
    case FieldDescriptor::TYPE_SINT32:
    case FieldDescriptor::TYPE_SINT64:
      out->type = FieldType::kInteger;
      out->zigzag = true;
      return true;
    case FieldDescriptor::TYPE_DOUBLE:
      out->type = FieldType::kDouble;
      return true;
    default:
      return false;
  }
}

void CheckFields(const google::protobuf::Descriptor& message, Contract* contract,
                 std::vector<Problem>* problems) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& in = *message.field(i);
    const std::string where = absl::StrCat(contract->dataset, ".", in.name());
    Field field;
    field.number = in.number();
    field.name = in.name();
    field.options = in.options().GetExtension(v1::field);
    if (in.is_repeated() || in.real_containing_oneof() != nullptr || !ReadType(in, &field)) {
      problems->push_back(Wrong("CONTRACT_FIELD_TYPE", where,
                                "字段类型不允许,只能是 string、bool、整数或 double",
                                "only string, bool, integers and double are allowed, no repeated, "
                                "message, enum or oneof"));
      continue;
    }
    if (!in.has_presence()) {
      problems->push_back(
          Wrong("CONTRACT_PRESENCE", where, "字段须声明为 optional,否则无法区分 0 与缺失",
                "declare the field optional: without it zero and absent look alike"));
    }
    const v1::FieldOptions& options = field.options;
    if (options.label_zh().empty() || options.label_en().empty()) {
      problems->push_back(
          Wrong("CONTRACT_LABEL", where, "缺少中英文名称", "label_zh or label_en is missing"));
    }
    if (options.sensitivity() == v1::SENSITIVITY_UNSPECIFIED) {
      problems->push_back(
          Wrong("CONTRACT_SENSITIVITY", where, "缺少敏感级别", "sensitivity is missing"));
    }
    const bool text = field.type == FieldType::kText;
    if (!text && (options.format() != v1::FORMAT_UNSPECIFIED || !options.code_list().empty())) {
      problems->push_back(Wrong("CONTRACT_FORMAT", where, "只有文本字段可以有格式或代码表",
                                "only a string may have a format or a code list"));
    }
    if (options.has_min() && options.has_max() && options.min() > options.max()) {
      problems->push_back(Wrong("CONTRACT_RANGE", where, "最小值大于最大值", "min is above max"));
    }
    if (options.unit() == "fen" && field.type != FieldType::kInteger) {
      problems->push_back(
          Wrong("CONTRACT_MONEY", where, "金额须为整数分", "money is an integer in fen"));
    }
    contract->fields.push_back(std::move(field));
  }
  std::sort(contract->fields.begin(), contract->fields.end(),
            [](const Field& a, const Field& b) { return a.number < b.number; });
}

void CheckOptions(Contract* contract, std::vector<Problem>* problems) {
  const v1::DatasetOptions& options = contract->options;
  const std::string& where = contract->dataset;
  if (!absl::StartsWith(where, absl::StrCat(options.participant(), ".")) ||
      std::count(where.begin(), where.end(), '.') != 1 || where.back() == '.' ||
      where.size() > 64 || !std::all_of(where.begin(), where.end(), [](char c) {
        return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '.';
      })) {
    problems->push_back(Wrong("CONTRACT_ID", where,
                              "数据集编号应为 <参与方>.<名称>,仅限小写字母、数字和下划线",
                              "the dataset id must be <participant>.<noun> in lower case"));
  }
  if (options.name_zh().empty() || options.name_en().empty()) {
    problems->push_back(
        Wrong("CONTRACT_LABEL", where, "缺少中英文名称", "name_zh or name_en is missing"));
  }
  if (options.version() < 1) {
    problems->push_back(Wrong("CONTRACT_VERSION", where, "缺少版本号", "version is missing"));
  }
  const auto named = [&](const std::string& field, const char* what) {
    const int index = contract->Index(field);
    if (index < 0) {
      problems->push_back(Wrong("CONTRACT_FIELD_UNKNOWN", where,
                                absl::StrCat(what, " 指向不存在的字段 ", field),
                                absl::StrCat(what, " names a field that does not exist: ", field)));
    }
    return index;
  };
  if (options.key_fields().empty()) {
    problems->push_back(Wrong("CONTRACT_KEY", where, "缺少主键字段", "key_fields are missing"));
  }
  for (const std::string& key : options.key_fields()) {
    const int index = named(key, "key_fields");
    if (index < 0) continue;
    contract->key_fields.push_back(index);
    if (!contract->fields[static_cast<size_t>(index)].options.required() ||
        contract->fields[static_cast<size_t>(index)].type == FieldType::kDouble) {
      problems->push_back(Wrong("CONTRACT_KEY", absl::StrCat(where, ".", key),
                                "主键字段须为必填且不得为小数",
                                "a key field must be required and no double"));
    }
  }
  contract->subject_field = named(options.subject_field(), "subject_field");
  if (contract->subject_field >= 0) {
    const Field& subject = contract->fields[static_cast<size_t>(contract->subject_field)];
    const bool citizen = options.subject_kind() == v1::SUBJECT_KIND_CITIZEN;
    if (subject.type != FieldType::kText || !subject.options.required() ||
        options.subject_kind() == v1::SUBJECT_KIND_UNSPECIFIED ||
        citizen != (subject.options.format() == v1::FORMAT_CITIZEN_NUMBER)) {
      problems->push_back(
          Wrong("CONTRACT_SUBJECT", where, "主体字段须为必填文本,且格式与主体类别一致",
                "the subject must be a required string whose format fits its kind"));
    }
  }
  if (!options.effective_field().empty()) {
    contract->effective_field = named(options.effective_field(), "effective_field");
    if (contract->effective_field >= 0) {
      const auto format =
          contract->fields[static_cast<size_t>(contract->effective_field)].options.format();
      if (format != v1::FORMAT_DATE && format != v1::FORMAT_MONTH && format != v1::FORMAT_YEAR) {
        problems->push_back(Wrong("CONTRACT_EFFECTIVE", where, "生效字段须为日期、月份或年份",
                                  "the effective field must be a date, month or year"));
      }
    }
  }
  for (const v1::RecordRule& rule : options.rules()) {
    const int left = named(rule.left(), "rules.left");
    const int right = named(rule.right(), "rules.right");
    if (rule.op() == v1::RecordRule::OPERATOR_UNSPECIFIED ||
        (left >= 0 && right >= 0 && rule.op() != v1::RecordRule::OPERATOR_REQUIRES &&
         (contract->fields[static_cast<size_t>(left)].type == FieldType::kText) !=
             (contract->fields[static_cast<size_t>(right)].type == FieldType::kText))) {
      problems->push_back(Wrong("CONTRACT_RULE", where, "规则缺少运算符或两侧类型不同",
                                "a rule has no operator or its sides differ in type"));
    }
    if (rule.op() == v1::RecordRule::OPERATOR_BIRTH_DATE_OF && left >= 0 && right >= 0 &&
        (contract->fields[static_cast<size_t>(left)].options.format() != v1::FORMAT_DATE ||
         contract->fields[static_cast<size_t>(right)].options.format() !=
             v1::FORMAT_CITIZEN_NUMBER)) {
      problems->push_back(Wrong("CONTRACT_RULE", where, "出生日期规则须左为日期、右为身份证号",
                                "a birth date rule has a date left and a citizen number right"));
    }
  }
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Contract>> ParseContract(const std::string& descriptor_set,
                                                              const std::string& file) {
  const auto refuse = [&](const std::string& reason, const std::string& zh, const std::string& en) {
    return ProblemStatus(absl::StatusCode::kInvalidArgument, Wrong(reason, file, zh, en));
  };
  google::protobuf::FileDescriptorSet set;
  if (!set.ParseFromString(descriptor_set) || set.file().empty()) {
    return refuse("CONTRACT_FILE", "不是描述符集,请用 protoc --descriptor_set_out 生成",
                  "not a descriptor set; make it with protoc --descriptor_set_out");
  }
  // What the contract imports (the options) is linked into this program.
  google::protobuf::DescriptorPool pool(google::protobuf::DescriptorPool::generated_pool());
  const google::protobuf::Descriptor* message = nullptr;
  for (const auto& proto : set.file()) {
    if (google::protobuf::DescriptorPool::generated_pool()->FindFileByName(proto.name())) continue;
    Errors errors;
    const auto* linked = pool.BuildFileCollectingErrors(proto, &errors);
    if (linked == nullptr) return refuse("CONTRACT_FILE", errors.text(), errors.text());
    for (int i = 0; i < linked->message_type_count(); ++i) {
      if (!linked->message_type(i)->options().HasExtension(v1::dataset)) continue;
      if (message != nullptr) {
        return refuse("CONTRACT_FILE", "一个文件只能有一个数据集", "a file holds one dataset");
      }
      message = linked->message_type(i);
    }
  }
  if (message == nullptr) {
    return refuse("CONTRACT_FILE", "没有带 (fupin.contract.v1.dataset) 选项的消息",
                  "no message carries the option (fupin.contract.v1.dataset)");
  }
  auto contract = std::make_shared<Contract>();
  contract->options = message->options().GetExtension(v1::dataset);
  contract->dataset = contract->options.dataset();
  contract->file = file;
  contract->descriptor_set = descriptor_set;
  for (int i = 0; i < message->reserved_range_count(); ++i) {
    for (int n = message->reserved_range(i)->start;
         n < message->reserved_range(i)->end && contract->reserved_numbers.size() < 1000; ++n) {
      contract->reserved_numbers.push_back(n);
    }
  }
  std::vector<Problem> problems;
  CheckFields(*message, contract.get(), &problems);
  CheckOptions(contract.get(), &problems);
  if (!problems.empty()) {
    return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems));
  }
  return contract;
}

absl::StatusOr<std::shared_ptr<const ContractSet>> ContractSet::Load(const std::string& folder) {
  auto set = std::make_shared<ContractSet>();
  ASSIGN_OR_RETURN(const auto registry, config::Load<v1::ParticipantRegistry>(
                                            absl::StrCat(folder, "/participants.textproto")));
  set->participants_.assign(registry.participants().begin(), registry.participants().end());
  ASSIGN_OR_RETURN(const auto lists,
                   config::Load<v1::CodeLists>(absl::StrCat(folder, "/code_lists.textproto")));
  for (const v1::CodeList& list : lists.lists()) {
    set->code_lists_[list.id()] = list;
    for (const v1::Code& code : list.codes()) set->codes_[list.id()][code.code()] = 1;
  }
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".binpb") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    const std::string name = std::filesystem::path(file).filename().string();
    const auto bytes = config::ReadFile(file);
    auto contract = bytes.ok() ? ParseContract(*bytes, name)
                               : absl::StatusOr<std::shared_ptr<const Contract>>(bytes.status());
    std::vector<Problem> problems;
    if (!contract.ok()) {
      problems = ProblemsOf(contract.status());
    } else {
      const Contract& made = **contract;
      if (set->FindParticipant(made.options.participant()) == nullptr) {
        problems.push_back(Wrong("CONTRACT_PARTICIPANT", made.dataset,
                                 "参与方不在 participants.textproto 中",
                                 "the participant is not in participants.textproto"));
      }
      for (const Field& field : made.fields) {
        const std::string& list = field.options.code_list();
        if (!list.empty() && set->FindCodeList(list) == nullptr) {
          problems.push_back(Wrong(
              "CONTRACT_CODE_LIST", absl::StrCat(made.dataset, ".", field.name),
              absl::StrCat("代码表不存在: ", list), absl::StrCat("there is no code list ", list)));
        }
      }
      if (set->contracts_.count(made.dataset) > 0) {
        problems.push_back(Wrong("CONTRACT_REPEATED", made.dataset, "数据集在多个文件中声明",
                                 "the dataset is declared in more than one file"));
      }
    }
    if (problems.empty()) {
      set->contracts_[(*contract)->dataset] = *contract;
    } else {
      set->refused_.insert(set->refused_.end(), problems.begin(), problems.end());
    }
  }
  return set;
}

std::shared_ptr<const ContractSet> ContractSet::With(const std::string& dataset,
                                                     std::shared_ptr<const Contract> contract,
                                                     const std::vector<Problem>& why) const {
  auto copy = std::make_shared<ContractSet>(*this);
  if (contract == nullptr) {
    copy->contracts_.erase(dataset);
  } else {
    copy->contracts_[dataset] = std::move(contract);
  }
  copy->refused_.insert(copy->refused_.end(), why.begin(), why.end());
  return copy;
}

const Contract* ContractSet::Find(absl::string_view dataset) const {
  const auto found = contracts_.find(std::string(dataset));
  return found == contracts_.end() ? nullptr : found->second.get();
}

std::shared_ptr<const Contract> ContractSet::Share(absl::string_view dataset) const {
  const auto found = contracts_.find(std::string(dataset));
  return found == contracts_.end() ? nullptr : found->second;
}

std::vector<std::string> ContractSet::datasets() const {
  std::vector<std::string> ids;
  for (const auto& [id, contract] : contracts_) ids.push_back(id);
  return ids;
}

const v1::Participant* ContractSet::FindParticipant(absl::string_view id) const {
  for (const v1::Participant& participant : participants_) {
    if (participant.id() == id) return &participant;
  }
  return nullptr;
}

const v1::CodeList* ContractSet::FindCodeList(absl::string_view id) const {
  const auto found = code_lists_.find(std::string(id));
  return found == code_lists_.end() ? nullptr : &found->second;
}

bool ContractSet::HasCode(absl::string_view list, absl::string_view code) const {
  const auto found = codes_.find(std::string(list));
  return found != codes_.end() && found->second.count(std::string(code)) > 0;
}

}  // namespace fupin::contract
