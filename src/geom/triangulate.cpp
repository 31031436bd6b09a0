#include "geom/triangulate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "geom/measure.h"

namespace zaitu::geom {

namespace {

// Twice the signed area of a triangle: positive when it turns counter-clockwise.
double turn(Coord a, Coord b, Coord c) { return (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y); }

// One part with its holes bridged: a single outline as a ring of nodes in arrays, clipped ear by ear.
class EarClipper {
 public:
  // Corners are numbered from `first` on in the order of add(). False when the outline is not simple.
  bool run(const PartView& part, Coord origin, std::uint32_t first,
           std::vector<std::array<std::uint32_t, 3>>& corners) {
    m_nodes.clear();
    m_holes.clear();
    std::uint32_t number = first;
    std::uint32_t outline = none;
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      const std::uint32_t start = add_ring(part.ring(r), origin, r == 0, number);
      number += static_cast<std::uint32_t>(part.ring(r).size());
      if (start == none) {
        if (r == 0) return true;  // no land
        continue;
      }
      if (r == 0) {
        outline = start;
      } else {
        m_holes.push_back(rightmost(start));
      }
    }
    if (outline == none) return true;
    // From the right to the left: a hole's bridge then meets the outline or a hole that is part of it by now.
    std::sort(m_holes.begin(), m_holes.end(), [&](std::uint32_t a, std::uint32_t b) {
      const Coord p = m_nodes[a].at, q = m_nodes[b].at;
      return p.x != q.x ? p.x > q.x : p.y < q.y;
    });
    for (const std::uint32_t hole : m_holes) {
      if (!bridge(outline, hole)) return false;
    }
    return clip(outline, corners);
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Node {
    Coord at;
    std::uint32_t number, before, after;
    bool inward = false;  // the outline does not turn left here
  };

  // Shells counter-clockwise, holes clockwise, without vertices that repeat the one before; none: fewer than three.
  std::uint32_t add_ring(Ring ring, Coord origin, bool shell, std::uint32_t number) {
    const std::size_t start = m_nodes.size();
    const bool turned = (signed_area(ring) >= 0) != shell;
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const std::size_t place = turned ? ring.size() - 1 - i : i;
      const Coord at{ring[place].x - origin.x, ring[place].y - origin.y};
      if (m_nodes.size() > start && m_nodes.back().at == at) continue;
      m_nodes.push_back({at, number + static_cast<std::uint32_t>(place), 0, 0});
    }
    while (m_nodes.size() > start + 1 && m_nodes.back().at == m_nodes[start].at) m_nodes.pop_back();
    const std::size_t count = m_nodes.size() - start;
    if (count < 3) {
      m_nodes.resize(start);
      return none;
    }
    for (std::size_t i = 0; i < count; ++i) {
      m_nodes[start + i].before = static_cast<std::uint32_t>(start + (i + count - 1) % count);
      m_nodes[start + i].after = static_cast<std::uint32_t>(start + (i + 1) % count);
    }
    return static_cast<std::uint32_t>(start);
  }

  std::uint32_t rightmost(std::uint32_t start) const {
    std::uint32_t best = start;
    for (std::uint32_t i = m_nodes[start].after; i != start; i = m_nodes[i].after) {
      const Coord p = m_nodes[i].at, q = m_nodes[best].at;
      if (p.x > q.x || (p.x == q.x && p.y < q.y)) best = i;
    }
    return best;
  }

  // Does the way from node i to p start inside the outline, between its two edges there?
  bool starts_inside(std::uint32_t i, Coord p) const {
    const Coord at = m_nodes[i].at, before = m_nodes[m_nodes[i].before].at, after = m_nodes[m_nodes[i].after].at;
    if (turn(before, at, after) > 0) return turn(before, at, p) >= 0 && turn(at, after, p) >= 0;
    return turn(before, at, p) > 0 || turn(at, after, p) > 0;
  }

  static bool in_triangle(Coord a, Coord b, Coord c, Coord p) {
    return turn(a, b, p) >= 0 && turn(b, c, p) >= 0 && turn(c, a, p) >= 0;
  }

