// What is to come, in the bottom pane: the targets with their probability, the phases that close the gap, until when
// each of them can still be in time, what became of the land granted in each year, and how past forecasts have moved.
// A click selects the phases.
#pragma once

#include "app/document.h"
#include "ui/chart_view.h"

namespace zaitu::ui {

class ForecastPanel {
 public:
  void draw(const Frame& frame, CommandQueue& commands);

 private:
  // Of Forecast::ahead: the target the panel speaks of; nullopt when all are past.
  std::optional<std::size_t> shown_target(const app::Outlook& outlook) const;
  void draw_bar(const Frame& frame, const planning::Forecast& forecast);
  void draw_tables(const Frame& frame, CommandQueue& commands, const app::Outlook& outlook, ImVec2 size);
  void draw_cohorts(const Frame& frame, CommandQueue& commands, const app::Outlook& outlook);
  void draw_revisions(const Frame& frame, CommandQueue& commands, int year);
  void draw_revision_chart(const Frame& frame, CommandQueue& commands, ImVec2 size);
  void draw_targets(const Frame& frame, const app::Outlook& outlook);
  void draw_ladder(const Frame& frame, CommandQueue& commands, const app::Outlook& outlook, std::size_t target,
                   ImVec2 size);
  void draw_gantt(const Frame& frame, CommandQueue& commands, const app::Outlook& outlook, int year, ImVec2 size);
  void tell_probe(const Frame& frame, const app::Outlook& outlook, std::optional<std::size_t> target) const;

  int m_view = 0;  // 0 ladder, 1 latest starts, 2 cohorts, 3 revisions
  int m_year = 0;  // of the target chosen here; 0: the next one
  ChartView m_chart;
  // What m_laid was laid out for.
  struct LaidFor {
    const app::Outlook* outlook = nullptr;
    int year = 0;
    std::size_t first_row = 0;
    app::IdSet selected;
    bool dark = false;
    float width = 0, height = 0, scale = 0;
    base::Language language = base::Language::zh;
    friend bool operator==(const LaidFor&, const LaidFor&) = default;
  } m_laid_for;
  chart::Laid m_laid;
  // The same of the past forecasts.
  struct RevisionsFor {
    const app::Revised* revised = nullptr;
    bool dark = false;
    float width = 0, height = 0, scale = 0;
    base::Language language = base::Language::zh;
    friend bool operator==(const RevisionsFor&, const RevisionsFor&) = default;
  } m_revisions_for;
  chart::Laid m_revisions_laid;
  ChartView m_revision_chart;
  std::shared_ptr<const app::Revised> m_revised;  // keeps the pointer above unique
  std::shared_ptr<const app::Outlook> m_outlook;  // keeps the pointer above unique
  std::size_t m_first_row = 0;
};

}  // namespace zaitu::ui
