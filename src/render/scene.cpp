#include "render/scene.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numbers>

#include "geom/measure.h"

namespace zaitu::render {

namespace {

std::uint64_t next_revision() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

template <class T>
std::size_t rows_of(const model::Rows<T>& rows) {
  return rows ? rows->size() : 0;
}

std::string pick(base::Language language, const std::string& zh, const std::string& en) {
  return language == base::Language::en && !en.empty() ? en : zh;
}

template <class Table>
bool any_synthetic(const model::Shared<Table>& table) {
  return table && std::any_of(table->rows.begin(), table->rows.end(), [](const auto& row) { return row.synthetic; });
}

// Depots and sidings of railways: at a city's scale their many short tracks would run together into blots.
std::vector<std::uint32_t> yards_of(const model::ReferenceLayer& layer) {
  constexpr std::size_t many = 60;
  constexpr double short_m = 600;
  std::vector<std::uint32_t> rows;
  if (layer.role != "metro" || layer.geometry_kind != geom::GeometryKind::line) return rows;
  for (std::uint32_t row = 0; row < layer.geometry.size(); ++row) {
    const geom::FeatureGeometry feature = layer.geometry[row];
    const auto parts = feature.part_count();
    if (parts >= many && geom::length(feature) < short_m * static_cast<double>(parts)) rows.push_back(row);
  }
  return rows;
}

}  // namespace

LayerIndex::LayerIndex(const geom::GeometryColumn& column) {
  box = column.envelope();
  if (!box.empty()) origin = box.centre();
  std::vector<geom::Envelope> boxes;
  boxes.reserve(column.size());
  extents.resize(column.size());
  std::vector<float> sizes;
  sizes.reserve(column.size());
  for (std::size_t row = 0; row < column.size(); ++row) {
    const geom::FeatureGeometry feature = column[row];
    const geom::Envelope extent = feature.envelope();
    boxes.push_back(extent);
    if (extent.empty()) continue;
    const geom::Coord centre = extent.centre();
    const double area = column.kind() == geom::GeometryKind::polygon ? geom::area(feature) : 0;
    extents[row] = {static_cast<float>(centre.x - origin.x), static_cast<float>(centre.y - origin.y),
                    static_cast<float>(extent.width()), static_cast<float>(extent.height()), static_cast<float>(area)};
    sizes.push_back(std::max(extents[row].width, extents[row].height));
  }
  if (!sizes.empty()) {
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    median_size = static_cast<double>(*middle);
  }
  tree = geom::HilbertTree(boxes);
}

std::shared_ptr<const Scene> Scene::build(std::shared_ptr<const model::Project> project,
                                          std::shared_ptr<const planning::Locations> locations,
                                          std::shared_ptr<const planning::StatusAt> status,
                                          std::shared_ptr<const planning::Supply> supply, const SceneOptions& options,
                                          const Scene* before) {
  auto scene = std::make_shared<StyledScene>();
  scene->project = std::move(project);
  scene->locations = std::move(locations);
  scene->status = std::move(status);
  scene->supply = std::move(supply);
  scene->options = options;
  scene->build_indexes(before == nullptr ? nullptr : &StyledScene::of(*before));
  scene->parcels =
      style::parcel_style(*scene->project, *scene->locations, *scene->status, *scene->supply, options.theme);
  scene->build_marks();
  scene->build_layers();
  scene->m_revision = next_revision();
  return scene;
}

void StyledScene::build_indexes(const StyledScene* before) {
  const model::Project* old = before == nullptr ? nullptr : before->project.get();
  const auto index = [&](const auto& table, const auto& old_table, const std::shared_ptr<const LayerIndex>& old_index) {
    if (!table) return std::shared_ptr<const LayerIndex>();
    if (old_index && table == old_table) return old_index;
    return std::make_shared<const LayerIndex>(table->geometry);
  };
  const model::Project empty;
  const model::Project& was = old == nullptr ? empty : *old;
  const StyledScene none;
  const StyledScene& held = before == nullptr ? none : *before;
  parcel_index = index(project->parcels, was.parcels, held.parcel_index);
  circle_index = index(project->circle_members, was.circle_members, held.circle_index);
  zone_index = index(project->zones, was.zones, held.zone_index);
  town_index = index(project->towns, was.towns, held.town_index);
  for (std::size_t row = 0; row < rows_of(project->reference_layers); ++row) {
    ReferencePart part;
    part.row = row;
    if (project->reference_layers == was.reference_layers && row < held.references.size()) {
      part.index = held.references[row].index;
    } else {
      part.index = std::make_shared<const LayerIndex>((*project->reference_layers)[row].geometry);
    }
    part.yards = yards_of((*project->reference_layers)[row]);
    references.push_back(std::move(part));
  }
}

void StyledScene::build_marks() {
  if (!project->projects) return;
  const bool dark = options.theme.dark;
  const auto stage_at = [&](int row) -> const model::Stage* {
    if (row < 0 || static_cast<std::size_t>(row) >= rows_of(project->stages)) return nullptr;
    return &(*project->stages)[static_cast<std::size_t>(row)];
  };
  // A project stands where its furthest phase stands; stalled only when all of it is.
  std::unordered_map<model::ProjectId, const model::Stage*> stage_of;
  for (std::size_t row = 0; row < rows_of(project->phases) && row < status->phases.size(); ++row) {
    const model::Stage* stage = stage_at(status->phases[row].stage);
    if (stage == nullptr) continue;
    const model::Stage*& best = stage_of[(*project->phases)[row].project];
    const auto rank = [](const model::Stage& s) { return s.code == model::stalled_stage ? -1 : s.seq; };
    if (best == nullptr || rank(*stage) > rank(*best)) best = stage;
  }
  for (std::size_t row = 0; row < project->projects->size(); ++row) {
    const model::CarrierProject& carrier = (*project->projects)[row];
    if (!carrier.location) continue;
    const auto found = stage_of.find(carrier.id);
    marks.push_back({static_cast<std::uint32_t>(row), *carrier.location,
                     style::project_symbol(found == stage_of.end() ? nullptr : found->second, dark)});
  }
}

void StyledScene::build_layers() {
  const bool dark = options.theme.dark;
  const base::Language language = options.theme.language;
  const auto text = [&](const char* zh, const char* en) { return language == base::Language::zh ? zh : en; };
  const auto add = [&](std::string key, std::string title, LayerRole role, std::size_t features, bool synthetic,
                       style::Symbol symbol) {
    const bool is_visible = options.hidden_layers.count(key) == 0;
    m_layers.push_back({std::move(key), std::move(title), role, features, is_visible, synthetic, std::move(symbol)});
  };

  add("projects", text("载体项目", "Carrier projects"), LayerRole::projects, marks.size(),
      std::any_of(marks.begin(), marks.end(),
                  [&](const ProjectMark& mark) { return (*project->projects)[mark.row].synthetic; }),
      style::project_symbol(nullptr, dark));
  if (project->circle_members && !project->circle_members->rows.empty()) {
    const style::Symbol symbol =
        rows_of(project->circles) > 0 ? style::circle_symbol(project->circles->front(), dark) : style::Symbol{};
    add("circles", text("圈层", "Circles"), LayerRole::circles, project->circle_members->rows.size(),
        any_synthetic(project->circle_members), symbol);
  }
  if (project->zones && !project->zones->rows.empty()) {
    add("zones", text("政策区", "Policy zones"), LayerRole::zones, project->zones->rows.size(),
        any_synthetic(project->zones), style::zone_symbol(dark));
  }
  std::size_t in_force = 0;
  bool synthetic_parcels = false;
  for (std::size_t row = 0; row < parcels.symbol_of.size(); ++row) {
    if (parcels.symbol_of[row] < 0) continue;
    ++in_force;
    synthetic_parcels =
        synthetic_parcels || (row < project->parcels->synthetic.size() && project->parcels->synthetic[row] != 0);
  }
  add("parcels", text("地块", "Parcels"), LayerRole::parcels, in_force, synthetic_parcels,
      parcels.symbols.empty() ? style::Symbol{} : parcels.symbols.front());
  if (project->towns && !project->towns->rows.empty()) {
    add("towns", text("街镇", "Towns"), LayerRole::towns, project->towns->rows.size(), any_synthetic(project->towns),
        style::town_symbol(dark));
  }
  // Topmost first, as a layer list shows them.
  for (std::size_t i = references.size(); i-- > 0;) {
    const model::ReferenceLayer& layer = (*project->reference_layers)[references[i].row];
    references[i].layer = m_layers.size();
    add("reference:" + layer.code, pick(language, layer.name_zh, layer.name_en), LayerRole::reference,
        layer.geometry.size(), layer.synthetic, style::reference_symbol(layer, dark));
  }

  if (visible("parcels")) m_legend = parcels.legend;
  for (std::size_t row = 0; row < parcels.symbol_of.size(); ++row) {
    if (parcels.symbol_of[row] >= 0) m_extent.expand(project->parcels->geometry[row].envelope());
  }
  if (m_extent.empty()) {
    for (const auto& index : {parcel_index, circle_index, zone_index, town_index}) {
      if (index) m_extent.expand(index->box);
    }
    for (const ReferencePart& part : references) m_extent.expand(part.index->box);
    for (const ProjectMark& mark : marks) m_extent.expand(mark.place);
  }
}

std::string StyledScene::attribution() const {
  std::vector<std::string> parts;
  for (const ReferencePart& part : references) {
    const model::ReferenceLayer& layer = (*project->reference_layers)[part.row];
    const LayerInfo& info = m_layers[part.layer];
    if (!info.visible || info.features == 0 || layer.attribution.empty()) continue;
    if (std::find(parts.begin(), parts.end(), layer.attribution) == parts.end()) parts.push_back(layer.attribution);
  }
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : " · ") + part;
  return text;
}

