// The supply S-curve in the bottom pane, up to the as-of date what was and from there what is expected: hover shows
// exact values, a click on a quarter moves the as-of date there, a click on a band selects the phases of that class.
#pragma once

#include "chart/figure.h"
#include "ui/chart_view.h"

namespace zaitu::ui {

class CurvePanel {
 public:
  void draw(const Frame& frame, CommandQueue& commands);

 private:
  void lay_out(const Frame& frame, float width, float height);
  void clicked(const Frame& frame, CommandQueue& commands, const std::string& key) const;

  // What m_laid was laid out for.
  std::uint64_t m_generation = 0;
  std::shared_ptr<const app::Outlook> m_outlook;
  float m_width = 0, m_height = 0;
  float m_scale = 0;
  bool m_dark = false;
  base::Language m_language = base::Language::zh;
  chart::Laid m_laid;
  ChartView m_view;
};

}  // namespace zaitu::ui
