#include "ui/actions.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>

namespace zaitu::ui {

namespace {

constexpr int arrow_step_px = 80;
constexpr float swipe_step = 0.02F;  // of the map's width

Shortcut ctrl(int key) { return {key, true, false}; }
Shortcut bare(int key) { return {key, false, false}; }

// What ui::ChartView answers to while it has the keyboard.
bool is_of_charts(const Shortcut& shortcut) {
  if (shortcut.ctrl || shortcut.shift) return false;
  switch (shortcut.key) {
    case GLFW_KEY_LEFT:
    case GLFW_KEY_RIGHT:
    case GLFW_KEY_UP:
    case GLFW_KEY_DOWN:
    case GLFW_KEY_ENTER:
    case GLFW_KEY_KP_ENTER:
    case GLFW_KEY_ESCAPE:
      return true;
    default:
      return false;
  }
}

std::string key_text(int key) {
  if ((key >= GLFW_KEY_A && key <= GLFW_KEY_Z) || (key >= GLFW_KEY_0 && key <= GLFW_KEY_9)) {
    return std::string(1, static_cast<char>(key));
  }
  if (key >= GLFW_KEY_F1 && key <= GLFW_KEY_F12) return "F" + std::to_string(key - GLFW_KEY_F1 + 1);
  switch (key) {
    case GLFW_KEY_LEFT:
      return "←";
    case GLFW_KEY_RIGHT:
      return "→";
    case GLFW_KEY_UP:
      return "↑";
    case GLFW_KEY_DOWN:
      return "↓";
    case GLFW_KEY_EQUAL:
    case GLFW_KEY_KP_ADD:
      return "+";
    case GLFW_KEY_MINUS:
    case GLFW_KEY_KP_SUBTRACT:
      return "-";
    case GLFW_KEY_HOME:
      return "Home";
    case GLFW_KEY_ESCAPE:
      return "Esc";
    case GLFW_KEY_ENTER:
    case GLFW_KEY_KP_ENTER:
      return "Enter";
    case GLFW_KEY_COMMA:
      return ",";
    case GLFW_KEY_PERIOD:
      return ".";
    case GLFW_KEY_SPACE:
      return "Space";
    case GLFW_KEY_BACKSLASH:
      return "\\";
    default:
      return "?";
  }
}

Command pan(double dx, double dy) {
  return [dx, dy](Workspace& workspace) { workspace.camera.pan_px(dx, dy); };
}

Command dialog(DialogKind kind) {
  return [kind](Workspace& workspace) { workspace.dialog = kind; };
}

void escape(Workspace& workspace) {
  if (workspace.tool != MapTool::select) {
    workspace.take_tool(workspace.sketch.empty() ? MapTool::select : workspace.tool);
  } else {
    workspace.select({}, false);
  }
}

}  // namespace

std::string Shortcut::text() const {
  if (key == 0) return {};
  if (key == GLFW_KEY_EQUAL && !ctrl) return "+";  // with or without Shift: it depends on the keyboard
  return std::string(ctrl ? "Ctrl+" : "") + (shift ? "Shift+" : "") + key_text(key);
}

std::vector<Action> make_actions(const Frame& frame) {
  const bool open = frame.picture != nullptr;
  const app::Document& document = frame.document;
  const app::Selection& selection = document.selection();
  std::vector<Action> list;
  const auto add = [&list](std::string key, Icon icon, std::vector<Shortcut> shortcuts, bool enabled, Command run) {
    list.push_back({std::move(key), icon, std::move(shortcuts), enabled, std::move(run)});
  };
  add("action.open", Icon::folder, {ctrl(GLFW_KEY_O)}, true, dialog(DialogKind::open));
  add("action.import", Icon::file, {ctrl(GLFW_KEY_I)}, open, [](Workspace& workspace) {
    workspace.dropped_file.clear();
    workspace.dialog = DialogKind::import_file;
  });
  add("action.export", Icon::report, {ctrl(GLFW_KEY_E)}, open, dialog(DialogKind::new_export));
  add("action.close", Icon::close, {ctrl(GLFW_KEY_W)}, open, [](Workspace& workspace) { workspace.document.close(); });
  add("action.undo", Icon::undo, {ctrl(GLFW_KEY_Z)}, open && document.can_undo(),
      [](Workspace& workspace) { workspace.document.undo(); });
  add("action.redo", Icon::redo, {Shortcut{GLFW_KEY_Z, true, true}, ctrl(GLFW_KEY_Y)}, open && document.can_redo(),
      [](Workspace& workspace) { workspace.document.redo(); });
  add("action.search", Icon::search, {ctrl(GLFW_KEY_F)}, open,
      [](Workspace& workspace) { workspace.focus_search = true; });
  add("action.fit_all", Icon::fit, {bare(GLFW_KEY_HOME), bare(GLFW_KEY_0)}, open,
      [](Workspace& workspace) { workspace.fit_all(true); });
  add("action.fit_selection", Icon::fit, {bare(GLFW_KEY_F)}, open && !selection.empty(),
      [](Workspace& workspace) { workspace.fit_selection(); });
  add("action.zoom_in", Icon::plus,
      {bare(GLFW_KEY_EQUAL), Shortcut{GLFW_KEY_EQUAL, false, true}, bare(GLFW_KEY_KP_ADD)}, open,
      [](Workspace& workspace) {
        workspace.camera.zoom(-2, {0, 0});
      });
  add("action.zoom_out", Icon::minus, {bare(GLFW_KEY_MINUS), bare(GLFW_KEY_KP_SUBTRACT)}, open,
      [](Workspace& workspace) {
        workspace.camera.zoom(2, {0, 0});
      });
  add("action.pan_west", Icon::none, {bare(GLFW_KEY_LEFT)}, open, pan(arrow_step_px, 0));
  add("action.pan_east", Icon::none, {bare(GLFW_KEY_RIGHT)}, open, pan(-arrow_step_px, 0));
  add("action.pan_north", Icon::none, {bare(GLFW_KEY_UP)}, open, pan(0, arrow_step_px));
  add("action.pan_south", Icon::none, {bare(GLFW_KEY_DOWN)}, open, pan(0, -arrow_step_px));
  add("action.previous_quarter", Icon::back, {bare(GLFW_KEY_COMMA)}, open,
      [](Workspace& workspace) { workspace.set_as_of(previous_quarter_end(workspace.document.as_of())); });
  add("action.next_quarter", Icon::forward, {bare(GLFW_KEY_PERIOD)}, open,
      [](Workspace& workspace) { workspace.set_as_of(next_quarter_end(workspace.document.as_of())); });
  add("action.play", Icon::play, {bare(GLFW_KEY_SPACE)}, open, [](Workspace& workspace) { workspace.toggle_play(); });
  const auto toggle_tool = [](MapTool tool) {
    return [tool](Workspace& workspace) { workspace.take_tool(workspace.tool == tool ? MapTool::select : tool); };
  };
  add("action.select_area", Icon::polygon, {bare(GLFW_KEY_P)}, open, toggle_tool(MapTool::select_area));
  add("action.measure", Icon::ruler, {bare(GLFW_KEY_M)}, open, toggle_tool(MapTool::measure));
  add("action.finish_sketch", Icon::none, {bare(GLFW_KEY_ENTER), bare(GLFW_KEY_KP_ENTER)},
      open && !frame.workspace.sketch.empty(), [](Workspace& workspace) { workspace.sketch_closed = true; });
  add("action.clear", Icon::none, {bare(GLFW_KEY_ESCAPE)}, open, escape);
  add("action.swipe", Icon::swipe, {bare(GLFW_KEY_S)}, open,
      [](Workspace& workspace) { workspace.swipe = !workspace.swipe; });
  const auto move_line = [](float by) {
    return [by](Workspace& workspace) {
      workspace.move_swipe(std::clamp(workspace.settings.swipe, workspace.swipe_least, workspace.swipe_most) + by);
    };
  };
  add("action.swipe_left", Icon::none, {Shortcut{GLFW_KEY_LEFT, false, true}}, open && frame.workspace.swipe,
      move_line(-swipe_step));
  add("action.swipe_right", Icon::none, {Shortcut{GLFW_KEY_RIGHT, false, true}}, open && frame.workspace.swipe,
      move_line(swipe_step));
  add("action.toggle_left", Icon::sidebar_left, {ctrl(GLFW_KEY_1)}, open,
      [](Workspace& workspace) { workspace.settings.left_open = !workspace.settings.left_open; });
  add("action.toggle_bottom", Icon::panel_bottom, {ctrl(GLFW_KEY_2)}, open,
      [](Workspace& workspace) { workspace.settings.bottom_open = !workspace.settings.bottom_open; });
  add("action.toggle_right", Icon::sidebar_right, {ctrl(GLFW_KEY_3)}, open,
      [](Workspace& workspace) { workspace.settings.right_open = !workspace.settings.right_open; });
  add("action.dark", Icon::moon, {ctrl(GLFW_KEY_D)}, true,
      [](Workspace& workspace) { workspace.settings.dark = !workspace.settings.dark; });
  add("action.language", Icon::globe, {ctrl(GLFW_KEY_L)}, true, [](Workspace& workspace) {
    workspace.set_language(workspace.settings.language == base::Language::zh ? base::Language::en : base::Language::zh);
  });
  const auto rescale = [&frame](float by) {
    const float wanted = std::clamp(std::round(frame.look.scale * by * 20) / 20, least_scale, most_scale);
    return [wanted](Workspace& workspace) { workspace.settings.scale = wanted; };
  };
  add("action.larger", Icon::none, {ctrl(GLFW_KEY_EQUAL), ctrl(GLFW_KEY_KP_ADD)}, true, rescale(1.25F));
  add("action.smaller", Icon::none, {ctrl(GLFW_KEY_MINUS), ctrl(GLFW_KEY_KP_SUBTRACT)}, true, rescale(0.8F));
  add("action.monitor_scale", Icon::none, {ctrl(GLFW_KEY_0)}, true,
      [](Workspace& workspace) { workspace.settings.scale = 0; });
  add("action.keys", Icon::help, {bare(GLFW_KEY_F1)}, true, dialog(DialogKind::keys));
  return list;
}

void run_shortcuts(const Frame& frame, const std::vector<Action>& actions, CommandQueue& commands) {
  const ImGuiIO& io = ImGui::GetIO();
  if (frame.workspace.dialog != DialogKind::none || ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId)) return;
  for (const Action& action : actions) {
    for (const Shortcut& shortcut : action.shortcuts) {
      const bool function_key = shortcut.key >= GLFW_KEY_F1 && shortcut.key <= GLFW_KEY_F12;
      if (io.WantTextInput && !function_key && !shortcut.ctrl) continue;
      if (frame.workspace.chart_has_keys && is_of_charts(shortcut)) continue;
      // While a text is edited, Ctrl+Z and Ctrl+Y belong to the text.
      if (io.WantTextInput && (shortcut.key == GLFW_KEY_Z || shortcut.key == GLFW_KEY_Y)) continue;
      for (const KeyPress& press : frame.keys) {
        const bool meant = press.key == shortcut.key && press.ctrl == shortcut.ctrl && press.shift == shortcut.shift;
        if (meant && !press.alt && action.enabled) commands.push(action.run);
      }
    }
  }
}

}  // namespace zaitu::ui
