#include "chart/gantt.h"

#include <algorithm>
#include <cmath>

#include "base/date.h"
#include "chart/layout_parts.h"

namespace zaitu::chart {

namespace {

class GanttLayout {
 public:
  GanttLayout(const GanttFigure& figure, double width, double height, const ChartStyle& style,
              const MeasureText& measure)
      : m_figure(figure), m_style(style), m_measure(measure), m_size(style.text_size) {
    m_laid.list.width = width;
    m_laid.list.height = height;
  }

  Laid run() {
    if (m_figure.rows.empty() || m_figure.to - m_figure.from < 1) return std::move(m_laid);
    place();
    lay_legend();
    lay_time_axis();
    for (std::size_t i = 0; i < m_shown; ++i) lay_row(i);
    lay_dates();
    for (std::size_t i = 0; i < m_shown; ++i) lay_marks(i);
    lay_pages();
    m_laid.hot_spots.insert(m_laid.hot_spots.end(), m_mark_spots.begin(), m_mark_spots.end());
    return std::move(m_laid);
  }

 private:
  double line_height() const { return m_size * 1.4; }
  double row_height() const { return m_size * 1.75; }
  double text_width(const std::string& words) const { return m_measure(words, m_size, false); }
  double px(double day) const {
    const double part = (day - m_figure.from) / (m_figure.to - m_figure.from);
    return m_plot.x0 + std::clamp(part, 0.0, 1.0) * (m_plot.x1 - m_plot.x0);
  }
  double row_y(std::size_t i) const { return m_plot.y0 + static_cast<double>(i) * row_height(); }

  void place() {
    const double width = m_laid.list.width, height = m_laid.list.height;
    double names = 0;
    for (const GanttRow& row : m_figure.rows) names = std::max(names, text_width(row.name));
    m_plot.x0 = std::min(names + 14, width * 0.3);
    m_plot.x1 = width - 8;
    lay_out_legend();
    m_plot.y0 = m_legend.empty() ? 4 : m_legend.back().y1 + 2;
    m_plot.y0 += line_height() + 2;                              // the two dates
    const double room = height - m_plot.y0 - line_height() - 6;  // the years
    m_shown = std::min(m_figure.rows.size(), static_cast<std::size_t>(std::max(1.0, std::floor(room / row_height()))));
    m_first = std::min(m_figure.first_row, m_figure.rows.size() - m_shown);
    m_plot.y1 = row_y(m_shown);
  }

  // ---- items ----
  void line(std::vector<Point> points, Colour colour, double width, std::vector<double> dash = {}) {
    m_laid.list.items.emplace_back(PolylineItem{std::move(points), colour, width, std::move(dash)});
  }
  void fill(std::vector<Point> points, Colour colour) {
    m_laid.list.items.emplace_back(PolygonItem{std::move(points), colour});
  }
  void text(Point where, std::string words, double size, Colour colour, double anchor_x, double anchor_y = 0.5) {
    m_laid.list.items.emplace_back(TextItem{where, std::move(words), size, colour, anchor_x, anchor_y, false});
  }
  static std::vector<Point> rectangle(const Box& box) {
    return {{box.x0, box.y0}, {box.x1, box.y0}, {box.x1, box.y1}, {box.x0, box.y1}};
  }
  void outline(std::vector<Point> points, Colour colour, double width) {
    points.push_back(points.front());
    line(std::move(points), colour, width);
  }

  // `y`: of the row's upper edge.
  void bar(GanttBarKind kind, double x0, double x1, double y) {
    x1 = std::max(x1, x0 + 2);
    const double lane = row_height() * 0.17, middle = row_height() * 0.58;
    if (kind == GanttBarKind::baseline) {
      const Box box{x0, y + middle + 2, x1, y + row_height() - 3};
      outline(rectangle(box), m_style.muted, 1);
      return;
    }
    const Box box{x0, y + lane, x1, y + middle};
    if (kind == GanttBarKind::actual) {
      fill(rectangle(box), m_style.muted);
      return;
    }
    fill(rectangle(box), faded(m_style.muted, 30));
    const double height = box.y1 - box.y0;
    for (double x = box.x0 + 3; x < box.x1 + height; x += 5) {  // from the lower left to the upper right
      const double low = std::max(x - height, box.x0), high = std::min(x, box.x1);
      if (high - low > 0.3) line({{low, box.y0 + (x - low)}, {high, box.y0 + (x - high)}}, m_style.muted, 1);
    }
    outline(rectangle(box), m_style.muted, 1);
  }

