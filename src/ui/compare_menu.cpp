#include "ui/compare_menu.h"

#include <imgui_stdlib.h>

#include "ui/widgets.h"

namespace zaitu::ui {

void CompareMenu::draw(const Frame& frame, CommandQueue& commands, const std::string& key, const std::string& label,
                       float width) {
  const std::string popup = key + "_popup";
  if (drop_field(frame, key, label, width)) {
    m_day = frame.workspace.compared_with().iso();
    open_popup(popup);
  }
  if (!begin_popup(frame, popup)) return;
  const auto choose = [&commands](const std::string& name) {
    commands.push([name](Workspace& workspace) { workspace.settings.compare = name; });
  };
  const base::Date as_of = frame.picture->status->as_of;
  for (const std::string& name : compare_names()) {
    const bool chosen = frame.workspace.settings.compare == name;
    const std::string date = compare_date(name, as_of, *frame.picture->project).iso();
    const std::string& title = frame.tr("between.from." + name);
    if (menu_item(frame, key + "." + name, Icon::none, title, date, true, chosen)) choose(name);
  }
  ImGui::Separator();
  text_muted(frame, frame.tr("between.from_day"));
  ImGui::SetNextItemWidth(frame.px(140));
  const bool entered = ImGui::InputText("##day", &m_day, ImGuiInputTextFlags_EnterReturnsTrue);
  frame.probe.note(key + ".day");
  const auto day = base::Date::parse(m_day);
  if (!day) {
    text(frame.tr("clock.bad_date"), frame.look.colour.danger);
  } else if (*day > as_of) {
    text(frame.tr("between.from_late", {{"date", as_of.iso()}}), frame.look.colour.danger);
  } else if (entered) {
    choose(day->iso());
    ImGui::CloseCurrentPopup();
  }
  end_popup();
}

}  // namespace zaitu::ui
