#include "ui/writer_banner.h"

#include "base/local_time.h"
#include "ui/widgets.h"

namespace zaitu::ui {

float WriterBanner::height(const Frame& frame) { return frame.document.other_writer() ? frame.px(40) : 0; }

void WriterBanner::draw(const Frame& frame, CommandQueue& commands, ImVec2 at, float width) {
  const auto& other = frame.document.other_writer();
  if (!other) return;
  const Palette& c = frame.look.colour;
  const float row = height(frame);
  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize({width, row});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(16), frame.px(4)));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, c.warning_soft);
  ImGui::Begin("##writer", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBringToFrontOnFocus);
  frame.probe.note("writer", at, {at.x + width, at.y + row});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  draw_icon(list, Icon::warning, {at.x + frame.px(24), at.y + row / 2}, frame.px(14), c.warning);
  std::string line = frame.tr("lease.free");
  if (other->holder)
    line = frame.tr("lease.held", {{"who", other->holder->who}, {"since", base::local_time(other->holder->since)}});
  float room = width - frame.px(56);
  if (!other->holder) room -= frame.px(160);
  const std::string shown = elided(line, room);
  ImGui::SetCursorPos({frame.px(40), (row - ImGui::GetFontSize()) / 2});
  text(shown, c.text);
  if (shown.size() != line.size()) tooltip(frame, line);
  if (!other->holder) {
    ImGui::SameLine(0, frame.px(16));
    ImGui::SetCursorPosY((row - frame.px(30)) / 2);
    if (button(frame, "writer.take_over", frame.tr("lease.take_over"), ButtonKind::primary)) {
      commands.push([](Workspace& workspace) { workspace.document.take_over(); });
    }
  }
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(2);
}

}  // namespace zaitu::ui
