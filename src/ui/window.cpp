// The frame loop: wait or poll events, take finished results, apply commands, draw, show. Nothing else runs here.
#include "ui/window.h"

#include <epoxy/gl.h>
// GLFW after the OpenGL loader.
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.h"
#include "base/message.h"
#include "store/project_file.h"
#include "ui/bottom_panel.h"
#include "ui/demo_job.h"
#include "ui/dialogs.h"
#include "ui/inspector_panel.h"
#include "ui/layers_panel.h"
#include "ui/map_view.h"
#include "ui/memory_use.h"
#include "ui/panes.h"
#include "ui/platform_window.h"
#include "ui/replay.h"
#include "ui/start_page.h"
#include "ui/status_bar.h"
#include "ui/top_bar.h"
#include "ui/widgets.h"
#include "ui/writer_banner.h"

namespace zaitu::ui {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// Dear ImGui settles hovering and sizes over a few frames.
constexpr int frames_after_event = 3;
constexpr double frame_s = 1.0 / 60;
constexpr double play_look_s = 0.04;  // how often the clock that plays is looked at

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
  float open_window(const WindowOptions& options);
  void wait_for_work();
  void end_replayed_frame();
  void begin_frame();
  float scale_of(const Settings& settings) const;
  void take_results();
  void advance_clock();
  void frame();
  void show(const Frame& frame, int width, int height);
  void write_probe(const Frame& frame);
  void save_settings_if_changed();
  void take_dropped_files();
  void stop_playing_for_the_user();

  std::string m_settings_problem, m_font_problem;
  fs::path m_settings_file = settings_file();
  Settings m_saved;
  // Made after the reading of the project has begun, and gone after the threads that wake it.
  std::unique_ptr<PlatformWindow> m_window;
  std::optional<Replay> m_replay;
  Probe m_probe;
  Drafts m_drafts{drafts_folder()};
  Fonts m_fonts;
  Workspace m_workspace;
  const float m_forced_scale;
  const bool m_json;
  DemoJob m_demo{PlatformWindow::wake};
  Look m_look;
  gl::Screen m_screen;
  MapView m_map;
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
  bool m_busy = false, m_map_was_shown = false, m_all_changed = false;
  std::uint64_t m_frame = 0, m_shown_generation = 0;
  double m_memory_looked_at = -1;
};

Shell::Shell(const WindowOptions& options)
    : m_saved(load_settings(m_settings_file, m_settings_problem)),
      m_replay(options.replay ? std::optional<Replay>(*options.replay) : std::nullopt),
      m_probe(options.probe, options.replay.has_value()),
      m_workspace(PlatformWindow::wake),
      m_forced_scale(open_window(options)),
      m_json(options.json),
      m_look(make_look(m_saved.dark, scale_of(m_saved))),
      m_map(static_cast<int>(std::lround(256 * scale_of(m_saved))), PlatformWindow::wake) {
  m_workspace.document.keep_backups(m_saved.backups);
  apply(m_look);
  if (!m_font_problem.empty()) {
    std::fprintf(stderr, "%s\n", m_font_problem.c_str());
    m_workspace.notify(true, m_font_problem);
  }
  PlatformWindow::on_display_lost([this] {
    m_drafts.write_now();
    save_settings(m_workspace.settings, m_settings_file);
    m_workspace.document.finish();
  });
  m_workspace.lost_drafts = Drafts::lost(drafts_folder());
  if (!m_workspace.lost_drafts.empty()) m_workspace.dialog = DialogKind::lost_drafts;
  if (!m_settings_problem.empty()) {
    m_workspace.notify(false, m_workspace.tr("notice.settings", {{"file", m_settings_problem}}));
  }
}

