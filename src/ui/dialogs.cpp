#include "ui/dialogs.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <set>

#include "base/local_time.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace fs = std::filesystem;

void Dialogs::draw(const Frame& frame, const std::vector<Action>& actions, CommandQueue& commands) {
  const DialogKind wanted = frame.workspace.dialog;
  if (wanted == DialogKind::none) {
    m_shown = DialogKind::none;
    return;
  }
  if (m_shown != wanted) {
    m_shown = wanted;
    const std::string& last = frame.workspace.settings.last_project;
    const fs::path near = last.empty() ? home_folder() : fs::path(last).parent_path();
    m_browser.show(near);
    if (wanted == DialogKind::import_file) m_import.open();
    if (wanted == DialogKind::import_file && !frame.workspace.dropped_file.empty()) {
      m_browser.show(fs::path(frame.workspace.dropped_file).parent_path());
      m_browser.set_path(frame.workspace.dropped_file);
    }
    if (wanted == DialogKind::new_export && frame.picture) {
      m_export.open(frame);
    }
    ImGui::OpenPopup("##dialog");
  }
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float width = std::min(frame.px(wanted == DialogKind::import_file ? 960
                                        : wanted == DialogKind::keys      ? 720
                                                                          : 620),
                               screen.x - frame.px(32));
  ImGui::SetNextWindowPos({screen.x / 2, screen.y / 2}, ImGuiCond_Always, {0.5F, 0.5F});
  ImGui::SetNextWindowSize({width, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(24), frame.px(20)));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, frame.px(8));
  ImGui::PushStyleVar(ImGuiStyleVar_PopupRounding, frame.px(8));
  bool open = true;
  if (ImGui::BeginPopupModal(
          "##dialog", &open,
          ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings)) {
    ImGui::PushFont(frame.fonts[TextSize::title]);
    const char* titles[] = {
        "", "dialog.open", "dialog.import", "dialog.export", "dialog.keys", "dialog.drafts", "dialog.damaged"};
    text(frame.tr(titles[static_cast<int>(wanted)]), frame.look.colour.text);
    ImGui::PopFont();
    ImGui::SameLine(ImGui::GetContentRegionMax().x - frame.px(28));
    bool close = icon_button(frame, "dialog.close", Icon::close, frame.tr("dialog.cancel"));
    ImGui::Dummy({1, frame.px(4)});
    switch (wanted) {
      case DialogKind::none:
        break;
      case DialogKind::open:
        draw_open(frame, commands);
        break;
      case DialogKind::import_file:
        m_import.draw(frame, commands, m_browser);
        break;
      case DialogKind::new_export:
        m_export.draw(frame, commands);
        break;
      case DialogKind::keys:
        draw_keys(frame, actions);
        break;
      case DialogKind::lost_drafts:
        draw_lost_drafts(frame, commands);
        break;
      case DialogKind::damaged:
        draw_damaged(frame, commands);
        break;
    }
    close = close || frame.pressed(GLFW_KEY_ESCAPE);
    if (close) {
      commands.push([wanted](Workspace& workspace) {
        workspace.dialog = DialogKind::none;
        if (wanted == DialogKind::damaged) workspace.document.forget_damaged();
      });
    }
    ImGui::EndPopup();
  } else {
    commands.push([](Workspace& workspace) { workspace.dialog = DialogKind::none; });
  }
  ImGui::PopStyleVar(3);
}

void Dialogs::draw_open(const Frame& frame, CommandQueue& commands) {
  text_muted(frame, frame.tr("dialog.open.hint"));
  bool go = m_browser.draw(frame, "open.path", frame.px(320));
  go = button(frame, "open.go", frame.tr("dialog.open.go"), ButtonKind::primary) || go;
  if (!go) return;
  const std::string file = m_browser.chosen().string();
  commands.push([file](Workspace& workspace) {
    workspace.dialog = DialogKind::none;
    workspace.open_project(file);
  });
}

