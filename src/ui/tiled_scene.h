// What the map shows of one picture: its scene, the scene's tiles on the graphics card and its labels, kept up to date
// by a worker of its own. Two of them stand side by side when two dates are swiped. Main thread, with the OpenGL
// context.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ui/gl/tiles.h"
#include "ui/map_window.h"
#include "ui/map_worker.h"
#include "ui/workspace.h"

namespace zaitu::ui {

class TiledScene {
 public:
  struct Wish {  // what the scene is built from
    std::shared_ptr<const app::Picture> picture;
    style::Theme theme = style::Theme::stage;
    base::Language language = base::Language::zh;
    bool dark = false;
    float px_scale = 1;  // the tiles of a scene are all of one
    std::set<std::string> hidden;
    friend bool operator==(const Wish&, const Wish&) = default;
  };
  struct TileDraw {
    TileKey key;
    unsigned texture = 0;
    gl::PixelRect place;
  };

  TiledScene(int tile_px, std::size_t tile_budget_bytes, std::function<void()> wake);

  // Takes the worker's results; true when there were any. `problem`: a line when a scene could not be built.
  bool take_results(std::string& problem);
  // Asks for another scene when the wish is another one. `alike`: of the same snapshot, lends its indexes to the first.
  void show(const Wish& wish, const std::shared_ptr<const render::Scene>& alike = nullptr);
  // Asks for the tiles and labels that this view needs and that are not there.
  void ask(const MapCamera& camera, ImVec2 size, geom::Coord nearest_first, const Fonts& fonts);
  void clear();  // nothing is shown any more
  // To be let go of where nobody waits for its threads.
  std::shared_ptr<MapWorker> give_up_worker() { return std::move(m_worker); }

  const std::shared_ptr<const render::Scene>& scene() const { return m_scene; }
  const std::shared_ptr<const app::Picture>& picture() const { return m_picture; }  // it was built from
  const LabelSet& labels() const { return m_labels; }
  MapWorker& worker() { return *m_worker; }
  const MapWorker& worker() const { return *m_worker; }

  bool settled() const;  // every visible tile and the labels are there, and nothing is worked on
  bool sharp() const;    // every visible tile of the last wish is there, in its own scale
  std::size_t tile_bytes() const { return m_tiles.bytes(); }
  std::size_t tile_budget() const { return m_tiles.budget(); }

  // The tiles of a scale to be painted within the view; those of another one first, where they are not there yet.
  std::vector<TileDraw> tiles_of(const MapWindow& window, int level);

 private:
  void keep_unchanged_tiles(const MapWorker::BuiltScene& built);
  void ask_tiles(const MapCamera& camera, ImVec2 size, geom::Coord nearest_first);
  void ask_labels(const MapCamera& camera, ImVec2 size, const Fonts& fonts);

  const int m_tile_px;
  std::shared_ptr<MapWorker> m_worker;
  gl::TileCache m_tiles;
  std::shared_ptr<const render::Scene> m_scene;
  std::shared_ptr<const app::Picture> m_picture;
  std::optional<Wish> m_wish;
  double m_px_scale = 1;                                    // for which its tiles and labels are made
  std::uint64_t m_scene_request = 0, m_wanted_request = 0;  // of the scene that is shown, of the newest wish
  std::vector<TileKey> m_wanted;                            // asked of the worker
  std::vector<geom::Envelope> m_missing;  // where tiles of the scale are not there yet; none named: everywhere
  std::uint64_t m_backdrop_revision = 0;  // the last scene and scale that covered the view
  int m_backdrop_level = 0;
  bool m_complete = false, m_labels_asked = false;
  LabelSet m_labels;
};

}  // namespace zaitu::ui
