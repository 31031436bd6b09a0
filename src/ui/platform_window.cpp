#include "ui/platform_window.h"

#include <epoxy/gl.h>
// GLFW after the OpenGL loader.
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <dlfcn.h>
#include <imgui.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "ui/imgui_compat.h"

namespace zaitu::ui {

namespace {

std::atomic<bool> is_open{false};

std::string& last_glfw_error() {
  static std::string text;
  return text;
}

std::function<void()>& save_when_lost() {
  static std::function<void()> save;
  return save;
}

// Called by Xlib, which would end the program after it with words of its own.
int end_without_display(void*) {
  is_open = false;
  if (const auto save = std::exchange(save_when_lost(), {})) {
    save();
    std::fputs("error: display: the display is gone; what was entered is kept, start Zaitu again\n", stderr);
  }
  std::_Exit(static_cast<int>(base::ExitCode::output_failed));
}

void note_glfw_error(int, const char* description) { last_glfw_error() = description; }

base::Error display_error() {
  const char* display = std::getenv("DISPLAY");
  const std::string found = display == nullptr || display[0] == '\0'
                                ? "DISPLAY is not set"
                                : "DISPLAY=" + std::string(display) + " does not answer";
  return {base::ExitCode::output_failed,
          "display: no display to open the window on (" + found +
              "); start it in a desktop session, or use the commands without a window (zaitu --help)"};
}

// What the driver offers when it has no 3.3 core: asked of a plain context.
base::Error opengl_error() {
  std::string found = "no OpenGL at all";
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  if (GLFWwindow* probe = glfwCreateWindow(64, 64, "", nullptr, nullptr); probe != nullptr) {
    glfwMakeContextCurrent(probe);
    if (const GLubyte* version = glGetString(GL_VERSION); version != nullptr) {
      found = "OpenGL " + std::string(reinterpret_cast<const char*>(version));
    }
    glfwDestroyWindow(probe);
  }
  return {base::ExitCode::output_failed, "opengl: the window needs OpenGL 3.3 core and found " + found +
                                             "; update the graphics driver, or use Mesa's software renderer "
                                             "(LIBGL_ALWAYS_SOFTWARE=1)"};
}

// A window larger than the screen (a small screen, or another one than last time) would hide what stands at its edges.
void fit_to_screen(GLFWwindow* window) {
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  if (monitor == nullptr || glfwGetWindowAttrib(window, GLFW_MAXIMIZED) == GLFW_TRUE) return;
  int width = 0, height = 0, x = 0, y = 0, screen_width = 0, screen_height = 0;
  glfwGetWindowSize(window, &width, &height);
  glfwGetMonitorWorkarea(monitor, &x, &y, &screen_width, &screen_height);
  if (screen_width <= 0 || screen_height <= 0) return;
  if (width <= screen_width && height <= screen_height) return;
  glfwSetWindowPos(window, x, y);
  glfwSetWindowSize(window, std::min(width, screen_width), std::min(height, screen_height));
}

}  // namespace

PlatformWindow::PlatformWindow(const Settings& settings) {
  glfwSetErrorCallback(note_glfw_error);
  if (glfwInit() == GLFW_FALSE) throw display_error();
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHint(GLFW_DEPTH_BITS, 0);
  glfwWindowHint(GLFW_STENCIL_BITS, 0);
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  glfwWindowHint(GLFW_MAXIMIZED, settings.maximised ? GLFW_TRUE : GLFW_FALSE);
  // A size that was chosen is kept; the first one is of the design.
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, settings.window_x < 0 ? GLFW_TRUE : GLFW_FALSE);
  m_window = glfwCreateWindow(settings.window_width, settings.window_height, "Zaitu", nullptr, nullptr);
  if (m_window == nullptr) {
    const base::Error error = opengl_error();
    glfwTerminate();
    throw error;
  }
  glfwSetWindowSizeLimits(m_window, 800, 560, GLFW_DONT_CARE, GLFW_DONT_CARE);
  if (settings.window_x >= 0 && settings.window_y >= 0 && !settings.maximised) {
    glfwSetWindowPos(m_window, settings.window_x, settings.window_y);
  }
  glfwMakeContextCurrent(m_window);
  glfwSwapInterval(1);
  glfwSetWindowUserPointer(m_window, this);
  glfwSetDropCallback(m_window, [](GLFWwindow* window, int count, const char** paths) {
    auto* self = static_cast<PlatformWindow*>(glfwGetWindowUserPointer(window));
    self->m_dropped.assign(paths, paths + count);
  });
  glfwSetWindowRefreshCallback(m_window, [](GLFWwindow* window) {
    static_cast<PlatformWindow*>(glfwGetWindowUserPointer(window))->m_exposed = true;
    touch(window);
  });
  // Before Dear ImGui installs its callbacks: it calls these too.
  glfwSetMouseButtonCallback(m_window, [](GLFWwindow* window, int, int, int) { touch(window); });
  glfwSetScrollCallback(m_window, [](GLFWwindow* window, double, double) { touch(window); });
  glfwSetCursorPosCallback(m_window, [](GLFWwindow* window, double, double) { touch(window); });
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;  // our settings remember the panes
  ImGui_ImplGlfw_InitForOpenGL(m_window, true);
  // In place of Dear ImGui's: it learns of keys in replay_keys().
  glfwSetKeyCallback(m_window, [](GLFWwindow* window, int key, int scancode, int action, int mods) {
    auto* self = static_cast<PlatformWindow*>(glfwGetWindowUserPointer(window));
    touch(window);
    if (!replays_keys) ImGui_ImplGlfw_KeyCallback(window, key, scancode, action, mods);
    const auto kind = action == GLFW_PRESS    ? KeyEvent::Kind::press
                      : action == GLFW_REPEAT ? KeyEvent::Kind::repeat
                                              : KeyEvent::Kind::release;
    self->m_keys.push({kind, key, scancode, mods, 0});
  });
  glfwSetCharCallback(m_window, [](GLFWwindow* window, unsigned character) {
    auto* self = static_cast<PlatformWindow*>(glfwGetWindowUserPointer(window));
    if (!replays_keys) ImGui_ImplGlfw_CharCallback(window, character);
    self->m_keys.push({KeyEvent::Kind::character, 0, 0, 0, character});
  });
  ImGui_ImplOpenGL3_Init("#version 330 core");
  fit_to_screen(m_window);
  glfwShowWindow(m_window);
  is_open = true;
}

