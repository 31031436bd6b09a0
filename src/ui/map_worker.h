// The map's own thread: builds scenes, paints tiles and places labels, newest wishes first. Requests replace older ones
// of the same kind; results wait until the main thread takes them. `wake` is called from the worker.
#pragma once

#include <compare>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "app/picture.h"
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

  void request_scene(std::shared_ptr<const app::Picture> picture, const render::SceneOptions& options);
  void request_tiles(std::shared_ptr<const render::Scene> scene, std::vector<TileKey> nearest_first, double px_scale);
  void request_labels(std::shared_ptr<const render::Scene> scene, const render::View& view, int level,
                      std::shared_ptr<const GlyphAdvances> advances);

  struct BuiltScene {
    std::shared_ptr<const render::Scene> scene;
    std::shared_ptr<const app::Picture> picture;  // it was built from
    std::set<char32_t> characters;                // of the project's texts, when the project is new
    std::string problem;                          // one line when it could not be built
  };
  std::optional<BuiltScene> take_scene();
  std::vector<TileImage> take_tiles(std::size_t at_most);
  std::optional<LabelSet> take_labels();
  bool idle() const;  // nothing wanted, nothing waiting

 private:
  struct SceneWish {
    std::shared_ptr<const app::Picture> picture;
    render::SceneOptions options;
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

  const int m_tile_px;
  const std::function<void()> m_wake;
  mutable std::mutex m_mutex;
  std::condition_variable m_changed;
  bool m_stop = false, m_working = false;
  std::optional<SceneWish> m_scene_wish;
  TileWish m_tile_wish;
  std::optional<LabelWish> m_label_wish;
  std::optional<BuiltScene> m_scene;
  std::vector<TileImage> m_tiles;
  std::optional<LabelSet> m_labels;
  // Of the worker alone:
  std::shared_ptr<const render::Scene> m_before;
  std::shared_ptr<const model::Project> m_known_project;
  std::thread m_thread;  // last: starts when the rest is there
};

}  // namespace zaitu::ui
