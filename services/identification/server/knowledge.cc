#include "services/identification/server/knowledge.h"

#include <utility>

#include "libs/catalog/load.h"
#include "libs/config/folder_state.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"

namespace fupin::identification {
namespace {

catalog::ValueType TypeOf(const contract::Field& field) {
  switch (field.type) {
    case contract::FieldType::kBool:
      return catalog::ValueType::kBoolean;
    case contract::FieldType::kInteger:
    case contract::FieldType::kDouble:
      return catalog::ValueType::kNumber;
    case contract::FieldType::kText:
      break;
  }
  if (!field.options.code_list().empty()) return catalog::ValueType::kCode;
  switch (field.options.format()) {
    case contract::v1::FORMAT_DATE:
      return catalog::ValueType::kDate;
    case contract::v1::FORMAT_MONTH:
      return catalog::ValueType::kMonth;
    case contract::v1::FORMAT_YEAR:
      return catalog::ValueType::kYear;
    default:
      return catalog::ValueType::kText;
  }
}

}  // namespace

catalog::SourceLookup LookupIn(const contract::ContractSet& contracts) {
  return [&contracts](absl::string_view dataset,
                      absl::string_view field) -> std::optional<catalog::FieldInfo> {
    const contract::Contract* contract = contracts.Find(dataset);
    if (contract == nullptr) return std::nullopt;
    if (field.empty()) return catalog::FieldInfo{};
    const contract::Field* found = contract->Find(field);
    if (found == nullptr) return std::nullopt;
    catalog::FieldInfo info;
    info.type = TypeOf(*found);
    if (const auto* list = contracts.FindCodeList(found->options.code_list())) {
      for (const auto& code : list->codes()) info.codes.push_back(code.code());
    }
    return info;
  };
}

absl::StatusOr<bool> Knowledge::Refresh() {
  const std::string state =
      config::FolderState({files_.contract_dir, files_.catalog, files_.cross_check});
  std::shared_ptr<const Known> before;
  {
    absl::MutexLock lock(&mutex_);
    if (current_ != nullptr && state == state_) return false;
    before = current_;
  }
  auto next = std::make_shared<Known>();
  if (before != nullptr) *next = *before;
  std::vector<Problem> refused;
  const auto take = [&](const absl::Status& status) {
    for (const Problem& problem : ProblemsOf(status)) {
      log::Warning("file refused", {{"reason", problem.reason},
                                    {"field", problem.field},
                                    {"message_zh", problem.message_zh},
                                    {"message_en", problem.message_en}});
      refused.push_back(problem);
    }
  };
  absl::Status status;
  auto contracts = contract::ContractSet::Load(files_.contract_dir);
  status = contracts.status();
  if (contracts.ok()) {
    next->contracts = *contracts;
    auto catalog = catalog::Load(files_.catalog, LookupIn(**contracts));
    status = catalog.status();
    if (catalog.ok()) {
      auto rules = catalog::LoadRules(files_.cross_check, **catalog, LookupIn(**contracts));
      status = rules.status();
      if (rules.ok()) {
        next->catalog = *catalog;
        next->rules = *rules;
      }
    }
  }
  if (!status.ok()) {
    // The first start needs everything; later the last good state stays.
    if (before == nullptr) return status;
    take(status);
    next->catalog = before->catalog;
    next->rules = before->rules;
  }
  const bool changed = before == nullptr ||
                       before->catalog->fingerprint != next->catalog->fingerprint ||
                       before->rules->fingerprint != next->rules->fingerprint;
  if (changed) {
    ++next->generation;
    log::Info("catalog in force", {{"catalog", next->catalog->id},
                                   {"version", next->catalog->version},
                                   {"indicators", next->catalog->indicators.size()},
                                   {"rules", next->rules->rules.size()}});
  }
  absl::MutexLock lock(&mutex_);
  state_ = state;
  current_ = std::move(next);
  refused_ = std::move(refused);
  return changed && before != nullptr;
}

std::shared_ptr<const Known> Knowledge::current() const {
  absl::MutexLock lock(&mutex_);
  return current_;
}

std::vector<Problem> Knowledge::refused() const {
  absl::MutexLock lock(&mutex_);
  return refused_;
}

}  // namespace fupin::identification
