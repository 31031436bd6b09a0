// Lays out the supply S-curve: legend rows on top, the plot, quarters and years below.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/date.h"
#include "base/format.h"
#include "chart/figure.h"
#include "chart/layout_parts.h"

namespace zaitu::chart {

namespace {

double finite(double value) { return std::isfinite(value) ? value : 0.0; }

double day_of(base::Date date) { return static_cast<double>(date.days()); }
base::Date date_of(double days) { return base::Date::from_days(static_cast<std::int32_t>(std::floor(days))); }

// Does the segment a-b touch the box? By clipping (Liang and Barsky 1984).
bool crosses(const Box& box, Point a, Point b) {
  double enter = 0, leave = 1;
  const double dx = b.x - a.x, dy = b.y - a.y;
  for (const auto& [delta, distance] : std::array<std::pair<double, double>, 4>{
           {{-dx, a.x - box.x0}, {dx, box.x1 - a.x}, {-dy, a.y - box.y0}, {dy, box.y1 - a.y}}}) {
    if (delta == 0) {
      if (distance < 0) return false;
    } else if (delta < 0) {
      enter = std::max(enter, distance / delta);
    } else {
      leave = std::min(leave, distance / delta);
    }
  }
  return enter <= leave;
}

class SupplyCurveLayout {
 public:
  SupplyCurveLayout(const SupplyCurveFigure& figure, double width, double height, const ChartStyle& style,
                    const MeasureText& measure)
      : m_figure(figure), m_style(style), m_measure(measure), m_size(style.text_size) {
    m_laid.list.width = width;
    m_laid.list.height = height;
  }

  Laid run() {
    if (m_figure.x.empty()) return std::move(m_laid);
    find_ranges();
    find_plot();
    lay_legend();
    stack_bands();
    lay_grid();
    lay_time_axis();
    lay_hatches_and_edges();
    lay_lines();
    lay_labels();
    lay_hot_spots();
    return std::move(m_laid);
  }

 private:
  // ---- scales ----
  void find_ranges() {
    m_first_day = m_figure.x.front();
    m_last_day = m_figure.x.back();
    for (const TargetMark& target : m_figure.targets) m_last_day = std::max(m_last_day, target.x);
    if (m_figure.as_of > 0) m_last_day = std::max(m_last_day, m_figure.as_of);
    if (!m_figure.forecast.x.empty()) m_last_day = std::max(m_last_day, m_figure.forecast.x.back());
    m_last_day = std::max(m_last_day, m_figure.until);
    if (m_last_day - m_first_day < 1) {  // a single date still needs a width
      m_first_day -= 92;
      m_last_day += 92;
    }
    m_drawn = m_figure.x.size();
    if (m_figure.as_of > 0) {
      m_drawn = static_cast<std::size_t>(std::upper_bound(m_figure.x.begin(), m_figure.x.end(), m_figure.as_of + 0.5) -
                                         m_figure.x.begin());
    }
    double low = 0, high = 0;
    for (std::size_t i = 0; i < m_drawn; ++i) {
      double up = 0, down = 0;
      for (const Series& series : m_figure.stack) {
        const double value = at(series, i);
        (value >= 0 ? up : down) += value;
      }
      high = std::max({high, up, at(m_figure.counted, i)});
      low = std::min({low, down, at(m_figure.counted, i)});
    }
    for (const TargetMark& target : m_figure.targets) high = std::max(high, finite(target.y));
    for (std::size_t i = 0; i < m_figure.forecast.x.size(); ++i) {
      high = std::max(high, finite(m_figure.forecast.high[i]));
      low = std::min(low, finite(m_figure.forecast.low[i]));
    }
    if (high <= low) high = low + m_figure.y_unit;
    m_low = low / m_figure.y_unit;
    m_high = high / m_figure.y_unit;
  }

  double at(const Series& series, std::size_t i) const { return i < series.y.size() ? finite(series.y[i]) : 0.0; }
  double text_width(const std::string& text, bool bold = false) const { return m_measure(text, m_size, bold); }