  // A node of the outline that the hole's rightmost vertex sees: the ray to the right meets an edge; its right end is
  // seen unless a vertex that turns inwards stands in the triangle between, and then the one nearest to the ray is.
  std::uint32_t seen_from(std::uint32_t outline, Coord eye) const {
    std::uint32_t best = none;
    double nearest = std::numeric_limits<double>::infinity();
    std::uint32_t i = outline;
    do {
      const Coord a = m_nodes[i].at, b = m_nodes[m_nodes[i].after].at;
      if (a == eye && starts_inside(i, eye)) return i;  // the hole touches the outline
      // With the land on its left an edge on the right of the land inside runs upwards.
      if (a.y <= eye.y && b.y >= eye.y && a.y < b.y) {
        const double x = a.x + (b.x - a.x) * ((eye.y - a.y) / (b.y - a.y));
        if (x >= eye.x && x < nearest) {
          nearest = x;
          best = a.x > b.x ? i : m_nodes[i].after;
          if (b.y == eye.y) best = m_nodes[i].after;
          if (a.y == eye.y) best = i;
        }
      }
      i = m_nodes[i].after;
    } while (i != outline);
    if (best == none) return none;
    const Coord hit{nearest, eye.y};
    const Coord end = m_nodes[best].at;
    std::uint32_t chosen = none;
    double steepest = std::numeric_limits<double>::infinity(), closest = steepest;
    do {
      const Coord p = m_nodes[i].at;
      const bool between = end.y > eye.y ? in_triangle(eye, hit, end, p) : in_triangle(eye, end, hit, p);
      if ((p == end || (between && p.x >= eye.x)) && !(p == eye) && starts_inside(i, eye)) {
        const double steep = std::abs(p.y - eye.y) / std::max(p.x - eye.x, std::numeric_limits<double>::min());
        if (steep < steepest || (steep == steepest && p.x < closest)) {
          steepest = steep;
          closest = p.x;
          chosen = i;
        }
      }
      i = m_nodes[i].after;
    } while (i != outline);
    return chosen;
  }

  // The outline goes to the hole, around it and back.
  bool bridge(std::uint32_t outline, std::uint32_t hole) {
    const std::uint32_t near = seen_from(outline, m_nodes[hole].at);
    if (near == none) return false;
    const auto copy = [&](std::uint32_t i) {
      m_nodes.push_back(m_nodes[i]);
      return static_cast<std::uint32_t>(m_nodes.size() - 1);
    };
    const auto join = [&](std::uint32_t a, std::uint32_t b) {
      m_nodes[a].after = b;
      m_nodes[b].before = a;
    };
    const std::uint32_t hole_end = copy(hole), near_again = copy(near);
    join(m_nodes[hole].before, hole_end);
    join(near_again, m_nodes[near].after);
    join(near, hole);
    join(hole_end, near_again);
    return true;
  }

  void classify(std::uint32_t i) {
    Node& node = m_nodes[i];
    node.inward = !(turn(m_nodes[node.before].at, node.at, m_nodes[node.after].at) > 0);
  }

  // Vertices that turn inwards, by the cells of a grid over the outline.
  void fill_grid(std::uint32_t outline) {
    m_inward.clear();
    m_box = {};
    std::size_t count = 0;
    std::uint32_t i = outline;
    do {
      classify(i);
      m_box.expand(m_nodes[i].at);
      ++count;
      if (m_nodes[i].inward) m_inward.push_back(i);
      i = m_nodes[i].after;
    } while (i != outline);
    m_left = count;
    m_columns =
        m_inward.size() > 48 ? static_cast<std::size_t>(std::sqrt(static_cast<double>(m_inward.size()) / 2)) : 1;
    if (m_columns == 1) return;
    m_starts.assign(m_columns * m_columns + 1, 0);
    for (const std::uint32_t node : m_inward) ++m_starts[cell(m_nodes[node].at) + 1];
    for (std::size_t k = 1; k < m_starts.size(); ++k) m_starts[k] += m_starts[k - 1];
    std::vector<std::uint32_t> places(m_starts.begin(), m_starts.end() - 1), sorted(m_inward.size());
    for (const std::uint32_t node : m_inward) sorted[places[cell(m_nodes[node].at)]++] = node;
    m_inward.swap(sorted);
  }
  std::size_t step_of(double v, double low, double size) const {
    const double at = size > 0 ? (v - low) / size * static_cast<double>(m_columns) : 0;
    return std::min(m_columns - 1, static_cast<std::size_t>(std::max(0.0, at)));
  }
  std::size_t cell(Coord p) const {
    return step_of(p.y, m_box.min_y, m_box.height()) * m_columns + step_of(p.x, m_box.min_x, m_box.width());
  }

