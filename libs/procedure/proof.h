// What is proved of a procedure before a case may be opened by it.
#ifndef FUPIN_LIBS_PROCEDURE_PROOF_H_
#define FUPIN_LIBS_PROCEDURE_PROOF_H_

#include <string>
#include <vector>

#include "libs/procedure/procedure.h"
#include "libs/status/status.h"

namespace fupin::procedure {

// Every step can be reached from the first; an end can be reached from every step; no way leads to
// an end that grants but by leaving every notice after its period; there is a notice and an end
// that grants. Appeals and substantiated objections are ways too. `where` stands before each fault.
std::vector<Problem> Prove(const Procedure& procedure, const std::string& where);

}  // namespace fupin::procedure

#endif  // FUPIN_LIBS_PROCEDURE_PROOF_H_
