// Small polygons for the geometry tests.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "geom/geometry.h"

namespace zaitu::test {

using Vertices = std::vector<geom::Coord>;

inline Vertices box_ring(double min_x, double min_y, double max_x, double max_y) {
  return {{min_x, min_y}, {max_x, min_y}, {max_x, max_y}, {min_x, max_y}, {min_x, min_y}};
}

// Adds a polygon of one part: shell, then holes.
inline void add_polygon(geom::GeometryColumn& column, std::initializer_list<Vertices> rings) {
  column.begin_feature();
  column.begin_part();
  for (const Vertices& ring : rings) column.add_ring(ring);
}

inline geom::GeometryColumn polygon(std::initializer_list<Vertices> rings) {
  geom::GeometryColumn column;
  add_polygon(column, rings);
  return column;
}

inline bool same_geometry(const geom::FeatureGeometry& a, const geom::FeatureGeometry& b) {
  if (a.part_count() != b.part_count()) return false;
  for (std::size_t p = 0; p < a.part_count(); ++p) {
    if (a.part(p).ring_count() != b.part(p).ring_count()) return false;
    for (std::size_t r = 0; r < a.part(p).ring_count(); ++r) {
      const geom::Ring left = a.part(p).ring(r);
      const geom::Ring right = b.part(p).ring(r);
      if (!std::equal(left.begin(), left.end(), right.begin(), right.end())) return false;
    }
  }
  return true;
}

}  // namespace zaitu::test
