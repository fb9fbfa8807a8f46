#include "services/identification/domain/reasons.h"

#include "libs/status/reasons.h"

namespace fupin::identification {
namespace {

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

constexpr absl::StatusCode kMissing = absl::StatusCode::kNotFound;
constexpr absl::StatusCode kBefore = absl::StatusCode::kFailedPrecondition;

constexpr Reason kReasons[] = {
    // Cases and notices; what a rule of a procedure forbids is told by case_flow.cc.
    {"CASE_NOT_FOUND", kMissing, "没有该编号的办件,或不在您的辖区内",
     "there is no such case, or it lies outside your division"},
    {"CASE_MOVED", absl::StatusCode::kAborted, "办件已被他人更新,请刷新后再办",
     "somebody else changed the case meanwhile; read it again and decide again"},
    {"PROCEDURE_UNKNOWN", kInvalid, "没有今日可用的程序 {}",
     "there is no procedure {} that opens today"},
    {"PROCEDURE_GONE", kBefore, "程序文件中已没有 {},请恢复该版本直至其办件办结",
     "the procedure or step {} is gone from the files; put that version back until its cases end"},
    {"APPLICANT_NAME", kInvalid, "请填写户主姓名", "give the name of the head of the household"},
    {"APPLICANT_PHONE", kInvalid, "请填写联系电话(7 至 13 位数字)",
     "give a phone number of 7 to 13 digits"},
    {"APPLICATION_REASON", kInvalid, "请用文字说明,最长 2000 个字节",
     "say it in words, at most 2000 bytes"},
    {"APPLICATION_OPEN", absl::StatusCode::kAlreadyExists,
     "该户已有办理中的申请({} 受理),请凭回执查询,不必重复申请",
     "this household has an open case (of {}); follow it by its receipt"},
    {"CHANNEL_NOT_YOURS", kInvalid, "申请渠道与身份不符:网页由本人申请,村办公室和电话由干部代录",
     "the channel does not fit the caller: web for oneself, office and phone for officers"},
    {"RECEIPT_UNKNOWN", kMissing, "回执号或取件码不正确,请核对",
     "receipt or code is not right; check both"},
    {"RECEIPT_RESTS", absl::StatusCode::kResourceExhausted,
     "取件码多次输入错误,请一小时后再试或到村委会查询",
     "too many wrong codes; try again in an hour or ask at the village office"},
    {"PHOTO_FORMAT", kInvalid, "请上传 JPEG 或 PNG 照片", "a JPEG or PNG photo is needed"},
    {"PHOTO_TOO_LARGE", kInvalid, "照片最大 1 MiB、五千万像素,请缩小后上传",
     "a photo holds at most 1 MiB and 50 million points; make it smaller"},
    {"CAUSE_UNKNOWN", kInvalid, "致贫原因代码无效", "the cause of poverty is not in the list"},
    {"CAUSES_TOO_MANY", kInvalid, "除主要原因外最多两项", "at most two causes beside the main one"},
    {"CAUSE_REPEATED", kInvalid, "同一致贫原因不能重复", "a cause stands there twice"},
    {"FILE_NOT_FOUND", kMissing, "该办件没有这个附件", "the case has no such file"},
    {"BATCH_RUNNING", kBefore, "该区划正在进行另一项批量办理,请等待完成",
     "another batch runs over this division; wait until it is done"},
    {"BATCH_NOT_FOUND", kMissing, "没有该批量办理", "there is no such batch"},
    {"NOTICE_EMPTY", kBefore, "没有等待此项公示的办件", "no case waits for this notice"},
    {"NOTICE_PLACE", kInvalid, "请填写张贴地点", "say where the notice hangs"},
    {"NOTICE_NOT_FOUND", kMissing, "没有该公示,或公示期已过",
     "there is no such notice, or its period is over"},
    {"NOTICE_OVER", kBefore, "公示已结束", "the notice has ended"},
    {"OBJECTION_TEXT", kInvalid, "请写明异议内容,最长 4000 个字节",
     "write down the objection, at most 4000 bytes"},
    {"OBJECTION_ENTRY", kInvalid, "名单中没有该序号", "there is no such number on the sheet"},
    {"OBJECTION_ANSWER", kInvalid, "请写明核实情况和答复",
     "write down what was found and the answer"},
    {"OBJECTION_NOT_FOUND", kMissing, "没有该异议,或不在您的辖区内",
     "there is no such objection, or it lies outside your division"},
    {"OBJECTION_SETTLED", kBefore, "该异议已答复", "this objection has been answered"},
    // Surveys.
    {"SURVEY_MISSING", kInvalid, "缺少调查内容", "the survey is missing"},
    {"REQUEST_ID_INVALID", kInvalid, "request_id 须为 1 至 64 个字符,仅限字母、数字和 . _ -",
     "request_id must be 1-64 characters of letters, digits and . _ -"},
    {"REQUEST_ID_REUSED", absl::StatusCode::kAlreadyExists,
     "request_id 已用于其他内容(已存摘要与新摘要:{}),请换新的 request_id",
     "request_id was used for other content (hash stored, hash sent: {}); use a new one"},
    {"SOURCE_KEY_MISSING", kInvalid, "缺少户编号(source_key),请填写调查表编号",
     "the household key (source_key) is missing; give the form's number"},
    {"SOURCE_KEY_TOO_LONG", kInvalid, "户编号最长 64 个字节", "source_key holds at most 64 bytes"},
    {"DIVISION_UNKNOWN", absl::StatusCode::kNotFound, "没有该代码的区划,请核对区划代码",
     "there is no division of that code; check it"},
    {"DIVISION_TOO_HIGH", kInvalid, "区划级别过高,请填写村或自然村代码",
     "the division is too high in the tree; give a village or natural village"},
    {"MEMBERS_MISSING", kInvalid, "户内没有成员", "the household has no members"},
    {"MEMBERS_TOO_MANY", kInvalid, "户内成员最多 100 人,请核对",
     "a household holds at most 100 members"},
    {"MEMBER_NAME_MISSING", kInvalid, "缺少成员姓名", "the member's name is missing"},
    {"MEMBER_REPEATED", kInvalid, "同一人在本户出现多次,请删除重复成员",
     "the same person stands in this household twice; remove one"},
    {"MEMBER_KEYS", kInvalid, "身份证号与 person_key 只能填写其一",
     "give either citizen_number or person_key, not both"},
    {"HEAD_NOT_ONE", kInvalid, "户主须恰有一人(关系代码 02 或 01 以外不得为户主)",
     "there must be exactly one head of household (relation code 02)"},
    {"RELATION_UNKNOWN", kInvalid, "与户主关系代码无效,请使用 GB/T 4761 两位代码",
     "the relation code is not valid; use the two-digit codes of GB/T 4761"},
    {"SEX_UNKNOWN", kInvalid, "性别代码无效,请使用 GB/T 2261.1(0、1、2、9)",
     "the sex code is not valid; use GB/T 2261.1 (0, 1, 2, 9)"},
    {"BIRTH_DATE_CONFLICT", kInvalid, "出生日期与身份证号不一致,请核对",
     "the birth date differs from the citizen number's; check both"},
    {"BIRTH_DATE_RANGE", kInvalid, "出生日期在未来或早于 120 年前,请核对",
     "the birth date is in the future or over 120 years ago; check it"},
    {"QUESTION_UNKNOWN", kInvalid, "没有编号为 {} 的问题,请更新调查表",
     "there is no question {}; update the form"},
    {"QUESTION_SCOPE", kInvalid, "问题 {} 属于另一层级(户或成员)",
     "question {} belongs to the other scope (household or member)"},
    {"QUESTION_REPEATED", kInvalid, "问题 {} 回答了多次", "question {} is answered more than once"},
    {"ANSWER_MISSING", kInvalid, "问题 {} 没有答案,请填写或注明未问、拒答、不适用",
     "question {} has no value; answer it or say not asked, refused or not applicable"},
    {"ANSWER_TYPE", kInvalid, "问题 {} 的答案类型不符", "the answer to {} is of the wrong type"},
    {"ANSWER_RANGE", kInvalid, "问题 {} 的答案超出合理范围,请核对单位",
     "the answer to {} is out of range; check the unit"},
    {"ANSWER_DECIMALS", kInvalid, "问题 {} 的小数位过多(金额最多两位,整数不得有小数)",
     "the answer to {} has too many decimals (money two, whole numbers none)"},
    {"ANSWER_CHOICE", kInvalid, "问题 {} 没有该选项,请使用调查表中的选项代码",
     "question {} has no such choice; use a code of the form"},
    {"ANSWERS_TOO_MANY", kInvalid, "答案数量超过问题数量", "there are more answers than questions"},
    {"COLLECTOR_MISSING", kInvalid, "缺少采集人(谁采集、谁录入、谁负责)",
     "the collector is missing: whoever collects is responsible"},
    {"ENTERER_MISSING", kInvalid, "缺少录入人(谁采集、谁录入、谁负责)",
     "the enterer is missing: whoever enters is responsible"},
    {"PROVENANCE_TEXT", kInvalid, "采集人、录入人和设备最长 200 字节,不得含不可见字符,请缩短或清除",
     "collector, enterer and device hold at most 200 bytes and no character that cannot be seen; "
     "shorten or clean it"},
    {"METHOD_UNKNOWN", kInvalid, "采集方式不是约定的代码,请注明自动采集或人工录入",
     "the collection method is not one of the known; say AUTOMATIC or MANUAL"},
    {"LOCATION_INVALID", kInvalid, "经纬度须成对填写 WGS-84 度数(纬度 ±90、经度 ±180),请核对",
     "latitude and longitude are WGS-84 degrees, both or none (within 90 and 180); check them"},
    {"COLLECT_TIME_MISSING", kInvalid, "缺少采集时间,请填写", "the time of collection is missing"},
    {"COLLECT_TIME_INVALID", kInvalid, "采集时间早于 1970 年或不是有效时刻,请核对设备时钟",
     "the time of collection is before 1970 or no moment at all; check the device's clock"},
    {"COLLECT_TIME_FUTURE", kInvalid, "采集时间晚于当前时间 24 小时以上,请核对设备时钟",
     "the time of collection is over 24 hours in the future; check the device's clock"},
    {"SURVEY_TOO_LARGE", kInvalid, "调查内容过大(最多 60 KiB)",
     "the survey is too large (60 KiB at most)"},
    // Queries and decisions.
    {"HOUSEHOLD_NAME_INVALID", kInvalid, "户名应为 households/<编号>",
     "a household's name is households/<id>"},
    {"HOUSEHOLD_NOT_FOUND", absl::StatusCode::kNotFound, "没有这一户",
     "there is no such household"},
    {"DIVISION_NOT_YOURS", absl::StatusCode::kPermissionDenied,
     "该区划不在您负责的范围内,须由 {} 或其上级区划的工作人员办理",
     "this division is not one of yours; it takes an officer of {} or of a division above it"},
    {"HOUSEHOLD_ELSEWHERE", absl::StatusCode::kPermissionDenied,
     "该户编号已登记在您负责范围以外的区划,迁入须由同时负责两地的上级工作人员提交",
     "a household of this key is registered outside your division; to move it takes an officer of "
     "a division above both places"},
    {"SCORE_NOT_FOUND", absl::StatusCode::kNotFound, "该户尚未评分,请稍后再查",
     "this household has no score yet; ask again shortly"},
    {"FINDING_NOT_FOUND", absl::StatusCode::kNotFound, "没有这条线索", "there is no such finding"},
    {"FINDING_CLOSED", absl::StatusCode::kFailedPrecondition, "该线索已处理或已消除",
     "this finding is settled or gone"},
    {"RESOLVER_MISSING", kInvalid, "缺少处理人,请填写工号",
     "the resolver is missing; give a staff number"},
    {"RESOLUTION_MISSING", kInvalid, "缺少处理方式(采信入户、采信部门或重新入户)",
     "the resolution is missing (accept field, accept department or revisit)"},
    {"PAGE_TOKEN_INVALID", kInvalid, "翻页标记与查询条件不符,请从第一页重新查询",
     "the page token does not fit this query; start at the first page"},
    {"RESCORE_RUNNING", absl::StatusCode::kFailedPrecondition, "已有全量重算任务在运行,请等待完成",
     "a rescoring job is running; wait for it"},
    {"RESCORE_JOB_UNKNOWN", absl::StatusCode::kNotFound, "没有这个重算任务",
     "there is no such job"},
    {"WHAT_IF_INDICATORS_DIFFER", kInvalid,
     "假设目录的指标或取数来源与现行目录不同({}),试算只能改变权重、评分函数和分档;请先加载新目录",
     "the catalog's indicators or sources differ from those in force ({}); a what-if may change "
     "weights, scoring and edges only, load the catalog instead"},
    {"REFERENCE_UNKNOWN", kInvalid, "指标目录中没有参考值 {}", "the catalog has no reference {}"},
    // Feed.
    {"DATASET_UNKNOWN", absl::StatusCode::kNotFound, "没有名为 {} 的数据集约定",
     "there is no contract for dataset {}"},
    {"EVENT_MALFORMED", absl::StatusCode::kDataLoss, "变更事件无法解析",
     "an event of the feed cannot be read"},
};

constexpr ReasonTable kTable(kReasons);

}  // namespace

Problem Because(absl::string_view reason, absl::string_view field, absl::string_view detail) {
  return kTable.Because(reason, field, detail);
}

absl::Status Refuse(absl::string_view reason, absl::string_view field, absl::string_view detail) {
  return kTable.Refuse(reason, field, detail);
}

}  // namespace fupin::identification