  bool is_ear(std::uint32_t tip) const {
    const Node& node = m_nodes[tip];
    if (node.inward) return false;
    const Coord a = m_nodes[node.before].at, b = node.at, c = m_nodes[node.after].at;
    const auto blocks = [&](std::size_t from, std::size_t to) {
      for (std::size_t k = from; k < to; ++k) {
        const Node& other = m_nodes[m_inward[k]];
        if (!other.inward || other.at == a || other.at == b || other.at == c) continue;
        if (in_triangle(a, b, c, other.at)) return true;
      }
      return false;
    };
    if (m_columns == 1) return !blocks(0, m_inward.size());
    const auto [left, right] = std::minmax({a.x, b.x, c.x});
    const auto [low, high] = std::minmax({a.y, b.y, c.y});
    const std::size_t first = step_of(left, m_box.min_x, m_box.width());
    const std::size_t last = step_of(right, m_box.min_x, m_box.width());
    const std::size_t top = step_of(high, m_box.min_y, m_box.height());
    for (std::size_t row = step_of(low, m_box.min_y, m_box.height()); row <= top; ++row) {
      if (blocks(m_starts[row * m_columns + first], m_starts[row * m_columns + last + 1])) return false;
    }
    return true;
  }

  bool clip(std::uint32_t outline, std::vector<std::array<std::uint32_t, 3>>& corners) {
    fill_grid(outline);
    std::uint32_t tip = outline;
    std::size_t since_last = 0;
    while (m_left > 3) {
      if (since_last > m_left) return false;
      const std::uint32_t before = m_nodes[tip].before, after = m_nodes[tip].after;
      // Where a hole touches the outline, a bridge has no length.
      const bool no_length = m_nodes[before].at == m_nodes[tip].at;
      if (!no_length && !is_ear(tip)) {
        ++since_last;
        tip = after;
        continue;
      }
      if (!no_length) corners.push_back({m_nodes[before].number, m_nodes[tip].number, m_nodes[after].number});
      m_nodes[before].after = after;
      m_nodes[after].before = before;
      m_nodes[tip].inward = false;  // blocks no more
      // A vertex that turned left still does, unless the ear's other side has bent it.
      classify_again(before);
      classify_again(after);
      --m_left;
      since_last = 0;
      tip = m_nodes[after].after;  // every other one: slivers become fewer
    }
    const std::uint32_t before = m_nodes[tip].before, after = m_nodes[tip].after;
    const double rest = turn(m_nodes[before].at, m_nodes[tip].at, m_nodes[after].at);
    if (rest < 0) return false;
    if (rest > 0) corners.push_back({m_nodes[before].number, m_nodes[tip].number, m_nodes[after].number});
    return true;
  }
  // Clipping an ear can only turn its neighbours to the left; the grid holds all that ever turned inwards.
  void classify_again(std::uint32_t i) {
    if (m_nodes[i].inward)
      classify(i);
    else if (!(turn(m_nodes[m_nodes[i].before].at, m_nodes[i].at, m_nodes[m_nodes[i].after].at) > 0))
      m_nodes[i].inward = true;
  }

  std::vector<Node> m_nodes;
  std::vector<std::uint32_t> m_holes, m_inward, m_starts;
  Envelope m_box;
  std::size_t m_left = 0, m_columns = 1;
};

// The land between the rings by the even-odd rule, as trapezoids between the heights of vertices and crossings.
class Trapezoids {
 public:
  void run(const PartView& part, Coord origin, Triangles& result) {
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      const Ring ring = part.ring(r);
      for (std::size_t i = 0; i < ring.size(); ++i) {
        Coord a = ring[i], b = ring[(i + 1) % ring.size()];
        if (a.y > b.y) std::swap(a, b);
        if (a.y < b.y) m_edges.push_back({{a.x - origin.x, a.y - origin.y}, {b.x - origin.x, b.y - origin.y}});
        m_heights.push_back(ring[i].y - origin.y);
      }
    }
    std::sort(m_edges.begin(), m_edges.end(), [](const Edge& a, const Edge& b) { return a.low.y < b.low.y; });
    add_crossings();
    std::sort(m_heights.begin(), m_heights.end());
    m_heights.erase(std::unique(m_heights.begin(), m_heights.end()), m_heights.end());
    std::size_t next = 0;
    std::vector<Edge> active;
    for (std::size_t slab = 0; slab + 1 < m_heights.size(); ++slab) {
      const double low = m_heights[slab], high = m_heights[slab + 1];
      std::erase_if(active, [&](const Edge& edge) { return edge.high.y <= low; });
      while (next < m_edges.size() && m_edges[next].low.y <= low) active.push_back(m_edges[next++]);
      cut(active, low, high, origin, result);
    }
  }

