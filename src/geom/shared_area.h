// Area that a simple polygon shares with an area given by its edges, without building the shared polygon: for the many
// parcels on the rim of an area, where GEOS's overlay costs a hundred times as much.
#pragma once

#include <span>

#include "geom/geometry.h"

namespace zaitu::geom {

struct Edge {
  Coord a, b;
};

// Is the ring closed, of at most 64 vertices, and clearly simple: no two edges that do not follow each other come
// within rounding of touching, and none folds back on the one before? False also where that is not clear.
bool is_clearly_simple(Ring ring);

// Square units. `ring`: simple, in any direction. `edges`: of a valid polygon whose inside is on their left; those that
// lie to no part above or beside the ring may be left out, and with them nothing is lost: what counts are the edges
// that meet the box from the ring's lowest vertex upwards without end. A polygon is the sum of the signed trapezoids
// under its edges, so two polygons share the sum of what their trapezoids share, with the product of the signs. Errors
// stay at the rounding of the edges themselves.
double shared_area(Ring ring, std::span<const Edge> edges);

// The same of two valid polygons of any rings, both given by edges with the inside on their left; edges that lie wholly
// below the origin may be left out. Nothing of `a` lies below it.
double shared_area(std::span<const Edge> a, std::span<const Edge> b, Coord origin);

}  // namespace zaitu::geom
