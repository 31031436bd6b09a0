// The frame loop: wait or poll events, take finished results, apply commands, draw, show. Nothing else runs here.
#include "ui/window.h"

#include <epoxy/gl.h>
// GLFW after the OpenGL loader.
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.h"
#include "store/project_file.h"
#include "ui/bottom_panel.h"
#include "ui/demo_job.h"
#include "ui/dialogs.h"
#include "ui/inspector_panel.h"
#include "ui/layers_panel.h"
#include "ui/map_view.h"
#include "ui/panes.h"
#include "ui/platform_window.h"
#include "ui/start_page.h"
#include "ui/status_bar.h"
#include "ui/top_bar.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// Dear ImGui settles hovering and sizes over a few frames.
constexpr int frames_after_event = 3;
constexpr double play_step_s = 0.7;
constexpr double frame_s = 1.0 / 60;

// ZAITU_UI_SCALE; 0 when it is not set or no scale.
float forced_scale() {
  const char* text = std::getenv("ZAITU_UI_SCALE");
  const float scale = text == nullptr ? 0.0F : std::strtof(text, nullptr);
  return scale >= least_scale && scale <= most_scale ? scale : 0.0F;
}

class Shell {
 public:
  explicit Shell(const WindowOptions& options);
  int run();

 private:
  void wait_for_work();
  void begin_frame();
  float scale_of(const Settings& settings) const;
  void take_results();
  void advance_clock();
  void frame();
  void write_probe(const Frame& frame);
  void save_settings_if_changed();
  void take_dropped_files();

  std::string m_settings_problem;
  fs::path m_settings_file = settings_file();
  Settings m_saved;
  PlatformWindow m_window;
  const float m_forced_scale = forced_scale();
  Fonts m_fonts;
  Probe m_probe;
  Look m_look;
  DemoJob m_demo{PlatformWindow::wake};
  MapView m_map;
  Workspace m_workspace;
  CommandQueue m_commands;
  std::vector<KeyPress> m_keys;  // of this frame
  TopBar m_top;
  LayersPanel m_layers;
  InspectorPanel m_inspector;
  BottomPanel m_bottom;
  StatusBar m_status;
  StartPage m_start;
  Dialogs m_dialogs;

  Clock::time_point m_opened = Clock::now();
  Clock::time_point m_last_frame = m_opened;
  int m_frames_left = 10;
  std::uint64_t m_frame = 0, m_shown_generation = 0;
  bool m_had_project = false;
  bool m_busy = false;
};

Shell::Shell(const WindowOptions& options)
    : m_saved(load_settings(m_settings_file, m_settings_problem)),
      m_window(m_saved),
      m_probe(options.probe),
      m_map(static_cast<int>(std::lround(256 * scale_of(m_saved))), PlatformWindow::wake),
      m_workspace(PlatformWindow::wake) {
  m_workspace.settings = m_saved;
  std::string font_problem;
  m_fonts.find(font_problem);
  // Without Chinese characters the English screen can still be read.
  const base::Language language = m_fonts.has_chinese() ? m_saved.language : base::Language::en;
  m_workspace.set_language(language);
  m_workspace.document.set_rule(m_saved.rule);
  for (const base::Language each : {base::Language::zh, base::Language::en}) {
    const base::Translation words = base::Translation::load(each);
    for (const auto& [key, text] : words.texts()) m_fonts.need(text);
  }
  m_look = make_look(m_saved.dark, scale_of(m_saved));
  apply(m_look);
  if (!font_problem.empty()) {
    std::fprintf(stderr, "%s\n", font_problem.c_str());
    m_workspace.notify(true, font_problem);
  }
  if (!m_settings_problem.empty()) {
    m_workspace.notify(false, m_workspace.tr("notice.settings", {{"file", m_settings_problem}}));
  }
  if (options.project) {
    m_workspace.open_project(options.project->string());
  }
}

// Of the design: the environment's word (for tests) before the user's choice before the monitor's.
float Shell::scale_of(const Settings& settings) const {
  if (m_forced_scale > 0) return m_forced_scale;
  return settings.scale > 0 ? settings.scale : m_window.content_scale();
}

int Shell::run() {
  while (!m_window.wants_to_close() && !m_workspace.quit) {
    wait_for_work();
    take_results();
    for (const Command& command : m_commands.take()) command(m_workspace);
    advance_clock();
    frame();
    save_settings_if_changed();
  }
  m_window.remember_place(m_workspace.settings);
  save_settings_if_changed();
  return 0;
}

