// The map in the middle of the window: tiles from the worker, what lies over them (selection, what changed, hover,
// labels, measuring, scale bar, attribution), and the mouse. With a line across it, the date that is compared with
// stands at its left. Main thread; painting the tiles needs the OpenGL context.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "crs/crs.h"
#include "ui/compare_menu.h"
#include "ui/frame.h"
#include "ui/gl/screen.h"
#include "ui/parcel_highlight.h"
#include "ui/tiled_scene.h"

namespace zaitu::ui {

class MapView {
 public:
  MapView(int tile_px, std::function<void()> wake);

  // Before the panels: takes the worker's results, asks for what is missing. Returns true when something new is shown.
  bool update(Workspace& workspace, Fonts& fonts, const Look& look);
  const std::shared_ptr<const render::Scene>& scene() const { return m_now.scene(); }  // of the as-of date

  // The overlay and the mouse, inside Dear ImGui's frame; `place` in window pixels.
  void draw(const Frame& frame, CommandQueue& commands, ImVec2 at, ImVec2 size);
  // After Dear ImGui's frame: what of the window must be painted again because other tiles are to be seen.
  void mark_changes(gl::Screen& screen, const Look& look);
  // The tiles within `clip`, into the frame buffer that is bound.
  void paint(const gl::PixelRect& clip);

  std::size_t tile_bytes() const { return m_now.tile_bytes() + (m_before ? m_before->tile_bytes() : 0); }
  std::size_t tile_budget() const { return m_now.tile_budget() + (m_before ? m_before->tile_budget() : 0); }
  bool settled() const;  // every visible tile and the labels are there
  // Every visible tile of what was last asked for (date, rule, theme ...) is on screen in its own scale.
  bool sharp(const Workspace& workspace) const;
  std::string state_json(const Frame& frame) const;

 private:
  // What is lit up on one side of the line, at its date; made anew when one of these is another.
  struct Lit {
    std::shared_ptr<const app::Picture> picture;
    app::Selection selection;
    std::shared_ptr<const app::Between> between;
    ParcelHighlight selected, changed;
    ParcelOutlines outlines;
    std::vector<geom::Coord> selected_points;
  };
  // The whole map, or what lies left or right of the line.
  struct Side {
    TiledScene& shown;
    Lit& lit;
    ImVec2 from{0, 0}, to{0, 0};  // corners in window pixels
    const render::Scene& scene() const { return *shown.scene(); }
    const app::Picture& picture() const { return *shown.picture(); }
    const model::ParcelTable& parcels() const { return *picture().project->parcels; }
    base::Date date() const { return picture().status->as_of; }
  };

  bool update_before(Workspace& workspace, const TiledScene::Wish& now);
  void let_go_of_before(Workspace& workspace);
  bool update_ellipsoid(Workspace& workspace);
  std::vector<Side> sides();                      // that have a scene, from left to right
  std::optional<Side> side_at(ImVec2 in_window);  // nullopt where there is no scene
  void place_line(const Frame& frame, CommandQueue& commands);
  static float date_width(const Frame& frame);

  void handle_mouse(const Frame& frame, CommandQueue& commands);
  void click(const Frame& frame, CommandQueue& commands, ImVec2 mouse, bool add);
  void sketch(const Frame& frame, CommandQueue& commands, bool hovered);
  // `area`: an envelope or a closed ring. As it is on the side where the mouse is.
  template <class Area>
  void select_in(const Frame& frame, CommandQueue& commands, const Area& area, bool add);
  void update_lit(const Frame& frame, const Side& side);
  void select_lit(const Side& side);
  void draw_changes(const Frame& frame, ImDrawList& list, const Side& side);
  void draw_selection(const Frame& frame, ImDrawList& list, const Side& side);
  void draw_labels(const Frame& frame, ImDrawList& list, const Side& side) const;
  void draw_line(const Frame& frame, ImDrawList& list) const;
  void draw_grip(const Frame& frame, CommandQueue& commands);
  void draw_before_date(const Frame& frame, CommandQueue& commands);
  void draw_now_date(const Frame& frame, ImDrawList& list) const;
  std::vector<ImVec2> draw_sketch(const Frame& frame, ImDrawList& list, const std::vector<geom::Coord>& points,
                                  ImU32 colour) const;
  void draw_area(const Frame& frame, ImDrawList& list) const;
  void draw_snap(const Frame& frame, ImDrawList& list) const;
  void draw_measure(const Frame& frame, ImDrawList& list);
  void draw_furniture(const Frame& frame, ImDrawList& list);
  bool tools_are_wide(const Frame& frame) const;
  void draw_tools(const Frame& frame, CommandQueue& commands);
  void draw_hover_card(const Frame& frame);

  const int m_tile_px;
  const std::function<void()> m_wake;
  TiledScene m_now;                      // of the as-of date
  std::unique_ptr<TiledScene> m_before;  // of the date that is compared with; none while it is not shown
  bool m_before_due = false;             // another one than it shows was asked for
  Lit m_lit_now, m_lit_before;
  std::unique_ptr<gl::TilePainter> m_painter;

  MapWindow m_window;             // of this frame
  int m_level = 0;                // of its tiles
  std::optional<float> m_line_x;  // whole window pixels; none: one date only
  float m_line_grip = 0;          // from the line to where it was taken
  CompareMenu m_compare;
  struct Section {  // of what is under the overlay
    gl::PixelRect clip;
    style::Rgba background;
    std::vector<TiledScene::TileDraw> tiles;  // in this order
  };
  std::vector<Section> m_painting;

  // Mouse
  enum class Gesture { none, pan, box } m_gesture = Gesture::none;
  ImVec2 m_press{0, 0};
  float m_wheel_rest = 0;
  std::optional<std::uint32_t> m_hovered;
  std::optional<base::Date> m_hovered_at;  // the date of its side
  std::optional<geom::Coord> m_cursor;
  std::optional<render::Snapped> m_snapped;  // while a tool draws
  bool m_ended_sketch = false;               // by the press that is still held

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
