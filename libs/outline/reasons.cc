#include "libs/outline/reasons.h"

#include "libs/status/reasons.h"

namespace fupin::outline {
namespace {

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

constexpr Reason kReasons[] = {
    // The file.
    {"OUTLINE_FILE", absl::StatusCode::kNotFound, "无法读取文件:{}", "cannot be read: {}"},
    {"OUTLINE_FORMAT", kInvalid, "不是界线文件或版本不同({}),请用 fupin_outlines 重新生成",
     "not a pack of outlines, or of another format ({}); make it again with fupin_outlines"},
    {"OUTLINE_DATUM_MISSING", kInvalid, "没有说明坐标系,请填写 wgs84、cgcs2000 或 gcj02",
     "the datum is not stated; say wgs84, cgcs2000 or gcj02"},
    {"OUTLINE_SOURCE_MISSING", kInvalid, "没有说明来源或许可:{}",
     "source or licence is not stated: {}"},
    {"OUTLINE_ARC", kInvalid, "线段数据不完整:{}", "the arcs are broken: {}"},
    {"OUTLINE_TOO_LARGE", kInvalid, "数据过大:{}", "too large: {}"},
    // One outline.
    {"OUTLINE_PLACE", kInvalid, "坐标不在地球上:{}", "not a place on the map: {}"},
    {"OUTLINE_DIVISION_UNKNOWN", kInvalid, "区划代码不在区划表中:{}", "there is no division {}"},
    {"OUTLINE_DUPLICATE", kInvalid, "同一区划出现两次,请只保留一个",
     "the division has two outlines; keep one"},
    {"OUTLINE_EMPTY", kInvalid, "没有可用的环:{}", "has no usable ring: {}"},
    {"OUTLINE_ARC_UNKNOWN", kInvalid, "引用了不存在的线段 {}",
     "refers to arc {}, which does not exist"},
    {"OUTLINE_RING_OPEN", kInvalid, "环没有闭合,断点在 {}", "a ring is not closed near {}"},
    {"OUTLINE_CROSSING", kInvalid, "界线自相交,位置 {}", "the outline crosses itself near {}"},
    {"OUTLINE_WINDING", kInvalid, "环的方向错误(外环逆时针,内环顺时针),位置 {}",
     "a ring runs the wrong way (outer rings counter-clockwise, holes clockwise) near {}"},
    {"OUTLINE_OVERLAP", kInvalid, "与 {} 重叠,请修正两者的界线",
     "overlaps {}; correct the two outlines"},
    {"OUTLINE_OUTSIDE_PARENT", kInvalid, "在上级区划 {} 的范围之外",
     "lies outside of {}, which it is part of"},
    // GeoJSON.
    {"GEOJSON_MALFORMED", kInvalid, "不是正确的 GeoJSON:{}", "not sound GeoJSON: {}"},
    {"GEOJSON_CODE_MISSING", kInvalid, "要素没有属性 {},请用选项指定存放区划代码的属性",
     "the feature has no property {}; name the property that holds the division's code"},
    {"GEOJSON_GEOMETRY", kInvalid, "要素须为 Polygon 或 MultiPolygon,而不是 {}",
     "the feature must be a Polygon or MultiPolygon, not {}"},
    {"GEOJSON_CRS", kInvalid, "文件声明了坐标系 {},与选项不符,请先转换(ogr2ogr -t_srs)",
     "the file declares {}, which is not what the option says; convert it first (ogr2ogr -t_srs)"},
    {"GEOJSON_PROJECTED", kInvalid,
     "坐标是投影坐标而不是经纬度({}),请先转换(ogr2ogr -t_srs EPSG:4326)",
     "the coordinates are projected, not degrees ({}); convert them first (ogr2ogr -t_srs "
     "EPSG:4326)"},
    {"GEOJSON_SWAPPED", kInvalid, "经纬度写反了({}),GeoJSON 先经度后纬度",
     "latitude and longitude are swapped ({}); GeoJSON has longitude first"},
    {"GEOJSON_FAR_OUTSIDE", kInvalid, "坐标远在范围之外:{}",
     "far outside of the expected area: {}"},
    // The maker of synthetic outlines.
    {"SYNTHETIC_PREFECTURE", kInvalid, "合成界线需要每个地市的真实界线:{}",
     "synthetic outlines need the outline of each prefecture: {}"},
    {"SYNTHETIC_SPLIT", absl::StatusCode::kResourceExhausted,
     "无法把 {} 划分成相连的部分,请增大网格密度",
     "{} cannot be divided into connected parts; use more cells"},
};
constexpr ReasonTable kTable(kReasons);

}  // namespace

Problem Because(absl::string_view reason, absl::string_view field, absl::string_view detail) {
  return kTable.Because(reason, field, detail);
}
absl::Status Refuse(absl::string_view reason, absl::string_view field, absl::string_view detail) {
  return kTable.Refuse(reason, field, detail);
}

}  // namespace fupin::outline
