// Planar measures by exact formulas on the stored doubles. Pure functions.
#pragma once

#include "geom/geometry.h"

namespace zaitu::geom {

// Signed area of a closed ring by the shoelace formula about its first vertex (keeps 1e-9 relative at eastings of
// 40 500 000 m): positive when counter-clockwise.
double signed_area(Ring ring);
// Shells minus holes, never negative per ring; square units of the coordinates.
double area(const FeatureGeometry& geometry);
double length(const FeatureGeometry& geometry);  // of lines; perimeter of polygons
Coord centroid(const FeatureGeometry& geometry);
// A point inside the polygon, as far from its edges as a grid search finds (Garcia-Castellanos and Lombardo 2007 give
// the idea of a pole of inaccessibility); for labels. `precision` in coordinate units.
Coord label_point(const FeatureGeometry& geometry, double precision);
bool contains(const FeatureGeometry& polygon, Coord point);     // even-odd; a point on the edge may be either
double distance(const FeatureGeometry& geometry, Coord point);  // 0 inside a polygon
bool intersects(const FeatureGeometry& geometry, const Envelope& box);
// Do the polygon and the inside of the closed ring (even-odd) meet? Touching counts.
bool intersects(const FeatureGeometry& polygon, Ring area);

}  // namespace zaitu::geom
