// How the headline's figure is counted: rule, scope, date, rows, what is missing, and the target's own scope and
// source. A tooltip of Dear ImGui's frame.
#pragma once

#include "ui/frame.h"

namespace zaitu::ui {

// `target` may be nullptr.
void draw_headline_card(const Frame& frame, const planning::TargetGap* target);

}  // namespace zaitu::ui
