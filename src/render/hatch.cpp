#include "render/hatch.h"

#include <algorithm>
#include <cmath>

#include "render/coverage.h"

namespace zaitu::render {

namespace {

// Share of a unit pixel that lies below the diagonal line u = x + y, for the pixel's lower corner at 0.
double below_diagonal(double u) {
  if (u <= 0) return 0;
  if (u < 1) return u * u / 2;
  if (u < 2) return 1 - (2 - u) * (2 - u) / 2;
  return 1;
}

// Place in sub-pixels within a period of sub-pixels, exact in integers.
double phase_px(std::int64_t place, std::int64_t period) {
  std::int64_t rest = place % period;
  if (rest < 0) rest += period;
  return static_cast<double>(rest) / static_cast<double>(subpixel);
}

// Coverage of diagonal stripes for each value of x + y (or x - y).
std::vector<std::uint16_t> stripes(std::int64_t start, int count, std::int64_t period, double band_px) {
  std::vector<std::uint16_t> covers(static_cast<std::size_t>(count));
  const double period_px = static_cast<double>(period) / static_cast<double>(subpixel);
  for (int i = 0; i < count; ++i) {
    const double at = phase_px(start + static_cast<std::int64_t>(i) * subpixel, period);
    double cover = 0;
    for (int k = -1; k <= 2; ++k) {  // stripes from k * period on; a pixel spans two units of x + y
      const double from = k * period_px - at;
      cover += below_diagonal(from + band_px) - below_diagonal(from);
    }
    covers[static_cast<std::size_t>(i)] =
        static_cast<std::uint16_t>(std::min(1.0, cover) * static_cast<double>(full_coverage) + 0.5);
  }
  return covers;
}

// Squared distance of pixel centres to the nearest line of dots.
std::vector<float> distances(std::int64_t start, int direction, int count, std::int64_t period, std::int64_t offset) {
  std::vector<float> result(static_cast<std::size_t>(count));
  const double period_px = static_cast<double>(period) / static_cast<double>(subpixel);
  for (int i = 0; i < count; ++i) {
    const std::int64_t centre = start + direction * (static_cast<std::int64_t>(i) * subpixel + subpixel / 2) + offset;
    const double at = phase_px(centre, period);
    const double distance = std::min(at, period_px - at);
    result[static_cast<std::size_t>(i)] = static_cast<float>(distance * distance);
  }
  return result;
}

}  // namespace

std::int64_t hatch_period(double spacing_px) {
  // The spacing is measured across the lines; along x the period is longer by the root of two.
  return static_cast<std::int64_t>(std::max(2.0, spacing_px) * 1.4142135623730951 * static_cast<double>(subpixel));
}

HatchCover::HatchCover(style::HatchPattern pattern, double spacing_px, double px_scale, std::int64_t left,
                       std::int64_t top, int width, int height)
    : m_pattern(pattern), m_height(height), m_dot_radius_px(hatch_dot_radius_px * px_scale) {
  using style::HatchPattern;
  const std::int64_t period = hatch_period(spacing_px * px_scale);
  const double band = hatch_line_px * px_scale * 1.4142135623730951;
  // y runs down in the tile and up in the grid: grid y of a pixel's upper edge is top - y.
  if (pattern == HatchPattern::diagonal || pattern == HatchPattern::cross) {
    m_rising = stripes(left - top, width + height, period, band);
  }
  if (pattern == HatchPattern::back_diagonal || pattern == HatchPattern::cross) {
    // x - y from the pixel's lower left corner: one pixel lower than its upper edge.
    m_falling =
        stripes(left + top - (static_cast<std::int64_t>(height) + 1) * subpixel, width + height + 1, period, band);
  }
  if (pattern == HatchPattern::dots) {  // two square grids, one shifted by half a period: a quincunx
    m_across = distances(left, 1, width, period, 0);
    m_down = distances(top, -1, height, period, 0);
    m_across_other = distances(left, 1, width, period, period / 2);
    m_down_other = distances(top, -1, height, period, period / 2);
  }
}

std::uint32_t HatchCover::dot(int x, int y) const {
  const auto column = static_cast<std::size_t>(x);
  const auto row = static_cast<std::size_t>(y);
  const float nearest = std::min(m_across[column] + m_down[row], m_across_other[column] + m_down_other[row]);
  const double cover = m_dot_radius_px + 0.5 - std::sqrt(static_cast<double>(nearest));
  return static_cast<std::uint32_t>(std::clamp(cover, 0.0, 1.0) * static_cast<double>(full_coverage) + 0.5);
}

}  // namespace zaitu::render
