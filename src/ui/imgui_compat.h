// The differences between Dear ImGui 1.86 (Debian 12) and 1.90 (Debian 13), in one place.
#pragma once

#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include <vector>

namespace zaitu::ui {

// From 1.87 on Dear ImGui queues keys and characters itself, and asks the system for the modifiers when it is told of a
// key: it must be told at once. Before, they are replayed frame by frame (KeyQueue).
#if IMGUI_VERSION_NUM < 18700
inline constexpr bool replays_keys = true;
#else
inline constexpr bool replays_keys = false;
#endif

// What the mouse does, in place of the platform's events (replayed gestures); before ImGui::NewFrame().
inline void tell_mouse(ImVec2 at, bool left_pressed) {
  ImGuiIO& io = ImGui::GetIO();
#if IMGUI_VERSION_NUM < 18700
  io.MousePos = at;
  io.MouseDown[0] = left_pressed;
#else
  io.AddMousePosEvent(at.x, at.y);
  io.AddMouseButtonEvent(0, left_pressed);
#endif
}
inline void tell_wheel(float notches) {
#if IMGUI_VERSION_NUM < 18700
  ImGui::GetIO().MouseWheel += notches;
#else
  ImGui::GetIO().AddMouseWheelEvent(0, notches);
#endif
}

// Draws these lists of `whole` with the first row at the bottom of OpenGL's coordinates. The back end makes its
// projection and its clipping from the display's place and size: with the height negative, and so the scale of the
// frame buffer, all of it is turned over. The clip rectangles must be given with top and bottom exchanged.
inline void draw_upside_down(const ImDrawData& whole, const std::vector<ImDrawList*>& lists) {
  if (lists.empty()) return;
  ImDrawData part;
  part.Valid = true;
  part.DisplayPos = {whole.DisplayPos.x, whole.DisplayPos.y + whole.DisplaySize.y};
  part.DisplaySize = {whole.DisplaySize.x, -whole.DisplaySize.y};
  part.FramebufferScale = {1, -1};
  part.CmdListsCount = static_cast<int>(lists.size());
#if IMGUI_VERSION_NUM < 18980
  std::vector<ImDrawList*> own = lists;
  part.CmdLists = own.data();
#else
  for (ImDrawList* list : lists) part.CmdLists.push_back(list);
#endif
  for (const ImDrawList* list : lists) {
    part.TotalVtxCount += list->VtxBuffer.Size;
    part.TotalIdxCount += list->IdxBuffer.Size;
  }
  ImGui_ImplOpenGL3_RenderDrawData(&part);
}

}  // namespace zaitu::ui
