#include "services/fupinctl/labels.h"

#include <cctype>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/fupinctl/units.h"

namespace fupin::fupinctl {
namespace {

struct Row {
  const char* key;  // "field" or "Message.field", which goes first
  const char* zh;
  const char* en = nullptr;  // null: the key with blanks, without its unit
};

constexpr Row kFields[] = {
    {"absence", "缺失原因"},
    {"absent", "缺失原因"},
    {"absent_count", "缺失指标", "absent"},
    {"accepted_change_count", "变更", "changed"},
    {"accepted_new_count", "新增", "new"},
    {"advice_en", "核查建议", "advice"},
    {"advice_zh", "核查建议", "advice"},
    {"answers", "调查答案"},
    {"assumption", "假设"},
    {"at_risk_household_count", "线下户数", "at risk"},
    {"at_risk_rate", "线下比例"},
    {"at_risk_weight", "线下权重"},
    {"automatic", "自动采集"},
    {"automatic_count", "自动采集", "automatic"},
    {"automatic_permille", "自动采集占比", "automatic share"},
    {"band", "公开档次", "band"},
    {"band_count", "只公开档次", "band only"},
    {"band_edge_permille", "分档线", "band edges"},
    {"batch_number", "批次", "batch"},
    {"became_poor_count", "转为贫困", "became poor"},
    {"birth_date", "出生日期"},
    {"bounds", "范围", "bounds"},
    {"business_time", "业务时间"},
    {"catalog", "指标体系"},
    {"catalog_version", "指标体系版本"},
    {"causes", "致贫原因", "causes"},
    {"causes_shown", "显示致贫原因", "causes shown"},
    {"cell", "该地", "place"},
    {"cells", "各地", "places"},
    {"changed_class_count", "分类有变", "class changed"},
    {"changed_count", "有变化", "changed"},
    {"changes", "分类变化", "class changes"},
    {"choice", "选项"},
    {"choices", "选项"},
    {"class_certain", "分类确定"},
    {"cleared_count", "已消除", "cleared"},
    {"code", "编号"},
    {"code_list", "代码表"},
    {"code_lists", "代码表", "code lists"},
    {"codes", "代码"},
    {"collect_time", "采集时间"},
    {"collector", "采集人"},
    {"completeness_permille", "完整度"},
    {"confusion", "分类与贫困线对照", "class against line"},
    {"contributions", "各指标失分", "contributions"},
    {"correct_time", "更正时间"},
    {"counts", "数字", "counts"},
    {"counts_count", "公开数字", "with counts"},
    {"coverage_permille", "覆盖率"},
    {"covered_household_count", "覆盖户数", "covered"},
    {"dataset", "数据集"},
    {"datasets", "数据集"},
    {"date", "日期"},
    {"DayCounts.date", "日期"},
    {"days", "逐日", "days"},
    {"department_sources", "部门依据"},
    {"department_value", "部门数据", "department"},
    {"device", "设备"},
    {"dimension_en", "一级指标(英文)", "dimension in English"},
    {"dimension_zh", "一级指标", "dimension"},
    {"distance_m", "距离", "distance"},
    {"division", "区划"},
    {"division_names", "所在地", "place"},
    {"divisions", "各县变化", "by county"},
    {"done_count", "已算", "done"},
    {"duration_seconds", "用时"},
    {"east", "东"},
    {"edition", "版次"},
    {"editions", "版次"},
    {"en", "英文", "English"},
    {"end_time", "结束时间"},
    {"enterer", "录入人"},
    {"error_samples", "错误举例"},
    {"evidence", "依据"},
    {"exited_household_count", "已脱贫户", "exited"},
    {"exited_person_count", "已脱贫人口", "exited persons"},
    {"facts", "部门事实", "department facts"},
    {"field", "字段"},
    {"field_sources", "入户依据"},
    {"field_value", "入户数据", "survey"},
    {"fields", "字段"},
    {"Fact.fields", "内容", "content"},
    {"Record.fields", "内容", "content"},
    {"find_time", "发现时间"},
    {"findings", "比对疑点"},
    {"first_date", "最早日期", "first date"},
    {"former_names_zh", "曾用名", "former names"},
    {"freshness_hours", "时效"},
    {"from", "原分类"},
    {"gini", "基尼系数"},
    {"head_name_masked", "户主", "head"},
    {"high_centipoints", "最高可能"},
    {"hint_zh", "提示", "hint"},
    {"household", "户"},
    {"household_count", "户数", "households"},
    {"HouseholdMember.household_count", "所在户数", "in households"},
    {"households", "户"},
    {"id", "编号"},
    {"incidence_permille", "贫困发生率", "incidence"},
    {"index", "批内序号", "position"},
    {"index_centipoints", "指数"},
    {"indicator", "指标"},
    {"indicators", "单个指标的影响", "each indicator alone"},
    {"input_hash", "输入摘要"},
    {"interval", "可能区间"},
    {"kind", "类别"},
    {"label_en", "说明", "label"},
    {"label_zh", "说明", "label"},
    {"DatasetField.label_zh", "名称", "label"},
    {"latitude", "纬度"},
    {"left_poor_count", "脱离贫困", "left poor"},
    {"level", "级别"},
    {"levels", "级别"},
    {"line", "贫困线"},
    {"longitude", "经度"},
    {"low_centipoints", "最低可能"},
    {"manual_count", "人工采集", "manual"},
    {"masked_citizen_number", "身份证号", "citizen number"},
    {"max", "最大"},
    {"max_zoom", "最大缩放", "max zoom"},
    {"mean_age", "平均时龄"},
    {"mean_index_centipoints", "平均指数", "mean index"},
    {"monitored_household_count", "监测户", "monitored"},
    {"meaning_en", "含义(英)"},
    {"meaning_zh", "含义"},
    {"median", "中位数"},
    {"member_count", "人数", "members"},
    {"member_index", "对象", "about"},
    {"members", "家庭成员"},
    {"message_en", "说明", "message"},
    {"message_zh", "说明", "message"},
    {"method", "采集方式"},
    {"min", "最小"},
    {"min_zoom", "最小缩放", "min zoom"},
    {"name", "编号", "name"},
    {"DatasetField.name", "字段", "field"},
    {"HouseholdMember.name", "姓名", "name"},
    {"ServiceState.name", "服务", "service"},
    {"name_en", "名称", "name"},
    {"name_zh", "名称", "name"},
    {"newest_business_time", "最新业务时间"},
    {"newest_receive_time", "最近接收", "last received"},
    {"north", "北"},
    {"not_at_risk_household_count", "线上户数", "not at risk"},
    {"not_at_risk_weight", "线上权重"},
    {"not_scorable_count", "无法评分", "not scorable"},
    {"not_scorable_household_count", "无法评分", "not scorable"},
    {"note", "备注"},
    {"notice_en", "声明", "notice"},
    {"notice_zh", "声明", "notice"},
    {"number", "数值"},
    {"open_count", "待核", "open"},
    {"open_finding_count", "待核疑点", "open findings"},
    {"other_household_count", "其他原因户", "as another"},
    {"outline_source_en", "轮廓来源", "outlines"},
    {"outline_source_zh", "轮廓来源", "outlines"},
    {"parked_event_count", "搁置事件", "parked events"},
    {"participant", "参与方"},
    {"participant_name_en", "参与方", "participant"},
    {"participant_name_zh", "参与方", "participant"},
    {"participants", "参与方"},
    {"parts", "下级区划"},
    {"path", "上级"},
    {"path_zh", "上级", "path"},
    {"payload", "原始内容"},
    {"pending_count", "等待评分", "pending"},
    {"period_from", "隐去期起", "period from"},
    {"person_count", "人数", "persons"},
    {"places", "地名"},
    {"points_lost_micro", "失分", "lost"},
    {"poor_count", "贫困户", "poor"},
    {"poor_household_count", "贫困户", "poor"},
    {"poor_person_count", "贫困人口", "poor persons"},
    {"possibly_poor_count", "可能贫困户", "possibly poor"},
    {"possibly_poor_household_count", "可能贫困户", "possibly poor"},
    {"poverty_class", "分类", "class"},
    {"principal", "提交者证书"},
    {"problems", "问题"},
    {"provenance", "调查来源"},
    {"question", "题目"},
    {"questions", "题目"},
    {"reason", "原因"},
    {"receive_time", "接收时间"},
    {"record", "记录"},
    {"refused", "未能加载"},
    {"registered_household_count", "在册户", "registered"},
    {"registered_person_count", "在册人口", "registered persons"},
    {"rejected_count", "退回", "rejected"},
    {"rejections", "退回记录"},
    {"relation", "与户主关系"},
    {"relative_median_gap", "相对贫困差距"},
    {"required", "必填"},
    {"resolution", "处理结论"},
    {"resolve_time", "处理时间"},
    {"resolved_count", "已处理", "resolved"},
    {"resolver", "处理人"},
    {"returned_household_count", "返贫户", "returned"},
    {"root_division", "范围", "root division"},
    {"round_to", "取整到", "round to"},
    {"rule", "规则"},
    {"rule_name_en", "疑点", "finding"},
    {"rule_name_zh", "疑点", "finding"},
    {"rules", "各规则疑点", "findings by rule"},
    {"s80_s20", "收入五等分比", "S80/S20"},
    {"scope", "范围"},
    {"score", "评分"},
    {"score_centipoints", "得分"},
    {"score_time", "评分时间"},
    {"scores", "历次评分"},
    {"section_en", "章节", "section"},
    {"section_zh", "章节", "section"},
    {"services", "服务"},
    {"severity", "程度"},
    {"sex", "性别"},
    {"shown", "公开程度"},
    {"small_count", "小数线", "small below"},
    {"source_version", "来源版本"},
    {"south", "南"},
    {"stable_count", "稳定脱贫户", "stable"},
    {"stable_household_count", "稳定脱贫户", "stable"},
    {"start_time", "开始时间"},
    {"state", "状态"},
    {"stream_id", "传输"},
    {"survey_version", "调查版本"},
    {"system", "来源系统"},
    {"text", "文字"},
    {"text_en", "题目", "question"},
    {"text_zh", "题目", "question"},
    {"to", "新分类"},
    {"total", "合计"},
    {"total_count", "总数", "total"},
    {"type", "类型"},
    {"unchanged_count", "无变化", "unchanged"},
    {"unit", "单位"},
    {"unit_zh", "单位", "unit"},
    {"update_time", "更新时间"},
    {"value", "数值"},
    {"Answer.value", "答案", "answer"},
    {"value_count", "指标值数", "values"},
    {"values", "指标值"},
    {"version", "版本"},
    {"weight_sum", "权重合计"},
    {"weight_units", "权重"},
    {"west", "西"},
    {"withheld_count", "不公开", "withheld"},
    {"within", "限于", "within"},
    {"yes", "是否"},
    {"zh", "中文", "Chinese"},
    // The register.
    {"archived", "已归档"},
    {"card_number", "建档立卡编号"},
    {"case", "办件"},
    {"change", "变更"},
    {"Registration.changes", "状态历史", "history"},
    {"children", "分出、迁往"},
    {"closed", "已销户"},
    {"content", "内容"},
    {"fate", "结果"},
    {"file_hash", "文件指纹"},
    {"file_name", "文件名"},
    {"form", "登记表"},
    {"gaps", "缺项"},
    {"gaps_en", "缺项(英文)", "gaps in English"},
    {"head_citizen_number", "户主身份证号"},
    {"head_name", "户主"},
    {"import_time", "导入时间"},
    {"imported", "导入"},
    {"importer", "导入人"},
    {"imports", "导入来源"},
    {"inherited_from", "承接自"},
    {"items", "项目"},
    {"lines", "行"},
    {"ImportSource.line", "行"},
    {"LineResult.line", "行"},
    {"RegisterLine.line", "行"},
    {"main_cause", "主要致贫原因"},
    {"main_cause_zh", "主要致贫原因", "main cause"},
    {"media_type", "文件类型"},
    {"other_causes", "其他致贫原因"},
    {"other_causes_zh", "其他致贫原因", "other causes"},
    {"parents", "来自"},
    {"per_member", "按成员"},
    {"procedure", "程序"},
    {"procedure_zh", "程序", "procedure"},
    {"procedure_en", "程序", "procedure"},
    {"raw", "原值"},
    {"registrations", "名册"},
    {"relation_zh", "与户主关系", "relation"},
    {"results", "结果"},
    {"rows", "行"},
    {"sections", "部分"},
    {"share", "列宽"},
    {"source", "来源"},
    {"source_kind", "来源类别"},
    {"status", "状态"},
    {"status_zh", "状态", "status"},
    {"status_en", "状态", "status"},
    {"statuses", "状态历史"},
    {"surveyed", "已入户"},
    {"time", "时间"},
    {"title_zh", "标题", "title"},
    {"title_en", "标题", "title"},
    {"value_zh", "值", "value"},
    {"wide", "整行"},
};

// Words that stand as text where others have an enum.
constexpr Row kWords[] = {
    {"Participant.kind DEPARTMENT", "政府部门", "department"},
    {"Participant.kind ENTERPRISE", "企业", "enterprise"},
    {"Participant.kind SOCIAL_ORGANISATION", "社会组织", "social organisation"},
    {"Participant.kind PUBLIC", "公众", "public"},
};

constexpr Row kValues[] = {
    // identification
    {"POVERTY_CLASS_POOR", "贫困"},
    {"POVERTY_CLASS_POSSIBLY_POOR", "可能贫困"},
    {"POVERTY_CLASS_STABLE", "稳定脱贫"},
    {"POVERTY_CLASS_NOT_SCORABLE", "无法评分"},
    {"ABSENCE_NOT_ASKED", "未问"},
    {"ABSENCE_REFUSED", "拒答"},
    {"ABSENCE_NOT_APPLICABLE", "不适用"},
    {"ABSENCE_NO_RECORD", "部门无记录"},
    {"FINDING_STATE_OPEN", "待核"},
    {"FINDING_STATE_RESOLVED", "已处理"},
    {"FINDING_STATE_CLEARED", "已消除"},
    {"RESOLUTION_ACCEPT_FIELD", "采信入户"},
    {"RESOLUTION_ACCEPT_DEPARTMENT", "采信部门"},
    {"RESOLUTION_REVISIT", "重新入户"},
    {"STATE_RUNNING", "进行中"},
    {"STATE_DONE", "已完成"},
    {"STATE_FAILED", "失败"},
    {"ITEM_STATE_FILLED", "已填"},
    {"ITEM_STATE_NOT_COLLECTED", "未采集"},
    {"ITEM_STATE_REFUSED", "拒答"},
    {"ITEM_STATE_NOT_APPLICABLE", "不适用"},
    {"ITEM_STATE_BY_HAND", "手工填写"},
    {"LINE_FATE_ENTERED", "新增"},
    {"LINE_FATE_ENTERED_UNSURVEYED", "新增,未入户"},
    {"LINE_FATE_EXTENDED", "补充状态"},
    {"LINE_FATE_ADOPTED", "关联入户"},
    {"LINE_FATE_UNCHANGED", "无变化"},
    {"LINE_FATE_REFUSED", "退回"},
    // gis
    {"FIGURE_INCIDENCE", "贫困发生率"},
    {"FIGURE_POOR_HOUSEHOLDS", "贫困户"},
    {"FIGURE_POOR_PERSONS", "贫困人口"},
    {"FIGURE_LOWEST_INDEX", "指数最低"},
    {"MATCH_MEETS", "相交"},
    {"MATCH_CENTRE", "中心点在内"},
    {"SHOWN_NOTHING", "不公开"},
    {"SHOWN_BAND", "只公开档次"},
    {"SHOWN_COUNTS", "公开数字"},
    // exchange
    {"OUTCOME_ACCEPTED_NEW", "新增"},
    {"OUTCOME_ACCEPTED_CHANGE", "变更"},
    {"OUTCOME_UNCHANGED", "无变化"},
    {"OUTCOME_REJECTED", "退回"},
    {"CHARSET_UTF8", "UTF-8 编码"},
    {"CHARSET_GB18030", "国标编码"},
    // type
    {"COLLECTION_METHOD_AUTOMATIC", "自动采集"},
    {"COLLECTION_METHOD_MANUAL", "人工录入"},
    // catalog
    {"SEVERITY_INFO", "提示"},
    {"SEVERITY_WARNING", "关注"},
    {"SEVERITY_SERIOUS", "严重"},
    {"FINDING_KIND_DISAGREEMENT", "数值不一致"},
    {"FINDING_KIND_EXCLUSION", "排除事实"},
    {"FINDING_KIND_DECEASED", "已故"},
    {"FINDING_KIND_DOUBLE_BENEFIT", "重复享受"},
    {"FINDING_KIND_UNKNOWN_PERSON", "查无此人"},
    {"FINDING_KIND_DUPLICATE_PERSON", "一人多户"},
    {"FINDING_KIND_IDENTITY", "身份不符"},
    {"FINDING_KIND_ENTITLEMENT", "应享未享"},
    {"SCOPE_HOUSEHOLD", "户"},
    {"SCOPE_MEMBER", "成员"},
    {"TYPE_INTEGER", "整数"},
    {"TYPE_NUMBER", "数值"},
    {"TYPE_MONEY_YUAN", "金额(元)"},
    {"TYPE_BOOLEAN", "是否"},
    {"TYPE_CHOICE", "选项"},
    {"TYPE_DATE", "日期"},
    {"TYPE_TEXT", "文字"},
    {"TYPE_YEAR", "年份"},
};

const Row* Find(const std::map<std::string, const Row*>& rows, const std::string& key) {
  const auto found = rows.find(key);
  return found == rows.end() ? nullptr : found->second;
}

template <size_t n>
std::map<std::string, const Row*> ByKey(const Row (&rows)[n]) {
  std::map<std::string, const Row*> map;
  for (const Row& row : rows) map[row.key] = &row;
  return map;
}

const Row* FieldRow(const std::string& key) {
  static const auto& rows = *new std::map<std::string, const Row*>(ByKey(kFields));
  return Find(rows, key);
}

std::string WithBlanks(const std::string& name) { return absl::StrReplaceAll(name, {{"_", " "}}); }

Label Named(const Row* row, const std::string& field_name) {
  if (row != nullptr && row->en != nullptr) return {row->zh, row->en};
  return {row == nullptr ? "" : row->zh, WithBlanks(WithoutUnit(field_name))};
}

}  // namespace

Label LabelOf(const google::protobuf::FieldDescriptor& field) {
  const auto* oneof = field.real_containing_oneof();
  const std::string& name = oneof != nullptr ? oneof->name() : field.name();
  const Row* own = FieldRow(absl::StrCat(field.containing_type()->name(), ".", name));
  return Named(own != nullptr ? own : FieldRow(name), name);
}

Label LabelNamed(const std::string& key) { return Named(FieldRow(key), key); }

std::string ChineseOf(const google::protobuf::EnumValueDescriptor& value) {
  static const auto& rows = *new std::map<std::string, const Row*>(ByKey(kValues));
  const Row* row = Find(rows, value.name());
  return row == nullptr ? "" : row->zh;
}

std::string EnglishOf(const google::protobuf::EnumValueDescriptor& value) {
  std::string prefix;
  for (const char c : value.type()->name()) {
    if (std::isupper(static_cast<unsigned char>(c)) && !prefix.empty()) prefix += '_';
    prefix += absl::ascii_toupper(static_cast<unsigned char>(c));
  }
  prefix += '_';
  const std::string& name = value.name();
  return WithBlanks(
      absl::AsciiStrToLower(absl::StartsWith(name, prefix) ? name.substr(prefix.size()) : name));
}

std::string TextOf(const google::protobuf::EnumValueDescriptor& value) {
  return value.number() == 0 ? "" : Both(ChineseOf(value), EnglishOf(value));
}

std::string WordOf(const google::protobuf::FieldDescriptor& field, const std::string& value) {
  static const auto& rows = *new std::map<std::string, const Row*>(ByKey(kWords));
  const Row* row =
      Find(rows, absl::StrCat(field.containing_type()->name(), ".", field.name(), " ", value));
  return row == nullptr ? "" : Both(row->zh, row->en);
}

std::string Both(const std::string& zh, const std::string& en) {
  if (zh.empty() || zh == en) return en;
  return en.empty() ? zh : absl::StrCat(zh, " ", en);
}

}  // namespace fupin::fupinctl
