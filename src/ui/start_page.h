// What is shown while no project is open: open one, try the demo, or drop a file here.
#pragma once

#include "ui/frame.h"

namespace zaitu::ui {

class StartPage {
 public:
  // `make_demo` is raised when the demo is asked for.
  void draw(const Frame& frame, CommandQueue& commands, const Command& make_demo, ImVec2 at, ImVec2 size);
};

}  // namespace zaitu::ui