bool StyledScene::has_synthetic() const {
  return std::any_of(m_layers.begin(), m_layers.end(),
                     [](const LayerInfo& layer) { return layer.visible && layer.synthetic && layer.features > 0; });
}

const LayerInfo* StyledScene::layer(const std::string& key) const {
  const auto found =
      std::find_if(m_layers.begin(), m_layers.end(), [&](const LayerInfo& layer) { return layer.key == key; });
  return found == m_layers.end() ? nullptr : &*found;
}

bool StyledScene::visible(const char* key) const {
  const LayerInfo* info = layer(key);
  return info != nullptr && info->visible;
}

double StyledScene::metres_per_unit(geom::Coord at) const {
  if (!project->crs || !project->crs->is_geographic() || !std::isfinite(at.y)) return 1;
  const double degree = project->crs->semi_major_m() * std::numbers::pi / 180;
  return degree * std::max(0.01, std::cos(at.y * std::numbers::pi / 180));
}

style::Legend StyledScene::legend_in(const geom::Envelope& box) const {
  return style::legend_of(parcels_in(box), *project, *locations, *status, *supply, options.theme);
}

std::vector<style::LegendEntry> StyledScene::layer_legend(const geom::Envelope& box) const {
  const auto meets = [&](const std::shared_ptr<const LayerIndex>& index) {
    return index && !index->tree.query(box).empty();
  };
  const auto in_box = [&](const LayerInfo& info) {
    switch (info.role) {
      case LayerRole::projects:
        return std::any_of(marks.begin(), marks.end(),
                           [&](const ProjectMark& mark) { return box.contains(mark.place); });
      case LayerRole::circles:
        return meets(circle_index);
      case LayerRole::zones:
        return meets(zone_index);
      case LayerRole::towns:
        return meets(town_index);
      case LayerRole::reference:
        return std::any_of(references.begin(), references.end(), [&](const ReferencePart& part) {
          return &m_layers[part.layer] == &info && meets(part.index);
        });
      case LayerRole::parcels:
        break;
    }
    return false;
  };
  std::vector<style::LegendEntry> entries;
  for (const LayerInfo& info : m_layers) {
    if (!info.visible || info.features == 0 || !in_box(info)) continue;
    if (info.role == LayerRole::circles) {
      for (std::size_t row = 0; row < rows_of(project->circles); ++row) {
        const model::Circle& circle = (*project->circles)[row];
        entries.push_back({circle.code, pick(options.theme.language, circle.name_zh, circle.name_en),
                           style::circle_symbol(circle, options.theme.dark)});
      }
      continue;
    }
    entries.push_back({info.key, info.title, info.symbol});
  }
  return entries;
}

