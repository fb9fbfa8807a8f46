#include "libs/contract/decode.h"

#include <iconv.h>

#include <cmath>
#include <cstring>
#include <vector>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include "absl/strings/str_cat.h"
#include "libs/contract/reasons.h"
#include "libs/fixed/fixed.h"

namespace fupin::contract {
namespace {

using google::protobuf::internal::WireFormatLite;

bool IsUtf8(absl::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const int length = lead >= 0xf0 && lead < 0xf5   ? 4
                       : lead >= 0xe0 && lead < 0xf0 ? 3
                       : lead >= 0xc2 && lead < 0xe0 ? 2
                                                     : 0;
    if (length == 0 || i + static_cast<size_t>(length) > text.size()) return false;
    uint32_t point = lead & (0xff >> (length + 1));
    for (int k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + static_cast<size_t>(k)]);
      if ((next & 0xc0) != 0x80) return false;
      point = point << 6 | (next & 0x3f);
    }
    if ((length == 3 && point < 0x800) || (length == 4 && (point < 0x10000 || point > 0x10ffff)) ||
        (point >= 0xd800 && point <= 0xdfff)) {
      return false;
    }
    i += static_cast<size_t>(length);
  }
  return true;
}

}  // namespace

absl::StatusOr<std::string> ToUtf8(absl::string_view text, Charset charset) {
  if (charset == Charset::kUtf8) {
    if (!IsUtf8(text)) return Refuse("TEXT_CHARSET", "");
    return std::string(text);
  }
  iconv_t converter = iconv_open("UTF-8", "GB18030");
  if (converter == reinterpret_cast<iconv_t>(-1)) return Refuse("TEXT_CHARSET", "");
  std::string out(text.size() * 3 + 8, '\0');
  char* in_at = const_cast<char*>(text.data());
  size_t in_left = text.size();
  char* out_at = out.data();
  size_t out_left = out.size();
  const size_t result = iconv(converter, &in_at, &in_left, &out_at, &out_left);
  iconv_close(converter);
  if (result == static_cast<size_t>(-1)) return Refuse("TEXT_CHARSET", "");
  out.resize(out.size() - out_left);
  return out;
}

absl::StatusOr<Row> Decode(const Contract& contract, absl::string_view payload, Charset charset) {
  if (payload.size() > kMaxPayloadBytes) return Refuse("PAYLOAD_TOO_LARGE", "payload");
  Row row(contract.fields.size());
  std::vector<Problem> problems;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(payload.data()),
                                            static_cast<int>(payload.size()));
  while (in.BytesUntilLimit() != 0 && problems.size() < kMaxProblems) {
    const uint32_t tag = in.ReadTag();
    if (tag == 0) {
      if (in.ConsumedEntireMessage()) break;
      return Refuse("PAYLOAD_MALFORMED", "payload");
    }
    const int number = WireFormatLite::GetTagFieldNumber(tag);
    const auto wire = WireFormatLite::GetTagWireType(tag);
    size_t index = 0;
    while (index < contract.fields.size() && contract.fields[index].number != number) ++index;
    if (index == contract.fields.size()) {
      problems.push_back(Because("UNKNOWN_FIELD", absl::StrCat("#", number)));
      if (!WireFormatLite::SkipField(&in, tag)) return Refuse("PAYLOAD_MALFORMED", "payload");
      continue;
    }
    const Field& field = contract.fields[index];
    const auto expected = field.type == FieldType::kText ? WireFormatLite::WIRETYPE_LENGTH_DELIMITED
                          : field.type == FieldType::kDouble ? WireFormatLite::WIRETYPE_FIXED64
                                                             : WireFormatLite::WIRETYPE_VARINT;
    if (wire != expected) {
      problems.push_back(Because("WRONG_WIRE_TYPE", field.name));
      if (!WireFormatLite::SkipField(&in, tag)) return Refuse("PAYLOAD_MALFORMED", "payload");
      continue;
    }
    Value value;
    uint64_t bits = 0;
    uint32_t size = 0;
    std::string text;
    switch (field.type) {
      case FieldType::kText: {
        if (!in.ReadVarint32(&size) || size > payload.size() ||
            !in.ReadString(&text, static_cast<int>(size))) {
          return Refuse("PAYLOAD_MALFORMED", "payload");
        }
        auto utf8 = ToUtf8(text, charset);
        if (!utf8.ok()) {
          problems.push_back(Because("TEXT_CHARSET", field.name));
          continue;
        }
        value = *std::move(utf8);
        break;
      }
      case FieldType::kBool:
        if (!in.ReadVarint64(&bits)) return Refuse("PAYLOAD_MALFORMED", "payload");
        value = bits != 0;
        break;
      case FieldType::kInteger: {
        if (!in.ReadVarint64(&bits)) return Refuse("PAYLOAD_MALFORMED", "payload");
        const int64_t number64 =
            field.zigzag ? WireFormatLite::ZigZagDecode64(bits) : static_cast<int64_t>(bits);
        const auto micro = fixed::MicroFromInteger(number64);
        if (!micro.ok()) {
          problems.push_back(Because("NUMBER_RANGE", field.name));
          continue;
        }
        value = *micro;
        break;
      }
      case FieldType::kDouble: {
        if (!in.ReadLittleEndian64(&bits)) return Refuse("PAYLOAD_MALFORMED", "payload");
        const double real = WireFormatLite::DecodeDouble(bits);
        const auto micro = fixed::MicroFromDouble(real);
        if (!micro.ok()) {
          problems.push_back(
              Because(std::isfinite(real) ? "NUMBER_RANGE" : "NUMBER_NOT_FINITE", field.name));
          continue;
        }
        value = *micro;
        break;
      }
    }
    if (!std::holds_alternative<std::monostate>(row[index])) {
      problems.push_back(Because("DUPLICATE_FIELD", field.name));
      continue;
    }
    row[index] = std::move(value);
  }
  if (!problems.empty()) {
    return ProblemStatus(absl::StatusCode::kInvalidArgument, std::move(problems));
  }
  return row;
}

std::string Encode(const Contract& contract, const Row& row) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    for (size_t i = 0; i < contract.fields.size(); ++i) {
      const Field& field = contract.fields[i];
      if (const auto* text = std::get_if<std::string>(&row[i])) {
        WireFormatLite::WriteString(field.number, *text, &out);
      } else if (const auto* yes = std::get_if<bool>(&row[i])) {
        WireFormatLite::WriteBool(field.number, *yes, &out);
      } else if (const auto* number = std::get_if<fixed::Micro>(&row[i])) {
        if (field.type == FieldType::kDouble) {
          WireFormatLite::WriteDouble(field.number, fixed::ToDouble(*number), &out);
        } else if (field.zigzag) {
          WireFormatLite::WriteSInt64(field.number, number->units / fixed::kMicroPerOne, &out);
        } else {
          WireFormatLite::WriteInt64(field.number, number->units / fixed::kMicroPerOne, &out);
        }
      }
    }
  }
  return bytes;
}

}  // namespace fupin::contract
