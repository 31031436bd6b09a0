#include "ui/map_view.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/format.h"

namespace zaitu::ui {

namespace {

constexpr std::size_t tile_budget_bytes = 96U << 20;

}  // namespace

MapView::MapView(int tile_px, std::function<void()> wake)
    : m_tile_px(tile_px),
      m_wake(wake),
      m_now(tile_px, tile_budget_bytes, std::move(wake)),
      m_painter(std::make_unique<gl::TilePainter>()) {}

bool MapView::update(Workspace& workspace, Fonts& fonts, const Look& look) {
  std::string problem;
  const auto before = m_now.scene();
  bool changed = m_now.take_results(problem);
  if (!problem.empty()) workspace.notify(true, problem);
  if (m_now.scene() && m_now.scene() != before) workspace.full_extent = m_now.scene()->extent();

  const auto picture = workspace.document.picture();
  if (!picture) {
    m_now.clear();
    let_go_of_before(workspace);
    return changed;
  }
  if (picture->project->crs != m_crs) {
    m_crs = picture->project->crs;
    m_to_lonlat.reset();
    m_ellipsoid.reset();
    m_ellipsoid_asked = Asked::no;
    m_measured = {};
    m_metres_per_unit = 1;
    try {
      m_to_lonlat =
          std::make_unique<crs::Transformation>(*m_crs, crs::CoordinateReferenceSystem::from_text("EPSG:4490"));
    } catch (const base::Error& error) {
      workspace.notify(true, error.what());
    }
  }
  changed = update_ellipsoid(workspace) || changed;
  const TiledScene::Wish wish{picture,    workspace.settings.theme, workspace.settings.language, look.dark,
                              look.scale, workspace.hidden_layers};
  m_now.show(wish);
  changed = update_before(workspace, wish) || changed;
  if (m_now.scene() && !workspace.placed && workspace.map_width_px > 0) {
    workspace.fit_start();
    workspace.placed = true;
    changed = true;
  }
  if (m_now.scene() && workspace.placed && m_window.size.x >= 1) {
    if (m_crs && m_crs->is_geographic()) {
      constexpr double degree_m = 111319.49;
      m_metres_per_unit = degree_m * std::cos(workspace.camera.centre().y * 3.14159265358979 / 180);
    }
    const geom::Coord middle = m_cursor.value_or(workspace.camera.centre());
    m_now.ask(workspace.camera, m_window.size, middle, fonts);
    if (m_before) m_before->ask(workspace.camera, m_window.size, middle, fonts);
  }
  return changed;
}

bool MapView::update_ellipsoid(Workspace& workspace) {
  if (workspace.tool == MapTool::measure && m_ellipsoid_asked == Asked::no) {
    m_ellipsoid_asked = Asked::waiting;
    m_now.worker().request_ellipsoid(m_crs);
  }
  auto made = m_now.worker().take_ellipsoid();
  if (!made || made->of != m_crs) return false;
  m_ellipsoid = std::move(made->area);
  m_ellipsoid_asked = Asked::answered;
  if (!made->problem.empty()) workspace.notify(true, made->problem);
  return true;
}

bool MapView::settled() const { return m_now.settled() && (!m_before || (!m_before_due && m_before->settled())); }

bool MapView::sharp(const Workspace& workspace) const {
  const auto picture = workspace.document.picture();
  return m_now.sharp() && !workspace.camera.moving() && picture &&
         picture->supply->as_of == workspace.document.as_of() && picture->rule == workspace.document.rule() &&
         (!workspace.swipe || (m_before && !m_before_due && m_before->sharp()));
}

void MapView::mark_changes(gl::Screen& screen, const Look& look) {
  std::vector<Section> now;
  const auto add = [&](TiledScene* shown, float left, float right) {
    Section section;
    section.clip = {left, m_window.at.y, right - left, m_window.size.y};
    const bool there = shown != nullptr && shown->scene();
    section.background = there ? shown->scene()->background() : style::background(look.dark);
    if (there) section.tiles = shown->tiles_of(m_window, m_level);
    now.push_back(std::move(section));
  };
  const float left = m_window.at.x, right = left + m_window.size.x;
  if (m_line_x) add(m_before.get(), left, *m_line_x);
  add(&m_now, m_line_x.value_or(left), right);
  const auto same_tile = [](const auto& a, const auto& b) { return a.key == b.key && a.place == b.place; };
  const auto same_section = [&](const Section& a, const Section& b) {
    return a.clip == b.clip && a.background == b.background &&
           std::equal(a.tiles.begin(), a.tiles.end(), b.tiles.begin(), b.tiles.end(), same_tile);
  };
  if (!std::equal(now.begin(), now.end(), m_painting.begin(), m_painting.end(), same_section)) {
    for (const Section& section : m_painting) screen.mark(section.clip);
    for (const Section& section : now) screen.mark(section.clip);
  }
  m_painting = std::move(now);
}

void MapView::paint(const gl::PixelRect& clip) {
  for (const Section& section : m_painting) {
    const gl::PixelRect seen = gl::common(clip, section.clip);
    if (seen.width < 1 || seen.height < 1) continue;
    m_painter->begin(seen, section.background);
    for (const TiledScene::TileDraw& tile : section.tiles) m_painter->draw(tile.texture, m_tile_px, tile.place);
    m_painter->end();
  }
}

void MapView::draw(const Frame& frame, CommandQueue& commands, ImVec2 at, ImVec2 size) {
  if (size.x != m_window.size.x || size.y != m_window.size.y) {
    const int width = static_cast<int>(size.x), height = static_cast<int>(size.y);
    commands.push([width, height](Workspace& workspace) {
      workspace.map_width_px = width;
      workspace.map_height_px = height;
    });
  }
  m_window = {frame.workspace.camera.view(static_cast<int>(size.x), static_cast<int>(size.y)), at, size};
  m_level = frame.workspace.camera.level();
  place_line(frame, commands);

  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::Begin("##map", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoBackground |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoSavedSettings);
  ImGui::PopStyleVar();
  ImGui::InvisibleButton("##map_area", size, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle);
  frame.probe.note("map");
  handle_mouse(frame, commands);

  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.PushClipRect(at, {at.x + size.x, at.y + size.y}, true);
  if (frame.picture) {
    for (const Side& side : sides()) {
      list.PushClipRect(side.from, side.to, true);
      update_lit(frame, side);
      draw_changes(frame, list, side);
      draw_selection(frame, list, side);
      draw_labels(frame, list, side);
      list.PopClipRect();
    }
    if (m_now.scene()) {
      draw_area(frame, list);
      draw_measure(frame, list);
      draw_snap(frame, list);
    }
  }
  if (m_gesture == Gesture::box) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const ImU32 accent = frame.look.colour.selection;
    list.AddRectFilled(m_press, mouse, with_alpha(accent, 0.12F));
    list.AddRect(m_press, mouse, accent, 0, 0, frame.px(1));
  }
  draw_line(frame, list);
  draw_furniture(frame, list);
  draw_now_date(frame, list);
  list.PopClipRect();
  ImGui::End();
  draw_grip(frame, commands);
  draw_tools(frame, commands);
  draw_hover_card(frame);
}