PlatformWindow::~PlatformWindow() {
  is_open = false;
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext();
  glfwDestroyWindow(m_window);
  glfwTerminate();
}

void PlatformWindow::touch(GLFWwindow* window) {
  static_cast<PlatformWindow*>(glfwGetWindowUserPointer(window))->m_touched = true;
}

std::vector<KeyPress> PlatformWindow::replay_keys() {
  std::vector<KeyPress> presses;
  for (const KeyEvent& event : m_keys.take_frame()) {
    if (event.kind == KeyEvent::Kind::character) {
      if (replays_keys) ImGui_ImplGlfw_CharCallback(m_window, event.character);
      continue;
    }
    const int action = event.kind == KeyEvent::Kind::press    ? GLFW_PRESS
                       : event.kind == KeyEvent::Kind::repeat ? GLFW_REPEAT
                                                              : GLFW_RELEASE;
    if (replays_keys) ImGui_ImplGlfw_KeyCallback(m_window, event.key, event.scancode, action, event.mods);
    if (action == GLFW_RELEASE) continue;
    presses.push_back({event.key, (event.mods & GLFW_MOD_CONTROL) != 0, (event.mods & GLFW_MOD_SHIFT) != 0,
                       (event.mods & GLFW_MOD_ALT) != 0});
  }
  return presses;
}

bool PlatformWindow::wants_to_close() const { return glfwWindowShouldClose(m_window) != 0; }

void PlatformWindow::set_title(const std::string& title) {
  if (title == m_title) return;
  m_title = title;
  glfwSetWindowTitle(m_window, title.c_str());
}

float PlatformWindow::content_scale() const {
  float x = 1, y = 1;
  glfwGetWindowContentScale(m_window, &x, &y);
  return x > 0.5F && x < 8 ? x : 1;
}

void PlatformWindow::remember_place(Settings& settings) const {
  settings.maximised = glfwGetWindowAttrib(m_window, GLFW_MAXIMIZED) != 0;
  if (settings.maximised || glfwGetWindowAttrib(m_window, GLFW_ICONIFIED) != 0) return;
  glfwGetWindowPos(m_window, &settings.window_x, &settings.window_y);
  glfwGetWindowSize(m_window, &settings.window_width, &settings.window_height);
}

void PlatformWindow::on_display_lost(std::function<void()> save) {
  save_when_lost() = std::move(save);
  // Where GLFW works by X11, its library is there; nothing else of it is needed here.
  using SetHandler = int (*(*)(int (*)(void*)))(void*);
  if (void* const found = ::dlsym(RTLD_DEFAULT, "XSetIOErrorHandler"); found != nullptr) {
    SetHandler set = nullptr;
    std::memcpy(&set, &found, sizeof set);
    set(&end_without_display);
  }
}

void PlatformWindow::wake() {
  if (is_open) glfwPostEmptyEvent();
}

}  // namespace zaitu::ui
