// Good records of several datasets, ready to be spoiled in one place. Synthetic (合成数据).
#ifndef FUPIN_TESTS_BAD_INPUT_DRAFTS_H_
#define FUPIN_TESTS_BAD_INPUT_DRAFTS_H_

#include <map>
#include <string>
#include <vector>

#include "fupin/exchange/v1/exchange_service.pb.h"
#include "libs/contract/contract.h"
#include "tests/walks/world.h"

namespace fupin::bad_input {

// A record before it is encoded. What is wrong with it is done to one of its parts.
struct Draft {
  std::map<std::string, contract::Value> values;
  std::string appended;               // bytes behind the encoded values
  exchange::v1::PushedRecord record;  // its payload, when not empty, goes as it is
  exchange::v1::Charset charset = exchange::v1::CHARSET_UNSPECIFIED;
};

// A draft of `dataset` that would be accepted, about person (and place, and plate) `n`.
Draft Good(const std::string& dataset, int n);
// Participant that owns a dataset: "mps" of "mps.population".
std::string OwnerOf(const std::string& dataset);
exchange::v1::PushedRecord Finish(const walks::World& world, const std::string& dataset,
                                  const Draft& draft);
// Values no problem may repeat: those of personal fields.
std::vector<std::string> PersonalValues(const walks::World& world, const std::string& dataset,
                                        const Draft& draft);

// Wire format by hand.
std::string Varint(uint64_t value);
std::string TagOf(int field, int wire);
// A length-delimited field.
std::string Delimited(int field, const std::string& bytes);

}  // namespace fupin::bad_input

#endif  // FUPIN_TESTS_BAD_INPUT_DRAFTS_H_
