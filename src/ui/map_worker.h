// The map's own threads: build scenes, paint tiles and place labels, newest wishes first. Requests replace older ones
// of the same kind; results wait until the main thread takes them. `wake` is called from the workers.
#pragma once

#include <compare>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/picture.h"
#include "crs/crs.h"
#include "render/map.h"
#include "ui/fonts.h"
#include "ui/map_camera.h"

namespace zaitu::ui {

// A square of the map at a quantised scale: tile (x, y) covers x..x+1 times its edge eastwards, y..y+1 northwards.
struct TileKey {
  std::uint64_t revision = 0;
  int level = 0;
  std::int64_t x = 0, y = 0;
  friend auto operator<=>(const TileKey&, const TileKey&) = default;
};
struct TileImage {
  TileKey key;
  render::Image image;
};

struct PlacedLabel {
  std::string text;
  geom::Coord place;  // in the project's CRS
  float em_px = 13;
  style::Rgba colour, halo;
  bool bold = false;
};
struct LabelSet {
  std::uint64_t revision = 0;
  int level = 0;
  geom::Envelope covered;
  std::vector<PlacedLabel> labels;
};

class MapWorker {
 public:
  MapWorker(int tile_px, std::function<void()> wake);
  ~MapWorker();

  // Returns the request's number, by which its scene is known. `alike`: of the same snapshot, lends its indexes to the
  // first scene; later ones have those of the scene before.
  std::uint64_t request_scene(std::shared_ptr<const app::Picture> picture, const render::SceneOptions& options,
                              double px_scale, std::shared_ptr<const render::Scene> alike = nullptr);
  void request_tiles(std::shared_ptr<const render::Scene> scene, std::vector<TileKey> nearest_first, double px_scale);
  void request_labels(std::shared_ptr<const render::Scene> scene, const render::View& view, int level,
                      std::shared_ptr<const GlyphAdvances> advances);

  struct BuiltScene {
    std::shared_ptr<const render::Scene> scene;
    std::shared_ptr<const app::Picture> picture;  // it was built from
    std::uint64_t request = 0;
    double px_scale = 1;  // as asked for, for its tiles
    // Where its picture differs from that of the scene with this revision (render::Scene::changes_since).
    std::uint64_t before = 0;
    std::optional<std::vector<geom::Envelope>> changes;
    std::string problem;  // one line when it could not be built
  };
  std::optional<BuiltScene> take_scene();
  std::optional<TileImage> take_tile();
  // Lets go of it on one of the threads: the memory of a million parcels is not given back in a moment.
  void drop(std::shared_ptr<const void> object);
  std::optional<LabelSet> take_labels();

  // Measures on the ellipsoid of a CRS, to be used by one thread: PROJ may take some tenths of a second to make them.
  struct Ellipsoid {
    std::shared_ptr<const crs::CoordinateReferenceSystem> of;
    std::unique_ptr<crs::EllipsoidalArea> area;
    std::string problem;  // one line when there are none
  };
  void request_ellipsoid(std::shared_ptr<const crs::CoordinateReferenceSystem> crs);
  std::optional<Ellipsoid> take_ellipsoid();

  bool idle() const;                  // nothing wanted, nothing waiting
  std::size_t tiles_painted() const;  // since the start

 private:
  struct SceneWish {
    std::shared_ptr<const app::Picture> picture;
    render::SceneOptions options;
    std::uint64_t request = 0;
    double px_scale = 1;
    std::shared_ptr<const render::Scene> alike;
  };
  struct TileWish {
    std::shared_ptr<const render::Scene> scene;
    std::vector<TileKey> keys;
    double px_scale = 1;
    std::size_t next = 0;
  };
  struct LabelWish {
    std::shared_ptr<const render::Scene> scene;
    render::View view;
    int level = 0;
    std::shared_ptr<const GlyphAdvances> advances;
  };

  void run();
  void build_scene(const SceneWish& wish);
  void paint_tile(const std::shared_ptr<const render::Scene>& scene, const TileKey& key, double px_scale);
  void place(const LabelWish& wish);
  void measure(const std::shared_ptr<const crs::CoordinateReferenceSystem>& crs);

  const int m_tile_px;
  const std::function<void()> m_wake;
  mutable std::mutex m_mutex;
  std::condition_variable m_changed;
  bool m_stop = false, m_building = false, m_placing = false;
  unsigned m_working = 0;  // threads
  std::size_t m_tiles_painted = 0;
  std::optional<SceneWish> m_scene_wish;
  std::uint64_t m_scene_requests = 0;
  TileWish m_tile_wish;
  std::optional<LabelWish> m_label_wish;
  std::shared_ptr<const crs::CoordinateReferenceSystem> m_ellipsoid_wish;
  std::optional<Ellipsoid> m_ellipsoid;
  std::optional<BuiltScene> m_scene;
  std::deque<TileImage> m_tiles;
  std::vector<std::shared_ptr<const void>> m_dropped;
  std::optional<LabelSet> m_labels;
  // Of the thread that builds a scene, one at a time:
  std::shared_ptr<const render::Scene> m_before;
  std::vector<std::thread> m_threads;  // last: they start when the rest is there
};

}  // namespace zaitu::ui
