// What every engine must do, as test cases' bodies. A test of an engine calls them with a factory.
#ifndef FUPIN_LIBS_KV_STORE_CONTRACT_H_
#define FUPIN_LIBS_KV_STORE_CONTRACT_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "libs/kv/store.h"

namespace fupin::kv {

// Opens the store of this test case with the tables "a" and "b". Called again after the last one
// was destroyed it opens the same data.
using StoreFactory = std::function<std::unique_ptr<Store>()>;

void ContractReadsAndWrites(const StoreFactory& open);
void ContractExpectations(const StoreFactory& open);
void ContractLimits(const StoreFactory& open);
void ContractPages(const StoreFactory& open);
void ContractWholeTable(const StoreFactory& open);
void ContractSnapshot(const StoreFactory& open);
// Threads add one to counters under ExpectEquals; no addition may be lost.
void ContractConcurrentCounters(const StoreFactory& open);
// `steps` random operations beside a std::map, with reopenings; repeats from its seed.
void ContractModel(const StoreFactory& open, uint32_t seed, int steps);

}  // namespace fupin::kv

#endif  // FUPIN_LIBS_KV_STORE_CONTRACT_H_
