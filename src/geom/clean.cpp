#include "geom/clean.h"

#include <cmath>
#include <vector>

namespace zaitu::geom {

namespace {

bool is_within(Coord a, Coord b, double distance) {
  return std::abs(a.x - b.x) <= distance && std::abs(a.y - b.y) <= distance;
}

bool has_repeated_vertices(const FeatureGeometry& feature, double distance) {
  for (std::size_t p = 0; p < feature.part_count(); ++p) {
    const PartView part = feature.part(p);
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      const Ring ring = part.ring(r);
      for (std::size_t i = 1; i < ring.size(); ++i) {
        if (is_within(ring[i - 1], ring[i], distance)) return true;
      }
    }
  }
  return false;
}

double triangle(Coord a, Coord b, Coord c) {
  return std::abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) / 2;
}

class RingCleaner {
 public:
  RingCleaner(double distance, double area) : m_distance(distance), m_area(area) {}

  // The vertices that stay; a view of `ring` or of what lives until the next call.
  Ring operator()(Ring ring, RepeatedVertices& count) {
    const RepeatedVertices before = count;
    const bool closed = ring.size() > 1 && ring.front() == ring.back();
    double area_left = m_area;
    m_kept.clear();
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const bool is_last = i + 1 == ring.size();
      if (m_kept.empty() || (is_last && closed)) {
        m_kept.push_back(ring[i]);
        continue;
      }
      const Coord before_it = m_kept.back();
      if (ring[i] == before_it) {
        found(ring[i], count, count.equal);
        continue;
      }
      if (is_within(before_it, ring[i], m_distance)) {
        const double lost = is_last ? m_area + 1 : triangle(before_it, ring[i], ring[i + 1]);
        if (lost <= area_left) {
          found(ring[i], count, count.near);
          area_left -= lost;
          continue;
        }
        // It is the corner, and the one before lies on the edge to it.
        const double other = m_kept.size() < 2 ? m_area + 1 : triangle(m_kept[m_kept.size() - 2], before_it, ring[i]);
        if (other <= area_left) {
          found(before_it, count, count.near);
          area_left -= other;
          m_kept.pop_back();
        }
      }
      m_kept.push_back(ring[i]);
    }
    // The vertex before the closing one may repeat it.
    while (closed && m_kept.size() > 4 && m_kept[m_kept.size() - 2] == m_kept.back()) {
      found(m_kept.back(), count, count.equal);
      m_kept.pop_back();
    }
    const Coord last = m_kept.back();
    if (closed && m_kept.size() > 4 && is_within(m_kept[m_kept.size() - 2], last, m_distance) &&
        triangle(m_kept[m_kept.size() - 3], m_kept[m_kept.size() - 2], last) <= area_left) {
      found(m_kept[m_kept.size() - 2], count, count.near);
      m_kept.erase(m_kept.end() - 2);
    }
    if (m_kept.size() < (closed ? 4U : 2U)) {
      count = before;
      return ring;
    }
    return m_kept;
  }

 private:
  static void found(Coord at, RepeatedVertices& count, std::size_t& kind) {
    if (count.equal + count.near == 0) count.first = at;
    ++kind;
  }

  double m_distance, m_area;
  std::vector<Coord> m_kept;
};

}  // namespace

RepeatedVertices remove_repeated_vertices(GeometryColumn& column, double distance, double area) {
  RepeatedVertices count;
  const FeatureGeometry feature = column[0];
  if (column.kind() == GeometryKind::point || !has_repeated_vertices(feature, distance)) return count;
  RingCleaner clean(distance, area);
  GeometryColumn cleaned(column.kind());
  cleaned.begin_feature();
  for (std::size_t p = 0; p < feature.part_count(); ++p) {
    cleaned.begin_part();
    for (std::size_t r = 0; r < feature.part(p).ring_count(); ++r) {
      cleaned.add_ring(clean(feature.part(p).ring(r), count));
    }
  }
  if (count.equal + count.near > 0) column = std::move(cleaned);
  return count;
}

}  // namespace zaitu::geom
