// The register as a table: exported as CSV or XLSX, and an existing one taken in.
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include <grpcpp/client_context.h>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "fupin/identification/v1/register_service.grpc.pb.h"
#include "libs/config/config.h"
#include "libs/crypto/blind_index.h"
#include "libs/rpc/wire_status.h"
#include "libs/status/macros.h"
#include "libs/tabular/table_reader.h"
#include "libs/tabular/table_writer.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/fupinctl/commands/progress_line.h"
#include "services/fupinctl/register_table.h"
#include "services/fupinctl/row_notes.h"
#include "services/fupinctl/text_width.h"

ABSL_DECLARE_FLAG(std::string, sheet);
ABSL_DECLARE_FLAG(std::string, messages);
ABSL_DECLARE_FLAG(bool, dry_run);
ABSL_FLAG(bool, with_numbers, false,
          "register export: names and citizen numbers in clear; operators only, and it is logged");

namespace fupin::fupinctl {
namespace {

using identification::v1::RegisterLine;
using identification::v1::RegisterService;
namespace v1 = identification::v1;

constexpr int kPage = 500;
constexpr char kRefusedRow[] = "退回 refused";

int Usage() {
  std::fprintf(
      stderr,
      "fupinctl register export 区划 DIVISION 文件 FILE.{csv,xlsx} [--with_numbers]\n"
      "fupinctl register import 文件 FILE [--dry_run] [--sheet NAME] [--messages out.csv]\n");
  return kUsage;
}

template <typename Request, typename Response>
absl::Status Call(RegisterService::Stub& stub,
                  grpc::Status (RegisterService::Stub::*method)(grpc::ClientContext*,
                                                                const Request&, Response*),
                  const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(2));
  return rpc::FromGrpc((stub.*method)(&context, request, response));
}

// One way to write rows, whichever file it is.
struct Output {
  std::function<absl::Status(absl::Span<const std::string>)> write;
  std::function<absl::Status()> close;
};

absl::StatusOr<Output> OpenOutput(const std::string& path) {
  const std::vector<tabular::XlsxColumn> columns = RegisterColumns();
  if (absl::EndsWithIgnoreCase(path, ".xlsx")) {
    ASSIGN_OR_RETURN(auto made, tabular::XlsxWriter::Create(path, "建档立卡名册", columns));
    const std::shared_ptr<tabular::XlsxWriter> writer = std::move(made);
    return Output{[writer](auto cells) { return writer->Write(cells); },
                  [writer] { return writer->Close(); }};
  }
  ASSIGN_OR_RETURN(auto made, tabular::TableWriter::Create(path));
  const std::shared_ptr<tabular::TableWriter> writer = std::move(made);
  std::vector<std::string> header;
  for (const tabular::XlsxColumn& column : columns) header.push_back(column.name);
  RETURN_IF_ERROR(writer->Write(header));
  return Output{[writer](auto cells) { return writer->Write(cells); },
                [writer] { return writer->Close(); }};
}

absl::Status Export(const std::string& division, const std::string& path, int64_t* rows) {
  auto stub = RegisterService::NewStub(IdentificationChannel(DefaultCertificate()));
  v1::ExportRegistrationsRequest request;
  request.set_division(division);
  request.set_page_size(kPage);
  request.set_with_numbers(absl::GetFlag(FLAGS_with_numbers));
  std::unique_ptr<Output> output;
  do {
    v1::ExportRegistrationsResponse page;
    RETURN_IF_ERROR(Call(*stub, &RegisterService::Stub::ExportRegistrations, request, &page));
    // Not before the service has agreed.
    if (output == nullptr) {
      ASSIGN_OR_RETURN(Output opened, OpenOutput(path));
      output = std::make_unique<Output>(std::move(opened));
    }
    for (const RegisterLine& line : page.lines()) {
      RETURN_IF_ERROR(output->write(RegisterCells(line)));
      ++*rows;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return output->close();
}

const char* FateText(v1::LineFate fate) {
  switch (fate) {
    case v1::LINE_FATE_ENTERED:
      return "新增 entered";
    case v1::LINE_FATE_ENTERED_UNSURVEYED:
      return "新增,未入户 unsurveyed";
    case v1::LINE_FATE_EXTENDED:
      return "补充状态 extended";
    case v1::LINE_FATE_ADOPTED:
      return "关联入户 adopted";
    case v1::LINE_FATE_UNCHANGED:
      return "无变化 unchanged";
    default:
      return kRefusedRow;
  }
}

int Import(const std::string& path) {
  const bool dry_run = absl::GetFlag(FLAGS_dry_run);
  const auto bytes = config::ReadFile(path);
  if (!bytes.ok()) return Report(bytes.status());
  tabular::Options options;
  options.sheet = absl::GetFlag(FLAGS_sheet);
  const auto table = tabular::TableReader::Open(path, options);
  if (!table.ok()) return Report(table.status());
  const auto map = tabular::MatchColumns((*table)->header(), RegisterSpecs());
  if (!map.ok()) return Report(map.status());
  for (const auto& column : map->ignored) {
    std::fprintf(stderr, "未使用的列 column not used: %s\n", OneLine(column.name).c_str());
  }

  std::vector<RowNote> notes;
  std::map<std::string, int64_t> counts;
  const auto refuse = [&](int64_t row, std::vector<Problem> problems) {
    ++counts[kRefusedRow];
    for (Problem& problem : problems) {
      problem.field = RegisterColumnOf(problem.field);
      notes.push_back({row, kRefusedRow, std::move(problem)});
    }
  };
  std::vector<RegisterLine> lines;
  RegisterDoubles doubles;
  tabular::Row row;
  while (true) {
    const auto more = (*table)->Next(row);
    if (!more.ok()) return Report(more.status());
    if (!*more) break;
    std::vector<Problem> problems;
    RegisterLine line = ReadRegisterLine(row, *map, &problems);
    doubles.Check(line, &problems);
    if (problems.empty()) {
      lines.push_back(std::move(line));
    } else {
      refuse(row.number, std::move(problems));
    }
  }

  auto stub = RegisterService::NewStub(IdentificationChannel(DefaultCertificate()));
  ProgressLine progress(dry_run ? "检查 checking" : "导入 importing", lines.size());
  absl::Status status = absl::OkStatus();
  const std::string hash = absl::BytesToHexString(crypto::Sha256(*bytes));
  for (size_t from = 0; from < lines.size() && status.ok(); from += kPage) {
    v1::ImportRegistrationsRequest request;
    request.set_file_hash(hash);
    request.set_dry_run(dry_run);
    for (size_t i = from; i < lines.size() && i < from + kPage; ++i) {
      *request.add_lines() = lines[i];
    }
    v1::ImportRegistrationsResponse response;
    status = Call(*stub, &RegisterService::Stub::ImportRegistrations, request, &response);
    for (const v1::LineResult& result : response.results()) {
      progress.Step();
      if (result.fate() == v1::LINE_FATE_REFUSED) {
        std::vector<Problem> problems;
        for (const auto& each : result.problems()) {
          problems.push_back({each.reason(), each.field(), each.message_zh(), each.message_en()});
        }
        refuse(result.line(), std::move(problems));
        continue;
      }
      ++counts[FateText(result.fate())];
      if (dry_run) notes.push_back({result.line(), FateText(result.fate()), {}});
    }
  }
  std::stable_sort(notes.begin(), notes.end(),
                   [](const RowNote& a, const RowNote& b) { return a.row < b.row; });
  if (const absl::Status written = WriteNotes(notes, absl::GetFlag(FLAGS_messages));
      !written.ok()) {
    return Report(written);
  }
  PrintCounts(counts);
  if (dry_run) std::printf("试导入,未写入任何数据 dry run, nothing was written\n");
  if (!status.ok()) return Report(status);
  return counts.count(kRefusedRow) > 0 ? kSomeRejected : kOk;
}

}  // namespace

int RegisterCommand(const Arguments& arguments) {
  if (arguments.size() == 2 && arguments[0] == "import") return Import(arguments[1]);
  if (arguments.size() != 3 || arguments[0] != "export") return Usage();
  int64_t rows = 0;
  if (const absl::Status status = Export(arguments[1], arguments[2], &rows); !status.ok()) {
    return Report(status);
  }
  std::printf("%s  %lld 户 households\n", OneLine(arguments[2]).c_str(),
              static_cast<long long>(rows));
  return kOk;
}

}  // namespace fupin::fupinctl