  void find_plot() {
    const double width = m_laid.list.width, height = m_laid.list.height;
    const double row = m_size * 1.5;
    lay_out_legend_rows();
    m_plot.y0 = 4 + static_cast<double>(m_legend_rows) * row + m_size * 2.4;  // the last part: the axis title
    m_plot.x1 = width - 12;
    // Quarter names need the plot's width, the plot's width needs the tick labels, these need the plot's height.
    m_plot.y1 = height - 2 * row - 6;
    const double steps = std::clamp((m_plot.y1 - m_plot.y0) / 42.0, 3.0, 8.0);
    m_step = round_step(m_high * 1.06 - m_low, steps);
    m_bottom = std::floor(m_low / m_step + 1e-9) * m_step;
    m_top = std::ceil(m_high * 1.06 / m_step - 1e-9) * m_step;
    m_decimals = decimals_of(m_step);
    double widest = 0;
    for (double tick = m_bottom; tick <= m_top + m_step / 2; tick += m_step)
      widest = std::max(widest, text_width(base::number(tick, m_decimals)));
    m_plot.x0 = std::max(widest, text_width(m_figure.y_title) / 2) + 12;
    const double quarter = (m_plot.x1 - m_plot.x0) / std::max(1.0, (m_last_day - m_first_day) / 91.3);
    m_quarters_named = quarter >= text_width("Q4") + 5;
    if (!m_quarters_named) m_plot.y1 = height - row - 8;
  }

  double px(double day) const {
    return m_plot.x0 + (day - m_first_day) / (m_last_day - m_first_day) * (m_plot.x1 - m_plot.x0);
  }
  double py(double area_m2) const {
    return m_plot.y1 - (area_m2 / m_figure.y_unit - m_bottom) / (m_top - m_bottom) * (m_plot.y1 - m_plot.y0);
  }

  // ---- items ----
  void line(std::vector<Point> points, Colour colour, double width, std::vector<double> dash = {}) {
    m_laid.list.items.emplace_back(PolylineItem{std::move(points), colour, width, std::move(dash)});
  }
  void fill(std::vector<Point> points, Colour colour) {
    m_laid.list.items.emplace_back(PolygonItem{std::move(points), colour});
  }
  void text(Point where, std::string words, Colour colour, double anchor_x, double anchor_y, bool bold = false) {
    m_laid.list.items.emplace_back(TextItem{where, std::move(words), m_size, colour, anchor_x, anchor_y, bold});
  }
  static std::vector<Point> rectangle(const Box& box) {
    return {{box.x0, box.y0}, {box.x1, box.y0}, {box.x1, box.y1}, {box.x0, box.y1}};
  }
  static std::vector<Point> outline(const Box& box) {
    std::vector<Point> points = rectangle(box);
    points.push_back(points.front());
    return points;
  }

  // ---- legend ----
  struct LegendCell {
    double x = 0;
    int row = 0;
    int series = 0;  // of the stack; -1 counted line, -2 target line, -3 middle of the forecast, -4 its band
  };

  const std::string& legend_name(int series) const {
    if (series == -1) return m_figure.counted_label;
    if (series == -2) return m_figure.target_label;
    if (series == -3) return m_figure.forecast.middle_label;
    if (series == -4) return m_figure.forecast.band_label;
    return m_figure.stack[static_cast<std::size_t>(series)].name;
  }

  void lay_out_legend_rows() {
    std::vector<int> order;
    for (std::size_t i = 0; i < m_figure.stack.size(); ++i) order.push_back(static_cast<int>(i));
    if (!m_figure.counted.y.empty() && !m_figure.counted_label.empty()) order.push_back(-1);
    if (!m_figure.targets.empty() && !m_figure.target_label.empty()) order.push_back(-2);
    if (!m_figure.forecast.x.empty()) {
      order.push_back(-3);
      order.push_back(-4);
    }
    double x = 4;
    int row = 0;
    for (const int series : order) {
      const double width = m_swatch + 5 + text_width(legend_name(series)) + 14;
      if (x > 4 && x + width - 14 > m_laid.list.width - 4) {
        x = 4;
        ++row;
      }
      m_legend.push_back({x, row, series});
      x += width;
    }
    m_legend_rows = m_legend.empty() ? 0 : row + 1;
  }

