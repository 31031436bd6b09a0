// The strip under the top bar that says who else is writing the project, and offers to take it over once it is free.
#pragma once

#include "ui/frame.h"

namespace zaitu::ui {

class WriterBanner {
 public:
  static float height(const Frame& frame);  // px; 0: nothing to say
  static void draw(const Frame& frame, CommandQueue& commands, ImVec2 at, float width);
};

}  // namespace zaitu::ui
