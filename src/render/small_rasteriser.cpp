#include "render/small_rasteriser.h"

#include <algorithm>

namespace zaitu::render {

void SmallRasteriser::add_edge(std::int32_t ax, std::int32_t ay, std::int32_t bx, std::int32_t by) {
  if (ay == by) return;
  std::int32_t sign = 1;
  if (ay > by) {
    std::swap(ax, bx);
    std::swap(ay, by);
    sign = -1;
  }
  const std::int32_t first = ay >> subpixel_bits, last = (by - 1) >> subpixel_bits;
  if (first == last) return add_row_segment(first, ax, bx, by - ay, sign);
  const std::int32_t dx = bx - ax, dy = by - ay;
  std::int32_t x = ax, y = ay;
  for (std::int32_t row = first; row <= last; ++row) {
    const std::int32_t border = std::min(by, (row + 1) << subpixel_bits);
    std::int32_t next = bx;
    if (border != by) {
      // To the nearest, rounded down for either direction of dx: the quotient is kept positive.
      constexpr std::int32_t up = most_px << subpixel_bits;
      const auto product = static_cast<std::uint32_t>((border - ay) * dx + dy / 2 + up * dy);
      next = ax + static_cast<std::int32_t>(product / static_cast<std::uint32_t>(dy)) - up;
    }
    add_row_segment(row, x, next, border - y, sign);
    x = next;
    y = border;
  }
}

void SmallRasteriser::add_row_segment(std::int32_t row, std::int32_t xa, std::int32_t xb, std::int32_t dy,
                                      std::int32_t sign) {
  constexpr auto unit = static_cast<std::int32_t>(subpixel);
  std::int32_t* cell = m_cells[row];
  const std::int32_t left = std::min(xa, xb), right = std::max(xa, xb);
  std::int32_t column = left >> subpixel_bits;
  const std::int32_t last = right == left ? column : (right - 1) >> subpixel_bits;
  const auto add = [&](std::int32_t height, std::int32_t fractions) {
    cell[column] += sign * height * (2 * unit - fractions);
    cell[column + 1] += sign * height * fractions;
  };
  if (column == last) return add(dy, left + right - 2 * (column << subpixel_bits));
  const auto run = static_cast<std::uint32_t>(right - left);
  std::int32_t height = 0, x = left;
  for (; column <= last; ++column) {
    const std::int32_t start = column << subpixel_bits;
    const std::int32_t end = std::min(right, start + unit);
    std::int32_t reached = dy;
    if (end != right) {
      reached = static_cast<std::int32_t>((static_cast<std::uint32_t>((end - left) * dy) + run / 2) / run);
    }
    add(reached - height, (x - start) + (end - start));
    height = reached;
    x = end;
  }
}

}  // namespace zaitu::render