  void diamond(Point at, bool missed) {
    const double r = m_size * 0.4;
    const std::vector<Point> points{{at.x, at.y - r}, {at.x + r, at.y}, {at.x, at.y + r}, {at.x - r, at.y}};
    fill(points, missed ? m_style.background : m_style.accent);
    outline(points, missed ? m_figure.warning : m_style.background, missed ? 1.6 : 1);
  }

  // ---- legend ----
  enum class Sample { actual, forecast, baseline, latest, missed };

  void lay_out_legend() {
    const std::pair<Sample, const std::string*> all[] = {{Sample::actual, &m_figure.actual_label},
                                                         {Sample::forecast, &m_figure.forecast_label},
                                                         {Sample::baseline, &m_figure.baseline_label},
                                                         {Sample::latest, &m_figure.latest_label},
                                                         {Sample::missed, &m_figure.missed_label}};
    double x = 4, y = 2;
    for (const auto& [sample, words] : all) {
      if (words->empty()) continue;
      const double width = swatch_width(sample) + 5 + text_width(*words);
      if (x > 4 && x + width > m_laid.list.width - 4) {
        x = 4;
        y += line_height();
      }
      m_legend.push_back({x, y, x + width, y + line_height()});
      m_legend_samples.emplace_back(sample, words);
      x += width + 14;
    }
  }
  double swatch_width(Sample sample) const {
    return sample == Sample::latest || sample == Sample::missed ? m_size * 0.8 : 20;
  }

  void lay_legend() {
    for (std::size_t i = 0; i < m_legend.size(); ++i) {
      const Box& box = m_legend[i];
      const auto& [sample, words] = m_legend_samples[i];
      const double middle = (box.y0 + box.y1) / 2, width = swatch_width(sample);
      if (sample == Sample::latest || sample == Sample::missed) {
        diamond({box.x0 + width / 2, middle}, sample == Sample::missed);
      } else {
        const GanttBarKind kind = sample == Sample::actual     ? GanttBarKind::actual
                                  : sample == Sample::forecast ? GanttBarKind::forecast
                                                               : GanttBarKind::baseline;
        const double lane = kind == GanttBarKind::baseline ? 0.76 : 0.375;  // where bar() has its middle
        bar(kind, box.x0, box.x0 + width, middle - row_height() * lane);
      }
      text({box.x0 + width + 5, middle}, *words, m_size, m_style.ink, 0);
    }
  }

  // ---- axis ----
  void lay_time_axis() {
    const auto date_of = [](double day) { return base::Date::from_days(static_cast<std::int32_t>(std::floor(day))); };
    const double quarter = (m_plot.x1 - m_plot.x0) / std::max(1.0, (m_figure.to - m_figure.from) / 91.3);
    const base::Date first = date_of(m_figure.from), last = date_of(m_figure.to);
    for (base::Date end = first.quarter_end(); end <= last; end = end.plus_days(1).quarter_end()) {
      const bool year_end = end.month() == 12;
      const double x = px(end.days());
      if (!year_end && quarter < 16) continue;
      line({{x, m_plot.y0}, {x, m_plot.y1 + (year_end ? 6 : 0)}}, faded(m_style.grid, year_end ? 255 : 120), 0.8);
    }
    line({{m_plot.x0, m_plot.y1}, {m_plot.x1, m_plot.y1}}, m_style.muted, 0.8);
    for (int year = first.year(); year <= last.year(); ++year) {
      const double x0 = px(base::Date::year_end(year - 1).days()), x1 = px(base::Date::year_end(year).days());
      const std::string name = std::to_string(year);
      if (x1 - x0 < text_width(name) + 6) continue;
      text({(x0 + x1) / 2, m_plot.y1 + 3 + line_height() / 2}, name, m_size, m_style.muted, 0.5);
    }
  }

  // The as-of date and the target's, over everything but the marks.
  void lay_dates() {
    std::vector<Box> taken;
    const auto date = [&](double day, const std::string& words, Colour colour, std::vector<double> dash) {
      if (day < m_figure.from || day > m_figure.to) return;
      const double x = px(day), y = m_plot.y0 - 2;
      line({{x, m_plot.y0 - 2}, {x, m_plot.y1}}, colour, 1.2, std::move(dash));
      const double width = text_width(words);
      for (const double anchor : {0.5, 1.0, 0.0}) {
        const Box box{x - anchor * width - 3, y - line_height(), x + (1 - anchor) * width + 3, y};
        if (box.x0 < 0 || box.x1 > m_laid.list.width) continue;
        if (std::any_of(taken.begin(), taken.end(), [&](const Box& other) { return box.meets(other); })) continue;
        text({x, y}, words, m_size, colour, anchor, 1);
        taken.push_back(box);
        return;
      }
    };
    date(m_figure.target, m_figure.target_label, m_style.accent, {});
    date(m_figure.as_of, m_figure.as_of_label, m_style.ink, {3, 2.5});
  }

