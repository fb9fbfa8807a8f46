// Pushes a table of a department: columns by the contract, one verdict per row.
#include <cstdio>
#include <map>

#include "absl/flags/flag.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/config/config.h"
#include "libs/contract/contract_set.h"
#include "libs/crypto/blind_index.h"
#include "libs/tabular/mapping.h"
#include "libs/tabular/table_reader.h"
#include "services/fupinctl/cells.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/fupinctl/commands/progress_line.h"
#include "services/fupinctl/pusher.h"
#include "services/fupinctl/row_notes.h"

ABSL_FLAG(std::string, contracts, "build/release/contracts/guizhou", "folder with the contracts");
ABSL_FLAG(std::string, sheet, "", "sheet of an XLSX file; empty: the first");
ABSL_FLAG(std::string, messages, "", "CSV file for the verdict of every row");
ABSL_FLAG(bool, dry_run, false, "check only, store nothing");
ABSL_FLAG(std::string, method, "automatic", "automatic or manual");
ABSL_FLAG(std::string, collector, "", "who collected");
ABSL_FLAG(std::string, enterer, "", "who entered");
ABSL_FLAG(int64_t, version, 0, "source version of all rows; 0: milliseconds now");

namespace fupin::fupinctl {
namespace {

void Note(const std::vector<Problem>& problems, int64_t row, std::vector<RowNote>* notes) {
  for (const Problem& problem : problems) {
    notes->push_back({row, "退回 rejected", problem});
  }
}

const char* OutcomeName(exchange::v1::Outcome outcome) {
  switch (outcome) {
    case exchange::v1::OUTCOME_ACCEPTED_NEW:
      return "新增 new";
    case exchange::v1::OUTCOME_ACCEPTED_CHANGE:
      return "变更 change";
    case exchange::v1::OUTCOME_UNCHANGED:
      return "无变化 unchanged";
    default:
      return "退回 rejected";
  }
}

}  // namespace

int PushCommand(const Arguments& arguments) {
  if (arguments.size() != 2) {
    std::fprintf(stderr, "fupinctl push DATASET FILE [--as dept-mps] [--messages out.csv]\n");
    return kUsage;
  }
  const auto contracts = contract::ContractSet::Load(absl::GetFlag(FLAGS_contracts));
  if (!contracts.ok()) return Report(contracts.status());
  const contract::Contract* contract = (*contracts)->Find(arguments[0]);
  if (contract == nullptr) {
    std::fprintf(stderr, "没有这个数据集 no such dataset: %s\n", arguments[0].c_str());
    return kUsage;
  }
  tabular::Options table_options;
  table_options.sheet = absl::GetFlag(FLAGS_sheet);
  auto reader = tabular::TableReader::Open(arguments[1], table_options);
  if (!reader.ok()) return Report(reader.status());
  std::vector<tabular::ColumnSpec> specs;
  for (const contract::Field& field : contract->fields) {
    tabular::ColumnSpec spec;
    spec.field = field.name;
    spec.aliases = {field.options.label_zh(), field.options.label_en()};
    spec.aliases.insert(spec.aliases.end(), field.options.column().begin(),
                        field.options.column().end());
    spec.required = field.options.required();
    specs.push_back(std::move(spec));
  }
  const auto columns = tabular::MatchColumns((*reader)->header(), specs);
  if (!columns.ok()) return Report(columns.status());

  const int64_t now = absl::ToUnixMillis(absl::Now());
  const int64_t version = absl::GetFlag(FLAGS_version) > 0 ? absl::GetFlag(FLAGS_version) : now;
  std::vector<exchange::v1::PushedRecord> records;
  std::vector<int64_t> rows;
  std::vector<RowNote> notes;
  std::map<std::string, int64_t> counts;
  tabular::Row row;
  while (true) {
    const auto more = (*reader)->Next(row);
    if (!more.ok()) return Report(more.status());
    if (!*more) break;
    std::vector<Problem> problems = row.problems;
    contract::Row values(contract->fields.size());
    for (size_t i = 0; problems.empty() && i < contract->fields.size(); ++i) {
      const auto column = columns->columns[i];
      if (!column || *column >= row.cells.size()) continue;
      const tabular::Cell& cell = row.cells[*column];
      const contract::Field& field = contract->fields[i];
      if (cell.mangled && field.type == contract::FieldType::kText) {
        problems.push_back({"CITIZEN_NUMBER_MANGLED", field.name,
                            "号码已被电子表格改成数值(末几位丢失),请把该列设为文本后重新录入",
                            "a spreadsheet turned the number into a figure and lost its last "
                            "digits; set the column to text and enter it again"});
        continue;
      }
      const std::string& heading = (*reader)->header()[*column];
      const bool in_yuan = field.options.unit() == "fen" && absl::StrContains(heading, "元");
      auto value = ToValue(field, cell.text, in_yuan);
      if (value.ok()) {
        values[i] = *std::move(value);
      } else {
        for (Problem& problem : ProblemsOf(value.status())) problems.push_back(std::move(problem));
      }
    }
    if (!problems.empty()) {
      Note(problems, row.number, &notes);
      ++counts["退回 rejected"];
      continue;
    }
    exchange::v1::PushedRecord record;
    record.set_payload(contract::Encode(*contract, values));
    record.set_source_version(version);
    if (contract->effective_field < 0 ||
        std::holds_alternative<std::monostate>(
            values[static_cast<size_t>(contract->effective_field)])) {
      record.mutable_business_time()->set_seconds(now / 1000);
    }
    record.set_method(absl::GetFlag(FLAGS_method) == "manual"
                          ? type::v1::COLLECTION_METHOD_MANUAL
                          : type::v1::COLLECTION_METHOD_AUTOMATIC);
    record.set_collector(absl::GetFlag(FLAGS_collector));
    record.set_enterer(absl::GetFlag(FLAGS_enterer));
    records.push_back(std::move(record));
    rows.push_back(row.number);
  }
  PushOptions options;
  options.dataset = arguments[0];
  options.system = "fupinctl";
  options.dry_run = absl::GetFlag(FLAGS_dry_run);
  const auto content = config::ReadFile(arguments[1]);
  options.stream_id = absl::StrCat(
      "file-", absl::BytesToHexString(crypto::Sha256(content.value_or("")).substr(0, 12)));
  ProgressLine progress("推送 pushing", records.size());
  const absl::Status status = Push(
      ExchangeChannel(DefaultCertificate()), options, records,
      [&](size_t index, const exchange::v1::Verdict& verdict) {
        ++counts[OutcomeName(verdict.outcome())];
        progress.Step();
        for (const auto& problem : verdict.problems()) {
          notes.push_back(
              {rows[index],
               OutcomeName(verdict.outcome()),
               {problem.reason(), problem.field(), problem.message_zh(), problem.message_en()}});
        }
      });
  if (const absl::Status written = WriteNotes(notes, absl::GetFlag(FLAGS_messages));
      !written.ok()) {
    return Report(written);
  }
  PrintCounts(counts);
  if (!status.ok()) return Report(status);
  return counts.count("退回 rejected") > 0 ? kSomeRejected : kOk;
}

}  // namespace fupin::fupinctl
