#include "chart/revision.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "chart/layout_parts.h"

namespace zaitu::chart {

namespace {

class RevisionLayout {
 public:
  RevisionLayout(const RevisionFigure& figure, double width, double height, const ChartStyle& style,
                 const MeasureText& measure)
      : m_figure(figure), m_style(style), m_measure(measure), m_size(style.text_size) {
    m_laid.list.width = width;
    m_laid.list.height = height;
  }

  Laid run() {
    if (m_figure.points.empty()) return std::move(m_laid);
    lay_legend();
    find_plot();
    lay_grid();
    lay_band();
    lay_target();
    lay_middle();
    lay_actual();
    std::vector<std::string> names;
    for (const RevisionPoint& point : m_figure.points) names.push_back(point.name);
    lay_quarter_names(m_laid.list, names, m_plot.x0, m_slot, m_laid.list.width, m_plot.y1, m_style, m_measure);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const double left = m_plot.x0 + static_cast<double>(i) * m_slot;
      m_laid.hot_spots.push_back({left, m_plot.y0, left + m_slot, m_plot.y1, "@" + names[i], m_figure.points[i].text});
    }
    return std::move(m_laid);
  }

 private:
  void line(std::vector<Point> points, Colour colour, double width, std::vector<double> dash = {}) {
    m_laid.list.items.emplace_back(PolylineItem{std::move(points), colour, width, std::move(dash)});
  }
  void fill(std::vector<Point> points, Colour colour) {
    m_laid.list.items.emplace_back(PolygonItem{std::move(points), colour});
  }
  void text(Point at, std::string words, Colour colour, double anchor_x, double anchor_y) {
    m_laid.list.items.emplace_back(TextItem{at, std::move(words), m_size, colour, anchor_x, anchor_y, false});
  }

  // The axis title, then samples and words in rows; each is told from the others by its shape.
  void lay_legend() {
    constexpr double swatch = 22;
    const double row = m_size * 1.5;
    double y = 4 + row / 2;
    text({4, y}, fitting(m_figure.y_title, m_laid.list.width - 8, m_size, m_measure), m_style.muted, 0, 0.5);
    double x = 4 + m_measure(m_figure.y_title, m_size, false) + 14;
    const auto place = [&](const std::string& words) {
      const double width = swatch + 5 + m_measure(words, m_size, false);
      if (x > 4 && x + width > m_laid.list.width - 4) {
        x = 4;
        y += row;
      }
      const double left = x;
      text({left + swatch + 5, y}, words, m_style.ink, 0, 0.5);
      x += width + 14;
      return left;
    };
    const double band = place(m_figure.band_label);
    const double low = y + m_size * 0.4, high = y - m_size * 0.4;
    fill({{band, high}, {band + swatch, high}, {band + swatch, low}, {band, low}}, faded(m_style.accent, 40));
    for (const double edge : {low, high}) line({{band, edge}, {band + swatch, edge}}, m_style.accent, 0.8, {2, 2});
    const double middle = place(m_figure.middle_label);
    line({{middle, y}, {middle + swatch, y}}, m_style.accent, 1.8);
    mark_middle({middle + swatch / 2, y});
    if (!std::isnan(m_figure.target)) {
      const double target = place(m_figure.target_label);
      line({{target, y}, {target + swatch, y}}, m_style.ink, 1.2, {6, 3});
    }
    if (!std::isnan(m_figure.actual)) mark_actual({place(m_figure.actual_label) + swatch / 2, y});
    m_legend_bottom = y + row / 2;
  }

  void find_plot() {
    double low = m_figure.points.front().low, high = low;
    const auto reach = [&](double value) {
      if (std::isnan(value)) return;
      low = std::min(low, value);
      high = std::max(high, value);
    };
    for (const RevisionPoint& point : m_figure.points) {
      for (const double value : {point.low, point.middle, point.high}) reach(value);
    }
    reach(m_figure.target);
    reach(m_figure.actual);
    low /= m_figure.y_unit;
    high /= m_figure.y_unit;
    if (high - low < 1e-9) {
      low -= 1;
      high += 1;
    }
    m_plot.y0 = m_legend_bottom + m_size * 0.5;
    m_plot.y1 = m_laid.list.height - m_size * 3.0;
    m_plot.x1 = m_laid.list.width - 8;
    const double room = (high - low) * 0.06;
    m_step = round_step(high - low + 2 * room, std::clamp((m_plot.y1 - m_plot.y0) / 36.0, 2.0, 8.0));
    m_bottom = std::floor((low - room) / m_step) * m_step;
    m_top = std::ceil((high + room) / m_step) * m_step;
    double widest = 0;
    for (double tick = m_bottom; tick <= m_top + m_step / 2; tick += m_step)
      widest = std::max(widest, m_measure(tick_text(tick), m_size, false));
    m_plot.x0 = widest + 12;
    m_slot = (m_plot.x1 - m_plot.x0) / static_cast<double>(m_figure.points.size());
  }

