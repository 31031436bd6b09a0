#include "ui/map_worker.h"

#include <algorithm>
#include <exception>

#include "base/thread_pool.h"

namespace zaitu::ui {

MapWorker::MapWorker(int tile_px, std::function<void()> wake) : m_tile_px(tile_px), m_wake(std::move(wake)) {
  const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  m_threads.reserve(threads);
  for (unsigned i = 0; i < threads; ++i) m_threads.emplace_back([this] { run(); });
}

MapWorker::~MapWorker() {
  {
    const std::lock_guard lock(m_mutex);
    m_stop = true;
  }
  m_changed.notify_all();
  for (std::thread& thread : m_threads) thread.join();
}

std::uint64_t MapWorker::request_scene(std::shared_ptr<const app::Picture> picture, const render::SceneOptions& options,
                                       double px_scale, std::shared_ptr<const render::Scene> alike) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(m_mutex);
    number = ++m_scene_requests;
    if (m_scene_wish) m_dropped.push_back(std::move(m_scene_wish->picture));
    m_scene_wish = SceneWish{std::move(picture), options, number, px_scale, std::move(alike)};
  }
  m_changed.notify_all();
  return number;
}

void MapWorker::request_tiles(std::shared_ptr<const render::Scene> scene, std::vector<TileKey> nearest_first,
                              double px_scale) {
  {
    const std::lock_guard lock(m_mutex);
    m_dropped.push_back(std::move(m_tile_wish.scene));
    m_tile_wish = {std::move(scene), std::move(nearest_first), px_scale, 0};
  }
  m_changed.notify_all();
}

void MapWorker::request_labels(std::shared_ptr<const render::Scene> scene, const render::View& view, int level,
                               std::shared_ptr<const GlyphAdvances> advances) {
  {
    const std::lock_guard lock(m_mutex);
    if (m_label_wish) m_dropped.push_back(std::move(m_label_wish->scene));
    m_label_wish = LabelWish{std::move(scene), view, level, std::move(advances)};
  }
  m_changed.notify_all();
}

std::optional<MapWorker::BuiltScene> MapWorker::take_scene() {
  const std::lock_guard lock(m_mutex);
  return std::exchange(m_scene, std::nullopt);
}

void MapWorker::drop(std::shared_ptr<const void> object) {
  {
    const std::lock_guard lock(m_mutex);
    m_dropped.push_back(std::move(object));
  }
  m_changed.notify_all();
}

std::optional<TileImage> MapWorker::take_tile() {
  const std::lock_guard lock(m_mutex);
  if (m_tiles.empty()) return std::nullopt;
  std::optional<TileImage> taken = std::move(m_tiles.front());
  m_tiles.pop_front();
  return taken;
}

std::size_t MapWorker::tiles_painted() const {
  const std::lock_guard lock(m_mutex);
  return m_tiles_painted;
}

std::optional<LabelSet> MapWorker::take_labels() {
  const std::lock_guard lock(m_mutex);
  return std::exchange(m_labels, std::nullopt);
}

void MapWorker::request_ellipsoid(std::shared_ptr<const crs::CoordinateReferenceSystem> crs) {
  {
    const std::lock_guard lock(m_mutex);
    m_ellipsoid_wish = std::move(crs);
  }
  m_changed.notify_all();
}

std::optional<MapWorker::Ellipsoid> MapWorker::take_ellipsoid() {
  const std::lock_guard lock(m_mutex);
  return std::exchange(m_ellipsoid, std::nullopt);
}

bool MapWorker::idle() const {
  const std::lock_guard lock(m_mutex);
  return m_working == 0 && !m_scene_wish && !m_label_wish && m_tile_wish.next >= m_tile_wish.keys.size() && !m_scene &&
         m_tiles.empty() && !m_labels && !m_ellipsoid_wish && !m_ellipsoid;
}

void MapWorker::run() {
  base::work_in_background();
  std::unique_lock lock(m_mutex);
  const auto can_build = [this] { return m_scene_wish && !m_building; };
  const auto can_paint = [this] { return m_tile_wish.next < m_tile_wish.keys.size(); };
  const auto can_place = [this] { return m_label_wish && !m_placing; };
  while (true) {
    m_changed.wait(lock, [&] {
      return m_stop || can_build() || can_paint() || can_place() || m_ellipsoid_wish || !m_dropped.empty();
    });
    if (m_stop) return;
    ++m_working;
    // What a task was given is let go of without the lock: a scene may be the last of its kind, and large.
    if (can_build()) {
      m_building = true;
      {
        const SceneWish wish = *std::exchange(m_scene_wish, std::nullopt);
        lock.unlock();
        build_scene(wish);
      }
      lock.lock();
      m_building = false;
    } else if (can_paint()) {
      const TileKey key = m_tile_wish.keys[m_tile_wish.next++];
      const double px_scale = m_tile_wish.px_scale;
      {
        const auto scene = m_tile_wish.scene;
        lock.unlock();
        paint_tile(scene, key, px_scale);
      }
      lock.lock();
      ++m_tiles_painted;
    } else if (can_place()) {
      m_placing = true;
      {
        const LabelWish wish = *std::exchange(m_label_wish, std::nullopt);
        lock.unlock();
        place(wish);
      }
      lock.lock();
      m_placing = false;
    } else if (m_ellipsoid_wish) {
      {
        const auto wish = std::exchange(m_ellipsoid_wish, nullptr);
        lock.unlock();
        measure(wish);
      }
      lock.lock();
    } else {
      {
        const auto dropped = std::exchange(m_dropped, {});
        lock.unlock();
      }
      lock.lock();
    }
    --m_working;
    lock.unlock();
    m_changed.notify_all();  // a wish may have waited for this thread to be done with the one before
    m_wake();
    lock.lock();
  }
}

void MapWorker::build_scene(const SceneWish& wish) {
  const app::Picture& picture = *wish.picture;
  BuiltScene built;
  built.picture = wish.picture;
  built.request = wish.request;
  built.px_scale = wish.px_scale;
  try {
    built.scene = render::Scene::build(picture.project, picture.locations, picture.status, picture.supply, wish.options,
                                       m_before ? m_before.get() : wish.alike.get());
    if (m_before) {
      built.before = m_before->revision();
      built.changes = built.scene->changes_since(*m_before);
    }
    m_before = built.scene;
  } catch (const std::exception& error) {
    built.problem = error.what();
  }
  std::optional<BuiltScene> unseen;  // destroyed after the lock
  const std::lock_guard lock(m_mutex);
  if (m_scene && m_scene->scene && m_scene->scene->revision() == built.before) {
    // Nobody has seen that one: the changes of both count, from the scene before it.
    built.before = m_scene->before;
    if (m_scene->changes && built.changes) {
      built.changes->insert(built.changes->end(), m_scene->changes->begin(), m_scene->changes->end());
    } else {
      built.changes.reset();
    }
  }
  unseen = std::exchange(m_scene, std::move(built));
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

void MapWorker::measure(const std::shared_ptr<const crs::CoordinateReferenceSystem>& crs) {
  Ellipsoid made{crs, nullptr, {}};
  try {
    made.area = std::make_unique<crs::EllipsoidalArea>(*crs);
  } catch (const std::exception& error) {
    made.problem = error.what();
  }
  const std::lock_guard lock(m_mutex);
  m_ellipsoid = std::move(made);
}

}  // namespace zaitu::ui
