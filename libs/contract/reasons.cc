#include "libs/contract/reasons.h"

#include "libs/status/reasons.h"

namespace fupin::contract {
namespace {

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

constexpr Reason kReasons[] = {
    // Bytes.
    {"PAYLOAD_TOO_LARGE", kInvalid, "单条记录最大 16 KiB,请检查是否误放大字段",
     "a record holds at most 16 KiB; check for a field that is too large"},
    {"PAYLOAD_MALFORMED", kInvalid, "记录无法按 protobuf 解析,请按数据集约定编码",
     "the record cannot be read as protobuf; encode it as the contract says"},
    {"UNKNOWN_FIELD", kInvalid, "约定中没有该字段号,请更新约定或去掉该字段",
     "the contract has no field of this number; update the contract or leave it out"},
    {"WRONG_WIRE_TYPE", kInvalid, "字段类型与约定不符,请按约定的类型编码",
     "the field's type differs from the contract's; encode it as the contract says"},
    {"DUPLICATE_FIELD", kInvalid, "字段出现多次,请只保留一个",
     "the field stands in the record more than once; keep one"},
    {"TEXT_CHARSET", kInvalid, "文字不符合声明的字符集,请检查 charset(UTF-8 或 GB18030)",
     "the text is not in the declared charset; check charset (UTF-8 or GB18030)"},
    {"NUMBER_NOT_FINITE", kInvalid, "不是有限数(NaN 或无穷),请填写实际数值或留空",
     "not a finite number (NaN or infinity); send the value or leave it out"},
    {"NUMBER_RANGE", kInvalid, "数值过大,请核对单位", "the number is too large; check the unit"},
    // Values.
    {"REQUIRED_MISSING", kInvalid, "必填字段缺失,请补充", "a required field is missing; fill it"},
    {"VALUE_BELOW_MIN", kInvalid, "数值低于下限 {},请核对数值和单位",
     "the number is below {}; check value and unit"},
    {"VALUE_ABOVE_MAX", kInvalid, "数值高于上限 {},请核对数值和单位",
     "the number is above {}; check value and unit"},
    {"TEXT_TOO_LONG", kInvalid, "文字超过 {} 个字,请缩短", "the text is longer than {} characters"},
    {"CODE_UNKNOWN", kInvalid, "代码不在代码表 {} 中,请改用表内代码",
     "the code is not in the list {}; use one of its codes"},
    {"DIVISION_UNKNOWN", kInvalid, "区划代码不存在,请核对统计用区划代码",
     "there is no such division; check the code"},
    {"DATE_FUTURE", kInvalid, "日期晚于明天,请核对", "the date lies after tomorrow; check it"},
    {"BIRTH_DATE_CONFLICT", kInvalid, "出生日期与身份证号不一致,请核对两项",
     "the birth date differs from the citizen number's; check both"},
};

constexpr ReasonTable kTable(kReasons);

}  // namespace

Problem Because(absl::string_view reason, absl::string_view field, absl::string_view detail) {
  return kTable.Because(reason, field, detail);
}

absl::Status Refuse(absl::string_view reason, absl::string_view field, absl::string_view detail) {
  return kTable.Refuse(reason, field, detail);
}

}  // namespace fupin::contract
