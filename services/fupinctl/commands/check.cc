// Checks a catalog and its rules against contracts, without any service.
#include <cstdio>

#include "libs/catalog/load.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/identification/server/knowledge.h"

namespace fupin::fupinctl {

int CheckCommand(const Arguments& arguments) {
  if (arguments.size() != 3) {
    std::fprintf(stderr, "fupinctl check CONTRACT_DIR CATALOG RULES\n");
    return kUsage;
  }
  const auto contracts = contract::ContractSet::Load(arguments[0]);
  if (!contracts.ok()) return Report(contracts.status());
  for (const Problem& problem : (*contracts)->refused()) {
    std::fprintf(stderr, "%s %s: %s\n    %s\n", problem.reason.c_str(), problem.field.c_str(),
                 problem.message_zh.c_str(), problem.message_en.c_str());
  }
  const auto lookup = identification::LookupIn(**contracts);
  const auto catalog = catalog::Load(arguments[1], lookup);
  if (!catalog.ok()) return Report(catalog.status());
  const auto rules = catalog::LoadRules(arguments[2], **catalog, lookup);
  if (!rules.ok()) return Report(rules.status());
  if (const auto used = catalog::CheckQuestionsUsed(**catalog, **rules); !used.ok()) {
    return Report(used);
  }
  std::printf("通过 ok: %zu 个数据集 datasets, %zu 项指标 indicators, %zu 条规则 rules\n",
              (*contracts)->datasets().size(), (*catalog)->indicators.size(),
              (*rules)->rules.size());
  return (*contracts)->refused().empty() ? kOk : kSomeRejected;
}

}  // namespace fupin::fupinctl
