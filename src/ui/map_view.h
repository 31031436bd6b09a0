// The map in the middle of the window: tiles from the worker, what lies over them (selection, hover, labels, measuring,
// scale bar, attribution), and the mouse. Main thread; painting the tiles needs the OpenGL context.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "crs/crs.h"
#include "geom/triangulate.h"
#include "ui/frame.h"
#include "ui/gl/screen.h"
#include "ui/gl/tiles.h"
#include "ui/map_worker.h"

namespace zaitu::ui {

class MapView {
 public:
  MapView(int tile_px, std::function<void()> wake);

  // Before the panels: takes the worker's results, asks for what is missing. Returns true when something new is shown.
  bool update(Workspace& workspace, Fonts& fonts, const Look& look);
  const std::shared_ptr<const render::Scene>& scene() const { return m_scene; }

  // The overlay and the mouse, inside Dear ImGui's frame; `place` in window pixels.
  void draw(const Frame& frame, CommandQueue& commands, ImVec2 at, ImVec2 size);
  // After Dear ImGui's frame: what of the window must be painted again because other tiles are to be seen.
  void mark_changes(gl::Screen& screen, const Look& look);
  // The tiles within `clip`, into the frame buffer that is bound.
  void paint(const gl::PixelRect& clip);

  std::size_t tile_bytes() const { return m_tiles.bytes(); }
  std::size_t tile_budget() const { return m_tiles.budget(); }
  bool settled() const;  // every visible tile and the labels are there
  // Every visible tile of what was last asked for (date, rule, theme ...) is on screen in its own scale.
  bool sharp(const Workspace& workspace) const;
  std::string state_json(const Frame& frame) const;

 private:
  struct Wish {  // what the scene is built from
    std::uint64_t generation = 0;
    style::Theme theme = style::Theme::stage;
    base::Language language = base::Language::zh;
    bool dark = false;
    float px_scale = 1;  // the tiles of a scene are all of one
    std::set<std::string> hidden;
    friend bool operator==(const Wish&, const Wish&) = default;
  };

  void keep_unchanged_tiles(const MapWorker::BuiltScene& built);
  void update_tiles(const MapCamera& camera);
  void update_labels(const MapCamera& camera, const Fonts& fonts);
  bool update_ellipsoid(Workspace& workspace);
  render::View view(const Workspace& workspace) const;
  ImVec2 to_window(const render::View& view, geom::Coord map) const;
  geom::Coord to_map(const render::View& view, ImVec2 window) const;

  void handle_mouse(const Frame& frame, CommandQueue& commands, const render::View& view);
  void click(const Frame& frame, CommandQueue& commands, geom::Coord place, double radius, bool add);
  void sketch(const Frame& frame, CommandQueue& commands, const render::View& view, bool hovered);
  // `area`: an envelope or a closed ring.
  template <class Area>
  void select_in(const Frame& frame, CommandQueue& commands, const Area& area, bool add);
  void update_selected_rows(const Frame& frame);
  void draw_parcel(const Frame& frame, ImDrawList& list, const render::View& view, std::uint32_t row, ImU32 colour,
                   float width);
  const geom::Triangles& triangles_of(const Frame& frame, std::uint32_t row);  // made once for each that is shown
  void draw_selection(const Frame& frame, ImDrawList& list, const render::View& view);
  void draw_many_selected(const Frame& frame, ImDrawList& list, const render::View& view);
  void build_selection_cover(const Frame& frame, const render::View& view);
  void draw_labels(const Frame& frame, ImDrawList& list, const render::View& view) const;
  std::vector<ImVec2> draw_sketch(const Frame& frame, ImDrawList& list, const render::View& view,
                                  const std::vector<geom::Coord>& points, ImU32 colour) const;
  void draw_area(const Frame& frame, ImDrawList& list, const render::View& view) const;
  void draw_snap(const Frame& frame, ImDrawList& list, const render::View& view) const;
  void draw_measure(const Frame& frame, ImDrawList& list, const render::View& view);
  void draw_furniture(const Frame& frame, ImDrawList& list, const render::View& view);
  void draw_tools(const Frame& frame, CommandQueue& commands);
  void draw_hover_card(const Frame& frame) const;

  const int m_tile_px;
  MapWorker m_worker;
  gl::TileCache m_tiles;
  std::unique_ptr<gl::TilePainter> m_painter;

  std::shared_ptr<const render::Scene> m_scene;
  std::shared_ptr<const app::Picture> m_scene_picture;
  std::optional<Wish> m_wish;
  double m_scene_px_scale = 1;                              // for which its tiles and labels are made
  std::uint64_t m_scene_request = 0, m_wanted_request = 0;  // of the scene that is shown, of the newest wish
  std::vector<TileKey> m_wanted;                            // asked of the worker
  std::vector<geom::Envelope> m_missing;  // where tiles of the scale are not there yet; none named: everywhere
  std::uint64_t m_backdrop_revision = 0;  // the last scene and scale that covered the view
  int m_backdrop_level = 0;
  int m_wanted_level = 0;
  bool m_complete = false, m_labels_asked = false;
  LabelSet m_labels;

  render::View m_view;  // of this frame
  struct TileDraw {
    TileKey key;
    unsigned texture = 0;
    gl::PixelRect place;
  };
  struct Painting {  // what is under the overlay
    gl::PixelRect clip;
    style::Rgba background;
    std::vector<TileDraw> tiles;  // in this order
  } m_painting;
  ImVec2 m_at{0, 0}, m_size{0, 0};

  // Mouse
  enum class Gesture { none, pan, box } m_gesture = Gesture::none;
  ImVec2 m_press{0, 0};
  float m_wheel_rest = 0;
  std::optional<std::uint32_t> m_hovered;
  std::optional<geom::Coord> m_cursor;
  std::optional<render::Snapped> m_snapped;  // while a tool draws
  bool m_ended_sketch = false;               // by the press that is still held

  // What is highlighted, cached
  base::Date m_selected_at;
  std::uint64_t m_selected_generation = 0;
  app::Selection m_selected;
  std::vector<std::uint32_t> m_selected_rows;    // in force, ascending
  std::vector<geom::Envelope> m_selected_boxes;  // of those
  // Very many selected parcels as rectangles of the map: what they cover, in cells of a few pixels of one scale.
  struct SelectionCover {
    double m_per_px = 0;
    geom::Envelope area;  // it was made for
    std::vector<geom::Envelope> pieces;
  };
  std::optional<SelectionCover> m_cover;
  std::unordered_map<std::uint32_t, geom::Triangles> m_triangles;  // by parcel row
  std::uint64_t m_triangles_generation = 0;
  std::vector<geom::Coord> m_selected_points;

  // Longitude and latitude, and measures on the ellipsoid
  std::shared_ptr<const crs::CoordinateReferenceSystem> m_crs;
  std::unique_ptr<crs::Transformation> m_to_lonlat;
  enum class Asked { no, waiting, answered } m_ellipsoid_asked = Asked::no;  // when something is first measured
  std::unique_ptr<crs::EllipsoidalArea> m_ellipsoid;                         // none when PROJ had none
  double m_metres_per_unit = 1;
  mutable std::optional<geom::Coord> m_shown_lonlat;
  struct Measured {
    std::vector<geom::Coord> points;
    double length_m = 0, area_planar = 0, area_ellipsoidal = 0, length_ellipsoidal = 0;
  } m_measured;
};

}  // namespace zaitu::ui
