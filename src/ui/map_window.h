// Where the map's view lies in the window: from places of the project's CRS to window pixels and back.
#pragma once

#include <imgui.h>

#include "render/map.h"

namespace zaitu::ui {

struct MapWindow {
  render::View view;
  ImVec2 at{0, 0}, size{0, 0};  // window pixels, y down

  ImVec2 to_window(geom::Coord map) const {
    const geom::Coord p = view.to_screen(map);
    return {static_cast<float>(at.x + p.x), static_cast<float>(at.y + p.y)};
  }
  geom::Coord to_map(ImVec2 window) const {
    return view.to_map({static_cast<double>(window.x) - at.x, static_cast<double>(window.y) - at.y});
  }
};

}  // namespace zaitu::ui
