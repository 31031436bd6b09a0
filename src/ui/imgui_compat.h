// The differences between Dear ImGui 1.86 (Debian 12) and 1.90 (Debian 13), in one place.
#pragma once

#include <imgui.h>

#include <span>
#include <utility>
#include <vector>

namespace zaitu::ui {

// The state of the keys is read from the window system's own events (KeyPress below), not from Dear ImGui: 1.86 loses a
// key that goes down and up between two frames, and 1.87 renamed the codes.
struct KeyPress {
  int key = 0;  // GLFW key code
  bool ctrl = false, shift = false, alt = false;
};

// Dear ImGui 1.86 sees only which keys are down when a frame begins: a key pressed and released since the last frame is
// held down for one frame, with its modifiers. Later versions queue events themselves.
class ShortPresses {
 public:
#if IMGUI_VERSION_NUM < 18700
  void hold(std::span<const KeyPress> presses) {
    ImGuiIO& io = ImGui::GetIO();
    for (const KeyPress& press : presses) {
      if (press.key < 0 || press.key >= IM_ARRAYSIZE(io.KeysDown) || io.KeysDown[press.key]) continue;
      io.KeysDown[press.key] = true;
      m_held.push_back(press.key);
      if (press.ctrl && !io.KeyCtrl) io.KeyCtrl = m_ctrl = true;
      if (press.shift && !io.KeyShift) io.KeyShift = m_shift = true;
    }
  }
  // True when something was held: one more frame must see it released.
  bool release() {
    ImGuiIO& io = ImGui::GetIO();
    const bool any = !m_held.empty();
    for (const int key : m_held) io.KeysDown[key] = false;
    m_held.clear();
    if (std::exchange(m_ctrl, false)) io.KeyCtrl = false;
    if (std::exchange(m_shift, false)) io.KeyShift = false;
    return any;
  }

 private:
  std::vector<int> m_held;
  bool m_ctrl = false, m_shift = false;
#else
  void hold(std::span<const KeyPress>) {}
  bool release() { return false; }
#endif
};

}  // namespace zaitu::ui
