#include "libs/procedure/reasons.h"

#include "libs/status/reasons.h"

namespace fupin::procedure {
namespace {

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

constexpr Reason kReasons[] = {
    {"PROCEDURE_FOLDER", absl::StatusCode::kNotFound, "程序文件夹 {} 不存在或没有 .textproto 文件",
     "the folder of procedures {} does not exist or holds no .textproto file"},
    {"PROCEDURE_SYNTAX", kInvalid, "文件无法解析:{}", "the file cannot be read: {}"},
    {"PROCEDURE_ID", kInvalid, "编号 {} 缺失、重复或含有 a-z、0-9、- 以外的字符",
     "the id {} is missing, used twice or has other characters than a-z, 0-9 and -"},
    {"PROCEDURE_TEXT", kInvalid, "缺少名称或文字 {}", "the name or text {} is missing"},
    {"PROCEDURE_DATE", kInvalid, "日期 {} 须为 YYYY-MM-DD,且起不晚于止",
     "the date {} must be YYYY-MM-DD, and the first not after the last"},
    {"PROCEDURE_PERIOD", kInvalid, "期限 {} 须为 1 至 3660 天并注明自然日或工作日",
     "the period {} needs 1 to 3660 days and their kind"},
    {"PROCEDURE_LEVEL", kInvalid, "没有区划级别 {}", "there is no division level {}"},
    {"PROCEDURE_STATUS", kInvalid, "状态 {} 未定义,或在程序有效期内不可用",
     "the status {} is not defined, or none is valid while the procedure is"},
    {"PROCEDURE_STEP", kInvalid, "步骤 {} 设置有误:须为办理、公示或终点之一",
     "the step {} is wrong: work, a notice or an end, one of them"},
    {"PROCEDURE_TARGET", kInvalid, "去向或引用 {} 不存在", "{} is referred to and does not exist"},
    {"PROCEDURE_CONDITION", kInvalid, "条件 {} 缺少数值或超出范围",
     "the condition {} lacks a number or is out of range"},
    {"PROCEDURE_UNREACHABLE", kInvalid, "步骤 {} 无法到达", "the step {} cannot be reached"},
    {"PROCEDURE_DEAD_END", kInvalid, "从步骤 {} 无法到达终点",
     "no end can be reached from step {}"},
    {"PROCEDURE_BYPASS", kInvalid, "存在绕过公示 {} 的路径,公示不能跳过",
     "there is a way round the notice {}; a notice cannot be skipped"},
    {"PROCEDURE_NOTICE_TYPE", kInvalid, "没有公示类型 {}", "there is no notice type {}"},
    {"PROCEDURE_NOBODY", kInvalid, "操作 {} 没有规定由谁办理", "nobody may do the action {}"},
    {"PROCEDURE_REASON", kInvalid, "操作 {} 不予批准,须要求填写理由",
     "the action {} refuses and must require a reason"},
};
constexpr ReasonTable kTable{absl::MakeConstSpan(kReasons)};

}  // namespace

Problem Fault(absl::string_view reason, absl::string_view where, absl::string_view detail) {
  return kTable.Because(reason, where, detail);
}

}  // namespace fupin::procedure
