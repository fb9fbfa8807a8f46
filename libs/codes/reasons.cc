#include "libs/codes/reasons.h"

#include "libs/status/reasons.h"

namespace fupin::codes {
namespace {

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

constexpr Reason kReasons[] = {
    {"CITIZEN_NUMBER_LENGTH", kInvalid, "身份证号应为 18 位,请核对是否漏位",
     "a citizen number has 18 characters; check for a missing one"},
    {"CITIZEN_NUMBER_FIFTEEN_DIGITS", kInvalid, "这是 15 位旧身份证号,请换填 18 位号码",
     "this is an old 15-digit number; send the 18-digit one"},
    {"CITIZEN_NUMBER_MANGLED", kInvalid,
     "身份证号已被电子表格改成数值(末几位丢失),请把该列设为文本后重新录入,不能由系统还原",
     "a spreadsheet turned the citizen number into a number and lost its last digits; set the "
     "column to text and enter it again, it cannot be restored"},
    {"CITIZEN_NUMBER_CHARACTER", kInvalid, "身份证号只能含数字,末位可为 X(半角)",
     "a citizen number has digits only, the last may be X"},
    {"CITIZEN_NUMBER_BIRTH_DATE", kInvalid, "身份证号中的出生日期不存在,请核对",
     "the birth date inside the citizen number does not exist; check it"},
    {"CITIZEN_NUMBER_BIRTH_RANGE", kInvalid, "身份证号中的出生日期在未来或早于 120 年前,请核对",
     "the birth date inside the citizen number is in the future or over 120 years ago; check it"},
    {"CITIZEN_NUMBER_DIVISION", kInvalid, "身份证号前两位不是省级代码,请核对",
     "the citizen number does not begin with a province code; check it"},
    {"CITIZEN_NUMBER_CHECK_DIGIT", kInvalid, "身份证号校验位不符(GB 11643),请核对是否输错",
     "the check digit of the citizen number is wrong (GB 11643); check for a typing error"},
    {"CREDIT_CODE_LENGTH", kInvalid, "统一社会信用代码应为 18 位",
     "a credit code has 18 characters"},
    {"CREDIT_CODE_CHARACTER", kInvalid, "统一社会信用代码含非法字符(不含 I、O、S、V、Z)",
     "the credit code has a character that none may have (I, O, S, V, Z)"},
    {"CREDIT_CODE_CHECK_DIGIT", kInvalid, "统一社会信用代码校验位不符(GB 32100),请核对",
     "the check digit of the credit code is wrong (GB 32100); check it"},
    {"BANK_CARD_NUMBER", kInvalid, "银行卡号应为 12 至 19 位数字且校验位正确,请核对",
     "a bank card number has 12-19 digits with a right check digit; check it"},
    {"PHONE_NUMBER", kInvalid, "电话号码不符合大陆手机或固话格式,请核对",
     "not a mainland mobile or landline number; check it"},
    {"DATE_FORMAT", kInvalid, "日期应为 YYYY-MM-DD 且存在(公历)",
     "a date is YYYY-MM-DD and exists in the Gregorian calendar"},
    {"MONTH_FORMAT", kInvalid, "月份应为 YYYY-MM", "a month is YYYY-MM"},
    {"YEAR_FORMAT", kInvalid, "年份应为四位 YYYY", "a year is YYYY"},
    {"PLATE_NUMBER", kInvalid, "车牌号格式不符,请核对", "not a vehicle plate; check it"},
    {"NAME_EMPTY", kInvalid, "姓名为空,请填写", "the name is empty; fill it"},
    {"NAME_TOO_LONG", kInvalid, "姓名超过 50 个字,请核对", "the name is longer than 50 characters"},
    {"TEXT_CONTROL", kInvalid, "文字含控制字符、零宽字符或方向控制符,请清除不可见字符",
     "the text holds control, zero-width or direction characters; remove what cannot be seen"},
    {"TEXT_CHARSET", kInvalid, "文字不是有效的 UTF-8", "the text is not valid UTF-8"},
};

constexpr ReasonTable kTable(kReasons);

}  // namespace

absl::Status Refuse(absl::string_view reason) { return kTable.Refuse(reason, "", ""); }

}  // namespace fupin::codes