void MapView::handle_mouse(const Frame& frame, CommandQueue& commands) {
  const ImGuiIO& io = ImGui::GetIO();
  const bool hovered = ImGui::IsItemHovered();
  const std::optional<std::uint32_t> hovered_before = m_hovered;
  m_hovered.reset();
  m_hovered_at.reset();
  m_cursor.reset();
  if (hovered || ImGui::IsItemActive()) m_cursor = m_window.to_map(io.MousePos);

  if (hovered && io.MouseWheel != 0) {
    m_wheel_rest += io.MouseWheel * 2;
    const int steps = static_cast<int>(m_wheel_rest);
    m_wheel_rest -= static_cast<float>(steps);
    const geom::Coord offset{io.MousePos.x - m_window.at.x - m_window.size.x / 2.0,
                             io.MousePos.y - m_window.at.y - m_window.size.y / 2.0};
    if (steps != 0) commands.push([steps, offset](Workspace& workspace) { workspace.camera.zoom(-steps, offset); });
  }

  const bool sketching = frame.workspace.tool != MapTool::select;
  m_snapped.reset();
  if (sketching) sketch(frame, commands, hovered);
  if (ImGui::IsItemActivated()) m_press = io.MousePos, m_gesture = Gesture::none;
  if (ImGui::IsItemActive()) {
    const float away = std::hypot(io.MousePos.x - m_press.x, io.MousePos.y - m_press.y);
    if (m_gesture == Gesture::none && away > frame.px(4)) {
      m_gesture = io.KeyShift && !sketching ? Gesture::box : Gesture::pan;
      if (m_gesture == Gesture::pan) {
        const double dx = io.MousePos.x - m_press.x, dy = io.MousePos.y - m_press.y;
        commands.push([dx, dy](Workspace& workspace) { workspace.camera.pan_px(dx, dy); });
      }
    } else if (m_gesture == Gesture::pan && (io.MouseDelta.x != 0 || io.MouseDelta.y != 0)) {
      const double dx = io.MouseDelta.x, dy = io.MouseDelta.y;
      commands.push([dx, dy](Workspace& workspace) { workspace.camera.pan_px(dx, dy); });
    }
  }
  if (m_gesture == Gesture::pan) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeAll);
  if (ImGui::IsItemDeactivated()) {
    const Gesture done = m_gesture;
    m_gesture = Gesture::none;
    if (done == Gesture::pan) {  // the last stretch may come in the frame of the release
      const double dx = io.MouseDelta.x, dy = io.MouseDelta.y;
      commands.push([dx, dy](Workspace& workspace) { workspace.camera.pan_px(dx, dy); });
    } else if (done == Gesture::box) {
      geom::Envelope box;
      box.expand(m_window.to_map(m_press));
      box.expand(m_window.to_map(io.MousePos));
      select_in(frame, commands, box, io.KeyCtrl);
    } else if (done == Gesture::none && hovered && !sketching) {
      click(frame, commands, io.MousePos, io.KeyCtrl || io.KeyShift);
    }
  }
  if (hovered && m_gesture == Gesture::none && !sketching && frame.picture && m_cursor) {
    if (const auto side = side_at(io.MousePos)) {
      for (const std::uint32_t row : side->scene().parcels_at(*m_cursor)) {
        if (row < side->parcels().size() && side->parcels().in_force(row, side->date())) m_hovered = row;
      }
      if (m_hovered) m_hovered_at = side->date();
    }
  }
  if (m_hovered != hovered_before) {
    commands.push([row = m_hovered](Workspace& workspace) { workspace.hovered_parcel = row; });
  }
}

