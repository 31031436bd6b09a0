// Two dates side by side on the map: the scene at the left of the line, the line itself, and the dates beside it.
#include <algorithm>
#include <cmath>

#include "ui/map_view.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

constexpr std::size_t before_tile_budget_bytes = 48U << 20;

}  // namespace

bool MapView::update_before(Workspace& workspace, const TiledScene::Wish& now) {
  if (!workspace.swipe) {
    if (!m_before) return false;
    let_go_of_before(workspace);
    return true;
  }
  if (!m_before) m_before = std::make_unique<TiledScene>(m_tile_px, before_tile_budget_bytes, m_wake);
  std::string problem;
  const bool changed = m_before->take_results(problem);
  if (!problem.empty()) workspace.notify(true, problem);
  const auto compared = workspace.document.compared(workspace.compared_with());
  if (compared && compared->picture == now.picture) {
    TiledScene::Wish wish = now;
    wish.picture = compared->value;
    m_before->show(wish, m_now.scene());
  }
  m_before_due = !compared || compared->picture != now.picture || m_before->picture() != compared->value;
  return changed;
}

void MapView::let_go_of_before(Workspace& workspace) {
  if (!m_before) return;
  MapWorker& worker = m_now.worker();
  worker.drop(std::exchange(m_lit_before.picture, nullptr));
  worker.drop(std::exchange(m_lit_before.between, nullptr));
  m_lit_before = {};
  m_before->clear();
  worker.drop(m_before->give_up_worker());  // its threads may still build a scene
  m_before.reset();
  m_before_due = false;
  workspace.document.forget_compared();
}

std::vector<MapView::Side> MapView::sides() {
  std::vector<Side> list;
  const ImVec2 from = m_window.at, to{from.x + m_window.size.x, from.y + m_window.size.y};
  if (m_line_x && m_before && m_before->scene()) list.push_back({*m_before, m_lit_before, from, {*m_line_x, to.y}});
  if (m_now.scene()) list.push_back({m_now, m_lit_now, {m_line_x.value_or(from.x), from.y}, to});
  return list;
}

std::optional<MapView::Side> MapView::side_at(ImVec2 in_window) {
  for (const Side& side : sides()) {
    if (side.from.x <= in_window.x && in_window.x < side.to.x) return side;
  }
  return std::nullopt;
}

float MapView::date_width(const Frame& frame) { return text_size("2000-00-00 …").x + frame.px(40); }

void MapView::place_line(const Frame& frame, CommandQueue& commands) {
  m_line_x.reset();
  if (!frame.workspace.swipe || !frame.picture || m_window.size.x < 1) return;
  const float width = m_window.size.x, room = date_width(frame) + frame.px(16),
              tools = frame.px(tools_are_wide(frame) ? 84 : 52);
  float least = room / width, most = 1 - (room + tools) / width;
  if (least > most) least = most = std::clamp((least + most) / 2, 0.0F, 1.0F);
  if (least != frame.workspace.swipe_least || most != frame.workspace.swipe_most) {
    commands.push([least, most](Workspace& workspace) {
      workspace.swipe_least = least;
      workspace.swipe_most = most;
    });
  }
  m_line_x = std::round(m_window.at.x + width * std::clamp(frame.workspace.settings.swipe, least, most));
}

void MapView::draw_grip(const Frame& frame, CommandQueue& commands) {
  if (!m_line_x) return;
  const Palette& c = frame.look.colour;
  const float x = *m_line_x, reach = frame.px(6), top = m_window.at.y, height = m_window.size.y;
  ImGui::SetNextWindowPos({x - reach, top});
  ImGui::SetNextWindowSize({2 * reach, height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
  constexpr ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground |
                                     ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_NoNav;
  ImGui::Begin("##map_line", nullptr, flags);
  ImGui::InvisibleButton("##line", {2 * reach, height});
  frame.probe.note("map.line");
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const bool held = ImGui::IsItemActive(), near = held || ImGui::IsItemHovered();
  if (near) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  if (ImGui::IsItemActivated()) m_line_grip = mouse.x - x;
  if (const float to = mouse.x - m_line_grip; held && to != x) {
    const float share = (to - m_window.at.x) / m_window.size.x;
    commands.push([share](Workspace& workspace) { workspace.move_swipe(share); });
  }
  if (near && !held) tooltip(frame, frame.tr("map.line"));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 middle{x, std::round(top + height / 2)};
  list.AddRectFilled({x - reach, middle.y - frame.px(16)}, {x + reach, middle.y + frame.px(16)},
                     near ? c.accent : c.text, frame.px(4));
  for (const float shift : {-2.0F, 2.0F}) {
    list.AddLine({x + frame.px(shift), middle.y - frame.px(8)}, {x + frame.px(shift), middle.y + frame.px(8)},
                 c.surface, frame.px(1));
  }
  ImGui::End();
  ImGui::PopStyleVar(2);
  draw_before_date(frame, commands);
}

// Under the scale bar and its neighbours, whose texts it would cross. The first column of pixels right of it is that of
// the as-of date: the line itself lies left and right of it.
void MapView::draw_line(const Frame& frame, ImDrawList& list) const {
  if (!m_line_x) return;
  const float x = *m_line_x, top = m_window.at.y, bottom = top + m_window.size.y, half = frame.px(2);
  list.AddRectFilled({x - half, top}, {x + half, bottom}, frame.look.colour.surface);
  list.AddRectFilled({x - half / 2, top}, {x + half / 2, bottom}, frame.look.colour.text);
}

// The date of the left side: that of what is shown, with dots while another one is on its way. Changed here.
void MapView::draw_before_date(const Frame& frame, CommandQueue& commands) {
  const float pad = frame.px(8), width = date_width(frame);
  const bool there = m_before && m_before->picture();
  const base::Date wanted = frame.workspace.compared_with(),
                   shown = there ? m_before->picture()->status->as_of : wanted;
  ImGui::SetNextWindowPos({*m_line_x - pad - width, m_window.at.y + pad});
  ImGui::SetNextWindowSize({width, frame.px(30)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, frame.px(4));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
  ImGui::Begin("##map_date", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing);
  m_compare.draw(frame, commands, "map.from", shown.iso() + (there && shown == wanted ? "" : " …"), width);
  ImGui::End();
  ImGui::PopStyleVar(3);
}

void MapView::draw_now_date(const Frame& frame, ImDrawList& list) const {
  if (!m_line_x || !m_now.picture()) return;
  const Palette& c = frame.look.colour;
  const base::Date shown = m_now.picture()->status->as_of;
  const std::string date = shown.iso() + (shown == frame.document.as_of() ? "" : " …");
  const float pad = frame.px(10), height = frame.px(30);
  const ImVec2 at{*m_line_x + frame.px(8), m_window.at.y + frame.px(8)};
  list.AddRectFilled(at, {at.x + text_size(date).x + 2 * pad, at.y + height}, c.raised, frame.px(4));
  add_text(list, {at.x + pad, std::round(at.y + (height - ImGui::GetFontSize()) / 2)}, c.text, date);
}

}  // namespace zaitu::ui
