// The differences between Dear ImGui 1.86 (Debian 12) and 1.90 (Debian 13), in one place.
#pragma once

#include <GLFW/glfw3.h>
#include <imgui.h>

namespace zaitu::ui {

// Keys by GLFW code, as 1.86 takes them; 1.90 wants its own enumeration.
#if IMGUI_VERSION_NUM >= 18700
inline ImGuiKey key_of(int glfw_key) {
  if (glfw_key >= GLFW_KEY_A && glfw_key <= GLFW_KEY_Z)
    return static_cast<ImGuiKey>(ImGuiKey_A + (glfw_key - GLFW_KEY_A));
  if (glfw_key >= GLFW_KEY_0 && glfw_key <= GLFW_KEY_9)
    return static_cast<ImGuiKey>(ImGuiKey_0 + (glfw_key - GLFW_KEY_0));
  if (glfw_key >= GLFW_KEY_F1 && glfw_key <= GLFW_KEY_F12) {
    return static_cast<ImGuiKey>(ImGuiKey_F1 + (glfw_key - GLFW_KEY_F1));
  }
  switch (glfw_key) {
    case GLFW_KEY_LEFT:
      return ImGuiKey_LeftArrow;
    case GLFW_KEY_RIGHT:
      return ImGuiKey_RightArrow;
    case GLFW_KEY_UP:
      return ImGuiKey_UpArrow;
    case GLFW_KEY_DOWN:
      return ImGuiKey_DownArrow;
    case GLFW_KEY_EQUAL:
      return ImGuiKey_Equal;
    case GLFW_KEY_MINUS:
      return ImGuiKey_Minus;
    case GLFW_KEY_KP_ADD:
      return ImGuiKey_KeypadAdd;
    case GLFW_KEY_KP_SUBTRACT:
      return ImGuiKey_KeypadSubtract;
    case GLFW_KEY_HOME:
      return ImGuiKey_Home;
    case GLFW_KEY_ESCAPE:
      return ImGuiKey_Escape;
    case GLFW_KEY_ENTER:
      return ImGuiKey_Enter;
    case GLFW_KEY_BACKSPACE:
      return ImGuiKey_Backspace;
    case GLFW_KEY_SPACE:
      return ImGuiKey_Space;
    case GLFW_KEY_COMMA:
      return ImGuiKey_Comma;
    case GLFW_KEY_PERIOD:
      return ImGuiKey_Period;
    case GLFW_KEY_BACKSLASH:
      return ImGuiKey_Backslash;
    default:
      return ImGuiKey_None;
  }
}
inline bool key_pressed(int glfw_key, bool repeat = true) { return ImGui::IsKeyPressed(key_of(glfw_key), repeat); }
#else
inline bool key_pressed(int glfw_key, bool repeat = true) { return ImGui::IsKeyPressed(glfw_key, repeat); }
#endif

}  // namespace zaitu::ui
