#include "geom/shared_area.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "geom/measure.h"

namespace zaitu::geom {

namespace {

constexpr std::size_t most_vertices = 64;

double cross(Coord a, Coord b, Coord c) { return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x); }

// A straight line over [x0, x1] with the sign of its trapezoid: where a polygon's inside is below it, +1.
struct Line {
  double x0, x1, y0, y1;  // x0 < x1
  double sign;
  double at(double x) const { return x >= x1 ? y1 : y0 + (y1 - y0) * ((x - x0) / (x1 - x0)); }
};

// `inside_left`: 1, or -1 for an edge of a clockwise ring.
Line line_of(Coord a, Coord b, double inside_left) {
  return a.x < b.x ? Line{a.x, b.x, a.y, b.y, -inside_left} : Line{b.x, a.x, b.y, a.y, inside_left};
}

// Area between y = 0 and the lower of two lines, where both are above 0; p is never below.
double area_under_both(const Line& p, const Line& q) {
  double from = std::max(p.x0, q.x0), to = std::min(p.x1, q.x1);
  if (!(from < to)) return 0;
  double q0 = q.at(from), q1 = q.at(to);
  if (q0 <= 0 && q1 <= 0) return 0;
  double p0 = p.at(from), p1 = p.at(to);
  if (q0 < 0 || q1 < 0) {
    const double t = q0 / (q0 - q1), x = from + (to - from) * t, y = p0 + (p1 - p0) * t;
    if (q0 < 0) {
      from = x, q0 = 0, p0 = y;
    } else {
      to = x, q1 = 0, p1 = y;
    }
  }
  const double width = to - from, above0 = p0 - q0, above1 = p1 - q1;
  if (above0 <= 0 && above1 <= 0) return (p0 + p1) / 2 * width;
  if (above0 >= 0 && above1 >= 0) return (q0 + q1) / 2 * width;
  const double t = above0 / (above0 - above1), crossing = p0 + (p1 - p0) * t;
  return ((std::min(p0, q0) + crossing) * t + (crossing + std::min(p1, q1)) * (1 - t)) / 2 * width;
}

}  // namespace

bool is_clearly_simple(Ring ring) {
  if (ring.size() < 4 || ring.size() > most_vertices || ring.front() != ring.back()) return false;
  const std::size_t edges = ring.size() - 1;
  std::array<Coord, most_vertices> at;  // from the first vertex, so that products keep their digits
  for (std::size_t i = 0; i < ring.size(); ++i) at[i] = {ring[i].x - ring[0].x, ring[i].y - ring[0].y};
  constexpr double clear_m2 = 1e-7;
  const auto beside = [&](Coord a, Coord b, Coord c, Coord d) {  // c-d on one side of the line a-b
    const double side_c = cross(a, b, c), side_d = cross(a, b, d);
    return (side_c > clear_m2 && side_d > clear_m2) || (side_c < -clear_m2 && side_d < -clear_m2);
  };
  for (std::size_t i = 0; i < edges; ++i) {
    const Coord a = at[i], b = at[i + 1], next = at[i + 2 <= edges ? i + 2 : 1];
    const double turn = cross(a, b, next);
    const double ahead = (b.x - a.x) * (next.x - b.x) + (b.y - a.y) * (next.y - b.y);
    if (std::abs(turn) <= clear_m2 && !(ahead > 0)) return false;  // folds back, or an edge without length
    for (std::size_t j = i + 2; j < edges; ++j) {
      if (i == 0 && j == edges - 1) continue;  // these two follow each other
      const Coord c = at[j], d = at[j + 1];
      if (std::max(a.x, b.x) < std::min(c.x, d.x) || std::max(c.x, d.x) < std::min(a.x, b.x) ||
          std::max(a.y, b.y) < std::min(c.y, d.y) || std::max(c.y, d.y) < std::min(a.y, b.y)) {
        continue;
      }
      if (!beside(a, b, c, d) && !beside(c, d, a, b)) return false;
    }
  }
  return true;
}

double shared_area(Ring ring, std::span<const Edge> edges) {
  Envelope box;
  for (const Coord c : ring) box.expand(c);
  const Coord origin{box.min_x, box.min_y};
  const auto local = [&](Coord c) { return Coord{c.x - origin.x, c.y - origin.y}; };
  const double direction = signed_area(ring) < 0 ? -1 : 1;
  double sum = 0;
  for (const Edge& edge : edges) {
    if (edge.a.x == edge.b.x) continue;
    const Line q = line_of(local(edge.a), local(edge.b), 1);
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      if (ring[i].x == ring[i + 1].x) continue;
      const Line p = line_of(local(ring[i]), local(ring[i + 1]), direction);
      sum += p.sign * q.sign * area_under_both(p, q);
    }
  }
  return std::max(sum, 0.0);
}

double shared_area(std::span<const Edge> a, std::span<const Edge> b, Coord origin) {
  const auto local = [&](Coord c) { return Coord{c.x - origin.x, c.y - origin.y}; };
  double sum = 0;
  for (const Edge& of_a : a) {
    if (of_a.a.x == of_a.b.x) continue;
    const Line p = line_of(local(of_a.a), local(of_a.b), 1);
    for (const Edge& of_b : b) {
      if (of_b.a.x == of_b.b.x) continue;
      const Line q = line_of(local(of_b.a), local(of_b.b), 1);
      sum += p.sign * q.sign * area_under_both(p, q);
    }
  }
  return std::max(sum, 0.0);
}

}  // namespace zaitu::geom
