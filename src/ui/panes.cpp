#include "ui/panes.h"

#include <algorithm>

namespace zaitu::ui {

Layout lay_out_panes(const Frame& frame, ImVec2 window, float top, float status) {
  const Settings& settings = frame.workspace.settings;
  Layout layout;
  const float height = window.y - top - status;
  // The map keeps the larger part of a small window.
  const float left = settings.left_open ? std::min(frame.px(settings.left_px), window.x * 0.3F) : 0;
  const float right = settings.right_open ? std::min(frame.px(settings.right_px), window.x * 0.38F) : 0;
  const float bottom = settings.bottom_open ? std::min(frame.px(settings.bottom_px), height * 0.6F) : 0;
  const float l = std::round(left), r = std::round(right), b = std::round(bottom);
  layout.left = {{0, top}, {l, height}};
  layout.right = {{window.x - r, top}, {r, height}};
  layout.bottom = {{l, top + height - b}, {window.x - l - r, b}};
  layout.centre = {{l, top}, {window.x - l - r, height - b}};
  return layout;
}

namespace {

enum class Edge { left, right, bottom };

void splitter(const Frame& frame, const char* name, Edge edge, ImVec2 at, ImVec2 size, CommandQueue& commands) {
  const bool upright = edge != Edge::bottom;
  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
  ImGui::Begin(name, nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoFocusOnAppearing);
  ImGui::InvisibleButton("##drag", size);
  frame.probe.note(name + 2);
  const bool held = ImGui::IsItemActive();
  if (held || ImGui::IsItemHovered()) {
    ImGui::SetMouseCursor(upright ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + size.x, at.y + size.y},
                                              with_alpha(frame.look.colour.accent, held ? 0.8F : 0.4F));
  }
  const ImVec2 moved = ImGui::GetIO().MouseDelta;
  if (held && (moved.x != 0 || moved.y != 0)) {
    const float by = (upright ? moved.x : moved.y) / frame.look.scale;
    commands.push([edge, by](Workspace& workspace) {
      Settings& s = workspace.settings;
      if (edge == Edge::left) s.left_px = std::clamp(s.left_px + by, 180.0F, 800.0F);
      if (edge == Edge::right) s.right_px = std::clamp(s.right_px - by, 220.0F, 1000.0F);
      if (edge == Edge::bottom) s.bottom_px = std::clamp(s.bottom_px - by, 120.0F, 1000.0F);
    });
  }
  ImGui::End();
  ImGui::PopStyleVar(2);
}

}  // namespace

void draw_splitters(const Frame& frame, const Layout& layout, CommandQueue& commands) {
  const float wide = frame.px(5);
  const PaneRect& l = layout.left;
  const PaneRect& r = layout.right;
  const PaneRect& b = layout.bottom;
  if (l.visible())
    splitter(frame, "##splitter.left", Edge::left, {l.size.x - wide / 2, l.at.y}, {wide, l.size.y}, commands);
  if (r.visible())
    splitter(frame, "##splitter.right", Edge::right, {r.at.x - wide / 2, r.at.y}, {wide, r.size.y}, commands);
  if (b.visible())
    splitter(frame, "##splitter.bottom", Edge::bottom, {b.at.x, b.at.y - wide / 2}, {b.size.x, wide}, commands);
}

bool begin_pane(const Frame& frame, const char* name, const PaneRect& rect) {
  ImGui::SetNextWindowPos(rect.at);
  ImGui::SetNextWindowSize(rect.size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(14), frame.px(8)));
  const bool open = ImGui::Begin(name, nullptr,
                                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                                     ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoSavedSettings |
                                     ImGuiWindowFlags_NoBringToFrontOnFocus);
  ImGui::PopStyleVar();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.PushClipRectFullScreen();
  list.AddRect({rect.at.x - 1, rect.at.y - 1}, {rect.at.x + rect.size.x + 1, rect.at.y + rect.size.y + 1},
               frame.look.colour.border_strong);
  list.PopClipRect();
  return open;
}

void end_pane() { ImGui::End(); }

}  // namespace zaitu::ui
