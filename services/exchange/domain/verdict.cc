#include "services/exchange/domain/verdict.h"

namespace fupin::exchange {

Decision Decide(const std::optional<Head>& stored, int64_t source_version,
                const std::string& content_hash) {
  if (!stored) return {.outcome = Outcome::kNew, .store = true};
  if (source_version < stored->source_version) {
    return {.outcome = Outcome::kUnchanged, .superseded = true};
  }
  const bool same = content_hash == stored->content_hash;
  if (source_version == stored->source_version) {
    if (!same) return {.outcome = Outcome::kRejected, .conflict = true};
    return {.outcome = stored->first, .repeated = true};
  }
  // A newer version with the same content is remembered as seen, but nothing changed.
  if (same) return {.outcome = Outcome::kUnchanged, .store = true};
  return {.outcome = Outcome::kChange, .store = true};
}

}  // namespace fupin::exchange
