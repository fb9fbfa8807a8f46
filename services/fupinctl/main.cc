#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/parse.h"
#include "absl/strings/str_join.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"
#include "services/fupinctl/near_names.h"
#include "services/fupinctl/text_width.h"

namespace fupin::fupinctl {
namespace {

struct Command {
  const char* name;
  const char* zh;
  const char* en;
  int (*run)(const Arguments&);  // null: a call of `method`
  const char* method;
  const char* positional;  // field that an argument without "=" fills
};

#define EXCHANGE "fupin.exchange.v1.ExchangeService."
#define GIS "fupin.gis.v1.GisService."
#define IDENTIFICATION "fupin.identification.v1.IdentificationService."
#define REGISTER "fupin.identification.v1.RegisterService."

constexpr Command kCommands[] = {
    {"demo", "生成合成数据并走完主流程", "make synthetic data and run the main job", DemoCommand,
     "", ""},
    {"demo-cases", "演示办件(合成数据)", "cases of the demonstration", DemoCasesCommand, "", ""},
    {"push", "推送 CSV 或 XLSX 文件", "push a CSV or XLSX file", PushCommand, "", ""},
    {"survey", "导入调查表:survey import 文件", "import a table of surveys", SurveyCommand, "", ""},
    {"register", "名册导入、导出:register export", "the register as a table, in and out",
     RegisterCommand, "", ""},
    {"check", "检查指标目录和比对规则", "check a catalog and its rules", CheckCommand, "", ""},
    {"backup", "备份停用的数据目录", "back up a data folder not in use", BackupCommand, "", ""},
    {"restore", "从备份恢复并校验", "restore a backup and verify it", RestoreCommand, "", ""},
    {"status", "各服务是否就绪", "whether the services are ready", StatusCommand, "", ""},
    {"datasets", "数据集目录", "datasets", nullptr, EXCHANGE "ListDatasets", ""},
    {"participants", "参与方", "participants", nullptr, EXCHANGE "ListParticipants", ""},
    {"rejections", "退回记录", "rejected records", nullptr, EXCHANGE "ListRejections", "dataset"},
    {"record", "一条记录及来源", "a record and its provenance", nullptr, EXCHANGE "GetRecord",
     "name"},
    {"statistics", "交换统计", "statistics of the exchange", nullptr, EXCHANGE "GetStatistics", ""},
    {"form", "调查表", "the survey form", nullptr, IDENTIFICATION "GetForm", ""},
    {"household", "一户的全部信息", "a household", nullptr, IDENTIFICATION "GetHousehold", "name"},
    {"registration", "一户的在册情况", "the register's entry of a household", nullptr,
     REGISTER "GetRegistration", "household"},
    {"registration-form", "一户的登记表", "the registration form of a household", nullptr,
     REGISTER "GetRegistrationForm", "household"},
    {"registrations", "名册:区划 status=", "entries of a division: status=", nullptr,
     REGISTER "ListRegistrations", "division"},
    {"explain", "为什么是这个分数", "why this score", nullptr, IDENTIFICATION "ExplainScore",
     "name"},
    {"scores", "历次评分", "scores over time", nullptr, IDENTIFICATION "ListScores", "household"},
    {"list", "按区划、分类列户", "households of a division", nullptr,
     IDENTIFICATION "ListHouseholds", "division"},
    {"findings", "比对疑点", "findings", nullptr, IDENTIFICATION "ListFindings", "division"},
    {"resolve", "处理疑点", "settle a finding", nullptr, IDENTIFICATION "ResolveFinding", "name"},
    {"totals", "分级汇总", "totals by division", nullptr, IDENTIFICATION "GetTotals", "division"},
    {"automation", "自动采集比例", "how many values came by themselves", nullptr,
     IDENTIFICATION "GetAutomation", "division"},
    {"overview", "总览", "overview", nullptr, IDENTIFICATION "GetOverview", ""},
    {"map", "一地的地图数字及下级", "a place of the map with its parts", nullptr, GIS "GetCell",
     "division"},
    {"map-days", "一地逐日数字", "a place day by day", nullptr, GIS "ListCellDays", "division"},
    {"map-rank", "下级排名:level= figure=", "places by a figure: level= figure=", nullptr,
     GIS "RankCells", "division"},
    {"map-find", "范围内各地:box= polygon=", "places in an area: box= polygon=", MapFindCommand, "",
     ""},
    {"places", "按名称、拼音或代码查地名", "places by name, pinyin or code", nullptr,
     GIS "SearchPlaces", "query"},
    {"map-publish", "发布公开地图(隐去小数)", "publish an edition of the map", nullptr,
     GIS "PublishEdition", ""},
    {"map-editions", "已发布的公开地图", "editions of the published map", nullptr,
     GIS "ListEditions", ""},
    {"map-public", "公开地图上的一地", "a place as published", nullptr, GIS "GetPublishedCell",
     "division"},
    {"map-export", "导出地图:format= out=", "a file of the map: format= out=", MapExportCommand, "",
     ""},
    {"rescore", "全量重算,--wait 等到完成", "judge everybody again, --wait stays", RescoreCommand,
     "", ""},
    {"job", "重算进度", "progress of rescoring", JobCommand, "", ""},
    {"what-if", "试算:catalog=文件", "try a catalog: catalog=FILE", nullptr,
     IDENTIFICATION "WhatIf", "catalog_text"},
    {"distribution", "分布统计:value= weight=", "distribution: value= weight=", nullptr,
     IDENTIFICATION "GetDistribution", "value"},
};

void Help() {
  std::printf("用法 usage: fupinctl COMMAND [ARGUMENT...] [--flags]\n\n");
  for (const Command& command : kCommands) {
    std::printf("  %s%s%s\n", Pad(command.name, 14).c_str(), Pad(command.zh, 34).c_str(),
                command.en);
  }
  std::printf(
      "\n参数 arguments: 字段=值 FIELD=VALUE, 字段=@文件 FIELD=@FILE\n"
      "--json 输出 JSON / print JSON    --help 全部开关 / all flags\n");
}

int Unknown(const std::string& typed) {
  std::vector<std::string> names;
  for (const Command& command : kCommands) names.emplace_back(command.name);
  const std::vector<std::string> near = NearNames(typed, names);
  std::fprintf(stderr, "没有这个命令 no such command: %s\n", OneLine(typed).c_str());
  if (!near.empty()) {
    std::fprintf(stderr, "相近的 near ones: %s\n", absl::StrJoin(near, ", ").c_str());
  } else {
    std::fprintf(stderr, "fupinctl 不带参数列出命令 / fupinctl alone lists the commands\n");
  }
  return kUsage;
}

}  // namespace
}  // namespace fupin::fupinctl

int main(int argc, char** argv) {
  using namespace fupin::fupinctl;
  const Arguments typed(argv, argv + argc);
  const std::vector<char*> rest = absl::ParseCommandLine(argc, argv);
  if (rest.size() < 2) {
    Help();
    return kUsage;
  }
  if (std::string(rest[1]) == "help") {
    Help();
    return 0;
  }
  const Arguments arguments(rest.begin() + 2, rest.end());
  for (const Command& command : kCommands) {
    if (std::string(rest[1]) != command.name) continue;
    return command.run != nullptr
               ? command.run(arguments)
               : CallCommand(command.method, command.positional, arguments, typed);
  }
  return Unknown(rest[1]);
}
