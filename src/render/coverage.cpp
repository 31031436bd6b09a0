#include "render/coverage.h"

namespace zaitu::render {

namespace {

__extension__ typedef __int128 Wide;

struct Quotient {
  std::int64_t whole, rest;  // floor division: 0 <= rest < divisor
};

// a * b / divisor, rounded down; exact for any place a projected coordinate can have.
Quotient floor_product(std::int64_t a, std::int64_t b, std::int64_t divisor) {
  constexpr std::int64_t narrow = std::int64_t{1} << 31;
  if (a < narrow && a > -narrow && b < narrow && b > -narrow) {
    const std::int64_t product = a * b;
    std::int64_t whole = product / divisor;
    std::int64_t rest = product % divisor;
    if (rest < 0) {
      rest += divisor;
      --whole;
    }
    return {whole, rest};
  }
  const Wide product = static_cast<Wide>(a) * b;
  Wide whole = product / divisor;
  Wide rest = product % divisor;
  if (rest < 0) {
    rest += divisor;
    --whole;
  }
  return {static_cast<std::int64_t>(whole), static_cast<std::int64_t>(rest)};
}

// The same to the nearest, as the floor of a quotient with half a divisor added: stepping it on stays exact.
Quotient nearest_product(std::int64_t a, std::int64_t b, std::int64_t divisor) {
  Quotient quotient = floor_product(a, b, divisor);
  quotient.rest += divisor / 2;
  if (quotient.rest >= divisor) {
    quotient.rest -= divisor;
    ++quotient.whole;
  }
  return quotient;
}

}  // namespace

CoverageRasteriser::CoverageRasteriser(int width, int height)
    : m_width(width),
      m_height(height),
      m_first_row(height),
      m_cells(static_cast<std::size_t>(width + 2) * static_cast<std::size_t>(height), 0),
      m_spans(static_cast<std::size_t>(height)),
      m_covers(static_cast<std::size_t>(width)) {}

void CoverageRasteriser::add_ring(std::span<const Point> ring) {
  if (ring.size() < 3) return;
  for (std::size_t i = 1; i < ring.size(); ++i) add_edge(ring[i - 1], ring[i]);
  if (!(ring.back() == ring.front())) add_edge(ring.back(), ring.front());
}

void CoverageRasteriser::add_edge(Point a, Point b) {
  if (a.y == b.y) return;
  // Walked downwards whichever way the ring goes: both sides of a shared edge then round alike.
  int sign = 1;
  if (a.y > b.y) {
    std::swap(a, b);
    sign = -1;
  }
  const std::int64_t bottom = static_cast<std::int64_t>(m_height) << subpixel_bits;
  if (b.y <= 0 || a.y >= bottom) return;
  const std::int64_t right = static_cast<std::int64_t>(m_width) << subpixel_bits;
  if (a.x >= right && b.x >= right) return;

  const std::int64_t y_begin = std::max<std::int64_t>(a.y, 0);
  const std::int64_t y_end = std::min(b.y, bottom);
  const std::int64_t first_row = y_begin >> subpixel_bits;
  const std::int64_t last_row = (y_end - 1) >> subpixel_bits;

  if (a.x <= 0 && b.x <= 0) {  // all of it covers whole rows from the left border on
    for (std::int64_t row = first_row; row <= last_row; ++row) {
      const std::int64_t dy = std::min(y_end, (row + 1) << subpixel_bits) - std::max(y_begin, row << subpixel_bits);
      cells(row)[0] += static_cast<std::int32_t>(sign * dy * 2 * subpixel);
      touch(row, 0, 0);
    }
    return;
  }

  const std::int64_t dx = b.x - a.x;
  const std::int64_t dy = b.y - a.y;
  if (first_row == last_row && y_begin == a.y && y_end == b.y) {
    add_row_segment(first_row, a.x, b.x, dy, sign);
    return;
  }
  // x where the edge crosses the rows' borders: nearest to the exact quotient, stepped without error.
  std::int64_t x = a.x;
  if (y_begin != a.y) x += nearest_product(y_begin - a.y, dx, dy).whole;
  const std::int64_t border = (first_row + 1) << subpixel_bits;
  Quotient at = nearest_product(border - a.y, dx, dy);
  const Quotient step = floor_product(subpixel, dx, dy);
  for (std::int64_t row = first_row; row <= last_row; ++row) {
    const std::int64_t y_top = std::max(y_begin, row << subpixel_bits);
    const std::int64_t y_bottom = std::min(y_end, (row + 1) << subpixel_bits);
    const std::int64_t next = y_bottom == b.y ? b.x : a.x + at.whole;
    add_row_segment(row, x, next, y_bottom - y_top, sign);
    x = next;
    at.whole += step.whole;
    at.rest += step.rest;
    if (at.rest >= dy) {
      at.rest -= dy;
      ++at.whole;
    }
  }
}

void CoverageRasteriser::add_row_segment(std::int64_t row, std::int64_t xa, std::int64_t xb, std::int64_t dy,
                                         int sign) {
  std::int32_t* cell = cells(row);
  const std::int64_t left = std::min(xa, xb);
  const std::int64_t right = std::max(xa, xb);
  const auto add = [&](std::int64_t column, std::int64_t height, std::int64_t fraction_sum) {
    cell[column] += static_cast<std::int32_t>(sign * height * (2 * subpixel - fraction_sum));
    cell[column + 1] += static_cast<std::int32_t>(sign * height * fraction_sum);
  };
  if (right <= 0) {
    cell[0] += static_cast<std::int32_t>(sign * dy * 2 * subpixel);
    touch(row, 0, 0);
    return;
  }
  const std::int64_t width = static_cast<std::int64_t>(m_width) << subpixel_bits;
  if (left >= width) return;
  std::int64_t column = left >> subpixel_bits;
  const std::int64_t last_column = right == left ? column : (right - 1) >> subpixel_bits;
  if (column == last_column) {
    const std::int64_t start = column << subpixel_bits;
    add(column, dy, (left - start) + (right - start));
    touch(row, column, column + 1);
    return;
  }
  // Heights where the segment crosses the columns' borders, from its left end; nearest again.
  const std::int64_t run = right - left;
  std::int64_t height = 0;
  std::int64_t x = left;
  if (column < 0) {
    height = nearest_product(-left, dy, run).whole;
    cell[0] += static_cast<std::int32_t>(sign * height * 2 * subpixel);
    column = 0;
    x = 0;
  }
  const std::int64_t first = column;
  Quotient at = nearest_product(((column + 1) << subpixel_bits) - left, dy, run);
  const Quotient step = floor_product(subpixel, dy, run);
  const std::int64_t end = std::min<std::int64_t>(last_column, m_width - 1);
  for (; column <= end; ++column) {
    const std::int64_t start = column << subpixel_bits;
    const std::int64_t x_next = std::min(right, start + subpixel);
    const std::int64_t height_next = x_next == right ? dy : at.whole;
    add(column, height_next - height, (x - start) + (x_next - start));
    height = height_next;
    x = x_next;
    at.whole += step.whole;
    at.rest += step.rest;
    if (at.rest >= run) {
      at.rest -= run;
      ++at.whole;
    }
  }
  touch(row, first, end + 1);
}

}  // namespace zaitu::render