// Begins to read the project and looks for the fonts, each on a thread of its own, while the system makes the window
// and its OpenGL context. Returns the forced scale.
float Shell::open_window(const WindowOptions& options) {
  m_workspace.settings = m_saved;
  m_workspace.document.set_rule(m_saved.rule);
  m_workspace.document.set_language(m_saved.language);
  base::set_message_language(m_saved.language);
  if (options.project) m_workspace.open_project(options.project->string());
  std::future<void> fonts = std::async(std::launch::async, [this] { m_fonts.find(m_font_problem); });
  m_window = std::make_unique<PlatformWindow>(m_saved);
  fonts.get();
  // Without Chinese characters the English screen can still be read.
  m_workspace.set_language(m_fonts.has_chinese() ? m_saved.language : base::Language::en);
  return forced_scale();
}

// Of the design: the environment's word (for tests) before the user's choice before the monitor's.
float Shell::scale_of(const Settings& settings) const {
  if (m_forced_scale > 0) return m_forced_scale;
  return settings.scale > 0 ? settings.scale : m_window->content_scale();
}

int Shell::run() {
  while (!m_window->wants_to_close() && !m_workspace.quit) {
    wait_for_work();
    if (m_replay) m_replay->begin_frame();
    for (const Command& command : m_commands.take()) command(m_workspace);
    take_results();
    advance_clock();
    frame();
    if (m_replay) end_replayed_frame();
    save_settings_if_changed();
  }
  if (m_replay) {
    int width = 0, height = 0;
    glfwGetFramebufferSize(m_window->handle(), &width, &height);
    m_replay->print(m_json, reinterpret_cast<const char*>(glGetString(GL_RENDERER)), width, height);
  }
  m_window->remember_place(m_workspace.settings);
  save_settings_if_changed();
  return 0;
}

void Shell::end_replayed_frame() {
  glFinish();  // what was only queued so far belongs to this frame
  const bool open = m_workspace.document.picture() != nullptr;
  m_replay->end_frame(open, m_map.sharp(m_workspace), m_map.settled(), m_workspace.camera.moving());
  if (m_replay->finished()) m_workspace.quit = true;
}

void Shell::wait_for_work() {
  if (m_replay && m_replay->wants_frame()) m_frames_left = std::max(m_frames_left, 1);
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
    m_frames_left = m_window->take_touch() ? frames_after_event : m_frames_left - 1;
    return;
  }
  if (m_workspace.playing) {
    glfwWaitEventsTimeout(play_look_s);
  } else if (m_busy) {
    glfwWaitEventsTimeout(0.1);  // progress bars
  } else if (ImGui::GetIO().WantTextInput) {
    glfwWaitEventsTimeout(0.4);  // the cursor blinks
    if (m_window->take_touch()) m_frames_left = frames_after_event;
    return;
  } else if (m_replay) {
    glfwWaitEventsTimeout(std::max(0.01, m_replay->seconds_left()));
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
  }
  if (document.damaged_project() != nullptr && m_workspace.dialog == DialogKind::none) {
    m_workspace.dialog = DialogKind::damaged;
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
    m_window->set_title(name + " — Zaitu");
  }
  if (!picture) {
    m_workspace.placed = false;
    m_window->set_title("Zaitu 载图");
  }
  if (m_map.update(m_workspace, m_fonts, m_look)) m_frames_left = frames_after_event;
  if (m_workspace.now >= m_memory_looked_at + 1) {
    m_memory_looked_at = m_workspace.now;
    m_workspace.memory = {memory_use().resident_bytes, m_map.tile_bytes(), m_map.tile_budget()};
  }
  m_busy = document.loading() || !document.jobs().empty() || m_workspace.preparing_demo;
}

