// The layout of the window: bars at top and bottom, panes at the left, right and bottom of the map, with splitters
// that are remembered. Pure arithmetic plus the splitters' mouse.
#pragma once

#include "ui/frame.h"

namespace zaitu::ui {

struct PaneRect {
  ImVec2 at{0, 0}, size{0, 0};
  bool visible() const { return size.x > 1 && size.y > 1; }
};
struct Layout {
  PaneRect left, centre, right, bottom;
};

Layout lay_out_panes(const Frame& frame, ImVec2 window, float top, float status);
void draw_splitters(const Frame& frame, const Layout& layout, CommandQueue& commands);
// A pane's window with our padding; returns true when its content is to be drawn. Always pair with end_pane.
bool begin_pane(const Frame& frame, const char* name, const PaneRect& rect);
void end_pane();

}  // namespace zaitu::ui
