#include "render/scene.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <numbers>

#include "base/parallel.h"
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

constexpr std::uint32_t nowhere = UINT32_MAX;

bool same_ring(geom::Ring a, geom::Ring b) {
  return a.size() == b.size() && (a.data() == b.data() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

bool same_shape(const geom::FeatureGeometry& a, const geom::FeatureGeometry& b) {
  if (a.part_count() != b.part_count()) return false;
  for (std::size_t p = 0; p < a.part_count(); ++p) {
    const geom::PartView part = a.part(p), other = b.part(p);
    if (part.ring_count() != other.ring_count()) return false;
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      if (!same_ring(part.ring(r), other.ring(r))) return false;
    }
  }
  return true;
}

// What has become of the parcels of one snapshot in another, by their ids. Compares the bytes of the geometries on all
// processors.
struct ParcelChanges {
  ParcelChanges(const model::ParcelTable& old, const model::ParcelTable& now, std::size_t most) {
    new_of_old = rows_by_id(old, now);
    if (too_many || now.geometry.is_shared_with(old.geometry)) return;
    const std::size_t rows = old.size();
    const unsigned threads = rows < 20000 ? 1 : base::processors();
    std::vector<std::vector<FeatureIndex::Change>> found(threads);
    base::for_stretches(rows, threads, [&](unsigned part, std::size_t from, std::size_t to) {
      for (std::size_t row = from; row < to && found[part].size() <= most; ++row) {
        const auto old_row = static_cast<std::uint32_t>(row);
        const std::uint32_t new_row = row_now(old_row);
        const geom::FeatureGeometry was = old.geometry[row];
        if (new_row == nowhere) {
          found[part].push_back({nowhere, old_row, was.envelope(), {}});
        } else if (const geom::FeatureGeometry is = now.geometry[new_row]; !same_shape(was, is)) {
          found[part].push_back({new_row, old_row, was.envelope(), is.envelope()});
        }
      }
    });
    for (const auto& part : found) shapes.insert(shapes.end(), part.begin(), part.end());
    for (const std::uint32_t row : added) shapes.push_back({row, nowhere, {}, now.geometry[row].envelope()});
    too_many = shapes.size() > most;
  }

  std::uint32_t row_now(std::uint32_t old_row) const { return new_of_old.empty() ? old_row : new_of_old[old_row]; }

  bool too_many = false;
  std::vector<FeatureIndex::Change> shapes;
  std::vector<std::uint32_t> new_of_old;  // empty: rows are where they were
  std::vector<std::uint32_t> added;       // rows of the new table

 private:
  std::vector<std::uint32_t> rows_by_id(const model::ParcelTable& old, const model::ParcelTable& now) {
    if (old.id.is_shared_with(now.id)) return {};
    std::vector<std::uint32_t> rows;
    std::size_t a = 0, b = 0;  // ids ascend
    bool moved = false;
    rows.reserve(old.size());
    while (a < old.size() || b < now.size()) {
      if (b == now.size() || (a < old.size() && old.id[a] < now.id[b])) {
        rows.push_back(nowhere);
        moved = true;
        ++a;
      } else if (a == old.size() || now.id[b] < old.id[a]) {
        added.push_back(static_cast<std::uint32_t>(b++));
      } else {
        moved = moved || a != b;
        rows.push_back(static_cast<std::uint32_t>(b++));
        ++a;
      }
    }
    if (!moved) rows.clear();
    return rows;
  }
};

}  // namespace

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
  const auto index = [&](const auto& table, const auto& old_table,
                         const std::shared_ptr<const FeatureIndex>& old_index) {
    if (!table) return std::shared_ptr<const FeatureIndex>();
    if (old_index && table == old_table) return old_index;
    return std::make_shared<const FeatureIndex>(table->geometry);
  };
  const model::Project empty;
  const model::Project& was = old == nullptr ? empty : *old;
  const StyledScene none;
  const StyledScene& held = before == nullptr ? none : *before;
  build_parcel_index(before);
  circle_index = index(project->circle_members, was.circle_members, held.circle_index);
  zone_index = index(project->zones, was.zones, held.zone_index);
  town_index = index(project->towns, was.towns, held.town_index);
  for (std::size_t row = 0; row < rows_of(project->reference_layers); ++row) {
    ReferencePart part;
    part.row = row;
    if (project->reference_layers == was.reference_layers && row < held.references.size()) {
      part.index = held.references[row].index;
      part.yards = held.references[row].yards;
    } else {
      part.index = std::make_shared<const FeatureIndex>((*project->reference_layers)[row].geometry);
      part.yards = yards_of((*project->reference_layers)[row]);
    }
    references.push_back(std::move(part));
  }
}

