#include "libs/status/status.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"

namespace fupin {
namespace {

// Payload: the four texts of every problem, each with its size before it ("3:abc"), as a text may
// repeat any bytes of a file.
constexpr char kPayloadUrl[] = "fupin/problems";

void Put(absl::string_view text, std::string* payload) {
  absl::StrAppend(payload, text.size(), ":", text);
}

// Takes the next text from the payload.
std::string Take(absl::string_view* payload) {
  const size_t colon = payload->find(':');
  size_t size = 0;
  FUPIN_CHECK(colon != absl::string_view::npos &&
              absl::SimpleAtoi(payload->substr(0, colon), &size) &&
              size <= payload->size() - colon - 1);
  std::string text(payload->substr(colon + 1, size));
  payload->remove_prefix(colon + 1 + size);
  return text;
}

}  // namespace

absl::Status ProblemStatus(absl::StatusCode code, std::vector<Problem> problems) {
  FUPIN_CHECK(!problems.empty());
  std::string payload;
  for (const Problem& problem : problems) {
    Put(problem.reason, &payload);
    Put(problem.field, &payload);
    Put(problem.message_zh, &payload);
    Put(problem.message_en, &payload);
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
  absl::string_view rest = text;
  while (!rest.empty()) {
    Problem& problem = problems.emplace_back();
    problem.reason = Take(&rest);
    problem.field = Take(&rest);
    problem.message_zh = Take(&rest);
    problem.message_en = Take(&rest);
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