  std::string tick_text(double tick) const {
    return base::number(std::abs(tick) < m_step / 2 ? 0.0 : tick, decimals_of(m_step));
  }
  double px(std::size_t i) const { return m_plot.x0 + (static_cast<double>(i) + 0.5) * m_slot; }
  double py(double area_m2) const {
    return m_plot.y1 - (area_m2 / m_figure.y_unit - m_bottom) / (m_top - m_bottom) * (m_plot.y1 - m_plot.y0);
  }

  void lay_grid() {
    for (double tick = m_bottom; tick <= m_top + m_step / 2; tick += m_step) {
      const double y = py(tick * m_figure.y_unit);
      const bool bottom = tick < m_bottom + m_step / 2;
      line({{m_plot.x0, y}, {m_plot.x1, y}}, bottom ? m_style.ink : faded(m_style.grid, 150), bottom ? 1 : 0.7);
      text({m_plot.x0 - 5, y}, tick_text(tick), m_style.muted, 1, 0.5);
    }
  }

  void lay_band() {
    std::vector<Point> upper, lower;
    for (std::size_t i = 0; i < m_figure.points.size(); ++i) {
      upper.push_back({px(i), py(m_figure.points[i].high)});
      lower.push_back({px(i), py(m_figure.points[i].low)});
    }
    if (upper.size() == 1) {  // a single quarter: its band is as wide as its mark
      upper = {{px(0) - 5, upper[0].y}, {px(0) + 5, upper[0].y}};
      lower = {{px(0) - 5, lower[0].y}, {px(0) + 5, lower[0].y}};
    }
    std::vector<Point> outline = upper;
    outline.insert(outline.end(), lower.rbegin(), lower.rend());
    fill(std::move(outline), faded(m_style.accent, 40));
    line(std::move(upper), m_style.accent, 0.8, {2, 2});
    line(std::move(lower), m_style.accent, 0.8, {2, 2});
  }

  void lay_target() {
    if (std::isnan(m_figure.target)) return;
    const double y = py(m_figure.target);
    line({{m_plot.x0, y}, {m_plot.x1, y}}, m_style.ink, 1.2, {6, 3});
  }

  void lay_middle() {
    std::vector<Point> points;
    for (std::size_t i = 0; i < m_figure.points.size(); ++i) points.push_back({px(i), py(m_figure.points[i].middle)});
    line(points, m_style.accent, 1.8);
    for (const Point& point : points) mark_middle(point);
  }

  void lay_actual() {
    if (!std::isnan(m_figure.actual)) mark_actual({px(m_figure.points.size() - 1), py(m_figure.actual)});
  }

  void mark_middle(Point at) {
    constexpr double r = 2.4;
    fill({{at.x - r, at.y - r}, {at.x + r, at.y - r}, {at.x + r, at.y + r}, {at.x - r, at.y + r}}, m_style.accent);
  }
  void mark_actual(Point at) {
    constexpr double r = 5.5;
    const std::vector<Point> diamond = {{at.x, at.y - r}, {at.x + r, at.y}, {at.x, at.y + r}, {at.x - r, at.y}};
    fill(diamond, m_style.ink);
    line({diamond[0], diamond[1], diamond[2], diamond[3], diamond[0]}, m_style.background, 1.2);
  }

  const RevisionFigure& m_figure;
  const ChartStyle& m_style;
  const MeasureText& m_measure;
  const double m_size;
  Box m_plot;
  double m_legend_bottom = 0, m_slot = 0, m_step = 1, m_bottom = 0, m_top = 1;
  Laid m_laid;
};

}  // namespace

Laid lay_out(const RevisionFigure& figure, double width, double height, const ChartStyle& style,
             const MeasureText& measure) {
  return RevisionLayout(figure, width, height, style, measure).run();
}

}  // namespace zaitu::chart
