// What lies over the map's tiles: selection, hover, labels, measuring, scale bar, north arrow, coordinates,
// attribution.
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "geom/measure.h"
#include "ui/map_view.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

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

void MapView::update_lit(const Frame& frame, const Side& side) {
  Lit& lit = side.lit;
  const app::Selection& selection = frame.document.selection();
  const bool marks = frame.workspace.marks_changes() && frame.picture->status->as_of == frame.document.as_of();
  auto between = marks ? frame.document.between(frame.workspace.compared_with()) : nullptr;
  // Of other dates, or of rows that this side does not have, it would mark the wrong places.
  const bool is_now = &side.shown == &m_now;
  if (between && (between->picture != frame.picture || between->from != frame.workspace.compared_with() ||
                  (is_now ? side.shown.picture() != between->picture
                          : side.date() != between->from || side.picture().project != between->picture->project)))
    between.reset();
  const bool same_picture = lit.picture == side.shown.picture();
  if (!same_picture) {
    if (!lit.picture || lit.picture->project != side.picture().project) lit.outlines.forget();
    side.shown.worker().drop(std::exchange(lit.picture, side.shown.picture()));
  }
  if (!same_picture || lit.selection != selection) {
    lit.selection = selection;
    select_lit(side);
  }
  if (same_picture && lit.between == between) return;
  side.shown.worker().drop(std::exchange(lit.between, between));
  std::vector<std::uint32_t> rows;
  if (between) rows = is_now ? between->changed_parcels : between->changed_before;
  lit.changed.set(side.parcels(), std::move(rows));
}

