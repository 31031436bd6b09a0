// Absorption in the bottom pane: a sentence, a table by group, and take-up and vacancy by quarter. A click on a row
// selects its phases, one on a quarter moves the as-of date to its end.
#pragma once

#include "chart/bars.h"
#include "ui/chart_view.h"
#include "ui/frame.h"

namespace zaitu::ui {

class AbsorptionPanel {
 public:
  void draw(const Frame& frame, CommandQueue& commands);

 private:
  void draw_table(const Frame& frame, CommandQueue& commands, const app::Of<planning::Absorption>& of, float width);
  void draw_chart(const Frame& frame, CommandQueue& commands,
                  const std::shared_ptr<const app::Of<planning::Absorption>>& of);

  int m_by = 0;
  bool m_as_chart = false;  // where there is no room for both
  // What m_laid was laid out for.
  std::shared_ptr<const app::Of<planning::Absorption>> m_of;
  float m_width = 0, m_height = 0, m_scale = 0;
  bool m_dark = false;
  chart::Laid m_laid;
  ChartView m_view;
};

}  // namespace zaitu::ui
