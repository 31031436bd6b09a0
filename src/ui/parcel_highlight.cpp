#include "ui/parcel_highlight.h"

#include <algorithm>
#include <cmath>

namespace zaitu::ui {

namespace {

constexpr std::size_t outlined_at_most = 800;  // in sight; beyond, what they cover is tinted
constexpr double cover_cell_px = 2;

}  // namespace

void fill_area(ImDrawList& list, const MapWindow& window, const geom::Triangles& triangles, ImU32 colour) {
  constexpr std::size_t at_once = 10000;  // Dear ImGui's indices have 16 bits
  const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
  for (std::size_t first = 0; first < triangles.corners.size(); first += at_once) {
    const std::size_t end = std::min(first + at_once, triangles.corners.size());
    const int vertices = static_cast<int>(3 * (end - first));
    list.PrimReserve(vertices, vertices);
    for (std::size_t i = first; i < end; ++i) {
      for (const std::uint32_t corner : triangles.corners[i]) {
        list.PrimVtx(window.to_window(triangles.vertices[corner]), white, colour);
      }
    }
  }
}

void ParcelOutlines::draw(const Frame& frame, ImDrawList& list, const MapWindow& window,
                          const model::ParcelTable& parcels, std::uint32_t row, const HighlightInk& ink) {
  const geom::FeatureGeometry geometry = parcels.geometry[row];
  const geom::Envelope extent = window.view.extent();
  if (!geometry.envelope().intersects(extent)) return;
  std::vector<std::vector<ImVec2>> rings;
  for (std::size_t part = 0; part < geometry.part_count(); ++part) {
    for (std::size_t ring = 0; ring < geometry.part(part).ring_count(); ++ring) {
      std::vector<ImVec2>& points = rings.emplace_back();
      for (const geom::Coord c : geometry.part(part).ring(ring)) {
        const ImVec2 p = window.to_window(c);
        // A vertex every half pixel is enough, whatever the survey's density.
        if (points.empty() || std::abs(points.back().x - p.x) + std::abs(points.back().y - p.y) > 0.5F) {
          points.push_back(p);
        }
      }
      if (points.size() > 1) points.back() = points.front();
    }
  }
  if (ink.ground > 0) {
    constexpr std::size_t kept_at_most = 4 * outlined_at_most;
    if (m_triangles.size() > kept_at_most) m_triangles.clear();
    auto made = m_triangles.find(row);
    if (made == m_triangles.end()) made = m_triangles.emplace(row, geom::triangulate(geometry)).first;
    fill_area(list, window, made->second, with_alpha(ink.line, ink.ground));
  }
  const float width = frame.px(ink.width_px);
  for (const auto& ring : rings) {
    const int count = static_cast<int>(ring.size()) - 1;
    if (count < 2) continue;
    list.AddPolyline(ring.data(), count, ink.halo, ImDrawFlags_Closed, width + frame.px(ink.halo_px));
    list.AddPolyline(ring.data(), count, ink.line, ImDrawFlags_Closed, width);
  }
}

void ParcelHighlight::set(const model::ParcelTable& parcels, std::vector<std::uint32_t> rows) {
  m_cover.reset();
  m_boxes.clear();
  m_boxes.reserve(rows.size());
  for (const std::uint32_t row : rows) m_boxes.push_back(parcels.geometry[row].envelope());
  m_rows = std::move(rows);
}

void ParcelHighlight::draw(const Frame& frame, ImDrawList& list, const MapWindow& window,
                           const model::ParcelTable& parcels, ParcelOutlines& outlines, const HighlightInk& ink) {
  const geom::Envelope seen = window.view.extent();
  std::vector<std::uint32_t> in_sight;
  for (std::size_t i = 0; i < m_rows.size() && in_sight.size() <= outlined_at_most; ++i) {
    if (m_boxes[i].intersects(seen)) in_sight.push_back(m_rows[i]);
  }
  if (in_sight.size() > outlined_at_most) {
    draw_cover(frame, list, window, parcels, with_alpha(ink.line, 0.4F));
    return;
  }
  for (const std::uint32_t row : in_sight) outlines.draw(frame, list, window, parcels, row, ink);
}

void ParcelHighlight::build_cover(const model::ParcelTable& parcels, const render::View& now) {
  const geom::GeometryColumn& geometry = *parcels.geometry;
  // Half a view further on all sides, so that panning finds it ready.
  const double cell = now.m_per_px * cover_cell_px;
  const geom::Envelope seen = now.extent();
  Cover cover;
  cover.m_per_px = now.m_per_px;
  cover.area = seen.buffered(std::max(seen.width(), seen.height()) / 2);
  const geom::Coord origin{cover.area.min_x, cover.area.min_y};
  const int columns = static_cast<int>(std::ceil(cover.area.width() / cell));
  const int rows = static_cast<int>(std::ceil(cover.area.height() / cell));
  std::vector<std::uint8_t> cells(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
  const auto fill = [&](int row, double from_x, double to_x) {  // the cells whose middle lies between
    if (row < 0 || row >= rows) return;
    const int from = std::max(0, static_cast<int>(std::ceil(from_x - 0.5)));
    const int to = std::min(columns - 1, static_cast<int>(std::floor(to_x - 0.5)));
    for (int column = from; column <= to; ++column) {
      cells[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column)] = 1;
    }
  };
  std::vector<double> crossings;
  for (std::size_t i = 0; i < m_rows.size(); ++i) {
    const geom::Envelope& box = m_boxes[i];
    if (!box.intersects(cover.area)) continue;
    // The smallest parcel covers the cell of its middle.
    const geom::Coord middle = box.centre();
    const double column = std::floor((middle.x - origin.x) / cell);
    fill(static_cast<int>(std::floor((middle.y - origin.y) / cell)), column, column + 1);
    if (box.width() < cell && box.height() < cell) continue;
    const geom::FeatureGeometry parcel = geometry[m_rows[i]];
    const int last = std::min(rows - 1, static_cast<int>(std::floor((box.max_y - origin.y) / cell)));
    for (int row = std::max(0, static_cast<int>(std::floor((box.min_y - origin.y) / cell))); row <= last; ++row) {
      const double y = origin.y + (row + 0.5) * cell;
      crossings.clear();
      for (std::size_t part = 0; part < parcel.part_count(); ++part) {
        for (std::size_t ring = 0; ring < parcel.part(part).ring_count(); ++ring) {
          std::optional<geom::Coord> before;
          for (const geom::Coord c : parcel.part(part).ring(ring)) {
            if (before && (before->y <= y) != (c.y <= y)) {
              crossings.push_back(before->x + (y - before->y) / (c.y - before->y) * (c.x - before->x));
            }
            before = c;
          }
        }
      }
      std::sort(crossings.begin(), crossings.end());
      for (std::size_t k = 0; k + 1 < crossings.size(); k += 2) {
        fill(row, (crossings[k] - origin.x) / cell, (crossings[k + 1] - origin.x) / cell);
      }
    }
  }
  // Runs of cells; those that stand below each other with the same ends become one piece.
  struct Run {
    int from, to, since;
  };
  std::vector<Run> open, now_open;
  const auto close = [&](const Run& run, int row) {
    cover.pieces.push_back(
        {origin.x + run.from * cell, origin.y + run.since * cell, origin.x + run.to * cell, origin.y + row * cell});
  };
  for (int row = 0; row <= rows; ++row) {
    now_open.clear();
    std::size_t above = 0;
    for (int column = 0; row < rows && column < columns;) {
      const std::uint8_t* line = cells.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(columns);
      if (line[column] == 0) {
        ++column;
        continue;
      }
      int to = column;
      while (to < columns && line[to] != 0) ++to;
      while (above < open.size() && open[above].from < column) close(open[above++], row);
      if (above < open.size() && open[above].from == column && open[above].to == to) {
        now_open.push_back(open[above++]);
      } else {
        now_open.push_back({column, to, row});
      }
      column = to;
    }
    while (above < open.size()) close(open[above++], row);
    std::swap(open, now_open);
  }
  m_cover = std::move(cover);
}

void ParcelHighlight::draw_cover(const Frame& frame, ImDrawList& list, const MapWindow& window,
                                 const model::ParcelTable& parcels, ImU32 colour) {
  const render::View& now = window.view;
  // While the scale changes, the cover of a scale near it will do.
  const double ratio = m_cover ? m_cover->m_per_px / now.m_per_px : 0;
  const bool near = ratio > 0.6 && ratio < 1.7 && frame.workspace.camera.moving();
  if (!m_cover || !m_cover->area.contains(now.extent()) || (ratio != 1 && !near)) build_cover(parcels, now);
  const geom::Envelope seen = now.extent();
  for (const geom::Envelope& piece : m_cover->pieces) {
    if (!piece.intersects(seen)) continue;
    const ImVec2 top_left = window.to_window({piece.min_x, piece.max_y}),
                 bottom_right = window.to_window({piece.max_x, piece.min_y});
    list.AddRectFilled({std::round(top_left.x), std::round(top_left.y)},
                       {std::round(bottom_right.x), std::round(bottom_right.y)}, colour);
  }
}

}  // namespace zaitu::ui
