#include "services/exchange/domain/reasons.h"

#include "libs/status/reasons.h"

namespace fupin::exchange {
namespace {

constexpr Reason kReasons[] = {
    // About one record.
    {"SOURCE_VERSION_INVALID", absl::StatusCode::kInvalidArgument,
     "来源版本号必须大于 0,请填写源系统的变更序号或毫秒时间戳",
     "source_version must be greater than 0; send the source's change number or milliseconds"},
    {"SOURCE_VERSION_CONFLICT", absl::StatusCode::kAlreadyExists,
     "同一来源版本号已收到不同内容(已存摘要与新摘要:{}),请提高版本号后重新推送",
     "this source_version was received with other content (hash stored, hash sent: {}); raise the "
     "version and push again"},
    {"RECORD_SUPERSEDED", absl::StatusCode::kOk, "已存有更新的版本,本条未覆盖,无需处理",
     "a newer version is stored; this one changes nothing and needs no action"},
    {"BUSINESS_TIME_MISSING", absl::StatusCode::kInvalidArgument,
     "缺少业务时间,请填写 business_time 或契约规定的生效日期字段",
     "the business time is missing; fill business_time or the contract's effective field"},
    {"BUSINESS_TIME_FUTURE", absl::StatusCode::kInvalidArgument,
     "业务时间晚于当前时间 24 小时以上,请核对时钟或日期",
     "the business time is more than 24 hours in the future; check clock or date"},
    {"BUSINESS_TIME_INVALID", absl::StatusCode::kInvalidArgument,
     "业务时间早于 1800 年或不是有效时刻,请按秒填写",
     "the business time is before 1800 or not a moment at all; send it in seconds"},
    {"METHOD_MISSING", absl::StatusCode::kInvalidArgument, "缺少采集方式,请注明自动采集或人工录入",
     "the collection method is missing; say AUTOMATIC or MANUAL"},
    {"METHOD_UNKNOWN", absl::StatusCode::kInvalidArgument,
     "采集方式不是约定的代码,请注明自动采集或人工录入",
     "the collection method is not one of the known; say AUTOMATIC or MANUAL"},
    {"ENTERER_MISSING", absl::StatusCode::kInvalidArgument,
     "人工录入的记录必须注明录入人(谁采集、谁录入、谁负责)",
     "a record entered by hand must name who entered it"},
    {"AMOUNT_JUMP_CONFIRM", absl::StatusCode::kInvalidArgument,
     "金额恰为上一版本的 100 倍或 1/100,疑似元、分混用;请核对单位(分),确认无误后以 confirmed "
     "重新推送",
     "the amount is exactly 100 times or 1/100 of the version before: yuan and fen may be mixed "
     "up; "
     "check the unit (fen), or push again with confirmed set"},
    {"CORRECTS_UNKNOWN", absl::StatusCode::kInvalidArgument,
     "corrects 指向的退回记录不存在,请先查询退回记录列表",
     "corrects names a rejection that does not exist; call ListRejections"},
    {"PROVENANCE_TEXT", absl::StatusCode::kInvalidArgument,
     "采集人或录入人文字无法按声明的字符集解析,请检查 charset",
     "the text cannot be read in the declared charset; check charset"},
    // About a stream.
    {"PUSH_START_MISSING", absl::StatusCode::kInvalidArgument,
     "推送流的第一条消息必须是 start,请先发送",
     "the first message of a push must be start; send it"},
    {"PUSH_MESSAGE_MALFORMED", absl::StatusCode::kInvalidArgument,
     "消息不是有效的 PushRequest,请按 proto 编码(姓名等文字放在 payload 中)",
     "the message is not a valid PushRequest; encode it as the proto says (foreign text belongs "
     "into "
     "payload)"},
    {"BATCH_MISSING", absl::StatusCode::kInvalidArgument, "start 之后的消息必须是 batch,请发送批次",
     "after start every message must be a batch; send one"},
    {"STREAM_ID_INVALID", absl::StatusCode::kInvalidArgument,
     "stream_id 须为 1 至 64 个字符,仅限字母、数字和 . _ -",
     "stream_id must be 1-64 characters of letters, digits and . _ -"},
    {"SYSTEM_INVALID", absl::StatusCode::kInvalidArgument,
     "发送系统名称最长 64 个字节,不得含不可见字符,请缩短或清除",
     "system holds at most 64 bytes and no character that cannot be seen; shorten or clean it"},
    {"CHARSET_UNKNOWN", absl::StatusCode::kInvalidArgument,
     "charset 不是约定的代码,请使用 UTF8 或 GB18030", "charset is not known; use UTF8 or GB18030"},
    {"BATCH_NUMBER_INVALID", absl::StatusCode::kInvalidArgument,
     "batch_number 必须大于 0,请从 1 起编号", "batch_number must be greater than 0; begin with 1"},
    {"BATCH_EMPTY", absl::StatusCode::kInvalidArgument, "批次中没有记录,请至少放入一条",
     "the batch has no records; put in one at least"},
    {"BATCH_TOO_LARGE", absl::StatusCode::kInvalidArgument,
     "每批最多 1000 条、总量不超过 3 MiB,请分批推送",
     "a batch holds at most 1000 records and 3 MiB; split it"},
    {"BATCHES_IN_FLIGHT", absl::StatusCode::kResourceExhausted,
     "未应答的批次过多,请等待应答后再发送", "too many unanswered batches; wait for verdicts first"},
    // The name comes from outside and is not repeated: it may be anything.
    {"DATASET_UNKNOWN", absl::StatusCode::kNotFound, "没有该名称的数据集,请查询数据集目录",
     "there is no dataset of that name; call ListDatasets"},
    {"DATASET_NOT_YOURS", absl::StatusCode::kPermissionDenied,
     "数据集 {} 属于其他部门,请使用本部门的证书和数据集",
     "the dataset {} belongs to another participant"},
    {"EXCHANGE_BUSY", absl::StatusCode::kResourceExhausted,
     "系统繁忙,本批未受理,请按 retry-after-ms 稍后重发",
     "too much is waiting; the batch was not taken, resend it after retry-after-ms"},
    {"SHUTTING_DOWN", absl::StatusCode::kUnavailable, "服务正在停止,请重新连接后续传",
     "the service is stopping; reconnect and resume"},
    // About queries.
    {"RECORD_NOT_FOUND", absl::StatusCode::kNotFound, "记录不存在", "there is no such record"},
    {"RECORD_NAME_INVALID", absl::StatusCode::kInvalidArgument,
     "记录名应为 datasets/<数据集>/records/<编号>",
     "a record's name is datasets/<dataset>/records/<id>"},
    {"PAGE_TOKEN_INVALID", absl::StatusCode::kInvalidArgument, "翻页标记无效,请从第一页重新查询",
     "the page token is not valid; start at the first page"},
};

constexpr ReasonTable kTable(kReasons);

}  // namespace

Problem Because(absl::string_view reason, absl::string_view field, absl::string_view detail) {
  return kTable.Because(reason, field, detail);
}

absl::Status Refuse(absl::string_view reason, absl::string_view field, absl::string_view detail) {
  return kTable.Refuse(reason, field, detail);
}

}  // namespace fupin::exchange