 private:
  struct Edge {
    Coord low, high;
    double x_at(double y) const {
      const double t = (y - low.y) / (high.y - low.y);
      return low.x + (high.x - low.x) * std::clamp(t, 0.0, 1.0);
    }
  };
  void add_crossings() {
    for (std::size_t i = 0; i < m_edges.size(); ++i) {
      const Edge& a = m_edges[i];
      for (std::size_t j = i + 1; j < m_edges.size() && m_edges[j].low.y < a.high.y; ++j) {
        const Edge& b = m_edges[j];
        if (std::max(b.low.x, b.high.x) < std::min(a.low.x, a.high.x) ||
            std::min(b.low.x, b.high.x) > std::max(a.low.x, a.high.x)) {
          continue;
        }
        const double from = turn(a.low, a.high, b.low), to = turn(a.low, a.high, b.high);
        if (!((from < 0 && to > 0) || (from > 0 && to < 0))) continue;
        const double y = b.low.y + (b.high.y - b.low.y) * (from / (from - to));
        if (y > a.low.y && y < a.high.y) m_heights.push_back(y);
      }
    }
  }
  static void cut(const std::vector<Edge>& active, double low, double high, Coord origin, Triangles& result) {
    std::vector<std::array<double, 3>> across;  // middle, low, high
    for (const Edge& edge : active) {
      const double from = edge.x_at(low), to = edge.x_at(high);
      across.push_back({from + to, from, to});
    }
    std::sort(across.begin(), across.end());
    for (std::size_t i = 0; i + 1 < across.size(); i += 2) {
      const auto number = static_cast<std::uint32_t>(result.vertices.size());
      result.vertices.push_back({across[i][1] + origin.x, low + origin.y});
      result.vertices.push_back({across[i + 1][1] + origin.x, low + origin.y});
      result.vertices.push_back({across[i + 1][2] + origin.x, high + origin.y});
      result.vertices.push_back({across[i][2] + origin.x, high + origin.y});
      if (across[i][1] < across[i + 1][1]) result.corners.push_back({number, number + 1, number + 2});
      if (across[i][2] < across[i + 1][2]) result.corners.push_back({number, number + 2, number + 3});
    }
  }
  std::vector<Edge> m_edges;
  std::vector<double> m_heights;
};

bool is_finite(Ring ring) {
  return std::all_of(ring.begin(), ring.end(), [](Coord c) { return std::isfinite(c.x) && std::isfinite(c.y); });
}

}  // namespace

Triangles triangulate(const FeatureGeometry& polygon) {
  Triangles result;
  if (polygon.kind() != GeometryKind::polygon) return result;
  thread_local EarClipper clipper;  // keeps its memory
  for (std::size_t p = 0; p < polygon.part_count(); ++p) {
    const PartView part = polygon.part(p);
    if (part.ring_count() == 0 || part.shell().empty()) continue;
    bool finite = true;
    for (std::size_t r = 0; r < part.ring_count(); ++r) finite = finite && is_finite(part.ring(r));
    if (!finite) {
      result.exact = false;
      continue;
    }
    const Coord origin = part.shell()[0];
    const std::size_t corners = result.corners.size();
    if (clipper.run(part, origin, static_cast<std::uint32_t>(result.vertices.size()), result.corners)) {
      double twice_area = 0;
      for (std::size_t r = 0; r < part.ring_count(); ++r) {
        twice_area += (r == 0 ? 2 : -2) * std::abs(signed_area(part.ring(r)));
        result.vertices.insert(result.vertices.end(), part.ring(r).begin(), part.ring(r).end());
      }
      double found = 0;
      for (std::size_t i = corners; i < result.corners.size(); ++i) {
        const auto& c = result.corners[i];
        found += turn(result.vertices[c[0]], result.vertices[c[1]], result.vertices[c[2]]);
      }
      if (std::abs(found - twice_area) <= 1e-9 * std::abs(twice_area)) continue;
      for (std::size_t r = 0; r < part.ring_count(); ++r) {
        result.vertices.resize(result.vertices.size() - part.ring(r).size());
      }
    }
    result.corners.resize(corners);
    result.exact = false;
    Trapezoids().run(part, origin, result);
  }
  return result;
}

}  // namespace zaitu::geom
