#include "render/stroke.h"

#include <cmath>

namespace zaitu::render {

namespace {

struct Vector {
  double x = 0, y = 0;
};

Point moved(Point p, double dx, double dy) { return {p.x + std::llround(dx), p.y + std::llround(dy)}; }

class Stroker {
 public:
  Stroker(CoverageRasteriser& coverage, const Pen& pen)
      : m_coverage(coverage),
        m_half(pen.width_px / 2 * static_cast<double>(subpixel)),
        m_round(pen.round),
        m_reach(static_cast<std::int64_t>(m_half * miter_limit) + subpixel) {}

  // Nothing of a segment with its caps and joins reaches the tile.
  bool off_tile(Point a, Point b) const {
    const std::int64_t right = static_cast<std::int64_t>(m_coverage.width()) << subpixel_bits;
    const std::int64_t bottom = static_cast<std::int64_t>(m_coverage.height()) << subpixel_bits;
    return (a.x < -m_reach && b.x < -m_reach) || (a.y < -m_reach && b.y < -m_reach) ||
           (a.x > right + m_reach && b.x > right + m_reach) || (a.y > bottom + m_reach && b.y > bottom + m_reach);
  }

  void segment(Point a, Point b, Vector direction) {
    const double nx = -direction.y * m_half;
    const double ny = direction.x * m_half;
    ring(moved(a, nx, ny), moved(b, nx, ny), moved(b, -nx, -ny), moved(a, -nx, -ny));
  }

  void join(Point at, Vector before, Vector after) {
    const double turn = before.x * after.y - before.y * after.x;
    const double along = before.x * after.x + before.y * after.y;
    if (std::abs(turn) < 1e-6 && along > 0) return;
    // The outer side of the bend: left of the path when it turns right.
    const double side = turn > 0 ? -1 : 1;
    const Vector from{-before.y * m_half * side, before.x * m_half * side};
    const Vector to{-after.y * m_half * side, after.x * m_half * side};
    m_fan.clear();
    m_fan.push_back(at);
    m_fan.push_back(moved(at, from.x, from.y));
    if (m_round) {
      add_arc(at, from, to);
    } else if (1 + along > 2 / (miter_limit * miter_limit)) {
      const double scale = 1 / (1 + along);
      m_fan.push_back(moved(at, (from.x + to.x) * scale, (from.y + to.y) * scale));
    }
    m_fan.push_back(moved(at, to.x, to.y));
    fill_fan();
  }

  void cap(Point at, Vector direction) {  // round, beyond the end of a path running in `direction`
    if (!m_round) return;
    const Vector from{direction.y * m_half, -direction.x * m_half};
    const Vector middle{direction.x * m_half, direction.y * m_half};
    const Vector to{-from.x, -from.y};
    m_fan.clear();
    m_fan.push_back(at);
    m_fan.push_back(moved(at, from.x, from.y));
    add_arc(at, from, middle);
    m_fan.push_back(moved(at, middle.x, middle.y));
    add_arc(at, middle, to);
    m_fan.push_back(moved(at, to.x, to.y));
    fill_fan();
  }

 private:
  static constexpr double miter_limit = 3;

  // Points strictly between two radii, the shorter way round, by halving: no trigonometry, same on every machine.
  void add_arc(Point at, Vector from, Vector to, int depth = 0) {
    const double chord_x = to.x - from.x;
    const double chord_y = to.y - from.y;
    const double flat_enough = m_half * 0.3 * static_cast<double>(subpixel);
    if (depth > 6 || chord_x * chord_x + chord_y * chord_y < flat_enough * 2) return;
    Vector middle{from.x + to.x, from.y + to.y};
    const double length = std::sqrt(middle.x * middle.x + middle.y * middle.y);
    if (length < m_half * 1e-3) {  // straight back: either way is the shorter one
      middle = {from.y, -from.x};
    } else {
      middle = {middle.x / length * m_half, middle.y / length * m_half};
    }
    add_arc(at, from, middle, depth + 1);
    m_fan.push_back(moved(at, middle.x, middle.y));
    add_arc(at, middle, to, depth + 1);
  }

  void fill_fan() {
    double twice_area = 0;
    for (std::size_t i = 1; i + 1 < m_fan.size(); ++i) {
      const double ux = static_cast<double>(m_fan[i].x - m_fan[0].x), uy = static_cast<double>(m_fan[i].y - m_fan[0].y);
      const double vx = static_cast<double>(m_fan[i + 1].x - m_fan[0].x);
      const double vy = static_cast<double>(m_fan[i + 1].y - m_fan[0].y);
      twice_area += ux * vy - uy * vx;
    }
    const std::size_t n = m_fan.size();
    for (std::size_t i = 0; i < n; ++i) {
      const Point a = m_fan[i];
      const Point b = m_fan[(i + 1) % n];
      // segment() makes rings of negative turn; a fan follows suit.
      if (twice_area <= 0) {
        m_coverage.add_edge(a, b);
      } else {
        m_coverage.add_edge(b, a);
      }
    }
  }

