// What lies over the map's tiles: selection, hover, labels, measuring, scale bar, north arrow, coordinates,
// attribution.
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "geom/measure.h"
#include "geom/triangulate.h"
#include "ui/map_view.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

constexpr std::size_t outlined_at_most = 800;  // in sight; beyond, what they cover is tinted
constexpr double cover_cell_px = 2;

// Triangles without smoothed edges: between neighbours those would show as seams.
template <class Place>
void fill(ImDrawList& list, const geom::Triangles& triangles, const Place& place, ImU32 colour) {
  constexpr std::size_t at_once = 10000;  // Dear ImGui's indices have 16 bits
  const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
  for (std::size_t first = 0; first < triangles.corners.size(); first += at_once) {
    const std::size_t end = std::min(first + at_once, triangles.corners.size());
    const int vertices = static_cast<int>(3 * (end - first));
    list.PrimReserve(vertices, vertices);
    for (std::size_t i = first; i < end; ++i) {
      for (const std::uint32_t corner : triangles.corners[i]) {
        list.PrimVtx(place(triangles.vertices[corner]), white, colour);
      }
    }
  }
}

double round_length(double at_most) {
  const double power = std::pow(10.0, std::floor(std::log10(at_most)));
  const double lead = at_most / power;
  return power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
}

std::string length_text(double metres) {
  if (metres >= 1000) return base::number(metres / 1000, metres >= 10000 ? 1 : 2) + " km";
  return base::number(metres, metres >= 100 ? 0 : 1) + " m";
}

}  // namespace

