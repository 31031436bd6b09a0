// What a CAD drawing (DXF) needs before its lines are parcels' outlines: drawings close an outline by eye, and draw it
// of lines and arcs one by one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "geom/geometry.h"

namespace zaitu::io {

// Ends of lines that lie so close to each other meet, in units of the drawing (metres).
inline constexpr double drawing_gap_m = 0.002;

struct DrawnLine {
  std::vector<geom::Coord> vertices;
  std::string layer;  // only lines of one layer meet
};

struct DrawnOutline {
  std::vector<geom::Coord> ring;   // closed
  std::vector<std::size_t> lines;  // that it was made of, the first of them first
};

struct DrawnOutlines {
  std::vector<DrawnOutline> outlines;
  double largest_gap = 0;  // that was closed, of several lines or of one line with itself
};

// Closed outlines out of lines whose ends meet by twos; lines that do not come back to where they began, or that meet
// a third one, belong to none. Lines are followed in their order.
DrawnOutlines outlines_of(const std::vector<DrawnLine>& lines, double gap);

// How many arcs, circles, ellipses, splines and bulges of polylines a DXF has, which are drawn as chords. Counted in
// what the file says, also where a block is drawn several times.
std::size_t curves_in_dxf(const std::filesystem::path& file);

}  // namespace zaitu::io