void Dialogs::draw_lost_drafts(const Frame& frame, CommandQueue& commands) {
  text_wrapped(frame.tr("drafts.hint"), frame.look.colour.muted);
  int number = 0;
  for (const LostDrafts& lost : frame.workspace.lost_drafts) {
    ImGui::Dummy({1, frame.px(6)});
    const std::string of = base::local_time(lost.at) + " · " + fs::path(lost.project).filename().string();
    text(elided(of, ImGui::GetContentRegionAvail().x), frame.look.colour.text);
    tooltip(frame, lost.project);
    for (const Draft& draft : lost.drafts) {
      ImGui::PushID(number);
      text_muted(frame, draft.place);
      ImGui::PushTextWrapPos(ImGui::GetContentRegionMax().x - frame.px(80));
      text(draft.text, frame.look.colour.text);
      ImGui::PopTextWrapPos();
      ImGui::SameLine(ImGui::GetContentRegionMax().x - frame.px(60));
      if (button(frame, "drafts.copy." + std::to_string(number), frame.tr("drafts.copy"), ButtonKind::plain)) {
        ImGui::SetClipboardText(draft.text.c_str());
      }
      ImGui::PopID();
      ++number;
    }
  }
  ImGui::Dummy({1, frame.px(8)});
  if (button(frame, "drafts.later", frame.tr("drafts.later"), ButtonKind::primary)) {
    commands.push([](Workspace& workspace) { workspace.dialog = DialogKind::none; });
  }
  ImGui::SameLine(0, frame.px(8));
  if (button(frame, "drafts.forget", frame.tr("drafts.forget"), ButtonKind::ghost)) {
    commands.push([](Workspace& workspace) {
      Drafts::forget(drafts_folder());
      workspace.lost_drafts.clear();
      workspace.dialog = DialogKind::none;
    });
  }
}

void Dialogs::draw_damaged(const Frame& frame, CommandQueue& commands) {
  const app::DamagedProject* damaged = frame.document.damaged_project();
  if (damaged == nullptr) {
    commands.push([](Workspace& workspace) { workspace.dialog = DialogKind::none; });
    return;
  }
  text(elided(damaged->file.filename().string(), ImGui::GetContentRegionAvail().x), frame.look.colour.text);
  ImGui::Dummy({1, frame.px(2)});
  text_wrapped(frame.tr(damaged->backups.empty() ? "damaged.no_backup" : "damaged.hint"), frame.look.colour.text);
  ImGui::Dummy({1, frame.px(8)});
  if (!damaged->backups.empty()) {
    const store::Backup& backup = damaged->backups.front();
    if (button(frame, "damaged.backup", frame.tr("damaged.backup", {{"made", backup.made}}), ButtonKind::primary)) {
      commands.push([file = backup.file](Workspace& workspace) {
        workspace.dialog = DialogKind::none;
        workspace.document.open_backup(file);
      });
    }
    ImGui::SameLine(0, frame.px(8));
  }
  const ButtonKind kind = damaged->backups.empty() ? ButtonKind::primary : ButtonKind::plain;
  if (button(frame, "damaged.recover", frame.tr("damaged.recover"), kind)) {
    commands.push([](Workspace& workspace) {
      workspace.dialog = DialogKind::none;
      workspace.document.recover_damaged();
    });
  }
  ImGui::Dummy({1, frame.px(8)});
  ImGui::PushFont(frame.fonts[TextSize::small]);
  text_wrapped(shown_message(frame.tr, damaged->message), frame.look.colour.muted);
  ImGui::PopFont();
}

void Dialogs::draw_keys(const Frame& frame, const std::vector<Action>& actions) {
  const Palette& c = frame.look.colour;
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Action& action : actions) {
    std::string keys;
    std::set<std::string> named;  // the number pad's keys have the same names
    for (const Shortcut& shortcut : action.shortcuts) {
      if (named.insert(shortcut.text()).second) keys += (keys.empty() ? "" : " / ") + shortcut.text();
    }
    if (!keys.empty()) rows.emplace_back(keys, frame.tr(action.key));
  }
  for (const char* gesture : {"drag", "wheel", "click", "add", "box", "chart"}) {
    rows.emplace_back(frame.tr(std::string("keys.") + gesture), frame.tr(std::string("keys_do.") + gesture));
  }
  const std::size_t half = (rows.size() + 1) / 2;
  const float column = ImGui::GetContentRegionAvail().x / 2, line = ImGui::GetFontSize() + frame.px(7);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float x = at.x + (i >= half ? column : 0), y = at.y + line * static_cast<float>(i % half);
    add_text(list, {x, y}, c.accent, elided(rows[i].first, frame.px(126)));
    add_text(list, {x + frame.px(134), y}, c.text, elided(rows[i].second, column - frame.px(140)));
  }
  ImGui::Dummy({column * 2, line * static_cast<float>(half)});
}

}  // namespace zaitu::ui