void Shell::wait_for_work() {
  const bool animating = m_workspace.camera.moving() || m_frames_left > 0 || !m_commands.empty();
  if (animating) {
    // The swap may not wait for the screen (a virtual display has none): never more than 60 frames a second.
    const double since = std::chrono::duration<double>(Clock::now() - m_last_frame).count();
    if (since < frame_s) {
      glfwWaitEventsTimeout(frame_s - since);
      m_frames_left = std::max(m_frames_left, 1);
    } else {
      glfwPollEvents();
    }
    // What the user did meanwhile needs its frames too.
    m_frames_left = m_window.take_touch() ? frames_after_event : m_frames_left - 1;
    return;
  }
  if (m_workspace.playing) {
    glfwWaitEventsTimeout(0.05);
  } else if (m_busy) {
    glfwWaitEventsTimeout(0.1);  // progress bars
  } else if (ImGui::GetIO().WantTextInput) {
    glfwWaitEventsTimeout(0.4);  // the cursor blinks
    if (m_window.take_touch()) m_frames_left = frames_after_event;
    return;
  } else {
    bool timed = false;
    for (const StatusNotice& notice : m_workspace.notices) timed = timed || !notice.is_error;
    if (timed) {
      glfwWaitEventsTimeout(1);
    } else {
      glfwWaitEvents();
    }
  }
  m_frames_left = frames_after_event;
}

void Shell::take_results() {
  m_workspace.now = std::chrono::duration<double>(Clock::now() - m_opened).count();
  app::Document& document = m_workspace.document;
  if (document.poll()) m_frames_left = frames_after_event;
  for (const app::Notice& notice : document.take_notices()) {
    m_workspace.notify(notice.is_error, notice.text);
    m_fonts.need(notice.text);
  }
  std::erase_if(m_workspace.notices,
                [this](const StatusNotice& notice) { return !notice.is_error && notice.until < m_workspace.now; });
  if (m_demo.finished()) {
    const DemoJob::Result result = m_demo.take();
    m_workspace.preparing_demo = false;
    if (result.problem.empty()) {
      m_workspace.open_project(result.file.string());
    } else {
      m_workspace.notify(true, result.problem);
    }
  }
  take_dropped_files();

  const auto picture = document.picture();
  if (picture && document.generation() != m_shown_generation) {
    m_shown_generation = document.generation();
    const std::string& file = picture->project->file;
    if (!file.empty() && file != m_workspace.settings.last_project) m_workspace.settings.remember_project(file);
    std::string name =
        m_workspace.settings.language == base::Language::zh ? picture->project->name_zh : picture->project->name_en;
    if (name.empty()) name = fs::path(file).filename().string();
    m_window.set_title(name + " — Zaitu");
    m_fonts.need(name);
    m_fonts.need(file);
  }
  if (picture && !m_had_project && m_workspace.map_width_px > 0) {
    m_workspace.fit_start();
    m_had_project = true;
  }
  if (!picture) {
    m_had_project = false;
    m_window.set_title("Zaitu 载图");
  }
  if (m_map.update(m_workspace, m_fonts, m_look)) m_frames_left = frames_after_event;
  m_busy = document.loading() || !document.jobs().empty() || m_workspace.preparing_demo;
}

void Shell::take_dropped_files() {
  for (const std::string& file : m_window.take_dropped_files()) {
    m_fonts.need(file);
    std::error_code error;
    if (!m_workspace.document.picture() || store::ProjectFile::is_project(file)) {
      m_workspace.open_project(file);
    } else if (fs::exists(file, error)) {
      m_workspace.dropped_file = file;
      m_workspace.dialog = DialogKind::import_file;
    }
  }
}

void Shell::advance_clock() {
  const auto now = Clock::now();
  const double seconds = std::chrono::duration<double>(now - m_last_frame).count();
  m_last_frame = now;
  m_workspace.camera.tick(std::min(seconds, 0.1));
  if (!m_workspace.playing) return;
  const auto picture = m_workspace.document.picture();
  if (!picture) {
    m_workspace.playing = false;
    return;
  }
  // The next quarter is shown once this one is: a slow machine plays slower, it never skips.
  if (m_workspace.now < m_workspace.next_step_at || picture->supply->as_of != m_workspace.document.as_of()) return;
  m_workspace.next_step_at = m_workspace.now + play_step_s;
  const base::Date next = next_quarter_end(m_workspace.document.as_of());
  if (next > clock_range(*picture->project).last) {
    m_workspace.playing = false;
  } else {
    m_workspace.set_as_of(next);
  }
}

void Shell::begin_frame() {
  const float scale = scale_of(m_workspace.settings);
  if (scale != m_look.scale || m_workspace.settings.dark != m_look.dark) {
    m_look = make_look(m_workspace.settings.dark, scale);
    apply(m_look);
    m_frames_left = frames_after_event;
  }
  if (m_fonts.update(scale)) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
  }
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  m_keys = m_window.replay_keys();
  if (m_window.keys_wait()) m_frames_left = std::max(m_frames_left, 2);
  ImGui::NewFrame();
  m_probe.begin_frame();
}

