// Small projects made in code for the renderer's tests: a fabric of parcels in metres, with the shipped vocabulary's
// shape but values of its own.
#pragma once

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "geom/measure.h"
#include "render/map.h"

namespace zaitu::test {

struct Sample {
  std::shared_ptr<model::Project> project = std::make_shared<model::Project>();
  std::shared_ptr<model::ParcelTable> parcels = std::make_shared<model::ParcelTable>();
  std::shared_ptr<planning::Locations> locations = std::make_shared<planning::Locations>();
  std::shared_ptr<planning::StatusAt> status = std::make_shared<planning::StatusAt>();
  std::shared_ptr<planning::Supply> supply = std::make_shared<planning::Supply>();

  Sample() {
    project->name_zh = "样例";
    project->parcels = parcels;
    auto stages = std::make_shared<std::vector<model::Stage>>();
    stages->push_back({"S5", 5, "在建", "Under construction", "#4FC3F7", "K2", ""});
    stages->push_back({"S7", 7, "投用", "In use", "#2E7D32", "K0", ""});
    stages->push_back({"S3", 3, "收储", "Reserve", "#FFB74D", "K4", ""});
    stages->push_back({"SX", 9, "暂缓", "Stalled", "#B71C1C", "KX", ""});
    project->stages = stages;
    auto certainty = std::make_shared<std::vector<model::CertaintyClass>>();
    certainty->push_back({"K0", 0, "已投用", "In use", "#1B5E20", "solid", true});
    certainty->push_back({"K2", 2, "在建", "Building", "#1E88E5", "solid", true});
    certainty->push_back({"K4", 4, "收储", "Reserved", "#FFB300", "hatch", true});
    certainty->push_back({"KX", 9, "暂缓", "Stalled", "#B71C1C", "outline", false});
    project->certainty_classes = certainty;
    auto land_use = std::make_shared<std::vector<model::LandUseClass>>();
    land_use->push_back({"07", "居住", "Residential", "#FF0000", 1, "", ""});
    land_use->push_back({"10", "工矿", "Industry", "#00FF00", 1, "", ""});
    land_use->push_back({"14", "绿地", "Green", "#0000FF", 1, "", ""});
    project->land_use_classes = land_use;
    status->as_of = *base::Date::parse("2025-12-31");
  }

  using Ring = std::vector<geom::Coord>;
  static Ring box(double x0, double y0, double x1, double y1) {
    return {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}};
  }

  std::uint32_t add_parcel(const std::vector<Ring>& rings, const std::string& land_use = "", int stage = -1,
                           int certainty = -1, const std::string& name = "") {
    parcels->geometry.edit().begin_feature();
    parcels->geometry.edit().begin_part();
    for (const Ring& ring : rings) parcels->geometry.edit().add_ring(ring);
    const std::size_t row = parcels->id.size();
    parcels->id.edit().push_back(model::ParcelId{static_cast<std::int64_t>(row) + 1});
    parcels->code.edit().push_back("P" + std::to_string(row + 1));
    parcels->name.edit().push_back(name);
    parcels->land_use_current.edit().push_back(land_use);
    parcels->land_use_planned.edit().push_back("");
    for (auto& area : parcels->area_m2) area.edit().push_back(geom::area(parcels->geometry[row]));
    parcels->valid_from.edit().push_back({});
    parcels->valid_to.edit().push_back({});
    parcels->synthetic.edit().push_back(0);
    planning::Standing standing;
    standing.stage = stage;
    standing.certainty = certainty;
    status->parcels.push_back(standing);
    return static_cast<std::uint32_t>(row);
  }

  void add_project(const std::string& name, geom::Coord place) {
    auto projects = std::make_shared<std::vector<model::CarrierProject>>();
    if (project->projects) *projects = *project->projects;
    model::CarrierProject carrier;
    carrier.id = model::ProjectId{static_cast<std::int64_t>(projects->size()) + 1};
    carrier.name_zh = name;
    carrier.location = place;
    projects->push_back(carrier);
    project->projects = projects;
  }

