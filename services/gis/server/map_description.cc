#include "services/gis/server/map_description.h"

#include "absl/strings/str_cat.h"
#include "services/gis/server/columns.h"
#include "services/gis/server/figure_sets.h"
#include "services/gis/server/public_map.h"

namespace fupin::gis {
namespace {

nlohmann::json TextFields() {
  return {{"name", "String"}, {"code", "String"}, {"level", "String"}};
}

nlohmann::json AreaFields(bool of_public) {
  nlohmann::json fields = TextFields();
  if (of_public) {
    for (const char* name : kPublicAttributes) fields[name] = "Number";
    return fields;
  }
  for (size_t i = 0; i < kAttributes; ++i) fields[NameOf(static_cast<Attribute>(i))] = "Number";
  return fields;
}

// What both descriptions say.
nlohmann::json Common(const Shapes& shapes, bool of_public) {
  const outline::Origin& origin = shapes.outlines().origin();
  nlohmann::json levels = nlohmann::json::array();
  for (const ZoomLevel& level : shapes.levels()) {
    levels.push_back({{"level", shapes.tree().levels()[static_cast<size_t>(level.level)]},
                      {"minzoom", level.min_zoom},
                      {"maxzoom", level.max_zoom}});
  }
  nlohmann::json layers = {{{"id", "area"}, {"fields", AreaFields(of_public)}},
                           {{"id", "label"}, {"fields", TextFields()}}};
  if (!of_public) layers.push_back({{"id", "rest"}, {"fields", AreaFields(of_public)}});
  return {{"name", "扶贫地图 poverty map"},
          {"minzoom", shapes.levels().front().min_zoom},
          {"maxzoom", shapes.max_zoom()},
          {"attribution", absl::StrCat(origin.source_zh, " ", origin.licence_zh)},
          {"attribution_en", absl::StrCat(origin.source_en, " ", origin.licence_en)},
          {"synthetic", origin.synthetic},
          {"levels", levels},
          {"vector_layers", layers}};
}

}  // namespace

nlohmann::json TileJson(const Shapes& shapes, const CauseList& causes, const std::string& tiles,
                        bool of_public) {
  nlohmann::json description = Common(shapes, of_public);
  const outline::LonLatBox bounds = shapes.outlines().Bounds();
  description["tilejson"] = "3.0.0";
  description["causes"] = nlohmann::json::array();
  for (const Cause& cause : causes) {
    description["causes"].push_back(
        {{"code", cause.code}, {"name_zh", cause.zh}, {"name_en", cause.en}});
  }
  if (!of_public) description["rests_from"] = shapes.tree().size();  // ids of the layer "rest"
  // Columns of the state blocks, by `figures`.
  for (const FigureSet set : {FigureSet::kIndex, FigureSet::kRegister, FigureSet::kCauses}) {
    if (!of_public) description["figures"][NameOf(set)] = ColumnsOf(set, causes);
  }
  description["tiles"] = {tiles};
  description["bounds"] = {bounds.min.lon, bounds.min.lat, bounds.max.lon, bounds.max.lat};
  return description;
}

nlohmann::json ArchiveDescription(const ExportSubject& subject) {
  nlohmann::json description = Common(subject.shapes, subject.of_public);
  description["type"] = "overlay";
  description["division"] = std::string(subject.division.code());
  description["description"] = absl::StrCat(
      std::string(subject.division.name()),
      subject.shapes.outlines().origin().synthetic ? "(合成轮廓 synthetic outlines)" : "");
  description[subject.of_public ? "edition" : "date"] = subject.date;
  return description;
}

}  // namespace fupin::gis
