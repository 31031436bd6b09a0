// Everything the user can do by menu or key, in one list: menus, shortcuts, the keys help and tests name the same keys.
#pragma once

#include <string>
#include <vector>

#include "ui/frame.h"
#include "ui/icons.h"

namespace zaitu::ui {

struct Shortcut {
  int key = 0;  // GLFW key code; 0 = none
  bool ctrl = false, shift = false;
  // A bare key works only while no text field has the focus.
  std::string text() const;  // "Ctrl+Z"
};

struct Action {
  std::string key;  // translation key, e.g. "action.undo"
  Icon icon = Icon::none;
  std::vector<Shortcut> shortcuts;  // the first one is shown
  bool enabled = true;
  Command run;
};

std::vector<Action> make_actions(const Frame& frame);
// Raises the commands of the shortcuts pressed in this frame.
void run_shortcuts(const Frame& frame, const std::vector<Action>& actions, CommandQueue& commands);

}  // namespace zaitu::ui
