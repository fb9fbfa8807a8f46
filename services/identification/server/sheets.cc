#include "services/identification/server/sheets.h"

#include <map>
#include <utility>
#include <vector>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/clock/clock.h"
#include "libs/sheet/sheet.h"
#include "libs/status/macros.h"

namespace fupin::identification {
namespace {

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixMillis(google::protobuf::util::TimeUtil::TimestampToMilliseconds(timestamp));
}

std::string DayText(absl::Time time) {
  const absl::CivilDay day = absl::ToCivilDay(time, Shanghai());
  return absl::StrCat(day.year(), "年", day.month(), "月", day.day(), "日");
}

// Punctuation beside Chinese as printed papers have it: full width.
std::string FullWidth(const std::string& text) {
  static const std::map<char, const char*> kWide = {{',', "，"}, {':', "："}, {';', "；"},
                                                    {'(', "（"}, {')', "）"}, {'?', "？"}};
  std::string out;
  bool chinese = false;  // the character before
  for (size_t i = 0; i < text.size(); ++i) {
    const bool ascii = static_cast<unsigned char>(text[i]) < 0x80;
    const auto wide = kWide.find(text[i]);
    const bool before = i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0x80;
    if (wide != kWide.end() && (chinese || before || text[i] == ')')) {
      out += wide->second;
      chinese = true;
      continue;
    }
    out.push_back(text[i]);
    if (text[i] != ' ') chinese = !ascii;
  }
  return out;
}

std::string Foot(const std::string& by, absl::Time time) {
  return absl::StrCat("打印：", by, "  ", absl::FormatTime("%Y-%m-%d %H:%M", time, Shanghai()));
}

v1::Sheet ToSheet(std::string pdf, const std::string& file_name) {
  v1::Sheet out;
  out.set_media_type("application/pdf");
  out.set_file_name(file_name);
  out.set_content(std::move(pdf));
  return out;
}

std::string ValueOf(const v1::FilledItem& item) {
  if (item.state() == v1::ITEM_STATE_BY_HAND) return "";
  if (item.state() != v1::ITEM_STATE_FILLED || item.unit_zh().empty()) return item.value_zh();
  std::string value = item.value_zh();
  // 3000.5 yuan reads as 3000.50.
  const size_t point = value.find('.');
  if (item.unit_zh() == "元" && point != std::string::npos && value.size() - point == 2)
    value += "0";
  return absl::StrCat(value, " ", item.unit_zh());
}

void AddMembers(const v1::FilledSection& section, sheet::Sheet* sheet) {
  if (section.rows().empty()) {
    sheet->Text("未采集", {.grey = true});
    return;
  }
  std::vector<sheet::Column> columns;
  for (const v1::FilledItem& item : section.rows(0).items()) {
    columns.push_back(
        {item.label_zh(), item.share() > 0 ? item.share() : 1, sheet::Align::kCentre});
  }
  std::vector<std::vector<std::string>> rows;
  for (const v1::FilledRow& row : section.rows()) {
    rows.emplace_back();
    for (const v1::FilledItem& item : row.items()) rows.back().push_back(ValueOf(item));
  }
  sheet->Table(columns, rows, {.size = 7.5});
}

}  // namespace

absl::StatusOr<v1::Sheet> FormSheet(const v1::FilledForm& form, const SheetSettings& settings,
                                    const Printing& printing) {
  sheet::Sheet sheet({.title = form.title_zh(),
                      .author = "扶贫云",
                      .footer = Foot(printing.by, printing.time),
                      .mark = settings.mark,
                      .create_time = printing.time});
  sheet.Text(form.title_zh(), {.size = 18, .bold = true, .align = sheet::Align::kCentre});
  sheet.Gap(4);
  sheet.Text(absl::StrCat(form.form(), " 第 ", form.version(), " 版"),
             {.size = 8, .align = sheet::Align::kCentre, .grey = true});
  sheet.Gap(6);
  for (const v1::FilledSection& section : form.sections()) {
    sheet.Keep(60);
    sheet.Gap(6);
    sheet.Text(section.name_zh(), {.size = 11, .bold = true});
    sheet.Gap(2);
    if (section.per_member()) {
      AddMembers(section, &sheet);
      continue;
    }
    std::vector<sheet::Pair> pairs;
    for (const v1::FilledRow& row : section.rows()) {
      for (const v1::FilledItem& item : row.items()) {
        pairs.push_back(
            {absl::StrCat(item.code(), " ", item.label_zh(), item.required() ? " *" : ""),
             ValueOf(item), item.state() != v1::ITEM_STATE_FILLED, item.wide()});
      }
    }
    sheet.Pairs(pairs, 2, {.size = 9});
  }
  sheet.Gap(6);
  if (!form.gaps().empty()) {
    sheet.Text(absl::StrCat("必填项尚缺：", absl::StrJoin(form.gaps(), "、")),
               {.size = 9, .bold = true});
  }
  sheet.Text("* 必填。数据来自入户调查和部门记录,由系统填入;“未采集”表示没有该数据。",
             {.size = 8, .grey = true});
  sheet.Gap(10);
  sheet.Keep(200);
  // Room for a name and a seal.
  sheet.Pairs({{"户主签字（按手印）", "\n\n"},
               {"入户调查人签字", "\n\n"},
               {"村民委员会（盖章）", "\n\n\n\n"},
               {"乡镇人民政府（盖章）", "\n\n\n\n"},
               {"填表日期", "          年      月      日"}},
              2, {.size = 10});
  ASSIGN_OR_RETURN(std::string pdf, sheet.Finish());
  return ToSheet(std::move(pdf), "registration-form.pdf");
}