void MapView::update_selected_rows(const Frame& frame) {
  const app::Selection& selection = frame.document.selection();
  const base::Date at = frame.document.as_of();
  if (m_selected_generation == frame.document.generation() && m_selected == selection && m_selected_at == at) return;
  m_selected_generation = frame.document.generation();
  m_selected = selection;
  m_selected_at = at;
  m_selected_boxes.clear();
  m_selected_points.clear();
  m_cover.reset();
  const model::Project& project = *frame.picture->project;
  std::vector<std::uint32_t> rows;
  rows.reserve(selection.parcels.size());
  for (const std::int64_t id : selection.parcels) {
    if (const auto row = project.parcels->row_of(model::ParcelId{id})) rows.push_back(*row);
  }
  const auto& phase_parcels = frame.picture->locations->phase_parcels;
  for (std::size_t i = 0; i < project.phases->size() && i < phase_parcels.size(); ++i) {
    const model::Phase& phase = (*project.phases)[i];
    if (selection.phases.contains(phase.id.value) || selection.projects.contains(phase.project.value)) {
      rows.insert(rows.end(), phase_parcels[i].begin(), phase_parcels[i].end());
    }
  }
  for (const model::ProjectParcel& link : *project.project_parcels) {
    if (!selection.projects.contains(link.project.value)) continue;
    if (const auto row = project.parcels->row_of(link.parcel)) rows.push_back(*row);
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  std::erase_if(rows, [&](std::uint32_t row) { return !project.parcels->in_force(row, at); });
  m_selected_boxes.reserve(rows.size());
  for (const std::uint32_t row : rows) m_selected_boxes.push_back(project.parcels->geometry[row].envelope());
  m_selected_rows = std::move(rows);
  for (const model::CarrierProject& row : *project.projects) {
    if (row.location && selection.projects.contains(row.id.value)) m_selected_points.push_back(*row.location);
  }
}

const geom::Triangles& MapView::triangles_of(const Frame& frame, std::uint32_t row) {
  constexpr std::size_t most = 4 * outlined_at_most;
  const std::uint64_t generation = frame.document.generation();
  if (std::exchange(m_triangles_generation, generation) != generation || m_triangles.size() > most) m_triangles.clear();
  const auto found = m_triangles.find(row);
  if (found != m_triangles.end()) return found->second;
  return m_triangles.emplace(row, geom::triangulate(frame.picture->project->parcels->geometry[row])).first->second;
}

void MapView::draw_parcel(const Frame& frame, ImDrawList& list, const render::View& now, std::uint32_t row,
                          ImU32 colour, float width) {
  const geom::FeatureGeometry geometry = frame.picture->project->parcels->geometry[row];
  const geom::Envelope extent = now.extent();
  if (!geometry.envelope().intersects(extent)) return;
  std::vector<std::vector<ImVec2>> rings;
  for (std::size_t part = 0; part < geometry.part_count(); ++part) {
    for (std::size_t ring = 0; ring < geometry.part(part).ring_count(); ++ring) {
      std::vector<ImVec2>& points = rings.emplace_back();
      for (const geom::Coord c : geometry.part(part).ring(ring)) {
        const ImVec2 p = to_window(now, c);
        // A vertex every half pixel is enough, whatever the survey's density.
        if (points.empty() || std::abs(points.back().x - p.x) + std::abs(points.back().y - p.y) > 0.5F) {
          points.push_back(p);
        }
      }
      if (points.size() > 1) points.back() = points.front();
    }
  }
  const auto place = [&](geom::Coord c) { return to_window(now, c); };
  fill(list, triangles_of(frame, row), place, with_alpha(colour, 0.22F));
  for (const auto& ring : rings) {
    const int count = static_cast<int>(ring.size()) - 1;
    if (count < 2) continue;
    list.AddPolyline(ring.data(), count, frame.look.colour.selection_halo, ImDrawFlags_Closed, width + frame.px(2.5F));
    list.AddPolyline(ring.data(), count, colour, ImDrawFlags_Closed, width);
  }
}

void MapView::draw_selection(const Frame& frame, ImDrawList& list, const render::View& now) {
  update_selected_rows(frame);
  const model::ParcelTable& parcels = *frame.picture->project->parcels;
  const ImU32 colour = frame.look.colour.selection;
  const geom::Envelope seen = now.extent();
  std::vector<std::uint32_t> in_sight;
  for (std::size_t i = 0; i < m_selected_rows.size() && in_sight.size() <= outlined_at_most; ++i) {
    if (m_selected_boxes[i].intersects(seen)) in_sight.push_back(m_selected_rows[i]);
  }
  if (in_sight.size() > outlined_at_most) {
    draw_many_selected(frame, list, now);
  } else {
    for (const std::uint32_t row : in_sight) {
      draw_parcel(frame, list, now, row, colour, frame.px(2));
    }
  }
  for (const geom::Coord& place : m_selected_points) {
    const ImVec2 p = to_window(now, place);
    list.AddCircle(p, frame.px(9), frame.look.colour.selection_halo, 0, frame.px(4));
    list.AddCircle(p, frame.px(9), colour, 0, frame.px(2));
  }
  const std::optional<std::uint32_t> hovered = frame.workspace.hovered_parcel;
  if (hovered && *hovered < parcels.size()) draw_parcel(frame, list, now, *hovered, colour, frame.px(1.5F));
}

void MapView::build_selection_cover(const Frame& frame, const render::View& now) {
  const geom::GeometryColumn& geometry = *frame.picture->project->parcels->geometry;
  // Half a view further on all sides, so that panning finds it ready.
  const double cell = now.m_per_px * cover_cell_px;
  const geom::Envelope seen = now.extent();
  SelectionCover cover;
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
  for (std::size_t i = 0; i < m_selected_rows.size(); ++i) {
    const geom::Envelope& box = m_selected_boxes[i];
    if (!box.intersects(cover.area)) continue;
    // The smallest parcel covers the cell of its middle.
    const geom::Coord middle = box.centre();
    const double column = std::floor((middle.x - origin.x) / cell);
    fill(static_cast<int>(std::floor((middle.y - origin.y) / cell)), column, column + 1);
    if (box.width() < cell && box.height() < cell) continue;
    const geom::FeatureGeometry parcel = geometry[m_selected_rows[i]];
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

void MapView::draw_many_selected(const Frame& frame, ImDrawList& list, const render::View& now) {
  // While the scale changes, the cover of a scale near it will do.
  const double ratio = m_cover ? m_cover->m_per_px / now.m_per_px : 0;
  const bool near = ratio > 0.6 && ratio < 1.7 && frame.workspace.camera.moving();
  if (!m_cover || !m_cover->area.contains(now.extent()) || (ratio != 1 && !near)) build_selection_cover(frame, now);
  const geom::Envelope seen = now.extent();
  const ImU32 colour = with_alpha(frame.look.colour.selection, 0.4F);
  for (const geom::Envelope& piece : m_cover->pieces) {
    if (!piece.intersects(seen)) continue;
    const ImVec2 top_left = to_window(now, {piece.min_x, piece.max_y}),
                 bottom_right = to_window(now, {piece.max_x, piece.min_y});
    list.AddRectFilled({std::round(top_left.x), std::round(top_left.y)},
                       {std::round(bottom_right.x), std::round(bottom_right.y)}, colour);
  }
}

void MapView::draw_labels(const Frame& frame, ImDrawList& list, const render::View& now) const {
  // Placed for another scale they would run into each other: better none until the new ones are there.
  const double ratio = now.m_per_px / MapCamera::resolution(m_labels.level);
  if (ratio > 1.3 || ratio < 0.5) return;
  for (const PlacedLabel& label : m_labels.labels) {
    const ImVec2 centre = to_window(now, label.place);
    ImFont* font = frame.fonts.nearest(label.em_px);
    const ImVec2 size = text_size(font, label.text);
    const ImVec2 at{std::round(centre.x - size.x / 2), std::round(centre.y - size.y / 2)};
    if (at.x > m_at.x + m_size.x || at.x + size.x < m_at.x || at.y > m_at.y + m_size.y || at.y + size.y < m_at.y) {
      continue;
    }
    draw_text(list, frame.fonts.halo_of(font), at, to_imgui(label.halo), label.text);
    draw_text(list, font, at, to_imgui(label.colour), label.text);
  }
}

// The tool's line or area so far; its vertices on the screen.
std::vector<ImVec2> MapView::draw_sketch(const Frame& frame, ImDrawList& list, const render::View& now,
                                         const std::vector<geom::Coord>& points, ImU32 colour) const {
  std::vector<ImVec2> shown;
  shown.reserve(points.size());
  for (const geom::Coord& c : points) shown.push_back(to_window(now, c));
  if (shown.size() > 2) {
    std::vector<geom::Coord> ring = points;
    ring.push_back(ring.front());
    geom::GeometryColumn area;
    area.begin_feature();
    area.begin_part();
    area.add_ring(ring);
    const auto place = [&](geom::Coord c) { return to_window(now, c); };
    fill(list, geom::triangulate(area[0]), place, with_alpha(colour, 0.14F));
    list.AddLine(shown.back(), shown.front(), with_alpha(colour, 0.6F), frame.px(1));
  }
  list.AddPolyline(shown.data(), static_cast<int>(shown.size()), frame.look.colour.selection_halo, 0, frame.px(4));
  list.AddPolyline(shown.data(), static_cast<int>(shown.size()), colour, 0, frame.px(2));
  for (const ImVec2& p : shown) {
    list.AddCircleFilled(p, frame.px(4), frame.look.colour.selection_halo);
    list.AddCircleFilled(p, frame.px(3), colour);
  }
  return shown;
}

void MapView::draw_area(const Frame& frame, ImDrawList& list, const render::View& now) const {
  if (frame.workspace.tool != MapTool::select_area || frame.workspace.sketch.empty()) return;
  std::vector<geom::Coord> points = frame.workspace.sketch;
  if (m_cursor) points.push_back(m_snapped ? m_snapped->place : *m_cursor);
  draw_sketch(frame, list, now, points, frame.look.colour.selection);
}

// A square on a vertex, a cross on an edge.
void MapView::draw_snap(const Frame& frame, ImDrawList& list, const render::View& now) const {
  if (!m_snapped) return;
  const ImVec2 p = to_window(now, m_snapped->place);
  const float reach = frame.px(5);
  for (const auto& [colour, width] : {std::pair{frame.look.colour.selection_halo, frame.px(4)},
                                      std::pair{frame.look.colour.selection, frame.px(2)}}) {
    if (m_snapped->is_vertex) {
      list.AddRect({p.x - reach, p.y - reach}, {p.x + reach, p.y + reach}, colour, 0, 0, width);
    } else {
      list.AddLine({p.x - reach, p.y - reach}, {p.x + reach, p.y + reach}, colour, width);
      list.AddLine({p.x - reach, p.y + reach}, {p.x + reach, p.y - reach}, colour, width);
    }
  }
}

void MapView::draw_measure(const Frame& frame, ImDrawList& list, const render::View& now) {
  if (frame.workspace.tool != MapTool::measure || frame.workspace.sketch.empty()) return;
  std::vector<geom::Coord> points = frame.workspace.sketch;
  if (!frame.workspace.sketch_closed && m_cursor) points.push_back(m_snapped ? m_snapped->place : *m_cursor);
  if (m_ellipsoid_asked == Asked::answered && points != m_measured.points) {
    m_measured = {points, 0, 0, 0, 0};
    geom::GeometryColumn line(geom::GeometryKind::line), polygon;
    line.begin_feature();
    line.begin_part();
    line.add_ring(points);
    m_measured.length_m = geom::length(line[0]) * m_metres_per_unit;
    m_measured.length_ellipsoidal = m_ellipsoid ? m_ellipsoid->length(line[0]) : m_measured.length_m;
    if (points.size() > 2) {
      std::vector<geom::Coord> ring = points;
      ring.push_back(ring.front());
      polygon.begin_feature();
      polygon.begin_part();
      polygon.add_ring(ring);
      m_measured.area_planar = std::abs(geom::area(polygon[0]));
      m_measured.area_ellipsoidal = m_ellipsoid ? std::abs((*m_ellipsoid)(polygon[0])) : 0;
    }
  }
  const std::vector<ImVec2> shown = draw_sketch(frame, list, now, points, frame.look.colour.danger);
  if (shown.size() < 2 || m_ellipsoid_asked != Asked::answered) return;
  std::vector<std::string> lines{frame.tr("measure.length") + "  " + length_text(m_measured.length_ellipsoidal)};
  if (!frame.workspace.document.picture()->project->crs->is_geographic()) {
    lines.push_back(frame.tr("measure.length_planar") + "  " + length_text(m_measured.length_m));
  }
  if (points.size() > 2) {
    const base::Language language = frame.tr.language();
    lines.push_back(frame.tr("measure.area_ellipsoidal") + "  " +
                    base::square_metres(m_measured.area_ellipsoidal, language));
    if (!frame.workspace.document.picture()->project->crs->is_geographic()) {
      lines.push_back(frame.tr("measure.area_planar") + "  " + base::square_metres(m_measured.area_planar, language));
    }
    lines.push_back(base::land_area(m_measured.area_ellipsoidal, language));
  }
  const float line_height = ImGui::GetFontSize() + frame.px(2), pad = frame.px(8);
  float width = 0;
  for (const std::string& line : lines) width = std::max(width, text_size(line).x);
  const ImVec2 size{width + 2 * pad, line_height * static_cast<float>(lines.size()) + 2 * pad};
  ImVec2 at{shown.back().x + frame.px(14), shown.back().y + frame.px(14)};
  at.x = std::round(std::min(at.x, m_at.x + m_size.x - size.x - pad));
  at.y = std::round(std::min(at.y, m_at.y + m_size.y - size.y - pad));
  list.AddRectFilled(at, {at.x + size.x, at.y + size.y}, frame.look.colour.surface, frame.px(4));
  list.AddRect(at, {at.x + size.x, at.y + size.y}, frame.look.colour.border_strong, frame.px(4));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    add_text(list, {at.x + pad, at.y + pad + line_height * static_cast<float>(i)}, frame.look.colour.text, lines[i]);
  }
}

void MapView::draw_furniture(const Frame& frame, ImDrawList& list, const render::View& now) {
  if (!frame.picture) return;
  const Palette& c = frame.look.colour;
  ImFont* font = frame.fonts[TextSize::small];
  const float pad = frame.px(8), line = font->FontSize;
  const ImU32 ground = with_alpha(c.surface, 0.94F);
  const float bottom = m_at.y + m_size.y - pad, right = m_at.x + m_size.x - pad, left = m_at.x + pad;

  // Scale bar
  const double metres_per_px = now.m_per_px * m_metres_per_unit;
  const double length = round_length(metres_per_px * frame.px(130));
  const float bar = static_cast<float>(length / metres_per_px);
  const std::string length_label = length_text(length);
  const ImVec2 bar_at{left, bottom - frame.px(34)};
  list.AddRectFilled(bar_at, {bar_at.x + bar + 2 * pad, bottom}, ground, frame.px(4));
  draw_text(list, font, {bar_at.x + pad, bar_at.y + frame.px(2)}, c.text, length_label);
  const float y = bottom - frame.px(8), x = bar_at.x + pad;
  list.AddRectFilled({x, y - frame.px(4)}, {x + bar / 2, y}, c.text);
  list.AddRectFilled({x + bar / 2, y - frame.px(4)}, {x + bar, y}, c.surface);
  list.AddRect({x, y - frame.px(4)}, {x + bar, y}, c.text);

  // Coordinates in both systems, and the scale as a ratio (a CSS pixel is 1/96 inch)
  const float next_x = bar_at.x + bar + 3 * pad;
  const crs::CoordinateReferenceSystem& crs = *frame.picture->project->crs;
  const geom::Coord shown = m_cursor.value_or(now.centre);
  const double ratio = metres_per_px * frame.look.scale * 96 / 0.0254;
  const std::string ratio_text = "1:" + base::number(ratio, 0);
  std::string places = crs.code();
  places += crs.is_geographic() ? "  " + base::number(shown.x, 6) + "°  " + base::number(shown.y, 6) + "°"
                                : "  X " + base::number(shown.x, 1) + "  Y " + base::number(shown.y, 1);
  std::string lonlat_text;
  if (m_to_lonlat && !(crs.is_geographic() && crs.epsg() == 4490)) {
    try {
      const geom::Coord lonlat = m_to_lonlat->forward(shown);
      lonlat_text = "EPSG:4490  " + base::number(lonlat.x, 6) + "°E  " + base::number(lonlat.y, 6) + "°N";
    } catch (const base::Error&) {
      lonlat_text = "EPSG:4490  —";  // outside the projection's reach
    }
  }
  std::string fitting;
  // As much as the map's width has room for: the ratio goes first, then the grid's coordinates.
  for (const std::string& wider :
       {lonlat_text.empty() ? places : lonlat_text, lonlat_text.empty() ? places : places + "   " + lonlat_text,
        ratio_text + "   " + places + (lonlat_text.empty() ? "" : "   " + lonlat_text)}) {
    if (next_x + text_size(font, wider).x + 2 * pad <= right) fitting = wider;
  }
  const std::string attribution = m_scene ? m_scene->attribution() : std::string();
  const float places_width = fitting.empty() ? 0 : text_size(font, fitting).x + 2 * pad;
  const float attribution_width = attribution.empty() ? 0 : text_size(font, attribution).x + 2 * pad;
  // Side by side when there is room, else the attribution goes above.
  const bool beside = next_x + places_width + attribution_width + pad < right;
  if (!fitting.empty()) {
    list.AddRectFilled({next_x, bottom - line - pad}, {next_x + places_width, bottom}, ground, frame.px(4));
    draw_text(list, font, {next_x + pad, bottom - line - pad / 2}, c.muted, fitting);
  }
  if (!attribution.empty()) {
    const float base_y = beside ? bottom : bottom - line - pad - frame.px(4);
    list.AddRectFilled({right - attribution_width, base_y - line - pad}, {right, base_y}, ground, frame.px(4));
    draw_text(list, font, {right - attribution_width + pad, base_y - line - pad / 2}, c.muted, attribution);
  }
  if (m_scene && m_scene->has_synthetic()) {
    const std::string& mark = frame.tr("map.synthetic");
    const ImVec2 at{m_at.x + pad, m_at.y + pad};
    const float width = text_size(font, mark).x + 2 * pad + frame.px(20);
    list.AddRectFilled(at, {at.x + width, at.y + line + pad}, c.warning_soft, frame.px(4));
    draw_icon(list, Icon::warning, {at.x + pad + frame.px(7), at.y + (line + pad) / 2}, frame.px(14), c.warning);
    draw_text(list, font, {at.x + pad + frame.px(20), at.y + pad / 2}, c.warning, mark);
  }
}

void MapView::draw_tools(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  const float pad = frame.px(8), edge = frame.px(32), gap = frame.px(8);
  ImGui::SetNextWindowPos({m_at.x + m_size.x - pad - edge - frame.px(4), m_at.y + pad});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(2), frame.px(2)));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, frame.px(4));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::Begin("##map_tools", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_AlwaysAutoResize |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing);
  // North: the projected grid is never turned, so the arrow always points up.
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({edge, frame.px(36)});
  tooltip(frame, frame.tr("map.north"));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float cx = at.x + edge / 2;
  const ImU32 ink = frame.look.colour.text;
  list.AddTriangleFilled({cx, at.y + frame.px(4)}, {cx, at.y + frame.px(18)}, {cx - frame.px(5), at.y + frame.px(21)},
                         ink);
  list.AddTriangle({cx, at.y + frame.px(4)}, {cx, at.y + frame.px(18)}, {cx + frame.px(5), at.y + frame.px(21)}, ink);
  ImFont* font = frame.fonts[TextSize::small];
  draw_text(list, font, {std::round(cx - text_size(font, "N").x / 2), at.y + frame.px(19)}, ink, "N");

  const auto zoom = [&](int steps) {
    commands.push([steps](Workspace& workspace) { workspace.camera.zoom(steps, {0, 0}); });
  };
  if (icon_button(frame, "map.zoom_in", Icon::plus, frame.tr("action.zoom_in"), false, true, 32)) zoom(-2);
  if (icon_button(frame, "map.zoom_out", Icon::minus, frame.tr("action.zoom_out"), false, true, 32)) zoom(2);
  if (icon_button(frame, "map.fit", Icon::fit, frame.tr("action.fit_all"), false, true, 32)) {
    commands.push([](Workspace& workspace) { workspace.fit_all(true); });
  }
  ImGui::Dummy({edge, gap / 2});
  const auto tool = [&](const char* key, Icon icon, const char* title, MapTool which) {
    if (icon_button(frame, key, icon, frame.tr(title), frame.workspace.tool == which, true, 32)) {
      commands.push([which](Workspace& workspace) { workspace.take_tool(which); });
    }
  };
  tool("map.select", Icon::pointer, "action.select_tool", MapTool::select);
  tool("map.select_area", Icon::polygon, "action.select_area", MapTool::select_area);
  tool("map.measure", Icon::ruler, "action.measure", MapTool::measure);
  ImGui::End();
  ImGui::PopStyleVar(4);
}

