#include "ui/tiled_scene.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace zaitu::ui {

namespace {

constexpr double upload_budget_s = 0.003;  // of a frame

gl::PixelRect tile_place(const TileKey& key, int tile_px, const MapWindow& window) {
  const render::View& view = window.view;
  const double resolution = MapCamera::resolution(key.level), edge = resolution * tile_px;
  // One rounding for the whole grid, so that tiles at their own scale meet without a gap.
  const double scale = resolution / view.m_per_px;
  const double origin_x = view.width_px / 2.0 - view.centre.x / view.m_per_px;
  const double origin_y = view.height_px / 2.0 + view.centre.y / view.m_per_px;
  gl::PixelRect place;
  place.width = place.height = tile_px * scale;
  if (view.m_per_px == resolution) {
    place.width = place.height = tile_px;
    place.left = window.at.x + std::round(origin_x) + static_cast<double>(key.x) * tile_px;
    place.top = window.at.y + std::round(origin_y) - static_cast<double>(key.y + 1) * tile_px;
  } else {
    place.left = window.at.x + origin_x + static_cast<double>(key.x) * edge / view.m_per_px;
    place.top = window.at.y + origin_y - static_cast<double>(key.y + 1) * edge / view.m_per_px;
  }
  return place;
}

geom::Envelope tile_box(const TileKey& key, double edge) {
  return {static_cast<double>(key.x) * edge, static_cast<double>(key.y) * edge, static_cast<double>(key.x + 1) * edge,
          static_cast<double>(key.y + 1) * edge};
}

}  // namespace

TiledScene::TiledScene(int tile_px, std::size_t tile_budget_bytes, std::function<void()> wake)
    : m_tile_px(tile_px), m_worker(std::make_shared<MapWorker>(tile_px, std::move(wake))), m_tiles(tile_budget_bytes) {}

bool TiledScene::take_results(std::string& problem) {
  bool changed = false;
  if (auto built = m_worker->take_scene()) {
    problem = built->problem;
    if (!m_wish) {
      m_worker->drop(std::move(built->scene));
    } else if (built->scene) {
      if (m_scene && built->changes && built->before == m_scene->revision()) keep_unchanged_tiles(*built);
      m_worker->drop(std::exchange(m_scene, std::move(built->scene)));
      m_worker->drop(std::exchange(m_picture, std::move(built->picture)));
      m_scene_request = built->request;
      m_px_scale = built->px_scale;
      m_labels_asked = false;
    }
    changed = true;
  }
  const auto began = std::chrono::steady_clock::now();
  while (const auto tile = m_worker->take_tile()) {
    m_tiles.insert(*tile);
    changed = true;
    if (std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() > upload_budget_s) break;
  }
  if (auto labels = m_worker->take_labels()) {
    m_labels = std::move(*labels);
    m_labels_asked = false;
    changed = true;
  }
  return changed;
}

void TiledScene::show(const Wish& wish, const std::shared_ptr<const render::Scene>& alike) {
  if (m_wish && *m_wish == wish) return;
  m_wish = wish;
  render::SceneOptions options;
  options.theme = {wish.theme, wish.language, wish.dark};
  options.hidden_layers = wish.hidden;
  m_wanted_request = m_worker->request_scene(wish.picture, options, static_cast<double>(wish.px_scale), alike);
}

void TiledScene::clear() {
  if (m_scene) {
    m_worker->drop(std::exchange(m_scene, nullptr));
    m_worker->drop(std::exchange(m_picture, nullptr));
  }
  m_wish.reset();
  m_labels = {};
  m_tiles.clear();
}

void TiledScene::ask(const MapCamera& camera, ImVec2 size, geom::Coord nearest_first, const Fonts& fonts) {
  if (!m_scene) return;
  ask_tiles(camera, size, nearest_first);
  ask_labels(camera, size, fonts);
}

// Tiles that no change reaches are those of the new scene too.
void TiledScene::keep_unchanged_tiles(const MapWorker::BuiltScene& built) {
  if (built.px_scale != m_px_scale) return;  // they were painted for another screen
  m_tiles.take_over(m_scene->revision(), built.scene->revision(), [&](const TileKey& key) {
    const double resolution = MapCamera::resolution(key.level);
    const geom::Envelope reached =
        tile_box(key, resolution * m_tile_px).buffered(render::reach_px * resolution * built.px_scale);
    return std::none_of(built.changes->begin(), built.changes->end(),
                        [&](const geom::Envelope& change) { return change.intersects(reached); });
  });
  if (m_backdrop_revision == m_scene->revision()) m_backdrop_revision = built.scene->revision();
}

