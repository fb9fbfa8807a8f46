// Bytes of one record <-> values. Parsed here by hand and not by protobuf, which would answer one
// GBK byte with "false" and no word about the field.
#ifndef FUPIN_LIBS_CONTRACT_DECODE_H_
#define FUPIN_LIBS_CONTRACT_DECODE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/contract/contract.h"

namespace fupin::contract {

inline constexpr size_t kMaxPayloadBytes = 16 << 10;
// Problems told of one record. More help nobody, and 16 KiB can hold 8,000 unknown fields.
inline constexpr size_t kMaxProblems = 10;

enum class Charset { kUtf8, kGb18030 };

// INVALID_ARGUMENT with one problem per fault, at most kMaxProblems: PAYLOAD_TOO_LARGE,
// PAYLOAD_MALFORMED, UNKNOWN_FIELD, WRONG_WIRE_TYPE, DUPLICATE_FIELD, TEXT_CHARSET,
// NUMBER_NOT_FINITE, NUMBER_RANGE.
absl::StatusOr<Row> Decode(const Contract& contract, absl::string_view payload, Charset charset);

// The one canonical form of a row: fields ascending, UTF-8; equal rows give equal bytes.
std::string Encode(const Contract& contract, const Row& row);

// UTF-8 of `text` in the declared charset. INVALID_ARGUMENT / TEXT_CHARSET.
absl::StatusOr<std::string> ToUtf8(absl::string_view text, Charset charset);

}  // namespace fupin::contract

#endif  // FUPIN_LIBS_CONTRACT_DECODE_H_