  void ring(Point a, Point b, Point c, Point d) {
    m_coverage.add_edge(a, b);
    m_coverage.add_edge(b, c);
    m_coverage.add_edge(c, d);
    m_coverage.add_edge(d, a);
  }

  CoverageRasteriser& m_coverage;
  double m_half;
  bool m_round;
  std::int64_t m_reach;
  std::vector<Point> m_fan;
};

double length_of(Point a, Point b) {
  const double dx = static_cast<double>(b.x - a.x);
  const double dy = static_cast<double>(b.y - a.y);
  return std::sqrt(dx * dx + dy * dy);
}

Vector direction_of(Point a, Point b, double length) {
  return {static_cast<double>(b.x - a.x) / length, static_cast<double>(b.y - a.y) / length};
}

void stroke_unbroken(Stroker& stroker, std::span<const Point> path, bool closed) {
  Vector before, first;
  bool any = false;
  Point first_at = path.front();
  for (std::size_t i = 1; i < path.size(); ++i) {
    const double length = length_of(path[i - 1], path[i]);
    if (length <= 0) continue;
    const Vector direction = direction_of(path[i - 1], path[i], length);
    if (!stroker.off_tile(path[i - 1], path[i])) {
      stroker.segment(path[i - 1], path[i], direction);
      if (any) stroker.join(path[i - 1], before, direction);
    } else if (any && !stroker.off_tile(path[i - 1], path[i - 1])) {
      stroker.join(path[i - 1], before, direction);
    }
    if (!any) {
      first = direction;
      first_at = path[i - 1];
    }
    any = true;
    before = direction;
  }
  if (!any) return;
  if (closed) {
    if (!stroker.off_tile(first_at, first_at)) stroker.join(first_at, before, first);
  } else {
    stroker.cap(path.front(), {-first.x, -first.y});
    stroker.cap(path.back(), before);
  }
}

void stroke_dashed(Stroker& stroker, std::span<const Point> path, std::span<const float> dash_px) {
  double period = 0;
  for (float part : dash_px) period += static_cast<double>(part);
  if (!(period > 0)) return;
  const double unit = static_cast<double>(subpixel);
  // The pattern starts with the path, wherever the tile lies.
  std::size_t part = 0;
  double left = static_cast<double>(dash_px[0]) * unit;
  bool pen_was_down = false;
  Vector before;
  const auto next_part = [&] {
    part = (part + 1) % dash_px.size();
    left = static_cast<double>(dash_px[part]) * unit;
  };
  for (std::size_t i = 1; i < path.size(); ++i) {
    const Point a = path[i - 1];
    const Point b = path[i];
    const double length = length_of(a, b);
    if (length <= 0) continue;
    const Vector direction = direction_of(a, b, length);
    if (stroker.off_tile(a, b)) {
      double rest = std::fmod(length, period * unit);
      while (rest >= left) {
        rest -= left;
        next_part();
      }
      left -= rest;
      pen_was_down = part % 2 == 0;
      before = direction;
      continue;
    }
    if (pen_was_down && part % 2 == 0) stroker.join(a, before, direction);
    double done = 0;
    while (done < length) {
      const double take = std::min(left, length - done);
      const Point from = moved(a, direction.x * done, direction.y * done);
      const Point to = moved(a, direction.x * (done + take), direction.y * (done + take));
      if (part % 2 == 0 && !stroker.off_tile(from, to)) stroker.segment(from, to, direction);
      done += take;
      left -= take;
      if (left <= 1e-9) next_part();
    }
    pen_was_down = part % 2 == 0;
    before = direction;
  }
}

}  // namespace

void drop_close_vertices(std::vector<Point>& path) {
  if (path.size() < 3) return;
  constexpr std::int64_t near = subpixel / 2;
  std::size_t kept = 1;
  for (std::size_t i = 1; i + 1 < path.size(); ++i) {
    const std::int64_t dx = path[i].x - path[kept - 1].x;
    const std::int64_t dy = path[i].y - path[kept - 1].y;
    if (dx > near || dx < -near || dy > near || dy < -near) path[kept++] = path[i];
  }
  path[kept++] = path.back();
  path.resize(kept);
}

void add_stroke(CoverageRasteriser& coverage, std::span<const Point> path, bool closed, const Pen& pen) {
  if (path.size() < 2 || !(pen.width_px > 0)) return;
  Stroker stroker(coverage, pen);
  if (pen.dash_px.size() >= 2) {
    stroke_dashed(stroker, path, pen.dash_px);
  } else {
    stroke_unbroken(stroker, path, closed);
  }
}

}  // namespace zaitu::render