void MapView::draw_hover_card(const Frame& frame) const {
  if (!m_hovered || m_gesture != Gesture::none || !frame.picture) return;
  const model::Project& project = *frame.picture->project;
  if (*m_hovered >= project.parcels->size()) return;
  const std::uint32_t row = *m_hovered;
  const Palette& c = frame.look.colour;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(10), frame.px(8)));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(frame.px(8), frame.px(2)));
  ImGui::BeginTooltip();
  text(project.parcels->code[row], c.text);
  if (!project.parcels->name[row].empty()) {
    ImGui::SameLine();
    text(project.parcels->name[row], c.muted);
  }
  ImGui::PushFont(frame.fonts[TextSize::small]);
  const auto& standings = frame.picture->status->parcels;
  if (row < standings.size() && standings[row].stage >= 0) {
    const model::Stage& stage = (*project.stages)[static_cast<std::size_t>(standings[row].stage)];
    std::string line = frame.name(stage.name_zh, stage.name_en);
    if (standings[row].since) line += " · " + standings[row].since->iso();
    text(line, c.text);
  }
  const std::string& code = planning::land_use_code(*project.parcels, frame.picture->status->land_use, row);
  if (const model::LandUseClass* use = model::find_land_use(project, code)) {
    text(code + " " + frame.name(use->name_zh, use->name_en), c.muted);
  } else if (!code.empty()) {
    text(code, c.muted);
  }
  text(base::land_area(project.parcels->area(row, model::AreaKind::planar), frame.tr.language()), c.muted);
  if (project.parcels->synthetic[row] != 0) text(frame.tr("mark.synthetic"), c.warning);
  ImGui::PopFont();
  ImGui::EndTooltip();
  ImGui::PopStyleVar(2);
}

}  // namespace zaitu::ui
