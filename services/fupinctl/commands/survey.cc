// Imports a table of surveys: columns by a layout, one SubmitSurvey per household.
#include <cstdio>
#include <map>
#include <vector>

#include <grpcpp/client_context.h>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "fupin/identification/v1/identification_service.grpc.pb.h"
#include "libs/rpc/wire_status.h"
#include "libs/tabular/table_reader.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/fupinctl/commands/progress_line.h"
#include "services/fupinctl/row_notes.h"
#include "services/fupinctl/survey_import.h"
#include "services/fupinctl/survey_layout.h"
#include "services/fupinctl/survey_sender.h"

ABSL_DECLARE_FLAG(std::string, sheet);
ABSL_DECLARE_FLAG(std::string, messages);
ABSL_DECLARE_FLAG(bool, dry_run);
ABSL_DECLARE_FLAG(int64_t, version);
ABSL_FLAG(std::string, layout, "", "survey layout (text proto fupin.fupinctl.SurveyLayout)");

namespace fupin::fupinctl {
namespace {

using identification::v1::IdentificationService;

constexpr char kRejected[] = "退回 rejected";
constexpr char kStored[] = "已存 stored";
constexpr char kReady[] = "可导入 ready";

// A household counts as one, whatever the number of its rows and problems.
void Reject(const std::vector<RowProblem>& problems, std::vector<RowNote>* notes) {
  for (const RowProblem& problem : problems) {
    notes->push_back({problem.row, kRejected, problem.problem});
  }
}

int Import(const std::string& file) {
  const auto layout = LoadLayout(absl::GetFlag(FLAGS_layout));
  if (!layout.ok()) return Report(layout.status());
  const auto channel = IdentificationChannel(DefaultCertificate());
  identification::v1::Form form;
  {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    const absl::Status status = rpc::FromGrpc(IdentificationService::NewStub(channel)->GetForm(
        &context, identification::v1::GetFormRequest(), &form));
    if (!status.ok()) return Report(status);
  }
  if (auto problems = CheckAgainstForm(*layout, form); !problems.empty()) {
    return Report(ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems)));
  }
  tabular::Options options;
  options.sheet = absl::GetFlag(FLAGS_sheet);
  if (layout->header_row() > 0) options.header_row = layout->header_row();
  const auto table = tabular::TableReader::Open(file, options);
  if (!table.ok()) return Report(table.status());
  const int64_t version =
      absl::GetFlag(FLAGS_version) > 0 ? absl::GetFlag(FLAGS_version) : layout->source_version();
  const auto reader = SurveyReader::Create(*layout, form, version, (*table)->header());
  if (!reader.ok()) return Report(reader.status());
  tabular::Row row;
  int64_t row_count = 0;
  while (true) {
    const auto more = (*table)->Next(row);
    if (!more.ok()) return Report(more.status());
    if (!*more) break;
    ++row_count;
    (*reader)->Add(row);
  }

  std::vector<RowNote> notes;
  std::map<std::string, int64_t> counts;
  Reject((*reader)->stray(), &notes);
  if (!(*reader)->stray().empty()) {
    counts["退回的行 rejected rows"] = static_cast<int64_t>((*reader)->stray().size());
  }
  const std::vector<ImportedSurvey> surveys = (*reader)->TakeSurveys();
  std::vector<const ImportedSurvey*> good;
  std::vector<const identification::v1::SubmitSurveyRequest*> requests;
  for (const ImportedSurvey& survey : surveys) {
    if (!survey.problems.empty()) {
      Reject(survey.problems, &notes);
      ++counts[kRejected];
      continue;
    }
    good.push_back(&survey);
    requests.push_back(&survey.request);
  }
  std::fprintf(stderr, "%s (%s): %lld 行 rows, %zu 户 households, %zu 户有误 wrong\n",
               layout->label_zh().c_str(), layout->label_en().c_str(),
               static_cast<long long>(row_count), surveys.size(), surveys.size() - good.size());
  absl::Status status = absl::OkStatus();
  if (absl::GetFlag(FLAGS_dry_run)) {
    if (!good.empty()) counts[kReady] = static_cast<int64_t>(good.size());
  } else {
    ProgressLine progress("导入 importing", requests.size());
    status = SendSurveys(channel, requests, [&](size_t i, const absl::Status& answer) {
      progress.Step();
      ++counts[answer.ok() ? kStored : kRejected];
      std::vector<Problem> problems = ProblemsOf(answer);
      if (problems.empty() && !answer.ok()) {
        problems.push_back({ReasonOf(answer), "", "服务拒绝", "the service refused it"});
      }
      for (const Problem& problem : problems) Reject({good[i]->Locate(problem)}, &notes);
    });
  }
  if (const absl::Status written = WriteNotes(notes, absl::GetFlag(FLAGS_messages));
      !written.ok()) {
    return Report(written);
  }
  PrintCounts(counts);
  if (!status.ok()) return Report(status);
  return notes.empty() ? kOk : kSomeRejected;
}

}  // namespace

int SurveyCommand(const Arguments& arguments) {
  if (arguments.size() != 2 || arguments[0] != "import" || absl::GetFlag(FLAGS_layout).empty()) {
    std::fprintf(stderr,
                 "fupinctl survey import FILE --layout LAYOUT.textproto [--dry_run]"
                 " [--messages out.csv] [--as enumerator-tablet-1] [--version N]\n");
    return kUsage;
  }
  return Import(arguments[1]);
}

}  // namespace fupin::fupinctl
