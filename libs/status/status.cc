#include "libs/status/status.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/status/macros.h"

namespace fupin {
namespace {

// Payload: problems separated by 0x1E, their four texts by 0x1F.
constexpr char kPayloadUrl[] = "fupin/problems";

}  // namespace

absl::Status ProblemStatus(absl::StatusCode code, std::vector<Problem> problems) {
  FUPIN_CHECK(!problems.empty());
  std::string payload;
  for (const Problem& problem : problems) {
    if (!payload.empty()) payload.push_back('\x1e');
    absl::StrAppend(&payload, problem.reason, "\x1f", problem.field, "\x1f", problem.message_zh,
                    "\x1f", problem.message_en);
  }
  absl::Status status(code, problems.front().message_en);
  status.SetPayload(kPayloadUrl, absl::Cord(payload));
  return status;
}

absl::Status ProblemStatus(absl::StatusCode code, Problem problem) {
  std::vector<Problem> problems;
  problems.push_back(std::move(problem));
  return ProblemStatus(code, std::move(problems));
}

std::vector<Problem> ProblemsOf(const absl::Status& status) {
  std::vector<Problem> problems;
  const auto payload = status.GetPayload(kPayloadUrl);
  if (!payload) return problems;
  const std::string text(*payload);
  for (absl::string_view part : absl::StrSplit(text, '\x1e')) {
    std::vector<std::string> fields = absl::StrSplit(part, '\x1f');
    if (fields.size() == 4) problems.push_back({fields[0], fields[1], fields[2], fields[3]});
  }
  return problems;
}

std::string ReasonOf(const absl::Status& status) {
  const auto problems = ProblemsOf(status);
  return problems.empty() ? absl::StatusCodeToString(status.code()) : problems.front().reason;
}

absl::Status Annotate(const absl::Status& status, absl::string_view context) {
  if (status.ok()) return status;
  absl::Status result(status.code(), absl::StrCat(context, ": ", status.message()));
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { result.SetPayload(url, payload); });
  return result;
}

}  // namespace fupin