void TiledScene::ask_tiles(const MapCamera& camera, ImVec2 size, geom::Coord nearest_first) {
  const double edge = MapCamera::resolution(camera.level()) * m_tile_px;
  const geom::Envelope seen = camera.view(static_cast<int>(size.x), static_cast<int>(size.y)).extent();
  const auto index = [edge](double v) { return static_cast<std::int64_t>(std::floor(v / edge)); };
  std::vector<TileKey> wanted;
  bool complete = true;
  // While the scale is still far from the one it moves to, the view may cover very many tiles of that scale.
  const double ratio = camera.m_per_px() / MapCamera::resolution(camera.level());
  if (ratio < 4) {
    for (std::int64_t y = index(seen.min_y); y <= index(seen.max_y); ++y) {
      for (std::int64_t x = index(seen.min_x); x <= index(seen.max_x); ++x) {
        const TileKey key{m_scene->revision(), camera.level(), x, y};
        if (m_tiles.contains(key)) continue;
        complete = false;
        wanted.push_back(key);
      }
    }
  } else {
    complete = false;
  }
  m_missing.clear();
  for (const TileKey& key : wanted) m_missing.push_back(tile_box(key, edge));
  const auto distance = [&](const TileKey& key) {
    return std::hypot((static_cast<double>(key.x) + 0.5) * edge - nearest_first.x,
                      (static_cast<double>(key.y) + 0.5) * edge - nearest_first.y);
  };
  std::sort(wanted.begin(), wanted.end(), [&](const TileKey& a, const TileKey& b) {
    const double da = distance(a), db = distance(b);
    return da != db ? da < db : a < b;
  });
  m_complete = complete;
  if (complete) {
    m_backdrop_revision = m_scene->revision();
    m_backdrop_level = camera.level();
  }
  // Ask again only for a new set; a smaller one is the old one partly done.
  auto sorted = wanted;
  std::sort(sorted.begin(), sorted.end());
  const bool already_asked = std::includes(m_wanted.begin(), m_wanted.end(), sorted.begin(), sorted.end());
  if (already_asked) return;
  m_wanted = std::move(sorted);
  m_worker->request_tiles(m_scene, std::move(wanted), m_px_scale);
}

void TiledScene::ask_labels(const MapCamera& camera, ImVec2 size, const Fonts& fonts) {
  if (camera.moving() || m_labels_asked) return;
  const render::View now = camera.view(static_cast<int>(size.x), static_cast<int>(size.y));
  const bool fits = m_labels.revision == m_scene->revision() && m_labels.level == camera.level() &&
                    m_labels.covered.contains(now.extent());
  if (fits) return;
  render::View wide = now;
  wide.width_px = now.width_px * 3 / 2;
  wide.height_px = now.height_px * 3 / 2;
  wide.px_scale = m_px_scale;
  m_labels_asked = true;
  m_worker->request_labels(m_scene, wide, camera.level(), fonts.advances());
}

bool TiledScene::settled() const {
  if (!m_wish) return true;
  return m_scene && m_complete && m_worker->idle() && !m_labels_asked;
}

bool TiledScene::sharp() const { return m_scene && m_complete && m_scene_request == m_wanted_request; }

std::vector<TiledScene::TileDraw> TiledScene::tiles_of(const MapWindow& window, int level) {
  std::vector<TileDraw> tiles;
  if (!m_scene) return tiles;
  const geom::Envelope seen = window.view.extent();
  const auto needed = [&](const geom::Envelope& box) {
    return m_missing.empty() || std::any_of(m_missing.begin(), m_missing.end(),
                                            [&](const geom::Envelope& gap) { return gap.intersects(box); });
  };
  const auto add_set = [&](std::uint64_t revision, int of_level, bool only_needed) {
    const double edge = MapCamera::resolution(of_level) * m_tile_px;
    m_tiles.each(revision, of_level, [&](const TileKey& key, unsigned texture) {
      const geom::Envelope box = tile_box(key, edge);
      if (seen.intersects(box) && (!only_needed || needed(box)))
        tiles.push_back({key, texture, tile_place(key, m_tile_px, window)});
    });
  };
  if (!m_complete) add_set(m_backdrop_revision, m_backdrop_level, true);
  add_set(m_scene->revision(), level, false);
  for (const TileDraw& tile : tiles) m_tiles.find(tile.key);  // in use
  return tiles;
}

}  // namespace zaitu::ui