std::vector<std::uint32_t> StyledScene::parcels_at(geom::Coord point) const {
  std::vector<std::uint32_t> rows;
  if (!parcel_index || !visible("parcels")) return rows;
  for (std::uint32_t row : parcel_index->tree.query({point.x, point.y, point.x, point.y})) {
    if (shown(row) && geom::contains(project->parcels->geometry[row], point)) rows.push_back(row);
  }
  return rows;
}

std::vector<std::uint32_t> StyledScene::parcels_in(const geom::Envelope& box) const {
  std::vector<std::uint32_t> rows;
  if (!parcel_index || !visible("parcels")) return rows;
  for (std::uint32_t row : parcel_index->tree.query(box)) {
    if (shown(row) && geom::intersects(project->parcels->geometry[row], box)) rows.push_back(row);
  }
  return rows;
}

std::vector<std::uint32_t> StyledScene::projects_at(geom::Coord point, double radius) const {
  std::vector<std::pair<double, std::uint32_t>> found;
  if (visible("projects")) {
    for (const ProjectMark& mark : marks) {
      const double distance = std::hypot(mark.place.x - point.x, mark.place.y - point.y);
      if (distance <= radius) found.emplace_back(distance, mark.row);
    }
  }
  std::sort(found.begin(), found.end());  // nearest first
  std::vector<std::uint32_t> rows;
  rows.reserve(found.size());
  for (const auto& [distance, row] : found) rows.push_back(row);
  return rows;
}

std::size_t StyledScene::parcel_count(const geom::Envelope& box) const {
  std::size_t count = 0;
  if (!parcel_index || !visible("parcels")) return count;
  parcel_index->tree.query(box, [&](std::uint32_t row) { count += shown(row) ? std::size_t{1} : 0; });
  return count;
}

}  // namespace zaitu::render
