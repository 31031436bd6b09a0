#include "geom/measure.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <utility>

namespace zaitu::geom {

namespace {

double squared_distance_to_segment(Coord p, Coord a, Coord b) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double length2 = dx * dx + dy * dy;
  double t = length2 > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2 : 0;
  t = std::clamp(t, 0.0, 1.0);
  const double ex = a.x + t * dx - p.x;
  const double ey = a.y + t * dy - p.y;
  return ex * ex + ey * ey;
}

template <class Visit>
void for_each_ring(const FeatureGeometry& geometry, Visit visit) {
  for (std::size_t p = 0; p < geometry.part_count(); ++p) {
    const PartView part = geometry.part(p);
    for (std::size_t r = 0; r < part.ring_count(); ++r) visit(part.ring(r), r == 0);
  }
}

// Even-odd crossing count of one ring to the right of the point.
bool crosses_odd(Ring ring, Coord p) {
  bool inside = false;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const Coord a = ring[i];
    const Coord b = ring[i + 1];
    if ((a.y > p.y) == (b.y > p.y)) continue;
    // Differences from the point, so that large eastings lose no digits.
    if (p.x - a.x < (b.x - a.x) * ((p.y - a.y) / (b.y - a.y))) inside = !inside;
  }
  return inside;
}

double squared_distance_to_rings(const PartView& part, Coord p) {
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t r = 0; r < part.ring_count(); ++r) {
    const Ring ring = part.ring(r);
    if (ring.size() == 1) best = std::min(best, squared_distance_to_segment(p, ring[0], ring[0]));
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      best = std::min(best, squared_distance_to_segment(p, ring[i], ring[i + 1]));
    }
  }
  return best;
}

bool part_contains(const PartView& part, Coord p) {
  bool inside = false;
  for (std::size_t r = 0; r < part.ring_count(); ++r) inside ^= crosses_odd(part.ring(r), p);
  return inside;
}

// Liang-Barsky clipping of a segment against a box; touching counts.
bool segment_meets(Coord a, Coord b, const Envelope& box) {
  double from = 0;
  double to = 1;
  const auto clip = [&](double start, double step, double low, double high) {
    if (step == 0) return low <= start && start <= high;
    double t0 = (low - start) / step;
    double t1 = (high - start) / step;
    if (t0 > t1) std::swap(t0, t1);
    from = std::max(from, t0);
    to = std::min(to, t1);
    return from <= to;
  };
  return clip(a.x, b.x - a.x, box.min_x, box.max_x) && clip(a.y, b.y - a.y, box.min_y, box.max_y);
}

// Do the segments have a point in common?
bool segments_meet(Coord a, Coord b, Coord c, Coord d) {
  const auto side = [](Coord from, Coord to, Coord p) {
    return (to.x - from.x) * (p.y - from.y) - (to.y - from.y) * (p.x - from.x);
  };
  const double c_side = side(a, b, c), d_side = side(a, b, d), a_side = side(c, d, a), b_side = side(c, d, b);
  if (c_side == 0 && d_side == 0) {  // on one line
    return std::max(std::min(a.x, b.x), std::min(c.x, d.x)) <= std::min(std::max(a.x, b.x), std::max(c.x, d.x)) &&
           std::max(std::min(a.y, b.y), std::min(c.y, d.y)) <= std::min(std::max(a.y, b.y), std::max(c.y, d.y));
  }
  return c_side * d_side <= 0 && a_side * b_side <= 0;
}

struct AreaMoment {
  double area2 = 0;  // twice the area
  double x = 0, y = 0;
};

// Moments about `origin`; the ring counts with the sign `wanted`, whatever its direction.
void add_moment(AreaMoment& sum, Ring ring, Coord origin, double wanted) {
  AreaMoment moment;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const double ax = ring[i].x - origin.x;
    const double ay = ring[i].y - origin.y;
    const double bx = ring[i + 1].x - origin.x;
    const double by = ring[i + 1].y - origin.y;
    const double cross = ax * by - bx * ay;
    moment.area2 += cross;
    moment.x += (ax + bx) * cross;
    moment.y += (ay + by) * cross;
  }
  const double sign = moment.area2 * wanted < 0 ? -1 : 1;
  sum.area2 += sign * moment.area2;
  sum.x += sign * moment.x;
  sum.y += sign * moment.y;
}

}  // namespace