// The geometry column is what the index is of: other columns may have changed without it.
void StyledScene::build_parcel_index(const StyledScene* before) {
  if (!project->parcels) return;
  const model::ParcelTable& now = *project->parcels;
  if (before != nullptr && before->parcel_index) {
    const model::ParcelTable& old = *before->project->parcels;
    if (now.geometry.is_shared_with(old.geometry)) {
      parcel_index = before->parcel_index;
      return;
    }
  }
  if (now.feature_index) {
    parcel_index = now.feature_index;
    return;
  }
  if (before != nullptr && before->parcel_index) {
    const model::ParcelTable& old = *before->project->parcels;
    constexpr std::size_t most_changes = 4096, longest_tail = 4096;
    const ParcelChanges changes(old, now, most_changes);
    const geom::HilbertTree& tree = before->parcel_index->tree;
    if (!changes.too_many && tree.slots() - tree.packed() + changes.shapes.size() <= longest_tail) {
      parcel_index =
          std::make_shared<const FeatureIndex>(*before->parcel_index, now.geometry, changes.shapes, changes.new_of_old);
      return;
    }
  }
  parcel_index = std::make_shared<const FeatureIndex>(now.geometry);
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
  bool synthetic_parcels = false;
  if (project->parcels) {
    const model::ValueColumn<std::uint8_t>& synthetic = project->parcels->synthetic;
    for (std::size_t row = 0; row < synthetic.size() && !synthetic_parcels; ++row) {
      synthetic_parcels = synthetic[row] != 0 && parcels.symbol_of[row] >= 0;
    }
  }
  add("parcels", text("地块", "Parcels"), LayerRole::parcels, parcels.in_force, synthetic_parcels,
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
  m_extent = extent_in_force();
  if (m_extent.empty()) {
    for (const auto& index : {parcel_index, circle_index, zone_index, town_index}) {
      if (index) m_extent.expand(index->box);
    }
    for (const ReferencePart& part : references) m_extent.expand(part.index->box);
    for (const ProjectMark& mark : marks) m_extent.expand(mark.place);
  }
}

// Exact, from the index: only the features whose boxes reach furthest are looked at.
geom::Envelope StyledScene::extent_in_force() const {
  if (!parcel_index || parcels.in_force == 0) return {};
  if (parcels.in_force == parcels.symbol_of.size()) return parcel_index->box;
  const geom::HilbertTree& tree = parcel_index->tree;
  geom::FloatBox reach = geom::float_box({}, {});
  const auto each = [&](const auto& visit) {
    for (std::size_t slot = 0; slot < tree.slots(); ++slot) {
      if (!tree.box(slot).empty() && shown(tree.row(slot))) visit(tree.box(slot), tree.row(slot));
    }
  };
  each([&](const geom::FloatBox& box, std::uint32_t) {
    reach.min_x = std::min(reach.min_x, box.min_x);
    reach.min_y = std::min(reach.min_y, box.min_y);
    reach.max_x = std::max(reach.max_x, box.max_x);
    reach.max_y = std::max(reach.max_y, box.max_y);
  });
  geom::Envelope extent;
  each([&](const geom::FloatBox& box, std::uint32_t row) {
    if (box.min_x > reach.min_x && box.min_y > reach.min_y && box.max_x < reach.max_x && box.max_y < reach.max_y) {
      return;
    }
    extent.expand(project->parcels->geometry[row].envelope());
  });
  return extent;
}

namespace {

bool in_force(const model::Zone& zone, base::Date at) {
  return (!zone.valid_from || *zone.valid_from <= at) && (!zone.valid_to || at < *zone.valid_to);
}

bool same_options(const SceneOptions& a, const SceneOptions& b) {
  return a.theme.theme == b.theme.theme && a.theme.dark == b.theme.dark && a.hidden_layers == b.hidden_layers;
}

}  // namespace

std::optional<std::vector<geom::Envelope>> StyledScene::changes_since(const Scene& before) const {
  const StyledScene& old = StyledScene::of(before);
  if (&old == this) return std::vector<geom::Envelope>{};
  const model::Project& is = *project;
  const model::Project& was = *old.project;
  constexpr std::size_t most = 4096;
  if (!same_options(options, old.options) || is.crs != was.crs || is.circles != was.circles ||
      is.circle_members != was.circle_members || is.zones != was.zones || is.towns != was.towns ||
      is.reference_layers != was.reference_layers || !is.parcels != !was.parcels) {
    return std::nullopt;
  }
  // Widths may depend on the size of most parcels, and in degrees on the place of the whole.
  if (parcel_index && parcel_index->median_size != old.parcel_index->median_size) return std::nullopt;
  if (is.crs && is.crs->is_geographic() && !(m_extent == old.m_extent)) return std::nullopt;

  std::vector<geom::Envelope> boxes;
  const auto add = [&boxes](const geom::Envelope& box) {
    if (!box.empty()) boxes.push_back(box);
  };
  if (is.zones && status->as_of != old.status->as_of) {
    for (std::size_t row = 0; row < is.zones->rows.size(); ++row) {
      const model::Zone& zone = is.zones->rows[row];
      if (in_force(zone, status->as_of) != in_force(zone, old.status->as_of)) {
        add(is.zones->geometry[row].envelope());
      }
    }
  }
  const auto place = [&add](const ProjectMark& mark) {
    geom::Envelope box;
    box.expand(mark.place);
    add(box);
  };
  const auto same_mark = [](const ProjectMark& a, const ProjectMark& b) {
    return a.place == b.place && a.symbol == b.symbol;
  };
  for (std::size_t i = 0; i < std::max(marks.size(), old.marks.size()); ++i) {
    const bool here = i < marks.size(), there = i < old.marks.size();
    if (here && there && same_mark(marks[i], old.marks[i])) continue;
    if (here) place(marks[i]);
    if (there) place(old.marks[i]);
  }
  if (is.parcels) {
    const ParcelChanges changes(*was.parcels, *is.parcels, most);
    if (changes.too_many) return std::nullopt;
    for (const FeatureIndex::Change& change : changes.shapes) {
      add(change.old_box);
      add(change.box);
    }
    // Symbols of both scenes under one number; they are painted in their order, which must not have turned round.
    std::vector<std::int32_t> new_symbol(old.parcels.symbols.size(), -2);
    std::int32_t last = -1;
    for (std::size_t i = 0; i < new_symbol.size(); ++i) {
      const auto found = std::find(parcels.symbols.begin(), parcels.symbols.end(), old.parcels.symbols[i]);
      if (found == parcels.symbols.end()) continue;
      new_symbol[i] = static_cast<std::int32_t>(found - parcels.symbols.begin());
      if (new_symbol[i] < last) return std::nullopt;
      last = new_symbol[i];
    }
    for (std::uint32_t row = 0; row < old.parcels.symbol_of.size() && boxes.size() <= most; ++row) {
      const std::uint32_t row_now = changes.row_now(row);
      if (row_now == nowhere) continue;
      const std::int32_t old_symbol = old.parcels.symbol_of[row];
      const std::int32_t symbol = parcels.symbol_of[row_now];
      if ((old_symbol < 0 ? -1 : new_symbol[static_cast<std::size_t>(old_symbol)]) == symbol) continue;
      add(is.parcels->geometry[row_now].envelope());
    }
  }
  if (boxes.size() > most) return std::nullopt;
  return boxes;
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
  const auto meets = [&](const std::shared_ptr<const FeatureIndex>& index) {
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
  parcel_index->tree.query({point.x, point.y, point.x, point.y}, [&](std::uint32_t row) {
    if (shown(row) && geom::contains(project->parcels->geometry[row], point)) rows.push_back(row);
  });
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<std::uint32_t> StyledScene::parcels_in(const geom::Envelope& box) const {
  std::vector<std::uint32_t> rows;
  if (!parcel_index || !visible("parcels")) return rows;
  if (box.empty()) return rows;
  const geom::HilbertTree& tree = parcel_index->tree;
  // A box rounded outwards that is inside one rounded inwards (outwards, less two steps of a float) is inside.
  const geom::FloatBox wanted = geom::float_box(box, tree.origin());
  const auto inside = [&](const geom::FloatBox& b) {
    return b.min_x > std::nextafter(wanted.min_x, b.max_x) && b.min_y > std::nextafter(wanted.min_y, b.max_y) &&
           b.max_x < std::nextafter(wanted.max_x, b.min_x) && b.max_y < std::nextafter(wanted.max_y, b.min_y);
  };
  tree.query_slots(box, [&](std::size_t slot) {
    const std::uint32_t row = tree.row(slot);
    if (!shown(row)) return;
    if (inside(tree.box(slot)) || geom::intersects(project->parcels->geometry[row], box)) rows.push_back(row);
  });
  std::sort(rows.begin(), rows.end());
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
