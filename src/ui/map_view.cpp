#include "ui/map_view.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/format.h"

namespace zaitu::ui {

namespace {

constexpr std::size_t tile_budget_bytes = 96U << 20;
constexpr double upload_budget_s = 0.003;  // of a frame

gl::PixelRect tile_place(const TileKey& key, int tile_px, const render::View& view, ImVec2 at) {
  const double resolution = MapCamera::resolution(key.level), edge = resolution * tile_px;
  // One rounding for the whole grid, so that tiles at their own scale meet without a gap.
  const double scale = resolution / view.m_per_px;
  const double origin_x = view.width_px / 2.0 - view.centre.x / view.m_per_px;
  const double origin_y = view.height_px / 2.0 + view.centre.y / view.m_per_px;
  gl::PixelRect place;
  place.width = place.height = tile_px * scale;
  if (view.m_per_px == resolution) {
    place.width = place.height = tile_px;
    place.left = at.x + std::round(origin_x) + static_cast<double>(key.x) * tile_px;
    place.top = at.y + std::round(origin_y) - static_cast<double>(key.y + 1) * tile_px;
  } else {
    place.left = at.x + origin_x + static_cast<double>(key.x) * edge / view.m_per_px;
    place.top = at.y + origin_y - static_cast<double>(key.y + 1) * edge / view.m_per_px;
  }
  return place;
}

}  // namespace

MapView::MapView(int tile_px, std::function<void()> wake)
    : m_tile_px(tile_px),
      m_worker(tile_px, std::move(wake)),
      m_tiles(tile_budget_bytes),
      m_painter(std::make_unique<gl::TilePainter>()) {}

render::View MapView::view(const Workspace& workspace) const {
  return workspace.camera.view(static_cast<int>(m_size.x), static_cast<int>(m_size.y));
}

bool MapView::update(Workspace& workspace, Fonts& fonts, const Look& look) {
  bool changed = false;
  if (auto built = m_worker.take_scene()) {
    if (!built->problem.empty()) workspace.notify(true, built->problem);
    if (built->scene) {
      if (m_scene && built->changes && built->before == m_scene->revision()) keep_unchanged_tiles(*built);
      m_worker.drop(std::exchange(m_scene, std::move(built->scene)));
      m_worker.drop(std::exchange(m_scene_picture, std::move(built->picture)));
      m_scene_request = built->request;
      m_scene_px_scale = built->px_scale;
      workspace.full_extent = m_scene->extent();
      m_labels_asked = false;
    }
    changed = true;
  }
  const auto began = std::chrono::steady_clock::now();
  while (const auto tile = m_worker.take_tile()) {
    m_tiles.insert(*tile);
    changed = true;
    if (std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() > upload_budget_s) break;
  }
  if (auto labels = m_worker.take_labels()) {
    m_labels = std::move(*labels);
    m_labels_asked = false;
    changed = true;
  }

  const auto picture = workspace.document.picture();
  if (!picture) {
    if (m_scene) {
      m_worker.drop(std::exchange(m_scene, nullptr));
      m_worker.drop(std::exchange(m_scene_picture, nullptr));
      m_wish.reset();
      m_labels = {};
      m_tiles.clear();
    }
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
  const Wish wish{
      workspace.document.generation(), workspace.settings.theme, workspace.settings.language, look.dark, look.scale,
      workspace.hidden_layers};
  if (!m_wish || *m_wish != wish) {
    m_wish = wish;
    render::SceneOptions options;
    options.theme = {wish.theme, wish.language, wish.dark};
    options.hidden_layers = wish.hidden;
    m_wanted_request = m_worker.request_scene(picture, options, static_cast<double>(wish.px_scale));
  }
  if (m_scene && !workspace.placed && workspace.map_width_px > 0) {
    workspace.fit_start();
    workspace.placed = true;
    changed = true;
  }
  if (m_scene && workspace.placed && m_size.x >= 1) {
    if (m_crs && m_crs->is_geographic()) {
      constexpr double degree_m = 111319.49;
      m_metres_per_unit = degree_m * std::cos(workspace.camera.centre().y * 3.14159265358979 / 180);
    }
    update_tiles(workspace.camera);
    update_labels(workspace.camera, fonts);
  }
  return changed;
}

bool MapView::update_ellipsoid(Workspace& workspace) {
  if (workspace.tool == MapTool::measure && m_ellipsoid_asked == Asked::no) {
    m_ellipsoid_asked = Asked::waiting;
    m_worker.request_ellipsoid(m_crs);
  }
  auto made = m_worker.take_ellipsoid();
  if (!made || made->of != m_crs) return false;
  m_ellipsoid = std::move(made->area);
  m_ellipsoid_asked = Asked::answered;
  if (!made->problem.empty()) workspace.notify(true, made->problem);
  return true;
}

// Tiles that no change reaches are those of the new scene too.
void MapView::keep_unchanged_tiles(const MapWorker::BuiltScene& built) {
  if (built.px_scale != m_scene_px_scale) return;  // they were painted for another screen
  m_tiles.take_over(m_scene->revision(), built.scene->revision(), [&](const TileKey& key) {
    const double resolution = MapCamera::resolution(key.level), edge = resolution * m_tile_px;
    const geom::Envelope box{static_cast<double>(key.x) * edge, static_cast<double>(key.y) * edge,
                             static_cast<double>(key.x + 1) * edge, static_cast<double>(key.y + 1) * edge};
    const geom::Envelope reached = box.buffered(render::reach_px * resolution * built.px_scale);
    return std::none_of(built.changes->begin(), built.changes->end(),
                        [&](const geom::Envelope& change) { return change.intersects(reached); });
  });
  if (m_backdrop_revision == m_scene->revision()) m_backdrop_revision = built.scene->revision();
}

void MapView::update_tiles(const MapCamera& camera) {
  const double edge = MapCamera::resolution(camera.level()) * m_tile_px;
  render::View target = camera.view(static_cast<int>(m_size.x), static_cast<int>(m_size.y));
  const geom::Envelope seen = target.extent();
  const auto index = [edge](double v) { return static_cast<std::int64_t>(std::floor(v / edge)); };
  std::vector<TileKey> wanted;
  bool complete = true;
  // While the scale is still far from the one it moves to, the view may cover very many tiles of that scale.
  const double ratio = camera.m_per_px() / MapCamera::resolution(camera.level());
  if (ratio < 4) {
    for (std::int64_t y = index(seen.min_y); y <= index(seen.max_y); ++y) {
      for (std::int64_t x = index(seen.min_x); x <= index(seen.max_x); ++x) {
        const TileKey key{m_scene->revision(), camera.level(), x, y};
        if (m_tiles.contains(key)) continue;
        complete = false;
        wanted.push_back(key);
      }
    }
  } else {
    complete = false;
  }
  m_missing.clear();
  for (const TileKey& key : wanted) {
    m_missing.push_back({static_cast<double>(key.x) * edge, static_cast<double>(key.y) * edge,
                         static_cast<double>(key.x + 1) * edge, static_cast<double>(key.y + 1) * edge});
  }
  const geom::Coord middle = m_cursor.value_or(camera.centre());
  const auto distance = [&](const TileKey& key) {
    return std::hypot((static_cast<double>(key.x) + 0.5) * edge - middle.x,
                      (static_cast<double>(key.y) + 0.5) * edge - middle.y);
  };
  std::sort(wanted.begin(), wanted.end(), [&](const TileKey& a, const TileKey& b) {
    const double da = distance(a), db = distance(b);
    return da != db ? da < db : a < b;
  });
  m_complete = complete;
  if (complete) {
    m_backdrop_revision = m_scene->revision();
    m_backdrop_level = camera.level();
  }
  // Ask again only for a new set; a smaller one is the old one partly done.
  auto sorted = wanted;
  std::sort(sorted.begin(), sorted.end());
  const bool already_asked = std::includes(m_wanted.begin(), m_wanted.end(), sorted.begin(), sorted.end());
  if (already_asked) return;
  m_wanted = std::move(sorted);
  m_worker.request_tiles(m_scene, std::move(wanted), m_scene_px_scale);
}

void MapView::update_labels(const MapCamera& camera, const Fonts& fonts) {
  if (camera.moving() || m_labels_asked) return;
  const render::View now = camera.view(static_cast<int>(m_size.x), static_cast<int>(m_size.y));
  const bool fits = m_labels.revision == m_scene->revision() && m_labels.level == camera.level() &&
                    m_labels.covered.contains(now.extent());
  if (fits) return;
  render::View wide = now;
  wide.width_px = now.width_px * 3 / 2;
  wide.height_px = now.height_px * 3 / 2;
  wide.px_scale = m_scene_px_scale;
  m_labels_asked = true;
  m_worker.request_labels(m_scene, wide, camera.level(), fonts.advances());
}

bool MapView::settled() const {
  if (!m_wish) return true;
  return m_scene && m_complete && m_worker.idle() && !m_labels_asked;
}

bool MapView::sharp(const Workspace& workspace) const {
  const auto picture = workspace.document.picture();
  return m_scene && m_complete && !workspace.camera.moving() && m_scene_request == m_wanted_request && picture &&
         picture->supply->as_of == workspace.document.as_of() && picture->rule == workspace.document.rule();
}

ImVec2 MapView::to_window(const render::View& view, geom::Coord map) const {
  const geom::Coord p = view.to_screen(map);
  return {static_cast<float>(m_at.x + p.x), static_cast<float>(m_at.y + p.y)};
}

geom::Coord MapView::to_map(const render::View& view, ImVec2 window) const {
  return view.to_map({static_cast<double>(window.x) - m_at.x, static_cast<double>(window.y) - m_at.y});
}

void MapView::mark_changes(gl::Screen& screen, const Look& look) {
  Painting now;
  now.clip = {m_at.x, m_at.y, m_size.x, m_size.y};
  now.background = m_scene ? m_scene->background() : style::background(look.dark);
  if (m_scene) {
    const geom::Envelope seen = m_view.extent();
    const auto needed = [&](const geom::Envelope& box) {
      return m_missing.empty() || std::any_of(m_missing.begin(), m_missing.end(),
                                              [&](const geom::Envelope& gap) { return gap.intersects(box); });
    };
    const auto add_set = [&](std::uint64_t revision, int level, bool only_needed) {
      const double edge = MapCamera::resolution(level) * m_tile_px;
      m_tiles.each(revision, level, [&](const TileKey& key, unsigned texture) {
        const geom::Envelope box{static_cast<double>(key.x) * edge, static_cast<double>(key.y) * edge,
                                 static_cast<double>(key.x + 1) * edge, static_cast<double>(key.y + 1) * edge};
        if (seen.intersects(box) && (!only_needed || needed(box)))
          now.tiles.push_back({key, texture, tile_place(key, m_tile_px, m_view, m_at)});
      });
    };
    if (!m_complete) add_set(m_backdrop_revision, m_backdrop_level, true);
    add_set(m_scene->revision(), m_wanted_level, false);
    for (const TileDraw& tile : now.tiles) m_tiles.find(tile.key);  // in use
  }
  const auto same_tile = [](const TileDraw& a, const TileDraw& b) { return a.key == b.key && a.place == b.place; };
  const bool same =
      now.clip == m_painting.clip && now.background == m_painting.background &&
      std::equal(now.tiles.begin(), now.tiles.end(), m_painting.tiles.begin(), m_painting.tiles.end(), same_tile);
  if (!same) {
    screen.mark(m_painting.clip);
    screen.mark(now.clip);
  }
  m_painting = std::move(now);
}

void MapView::paint(const gl::PixelRect& clip) {
  const gl::PixelRect seen = gl::common(clip, m_painting.clip);
  if (seen.width < 1 || seen.height < 1) return;
  m_painter->begin(seen, m_painting.background);
  for (const TileDraw& tile : m_painting.tiles) m_painter->draw(tile.texture, m_tile_px, tile.place);
  m_painter->end();
}

void MapView::draw(const Frame& frame, CommandQueue& commands, ImVec2 at, ImVec2 size) {
  if (size.x != m_size.x || size.y != m_size.y) {
    const int width = static_cast<int>(size.x), height = static_cast<int>(size.y);
    commands.push([width, height](Workspace& workspace) {
      workspace.map_width_px = width;
      workspace.map_height_px = height;
    });
  }
  m_at = at;
  m_size = size;
  const render::View now = view(frame.workspace);
  m_view = now;
  m_wanted_level = frame.workspace.camera.level();

  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::Begin("##map", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoBackground |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoSavedSettings);
  ImGui::PopStyleVar();
  ImGui::InvisibleButton("##map_area", size, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle);
  frame.probe.note("map");
  handle_mouse(frame, commands, now);

  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.PushClipRect(at, {at.x + size.x, at.y + size.y}, true);
  if (frame.picture && m_scene) {
    draw_selection(frame, list, now);
    draw_labels(frame, list, now);
    draw_area(frame, list, now);
    draw_measure(frame, list, now);
    draw_snap(frame, list, now);
  }
  if (m_gesture == Gesture::box) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const ImU32 accent = frame.look.colour.selection;
    list.AddRectFilled(m_press, mouse, with_alpha(accent, 0.12F));
    list.AddRect(m_press, mouse, accent, 0, 0, frame.px(1));
  }
  draw_furniture(frame, list, now);
  list.PopClipRect();
  ImGui::End();
  draw_tools(frame, commands);
  draw_hover_card(frame);
}

void MapView::handle_mouse(const Frame& frame, CommandQueue& commands, const render::View& now) {
  const ImGuiIO& io = ImGui::GetIO();
  const bool hovered = ImGui::IsItemHovered();
  const std::optional<std::uint32_t> hovered_before = m_hovered;
  m_hovered.reset();
  m_cursor.reset();
  if (hovered || ImGui::IsItemActive()) m_cursor = to_map(now, io.MousePos);

  if (hovered && io.MouseWheel != 0) {
    m_wheel_rest += io.MouseWheel * 2;
    const int steps = static_cast<int>(m_wheel_rest);
    m_wheel_rest -= static_cast<float>(steps);
    const geom::Coord offset{io.MousePos.x - m_at.x - m_size.x / 2.0, io.MousePos.y - m_at.y - m_size.y / 2.0};
    if (steps != 0) commands.push([steps, offset](Workspace& workspace) { workspace.camera.zoom(-steps, offset); });
  }

  const bool sketching = frame.workspace.tool != MapTool::select;
  m_snapped.reset();
  if (sketching) sketch(frame, commands, now, hovered);
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
      box.expand(to_map(now, m_press));
      box.expand(to_map(now, io.MousePos));
      select_in(frame, commands, box, io.KeyCtrl);
    } else if (done == Gesture::none && hovered && !sketching) {
      const geom::Coord place = to_map(now, io.MousePos);
      click(frame, commands, place, now.m_per_px * frame.px(8), io.KeyCtrl || io.KeyShift);
    }
  }
  if (hovered && m_gesture == Gesture::none && !sketching && m_scene && frame.picture && m_cursor) {
    const model::ParcelTable& parcels = *frame.picture->project->parcels;
    for (const std::uint32_t row : m_scene->parcels_at(*m_cursor)) {
      if (row < parcels.size() && parcels.in_force(row, frame.document.as_of())) m_hovered = row;
    }
  }
  if (m_hovered != hovered_before) {
    commands.push([row = m_hovered](Workspace& workspace) { workspace.hovered_parcel = row; });
  }
}

