// The differences between Dear ImGui 1.86 (Debian 12) and 1.90 (Debian 13), in one place.
#pragma once

#include <imgui.h>

namespace zaitu::ui {

// From 1.87 on Dear ImGui queues keys and characters itself, and asks the system for the modifiers when it is told of a
// key: it must be told at once. Before, they are replayed frame by frame (KeyQueue).
#if IMGUI_VERSION_NUM < 18700
inline constexpr bool replays_keys = true;
#else
inline constexpr bool replays_keys = false;
#endif

}  // namespace zaitu::ui
