// Small line icons drawn with ImDrawList on a 16 x 16 grid; no icon font.
#pragma once

#include <imgui.h>

namespace zaitu::ui {

enum class Icon {
  none,
  folder,
  file,
  undo,
  redo,
  play,
  pause,
  back,
  forward,
  sun,
  moon,
  globe,
  download,
  search,
  help,
  plus,
  minus,
  fit,
  ruler,
  pointer,
  polygon,
  eye,
  eye_off,
  close,
  chevron_up,
  chevron_down,
  chevron_right,
  warning,
  info,
  layers,
  calendar,
  check,
  report,
  pencil,
  table,
  curve,
  clock,
  sidebar_left,
  sidebar_right,
  panel_bottom,
  swipe
};

// Centred at `centre`; `size` is the edge of the box in px.
void draw_icon(ImDrawList& list, Icon icon, ImVec2 centre, float size, ImU32 colour);

}  // namespace zaitu::ui
