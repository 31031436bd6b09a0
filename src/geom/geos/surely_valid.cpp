#include "geom/geos/surely_valid.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace zaitu::geom::geos {

namespace {

// Beyond these GEOS's index is the better way.
constexpr std::size_t most_edges = 20000;
constexpr std::size_t most_parts = 64;
constexpr std::size_t most_holes = 64;
constexpr std::size_t few_edges = 48;  // each pair is looked at; more are sorted first

struct Edge {
  Coord a, b;
  Envelope box;
  std::uint32_t next = 0;  // the edge that begins where this one ends
};

// Sign of the turn a -> b -> c; 0: not certain.
int turn(Coord a, Coord b, Coord c) {
  const double left = (a.x - c.x) * (b.y - c.y);
  const double right = (a.y - c.y) * (b.x - c.x);
  const double difference = left - right;
  // Twice Shewchuk's bound (3 + 16 eps) eps.
  constexpr double bound = 7e-16;
  if (std::abs(difference) <= bound * (std::abs(left) + std::abs(right))) return 0;
  return difference > 0 ? 1 : -1;
}

bool surely_apart(const Edge& e, const Edge& f) {
  if (!e.box.intersects(f.box)) return true;
  const int c = turn(e.a, e.b, f.a);
  if (c != 0 && c == turn(e.a, e.b, f.b)) return true;
  const int a = turn(f.a, f.b, e.a);
  return a != 0 && a == turn(f.a, f.b, e.b);
}

// Edges e and f with e.b == f.a: do they surely share nothing else?
bool surely_goes_on(const Edge& e, const Edge& f) {
  if (turn(e.a, e.b, f.b) != 0) return true;
  // Straight on, and not back over itself.
  const double along_x = (e.b.x - e.a.x) * (f.b.x - f.a.x);
  const double along_y = (e.b.y - e.a.y) * (f.b.y - f.a.y);
  return along_x + along_y > 1e-12 * (std::abs(along_x) + std::abs(along_y));
}

bool surely_apart_or_joined(const std::vector<Edge>& edges, std::uint32_t i, std::uint32_t j) {
  const Edge& e = edges[i];
  const Edge& f = edges[j];
  const bool goes_on = e.next == j;
  const bool comes_back = f.next == i;
  if (goes_on && !surely_goes_on(e, f)) return false;
  if (comes_back && !surely_goes_on(f, e)) return false;
  return goes_on || comes_back || surely_apart(e, f);
}

enum class Side { inside, outside, unsure };

// Where is p, which lies on no edge of the ring? By the crossings of a ray to the east.
Side side_of(Ring ring, Coord p) {
  bool inside = false;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const Coord a = ring[i];
    const Coord b = ring[i + 1];
    if ((a.y > p.y) == (b.y > p.y)) continue;
    const int side = turn(a, b, p);
    if (side == 0) return Side::unsure;
    if ((side > 0) == (b.y > a.y)) inside = !inside;
  }
  return inside ? Side::inside : Side::outside;
}

bool surely_valid_part(const PartView& part, std::vector<Edge>& edges, std::vector<std::uint32_t>& order) {
  const std::size_t rings = part.ring_count();
  if (rings == 0 || rings > most_holes + 1) return false;
  edges.clear();
  for (std::size_t r = 0; r < rings; ++r) {
    const Ring ring = part.ring(r);
    if (ring.size() < 4 || ring.front() != ring.back() || edges.size() + ring.size() > most_edges) return false;
    const auto first = static_cast<std::uint32_t>(edges.size());
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      Edge edge;
      edge.a = ring[i];
      edge.b = ring[i + 1];
      if (!std::isfinite(edge.a.x) || !std::isfinite(edge.a.y) || edge.a == edge.b) return false;
      edge.box.expand(edge.a);
      edge.box.expand(edge.b);
      edge.next = static_cast<std::uint32_t>(edges.size()) + 1;
      edges.push_back(edge);
    }
    edges.back().next = first;
  }

  const auto count = static_cast<std::uint32_t>(edges.size());
  if (count <= few_edges) {
    for (std::uint32_t i = 0; i < count; ++i) {
      for (std::uint32_t j = i + 1; j < count; ++j) {
        if (!surely_apart_or_joined(edges, i, j)) return false;
      }
    }
  } else {
    order.resize(count);
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t i, std::uint32_t j) { return edges[i].box.min_x < edges[j].box.min_x; });
    for (std::uint32_t i = 0; i < count; ++i) {
      const double end = edges[order[i]].box.max_x;
      for (std::uint32_t j = i + 1; j < count && edges[order[j]].box.min_x <= end; ++j) {
        if (!surely_apart_or_joined(edges, order[i], order[j])) return false;
      }
    }
  }

  // No ring touches another: each lies wholly on one side of the others.
  for (std::size_t r = 1; r < rings; ++r) {
    const Coord p = part.ring(r).front();
    if (side_of(part.shell(), p) != Side::inside) return false;
    for (std::size_t other = 1; other < rings; ++other) {
      if (other != r && side_of(part.ring(other), p) != Side::outside) return false;
    }
  }
  return true;
}

}  // namespace

bool surely_valid(const FeatureGeometry& polygon) {
  const std::size_t parts = polygon.part_count();
  if (parts == 0 || parts > most_parts) return false;
  std::vector<Edge> edges;
  std::vector<std::uint32_t> order;
  std::vector<Envelope> boxes;
  for (std::size_t p = 0; p < parts; ++p) {
    const PartView part = polygon.part(p);
    if (!surely_valid_part(part, edges, order)) return false;
    if (parts == 1) break;
    Envelope box;
    for (const Coord c : part.shell()) box.expand(c);
    for (const Envelope& other : boxes) {
      if (other.intersects(box)) return false;
    }
    boxes.push_back(box);
  }
  return true;
}

}  // namespace zaitu::geom::geos
