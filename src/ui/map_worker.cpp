#include "ui/map_worker.h"

#include <exception>

#include "base/utf8.h"

namespace zaitu::ui {

namespace {

void collect(std::set<char32_t>& characters, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = base::next_code_point(text, at);
    if (c >= 0x80) characters.insert(c);
  }
}

void collect(std::set<char32_t>& characters, const model::TextColumn& column) {
  for (std::size_t row = 0; row < column.size(); ++row) collect(characters, column[row]);
}

// Every character the project can show; the fonts bake what they lack.
std::set<char32_t> characters_of(const model::Project& project) {
  std::set<char32_t> set;
  const auto add = [&set](const auto&... texts) { (collect(set, texts), ...); };
  add(project.name_zh, project.file);
  collect(set, project.parcels->code);
  collect(set, project.parcels->name);
  collect(set, project.parcels->right_holder);
  collect(set, project.parcels->note);
  for (const auto& row : *project.stages) add(row.name_zh, row.source);
  for (const auto& row : *project.certainty_classes) add(row.label_zh);
  for (const auto& row : *project.pathways) add(row.name_zh);
  for (const auto& row : *project.land_use_classes) add(row.name_zh);
  for (const auto& row : *project.units) add(row.name_zh);
  for (const auto& row : *project.documents) add(row.title_zh, row.number, row.note, row.status, row.version);
  for (const auto& row : *project.programmes) add(row.name_zh);
  for (const auto& row : *project.parcel_identifiers) add(row.scheme, row.value);
  for (const auto& row : *project.land_records) add(row.code, row.kind, row.title);
  for (const auto& row : *project.projects) {
    add(row.code, row.name_zh, row.kind, row.type, row.location_text, row.quote, row.quote_place, row.note);
  }
  for (const auto& row : *project.phases) add(row.code, row.name_zh, row.note);
  for (const auto& row : *project.stage_events) add(row.evidence, row.page, row.note);
  for (const auto& row : *project.circles) add(row.name_zh, row.functions);
  for (const auto& row : project.circle_members->rows) add(row.name);
  for (const auto& row : project.zones->rows) add(row.name_zh, row.kind);
  for (const auto& row : project.towns->rows) add(row.name_zh, row.kind);
  for (const auto& row : *project.reference_layers) {
    add(row.name_zh, row.attribution, row.licence, row.source);
    collect(set, row.name);
  }
  for (const auto& row : *project.indicators) add(row.name_zh, row.unit, row.scope, row.action_group);
  for (const auto& row : *project.tasks) add(row.title_zh, row.text, row.action_group);
  return set;
}

}  // namespace

MapWorker::MapWorker(int tile_px, std::function<void()> wake)
    : m_tile_px(tile_px), m_wake(std::move(wake)), m_thread([this] { run(); }) {}

MapWorker::~MapWorker() {
  {
    const std::lock_guard lock(m_mutex);
    m_stop = true;
  }
  m_changed.notify_all();
  m_thread.join();
}

void MapWorker::request_scene(std::shared_ptr<const app::Picture> picture, const render::SceneOptions& options) {
  {
    const std::lock_guard lock(m_mutex);
    m_scene_wish = SceneWish{std::move(picture), options};
  }
  m_changed.notify_all();
}

void MapWorker::request_tiles(std::shared_ptr<const render::Scene> scene, std::vector<TileKey> nearest_first,
                              double px_scale) {
  {
    const std::lock_guard lock(m_mutex);
    m_tile_wish = {std::move(scene), std::move(nearest_first), px_scale, 0};
  }
  m_changed.notify_all();
}

void MapWorker::request_labels(std::shared_ptr<const render::Scene> scene, const render::View& view, int level,
                               std::shared_ptr<const GlyphAdvances> advances) {
  {
    const std::lock_guard lock(m_mutex);
    m_label_wish = LabelWish{std::move(scene), view, level, std::move(advances)};
  }
  m_changed.notify_all();
}

std::optional<MapWorker::BuiltScene> MapWorker::take_scene() {
  const std::lock_guard lock(m_mutex);
  return std::exchange(m_scene, std::nullopt);
}