// What of the selection is in force on that side.
void MapView::select_lit(const Side& side) {
  Lit& lit = side.lit;
  const model::Project& project = *side.picture().project;
  std::vector<std::uint32_t> rows;
  rows.reserve(lit.selection.parcels.size());
  for (const std::int64_t id : lit.selection.parcels) {
    if (const auto row = project.parcels->row_of(model::ParcelId{id})) rows.push_back(*row);
  }
  const auto& phase_parcels = side.picture().locations->phase_parcels;
  for (std::size_t i = 0; i < project.phases->size() && i < phase_parcels.size(); ++i) {
    const model::Phase& phase = (*project.phases)[i];
    if (lit.selection.phases.contains(phase.id.value) || lit.selection.projects.contains(phase.project.value)) {
      rows.insert(rows.end(), phase_parcels[i].begin(), phase_parcels[i].end());
    }
  }
  for (const model::ProjectParcel& link : *project.project_parcels) {
    if (!lit.selection.projects.contains(link.project.value)) continue;
    if (const auto row = project.parcels->row_of(link.parcel)) rows.push_back(*row);
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  std::erase_if(rows, [&](std::uint32_t row) { return !project.parcels->in_force(row, side.date()); });
  lit.selected.set(*project.parcels, std::move(rows));
  lit.selected_points.clear();
  for (const model::CarrierProject& row : *project.projects) {
    if (row.location && lit.selection.projects.contains(row.id.value)) lit.selected_points.push_back(*row.location);
  }
}

void MapView::draw_changes(const Frame& frame, ImDrawList& list, const Side& side) {
  const ImU32 colour = frame.look.colour.changed;
  const HighlightInk calm{colour, with_alpha(colour, 0.25F), 1, 4, 0};
  side.lit.changed.draw(frame, list, m_window, side.parcels(), side.lit.outlines, calm);
  if (!frame.workspace.lists_changes() || side.picture().project != frame.picture->project) return;
  const HighlightInk strong{colour, frame.look.colour.selection_halo, 2.5F, 3, 0.3F};
  for (const std::uint32_t row : frame.workspace.hovered_change) {
    if (row < side.parcels().size() && side.parcels().in_force(row, side.date()))
      side.lit.outlines.draw(frame, list, m_window, side.parcels(), row, strong);
  }
}

void MapView::draw_selection(const Frame& frame, ImDrawList& list, const Side& side) {
  HighlightInk ink{frame.look.colour.selection, frame.look.colour.selection_halo, 2, 2.5F, 0.22F};
  side.lit.selected.draw(frame, list, m_window, side.parcels(), side.lit.outlines, ink);
  for (const geom::Coord& place : side.lit.selected_points) {
    const ImVec2 p = m_window.to_window(place);
    list.AddCircle(p, frame.px(9), ink.halo, 0, frame.px(4));
    list.AddCircle(p, frame.px(9), ink.line, 0, frame.px(2));
  }
  const std::optional<std::uint32_t> hovered = frame.workspace.hovered_parcel;
  if (!hovered || *hovered >= side.parcels().size() || !side.parcels().in_force(*hovered, side.date())) return;
  ink.width_px = 1.5F;
  side.lit.outlines.draw(frame, list, m_window, side.parcels(), *hovered, ink);
}

void MapView::draw_labels(const Frame& frame, ImDrawList& list, const Side& side) const {
  // Placed for another scale they would run into each other: better none until the new ones are there.
  const LabelSet& set = side.shown.labels();
  const double ratio = m_window.view.m_per_px / MapCamera::resolution(set.level);
  if (ratio > 1.3 || ratio < 0.5) return;
  for (const PlacedLabel& label : set.labels) {
    const ImVec2 centre = m_window.to_window(label.place);
    ImFont* font = frame.fonts.nearest(label.em_px);
    const ImVec2 size = text_size(font, label.text);
    const ImVec2 at{std::round(centre.x - size.x / 2), std::round(centre.y - size.y / 2)};
    if (at.x > side.to.x || at.x + size.x < side.from.x || at.y > side.to.y || at.y + size.y < side.from.y) continue;
    draw_text(list, frame.fonts.halo_of(font), at, to_imgui(label.halo), label.text);
    draw_text(list, font, at, to_imgui(label.colour), label.text);
  }
}

// The tool's line or area so far; its vertices on the screen.
std::vector<ImVec2> MapView::draw_sketch(const Frame& frame, ImDrawList& list, const std::vector<geom::Coord>& points,
                                         ImU32 colour) const {
  std::vector<ImVec2> shown;
  shown.reserve(points.size());
  for (const geom::Coord& c : points) shown.push_back(m_window.to_window(c));
  if (shown.size() > 2) {
    std::vector<geom::Coord> ring = points;
    ring.push_back(ring.front());
    geom::GeometryColumn area;
    area.begin_feature();
    area.begin_part();
    area.add_ring(ring);
    fill_area(list, m_window, geom::triangulate(area[0]), with_alpha(colour, 0.14F));
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

void MapView::draw_area(const Frame& frame, ImDrawList& list) const {
  if (frame.workspace.tool != MapTool::select_area || frame.workspace.sketch.empty()) return;
  std::vector<geom::Coord> points = frame.workspace.sketch;
  if (m_cursor) points.push_back(m_snapped ? m_snapped->place : *m_cursor);
  draw_sketch(frame, list, points, frame.look.colour.selection);
}

// A square on a vertex, a cross on an edge.
void MapView::draw_snap(const Frame& frame, ImDrawList& list) const {
  if (!m_snapped) return;
  const ImVec2 p = m_window.to_window(m_snapped->place);
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

void MapView::draw_measure(const Frame& frame, ImDrawList& list) {
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
  const std::vector<ImVec2> shown = draw_sketch(frame, list, points, frame.look.colour.danger);
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
  at.x = std::round(std::min(at.x, m_window.at.x + m_window.size.x - size.x - pad));
  at.y = std::round(std::min(at.y, m_window.at.y + m_window.size.y - size.y - pad));
  list.AddRectFilled(at, {at.x + size.x, at.y + size.y}, frame.look.colour.surface, frame.px(4));
  list.AddRect(at, {at.x + size.x, at.y + size.y}, frame.look.colour.border_strong, frame.px(4));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    add_text(list, {at.x + pad, at.y + pad + line_height * static_cast<float>(i)}, frame.look.colour.text, lines[i]);
  }
}

void MapView::draw_furniture(const Frame& frame, ImDrawList& list) {
  if (!frame.picture) return;
  const Palette& c = frame.look.colour;
  ImFont* font = frame.fonts[TextSize::small];
  const float pad = frame.px(8), line = font->FontSize;
  const ImU32 ground = with_alpha(c.surface, 0.94F);
  const float bottom = m_window.at.y + m_window.size.y - pad, right = m_window.at.x + m_window.size.x - pad,
              left = m_window.at.x + pad;

  // Scale bar
  const double metres_per_px = m_window.view.m_per_px * m_metres_per_unit;
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
  const geom::Coord shown = m_cursor.value_or(m_window.view.centre);
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
  const std::string attribution = m_now.scene() ? m_now.scene()->attribution() : std::string();
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
  if (m_now.scene() && m_now.scene()->has_synthetic()) {
    const std::string& mark = frame.tr("map.synthetic");
    const float width = text_size(font, mark).x + 2 * pad + frame.px(20);
    ImVec2 at{m_window.at.x + pad, m_window.at.y + pad};
    if (m_line_x && at.x + width + pad > *m_line_x - pad - date_width(frame)) at.y += frame.px(38);  // below the dates
    list.AddRectFilled(at, {at.x + width, at.y + line + pad}, c.warning_soft, frame.px(4));
    draw_icon(list, Icon::warning, {at.x + pad + frame.px(7), at.y + (line + pad) / 2}, frame.px(14), c.warning);
    draw_text(list, font, {at.x + pad + frame.px(20), at.y + pad / 2}, c.warning, mark);
  }
}

bool MapView::tools_are_wide(const Frame& frame) const { return m_window.size.y < frame.px(290); }

void MapView::draw_tools(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  const float pad = frame.px(8), edge = frame.px(32), gap = frame.px(8);
  const float wide = tools_are_wide(frame) ? 2 * edge : edge;
  ImGui::SetNextWindowPos({m_window.at.x + m_window.size.x - pad - wide - frame.px(4), m_window.at.y + pad});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(2), frame.px(2)));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, frame.px(4));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::Begin("##map_tools", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_AlwaysAutoResize |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing);
  // North: the projected grid is never turned, so the arrow always points up.
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({wide, frame.px(36)});
  tooltip(frame, frame.tr("map.north"));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float cx = at.x + wide / 2;
  const ImU32 ink = frame.look.colour.text;
  list.AddTriangleFilled({cx, at.y + frame.px(4)}, {cx, at.y + frame.px(18)}, {cx - frame.px(5), at.y + frame.px(21)},
                         ink);
  list.AddTriangle({cx, at.y + frame.px(4)}, {cx, at.y + frame.px(18)}, {cx + frame.px(5), at.y + frame.px(21)}, ink);
  ImFont* font = frame.fonts[TextSize::small];
  draw_text(list, font, {std::round(cx - text_size(font, "N").x / 2), at.y + frame.px(19)}, ink, "N");

  // One below the other, and in two columns where the map is too low for that.
  const bool low = tools_are_wide(frame);
  int place = 0;
  const auto tool_button = [&](const char* key, Icon icon, const std::string& title, bool active = false) {
    if (low && place % 2 == 1) ImGui::SameLine();
    if (!low && (place == 3 || place == 6)) ImGui::Dummy({edge, gap / 2});
    ++place;
    return icon_button(frame, key, icon, title, active, true, 32);
  };
  const auto zoom = [&](int steps) {
    commands.push([steps](Workspace& workspace) { workspace.camera.zoom(steps, {0, 0}); });
  };
  if (tool_button("map.zoom_in", Icon::plus, frame.tr("action.zoom_in"))) zoom(-2);
  if (tool_button("map.zoom_out", Icon::minus, frame.tr("action.zoom_out"))) zoom(2);
  if (tool_button("map.fit", Icon::fit, frame.tr("action.fit_all"))) {
    commands.push([](Workspace& workspace) { workspace.fit_all(true); });
  }
  const auto tool = [&](const char* key, Icon icon, const char* title, MapTool which) {
    if (tool_button(key, icon, frame.tr(title), frame.workspace.tool == which)) {
      commands.push([which](Workspace& workspace) { workspace.take_tool(which); });
    }
  };
  tool("map.select", Icon::pointer, "action.select_tool", MapTool::select);
  tool("map.select_area", Icon::polygon, "action.select_area", MapTool::select_area);
  tool("map.measure", Icon::ruler, "action.measure", MapTool::measure);
  if (tool_button("map.swipe", Icon::swipe, frame.tr("action.swipe") + "  S", frame.workspace.swipe)) {
    commands.push([](Workspace& workspace) { workspace.swipe = !workspace.swipe; });
  }
  ImGui::End();
  ImGui::PopStyleVar(4);
}

void MapView::draw_hover_card(const Frame& frame) {
  if (!m_hovered || m_gesture != Gesture::none || !frame.picture) return;
  const auto side = side_at(ImGui::GetIO().MousePos);
  if (!side) return;
  const model::Project& project = *side->picture().project;
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
  if (m_line_x) text(frame.tr("map.hover_date", {{"date", side->date().iso()}}), c.accent);
  const auto& standings = side->picture().status->parcels;
  if (row < standings.size() && standings[row].stage >= 0) {
    const model::Stage& stage = (*project.stages)[static_cast<std::size_t>(standings[row].stage)];
    std::string line = frame.name(stage.name_zh, stage.name_en);
    if (standings[row].since) line += " · " + standings[row].since->iso();
    text(line, c.text);
  }
  const std::string& code = planning::land_use_code(*project.parcels, side->picture().status->land_use, row);
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