  model::ReferenceLayer& add_layer(const std::string& code, const std::string& role, geom::GeometryKind kind,
                                   const std::vector<Ring>& features, const std::string& attribution = "") {
    auto layers = std::make_shared<std::vector<model::ReferenceLayer>>();
    if (project->reference_layers) *layers = *project->reference_layers;
    model::ReferenceLayer layer;
    layer.code = code;
    layer.name_zh = code;
    layer.role = role;
    layer.attribution = attribution;
    layer.geometry_kind = kind;
    layer.geometry = geom::GeometryColumn(kind);
    for (const Ring& feature : features) {
      layer.geometry.begin_feature();
      layer.geometry.begin_part();
      layer.geometry.add_ring(feature);
      layer.name.push_back(code);
      layer.kind.push_back("");
    }
    layers->push_back(std::move(layer));
    project->reference_layers = layers;
    return layers->back();
  }

  void add_circle(const std::string& code, const std::string& colour, const Ring& ring) {
    auto circles = std::make_shared<std::vector<model::Circle>>();
    auto members = std::make_shared<model::AreaTable<model::CircleMember>>();
    if (project->circles) *circles = *project->circles;
    if (project->circle_members) *members = *project->circle_members;
    model::Circle circle;
    circle.id = model::CircleId{static_cast<std::int64_t>(circles->size()) + 1};
    circle.code = code;
    circle.name_zh = code;
    circle.colour = colour;
    members->rows.push_back({circle.id.value, circle.id, code, false});
    members->geometry.begin_feature();
    members->geometry.begin_part();
    members->geometry.add_ring(ring);
    circles->push_back(circle);
    project->circles = circles;
    project->circle_members = members;
  }

  std::shared_ptr<const render::Scene> scene(const render::SceneOptions& options = {},
                                             const render::Scene* before = nullptr) const {
    return render::Scene::build(project, locations, status, supply, options, before);
  }
};

// A town at real Gauss-Krueger coordinates with every kind of paint: parcels of all certainties, dashed and cased
// lines, circles, buildings, points.
inline Sample small_town() {
  Sample sample;
  const double x = 636500, y = 3435100;
  const char* uses[] = {"07", "10", "14", ""};
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < 4; ++j) {
      const double x0 = x + i * 130 + j * 7.3, y0 = y + j * 111;
      const int k = i * 4 + j;
      const int stage = k % 5 - 1;
      const int certainty = stage < 0 ? -1 : (stage == 0 ? 1 : stage == 1 ? 0 : stage);
      std::vector<Sample::Ring> rings{
          {{x0, y0}, {x0 + 120, y0 + 9}, {x0 + 117.3, y0 + 101}, {x0 + 4, y0 + 97.7}, {x0, y0}}};
      if (k == 9) rings.push_back(Sample::box(x0 + 40, y0 + 40, x0 + 70, y0 + 66));
      sample.add_parcel(rings, uses[k % 4], stage, certainty, k % 3 == 0 ? "科创" + std::to_string(k) : "");
    }
  }
  sample.add_layer("road", "road_axis", geom::GeometryKind::line,
                   {{{x - 900, y - 400}, {x + 260, y + 105}, {x + 900, y + 230}, {x + 2600, y + 900}}},
                   "© road people");
  sample.add_layer("metro", "metro", geom::GeometryKind::line,
                   {{{x + 300, y - 700}, {x + 330, y + 200}, {x + 500, y + 300}, {x + 520, y + 1900}}},
                   "© metro people");
  sample.add_layer("hall", "building", geom::GeometryKind::polygon,
                   {Sample::box(x + 20, y + 20, x + 70, y + 60), Sample::box(x + 400, y + 150, x + 470, y + 190)});
  sample.add_layer("stop", "station", geom::GeometryKind::point, {{{x + 330, y + 200}}});
  sample.add_circle("核心", "#C2185B", Sample::box(x + 100, y + 60, x + 560, y + 380));
  auto towns = std::make_shared<model::AreaTable<model::Town>>();
  model::Town town;
  town.name_zh = "江川";
  towns->rows.push_back(town);
  towns->geometry.begin_feature();
  towns->geometry.begin_part();
  towns->geometry.add_ring(Sample::box(x - 50, y - 50, x + 850, y + 480));
  sample.project->towns = towns;
  sample.add_project("零号湾", {x + 200, y + 200});
  sample.add_project("小零号湾", {x + 215, y + 205});
  return sample;
}

}  // namespace zaitu::test