void MapView::click(const Frame& frame, CommandQueue& commands, ImVec2 mouse, bool add) {
  const auto side = side_at(mouse);
  if (!side || !frame.picture) return;
  const geom::Coord place = m_window.to_map(mouse);
  const double radius = m_window.view.m_per_px * static_cast<double>(frame.px(8));
  const model::Project& project = *side->picture().project;
  app::Selection chosen;
  for (const std::uint32_t row : side->scene().parcels_at(place)) {
    if (row < project.parcels->size() && project.parcels->in_force(row, side->date())) {
      chosen.parcels = {project.parcels->id[row].value};
    }
  }
  if (!frame.workspace.hidden_layers.contains("projects")) {
    const auto projects = side->scene().projects_at(place, radius);
    if (!projects.empty() && projects.front() < project.projects->size()) {
      chosen = {};
      chosen.projects = {(*project.projects)[projects.front()].id.value};
    }
  }
  if (add) {
    app::Selection all = frame.document.selection();
    const auto toggle = [](app::IdSet& ids, const app::IdSet& with) {
      for (const std::int64_t id : with) {
        if (!ids.erase(id)) ids.insert(id);
      }
    };
    toggle(all.parcels, chosen.parcels);
    toggle(all.projects, chosen.projects);
    chosen = all;
  }
  commands.push([chosen](Workspace& workspace) { workspace.select(chosen, false); });
}

