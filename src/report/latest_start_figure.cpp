#include "report/latest_start_figure.h"

#include <algorithm>
#include <unordered_map>

namespace zaitu::report {

namespace {

using planning::LatestStart;

class LatestStartRows {
 public:
  LatestStartRows(const model::Project& project, const planning::Forecast& forecast, base::Language language)
      : m_project(project), m_forecast(forecast), m_zh(language == base::Language::zh), m_language(language) {
    for (const planning::PhaseForecast& phase : forecast.phases) m_drawn.emplace(phase.phase, &phase);
    for (const model::StageEvent& event : *project.stage_events) {
      if (event.phase.value != 0) m_events[event.phase.value].push_back(&event);
    }
  }

  chart::GanttFigure figure(const std::vector<LatestStart>& starts, int year) const {
    chart::GanttFigure figure;
    std::vector<std::pair<int, chart::GanttRow>> rows;  // slack of the next stage
    for (std::size_t i = 0; i < starts.size();) {
      std::size_t end = i;
      while (end < starts.size() && starts[end].phase == starts[i].phase && starts[end].year == starts[i].year) ++end;
      const auto drawn = m_drawn.find(starts[i].phase);
      const bool adds = drawn == m_drawn.end() || drawn->second->area_m2 > 0;
      if (starts[i].year == year && adds) {
        rows.emplace_back(starts[i].slack_days, row({&starts[i], &starts[end - 1] + 1}, year));
      }
      i = end;
    }
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      if ((a.first < 0) != (b.first < 0)) return a.first >= 0;
      return a.first < 0 ? a.first > b.first : a.first < b.first;
    });
    const base::Date as_of = m_forecast.as_of, target = base::Date::year_end(year);
    // Two years back, and half a year beyond the target: what lies farther away decides nothing.
    base::Date from = target;
    for (auto& [slack, each] : rows) {
      for (const chart::GanttBar& bar : each.bars) from = std::min(from, day(bar.from));
      for (const chart::GanttMark& mark : each.marks) from = std::min(from, day(mark.x));
      figure.rows.push_back(std::move(each));
    }
    from = std::clamp(from, as_of.plus_months(-24), as_of);
    figure.from = base::Date::year_end(from.year() - 1).days();
    figure.to = target.plus_months(6).days();
    figure.as_of = as_of.days();
    figure.target = target.days();
    figure.as_of_label = (m_zh ? "截至 " : "As of ") + as_of.iso();
    figure.target_label = target.iso();
    figure.actual_label = m_zh ? "实际" : "Actual";
    figure.forecast_label = m_zh ? "推算至 P50 计入日" : "Forecast, to P50";
    figure.baseline_label = m_zh ? "基线计划" : "Baseline";
    figure.latest_label = m_zh ? "最迟进入" : "Latest entry";
    figure.missed_label = m_zh ? "已错过" : "Missed";
    return figure;
  }

 private:
  static base::Date day(double days) { return base::Date::from_days(static_cast<std::int32_t>(days)); }
  const std::string& name(const std::string& zh, const std::string& en) const { return m_zh || en.empty() ? zh : en; }
  std::string stage(int row) const {
    const model::Stage& of = (*m_project.stages)[static_cast<std::size_t>(row)];
    return of.code + " " + name(of.name_zh, of.name_en);
  }
  std::string slack(const LatestStart& start) const {
    const std::string days = std::to_string(std::abs(start.slack_days));
    if (start.missed()) return m_zh ? "已错过 " + days + " 天" : "missed by " + days + " days";
    return m_zh ? "余 " + days + " 天" : days + " days left";
  }

  struct Starts {
    const LatestStart *first, *last;
    const LatestStart* begin() const { return first; }
    const LatestStart* end() const { return last; }
  };

  chart::GanttRow row(Starts starts, int year) const {
    const model::Phase& phase = (*m_project.phases)[starts.first->phase];
    const model::CarrierProject* project = model::find_project(m_project, phase.project);
    chart::GanttRow row;
    row.key = phase.code;
    row.name = phase.code;
    if (project != nullptr) row.name += " " + name(project->name_zh, project->name_en);
    row.missed = starts.first->missed();
    row.text = row.name;
    if (const std::string& own = name(phase.name_zh, phase.name_en); !own.empty()) row.text += " · " + own;
    const auto drawn = m_drawn.find(starts.first->phase);
    if (drawn != m_drawn.end()) add_forecast(row, *drawn->second, year);
    for (const LatestStart& start : starts) {
      const std::string words = (m_zh ? "最迟进入 " : "Latest entry into ") + stage(start.stage) + "  " +
                                start.latest.iso() + " · " + slack(start);
      const std::string& code = (*m_project.stages)[static_cast<std::size_t>(start.stage)].code;
      row.marks.push_back({static_cast<double>(start.latest.days()), code, phase.code + "@" + code,
                           row.name + "\n" + words, start.missed()});
      row.text += "\n" + words;
    }
    add_events(row, phase.id);
    return row;
  }

  void add_forecast(chart::GanttRow& row, const planning::PhaseForecast& phase, int year) const {
    row.text += "\n" + base::wan_m2_with_unit(phase.area_m2, m_language);
    for (std::size_t i = 0; i < m_forecast.ahead.size(); ++i) {
      if (m_forecast.targets[m_forecast.ahead[i]].target.year != year) continue;
      row.text += (m_zh ? " · 年末计入概率 " : " · counts by the year's end: ") + base::percent(phase.probability[i]);
    }
    if (!phase.median_date) return;
    row.text += (m_zh ? " · P50 计入 " : " · P50 ") + phase.median_date->iso();
    row.bars.push_back({static_cast<double>(m_forecast.as_of.days()), static_cast<double>(phase.median_date->days()),
                        chart::GanttBarKind::forecast});
  }

  // From the first event of a kind to the last; what has happened goes on to the as-of date.
  void add_events(chart::GanttRow& row, model::PhaseId phase) const {
    const auto found = m_events.find(phase.value);
    if (found == m_events.end()) return;
    const base::Date as_of = m_forecast.as_of;
    std::optional<base::Date> actual, first, last;
    std::string baseline, actuals;
    for (const model::StageEvent* event : found->second) {  // by date
      const std::string words = "  " + event->stage_code + " " + event->dated.iso();
      if (event->kind == model::EventKind::baseline) {
        if (!first) first = event->dated;
        last = event->dated;
        baseline += words;
      } else if (event->kind == model::EventKind::actual && event->dated <= as_of) {
        if (!actual) actual = event->dated;
        actuals += words;
      }
    }
    const auto days = [](base::Date date) { return static_cast<double>(date.days()); };
    if (actual) {
      row.bars.push_back({days(*actual), days(as_of), chart::GanttBarKind::actual});
      row.text += (m_zh ? "\n实际" : "\nActual") + actuals;
    }
    if (first) {
      row.bars.push_back({days(*first), days(*last), chart::GanttBarKind::baseline});
      row.text += (m_zh ? "\n基线" : "\nBaseline") + baseline;
    }
  }

  const model::Project& m_project;
  const planning::Forecast& m_forecast;
  bool m_zh;
  base::Language m_language;
  std::unordered_map<std::uint32_t, const planning::PhaseForecast*> m_drawn;
  std::unordered_map<std::int64_t, std::vector<const model::StageEvent*>> m_events;
};

}  // namespace

chart::GanttFigure latest_start_figure(const model::Project& project, const planning::Forecast& forecast,
                                       const std::vector<LatestStart>& starts, int year, base::Language language) {
  return LatestStartRows(project, forecast, language).figure(starts, year);
}

}  // namespace zaitu::report