void Shell::frame() {
  int width = 0, height = 0;
  glfwGetFramebufferSize(m_window.handle(), &width, &height);
  if (width < 1 || height < 1) return;
  begin_frame();
  // Esc that closes a menu does not clear the selection too.
  const bool in_popup = ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId);
  const Frame frame{m_workspace,
                    m_workspace.document,
                    m_workspace.document.picture(),
                    m_map.scene(),
                    m_workspace.tr,
                    m_look,
                    m_fonts,
                    m_probe,
                    m_keys};
  const std::vector<Action> actions = make_actions(frame);
  const ImVec2 window{static_cast<float>(width), static_cast<float>(height)};
  const float top = TopBar::height(frame), status = StatusBar::height(frame);
  m_top.draw(frame, actions, m_commands, window.x);
  if (frame.picture) {
    const Layout layout = lay_out_panes(frame, window, top, status);
    m_map.draw(frame, m_commands, layout.centre.at, layout.centre.size);
    if (layout.left.visible()) {
      if (begin_pane(frame, "##left", layout.left)) m_layers.draw(frame, m_commands);
      end_pane();
    }
    if (layout.right.visible()) {
      if (begin_pane(frame, "##right", layout.right)) m_inspector.draw(frame, m_commands);
      end_pane();
    }
    if (layout.bottom.visible()) {
      if (begin_pane(frame, "##bottom", layout.bottom)) m_bottom.draw(frame, m_commands);
      end_pane();
    }
    draw_splitters(frame, layout, m_commands);
  } else {
    const Command make_demo = [this](Workspace& workspace) {
      workspace.preparing_demo = true;
      m_demo.start();
    };
    m_start.draw(frame, m_commands, make_demo, {0, top}, {window.x, window.y - top - status});
  }
  m_status.draw(frame, m_commands, {0, window.y - status}, window.x);
  m_dialogs.draw(frame, actions, m_commands);
  if (!in_popup) run_shortcuts(frame, actions, m_commands);

  ImGui::Render();
  glDisable(GL_SCISSOR_TEST);
  glViewport(0, 0, width, height);
  const ImVec4 ground = ImGui::ColorConvertU32ToFloat4(m_look.colour.canvas);
  glClearColor(ground.x, ground.y, ground.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  if (frame.picture) m_map.paint(width, height, m_look);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  glfwSwapBuffers(m_window.handle());
  ++m_frame;
  const bool settled = m_frames_left <= 0 && m_commands.empty() && !m_workspace.camera.moving();
  if (m_probe.on() && settled) write_probe(frame);
}

void Shell::write_probe(const Frame& frame) {
  const app::Document& document = m_workspace.document;
  int x = 0, y = 0, width = 0, height = 0;
  glfwGetWindowPos(m_window.handle(), &x, &y);
  glfwGetWindowSize(m_window.handle(), &width, &height);
  m_probe.state("window", nlohmann::json{x, y, width, height}.dump());
  const app::Selection& selection = document.selection();
  nlohmann::json json{{"as_of", document.as_of().iso()},
                      {"open", frame.picture != nullptr},
                      {"theme", style::name_of(m_workspace.settings.theme)},
                      {"language", frame.zh() ? "zh" : "en"},
                      {"dark", m_look.dark},
                      {"loading", document.loading()},
                      {"busy", m_busy},
                      {"playing", m_workspace.playing},
                      {"generation", document.generation()},
                      {"can_undo", document.can_undo()},
                      {"can_redo", document.can_redo()},
                      {"dialog", static_cast<int>(m_workspace.dialog)},
                      {"hidden_layers", m_workspace.hidden_layers},
                      {"selected_parcels", selection.parcels},
                      {"selected_projects", selection.projects},
                      {"selected_phases", selection.phases}};
  json["notices"] = nlohmann::json::array();
  for (const StatusNotice& notice : m_workspace.notices) {
    json["notices"].push_back({{"error", notice.is_error}, {"text", notice.text}});
  }
  if (frame.picture) {
    const planning::Supply& supply = *frame.picture->supply;
    json["counted"] = supply.counted_m2;
    json["counted_as_of"] = supply.as_of.iso();
    json["counted_phases"] = supply.counted_phases;
    json["rule"] = planning::describe(supply.rule, base::Language::zh);
    json["project"] = frame.picture->project->file;
    json["revision"] = frame.picture->project->revision;
    json["read_only"] = frame.picture->project->read_only;
  }
  m_probe.state("document", json.dump());
  m_probe.state("map", m_map.state_json(frame));
  m_probe.write(m_frame);
}

void Shell::save_settings_if_changed() {
  if (m_workspace.settings == m_saved) return;
  // A splitter that is being dragged changes every frame.
  if (ImGui::IsAnyItemActive() && !m_window.wants_to_close()) return;
  m_saved = m_workspace.settings;
  const std::string problem = save_settings(m_saved, m_settings_file);
  if (!problem.empty()) m_workspace.notify(false, m_workspace.tr("notice.settings_not_saved", {{"file", problem}}));
}

}  // namespace

int run_window(const WindowOptions& options) {
  Shell shell(options);
  return shell.run();
}

}  // namespace zaitu::ui
