#include "chart/bars.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "chart/layout_parts.h"

namespace zaitu::chart {

namespace {

class BarLayout {
 public:
  BarLayout(const BarFigure& figure, double width, double height, const ChartStyle& style, const MeasureText& measure)
      : m_figure(figure), m_style(style), m_measure(measure), m_size(style.text_size), m_height(height) {
    m_laid.list.width = width;
    m_laid.list.height = height;
    m_x1 = width - 8;
  }

  Laid run() {
    if (m_figure.x_names.empty() || m_figure.plots.empty()) return std::move(m_laid);
    const double axis = m_size * 3.0;
    const double each = (m_height - axis) / static_cast<double>(m_figure.plots.size());
    find_scales(each);
    for (std::size_t i = 0; i < m_figure.plots.size(); ++i) {
      const double top = static_cast<double>(i) * each;
      lay_plot(m_figure.plots[i], m_scales[i], top, top + each);
    }
    lay_quarter_names(m_laid.list, m_figure.x_names, m_x0, m_slot, m_x1 + 8, m_height - axis, m_style, m_measure);
    for (std::size_t i = 0; i < m_figure.x_names.size(); ++i) {
      const std::string hover = i < m_figure.hover.size() ? m_figure.hover[i] : m_figure.x_names[i];
      m_laid.hot_spots.push_back({left_of(i), 0, left_of(i) + m_slot, m_height, "@" + m_figure.x_names[i], hover});
    }
    return std::move(m_laid);
  }

 private:
  struct Scale {
    double low = 0, high = 0, step = 1;  // in units shown
  };

  void find_scales(double each) {
    double widest = 0;
    for (const BarPlot& plot : m_figure.plots) {
      Scale scale;
      for (const double y : plot.y) {
        if (std::isnan(y)) continue;
        scale.low = std::min(scale.low, y / plot.y_unit);
        scale.high = std::max(scale.high, y / plot.y_unit);
      }
      if (scale.high - scale.low <= 0) scale.high = 1;
      const double steps = std::clamp((each - m_size * 2.2) / 26.0, 1.0, 4.0);
      scale.step = round_step(scale.high - scale.low, steps);
      scale.low = std::floor(scale.low / scale.step + 1e-9) * scale.step;
      scale.high = std::ceil(scale.high / scale.step - 1e-9) * scale.step;
      for (double tick = scale.low; tick <= scale.high + scale.step / 2; tick += scale.step)
        widest = std::max(widest, m_measure(base::number(tick, decimals_of(scale.step)), m_size, false));
      m_scales.push_back(scale);
    }
    m_x0 = widest + 10;
    m_slot = (m_x1 - m_x0) / static_cast<double>(m_figure.x_names.size());
  }

  double left_of(std::size_t i) const { return m_x0 + static_cast<double>(i) * m_slot; }

  void line(std::vector<Point> points, Colour colour, double width) {
    m_laid.list.items.emplace_back(PolylineItem{std::move(points), colour, width, {}});
  }
  void text(Point at, std::string words, Colour colour, double anchor_x, double anchor_y, bool bold = false) {
    m_laid.list.items.emplace_back(TextItem{at, std::move(words), m_size, colour, anchor_x, anchor_y, bold});
  }

  void lay_plot(const BarPlot& plot, const Scale& scale, double top, double bottom) {
    const double y0 = top + m_size * 1.9, y1 = bottom - m_size * 0.5;
    const auto py = [&](double shown) { return y1 - (shown - scale.low) / (scale.high - scale.low) * (y1 - y0); };
    text({0, top + m_size * 0.8}, plot.title, m_style.muted, 0, 0.5);
    Colour faint = m_style.grid;
    faint.a = 150;
    for (double tick = scale.low; tick <= scale.high + scale.step / 2; tick += scale.step) {
      const bool zero = std::abs(tick) < scale.step / 2;
      line({{m_x0, py(tick)}, {m_x1, py(tick)}}, zero ? m_style.ink : faint, zero ? 1 : 0.7);
      text({m_x0 - 5, py(tick)}, base::number(zero ? 0.0 : tick, decimals_of(scale.step)), m_style.muted, 1, 0.5);
    }
    const double gap = std::min(m_slot * 0.22, 8.0);
    for (std::size_t i = 0; i < m_figure.x_names.size(); ++i) {
      const double x0 = left_of(i) + gap, x1 = left_of(i) + m_slot - gap;
      if (i >= plot.y.size() || std::isnan(plot.y[i])) {
        text({(x0 + x1) / 2, py(0) - m_size * 0.8}, "?", m_style.muted, 0.5, 0.5);
        continue;
      }
      const double y = py(plot.y[i] / plot.y_unit), zero = py(0);
      const std::vector<Point> box = {{x0, y}, {x1, y}, {x1, zero}, {x0, zero}};
      const bool partial = i < plot.partial.size() && plot.partial[i];
      Colour fill = plot.colour;
      if (partial) fill.a = 70;
      m_laid.list.items.emplace_back(PolygonItem{box, fill});
      if (!partial) continue;
      line({box[3], box[0], box[1], box[2]}, plot.colour, 1.2);
      hatch(x0, x1, std::min(y, zero), std::max(y, zero), plot.colour);
    }
  }

  // Lines from the lower left to the upper right, cut to the box.
  void hatch(double x0, double x1, double y0, double y1, Colour colour) {
    constexpr double step = 5;
    for (double sum = x0 + y0 + step; sum < x1 + y1; sum += step) {  // x + y is constant on each
      const double ax = std::max(x0, sum - y1), bx = std::min(x1, sum - y0);
      if (bx > ax) line({{ax, sum - ax}, {bx, sum - bx}}, colour, 0.7);
    }
  }

  const BarFigure& m_figure;
  const ChartStyle& m_style;
  const MeasureText& m_measure;
  const double m_size, m_height;
  double m_x0 = 0, m_x1 = 0, m_slot = 0;
  std::vector<Scale> m_scales;
  Laid m_laid;
};

}  // namespace

Laid lay_out(const BarFigure& figure, double width, double height, const ChartStyle& style,
             const MeasureText& measure) {
  return BarLayout(figure, width, height, style, measure).run();
}

}  // namespace zaitu::chart
