#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/parse.h"
#include "services/fupinctl/client.h"
#include "services/fupinctl/commands/commands.h"

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
#define IDENTIFICATION "fupin.identification.v1.IdentificationService."

constexpr Command kCommands[] = {
    {"demo", "生成合成数据并走完主流程", "make synthetic data and run the main job", DemoCommand,
     "", ""},
    {"push", "推送 CSV 或 XLSX 文件", "push a CSV or XLSX file", PushCommand, "", ""},
    {"survey", "导入调查表:survey import 文件", "import a table of surveys", SurveyCommand, "", ""},
    {"check", "检查指标目录和比对规则", "check a catalog and its rules", CheckCommand, "", ""},
    {"backup", "备份停用的数据目录", "back up a data folder not in use", BackupCommand, "", ""},
    {"restore", "从备份恢复并校验", "restore a backup and verify it", RestoreCommand, "", ""},
    {"datasets", "数据集目录", "datasets", nullptr, EXCHANGE "ListDatasets", ""},
    {"participants", "参与方", "participants", nullptr, EXCHANGE "ListParticipants", ""},
    {"rejections", "退回记录", "rejected records", nullptr, EXCHANGE "ListRejections", "dataset"},
    {"record", "一条记录及来源", "a record and its provenance", nullptr, EXCHANGE "GetRecord",
     "name"},
    {"statistics", "交换统计", "statistics of the exchange", nullptr, EXCHANGE "GetStatistics", ""},
    {"form", "调查表", "the survey form", nullptr, IDENTIFICATION "GetForm", ""},
    {"household", "一户的全部信息", "a household", nullptr, IDENTIFICATION "GetHousehold", "name"},
    {"explain", "为什么是这个分数", "why this score", nullptr, IDENTIFICATION "ExplainScore",
     "name"},
    {"scores", "历次评分", "scores over time", nullptr, IDENTIFICATION "ListScores", "household"},
    {"list", "按区划、分类列户", "households of a division", nullptr,
     IDENTIFICATION "ListHouseholds", "division"},
    {"findings", "比对线索", "findings", nullptr, IDENTIFICATION "ListFindings", "division"},
    {"resolve", "处理线索", "settle a finding", nullptr, IDENTIFICATION "ResolveFinding", "name"},
    {"totals", "分级汇总", "totals by division", nullptr, IDENTIFICATION "GetTotals", "division"},
    {"overview", "总览", "overview", nullptr, IDENTIFICATION "GetOverview", ""},
    {"rescore", "全量重算", "judge everybody again", nullptr, IDENTIFICATION "CreateRescoreJob",
     ""},
    {"job", "重算进度", "progress of rescoring", nullptr, IDENTIFICATION "GetRescoreJob", "name"},
    {"what-if", "试算:catalog_text=@文件", "try a catalog: catalog_text=@FILE", nullptr,
     IDENTIFICATION "WhatIf", "catalog_text"},
    {"distribution", "分布统计:value= weight=", "distribution: value= weight=", nullptr,
     IDENTIFICATION "GetDistribution", "value"},
};

int Help() {
  std::printf("用法 usage: fupinctl COMMAND [ARGUMENT...] [--flags]\n\n");
  for (const Command& command : kCommands) {
    std::printf("  %s%s%s\n", Pad(command.name, 14).c_str(), Pad(command.zh, 34).c_str(),
                command.en);
  }
  return kUsage;
}

}  // namespace
}  // namespace fupin::fupinctl

int main(int argc, char** argv) {
  using namespace fupin::fupinctl;
  const std::vector<char*> rest = absl::ParseCommandLine(argc, argv);
  if (rest.size() < 2) return Help();
  const Arguments arguments(rest.begin() + 2, rest.end());
  for (const Command& command : kCommands) {
    if (std::string(rest[1]) != command.name) continue;
    return command.run != nullptr ? command.run(arguments)
                                  : CallCommand(command.method, command.positional, arguments);
  }
  return Help();
}
