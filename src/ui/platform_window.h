// The desktop's window with an OpenGL 3.3 core context (GLFW) and Dear ImGui on it. Main thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ui/imgui_compat.h"
#include "ui/settings.h"

struct GLFWwindow;

namespace zaitu::ui {

class PlatformWindow {
 public:
  // Throws base::Error(output_failed) with one line: keyword `display` or `opengl`, what was found, what to do.
  explicit PlatformWindow(const Settings& settings);
  ~PlatformWindow();
  PlatformWindow(const PlatformWindow&) = delete;
  PlatformWindow& operator=(const PlatformWindow&) = delete;

  GLFWwindow* handle() const { return m_window; }
  bool wants_to_close() const;
  void set_title(const std::string& title);
  float content_scale() const;
  void remember_place(Settings& settings) const;
  std::vector<KeyPress> take_keys() { return std::exchange(m_keys, {}); }
  std::vector<std::string> take_dropped_files() { return std::exchange(m_dropped, {}); }
  static void wake();  // from any thread: ends a wait for events

 private:
  GLFWwindow* m_window = nullptr;
  std::string m_title;
  std::vector<std::string> m_dropped;
  std::vector<KeyPress> m_keys;
};

}  // namespace zaitu::ui
