#include "ui/unit_filter.h"

#include <algorithm>

#include "ui/widgets.h"

namespace zaitu::ui {

void UnitFilter::draw(const Frame& frame, CommandQueue& commands, std::string_view key) {
  const model::Project& project = *frame.picture->project;
  const model::Unit* chosen = model::find_unit(project, model::UnitId{frame.workspace.unit});
  const std::string label = chosen == nullptr ? frame.tr("unit.all") : frame.name(chosen->name_zh, chosen->name_en);
  const std::string popup = std::string(key) + ".popup";
  if (drop_field(frame, key, label, frame.px(150))) open_popup(popup);
  if (!begin_popup(frame, popup)) return;
  ImGui::BeginChild("##units", {frame.px(260), frame.px(300)});
  const auto choose = [&](std::int64_t unit) {
    commands.push([unit](Workspace& workspace) { workspace.unit = unit; });
    ImGui::CloseCurrentPopup();
  };
  if (menu_item(frame, popup + ".all", Icon::none, frame.tr("unit.all"), "", true, chosen == nullptr)) choose(0);
  for (const model::Unit& unit : *project.units) {
    if (menu_item(frame, popup + "." + unit.code, Icon::none, frame.name(unit.name_zh, unit.name_en), "", true,
                  &unit == chosen)) {
      choose(unit.id.value);
    }
  }
  ImGui::EndChild();
  end_popup();
}

bool UnitFilter::shows(const Frame& frame, planning::UnitDuty::Kind kind, std::int64_t id) {
  if (frame.workspace.unit == 0) return true;
  refresh(frame);
  return std::find(m_duties.begin(), m_duties.end(), std::pair(kind, id)) != m_duties.end();
}

void UnitFilter::refresh(const Frame& frame) {
  const auto& project = frame.picture->project;
  if (project == m_project && frame.workspace.unit == m_unit) return;
  m_project = project;
  m_unit = frame.workspace.unit;
  m_duties.clear();
  for (const planning::UnitDuty& duty : planning::unit_view(*project, model::UnitId{m_unit})) {
    using Kind = planning::UnitDuty::Kind;
    const std::int64_t id = duty.kind == Kind::indicator ? (*project->indicators)[duty.row].id.value
                            : duty.kind == Kind::task    ? (*project->tasks)[duty.row].id.value
                                                         : (*project->projects)[duty.row].id.value;
    m_duties.emplace_back(duty.kind, id);
  }
}

}  // namespace zaitu::ui
