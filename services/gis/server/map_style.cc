#include "services/gis/server/map_style.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/gis/domain/reasons.h"

namespace fupin::gis {
namespace {

using nlohmann::json;

// As in services/gateway/web/src/map/breaks.ts; a test compares them.
constexpr const char* kRamp[] = {"#fff5d6", "#fee39f", "#fdc564", "#f5993a",
                                 "#dc6b1d", "#ae440d", "#722705"};
constexpr size_t kClasses = 7;
constexpr char kNoData[] = "#e4e8eb";

struct Theme {
  const char* name;
  std::array<int32_t, kClasses - 1> breaks;
  bool low_is_worse;
  bool published;
};
constexpr Theme kThemes[] = {
    {"incidence", {30, 60, 100, 150, 200, 300}, false, true},
    {"possibly", {50, 100, 150, 200, 300, 400}, false, true},
    {"index", {5000, 6000, 7000, 7500, 8000, 8500}, true, false},
};

const char* ColourOf(const Theme& theme, size_t at) {
  return kRamp[theme.low_is_worse ? kClasses - 1 - at : at];
}

// Index of the class a value falls in: a break belongs to the class above it.
size_t ClassOf(const Theme& theme, int32_t value) {
  return static_cast<size_t>(std::upper_bound(theme.breaks.begin(), theme.breaks.end(), value) -
                             theme.breaks.begin());
}

json Number(const char* attribute) { return {"to-number", json::array({"get", attribute}), 0}; }

json ValueOf(const Theme& theme) {
  if (std::string(theme.name) != "possibly") return Number(theme.name);
  return {"/", json::array({"*", 1000, Number("possibly")}),
          json::array({"max", 1, Number("households")})};
}

json StepsOf(const Theme& theme) {
  json steps = {"step", ValueOf(theme), ColourOf(theme, 0)};
  for (size_t i = 0; i < theme.breaks.size(); ++i) {
    steps.push_back(theme.breaks[i]);
    steps.push_back(ColourOf(theme, i + 1));
  }
  return steps;
}

// Where only the band (档) of the incidence is shown: the colour of the middle of the band.
json BandsOf(const Theme& theme, const std::array<int32_t, 2>& edges) {
  const auto middle = [&](int32_t from, int32_t to) {
    return ColourOf(theme, ClassOf(theme, (from + to) / 2));
  };
  return {
      "match", Number("band"),         1,      middle(0, edges[0]), 2, middle(edges[0], edges[1]),
      3,       middle(edges[1], 1000), kNoData};
}

json FillOf(const Theme& theme, const StyleRequest& request) {
  const json nobody = {"any", json::array({"==", Number("households"), 0}),
                       json::array({"!", json::array({"has", theme.name})})};
  json fill = {"case", nobody, kNoData, StepsOf(theme)};
  if (!request.of_public || std::string(theme.name) != "incidence") return fill;
  return {"case",
          json::array({"==", Number("shown"), 1}),
          BandsOf(theme, request.band_edges),
          nobody,
          kNoData,
          StepsOf(theme)};
}

void AddLayers(const Shapes& shapes, const Theme& theme, const StyleRequest& request,
               json& layers) {
  for (const char* kind : {"area", "border", "label"}) {
    const std::string what = kind;
    for (const ZoomLevel& level : shapes.levels()) {
      json layer = {
          {"id", absl::StrCat(what, "-", shapes.tree().levels()[static_cast<size_t>(level.level)])},
          {"type", what == "area"     ? "fill"
                   : what == "border" ? "line"
                                      : "symbol"},
          {"source", "map"},
          {"source-layer", what == "label" ? "label" : "area"},
          {"minzoom", level.min_zoom}};
      // The lowest level goes on below its last tiles.
      if (level.max_zoom != shapes.max_zoom()) layer["maxzoom"] = level.max_zoom + 1;
      if (what == "area") {
        layer["paint"] = {{"fill-color", FillOf(theme, request)}, {"fill-antialias", false}};
      } else if (what == "border") {
        layer["layout"] = {{"line-join", "round"}};
        layer["paint"] = {{"line-color", "#5d4a3a"},
                          {"line-opacity", 0.55},
                          {"line-width", {"interpolate", {"linear"}, {"zoom"}, 5, 0.5, 9, 0.9}}};
      } else {
        layer["layout"] = {
            {"text-field", {"get", "name"}},
            {"text-font", {"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"}},
            {"text-size", {"interpolate", {"linear"}, {"zoom"}, 5, 12, 10, 13.5}},
            {"text-max-width", 8},
            {"text-padding", 4}};
        layer["paint"] = {{"text-color", "#1c2834"},
                          {"text-halo-color", "rgba(255,255,255,0.88)"},
                          {"text-halo-width", 1.5}};
      }
      layers.push_back(std::move(layer));
    }
  }
}

}  // namespace

absl::StatusOr<json> MapStyle(const Shapes& shapes, const StyleRequest& request) {
  std::vector<std::string> names;
  const Theme* theme = request.theme.empty() ? &kThemes[0] : nullptr;
  for (const Theme& each : kThemes) {
    if (request.of_public && !each.published) continue;
    names.emplace_back(each.name);
    if (request.theme == each.name) theme = &each;
  }
  if (theme == nullptr) {
    std::string known;
    for (const std::string& name : names) absl::StrAppend(&known, known.empty() ? "" : ", ", name);
    return Refuse("THEME_UNKNOWN", "theme", known);
  }
  const outline::Outlines& outlines = shapes.outlines();
  const outline::LonLatBox bounds = outlines.Bounds();
  const std::string query =
      request.date.empty() ? ""
                           : absl::StrCat(request.of_public ? "?edition=" : "?date=", request.date);
  json layers = {
      {{"id", "ground"}, {"type", "background"}, {"paint", {{"background-color", "#f0f3f5"}}}}};
  AddLayers(shapes, *theme, request, layers);
  return json{
      {"version", 8},
      {"name", absl::StrCat("扶贫地图 poverty map: ", theme->name)},
      {"center", {(bounds.min.lon + bounds.max.lon) / 2, (bounds.min.lat + bounds.max.lat) / 2}},
      {"zoom", 6},
      {"metadata",
       {{"fupin:theme", theme->name}, {"fupin:synthetic_outlines", outlines.origin().synthetic}}},
      {"sources",
       {{"map",
         {{"type", "vector"},
          {"tiles",
           {absl::StrCat(request.origin, request.of_public ? "/map/public" : "/map",
                         "/tiles/{z}/{x}/{y}.mvt", query)}},
          {"minzoom", shapes.levels().front().min_zoom},
          {"maxzoom", shapes.max_zoom()},
          {"bounds", {bounds.min.lon, bounds.min.lat, bounds.max.lon, bounds.max.lat}},
          {"attribution",
           absl::StrCat(outlines.origin().source_zh, " ", outlines.origin().licence_zh)}}}}},
      {"layers", layers}};
}

}  // namespace fupin::gis
