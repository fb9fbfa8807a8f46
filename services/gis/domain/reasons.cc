#include "services/gis/domain/reasons.h"

#include "libs/status/reasons.h"

namespace fupin::gis {
namespace {

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kNotFound = absl::StatusCode::kNotFound;

constexpr Reason kReasons[] = {
    {"SETTING_WRONG", kInvalid, "配置项 {} 缺失或有误", "the setting {} is missing or wrong"},
    {"EVENT_MALFORMED", kInvalid, "评分事件无法读取", "an event about a score cannot be read"},
    {"PLACE_UNKNOWN", kInvalid, "评分事件的区划不在区划文件中",
     "the division of an event about a score is not in the division files"},
    {"DIVISION_UNKNOWN", kNotFound, "没有该代码的区划,请核对区划代码",
     "there is no division of that code; check it"},
    {"DATE_INVALID", kInvalid, "日期须为 YYYY-MM-DD", "dates are YYYY-MM-DD"},
    {"DATE_AHEAD", kInvalid, "日期在将来,请给出今天或以前的日期",
     "the date lies in the future; give today or an earlier day"},
    {"DATES_REVERSED", kInvalid, "开始日期晚于结束日期", "the first date is after the last one"},
    {"DAYS_TOO_MANY", kInvalid, "一次最多查询 3660 天", "at most 3660 days at once"},
    {"LEVEL_UNKNOWN", kInvalid, "没有这一级区划,可用:{}", "there is no such level; there are: {}"},
    {"TILE_OUT_OF_RANGE", kInvalid, "地图没有这一级缩放,可用:{}",
     "the map has no such zoom; there are: {}"},
    {"TILE_PATH_INVALID", kInvalid, "瓦片地址须为 /map/tiles/缩放/列/行.mvt",
     "tiles are at /map/tiles/zoom/column/row.mvt"},
    {"BOX_INVALID", kInvalid, "west、south、east、north 须同时给出,且为有效经纬度",
     "west, south, east and north must all be given, in degrees"},
    {"MAP_NOT_YOURS", absl::StatusCode::kPermissionDenied,
     "该证书或账号无权查看此地图,请换用有权限的",
     "this certificate or account may not see this map; use one that may"},
    {"ROUTE_UNKNOWN", kNotFound, "地图没有这个地址", "the map has no such address"},
    {"METHOD_NOT_ALLOWED", kInvalid, "只支持 GET 和 HEAD", "only GET and HEAD are served"},
    {"DIVISION_NOT_YOURS", absl::StatusCode::kPermissionDenied,
     "该区划不在您的辖区内,请查询本辖区或向上级申请",
     "this division lies outside yours; ask for one inside, or those above you"},
    {"EDITION_NONE", kNotFound, "尚未发布公开地图,请稍后再来", "no edition has been published yet"},
    {"EDITION_UNKNOWN", kNotFound, "没有该日期发布的公开地图",
     "no edition was published on that day"},
    {"EDITION_TOO_SOON", absl::StatusCode::kFailedPrecondition,
     "距上次发布时间太短(防止通过两次差值推算小数),{} 起可再次发布",
     "the last edition is too recent (two could be subtracted); the next may follow from {}"},
    {"NOTHING_COUNTED", absl::StatusCode::kFailedPrecondition, "尚无已评分的农户,没有可发布的内容",
     "no household has been scored yet, there is nothing to publish"},
    {"EXPORT_FORMAT", kInvalid, "format 须为 pmtiles、geojson 或 csv",
     "format is pmtiles, geojson or csv"},
    {"EXPORT_ALL_LEVELS", kInvalid, "pmtiles 含所有级别,不能指定 level",
     "pmtiles holds all levels; leave level out"},
    {"EXPORT_LEVEL_ABOVE", kInvalid, "该级别高于所选区划,请选更低的级别",
     "this level lies above the division; choose a lower one"},
    {"DIVISION_NOT_DRAWN", kNotFound, "该区划没有轮廓,无法导出地图,可导出 csv",
     "this division has no outline, so there is no map of it; csv can be had"},
    {"EXPORT_RUNNING", absl::StatusCode::kResourceExhausted,
     "您的上一个导出尚未完成,请等其下载完再导出", "your last export is not finished; wait for it"},
    {"EXPORT_BUSY", absl::StatusCode::kUnavailable, "正在处理其他导出,请稍后再试",
     "other exports are being made; try again later"},
    {"EXPORT_FAILED", absl::StatusCode::kUnavailable, "导出文件写入失败,请联系运维检查磁盘空间",
     "the file cannot be written; ask the operators to look at the disk"},
    {"THEME_UNKNOWN", kInvalid, "没有这个专题,可用:{}", "there is no such theme; there are: {}"},
    {"FIGURES_UNKNOWN", kInvalid, "figures 须为 index、register 或 causes",
     "figures is index, register or causes"},
    {"CAUSE_UNKNOWN", kInvalid, "没有这个致贫原因,请核对代码",
     "there is no such cause; check its code"},
    {"AREA_MISSING", kInvalid, "请给出 box 或 polygon 之一", "give either box or polygon"},
    {"BOX_REVERSED", kInvalid, "范围颠倒或没有面积:west 须在 east 以西,south 须在 north 以南",
     "the box is reversed or has no area: west lies west of east, south lies south of north"},
    {"POLYGON_TOO_FEW", kInvalid, "多边形至少要 3 个不同的点",
     "a polygon has 3 different points or more"},
    {"POLYGON_TOO_MANY", kInvalid, "多边形最多 1000 个点,请简化后再查询",
     "a polygon has at most 1000 points; simplify it"},
    {"POLYGON_CROSSING", kInvalid, "多边形自相交或没有面积(经纬度 {} 附近),请重新绘制",
     "the polygon crosses itself or has no area, near longitude and latitude {}; draw it anew"},
    {"PAGE_TOKEN_INVALID", kInvalid, "翻页标记不属于这次查询,请从第一页开始",
     "the page token does not belong to this search; begin with the first page"},
    {"QUERY_EMPTY", kInvalid, "请输入地名或区划代码", "give a name or a code of a division"},
    {"QUERY_TOO_LONG", kInvalid, "查询最长 64 个字节", "a query holds at most 64 bytes"},
    {"POSITION_INVALID", kInvalid, "经纬度超出范围", "longitude or latitude is out of range"},
    {"POSITION_OUTSIDE", kNotFound, "该位置不在地图范围内", "the position lies outside the map"},
};
constexpr ReasonTable kTable{absl::MakeConstSpan(kReasons)};

}  // namespace

absl::Status Refuse(absl::string_view reason, absl::string_view field, absl::string_view detail) {
  return kTable.Refuse(reason, field, detail);
}

}  // namespace fupin::gis