absl::StatusOr<v1::Sheet> NoticeSheet(const v1::Notice& notice, const SheetSettings& settings,
                                      const Printing& printing) {
  const bool draft = !notice.has_post_time();
  sheet::Sheet sheet(
      {.title = notice.title_zh(),
       .author = "扶贫云",
       .footer = Foot(printing.by.empty() ? "公众查询页面" : printing.by, printing.time),
       .mark = settings.mark,
       .create_time = printing.time});
  sheet.Gap(10);
  sheet.Text(FullWidth(notice.title_zh()),
             {.size = 26, .bold = true, .align = sheet::Align::kCentre});
  sheet.Gap(12);
  const sheet::Style body{.size = 16};
  sheet.Text(absl::StrCat("　　", FullWidth(notice.text_zh())), body);
  sheet.Gap(4);
  const std::string days =
      absl::StrCat(notice.period_days(), notice.working_days() ? " 个工作日" : " 天");
  if (draft) {
    sheet.Text(absl::StrCat("　　公示期：", days, "，自张贴之日的次日起算"), body);
    sheet.Text("　　即________年____月____日至________年____月____日。", body);
  } else {
    // The period ends with its last day.
    sheet.Text(
        absl::StrCat("　　公示期：", days, "。", DayText(TimeOf(notice.post_time())), "张贴，至",
                     DayText(TimeOf(notice.end_time()) - absl::Seconds(1)), "止。"),
        body);
  }
  sheet.Gap(12);
  std::vector<std::vector<std::string>> rows;
  int persons = 0;
  for (const v1::NoticeEntry& entry : notice.entries()) {
    rows.push_back({absl::StrCat(entry.number()), entry.head_name_masked(),
                    FullWidth(entry.place_zh()), absl::StrCat(entry.person_count())});
    persons += entry.person_count();
  }
  sheet.Table({{"序号", 1, sheet::Align::kCentre},
               {"户主姓名", 2.4, sheet::Align::kCentre},
               {"所在村寨（组）", 3.4, sheet::Align::kCentre},
               {"家庭人口", 1.6, sheet::Align::kCentre}},
              rows, {.size = 14});
  sheet.Gap(4);
  sheet.Text(absl::StrCat("共 ", notice.entries_size(), " 户 ", persons, " 人"),
             {.size = 12, .align = sheet::Align::kRight});
  sheet.Gap(8);
  const sheet::Style small{.size = 14};
  sheet.Text("　　反映异议时请说明序号和情况，可以不署名；答复凭回执和取件码查询。", small);
  sheet.Text("　　监督电话：____________________", small);
  const std::string issuer = notice.division_names().empty()
                                 ? ""
                                 : notice.division_names(notice.division_names_size() - 1);
  const std::string code = draft || settings.public_address.empty()
                               ? ""
                               : absl::StrCat(settings.public_address, "/#/", notice.name());
  sheet.Closing({absl::StrCat(FullWidth(issuer), "（盖章）"),
                 draft ? "______年___月___日" : DayText(TimeOf(notice.post_time()))},
                code, "扫码查看公示、提出异议");
  ASSIGN_OR_RETURN(std::string pdf, sheet.Finish());
  return ToSheet(std::move(pdf), draft ? "notice-draft.pdf" : "notice.pdf");
}

}  // namespace fupin::identification
