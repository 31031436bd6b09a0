#include "chart/dashes.h"

#include <algorithm>
#include <cmath>

namespace zaitu::chart {

std::vector<std::pair<Point, Point>> dashes(const std::vector<Point>& points, const std::vector<double>& pattern) {
  std::vector<std::pair<Point, Point>> pieces;
  if (pattern.empty()) return pieces;
  // What rounding leaves of a length is no length: a walk in such steps would not move on.
  constexpr double shortest = 0.5, nothing = 1e-6;
  const std::size_t count = pattern.size() % 2 == 0 ? pattern.size() : 2 * pattern.size();
  const auto length_of = [&](std::size_t i) { return std::max(pattern[i % pattern.size()], shortest); };
  std::size_t at = 0;
  double left = length_of(0);
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const Point a = points[i], b = points[i + 1];
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    for (double from = 0; length - from > nothing;) {
      const double to = std::min(length, from + left);
      if (at % 2 == 0) {
        const auto on = [&](double t) { return Point{a.x + (b.x - a.x) * t / length, a.y + (b.y - a.y) * t / length}; };
        pieces.emplace_back(on(from), on(to));
      }
      left -= to - from;
      from = to;
      if (left > nothing) continue;
      at = (at + 1) % count;
      left = length_of(at);
    }
  }
  return pieces;
}

}  // namespace zaitu::chart
