// The line at the bottom: running jobs with progress and stop, messages (errors stay until dismissed), the selection.
#pragma once

#include "ui/frame.h"

namespace zaitu::ui {

class StatusBar {
 public:
  static float height(const Frame& frame) { return frame.px(30); }
  void draw(const Frame& frame, CommandQueue& commands, ImVec2 at, float width);
};

}  // namespace zaitu::ui
