// What the inspector shows while nothing is selected: the targets, and the supply by circle and by certainty; a click
// on a line selects its phases. Sums of the picture's own groups, a few dozen additions a frame.
#pragma once

#include "ui/frame.h"

namespace zaitu::ui {

void draw_overview(const Frame& frame, CommandQueue& commands);

}  // namespace zaitu::ui
