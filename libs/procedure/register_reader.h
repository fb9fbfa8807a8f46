// Turns messages about the register into plain values; every fault is noted and reading goes on.
#ifndef FUPIN_LIBS_PROCEDURE_REGISTER_READER_H_
#define FUPIN_LIBS_PROCEDURE_REGISTER_READER_H_

#include <string>
#include <vector>

#include "fupin/procedure/v1/exit_standard.pb.h"
#include "fupin/procedure/v1/watch.pb.h"
#include "libs/procedure/exit_standard.h"
#include "libs/procedure/watch.h"
#include "libs/status/status.h"

namespace fupin::procedure {

// `file`: what a fault calls it.
std::vector<WatchRule> ReadWatchRules(const v1::WatchFile& proto, const std::string& file,
                                      std::vector<Problem>* faults);
std::vector<ExitStandard> ReadExitStandards(const v1::ExitStandardFile& proto,
                                            const std::string& file, std::vector<Problem>* faults);

}  // namespace fupin::procedure

#endif  // FUPIN_LIBS_PROCEDURE_REGISTER_READER_H_