  void lay_legend() {
    for (const LegendCell& cell : m_legend) {
      const double y = 4 + (static_cast<double>(cell.row) + 0.5) * m_size * 1.5;
      const Box swatch{cell.x, y - 4.5, cell.x + m_swatch, y + 4.5};
      if (cell.series >= 0) {
        const Series& series = m_figure.stack[static_cast<std::size_t>(cell.series)];
        fill(rectangle(swatch), band_fill(series));
        if (series.pattern == Pattern::hatch) hatch(rectangle(swatch), series.colour, 4);
        line(outline(swatch), m_style.muted, 0.6);
      } else if (cell.series == -1) {
        line({{swatch.x0, y}, {swatch.x1, y}}, m_style.ink, 2.6);
      } else if (cell.series == -3) {
        line({{swatch.x0, y}, {swatch.x1, y}}, m_style.ink, middle_width, {4, 3});
      } else if (cell.series == -4) {
        fill(rectangle(swatch), faded(m_style.ink, band_alpha));
        line({{swatch.x0, swatch.y0}, {swatch.x1, swatch.y0}}, m_style.ink, 0.9);
        line({{swatch.x0, swatch.y1}, {swatch.x1, swatch.y1}}, m_style.ink, 0.9);
      } else {
        line({{swatch.x0, y}, {swatch.x1, y}}, m_style.accent, 1.6, {5, 3});
        diamond({(swatch.x0 + swatch.x1) / 2, y}, 3.4);
      }
      text({cell.x + m_swatch + 5, y}, legend_name(cell.series), m_style.ink, 0, 0.5);
    }
  }

  // ---- axes ----
  void lay_grid() {
    for (double tick = m_bottom; tick <= m_top + m_step / 2; tick += m_step) {
      const double y = py(tick * m_figure.y_unit);
      const bool zero = std::abs(tick) < m_step / 2;
      if (!zero) line({{m_plot.x0, y}, {m_plot.x1, y}}, faded(m_style.grid, 150), 0.7);
      text({m_plot.x0 - 6, y}, base::number(zero ? 0.0 : tick, m_decimals), m_style.muted, 1, 0.5);
    }
    text({m_plot.x0, m_plot.y0 - m_size * 0.75}, m_figure.y_title, m_style.muted, 0.5, 1);
  }

  void lay_time_axis() {
    const double zero = py(0);
    line({{m_plot.x0, zero}, {m_plot.x1, zero}}, m_style.ink, 1);
    if (m_bottom < 0) line({{m_plot.x0, m_plot.y1}, {m_plot.x1, m_plot.y1}}, m_style.muted, 0.7);
    const double quarter_y = m_plot.y1 + 4 + m_size * 0.65;
    const double year_y = m_quarters_named ? quarter_y + m_size * 1.45 : quarter_y + 1;
    const base::Date first = date_of(m_first_day), last = date_of(m_last_day);
    // A quarter lies between the end of the one before and its own end.
    for (base::Date end = first.quarter_end(); end.days() <= last.days(); end = end.plus_days(1).quarter_end()) {
      const double x = px(day_of(end));
      const base::Date before = base::Date::from_ymd(end.year(), end.month() - 2, 1)->plus_days(-1);
      const bool year_end = end.month() == 12;
      if (x > m_plot.x0 + 1)
        line({{x, m_plot.y1}, {x, m_plot.y1 + (year_end ? (m_quarters_named ? m_size * 2.6 : 9) : 4)}}, m_style.muted,
             0.8);
      if (m_quarters_named && day_of(before) >= m_first_day - 10)
        text({px((day_of(before) + day_of(end)) / 2), quarter_y}, fmt::format("Q{}", end.quarter()), m_style.muted, 0.5,
             0.5);
    }
    const double year_width = px(m_first_day + 365.25) - m_plot.x0;
    const int every = std::max(1, static_cast<int>(std::ceil((text_width("2025", true) + 8) / year_width)));
    for (int year = first.year(); year <= last.year(); ++year) {
      const double from = px(std::max(m_first_day, day_of(base::Date::year_end(year - 1))));
      const double to = px(std::min(m_last_day, day_of(base::Date::year_end(year))));
      const std::string name = std::to_string(year);
      if (year % every != 0) continue;
      if (every == 1 && to - from < text_width(name, true) + 4) continue;
      text({(from + to) / 2, year_y}, name, m_style.ink, 0.5, 0.5, true);
    }
  }

  // ---- bands ----
  static Colour band_fill(const Series& series) {
    return series.pattern == Pattern::solid   ? series.colour
           : series.pattern == Pattern::hatch ? faded(series.colour, 110)
                                              : faded(series.colour, 60);
  }

