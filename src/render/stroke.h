// Lines and rings as outlines to fill: every segment is a quadrilateral, every bend gets its join, all turning the same
// way, so that the non-zero rule melts them into one stroke. Offsets depend on the geometry alone, never on the tile.
#pragma once

#include <span>
#include <vector>

#include "render/coverage.h"

namespace zaitu::render {

struct Pen {
  double width_px = 1;
  bool round = false;              // round joins and caps, else mitred joins and flat caps
  std::span<const float> dash_px;  // on, off, on, off ...; empty = unbroken
};

// Adds the stroke of a path (in sub-pixels) to the rasteriser; sweep it with FillRule::non_zero.
void add_stroke(CoverageRasteriser& coverage, std::span<const Point> path, bool closed, const Pen& pen);

// Leaves out vertices nearer than half a pixel to the last one kept. Ends stay.
void drop_close_vertices(std::vector<Point>& path);

}  // namespace zaitu::render
