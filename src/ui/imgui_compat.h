// The differences between Dear ImGui 1.86 (Debian 12) and 1.90 (Debian 13), in one place.
#pragma once

#include <imgui.h>

namespace zaitu::ui {

// The state of the keys is read from the window system's own events (KeyPress below), not from Dear ImGui: 1.86 loses a
// key that goes down and up between two frames, and 1.87 renamed the codes.
struct KeyPress {
  int key = 0;  // GLFW key code
  bool ctrl = false, shift = false, alt = false;
};

}  // namespace zaitu::ui