  struct Run {
    std::vector<Point> from, to;
    void add(Point low, Point high) {
      from.push_back(low);
      to.push_back(high);
    }
    std::vector<Point> outline() const {
      std::vector<Point> points = from;
      points.insert(points.end(), to.rbegin(), to.rend());
      return points;
    }
  };
  struct Band {
    std::vector<Run> runs;
    std::vector<Point> from, to;  // at each date of the figure
  };

  // The dates at which the bands are cut: those of the figure, and where a series passes through zero between them (its
  // band then leaves one side of the stack and joins the other).
  struct Cut {
    double day = 0;
    std::vector<double> values;  // by series of the stack
    bool of_figure = true;
  };

  std::vector<Cut> find_cuts() const {
    std::vector<Cut> cuts;
    const std::size_t count = m_figure.stack.size();
    for (std::size_t i = 0; i < m_drawn; ++i) {
      Cut here{m_figure.x[i], std::vector<double>(count), true};
      for (std::size_t s = 0; s < count; ++s) here.values[s] = at(m_figure.stack[s], i);
      if (!cuts.empty()) {
        const Cut before = cuts.back();
        std::vector<std::pair<double, std::size_t>> zeros;  // part of the interval, series
        for (std::size_t s = 0; s < count; ++s) {
          const double a = before.values[s], b = here.values[s];
          if ((a < 0 && b > 0) || (a > 0 && b < 0)) zeros.emplace_back(a / (a - b), s);
        }
        std::sort(zeros.begin(), zeros.end());
        for (const auto& [part, series] : zeros) {
          Cut zero{before.day + part * (here.day - before.day), std::vector<double>(count), false};
          for (std::size_t s = 0; s < count; ++s)
            zero.values[s] = before.values[s] + part * (here.values[s] - before.values[s]);
          zero.values[series] = 0;
          cuts.push_back(std::move(zero));
        }
      }
      cuts.push_back(std::move(here));
    }
    return cuts;
  }

  void stack_bands() {
    const std::vector<Cut> cuts = find_cuts();
    std::vector<double> up(cuts.size(), 0), down(cuts.size(), 0);
    for (std::size_t s = 0; s < m_figure.stack.size(); ++s) {
      Band band;
      // A run of one sign is one polygon; a zero ends it on its own side.
      int sign = 0;
      for (std::size_t i = 0; i < cuts.size(); ++i) {
        const double value = cuts[i].values[s];
        const int own = value > 0 ? 1 : value < 0 ? -1 : 0;
        if (own != 0 && own != sign) {
          const bool grows_from_zero = i > 0 && cuts[i - 1].values[s] == 0;
          band.runs.emplace_back();
          if (grows_from_zero) {
            const double edge = (own > 0 ? up : down)[i - 1];
            band.runs.back().add({px(cuts[i - 1].day), py(edge)}, {px(cuts[i - 1].day), py(edge)});
          }
          sign = own;
        } else if (sign == 0 && band.runs.empty()) {
          band.runs.emplace_back();
        }
        double& edge = (own != 0 ? own : sign) < 0 ? down[i] : up[i];
        const Point from{px(cuts[i].day), py(edge)};
        const Point to{from.x, py(edge + value)};
        band.runs.back().add(from, to);
        if (cuts[i].of_figure) {
          band.from.push_back(from);
          band.to.push_back(to);
        }
        // The band grows only after its neighbours of this date have read the edge.
        edge += value;
      }
      for (const Run& run : band.runs) {
        if (run.from.size() >= 2) fill(run.outline(), band_fill(m_figure.stack[s]));
      }
      m_bands.push_back(std::move(band));
    }
  }

  // Diagonal lines inside any simple polygon: the crossings of each line with the edges, taken in pairs.
  void hatch(const std::vector<Point>& polygon, Colour colour, double spacing) {
    double low = 1e300, high = -1e300;
    for (const Point& point : polygon) {
      low = std::min(low, point.x + point.y);
      high = std::max(high, point.x + point.y);
    }
    for (double sum = std::ceil(low / spacing) * spacing; sum < high; sum += spacing) {
      std::vector<double> xs;
      for (std::size_t i = 0; i < polygon.size(); ++i) {
        const Point& a = polygon[i];
        const Point& b = polygon[(i + 1) % polygon.size()];
        const double side_a = a.x + a.y - sum, side_b = b.x + b.y - sum;
        if ((side_a < 0) == (side_b < 0)) continue;
        xs.push_back(a.x + (b.x - a.x) * side_a / (side_a - side_b));
      }
      std::sort(xs.begin(), xs.end());
      for (std::size_t i = 0; i + 1 < xs.size(); i += 2) {
        if (xs[i + 1] - xs[i] > 0.3) line({{xs[i], sum - xs[i]}, {xs[i + 1], sum - xs[i + 1]}}, colour, 1.1);
      }
    }
  }