  // ---- rows ----
  void lay_row(std::size_t i) {
    const GanttRow& row = m_figure.rows[m_first + i];
    const double y = row_y(i);
    const Box all{0, y, m_laid.list.width, y + row_height()};
    if (row.selected) fill(rectangle(all), faded(m_style.accent, 45));
    line({{0, all.y1}, {m_plot.x1, all.y1}}, faded(m_style.grid, 110), 0.6);
    text({4, y + row_height() / 2}, fitting(row.name, m_plot.x0 - 10, m_size, m_measure), m_size,
         row.missed ? m_figure.warning : m_style.ink, 0);
    for (const GanttBar& each : row.bars) {
      if (each.to < m_figure.from || each.from > m_figure.to) continue;
      bar(each.kind, px(each.from), px(each.to), y);
    }
    m_laid.hot_spots.push_back({all.x0, all.y0, all.x1, all.y1, row.key, row.text});
  }

  void lay_marks(std::size_t i) {
    const GanttRow& row = m_figure.rows[m_first + i];
    const double y = row_y(i) + row_height() / 2, r = m_size * 0.4, small = m_size * 0.85;
    std::vector<Box> taken;
    for (const GanttMark& mark : row.marks) {
      const double x = px(mark.x);
      taken.push_back({x - r, y - r, x + r, y + r});
    }
    for (const GanttMark& mark : row.marks) {
      const double x = px(mark.x);
      if (mark.x < m_figure.from) {  // before the axis begins
        fill({{x + 1, y}, {x + 1 + r, y - r}, {x + 1 + r, y + r}}, mark.missed ? m_figure.warning : m_style.accent);
      } else {
        diamond({x, y}, mark.missed);
      }
      m_mark_spots.push_back({x - r - 2, y - r - 2, x + r + 2, y + r + 2, mark.key, mark.text});
      if (mark.x < m_figure.from || mark.label.empty()) continue;
      const double width = m_measure(mark.label, small, false);
      for (const double side : {1.0, -1.0}) {
        const double x0 = side > 0 ? x + r + 2 : x - r - 2 - width;
        const Box box{x0 - 1, y - small * 0.6, x0 + width + 1, y + small * 0.6};
        if (box.x0 < m_plot.x0 || box.x1 > m_plot.x1) continue;
        if (std::any_of(taken.begin(), taken.end(), [&](const Box& other) { return box.meets(other); })) continue;
        fill(rectangle(box), faded(m_style.background, 225));
        text({x0, y}, mark.label, small, mark.missed ? m_figure.warning : m_style.ink, 0);
        taken.push_back(box);
        break;
      }
    }
  }

  // Below the names: which rows these are, and the way to the others.
  void lay_pages() {
    const std::size_t all = m_figure.rows.size();
    if (m_shown >= all) return;
    const double y = m_plot.y1 + 3 + line_height() / 2, r = m_size * 0.42;
    const auto arrow = [&](double x, bool up, std::size_t to, bool possible) {
      const double tip = up ? -r : r;
      fill({{x - r, y - tip * 0.6}, {x, y + tip}, {x + r, y - tip * 0.6}}, possible ? m_style.ink : m_style.grid);
      if (!possible) return;
      m_laid.hot_spots.push_back(
          {x - r - 4, y - r - 4, x + r + 4, y + r + 4, "rows@" + std::to_string(to),
           std::to_string(to + 1) + "–" + std::to_string(std::min(all, to + m_shown)) + " / " + std::to_string(all)});
    };
    arrow(4 + r, true, m_first - std::min(m_first, m_shown), m_first > 0);
    arrow(4 + r * 4 + 4, false, std::min(m_first + m_shown, all - m_shown), m_first + m_shown < all);
    const double x = 4 + r * 6 + 6;
    const std::string words =
        std::to_string(m_first + 1) + "–" + std::to_string(m_first + m_shown) + " / " + std::to_string(all);
    if (x + text_width(words) < m_plot.x0 - 2) text({x, y}, words, m_size, m_style.muted, 0);
  }

  const GanttFigure& m_figure;
  const ChartStyle& m_style;
  const MeasureText& m_measure;
  const double m_size;
  Laid m_laid;
  Box m_plot;
  std::size_t m_first = 0, m_shown = 0;
  std::vector<Box> m_legend;
  std::vector<std::pair<Sample, const std::string*>> m_legend_samples;
  std::vector<HotSpot> m_mark_spots;  // above the rows
};

}  // namespace

Laid lay_out(const GanttFigure& figure, double width, double height, const ChartStyle& style,
             const MeasureText& measure) {
  return GanttLayout(figure, width, height, style, measure).run();
}

}  // namespace zaitu::chart
