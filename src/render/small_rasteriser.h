// The smallest polygons, of which a whole city has hundreds of thousands: no lists, no memory but the object's own.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <utility>

#include "render/coverage.h"

namespace zaitu::render {

// Coverage of a polygon of a few pixels, in 32-bit numbers on the stack; even-odd, exact to 1/1024 px as
// CoverageRasteriser is, with the same rounding on both sides of a shared edge.
class SmallRasteriser {
 public:
  static constexpr int most_px = 14;  // on a side

  // Points from the corner of the first pixel, 0 .. most_px * subpixel.
  void add_edge(std::int32_t ax, std::int32_t ay, std::int32_t bx, std::int32_t by);
  // visit(x, y, cover) for covered pixels of the first `width` x `height`; then all is clear again.
  template <class Visit>
  void sweep(int width, int height, const Visit& visit);

 private:
  void add_row_segment(std::int32_t row, std::int32_t xa, std::int32_t xb, std::int32_t dy, std::int32_t sign);
  std::int32_t m_cells[most_px][most_px + 2] = {};
};

template <class Visit>
void SmallRasteriser::sweep(int width, int height, const Visit& visit) {
  constexpr std::int32_t full_cell = 1 << (2 * subpixel_bits + 1);
  constexpr int shift = 2 * subpixel_bits + 1 - 15;
  for (int y = 0; y < height; ++y) {
    std::int32_t sum = 0;
    std::int32_t* cell = m_cells[y];
    for (int x = 0; x < width; ++x) {
      sum += std::exchange(cell[x], 0);
      std::int32_t cover = std::abs(sum) & (2 * full_cell - 1);
      if (cover > full_cell) cover = 2 * full_cell - cover;
      cover = (cover + (1 << (shift - 1))) >> shift;
      if (cover > 0) visit(x, y, static_cast<std::uint32_t>(cover));
    }
    cell[width] = cell[width + 1] = 0;
  }
}

}  // namespace zaitu::render