  void lay_hatches_and_edges() {
    if (m_drawn < 2) return;
    for (std::size_t s = 0; s < m_bands.size(); ++s) {
      const Series& series = m_figure.stack[s];
      if (series.pattern == Pattern::hatch) {
        for (const Run& run : m_bands[s].runs) hatch(run.outline(), series.colour, 6);
      }
      bool seen = false;
      for (std::size_t i = 0; i < m_drawn; ++i) seen = seen || at(series, i) != 0;
      if (!seen) continue;
      // The border that keeps neighbours apart without colour.
      for (const Run& run : m_bands[s].runs) {
        if (run.to.size() < 2) continue;
        line(run.to, m_style.background, 1.6);
        line(run.to, faded(m_style.ink, 140), 0.6);
      }
    }
  }

  // ---- lines and marks ----
  void diamond(Point centre, double radius) {
    const std::vector<Point> points{{centre.x, centre.y - radius},
                                    {centre.x + radius, centre.y},
                                    {centre.x, centre.y + radius},
                                    {centre.x - radius, centre.y}};
    fill(points, m_style.accent);
    line({points[0], points[1], points[2], points[3], points[0]}, m_style.background, 0.9);
  }

  // Under the lines: the band with its edges drawn, so that it is one without colour too, and the dashed middle.
  void lay_forecast() {
    const ForecastBand& forecast = m_figure.forecast;
    if (forecast.x.size() < 2) return;
    Run band;
    for (std::size_t i = 0; i < forecast.x.size(); ++i) {
      const double x = px(forecast.x[i]);
      band.add({x, py(finite(forecast.high[i]))}, {x, py(finite(forecast.low[i]))});
      m_middle_line.push_back({x, py(finite(forecast.middle[i]))});
    }
    fill(band.outline(), faded(m_style.ink, band_alpha));
    line(band.from, m_style.ink, 0.9);
    line(band.to, m_style.ink, 0.9);
    line(m_middle_line, m_style.ink, middle_width, {7, 4});
  }

  void lay_lines() {
    lay_forecast();
    for (const TargetMark& target : m_figure.targets) m_target_line.push_back({px(target.x), py(finite(target.y))});
    if (m_target_line.size() >= 2) {
      line(m_target_line, m_style.background, 3.4);
      line(m_target_line, m_style.accent, 1.8, {6, 4});
    }
    for (std::size_t i = 0; i < m_drawn && i < m_figure.counted.y.size(); ++i)
      m_counted_line.push_back({px(m_figure.x[i]), py(at(m_figure.counted, i))});
    // Within a quarter, the as-of date's own value leads from the last quarter's end to where the forecast begins.
    const ForecastBand& forecast = m_figure.forecast;
    if (!m_counted_line.empty()) m_counted_m2 = at(m_figure.counted, m_counted_line.size() - 1);
    if (!m_counted_line.empty() && !forecast.x.empty() && forecast.x.front() > m_figure.x[m_drawn - 1]) {
      m_counted_m2 = finite(forecast.middle.front());
      m_counted_line.push_back({px(forecast.x.front()), py(m_counted_m2)});
    }
    if (m_counted_line.size() >= 2) {
      line(m_counted_line, m_style.background, 4.6);
      line(m_counted_line, m_style.ink, 2.8);
    }
    if (m_figure.as_of > 0) {
      const double x = px(m_figure.as_of);
      line({{x, m_plot.y0 - 2}, {x, m_plot.y1}}, m_style.ink, 1, {2, 2.5});
    }
    for (const Point& mark : m_target_line) diamond(mark, 4.6);
    if (!m_counted_line.empty()) {
      const Point end = m_counted_line.back();
      fill(rectangle({end.x - 4, end.y - 4, end.x + 4, end.y + 4}), m_style.background);
      fill(rectangle({end.x - 3, end.y - 3, end.x + 3, end.y + 3}), m_style.ink);
    }
  }

  // ---- labels ----
  struct Candidate {
    Point at;
    double anchor_x, anchor_y;
  };

