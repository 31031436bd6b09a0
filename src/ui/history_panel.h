// The journal in the bottom pane: what was changed, when, by whom; undone changes are struck back.
#pragma once

#include "ui/frame.h"

namespace zaitu::ui {

class HistoryPanel {
 public:
  void draw(const Frame& frame, CommandQueue& commands);
};

}  // namespace zaitu::ui