// Points of the measuring line or of the area to select: a click adds one, a double click or Enter ends. They snap to
// the parcels' boundaries, unless Alt is held.
void MapView::sketch(const Frame& frame, CommandQueue& commands, bool hovered) {
  const ImGuiIO& io = ImGui::GetIO();
  if (const auto side = side_at(io.MousePos); side && hovered && !io.KeyAlt && m_cursor)
    m_snapped = side->scene().snap(*m_cursor, m_window.view.m_per_px * static_cast<double>(frame.px(8)));
  if (hovered && io.MouseDoubleClicked[0]) {
    m_ended_sketch = true;
    commands.push([](Workspace& workspace) { workspace.sketch_closed = !workspace.sketch.empty(); });
  }
  if (ImGui::IsItemDeactivated()) {
    const bool second_click = std::exchange(m_ended_sketch, false);  // of a double click: it adds nothing
    if (m_gesture == Gesture::none && hovered && !second_click) {
      const geom::Coord place = m_snapped ? m_snapped->place : m_window.to_map(io.MousePos);
      commands.push([place](Workspace& workspace) {
        if (workspace.sketch_closed) workspace.take_tool(workspace.tool);
        workspace.sketch.push_back(place);
      });
    }
  }
  const Workspace& workspace = frame.workspace;
  if (workspace.tool == MapTool::select_area && workspace.sketch_closed) {
    std::vector<geom::Coord> ring = workspace.sketch;
    if (ring.size() > 2) {
      ring.push_back(ring.front());
      select_in(frame, commands, geom::Ring(ring), io.KeyCtrl);
    }
    commands.push([](Workspace& done) { done.take_tool(done.tool); });
  }
}

template <class Area>
void MapView::select_in(const Frame& frame, CommandQueue& commands, const Area& area, bool add) {
  const auto side = side_at(ImGui::GetIO().MousePos);
  if (!side || !frame.picture) return;
  const model::ParcelTable& parcels = side->parcels();
  app::Selection chosen = add ? frame.document.selection() : app::Selection{};
  for (const std::uint32_t row : side->scene().parcels_in(area)) {
    if (row < parcels.size() && parcels.in_force(row, side->date())) chosen.parcels.insert(parcels.id[row].value);
  }
  commands.push([chosen](Workspace& workspace) { workspace.select(chosen, false); });
}

std::string MapView::state_json(const Frame& frame) const {
  const MapCamera& camera = frame.workspace.camera;
  nlohmann::json json{{"centre", {camera.centre().x, camera.centre().y}},
                      {"m_per_px", camera.m_per_px()},
                      {"rect", {m_window.at.x, m_window.at.y, m_window.size.x, m_window.size.y}},
                      {"settled", settled()},
                      {"labels", m_now.labels().labels.size()},
                      {"tiles_painted", m_now.worker().tiles_painted()},
                      {"tiles_visible", m_painting.empty() ? 0 : m_painting.back().tiles.size()},
                      {"tool", name_of(frame.workspace.tool)}};
  json["hovered"] = nullptr;
  if (m_hovered && frame.picture && *m_hovered < frame.picture->project->parcels->size()) {
    json["hovered"] = std::string(frame.picture->project->parcels->code[*m_hovered]);
  }
  json["hovered_at"] = m_hovered_at ? nlohmann::json(m_hovered_at->iso()) : nlohmann::json();
  json["swipe"] = nullptr;
  if (m_line_x) {
    json["swipe"] = {{"x", *m_line_x},
                     {"before", m_before && m_before->scene() ? m_before->picture()->status->as_of.iso() : ""},
                     {"tiles_painted", m_before ? m_before->worker().tiles_painted() : 0}};
  }
  json["changed"] = {m_lit_before.changed.size(), m_lit_now.changed.size()};
  json["lit_change"] = frame.workspace.hovered_change.size();
  if (m_cursor) json["cursor"] = {m_cursor->x, m_cursor->y};
  json["sketch"] = frame.workspace.sketch.size();
  json["sketch_closed"] = frame.workspace.sketch_closed;
  if (m_snapped) json["snapped"] = {m_snapped->place.x, m_snapped->place.y, m_snapped->is_vertex};
  if (frame.workspace.tool == MapTool::measure && frame.workspace.sketch.size() > 1 &&
      m_ellipsoid_asked == Asked::answered) {
    json["measured"] = {{"length", m_measured.length_m},
                        {"area_planar", m_measured.area_planar},
                        {"area_ellipsoidal", m_measured.area_ellipsoidal}};
  }
  return json.dump();
}

}  // namespace zaitu::ui