  Box text_box(const Candidate& place, double width) const {
    const double height = m_size * 1.25, x = place.at.x - place.anchor_x * width,
                 y = place.at.y - place.anchor_y * height;
    return {x - 2, y, x + width + 2, y + height};
  }

  // The first place that meets no other label, crosses as few lines as can be; left out when there is none.
  void label(const std::string& words, Colour colour, bool bold, const std::vector<Candidate>& places) {
    if (words.empty()) return;
    const double width = text_width(words, bold);
    const Box frame{m_plot.x0 + 1, m_plot.y0 - m_size * 2.2, m_laid.list.width - 2, m_plot.y1 - 1};
    std::optional<Candidate> best;
    int best_crossings = 0;
    for (const Candidate& place : places) {
      const Box box = text_box(place, width);
      if (!box.inside(frame)) continue;
      if (std::any_of(m_taken.begin(), m_taken.end(), [&](const Box& other) { return box.meets(other); })) continue;
      int crossings = 0;
      for (const auto* path : {&m_counted_line, &m_target_line, &m_middle_line}) {
        for (std::size_t i = 0; i + 1 < path->size(); ++i) crossings += crosses(box, (*path)[i], (*path)[i + 1]);
      }
      if (best && crossings >= best_crossings) continue;
      best = place;
      best_crossings = crossings;
    }
    if (!best) return;
    const Box box = text_box(*best, width);
    fill(rectangle(box), faded(m_style.background, 215));
    text(best->at, words, colour, best->anchor_x, best->anchor_y, bold);
    m_taken.push_back(box);
  }

  static std::vector<Candidate> around(Point mark, double gap) {
    return {{{mark.x, mark.y - gap}, 0.5, 1},     {{mark.x - gap, mark.y - gap}, 1, 1},
            {{mark.x + gap, mark.y - gap}, 0, 1}, {{mark.x - gap - 3, mark.y}, 1, 0.5},
            {{mark.x + gap + 3, mark.y}, 0, 0.5}, {{mark.x - gap, mark.y + gap}, 1, 0},
            {{mark.x + gap, mark.y + gap}, 0, 0}, {{mark.x, mark.y + gap}, 0.5, 0},
            {{mark.x - gap, mark.y - 22}, 1, 1},  {{mark.x - gap, mark.y + 22}, 1, 0},
            {{mark.x - gap - 30, mark.y}, 1, 0.5}};
  }

  void lay_labels() {
    // What no label may cover: the axis title and the marks themselves.
    const double title = text_width(m_figure.y_title) / 2;
    m_taken.push_back(
        {m_plot.x0 - title - 4, m_plot.y0 - m_size * 2.2, m_plot.x0 + title + 4, m_plot.y0 - m_size * 0.6});
    for (const Point& mark : m_target_line) m_taken.push_back({mark.x - 5, mark.y - 5, mark.x + 5, mark.y + 5});
    if (!m_counted_line.empty()) {
      const Point end = m_counted_line.back();
      m_taken.push_back({end.x - 4, end.y - 4, end.x + 4, end.y + 4});
    }
    if (m_figure.as_of > 0) {
      const double x = px(m_figure.as_of), y = m_plot.y0 - 3;
      label(m_figure.as_of_label, m_style.ink, false, {{{x, y}, 0.5, 1}, {{x, y}, 1, 1}, {{x, y}, 0, 1}});
    }
    if (!m_counted_line.empty()) {
      label(base::number(m_counted_m2 / m_figure.y_unit, 2), m_style.ink, true, around(m_counted_line.back(), 7));
    }
    for (std::size_t i = m_target_line.size(); i-- > 0;)  // the newest target first: it matters most
      label(m_figure.targets[i].label, m_style.accent, true, around(m_target_line[i], 7));
    if (!m_middle_line.empty()) {
      const Point end = m_middle_line.back();
      label(m_figure.forecast.middle_name + " " + base::number(m_figure.forecast.middle.back() / m_figure.y_unit, 2),
            m_style.ink, false,
            {{{end.x, end.y - 6}, 1, 1},
             {{end.x, end.y + 6}, 1, 0},
             {{end.x, end.y - 22}, 1, 1},
             {{end.x, end.y + 22}, 1, 0},
             {{end.x, end.y - 40}, 1, 1}});
    }
  }

