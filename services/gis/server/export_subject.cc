#include "services/gis/server/export_subject.h"

namespace fupin::gis {
namespace {

struct Head {
  const char* attribute;
  const char* zh;
};

constexpr Head kHeads[] = {{"households", "户数"},
                           {"persons", "人数"},
                           {"poor", "贫困户"},
                           {"possibly", "可能贫困户"},
                           {"stable", "稳定脱贫户"},
                           {"unscorable", "无法评分户"},
                           {"poor_persons", "贫困人口"},
                           {"incidence", "贫困发生率(‰)"},
                           {"index", "平均指数(百分之一分)"},
                           {"cause", "首要致贫原因(致贫原因表中的序号)"},
                           {"registered", "在册户"},
                           {"registered_persons", "在册人口"},
                           {"exited", "已脱贫户"},
                           {"exited_persons", "已脱贫人口"},
                           {"monitored", "监测户"},
                           {"returned", "返贫户"},
                           {"with_cause", "在册和监测户(致贫原因合计)"},
                           {"shown", "公开程度(0 不公开,1 只公开档次,2 公开数字)"},
                           {"band", "贫困发生率档次"}};

}  // namespace

std::vector<division::Division> PlacesOf(const division::Division& division,
                                         std::optional<int> level) {
  std::vector<division::Division> places;
  uint32_t covered = 0;  // what lies below a place that stands for the level
  for (const division::Division& place : division.subtree()) {
    if (!level) {
      places.push_back(place);
    } else if (place.order() >= covered && (place.level() >= *level || place.children().empty())) {
      places.push_back(place);
      covered = place.subtree_end();
    }
  }
  return places;
}

std::string HeadOf(absl::string_view attribute) {
  for (const Head& head : kHeads) {
    if (head.attribute == attribute) return head.zh;
  }
  return std::string(attribute);
}

absl::Status GoOn(const ExportSubject& subject) {
  return subject.given_up && subject.given_up() ? absl::CancelledError("the export is given up")
                                                : absl::OkStatus();
}

}  // namespace fupin::gis
