// Clipping in doubles for the vector painter: Cairo's own numbers end at some 8 million pixels, and a page should not
// hold what it does not show. Boxes are in view pixels.
#pragma once

#include <vector>

#include "geom/geometry.h"

namespace zaitu::render {

// Sutherland-Hodgman: the ring inside the box; empty when nothing is left. Edges along the box may appear.
std::vector<geom::Coord> clip_ring(const std::vector<geom::Coord>& ring, const geom::Envelope& box);

struct ClippedPath {
  std::vector<geom::Coord> vertices;
  double start = 0;  // length of the whole path before this piece, for the phase of dashes
};
// Liang-Barsky, segment by segment: the pieces of a path inside the box.
std::vector<ClippedPath> clip_path(const std::vector<geom::Coord>& path, const geom::Envelope& box);

}  // namespace zaitu::render
