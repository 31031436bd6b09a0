#include <algorithm>
#include <cmath>

#include "render/map.h"

namespace zaitu::render {

geom::Envelope View::extent() const {
  const double half_width = m_per_px * width_px / 2;
  const double half_height = m_per_px * height_px / 2;
  return {centre.x - half_width, centre.y - half_height, centre.x + half_width, centre.y + half_height};
}

geom::Coord View::to_screen(geom::Coord map) const {
  return {(map.x - centre.x) / m_per_px + width_px / 2.0, (centre.y - map.y) / m_per_px + height_px / 2.0};
}

geom::Coord View::to_map(geom::Coord screen) const {
  return {centre.x + (screen.x - width_px / 2.0) * m_per_px, centre.y - (screen.y - height_px / 2.0) * m_per_px};
}

View View::of_design() const {
  View design = *this;
  design.m_per_px = m_per_px * px_scale;
  design.width_px = static_cast<int>(std::lround(width_px / px_scale));
  design.height_px = static_cast<int>(std::lround(height_px / px_scale));
  design.px_scale = 1;
  return design;
}

View View::fitting(const geom::Envelope& box, int width_px, int height_px, double margin_px) {
  View view;
  view.width_px = width_px;
  view.height_px = height_px;
  if (box.empty()) return view;
  view.centre = box.centre();
  const double free_width = std::max(1.0, width_px - 2 * margin_px);
  const double free_height = std::max(1.0, height_px - 2 * margin_px);
  view.m_per_px = std::max(box.width() / free_width, box.height() / free_height);
  // A single point (or a degenerate box) still gets a scale to look at it.
  if (!(view.m_per_px > 0)) view.m_per_px = 1;
  return view;
}

}  // namespace zaitu::render
