#include "ui/history_panel.h"

#include "base/local_time.h"
#include "ui/widgets.h"

namespace zaitu::ui {

void HistoryPanel::draw(const Frame& frame, CommandQueue& commands) {
  const std::vector<store::Change>& changes = frame.document.history();
  if (button(frame, "history.undo", frame.tr("action.undo"), ButtonKind::ghost, Icon::undo,
             frame.document.can_undo())) {
    commands.push([](Workspace& workspace) { workspace.document.undo(); });
  }
  ImGui::SameLine();
  if (button(frame, "history.redo", frame.tr("action.redo"), ButtonKind::ghost, Icon::redo,
             frame.document.can_redo())) {
    commands.push([](Workspace& workspace) { workspace.document.redo(); });
  }
  ImGui::SameLine();
  if (button(frame, "history.verify", frame.tr("action.verify"), ButtonKind::ghost, Icon::check)) {
    commands.push([](Workspace& workspace) { workspace.document.verify(); });
  }
  tooltip(frame, frame.tr("action.verify.hint"));
  if (changes.empty()) {
    text_muted(frame, frame.tr("history.empty"));
    return;
  }
  constexpr ImGuiTableFlags flags =
      ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_Resizable;
  if (!ImGui::BeginTable("history", 5, flags)) return;
  ImGui::TableSetupScrollFreeze(0, 1);
  ImGui::TableSetupColumn(with_glyphs(frame.tr("history.number")), ImGuiTableColumnFlags_WidthFixed, frame.px(40));
  ImGui::TableSetupColumn(with_glyphs(frame.tr("history.at")), ImGuiTableColumnFlags_WidthFixed, frame.px(140));
  ImGui::TableSetupColumn(with_glyphs(frame.tr("history.who")), ImGuiTableColumnFlags_WidthFixed, frame.px(84));
  ImGui::TableSetupColumn(with_glyphs(frame.tr("history.command")), ImGuiTableColumnFlags_WidthStretch);
  ImGui::TableSetupColumn(with_glyphs(frame.tr("history.rows")), ImGuiTableColumnFlags_WidthFixed, frame.px(48));
  ImGui::TableHeadersRow();
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(changes.size()));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const store::Change& change = changes[static_cast<std::size_t>(i)];
      const ImU32 ink = change.undone ? frame.look.colour.faint : frame.look.colour.text;
      std::string command = change.id == 0 ? frame.tr("history.outside") : change.command;
      if (change.kind != "do" && change.id != 0) {
        command = frame.tr("history." + change.kind, {{"number", std::to_string(change.of_change)}}) + " " + command;
      }
      if (change.of_creation) command += " · " + frame.tr("history.creation");
      if (change.undone) command += " · " + frame.tr("history.undone");
      ImGui::TableNextRow();
      const std::string cells[] = {change.id == 0 ? "–" : std::to_string(change.id), base::local_time(change.at),
                                   change.who, command, std::to_string(change.row_count)};
      for (const std::string& shown : cells) {
        ImGui::TableNextColumn();
        text(shown, ink);
      }
    }
  }
  ImGui::EndTable();
}

}  // namespace zaitu::ui
