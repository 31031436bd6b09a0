// The areas of one layer (circles, zones or towns) laid over a grid of cells, so that a parcel which no rim comes near
// is placed by a look at the few cells under its box. Only what lies near a rim is left for an exact intersection.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "geom/geometry.h"

namespace zaitu::planning {

class AreaGrid {
 public:
  AreaGrid() = default;
  // `outlines`: valid (multi)polygons in the order of the layer's areas. About `cells` cells.
  AreaGrid(std::span<const geom::FeatureGeometry> outlines, std::size_t cells);

  // Number of the set of areas in which the whole box lies (0: in none of them, and meets none); nullopt where a rim
  // may meet the box.
  std::optional<std::uint32_t> set_around(const geom::Envelope& box) const {
    if (m_cells.empty() || !m_box.intersects(box)) return 0;
    const std::size_t left = column(box.min_x), right = column(box.max_x);
    const std::size_t low = line(box.min_y), high = line(box.max_y);
    const std::uint32_t set = m_cells[low * m_columns + left];
    for (std::size_t y = low; y <= high; ++y) {
      for (std::size_t x = left; x <= right; ++x) {
        if (m_cells[y * m_columns + x] != set) return std::nullopt;
      }
    }
    if (set == rim) return std::nullopt;
    return set;
  }
  // Areas (places in `outlines`, ascending) of each set; set 0 is empty.
  const std::vector<std::vector<std::uint32_t>>& sets() const { return m_sets; }

 private:
  static constexpr std::uint32_t rim = UINT32_MAX;

  // The same rounding for boxes and for rims: a point of the plane is in one cell, whoever asks.
  std::size_t column(double x) const { return cell(x, m_box.min_x, m_columns); }
  std::size_t line(double y) const { return cell(y, m_box.min_y, m_lines); }
  std::size_t cell(double at, double start, std::size_t count) const {
    const double place = (at - start) * m_cells_per_unit;
    if (!(place > 0)) return 0;
    return place >= static_cast<double>(count) ? count - 1 : static_cast<std::size_t>(place);
  }
  void mark_rim(const geom::FeatureGeometry& outline, std::vector<char>& is_rim) const;
  void fill(std::uint32_t area, const geom::FeatureGeometry& outline, const std::vector<char>& is_rim);

  geom::Envelope m_box;
  double m_cells_per_unit = 1;
  std::size_t m_columns = 0, m_lines = 0;
  std::vector<std::uint32_t> m_cells;
  std::vector<std::vector<std::uint32_t>> m_sets{1};
};

}  // namespace zaitu::planning