double signed_area(Ring ring) {
  if (ring.size() < 3) return 0;
  const Coord origin = ring[0];
  double area2 = 0;
  for (std::size_t i = 1; i + 1 < ring.size(); ++i) {
    const double ax = ring[i].x - origin.x;
    const double ay = ring[i].y - origin.y;
    const double bx = ring[i + 1].x - origin.x;
    const double by = ring[i + 1].y - origin.y;
    area2 += ax * by - bx * ay;
  }
  return area2 / 2;
}

double area(const FeatureGeometry& geometry) {
  if (geometry.kind() != GeometryKind::polygon) return 0;
  double sum = 0;
  for_each_ring(geometry, [&](Ring ring, bool shell) {
    const double ring_area = std::abs(signed_area(ring));
    sum += shell ? ring_area : -ring_area;
  });
  return sum;
}

double length(const FeatureGeometry& geometry) {
  double sum = 0;
  for_each_ring(geometry, [&](Ring ring, bool) {
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      sum += std::hypot(ring[i + 1].x - ring[i].x, ring[i + 1].y - ring[i].y);
    }
  });
  return sum;
}

Coord centroid(const FeatureGeometry& geometry) {
  const std::span<const Coord> vertices = geometry.vertices();
  if (vertices.empty()) return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  const Coord origin = vertices[0];
  if (geometry.kind() == GeometryKind::polygon) {
    AreaMoment moment;
    for_each_ring(geometry, [&](Ring ring, bool shell) { add_moment(moment, ring, origin, shell ? 1 : -1); });
    if (moment.area2 > 0) {
      return {origin.x + moment.x / (3 * moment.area2), origin.y + moment.y / (3 * moment.area2)};
    }
  }
  double weight = 0;
  Coord sum;
  for_each_ring(geometry, [&](Ring ring, bool) {
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const double w = std::hypot(ring[i + 1].x - ring[i].x, ring[i + 1].y - ring[i].y);
      weight += w;
      sum.x += w * ((ring[i].x - origin.x) + (ring[i + 1].x - origin.x)) / 2;
      sum.y += w * ((ring[i].y - origin.y) + (ring[i + 1].y - origin.y)) / 2;
    }
  });
  if (weight > 0) return {origin.x + sum.x / weight, origin.y + sum.y / weight};
  for (Coord c : vertices) {
    sum.x += c.x - origin.x;
    sum.y += c.y - origin.y;
  }
  const auto count = static_cast<double>(vertices.size());
  return {origin.x + sum.x / count, origin.y + sum.y / count};
}

