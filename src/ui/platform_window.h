// The desktop's window with an OpenGL 3.3 core context (GLFW) and Dear ImGui on it. Main thread.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ui/key_queue.h"
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
  // Tells Dear ImGui the keys of the coming frame; those pressed or repeated. Call before its new frame.
  std::vector<KeyPress> replay_keys();
  bool keys_wait() const { return !m_keys.empty(); }  // for another frame
  std::vector<std::string> take_dropped_files() { return std::exchange(m_dropped, {}); }
  // True when the user moved, pressed or typed anything since the last call.
  bool take_touch() { return std::exchange(m_touched, false); }
  // True when the system lost what the window showed.
  bool take_exposed() { return std::exchange(m_exposed, false); }
  // From any thread: ends a wait for events. Does nothing before the window is there. The threads that call it end
  // before the window does.
  // When the display is gone (its server ended) nothing can be shown any more: `save` runs, and the program ends with
  // one line. Once, on the thread that talked to the display.
  static void on_display_lost(std::function<void()> save);
  static void wake();

 private:
  static void touch(GLFWwindow* window);

  bool m_touched = false, m_exposed = false;
  GLFWwindow* m_window = nullptr;
  std::string m_title;
  std::vector<std::string> m_dropped;
  KeyQueue m_keys;
};

}  // namespace zaitu::ui