void MapView::click(const Frame& frame, CommandQueue& commands, geom::Coord place, double radius, bool add) {
  if (!m_scene || !frame.picture) return;
  const model::Project& project = *frame.picture->project;
  app::Selection chosen;
  for (const std::uint32_t row : m_scene->parcels_at(place)) {
    if (row < project.parcels->size() && project.parcels->in_force(row, frame.document.as_of())) {
      chosen.parcels = {project.parcels->id[row].value};
    }
  }
  if (!frame.workspace.hidden_layers.contains("projects")) {
    const auto projects = m_scene->projects_at(place, radius);
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
void MapView::sketch(const Frame& frame, CommandQueue& commands, const render::View& now, bool hovered) {
  const ImGuiIO& io = ImGui::GetIO();
  if (hovered && !io.KeyAlt && m_scene && m_cursor) m_snapped = m_scene->snap(*m_cursor, now.m_per_px * frame.px(8));
  if (hovered && io.MouseDoubleClicked[0]) {
    m_ended_sketch = true;
    commands.push([](Workspace& workspace) { workspace.sketch_closed = !workspace.sketch.empty(); });
  }
  if (ImGui::IsItemDeactivated()) {
    const bool second_click = std::exchange(m_ended_sketch, false);  // of a double click: it adds nothing
    if (m_gesture == Gesture::none && hovered && !second_click) {
      const geom::Coord place = m_snapped ? m_snapped->place : to_map(now, io.MousePos);
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
  if (!m_scene || !frame.picture) return;
  const model::ParcelTable& parcels = *frame.picture->project->parcels;
  app::Selection chosen = add ? frame.document.selection() : app::Selection{};
  for (const std::uint32_t row : m_scene->parcels_in(area)) {
    if (row < parcels.size() && parcels.in_force(row, frame.document.as_of())) {
      chosen.parcels.insert(parcels.id[row].value);
    }
  }
  commands.push([chosen](Workspace& workspace) { workspace.select(chosen, false); });
}

std::string MapView::state_json(const Frame& frame) const {
  const MapCamera& camera = frame.workspace.camera;
  nlohmann::json json{{"centre", {camera.centre().x, camera.centre().y}},
                      {"m_per_px", camera.m_per_px()},
                      {"rect", {m_at.x, m_at.y, m_size.x, m_size.y}},
                      {"settled", settled()},
                      {"labels", m_labels.labels.size()},
                      {"tiles_painted", m_worker.tiles_painted()},
                      {"tiles_visible", m_painting.tiles.size()},
                      {"tool", name_of(frame.workspace.tool)}};
  json["hovered"] = nullptr;
  if (m_hovered && frame.picture && *m_hovered < frame.picture->project->parcels->size()) {
    json["hovered"] = std::string(frame.picture->project->parcels->code[*m_hovered]);
  }
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
