#include "geom/overlaps.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "base/parallel.h"
#include "geom/measure.h"

namespace zaitu::geom {

namespace {

constexpr double per_metre = 1000;
constexpr double far_m = 2e6;  // from the origin
constexpr std::size_t most_vertices_of_one = 1000000;
constexpr std::uint64_t most_steps = 2000000000;  // edges looked at: some seconds

std::uint64_t mixed(std::uint64_t value) {
  value ^= value >> 31U;
  value *= 0x7FB5D329728EA185U;
  value ^= value >> 27U;
  value *= 0x81DADEF4BC2DD44DU;
  return value ^ (value >> 33U);
}

}  // namespace

bool OverlapSearch::add(const FeatureGeometry& polygon) {
  Area area;
  area.first_ring = static_cast<std::uint32_t>(m_ring_ends.size());
  const std::span<const Coord> all = polygon.vertices();
  bool fits = !all.empty() && all.size() < most_vertices_of_one;
  if (fits && !m_has_origin) {
    m_origin = {std::floor(all.front().x), std::floor(all.front().y)};
    m_has_origin = true;
  }
  fits = fits && std::all_of(all.begin(), all.end(), [&](Coord c) {
           return std::abs(c.x - m_origin.x) < far_m && std::abs(c.y - m_origin.y) < far_m;
         });
  if (!fits) {
    m_areas.push_back(area);
    return false;
  }
  const auto whole = [](double metres) { return static_cast<std::int32_t>(std::lround(metres * per_metre)); };
  area.min_x = area.min_y = std::numeric_limits<std::int32_t>::max();
  area.max_x = area.max_y = std::numeric_limits<std::int32_t>::min();
  for (std::size_t p = 0; p < polygon.part_count(); ++p) {
    for (std::size_t r = 0; r < polygon.part(p).ring_count(); ++r) {
      const Ring ring = polygon.part(p).ring(r);
      const std::size_t from = m_vertices.size();
      for (std::size_t i = 0; i < ring.size(); ++i) {
        const Vertex vertex{whole(ring[i].x - m_origin.x), whole(ring[i].y - m_origin.y)};
        m_vertices.push_back(vertex);
        area.min_x = std::min(area.min_x, vertex.x), area.max_x = std::max(area.max_x, vertex.x);
        area.min_y = std::min(area.min_y, vertex.y), area.max_y = std::max(area.max_y, vertex.y);
        if (i + 1 == ring.size()) continue;  // the first once more
        area.shape += mixed(static_cast<std::uint64_t>(static_cast<std::uint32_t>(vertex.x)) << 32U |
                            static_cast<std::uint32_t>(vertex.y));
      }
      // The inside is on the left of every edge.
      if ((signed_area(ring) > 0) != (r == 0))
        std::reverse(m_vertices.begin() + static_cast<std::ptrdiff_t>(from), m_vertices.end());
      m_ring_ends.push_back(m_vertices.size());
      ++area.rings;
    }
  }
  area.area_m2 = geom::area(polygon);
  m_areas.push_back(area);
  return true;
}

std::size_t OverlapSearch::vertices_of(const Area& area) const {
  if (area.rings == 0) return 0;
  const std::size_t from = area.first_ring == 0 ? 0 : m_ring_ends[area.first_ring - 1];
  return m_ring_ends[area.first_ring + area.rings - 1] - from;
}

bool OverlapSearch::is_same(const Area& a, const Area& b) const {
  return a.shape == b.shape && a.rings == b.rings && a.min_x == b.min_x && a.min_y == b.min_y && a.max_x == b.max_x &&
         a.max_y == b.max_y && std::abs(a.area_m2 - b.area_m2) <= tolerance_m2;
}

void OverlapSearch::edges_above(const Area& area, const Area& other, std::vector<Edge>& to) const {
  to.clear();
  const std::int32_t left = std::max(area.min_x, other.min_x), right = std::min(area.max_x, other.max_x);
  const std::int32_t bottom = std::max(area.min_y, other.min_y);
  for (std::uint32_t r = 0; r < area.rings; ++r) {
    const std::size_t ring = area.first_ring + r;
    std::size_t at = ring == 0 ? 0 : m_ring_ends[ring - 1];
    for (const std::size_t end = m_ring_ends[ring]; at + 1 < end; ++at) {
      const Vertex a = m_vertices[at], b = m_vertices[at + 1];
      if (a.x == b.x || std::max(a.x, b.x) <= left || std::min(a.x, b.x) >= right || std::max(a.y, b.y) <= bottom)
        continue;
      const auto metres = [](Vertex v) { return Coord{v.x / per_metre, v.y / per_metre}; };
      to.push_back({metres(a), metres(b)});
    }
  }
}

double OverlapSearch::shared(const Area& a, const Area& b, Scratch& scratch) const {
  scratch.a.clear(), scratch.b.clear();
  const double width = (std::min(a.max_x, b.max_x) - std::max(a.min_x, b.min_x)) / per_metre;
  const double height = (std::min(a.max_y, b.max_y) - std::max(a.min_y, b.min_y)) / per_metre;
  if (!(width > 0 && height > 0 && width * height > tolerance_m2)) return 0;
  const Area& upper = a.min_y >= b.min_y ? a : b;
  const Area& lower = a.min_y >= b.min_y ? b : a;
  edges_above(upper, lower, scratch.a);
  edges_above(lower, upper, scratch.b);
  const Coord origin{std::max(a.min_x, b.min_x) / per_metre, upper.min_y / per_metre};
  return shared_area(scratch.a, scratch.b, origin);
}

OverlapSearch::Found OverlapSearch::find(const std::function<bool(std::uint32_t, std::uint32_t)>& counts,
                                         const std::function<bool()>& goes_on) {
  std::vector<Envelope> boxes(m_areas.size());
  const auto box_of = [](const Area& area) {
    return Envelope{area.min_x / per_metre, area.min_y / per_metre, area.max_x / per_metre, area.max_y / per_metre};
  };
  Found found;
  // An outline that comes again is told of once for each time, and looked at no more: it would be found with all.
  std::unordered_map<std::uint64_t, std::uint32_t> shapes;
  shapes.reserve(m_areas.size());
  for (std::uint32_t i = 0; i < m_areas.size(); ++i) {
    const Area& area = m_areas[i];
    if (area.rings == 0) continue;
    const auto [first, fresh] = shapes.try_emplace(area.shape, i);
    if (!fresh && is_same(m_areas[first->second], area)) {
      if (counts(first->second, i)) found.pairs.push_back({first->second, i, area.area_m2, true});
      continue;
    }
    boxes[i] = box_of(area);
  }
  shapes.clear();
  m_tree = HilbertTree(boxes);

  const unsigned threads = m_areas.size() < 1000 ? 1 : base::processors();
  std::vector<std::vector<Pair>> by_thread(threads);
  std::atomic<std::uint64_t> steps{0};
  std::atomic<bool> complete{true};
  base::for_stretches(m_tree.slots(), threads, [&](unsigned part, std::size_t from, std::size_t to) {
    Scratch scratch;
    std::uint64_t own_steps = 0;
    for (std::size_t slot = from; slot < to && complete; ++slot) {
      const std::uint32_t row = m_tree.row(slot);
      if (row >= m_areas.size() || boxes[row].empty()) continue;
      m_tree.query(boxes[row], [&](std::uint32_t other) {
        if (other <= row || !complete) return;
        const double shared_m2 = shared(m_areas[row], m_areas[other], scratch);
        own_steps += vertices_of(m_areas[row]) + vertices_of(m_areas[other]) + scratch.a.size() * scratch.b.size();
        if (shared_m2 > tolerance_m2 && counts(row, other)) by_thread[part].push_back({row, other, shared_m2, false});
      });
      constexpr std::size_t often = 256;
      if (slot % often != 0 && own_steps < 1000000) continue;
      if ((steps += own_steps) > most_steps || !goes_on()) complete = false;
      own_steps = 0;
    }
  });
  for (const std::vector<Pair>& pairs : by_thread) found.pairs.insert(found.pairs.end(), pairs.begin(), pairs.end());
  std::sort(found.pairs.begin(), found.pairs.end(),
            [](const Pair& x, const Pair& y) { return x.a != y.a ? x.a < y.a : x.b < y.b; });
  found.complete = complete;
  return found;
}

std::vector<OverlapSearch::Pair> OverlapSearch::sharing(const FeatureGeometry& other) {
  std::vector<Pair> pairs;
  const Envelope box = other.envelope();
  if (!m_has_origin || box.empty()) return pairs;
  std::vector<std::uint32_t> rows =
      m_tree.query({box.min_x - m_origin.x, box.min_y - m_origin.y, box.max_x - m_origin.x, box.max_y - m_origin.y});
  if (rows.empty()) return pairs;
  const std::size_t vertices = m_vertices.size(), rings = m_ring_ends.size();
  if (add(other)) {
    const Area area = m_areas.back();
    Scratch scratch;
    for (const std::uint32_t row : rows) {
      const double shared_m2 = shared(m_areas[row], area, scratch);
      if (shared_m2 > tolerance_m2) pairs.push_back({row, 0, shared_m2, is_same(m_areas[row], area)});
    }
  }
  m_areas.pop_back();
  m_vertices.resize(vertices);
  m_ring_ends.resize(rings);
  return pairs;
}

}  // namespace zaitu::geom
