// Where the map looks: centre and scale, with smooth steps between quantised scales, so that tiles are shown pixel by
// pixel when the map rests. Value type, main thread. Coordinates are of the project's CRS, y = north.
#pragma once

#include "geom/geometry.h"
#include "render/map.h"

namespace zaitu::ui {

class MapCamera {
 public:
  static constexpr int steps_per_doubling = 4;
  static double resolution(int level);  // CRS units per device pixel

  geom::Coord centre() const { return m_centre; }
  double m_per_px() const { return m_per_px_now; }
  int level() const { return m_level; }  // the scale it rests at or moves to
  bool moving() const { return m_moving; }
  render::View view(int width_px, int height_px) const { return {m_centre, m_per_px_now, width_px, height_px}; }

  // Limits zooming to what makes sense for the project's extent; does not move.
  void set_bounds(const geom::Envelope& extent);
  void fit(const geom::Envelope& box, int width_px, int height_px, bool smooth);
  void pan_px(double dx, double dy);
  // Keeps the point under `offset_px` (from the centre of the view, y down) in its place.
  void zoom(int steps, geom::Coord offset_px);
  void centre_on(geom::Coord place);
  // Moves on by `seconds`; true while it moves.
  bool tick(double seconds);

 private:
  geom::Coord m_centre;
  double m_per_px_now = 1;
  int m_level = 0;
  int m_min_level = -40, m_max_level = 60;
  bool m_moving = false;
  bool m_anchored = false;  // a zoom about a point, else a flight to m_goal
  geom::Coord m_anchor, m_anchor_px, m_goal;
};

}  // namespace zaitu::ui
