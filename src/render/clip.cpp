#include "render/clip.h"

#include <cmath>

namespace zaitu::render {

std::vector<geom::Coord> clip_ring(const std::vector<geom::Coord>& ring, const geom::Envelope& box) {
  std::vector<geom::Coord> kept = ring;
  if (kept.size() > 1 && kept.front() == kept.back()) kept.pop_back();
  for (int side = 0; side < 4 && !kept.empty(); ++side) {
    const auto inside = [&](geom::Coord c) {  // signed distance into the half plane
      switch (side) {
        case 0:
          return c.x - box.min_x;
        case 1:
          return box.max_x - c.x;
        case 2:
          return c.y - box.min_y;
        default:
          return box.max_y - c.y;
      }
    };
    std::vector<geom::Coord> next;
    next.reserve(kept.size() + 4);
    for (std::size_t i = 0; i < kept.size(); ++i) {
      const geom::Coord a = kept[i];
      const geom::Coord b = kept[(i + 1) % kept.size()];
      const double da = inside(a);
      const double db = inside(b);
      if (da >= 0) next.push_back(a);
      if ((da >= 0) != (db >= 0)) {
        const double t = da / (da - db);
        next.push_back({a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t});
      }
    }
    kept.swap(next);
  }
  if (kept.size() < 3) kept.clear();
  return kept;
}

std::vector<ClippedPath> clip_path(const std::vector<geom::Coord>& path, const geom::Envelope& box) {
  std::vector<ClippedPath> pieces;
  double length = 0;
  bool open = false;
  for (std::size_t i = 1; i < path.size(); ++i) {
    const geom::Coord a = path[i - 1];
    const geom::Coord b = path[i];
    const double dx = b.x - a.x;
    const double dy = b.y - a.y;
    const double segment = std::hypot(dx, dy);
    double from = 0, to = 1;
    bool outside = false;
    const double p[4] = {-dx, dx, -dy, dy};
    const double q[4] = {a.x - box.min_x, box.max_x - a.x, a.y - box.min_y, box.max_y - a.y};
    for (int side = 0; side < 4; ++side) {
      if (p[side] == 0) {
        outside = outside || q[side] < 0;
      } else if (p[side] < 0) {
        from = std::max(from, q[side] / p[side]);
      } else {
        to = std::min(to, q[side] / p[side]);
      }
    }
    if (outside || from > to) {
      open = false;
    } else {
      if (!open || from > 0) {
        pieces.push_back({{{a.x + dx * from, a.y + dy * from}}, length + segment * from});
      }
      pieces.back().vertices.push_back({a.x + dx * to, a.y + dy * to});
      open = to >= 1;
    }
    length += segment;
  }
  return pieces;
}

}  // namespace zaitu::render
