#include "libs/procedure/proof.h"

#include "absl/strings/str_cat.h"
#include "libs/procedure/reasons.h"

namespace fupin::procedure {
namespace {

struct Way {
  size_t from;
  size_t to;
  bool after_period;  // of the notice it leaves
};

std::vector<Way> WaysOf(const Procedure& procedure) {
  std::vector<Way> ways;
  for (size_t i = 0; i < procedure.steps.size(); ++i) {
    const Step& step = procedure.steps[i];
    for (const Action& action : step.actions) {
      ways.push_back({i, action.to, step.notice.has_value() && action.after_period});
    }
    if (step.notice) ways.push_back({i, step.notice->substantiated_to, false});
    if (step.appeal_to) ways.push_back({i, *step.appeal_to, false});
  }
  return ways;
}

// Steps that can be reached from the first when notice `closed` is never left after its period.
std::vector<bool> Reached(const Procedure& procedure, const std::vector<Way>& ways,
                          std::optional<size_t> closed) {
  std::vector<bool> reached(procedure.steps.size(), false);
  std::vector<size_t> next = {0};
  reached[0] = true;
  while (!next.empty()) {
    const size_t at = next.back();
    next.pop_back();
    for (const Way& way : ways) {
      if (way.from != at || reached[way.to] || (way.after_period && closed == at)) continue;
      reached[way.to] = true;
      next.push_back(way.to);
    }
  }
  return reached;
}

// Steps from which an end can be reached.
std::vector<bool> Ending(const Procedure& procedure, const std::vector<Way>& ways) {
  std::vector<bool> ending(procedure.steps.size(), false);
  for (size_t i = 0; i < ending.size(); ++i) ending[i] = procedure.steps[i].end.has_value();
  for (bool more = true; more;) {
    more = false;
    for (const Way& way : ways) {
      if (ending[way.from] || !ending[way.to]) continue;
      ending[way.from] = true;
      more = true;
    }
  }
  return ending;
}

bool Grants(const Procedure& procedure, const std::vector<bool>& reached) {
  for (size_t i = 0; i < reached.size(); ++i) {
    if (reached[i] && procedure.steps[i].end == Outcome::kGranted) return true;
  }
  return false;
}

}  // namespace

std::vector<Problem> Prove(const Procedure& procedure, const std::string& where) {
  std::vector<Problem> faults;
  if (procedure.steps.empty()) return {Fault("PROCEDURE_STEP", where, "steps")};
  const std::vector<Way> ways = WaysOf(procedure);
  const std::vector<bool> reached = Reached(procedure, ways, std::nullopt);
  const std::vector<bool> ending = Ending(procedure, ways);
  bool any_notice = false;
  for (size_t i = 0; i < procedure.steps.size(); ++i) {
    const Step& step = procedure.steps[i];
    const std::string place = absl::StrCat(where, " ", step.id);
    if (!reached[i]) faults.push_back(Fault("PROCEDURE_UNREACHABLE", place, step.id));
    if (!ending[i]) faults.push_back(Fault("PROCEDURE_DEAD_END", place, step.id));
    if (!step.notice) continue;
    any_notice = true;
    if (Grants(procedure, Reached(procedure, ways, i))) {
      faults.push_back(Fault("PROCEDURE_BYPASS", place, step.id));
    }
  }
  if (!any_notice) faults.push_back(Fault("PROCEDURE_BYPASS", where, "-"));
  if (!Grants(procedure, reached)) faults.push_back(Fault("PROCEDURE_DEAD_END", where, "-"));
  return faults;
}

}  // namespace fupin::procedure
