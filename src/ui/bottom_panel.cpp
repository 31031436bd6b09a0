#include "ui/bottom_panel.h"

#include <array>

#include "ui/widgets.h"

namespace zaitu::ui {

void BottomPanel::draw(const Frame& frame, CommandQueue& commands) {
  const std::array<std::string, 5> names = {"curve", "forecast", "between", "ledger", "history"};
  std::array<std::string, names.size()> labels;
  int chosen = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    labels[i] = frame.tr("bottom." + names[i]);
    if (frame.workspace.settings.bottom_tab == names[i]) chosen = static_cast<int>(i);
  }
  if (const int picked = segmented(frame, "bottom", labels, names, chosen); picked >= 0) {
    commands.push([name = names[static_cast<std::size_t>(picked)]](Workspace& workspace) {
      workspace.settings.bottom_tab = name;
      workspace.chart_has_keys = false;
    });
  }
  // Their own bars need a whole width.
  const bool below = chosen == 2 || (chosen == 1 && ImGui::GetContentRegionAvail().x < frame.px(1000));
  if (!below) ImGui::SameLine(0, frame.px(16));
  if (chosen == 0) m_curve.draw(frame, commands);
  if (chosen == 1) m_forecast.draw(frame, commands);
  if (chosen == 2) m_between.draw(frame, commands);
  if (chosen == 3) m_ledger.draw(frame, commands);
  if (chosen == 4) m_history.draw(frame, commands);
}

}  // namespace zaitu::ui
