// What becomes of a pushed record, given what is stored. Pure.
#ifndef FUPIN_SERVICES_EXCHANGE_DOMAIN_VERDICT_H_
#define FUPIN_SERVICES_EXCHANGE_DOMAIN_VERDICT_H_

#include <cstdint>
#include <optional>
#include <string>

namespace fupin::exchange {

// Numbers are on disk: never renumber.
enum class Outcome { kNew = 1, kChange = 2, kUnchanged = 3, kRejected = 4 };

// Newest stored version of a record.
struct Head {
  int64_t source_version = 0;
  std::string content_hash;
  Outcome first = Outcome::kNew;  // what this version was when it came; repeats get the same answer
};

struct Decision {
  Outcome outcome = Outcome::kRejected;
  bool store = false;       // becomes the newest version
  bool repeated = false;    // this very version was received before
  bool superseded = false;  // a newer version is stored
  bool conflict = false;    // same version, other content
};

// The result does not depend on how often or in which order versions arrive: the newest stored is
// always the highest version seen.
Decision Decide(const std::optional<Head>& stored, int64_t source_version,
                const std::string& content_hash);

}  // namespace fupin::exchange

#endif  // FUPIN_SERVICES_EXCHANGE_DOMAIN_VERDICT_H_