void Shell::take_dropped_files() {
  for (const std::string& file : m_window->take_dropped_files()) {
    std::error_code error;
    if (m_inspector.take_file(file)) continue;
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
  // The next date is shown once this one is, on the map and in every panel: a slow machine plays slower, it never
  // skips.
  if (m_workspace.now < m_workspace.next_step_at || !m_map.sharp(m_workspace) || !m_workspace.document.at_rest())
    return;
  const Settings& settings = m_workspace.settings;
  m_workspace.next_step_at = m_workspace.now + 1 / play_speeds[static_cast<std::size_t>(settings.play_speed)];
  const base::Date next = next_step(m_workspace.document.as_of(), settings.play_step);
  if (next > clock_range(*picture->project).last) {
    m_workspace.playing = false;
  } else {
    m_workspace.set_as_of(next);
  }
}

// Whoever presses a key or drags something wants to look at what is there. The key that plays stops by itself.
void Shell::stop_playing_for_the_user() {
  if (!m_workspace.playing) return;
  const bool key =
      std::any_of(m_keys.begin(), m_keys.end(), [](const KeyPress& press) { return press.key != GLFW_KEY_SPACE; });
  if (key || ImGui::IsMouseDragging(ImGuiMouseButton_Left)) {
    m_commands.push([](Workspace& workspace) { workspace.playing = false; });
  }
}

void Shell::begin_frame() {
  const float scale = scale_of(m_workspace.settings);
  if (scale != m_look.scale || m_workspace.settings.dark != m_look.dark) {
    m_look = make_look(m_workspace.settings.dark, scale);
    apply(m_look);
    m_all_changed = true;  // the ground too
    m_frames_left = frames_after_event;
  }
  if (m_fonts.update(scale)) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    m_all_changed = true;
  }
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  if (m_replay) m_replay->feed(m_probe);
  m_keys = m_window->replay_keys();
  if (m_window->keys_wait()) m_frames_left = std::max(m_frames_left, 2);
  ImGui::NewFrame();
  m_probe.begin_frame();
}

void Shell::frame() {
  int width = 0, height = 0;
  glfwGetFramebufferSize(m_window->handle(), &width, &height);
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
                    m_drafts,
                    m_keys};
  const std::vector<Action> actions = make_actions(frame);
  const ImVec2 window{static_cast<float>(width), static_cast<float>(height)};
  const float bar = TopBar::height(frame), top = bar + WriterBanner::height(frame), status = StatusBar::height(frame);
  m_top.draw(frame, actions, m_commands, window.x);
  WriterBanner::draw(frame, m_commands, {0, bar}, window.x);
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
  stop_playing_for_the_user();
  if (!in_popup) run_shortcuts(frame, actions, m_commands);

  m_drafts.end_frame(frame.picture ? frame.picture->project->file : std::string(), m_workspace.now);

  ImGui::Render();
  show(frame, width, height);
  if (m_fonts.full()) m_frames_left = std::max(m_frames_left, 1);  // some characters are missing
  ++m_frame;
  const bool settled = m_frames_left <= 0 && m_commands.empty() && !m_workspace.camera.moving();
  if (m_probe.on() && settled) write_probe(frame);
}

void Shell::show(const Frame& frame, int width, int height) {
  m_screen.begin(width, height);
  const bool map_shown = frame.picture != nullptr;
  if (map_shown != m_map_was_shown || m_all_changed) m_screen.mark_all();
  m_map_was_shown = map_shown;
  m_all_changed = false;
  if (map_shown) m_map.mark_changes(m_screen, m_look);
  const bool changed = m_screen.draw(*ImGui::GetDrawData(), [&](const gl::PixelRect& clip) {
    glEnable(GL_SCISSOR_TEST);
    glScissor(static_cast<int>(clip.left), static_cast<int>(clip.top), static_cast<int>(clip.width),
              static_cast<int>(clip.height));
    const ImVec4 ground = ImGui::ColorConvertU32ToFloat4(m_look.colour.canvas);
    glClearColor(ground.x, ground.y, ground.z, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    if (map_shown) m_map.paint(clip);
  });
  if (!changed && !m_window->take_exposed()) return;
  m_screen.show();
  glfwSwapBuffers(m_window->handle());
}

void Shell::write_probe(const Frame& frame) {
  const app::Document& document = m_workspace.document;
  int x = 0, y = 0, width = 0, height = 0;
  glfwGetWindowPos(m_window->handle(), &x, &y);
  glfwGetWindowSize(m_window->handle(), &width, &height);
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
  if (const auto& other = document.other_writer()) {
    json["other_writer"] = other->holder ? other->holder->text() : "free";
  }
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
  if (ImGui::IsAnyItemActive() && !m_window->wants_to_close()) return;
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
