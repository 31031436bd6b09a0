#include "ui/status_bar.h"

#include <algorithm>

#include "base/format.h"
#include "ui/widgets.h"

namespace zaitu::ui {

void StatusBar::draw(const Frame& frame, CommandQueue& commands, ImVec2 at, float width) {
  const Palette& c = frame.look.colour;
  const float row = height(frame);
  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize({width, row});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(12), frame.px(4)));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
  ImGui::Begin("##status", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBringToFrontOnFocus);
  frame.probe.note("status", at, {at.x + width, at.y + row});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddLine(at, {at.x + width, at.y}, c.border_strong);
  ImGui::PushFont(frame.fonts[TextSize::small]);
  const float text_y = (row - ImGui::GetFontSize()) / 2;

  // Right: what is selected, and what memory the program holds.
  const auto& memory = frame.workspace.memory;
  const auto mib = [](std::size_t bytes) { return std::to_string((bytes + (1U << 19)) >> 20); };
  const std::string held =
      memory.resident_bytes == 0 ? std::string() : frame.tr("status.memory", {{"n", mib(memory.resident_bytes)}});
  const float held_width = held.empty() ? 0 : text_size(held).x + frame.px(16);
  const app::Selection& selection = frame.document.selection();
  std::string chosen;
  if (!selection.empty()) {
    chosen = frame.tr("status.selection", {{"parcels", std::to_string(selection.parcels.size())},
                                           {"projects", std::to_string(selection.projects.size())},
                                           {"phases", std::to_string(selection.phases.size())}});
  }
  const float chosen_width = chosen.empty() ? 0 : text_size(chosen).x + frame.px(16);
  const float right_width = chosen_width + held_width;

  ImGui::SetCursorPos({frame.px(12), text_y});
  std::vector<app::JobState> jobs = frame.document.jobs();
  if (frame.workspace.preparing_demo) jobs.push_back({"job.demo", "", 0, 0});
  for (const app::JobState& job : jobs) {
    std::string label = frame.tr(job.name_key);
    if (!job.detail.empty()) label += " " + job.detail;
    text(label, c.text);
    ImGui::SameLine();
    const ImVec2 bar = ImGui::GetCursorScreenPos();
    const float bar_width = frame.px(120), y = bar.y + ImGui::GetFontSize() / 2 - frame.px(2);
    ImGui::Dummy({bar_width, ImGui::GetFontSize()});
    list.AddRectFilled({bar.x, y}, {bar.x + bar_width, y + frame.px(4)}, c.active, frame.px(2));
    if (job.total > 0) {
      const float done =
          std::min(1.0F, static_cast<float>(static_cast<double>(job.done) / static_cast<double>(job.total)));
      list.AddRectFilled({bar.x, y}, {bar.x + bar_width * done, y + frame.px(4)}, c.accent, frame.px(2));
    } else {
      // Unknown length: a piece that runs along.
      const float place =
          static_cast<float>(frame.workspace.now - static_cast<double>(static_cast<int>(frame.workspace.now)));
      const float from = bar_width * 0.75F * place;
      list.AddRectFilled({bar.x + from, y}, {bar.x + from + bar_width * 0.25F, y + frame.px(4)}, c.accent, frame.px(2));
    }
    ImGui::SameLine();
  }
  if (!frame.document.jobs().empty()) {
    ImGui::SetCursorPosY((row - frame.px(22)) / 2);
    if (icon_button(frame, "status.cancel", Icon::close, frame.tr("status.cancel"), false, true, 22)) {
      commands.push([](Workspace& workspace) { workspace.document.cancel_jobs(); });
    }
    ImGui::SameLine();
  }
  const auto& notices = frame.workspace.notices;
  if (notices.empty() && jobs.empty()) {
    ImGui::SetCursorPosY(text_y);
    text_muted(frame, frame.tr(hint_of(frame.workspace.tool)));
  }
  // The newest message that matters most: an error before a word of success.
  const StatusNotice* shown = nullptr;
  for (const StatusNotice& notice : notices) {
    if (shown == nullptr || notice.is_error || !shown->is_error) shown = &notice;
  }
  if (shown != nullptr) {
    const ImU32 ink = shown->is_error ? c.danger : c.success;
    const ImVec2 icon_at = ImGui::GetCursorScreenPos();
    draw_icon(list, shown->is_error ? Icon::warning : Icon::check, {icon_at.x + frame.px(8), at.y + row / 2},
              frame.px(14), ink);
    ImGui::SetCursorPos({ImGui::GetCursorPosX() + frame.px(20), text_y});
    const float room = at.x + width - right_width - frame.px(40) - ImGui::GetCursorScreenPos().x;
    const std::string line = elided(shown->text, room);
    text(line, ink);
    frame.probe.note("status.notice");
    if (line.size() != shown->text.size()) tooltip(frame, shown->text);
    ImGui::SameLine();
    ImGui::SetCursorPosY((row - frame.px(22)) / 2);
    if (icon_button(frame, "status.dismiss", Icon::close, frame.tr("status.dismiss"), false, true, 22)) {
      commands.push([number = shown->number](Workspace& workspace) {
        std::erase_if(workspace.notices, [number](const StatusNotice& notice) { return notice.number == number; });
      });
    }
  }
  if (!chosen.empty()) {
    ImGui::SetCursorPos({width - right_width, text_y});
    text(chosen, c.accent);
  }
  if (!held.empty()) {
    ImGui::SetCursorPos({width - held_width, text_y});
    text(held, c.faint);
    frame.probe.note("status.memory");
    tooltip(frame, frame.tr("status.memory_help",
                            {{"tiles", mib(memory.tiles_bytes)}, {"most", mib(memory.tiles_budget_bytes)}}));
  }
  ImGui::PopFont();
  ImGui::End();
  ImGui::PopStyleVar(2);
}

}  // namespace zaitu::ui