std::vector<TileImage> MapWorker::take_tiles(std::size_t at_most) {
  const std::lock_guard lock(m_mutex);
  if (m_tiles.size() <= at_most) return std::exchange(m_tiles, {});
  const auto end = m_tiles.begin() + static_cast<std::ptrdiff_t>(at_most);
  std::vector<TileImage> taken(std::make_move_iterator(m_tiles.begin()), std::make_move_iterator(end));
  m_tiles.erase(m_tiles.begin(), end);
  return taken;
}

std::optional<LabelSet> MapWorker::take_labels() {
  const std::lock_guard lock(m_mutex);
  return std::exchange(m_labels, std::nullopt);
}

bool MapWorker::idle() const {
  const std::lock_guard lock(m_mutex);
  return !m_working && !m_scene_wish && !m_label_wish && m_tile_wish.next >= m_tile_wish.keys.size() && !m_scene &&
         m_tiles.empty() && !m_labels;
}

void MapWorker::run() {
  std::unique_lock lock(m_mutex);
  while (true) {
    m_working = false;
    m_changed.wait(
        lock, [this] { return m_stop || m_scene_wish || m_label_wish || m_tile_wish.next < m_tile_wish.keys.size(); });
    if (m_stop) return;
    m_working = true;
    if (m_scene_wish) {
      const SceneWish wish = *std::exchange(m_scene_wish, std::nullopt);
      lock.unlock();
      build_scene(wish);
    } else if (m_tile_wish.next < m_tile_wish.keys.size()) {
      const TileKey key = m_tile_wish.keys[m_tile_wish.next++];
      const auto scene = m_tile_wish.scene;
      const double px_scale = m_tile_wish.px_scale;
      lock.unlock();
      paint_tile(scene, key, px_scale);
    } else {
      const LabelWish wish = *std::exchange(m_label_wish, std::nullopt);
      lock.unlock();
      place(wish);
    }
    lock.lock();
    m_working = false;
    lock.unlock();
    m_wake();
    lock.lock();
  }
}

void MapWorker::build_scene(const SceneWish& wish) {
  const app::Picture& picture = *wish.picture;
  BuiltScene built;
  built.picture = wish.picture;
  try {
    if (picture.project != m_known_project) built.characters = characters_of(*picture.project);
    built.scene = render::Scene::build(picture.project, picture.locations, picture.status, picture.supply, wish.options,
                                       m_before.get());
    m_before = built.scene;
    m_known_project = picture.project;
  } catch (const std::exception& error) {
    built.problem = error.what();
  }
  const std::lock_guard lock(m_mutex);
  m_scene = std::move(built);
}

void MapWorker::paint_tile(const std::shared_ptr<const render::Scene>& scene, const TileKey& key, double px_scale) {
  const double resolution = MapCamera::resolution(key.level), edge = resolution * m_tile_px;
  render::View view;
  view.centre = {(static_cast<double>(key.x) + 0.5) * edge, (static_cast<double>(key.y) + 0.5) * edge};
  view.m_per_px = resolution;
  view.width_px = view.height_px = m_tile_px;
  view.px_scale = px_scale;
  TileImage tile{key, render::rasterise(*scene, view)};
  const std::lock_guard lock(m_mutex);
  m_tiles.push_back(std::move(tile));
}

void MapWorker::place(const LabelWish& wish) {
  const render::MeasureText measure = [&wish](const std::string& text, float em_px) {
    return wish.advances->measure(text, em_px);
  };
  LabelSet set;
  set.revision = wish.scene->revision();
  set.level = wish.level;
  set.covered = wish.view.extent();
  for (render::Label& label : render::place_labels(*wish.scene, wish.view, measure)) {
    set.labels.push_back(
        {std::move(label.text), wish.view.to_map(label.place_px), label.size_px, label.colour, label.halo, label.bold});
  }
  const std::lock_guard lock(m_mutex);
  m_labels = std::move(set);
}

}  // namespace zaitu::ui
