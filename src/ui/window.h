// The window: GLFW, OpenGL 3.3 core and Dear ImGui. Draws the document's picture and raises commands on it.
#pragma once

#include <filesystem>
#include <optional>

namespace zaitu::ui {

struct WindowOptions {
  std::optional<std::filesystem::path> project;
  // Development and tests: every settled frame writes rectangles of widgets and the document's state as JSON here.
  std::optional<std::filesystem::path> probe;
  // Measuring: a path of gestures (ui/replay.h) is played once the project's map is there, its frame times are printed
  // on stdout, and the window closes.
  std::optional<std::filesystem::path> replay;
  bool json = false;  // of the replay's figures
};

// Runs until the window is closed. Returns the exit code; throws base::Error(output_failed) with one clear line when
// there is no display or no OpenGL 3.3 core.
int run_window(const WindowOptions& options);

}  // namespace zaitu::ui
