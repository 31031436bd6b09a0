#include "ui/map_camera.h"

#include <algorithm>
#include <cmath>

namespace zaitu::ui {

double MapCamera::resolution(int level) { return std::exp2(static_cast<double>(level) / steps_per_doubling); }

void MapCamera::set_bounds(const geom::Envelope& extent) {
  const double size = std::max(extent.width(), extent.height());
  if (!(size > 0)) return;
  // From the whole extent in 100 px to the extent spread over two million px (a few mm per pixel for a town).
  m_max_level = static_cast<int>(std::ceil(std::log2(size / 100) * steps_per_doubling));
  m_min_level = static_cast<int>(std::floor(std::log2(size / 2e6) * steps_per_doubling));
}

void MapCamera::fit(const geom::Envelope& box, int width_px, int height_px, bool smooth) {
  if (box.empty() || width_px < 1 || height_px < 1) return;
  const double margin = 0.94;
  double scale = std::max(box.width() / (margin * width_px), box.height() / (margin * height_px));
  // A single point or a very small parcel is shown with its surroundings.
  scale = std::max(scale, resolution(m_min_level + 6 * steps_per_doubling));
  m_level = std::clamp(static_cast<int>(std::ceil(std::log2(scale) * steps_per_doubling)), m_min_level, m_max_level);
  m_goal = box.centre();
  m_anchored = false;
  m_moving = true;
  if (smooth) return;
  m_centre = m_goal;
  m_per_px_now = resolution(m_level);
  m_moving = false;
}

void MapCamera::pan_px(double dx, double dy) {
  if (m_moving && !m_anchored)
    m_moving = false, m_level = static_cast<int>(std::lround(std::log2(m_per_px_now) * steps_per_doubling)),
    m_per_px_now = resolution(m_level);
  m_centre.x -= dx * m_per_px_now;
  m_centre.y += dy * m_per_px_now;
  m_anchor_px.x += dx;
  m_anchor_px.y += dy;
}

void MapCamera::zoom(int steps, geom::Coord offset_px) {
  m_level = std::clamp(m_level + steps, m_min_level, m_max_level);
  m_anchor = {m_centre.x + offset_px.x * m_per_px_now, m_centre.y - offset_px.y * m_per_px_now};
  m_anchor_px = offset_px;
  m_anchored = true;
  m_moving = true;
}

void MapCamera::centre_on(geom::Coord place) {
  m_goal = place;
  m_anchored = false;
  m_moving = true;
}

bool MapCamera::tick(double seconds) {
  if (!m_moving) return false;
  const double target = resolution(m_level);
  const double share = 1 - std::exp(-seconds * 16);  // of the way that is left
  const double log_now = std::log(m_per_px_now), log_target = std::log(target);
  m_per_px_now = std::exp(log_now + (log_target - log_now) * share);
  const double left = std::abs(std::log(m_per_px_now) - log_target);
  if (m_anchored) {
    if (left < 0.004) m_per_px_now = target, m_moving = false;
    m_centre = {m_anchor.x - m_anchor_px.x * m_per_px_now, m_anchor.y + m_anchor_px.y * m_per_px_now};
    return m_moving;
  }
  m_centre.x += (m_goal.x - m_centre.x) * share;
  m_centre.y += (m_goal.y - m_centre.y) * share;
  const double away_px = std::hypot(m_goal.x - m_centre.x, m_goal.y - m_centre.y) / m_per_px_now;
  if (left < 0.004 && away_px < 0.6) m_per_px_now = target, m_centre = m_goal, m_moving = false;
  return m_moving;
}

}  // namespace zaitu::ui
