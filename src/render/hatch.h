// Hatches as coverage per pixel, a function of the place on the map's pixel grid: tiles join, and features that share a
// pattern share its phase.
#pragma once

#include <cstdint>
#include <vector>

#include "style/symbol.h"

namespace zaitu::render {

inline constexpr double hatch_line_px = 1.1;
inline constexpr double hatch_dot_radius_px = 1.0;

// Distance of the lines along x (lines are diagonal), in whole sub-pixels: far from the origin every digit counts.
std::int64_t hatch_period(double spacing_px);

class HatchCover {
 public:
  // left and top of the tile on the map's grid in sub-pixels; top grows northwards. Spacing, lines and dots are
  // px_scale times as large as in the design.
  HatchCover(style::HatchPattern pattern, double spacing_px, double px_scale, std::int64_t left, std::int64_t top,
             int width, int height);
  // The covers of a row from x on, side by side; null where they have to be asked for one by one.
  const std::uint16_t* row(int x, int y) const {
    if (m_pattern == style::HatchPattern::diagonal) return m_rising.data() + (x + y);
    if (m_pattern == style::HatchPattern::back_diagonal) return m_falling.data() + (x - y + m_height);
    return nullptr;
  }
  // 0..full_coverage
  std::uint32_t operator()(int x, int y) const {
    switch (m_pattern) {
      case style::HatchPattern::diagonal:
        return m_rising[static_cast<std::size_t>(x + y)];
      case style::HatchPattern::back_diagonal:
        return m_falling[static_cast<std::size_t>(x - y + m_height)];
      case style::HatchPattern::cross: {
        const std::uint32_t a = m_rising[static_cast<std::size_t>(x + y)];
        const std::uint32_t b = m_falling[static_cast<std::size_t>(x - y + m_height)];
        return a > b ? a : b;
      }
      case style::HatchPattern::dots:
        return dot(x, y);
      case style::HatchPattern::none:
        break;
    }
    return 0;
  }

 private:
  std::uint32_t dot(int x, int y) const;

  style::HatchPattern m_pattern;
  int m_height;
  double m_dot_radius_px;
  std::vector<std::uint16_t> m_rising, m_falling;                     // by x + y, by x - y + height
  std::vector<float> m_across, m_down, m_across_other, m_down_other;  // distance² to the nearest dot row and column
};

}  // namespace zaitu::render
