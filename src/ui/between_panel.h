// What happened between two dates, in the bottom pane: land use into land use and stage into stage as a Sankey with its
// matrix, and the list of changes. A click selects what stands behind a figure.
#pragma once

#include "report/conversion_figure.h"
#include "ui/chart_view.h"
#include "ui/compare_menu.h"

namespace zaitu::ui {

class BetweenPanel {
 public:
  void draw(const Frame& frame, CommandQueue& commands);

 private:
  void draw_bar(const Frame& frame, CommandQueue& commands);
  void draw_sankey(const Frame& frame, CommandQueue& commands, const app::Between& between, ImVec2 size);
  void draw_matrix(const Frame& frame, CommandQueue& commands, const app::Between& between, ImVec2 size);
  void draw_changes(const Frame& frame, CommandQueue& commands, const app::Between& between);
  const planning::Conversion& conversion(const app::Between& between) const;

  int m_view = 1;  // 0 land use, 1 stages, 2 changes
  report::ConversionMeasure m_measure = report::ConversionMeasure::land;
  bool m_all = false;  // also what did not change
  ChartView m_chart;
  CompareMenu m_compare;
  // What m_laid was laid out for.
  struct LaidFor {
    const app::Between* between = nullptr;
    int view = 0;
    report::ConversionMeasure measure = report::ConversionMeasure::land;
    bool all = false, dark = false;
    float width = 0, height = 0, scale = 0;
    base::Language language = base::Language::zh;
    friend bool operator==(const LaidFor&, const LaidFor&) = default;
  } m_laid_for;
  chart::Laid m_laid;
  std::shared_ptr<const app::Between> m_laid_between;  // keeps the pointer above unique
};

}  // namespace zaitu::ui
