#include "ui/bottom_panel.h"

#include <array>

#include "ui/widgets.h"

namespace zaitu::ui {

void BottomPanel::draw(const Frame& frame, CommandQueue& commands) {
  const std::array<std::string, 9> names = {"curve", "forecast", "between", "absorption", "indicators",
                                            "tasks", "pathways", "ledger",  "history"};
  std::array<std::string, names.size()> labels;
  int chosen = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    labels[i] = frame.tr("bottom." + names[i]);
    if (frame.workspace.settings.bottom_tab == names[i]) chosen = static_cast<int>(i);
  }
  if (const int picked = segmented(frame, "bottom", labels, names, chosen, ImGui::GetContentRegionAvail().x);
      picked >= 0) {
    commands.push([name = names[static_cast<std::size_t>(picked)]](Workspace& workspace) {
      workspace.settings.bottom_tab = name;
      workspace.chart_has_keys = false;
    });
  }
  // A tab's own bar stands beside the tabs where it has room, else below them.
  const std::array<float, names.size()> bar_widths = {160, 520, 1e6F, 250, 620, 230, 1e6F, 430, 180};
  ImGui::SameLine(0, frame.px(16));
  begin_below(frame, bar_widths[static_cast<std::size_t>(chosen)]);
  if (chosen == 0) m_curve.draw(frame, commands);
  if (chosen == 1) m_forecast.draw(frame, commands);
  if (chosen == 2) m_between.draw(frame, commands);
  if (chosen == 3) m_absorption.draw(frame, commands);
  if (chosen == 4) m_indicators.draw(frame, commands);
  if (chosen == 5) m_tasks.draw(frame, commands);
  if (chosen == 6) m_pathways.draw(frame, commands);
  if (chosen == 7) m_ledger.draw(frame, commands);
  if (chosen == 8) m_history.draw(frame, commands);
}

}  // namespace zaitu::ui
