// Takes away vertices that say nothing, before anything else looks at a geometry.
#pragma once

#include <cstddef>

#include "geom/geometry.h"

namespace zaitu::geom {

struct RepeatedVertices {
  std::size_t equal = 0;  // repeated the vertex before exactly
  std::size_t near = 0;   // lay so close to the vertex before that the outline does not change by it
  Coord first;            // the first of them
};

// Of one feature of lines or areas: removes vertices that are within `distance` of the one before, as long as the area
// of their ring changes by at most `area` in all (both in the coordinates' unit, and its square). Rings stay closed; a
// ring that would be left with fewer than three corners stays as it was, for whoever looks for rings without area.
// `column` is left alone when there is nothing to remove.
RepeatedVertices remove_repeated_vertices(GeometryColumn& column, double distance, double area);

}  // namespace zaitu::geom