  // ---- hot spots ----
  std::string shown(double area_m2) const {
    return base::number(area_m2 / m_figure.y_unit, 2) + (m_figure.y_title.empty() ? "" : " " + m_figure.y_title);
  }
  std::string x_name(std::size_t i) const {
    return i < m_figure.x_names.size() ? m_figure.x_names[i] : date_of(m_figure.x[i]).iso();
  }

  void lay_hot_spots() {
    for (std::size_t i = 0; i < m_drawn; ++i) {
      const double here = px(m_figure.x[i]);
      const double left = i == 0 ? m_plot.x0 : (px(m_figure.x[i - 1]) + here) / 2;
      const double right =
          i + 1 == m_drawn ? std::min(m_plot.x1, here + (here - left)) : (px(m_figure.x[i + 1]) + here) / 2;
      std::string words = x_name(i);
      if (!m_figure.counted.y.empty()) words += "\n" + m_figure.counted_label + " " + shown(at(m_figure.counted, i));
      for (std::size_t s = m_figure.stack.size(); s-- > 0;)
        words += "\n" + m_figure.stack[s].name + " " + shown(at(m_figure.stack[s], i));
      m_laid.hot_spots.push_back({left, m_plot.y0, right, m_plot.y1, "@" + x_name(i), words});
      for (std::size_t s = 0; s < m_bands.size(); ++s) {
        const double a = m_bands[s].from[i].y, b = m_bands[s].to[i].y;
        if (std::abs(a - b) < 1) continue;
        const Series& series = m_figure.stack[s];
        m_laid.hot_spots.push_back({left, std::min(a, b), right, std::max(a, b), series.key + "@" + x_name(i),
                                    x_name(i) + " · " + series.name + "\n" + shown(at(series, i))});
      }
    }
    lay_forecast_spots();
    for (std::size_t i = 0; i < m_figure.targets.size(); ++i) {
      const TargetMark& target = m_figure.targets[i];
      const Point mark = m_target_line[i];
      m_laid.hot_spots.push_back({mark.x - 7, mark.y - 7, mark.x + 7, mark.y + 7,
                                  "target@" + std::to_string(date_of(target.x).year()),
                                  date_of(target.x).iso() + "\n" + m_figure.target_label + " " + shown(target.y) +
                                      (target.text.empty() ? "" : "\n" + target.text)});
    }
  }

  void lay_forecast_spots() {
    const ForecastBand& forecast = m_figure.forecast;
    for (std::size_t i = 1; i < forecast.x.size(); ++i) {
      const double here = px(forecast.x[i]);
      const double left = (px(forecast.x[i - 1]) + here) / 2;
      const double right = i + 1 == forecast.x.size() ? here : (px(forecast.x[i + 1]) + here) / 2;
      const auto row = [&](const std::string& name, double area_m2) {
        return "\n" + name + " " + shown(finite(area_m2));
      };
      m_laid.hot_spots.push_back(
          {left, m_plot.y0, right, m_plot.y1, "@" + forecast.x_names[i],
           forecast.x_names[i] + " · " + date_of(forecast.x[i]).iso() + row(forecast.high_name, forecast.high[i]) +
               row(forecast.middle_name, forecast.middle[i]) + row(forecast.low_name, forecast.low[i])});
    }
  }

  const SupplyCurveFigure& m_figure;
  const ChartStyle& m_style;
  const MeasureText& m_measure;
  const double m_size;
  const double m_swatch = 18;
  static constexpr double middle_width = 1.9;
  static constexpr std::uint8_t band_alpha = 34;
  Laid m_laid;
  Box m_plot;
  double m_first_day = 0, m_last_day = 1;
  std::size_t m_drawn = 0;
  double m_low = 0, m_high = 1, m_bottom = 0, m_top = 1, m_step = 1;
  int m_decimals = 0;
  double m_counted_m2 = 0;  // at the end of the counted line
  bool m_quarters_named = true;
  std::vector<LegendCell> m_legend;
  int m_legend_rows = 0;
  std::vector<Band> m_bands;
  std::vector<Point> m_target_line, m_counted_line, m_middle_line;
  std::vector<Box> m_taken;
};

}  // namespace

Laid lay_out(const SupplyCurveFigure& figure, double width, double height, const ChartStyle& style,
             const MeasureText& measure) {
  return SupplyCurveLayout(figure, width, height, style, measure).run();
}

}  // namespace zaitu::chart
