#include "services/identification/server/case_closing.h"

#include <utility>

#include "libs/status/macros.h"

namespace fupin::identification {
namespace {

constexpr char kReason[] =
    "全户已迁出或并入其他户,本案自动办结 / nobody lives in the household any more";

}  // namespace

absl::Status CaseClosing::Run(const std::string& household) {
  ASSIGN_OR_RETURN(const auto cases, desk_.cases().OfHousehold(household));
  for (const OpenCase& open : cases) {
    if (open.stored.outcome() != 0) continue;
    ASSIGN_OR_RETURN(const auto found, households_.Find(household));
    if (!found || !found->stored.closed()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const CaseAtHand at, desk_.Take(open.id, /*judge=*/false));
    ASSIGN_OR_RETURN(const CaseState next, at.flow().Gone(at.state, desk_.Now()));
    const CaseActor actor{.id = "system"};
    ASSIGN_OR_RETURN(CaseChange change,
                     desk_.Change(at, next, actor, {.kind = "HOUSEHOLD_GONE", .reason = kReason}));
    RETURN_IF_ERROR(desk_.Commit(at, std::move(change)));
  }
  return absl::OkStatus();
}

}  // namespace fupin::identification
