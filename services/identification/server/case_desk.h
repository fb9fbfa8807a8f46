// Takes cases in, shows them and moves them: the one place where the engine of procedures meets the
// store.
#ifndef FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_DESK_H_
#define FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_DESK_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "fupin/identification/v1/case_service.pb.h"
#include "libs/clock/clock.h"
#include "libs/division/tree.h"
#include "libs/rpc/edge.h"
#include "services/identification/domain/case_flow.h"
#include "services/identification/server/case_facts.h"
#include "services/identification/server/procedures.h"
#include "services/identification/server/scope.h"
#include "services/identification/server/subjects.h"
#include "services/identification/store/case_store.h"

namespace fupin::identification {

// A case with everything a decision needs; valid while `procedures` lives.
struct CaseAtHand {
  OpenCase open;
  std::shared_ptr<const procedure::ProcedureSet> procedures;
  const procedure::Procedure* procedure = nullptr;
  CaseState state;
  KnownFacts known;
  CaseFlow flow() const { return CaseFlow(*procedures, *procedure); }
};

// What is to be written with a move.
struct CaseMove {
  std::string kind;  // of the event
  std::string action;
  std::string reason;
  std::string evidence;
};

// Safe for concurrent use.
class CaseDesk {
 public:
  CaseDesk(CaseStore& cases, const HouseholdStore& households, const ScoreStore& scores,
           CaseFactsReader& facts, const Scope& scope, const Procedures& procedures,
           const Subjects& subjects, std::shared_ptr<const division::Tree> divisions,
           const Clock& clock)
      : cases_(cases),
        households_(households),
        scores_(scores),
        facts_(facts),
        scope_(scope),
        procedures_(procedures),
        subjects_(subjects),
        divisions_(std::move(divisions)),
        clock_(clock) {}

  // The caller as the engine sees it: an officer of a level, or nobody of any (-1).
  CaseActor ActorOf(const rpc::Caller& caller) const;
  std::string LevelName(int level) const;

  // A case inside the caller's division. CASE_NOT_FOUND. `judge`: see CaseFactsReader.
  absl::StatusOr<CaseAtHand> Take(const rpc::Caller& caller, const std::string& id,
                                  bool judge) const;
  // The same whoever calls.
  absl::StatusOr<CaseAtHand> Take(const std::string& id, bool judge) const;

  // The change that brings the case into `next`; `more` may add rows to it.
  absl::StatusOr<CaseChange> Change(const CaseAtHand& at, const CaseState& next,
                                    const CaseActor& actor, const CaseMove& move) const;
  absl::Status Commit(const CaseAtHand& at, CaseChange change);

  // As the caller sees it.
  absl::StatusOr<v1::Case> Show(const rpc::Caller& caller, const std::string& id) const;
  absl::StatusOr<v1::CaseRow> Row(const OpenCase& open, const procedure::ProcedureSet& set) const;

  // Facts of a case that is not stored yet.
  absl::StatusOr<KnownFacts> FactsOf(const store::StoredCase& stored,
                                     const procedure::Procedure& procedure) const {
    return facts_.Read(stored, procedure, /*judge=*/true);
  }
  // Index, class and open findings of a household, as stored.
  absl::Status AddScore(const std::string& household, v1::CaseRow* row) const;
  // 0 to 999: known only to who has the key.
  int Lot(const CaseAtHand& at) const;

  CaseStore& cases() { return cases_; }
  const division::Tree& divisions() const { return *divisions_; }
  const Scope& scope() const { return scope_; }
  const Procedures& procedures() const { return procedures_; }
  const Subjects& subjects() const { return subjects_; }
  absl::Time Now() const { return clock_.Now(); }
  // Status in the register, "none" without any.
  absl::StatusOr<std::string> StatusOf(const std::string& household) const;
  // Household of this township that names the subject; empty: none.
  absl::StatusOr<std::string> HouseholdOf(const std::string& subject,
                                          const std::string& township) const;
  std::vector<std::string> NamesOf(const std::string& division) const;

 private:
  CaseStore& cases_;
  const HouseholdStore& households_;
  const ScoreStore& scores_;
  CaseFactsReader& facts_;
  const Scope& scope_;
  const Procedures& procedures_;
  const Subjects& subjects_;
  const std::shared_ptr<const division::Tree> divisions_;
  const Clock& clock_;
};

}  // namespace fupin::identification

#endif  // FUPIN_SERVICES_IDENTIFICATION_SERVER_CASE_DESK_H_
