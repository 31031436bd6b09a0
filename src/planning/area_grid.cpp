#include "planning/area_grid.h"

#include <algorithm>
#include <cmath>

namespace zaitu::planning {

namespace {

template <class Visit>
void for_each_edge(const geom::FeatureGeometry& geometry, Visit visit) {
  for (std::size_t p = 0; p < geometry.part_count(); ++p) {
    for (std::size_t r = 0; r < geometry.part(p).ring_count(); ++r) {
      const auto ring = geometry.part(p).ring(r);
      for (std::size_t i = 0; i + 1 < ring.size(); ++i) visit(ring[i], ring[i + 1]);
    }
  }
}

}  // namespace

AreaGrid::AreaGrid(std::span<const geom::FeatureGeometry> outlines, std::size_t cells) {
  for (const geom::FeatureGeometry& outline : outlines) m_box.expand(outline.envelope());
  if (m_box.empty() || !(m_box.width() > 0) || !(m_box.height() > 0)) {
    m_box = {};
    return;
  }
  const double long_side = std::max(m_box.width(), m_box.height());
  const double wanted =
      std::max(1.0, std::sqrt(static_cast<double>(cells) * long_side * long_side / (m_box.width() * m_box.height())));
  constexpr double most = 4096;  // on the longer side
  m_cells_per_unit = std::min(wanted, most) / long_side;
  // A ring of cells around everything belongs to no area: a box that reaches beyond the grid is judged by it.
  m_box = m_box.buffered(1.5 / m_cells_per_unit);
  m_columns = static_cast<std::size_t>(std::ceil(m_box.width() * m_cells_per_unit)) + 1;
  m_lines = static_cast<std::size_t>(std::ceil(m_box.height() * m_cells_per_unit)) + 1;
  m_cells.assign(m_columns * m_lines, 0);

  std::vector<char> is_rim(m_cells.size(), 0);
  for (const geom::FeatureGeometry& outline : outlines) mark_rim(outline, is_rim);
  for (std::uint32_t i = 0; i < outlines.size(); ++i) fill(i, outlines[i], is_rim);
  for (std::size_t i = 0; i < m_cells.size(); ++i) {
    if (is_rim[i] != 0) m_cells[i] = rim;
  }
}

// Every cell that an edge touches, line by line of cells; cells that it misses by a thousandth are marked too, so that
// no rounding leaves one out.
void AreaGrid::mark_rim(const geom::FeatureGeometry& outline, std::vector<char>& is_rim) const {
  const double cell_m = 1 / m_cells_per_unit;
  const double slack_m = cell_m / 1000;
  for_each_edge(outline, [&](geom::Coord a, geom::Coord b) {
    if (a.y > b.y) std::swap(a, b);
    const std::size_t low = line(a.y - slack_m), high = line(b.y + slack_m);
    for (std::size_t y = low; y <= high; ++y) {
      double left = std::min(a.x, b.x), right = std::max(a.x, b.x);
      if (low != high) {
        const double from = m_box.min_y + static_cast<double>(y) * cell_m - slack_m;
        const double to = from + cell_m + 2 * slack_m;
        const auto x_at = [&](double at) { return a.x + (b.x - a.x) * std::clamp((at - a.y) / (b.y - a.y), 0.0, 1.0); };
        if (b.y > a.y) {
          const double x0 = x_at(from), x1 = x_at(to);
          left = std::min(x0, x1);
          right = std::max(x0, x1);
        }
      }
      const std::size_t first = column(left - slack_m), last = column(right + slack_m);
      std::fill(is_rim.begin() + static_cast<std::ptrdiff_t>(y * m_columns + first),
                is_rim.begin() + static_cast<std::ptrdiff_t>(y * m_columns + last + 1), char{1});
    }
  });
}

// Adds the area to the set of every cell inside it. The middle of a cell that no rim touches speaks for all of it.
void AreaGrid::fill(std::uint32_t area, const geom::FeatureGeometry& outline, const std::vector<char>& is_rim) {
  const double cell_m = 1 / m_cells_per_unit;
  const geom::Envelope box = outline.envelope();
  if (box.empty()) return;
  const std::size_t low = line(box.min_y), high = line(box.max_y);
  std::vector<std::vector<double>> crossings(high - low + 1);
  const auto middle = [&](std::size_t y) { return m_box.min_y + (static_cast<double>(y) + 0.5) * cell_m; };
  for_each_edge(outline, [&](geom::Coord a, geom::Coord b) {
    if (a.y > b.y) std::swap(a, b);
    for (std::size_t y = line(a.y); y <= line(b.y); ++y) {
      const double at = middle(y);
      if ((a.y > at) != (b.y > at)) crossings[y - low].push_back(a.x + (b.x - a.x) * ((at - a.y) / (b.y - a.y)));
    }
  });
  constexpr std::uint32_t not_yet = UINT32_MAX;
  std::vector<std::uint32_t> with_area(m_sets.size(), not_yet);  // by set: the set with this area too
  for (std::size_t y = low; y <= high; ++y) {
    std::vector<double>& at = crossings[y - low];
    std::sort(at.begin(), at.end());
    for (std::size_t i = 0; i + 1 < at.size(); i += 2) {
      const std::size_t first = column(at[i]), last = column(at[i + 1]);
      for (std::size_t x = first; x <= last; ++x) {
        const std::size_t place = y * m_columns + x;
        std::uint32_t& set = m_cells[place];
        if (is_rim[place] != 0 || set >= with_area.size()) continue;  // both ends of the run are rim
        if (with_area[set] == not_yet) {
          with_area[set] = static_cast<std::uint32_t>(m_sets.size());
          m_sets.push_back(m_sets[set]);
          m_sets.back().push_back(area);
        }
        set = with_area[set];
      }
    }
  }
}

}  // namespace zaitu::planning
