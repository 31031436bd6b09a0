#include "ui/start_page.h"

#include <algorithm>
#include <filesystem>

#include "base/paths.h"
#include "ui/widgets.h"

namespace zaitu::ui {

void StartPage::draw(const Frame& frame, CommandQueue& commands, const Command& make_demo, ImVec2 at, ImVec2 size) {
  const Palette& c = frame.look.colour;
  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, c.canvas);
  ImGui::Begin("##start", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBringToFrontOnFocus);
  ImGui::PopStyleColor();
  const auto& recent = frame.workspace.settings.recent_projects;
  const float width = std::min(frame.px(560), size.x - frame.px(48));
  const float height =
      frame.px(288) + frame.px(34) * static_cast<float>(recent.size()) + (recent.empty() ? 0 : frame.px(40));
  const ImVec2 card{std::round(at.x + (size.x - width) / 2),
                    std::round(at.y + std::max(frame.px(24), (size.y - height) / 2))};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(card, {card.x + width, card.y + height}, c.surface, frame.px(8));
  list.AddRect(card, {card.x + width, card.y + height}, c.border, frame.px(8));
  const float pad = frame.px(32);
  ImGui::SetCursorScreenPos({card.x + pad, card.y + pad});
  ImGui::BeginGroup();
  ImGui::PushFont(frame.fonts[TextSize::headline]);
  text("载图 Zaitu", c.accent);
  ImGui::PopFont();
  text_muted(frame, frame.tr("start.what"));
  ImGui::Dummy({1, frame.px(16)});
  const bool loading = frame.document.loading() || frame.workspace.preparing_demo;
  if (loading) {
    text(frame.tr("start.loading"), c.text);
  } else {
    if (button(frame, "start.demo", frame.tr("start.demo"), ButtonKind::primary, Icon::layers))
      commands.push(make_demo);
    ImGui::SameLine();
    if (button(frame, "start.open", frame.tr("start.open"), ButtonKind::plain, Icon::folder)) {
      commands.push([](Workspace& workspace) { workspace.dialog = DialogKind::open; });
    }
  }
  ImGui::Dummy({1, frame.px(8)});
  text(frame.tr("start.drop"), c.faint);
  if (!recent.empty()) {
    ImGui::Dummy({1, frame.px(8)});
    text_muted(frame, frame.tr("start.recent"));
    for (const std::string& file : recent) {
      const std::filesystem::path path(file);
      const float row_width = width - 2 * pad, row_height = frame.px(30);
      const ImVec2 row = ImGui::GetCursorScreenPos();
      if (ImGui::InvisibleButton(("##recent" + file).c_str(), {row_width, row_height}) && !loading) {
        commands.push([file](Workspace& workspace) { workspace.open_project(file); });
      }
      frame.probe.note("start.recent." + path.filename().string());
      if (ImGui::IsItemHovered()) {
        list.AddRectFilled({row.x - frame.px(8), row.y}, {row.x + row_width + frame.px(8), row.y + row_height}, c.hover,
                           frame.px(4));
      }
      draw_icon(list, Icon::clock, {row.x + frame.px(8), row.y + row_height / 2}, frame.px(14), c.muted);
      const float y = row.y + (row_height - ImGui::GetFontSize()) / 2;
      const std::string name = path.filename().string();
      add_text(list, {row.x + frame.px(26), y}, c.text, name);
      const float name_width = text_size(name).x;
      const std::string folder = elided(path.parent_path().string(), row_width - name_width - frame.px(46));
      add_text(list, {row.x + frame.px(38) + name_width, y}, c.faint, folder);
    }
  }
  ImGui::EndGroup();
  const std::string version = "Zaitu " + base::version();
  draw_text(list, frame.fonts[TextSize::small],
            {card.x + width - pad - text_size(frame.fonts[TextSize::small], version).x, card.y + height - frame.px(30)},
            c.faint, version);
  ImGui::End();
}

}  // namespace zaitu::ui
