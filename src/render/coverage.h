// Exact area coverage of polygons on a pixel grid: each edge adds its signed area to the cells it crosses, and a
// running sum along each row turns these into coverage. All integer, so that any tile of a larger picture gets the very
// same values, and two polygons that share an edge share each of its pixels without a gap.
// One rasteriser per thread; it keeps its memory between polygons.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace zaitu::render {

inline constexpr int subpixel_bits = 10;
inline constexpr std::int64_t subpixel = 1 << subpixel_bits;
inline constexpr std::int32_t full_coverage = 1 << 15;

// Place in sub-pixels (1/1024 px) from the corner of the tile, y downwards.
struct Point {
  std::int64_t x = 0, y = 0;
  friend bool operator==(Point, Point) = default;
};

enum class FillRule { non_zero, even_odd };

class CoverageRasteriser {
 public:
  CoverageRasteriser(int width, int height);

  int width() const { return m_width; }
  int height() const { return m_height; }

  void add_edge(Point a, Point b);
  void add_ring(std::span<const Point> ring);  // closes itself

  // Gives the coverage gathered since the last sweep, row by row, and starts anew.
  // span(y, x, covers): coverage 0..full_coverage of the pixels from x on; run(y, x, n, cover): n equal pixels.
  template <class Sink>
  void sweep(FillRule rule, Sink&& sink);

 private:
  static constexpr std::int32_t full_cell = 1 << (2 * subpixel_bits + 1);

  void add_row_segment(std::int64_t row, std::int64_t xa, std::int64_t xb, std::int64_t dy, int sign);
  void touch(std::int64_t row, std::int64_t first, std::int64_t last) {
    RowSpan& span = m_spans[static_cast<std::size_t>(row)];
    span.first = std::min(span.first, static_cast<std::int32_t>(first));
    span.last = std::max(span.last, static_cast<std::int32_t>(last));
    m_first_row = std::min(m_first_row, static_cast<int>(row));
    m_last_row = std::max(m_last_row, static_cast<int>(row));
  }
  std::int32_t* cells(std::int64_t row) {
    return m_cells.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(m_width + 2);
  }
  static std::int32_t cover_of(std::int32_t sum, FillRule rule) {
    std::int32_t cover = sum < 0 ? -sum : sum;
    if (rule == FillRule::even_odd) {
      cover &= 2 * full_cell - 1;
      if (cover > full_cell) cover = 2 * full_cell - cover;
    } else if (cover > full_cell) {
      cover = full_cell;
    }
    constexpr int shift = 2 * subpixel_bits + 1 - 15;
    return (cover + (1 << (shift - 1))) >> shift;
  }

  struct RowSpan {
    std::int32_t first = INT32_MAX, last = -1;
  };
  int m_width, m_height;
  int m_first_row, m_last_row = -1;
  std::vector<std::int32_t> m_cells;  // of a row: width + 2, the last two take what lies right of the tile
  std::vector<RowSpan> m_spans;
  std::vector<std::uint16_t> m_covers;
};

template <class Sink>
void CoverageRasteriser::sweep(FillRule rule, Sink&& sink) {
  constexpr int shortest_run = 8;
  for (int y = m_first_row; y <= m_last_row; ++y) {
    RowSpan& span = m_spans[static_cast<std::size_t>(y)];
    if (span.last < 0) continue;
    std::int32_t* row = cells(y);
    std::int32_t sum = 0;
    const int last = std::min(span.last, m_width - 1);
    int x = span.first;
    int from = x;  // first pixel not yet handed out
    const auto flush = [&](int end) {
      if (end > from) {
        sink.span(y, from,
                  std::span<const std::uint16_t>(m_covers.data() + from, static_cast<std::size_t>(end - from)));
      }
    };
    while (x < m_width) {
      // Where no cell was touched the coverage stays as it is.
      int same = x;
      if (x > last) {
        same = m_width;
      } else {
        while (same <= last && row[same] == 0) ++same;
        if (same > last) same = m_width;
      }
      if (same - x >= shortest_run || same == m_width) {
        flush(x);
        const std::int32_t cover = cover_of(sum, rule);
        if (cover > 0) sink.run(y, x, same - x, cover);
        x = same;
        from = same;
        continue;
      }
      for (; x < same; ++x) m_covers[static_cast<std::size_t>(x)] = static_cast<std::uint16_t>(cover_of(sum, rule));
      if (x < m_width) {
        sum += row[x];
        row[x] = 0;
        m_covers[static_cast<std::size_t>(x)] = static_cast<std::uint16_t>(cover_of(sum, rule));
        ++x;
      }
    }
    flush(m_width);
    row[m_width] = 0;
    row[m_width + 1] = 0;
    span = RowSpan{};
  }
  m_first_row = m_height;
  m_last_row = -1;
}

}  // namespace zaitu::render