Coord label_point(const FeatureGeometry& geometry, double precision) {
  const Coord start = centroid(geometry);
  if (geometry.kind() != GeometryKind::polygon || geometry.empty()) return start;

  // The largest part carries the label.
  std::size_t largest = 0;
  double largest_area = -1;
  for (std::size_t p = 0; p < geometry.part_count(); ++p) {
    const PartView part = geometry.part(p);
    const double part_area = part.ring_count() == 0 ? 0 : std::abs(signed_area(part.shell()));
    if (part_area > largest_area) {
      largest_area = part_area;
      largest = p;
    }
  }
  const PartView part = geometry.part(largest);
  Envelope box;
  for (std::size_t r = 0; r < part.ring_count(); ++r) {
    for (Coord c : part.ring(r)) box.expand(c);
  }
  if (!(largest_area > 0) || !std::isfinite(box.width()) || !std::isfinite(box.height())) return start;

  // Best-first search: a cell can hold no point farther from the edges than its centre's distance plus its radius.
  struct Cell {
    Coord centre;
    double half = 0;
    double distance = 0;  // negative outside
    double bound = 0;
    bool operator<(const Cell& other) const { return bound < other.bound; }
  };
  const auto make_cell = [&](Coord centre, double half) {
    const double away = std::sqrt(squared_distance_to_rings(part, centre));
    const double distance = part_contains(part, centre) ? away : -away;
    return Cell{centre, half, distance, distance + half * std::sqrt(2.0)};
  };
  const double size = std::max(box.width(), box.height());
  const double tolerance = std::max(precision, size * 1e-4);
  Cell best = make_cell(start, 0);
  std::priority_queue<Cell> cells;
  // Square cells over the box, as many along the long side as the box is slim, within reason.
  const double short_side = std::min(box.width(), box.height());
  const double half = std::max(short_side, size / 64) / 2;
  const int columns = static_cast<int>(std::ceil(box.width() / (2 * half)));
  const int rows = static_cast<int>(std::ceil(box.height() / (2 * half)));
  for (int column = 0; column < columns; ++column) {
    for (int row = 0; row < rows; ++row) {
      cells.push(make_cell({box.min_x + (2 * column + 1) * half, box.min_y + (2 * row + 1) * half}, half));
    }
  }
  // Polygons near the resolution of doubles never converge: the search ends anyway.
  int budget = 20000;
  while (!cells.empty() && --budget > 0) {
    const Cell cell = cells.top();
    cells.pop();
    if (cell.distance > best.distance) best = cell;
    if (cell.bound - best.distance <= tolerance) break;
    const double quarter = cell.half / 2;
    for (const double dx : {-quarter, quarter}) {
      for (const double dy : {-quarter, quarter}) {
        cells.push(make_cell({cell.centre.x + dx, cell.centre.y + dy}, quarter));
      }
    }
  }
  return best.centre;
}

bool contains(const FeatureGeometry& polygon, Coord point) {
  if (polygon.kind() != GeometryKind::polygon) return false;
  for (std::size_t p = 0; p < polygon.part_count(); ++p) {
    if (part_contains(polygon.part(p), point)) return true;
  }
  return false;
}

double distance(const FeatureGeometry& geometry, Coord point) {
  if (contains(geometry, point)) return 0;
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t p = 0; p < geometry.part_count(); ++p) {
    best = std::min(best, squared_distance_to_rings(geometry.part(p), point));
  }
  return std::sqrt(best);
}

bool intersects(const FeatureGeometry& geometry, const Envelope& box) {
  if (box.empty()) return false;
  bool meets = false;
  for_each_ring(geometry, [&](Ring ring, bool) {
    if (ring.size() == 1) meets = meets || box.contains(ring[0]);
    for (std::size_t i = 0; i + 1 < ring.size() && !meets; ++i) meets = segment_meets(ring[i], ring[i + 1], box);
  });
  // No edge meets the box: it lies wholly inside or wholly outside.
  return meets || contains(geometry, box.centre());
}

bool intersects(const FeatureGeometry& polygon, Ring area) {
  if (polygon.kind() != GeometryKind::polygon || polygon.empty() || area.size() < 4) return false;
  const Envelope box = polygon.envelope();
  bool meets = false;
  for (std::size_t i = 0; i + 1 < area.size() && !meets; ++i) {
    if (!segment_meets(area[i], area[i + 1], box)) continue;
    for_each_ring(polygon, [&](Ring ring, bool) {
      for (std::size_t k = 0; k + 1 < ring.size() && !meets; ++k) {
        meets = segments_meet(area[i], area[i + 1], ring[k], ring[k + 1]);
      }
    });
  }
  if (meets) return true;
  // The rims do not meet: one lies wholly inside or wholly outside the other.
  for (std::size_t p = 0; p < polygon.part_count(); ++p) {
    const Ring shell = polygon.part(p).shell();
    if (!shell.empty() && crosses_odd(area, shell[0])) return true;
  }
  return contains(polygon, area[0]);
}

}  // namespace zaitu::geom
