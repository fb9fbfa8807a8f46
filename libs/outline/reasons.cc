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
    {"OUTLINE_TOO_COMPLEX", kInvalid, "形状过于复杂,检查已停止({});请先简化或拆分",
     "too complex, the check was given up ({}); simplify or divide it first"},
    {"OUTLINE_MORE_FAULTS", kInvalid, "此类问题共有:{}(括号内为已列出的数目)",
     "how many there are in all: {} (in brackets: listed)"},
    // One outline.
    {"OUTLINE_PLACE", kInvalid, "坐标不在地球上:{}", "not a place on the map: {}"},
    {"OUTLINE_DIVISION_UNKNOWN", kInvalid, "区划代码不在区划表中:{}", "there is no division {}"},
    {"OUTLINE_DUPLICATE", kInvalid, "同一区划出现两次,请只保留一个(另一处:{})",
     "the division has two outlines; keep one (the other: {})"},
    {"OUTLINE_EMPTY", kInvalid, "没有可用的环:{}", "has no usable ring: {}"},
    {"OUTLINE_ARC_UNKNOWN", kInvalid, "引用了不存在的线段 {}",
     "refers to arc {}, which does not exist"},
    {"OUTLINE_RING_OPEN", kInvalid, "环没有闭合,断点在 {}", "a ring is not closed near {}"},
    {"OUTLINE_RING_SHORT", kInvalid, "环的点数不足 4 个(闭合点计入):{}",
     "a ring has fewer than 4 points (the closing one counted): {}"},
    {"OUTLINE_CROSSING", kInvalid,
     "界线自相交,位置 {};请在 GIS 软件中改正(或 ogr2ogr -makevalid 后检查结果)",
     "the outline crosses itself near {}; correct it (or look at what ogr2ogr -makevalid makes)"},
    {"OUTLINE_HOLE_OUTSIDE", kInvalid, "内环(洞)不在外环之内,位置 {}",
     "a hole lies outside of its outer ring, near {}"},
    {"OUTLINE_SHELL_INSIDE", kInvalid, "一个多边形的外环位于另一多边形之内,位置 {}",
     "an outer ring lies inside of another polygon of the same feature, near {}"},
    {"OUTLINE_WINDING", kInvalid, "环的方向错误(外环逆时针,内环顺时针),位置 {}",
     "a ring runs the wrong way (outer rings counter-clockwise, holes clockwise) near {}"},
    // How they fit together. "A: x m > y m": how far, and what is allowed.
    {"OUTLINE_OVERLAP", kInvalid, "与 {} 重叠,请修正两者的界线",
     "overlaps {}; correct the two outlines"},
    {"OUTLINE_OUTSIDE_PARENT", kInvalid, "在上级区划的范围之外,上级为 {}",
     "lies outside of what it is part of, {}"},
    {"OUTLINE_LOOKS_GCJ02", kInvalid,
     "坐标像是 GCJ-02(火星坐标),与所声明的坐标系不符:按 GCJ-02 理解时才与上级吻合({};超出/"
     "比较数,最远);如确是,请声明 --datum gcj02",
     "the coordinates look like GCJ-02, not like the stated datum: parts and parents agree only "
     "when it is GCJ-02 ({}; outside / compared, farthest); if so, state --datum gcj02"},
    {"OUTLINE_LOOKS_WGS84", kInvalid,
     "声明为 GCJ-02,但坐标像是 WGS-84 或 CGCS2000:不作纠偏时才与上级吻合({};超出/比较数,"
     "最远);请声明 --datum wgs84 或 cgcs2000",
     "stated as GCJ-02, but the coordinates look like WGS 84 or CGCS2000: parts and parents agree "
     "only without moving ({}; outside / compared, farthest); state --datum wgs84 or cgcs2000"},
    // GeoJSON.
    {"GEOJSON_MALFORMED", kInvalid, "不是正确的 GeoJSON:{}", "not sound GeoJSON: {}"},
    {"GEOJSON_ENCODING", kInvalid, "文字编码不是 UTF-8({}),请先转换,例如 iconv -f GB18030 -t UTF-8",
     "the text is not UTF-8 ({}); convert it first, for example iconv -f GB18030 -t UTF-8"},
    {"GEOJSON_DEEP", kInvalid, "嵌套层数过多({})", "nested too deep ({})"},
    {"GEOJSON_NOTHING", kInvalid, "文件中没有任何要素", "there is no feature in the files"},
    {"GEOJSON_CODE_MISSING", kInvalid, "要素没有属性 {},请用选项指定存放区划代码的属性",
     "the feature has no property {}; name the property that holds the division's code"},
    {"GEOJSON_NO_GEOMETRY", kInvalid, "要素没有几何图形", "the feature has no geometry"},
    {"GEOJSON_GEOMETRY", kInvalid, "要素须为 Polygon 或 MultiPolygon,而不是 {}",
     "the feature must be a Polygon or MultiPolygon, not {}"},
    {"GEOJSON_NOT_A_NUMBER", kInvalid, "坐标不是有限的数(NaN、Infinity、空值或文字):{}",
     "a coordinate is not a finite number (NaN, Infinity, null or text): {}"},
    {"GEOJSON_CRS", kInvalid, "文件声明了坐标系 {},与选项不符,请先转换(ogr2ogr -t_srs)",
     "the file declares {}, which is not what the option says; convert it first (ogr2ogr -t_srs)"},
    {"GEOJSON_PROJECTED", kInvalid,
     "坐标是投影坐标(米)而不是经纬度({}),请先转换(ogr2ogr -s_srs 所示坐标系 -t_srs "
     "EPSG:4490)",
     "the coordinates are projected metres, not degrees ({}); convert them first (ogr2ogr -s_srs "
     "that system -t_srs EPSG:4490)"},
    {"GEOJSON_SWAPPED", kInvalid, "经纬度写反了({}),GeoJSON 先经度后纬度",
     "latitude and longitude are swapped ({}); GeoJSON has longitude first"},
    {"GEOJSON_FAR_OUTSIDE", kInvalid, "坐标远在范围之外:{}",
     "far outside of the expected area: {}"},
    {"GEOJSON_ABSURD", kInvalid, "坐标不可能是经纬度,也不像任何已知投影:{}",
     "neither degrees nor any projection known here: {}"},
    // Files read through GDAL.
    {"OGR_MISSING", absl::StatusCode::kFailedPrecondition,
     "读取 Shapefile 和 GeoPackage 需要 GDAL 的 ogr2ogr 和 ogrinfo(apt install gdal-bin),找不到 {}",
     "Shapefile and GeoPackage need GDAL's ogr2ogr and ogrinfo (apt install gdal-bin); there is no "
     "{}"},
    {"OGR_FAILED", kInvalid, "GDAL 无法读取:{}", "GDAL cannot read it: {}"},
    {"OGR_LIMIT", kInvalid, "GDAL 超出了限制({}),请拆分文件",
     "GDAL reached a limit ({}); divide the file"},
    {"OGR_FIELD", kInvalid, "没有存放区划代码的字段,请用 --code_property 指定;文件中有:{}",
     "there is no attribute of that name for the code; name it with --code_property; the file has: "
     "{}"},
    {"OGR_LAYER", kInvalid, "请用 --layer 指定图层,文件中有:{}",
     "name the layer with --layer; the file has: {}"},
    {"OGR_CRS_MISSING", kInvalid,
     "没有坐标系说明({}),请用 --crs 说明,例如 EPSG:4490 或 EPSG:4513 至 EPSG:4554",
     "there is no coordinate reference system ({}); state it with --crs, for example EPSG:4490 or "
     "EPSG:4513 to EPSG:4554"},
    {"OGR_CRS_UNSUPPORTED", kInvalid,
     "坐标系 {} 既不是 WGS-84 也不是 CGCS2000(1954 北京、1980 西安与它们的换算参数不公开);"
     "请由测绘部门转换为 CGCS2000",
     "{} is neither WGS 84 nor CGCS2000 (parameters from Beijing 1954 and Xi'an 1980 are not "
     "public); have the surveying authority convert it to CGCS2000"},
    // Notes: what was changed, and what the importer cannot know.
    {"OUTLINE_LAYER", absl::StatusCode::kOk, "已读取:{}", "read: {}"},
    {"OUTLINE_SPIKES_REMOVED", absl::StatusCode::kOk, "已去除没有面积的尖刺或细线:{}",
     "spikes or strips without area were taken away: {}"},
    {"OUTLINE_RING_SPLIT", absl::StatusCode::kOk, "环两次经过同一点,已在该点分为多个环:{}",
     "a ring that passes a point twice was divided there: {}"},
    {"OUTLINE_NAME_DIFFERS", absl::StatusCode::kOk, "名称与区划表不同,请核对代码:{}",
     "its name is not that of the division files, check the code: {}"},
    {"OUTLINE_LEVEL_INCOMPLETE", absl::StatusCode::kOk, "没有界线的区划:{}",
     "divisions of this level without outline: {}"},
    {"OUTLINE_DATUM_UNCHECKED", absl::StatusCode::kOk,
     "没有来自其他文件的上级界线可比较,无法检查坐标系;请用 --reference 给出可信的界线,"
     "或核对一个熟悉的村",
     "no parent's outline from another file to compare with, so the datum was not checked; give "
     "trusted outlines with --reference, or look at a village you know"},
    {"OGR_ENCODING_GUESSED", absl::StatusCode::kOk,
     "没有 .cpg 文件,属性文字按 {} 读取;如有误请用 --encoding 指定",
     "there is no .cpg file; attributes were read as {}; if that is wrong say --encoding"},
    {"OGR_CRS_OVERRIDDEN", absl::StatusCode::kOk, "按 --crs 处理,文件自己声明的坐标系未使用:{}",
     "read as --crs says; what the file itself declares was not used: {}"},
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
