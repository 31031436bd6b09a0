#include "chart/sankey.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "chart/layout_parts.h"

namespace zaitu::chart {

namespace {

constexpr double node_width = 10, band_steps = 24;

struct Place {
  double y0 = 0, y1 = 0;
  double in = 0, out = 0;  // how far the next link's end is from y0
};

class SankeyLayout {
 public:
  SankeyLayout(const SankeyFigure& figure, double width, double height, const ChartStyle& style,
               const MeasureText& measure)
      : m_figure(figure), m_style(style), m_measure(measure), m_size(style.text_size) {
    m_laid.list.width = width;
    m_laid.list.height = height;
  }

  Laid run() {
    if (m_figure.links.empty() || m_figure.columns.size() < 2) return std::move(m_laid);
    place_columns();
    place_nodes();
    lay_links();
    lay_nodes();
    return std::move(m_laid);
  }

 private:
  double row() const { return m_size * 1.35; }
  double text_width(const std::string& text) const { return m_measure(text, m_size, false); }
  static std::string label(const SankeyNode& node) { return node.name + "  " + node.value_text; }

  // Names of the first column stand at its left, those of the last at its right, those between on the bands.
  void place_columns() {
    const double most = m_laid.list.width * 0.3;
    const auto margin = [&](const std::vector<SankeyNode>& nodes, const std::string& title) {
      double widest = text_width(title);
      for (const SankeyNode& node : nodes) widest = std::max(widest, text_width(label(node)));
      return std::min(widest + 10, most);
    };
    const std::size_t last = m_figure.columns.size() - 1;
    const double left = margin(m_figure.columns.front(), m_figure.titles.front());
    const double right = m_laid.list.width - margin(m_figure.columns.back(), m_figure.titles.back()) - node_width;
    for (std::size_t c = 0; c <= last; ++c) {
      m_x.push_back(left + (right - left) * static_cast<double>(c) / static_cast<double>(last));
    }
  }

  void place_nodes() {
    std::vector<std::vector<double>> heights;
    std::size_t most_nodes = 1;
    for (const auto& nodes : m_figure.columns) {
      heights.emplace_back(nodes.size(), 0.0);
      most_nodes = std::max(most_nodes, nodes.size());
    }
    std::vector<std::vector<double>> in = heights, out = heights;
    for (const SankeyLink& link : m_figure.links) {
      out[link.column][link.from] += link.value;
      in[link.column + 1][link.to] += link.value;
    }
    const double top = row() + 6, bottom = m_laid.list.height - 4;
    const double gap = std::clamp((bottom - top) * 0.35 / static_cast<double>(most_nodes), 2.0, 10.0);
    double scale = 1e300;
    for (std::size_t c = 0; c < heights.size(); ++c) {
      double sum = 0;
      for (std::size_t n = 0; n < heights[c].size(); ++n) {
        heights[c][n] = std::max(in[c][n], out[c][n]);
        sum += heights[c][n];
      }
      const double room = (bottom - top) - gap * (static_cast<double>(heights[c].size()) - 1);
      if (sum > 0) scale = std::min(scale, std::max(1.0, room) / sum);
    }
    m_scale = scale;
    for (std::size_t c = 0; c < heights.size(); ++c) {
      double whole = gap * (static_cast<double>(heights[c].size()) - 1);
      for (const double height : heights[c]) whole += height * scale;
      double y = top + std::max(0.0, (bottom - top - whole) / 2);
      m_places.emplace_back();
      for (const double height : heights[c]) {
        m_places.back().push_back({y, y + height * scale, 0, 0});
        y += height * scale + gap;
      }
    }
  }

  // At each node links leave in the order of where they go, and arrive in the order of where they come from, so that
  // bands of one node do not cross each other there.
  void lay_links() {
    std::vector<std::size_t> order(m_figure.links.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto by = [&](auto key) {
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return key(m_figure.links[a]) < key(m_figure.links[b]); });
    };
    std::vector<double> from_y(order.size()), to_y(order.size());
    by([](const SankeyLink& link) { return std::tuple(link.column, link.from, link.to); });
    for (const std::size_t i : order) {
      const SankeyLink& link = m_figure.links[i];
      Place& place = m_places[link.column][link.from];
      from_y[i] = place.y0 + place.out;
      place.out += link.value * m_scale;
    }
    by([](const SankeyLink& link) { return std::tuple(link.column, link.to, link.from); });
    for (const std::size_t i : order) {
      const SankeyLink& link = m_figure.links[i];
      Place& place = m_places[link.column + 1][link.to];
      to_y[i] = place.y0 + place.in;
      place.in += link.value * m_scale;
    }
    by([](const SankeyLink& link) { return -link.value; });  // thin bands above broad ones
    for (const std::size_t i : order) lay_band(m_figure.links[i], from_y[i], to_y[i]);
  }

  void lay_band(const SankeyLink& link, double from_y, double to_y) {
    const double x0 = m_x[link.column] + node_width, x1 = m_x[link.column + 1];
    const double thickness = std::max(link.value * m_scale, 0.6);
    std::vector<Point> upper, lower;
    for (double step = 0; step <= band_steps; ++step) {
      const double t = step / band_steps;
      const double eased = t * t * (3 - 2 * t);
      const double y = from_y + (to_y - from_y) * eased;
      upper.push_back({x0 + (x1 - x0) * t, y});
      lower.push_back({x0 + (x1 - x0) * t, y + thickness});
    }
    const auto item = static_cast<int>(m_laid.list.items.size());
    for (std::size_t i = 0; i + 1 < upper.size(); ++i) {
      const double y0 = std::min(upper[i].y, upper[i + 1].y), y1 = std::max(lower[i].y, lower[i + 1].y);
      const double reach = std::max(0.0, (3 - (y1 - y0)) / 2);  // a thin band is still to be hit
      m_laid.hot_spots.push_back({upper[i].x, y0 - reach, upper[i + 1].x, y1 + reach, link.key, link.text, item});
    }
    std::vector<Point> points = upper;
    points.insert(points.end(), lower.rbegin(), lower.rend());
    Colour colour = m_figure.columns[link.column][link.from].colour;
    colour.a = 120;
    m_laid.list.items.emplace_back(PolygonItem{std::move(points), colour});
  }

  void lay_nodes() {
    const std::size_t last = m_figure.columns.size() - 1;
    for (std::size_t c = 0; c <= last; ++c) {
      const double anchor = c == 0 ? 1 : 0;
      const double text_x = c == 0 ? m_x[c] - 5 : m_x[c] + node_width + 5;
      const double title_x = c == 0 ? m_x[c] + node_width : m_x[c];
      m_laid.list.items.emplace_back(
          TextItem{{title_x, row() / 2}, m_figure.titles[c], m_size, m_style.muted, anchor, 0.5, false});
      double free_from = row();
      for (std::size_t n = 0; n < m_figure.columns[c].size(); ++n) {
        const SankeyNode& node = m_figure.columns[c][n];
        const Place& place = m_places[c][n];
        const double y1 = std::max(place.y1, place.y0 + 1);
        const std::vector<Point> box = {
            {m_x[c], place.y0}, {m_x[c] + node_width, place.y0}, {m_x[c] + node_width, y1}, {m_x[c], y1}};
        m_laid.list.items.emplace_back(PolygonItem{box, node.colour});
        std::vector<Point> edge = box;
        edge.push_back(box.front());
        m_laid.list.items.emplace_back(PolylineItem{std::move(edge), m_style.muted, 0.8, {}});
        m_laid.hot_spots.push_back({m_x[c], place.y0 - 1, m_x[c] + node_width, y1 + 1, node.key, label(node)});
        const double y = (place.y0 + y1) / 2;
        if (y - row() / 2 < free_from - 1) continue;
        free_from = y + row() / 2;
        const double room = c == 0 ? m_x[c] - 8 : c < last ? m_x[c + 1] - text_x - 8 : m_laid.list.width - text_x - 3;
        const std::string words =
            text_width(label(node)) <= room ? label(node) : fitting(node.name, room, m_size, m_measure);
        if (c > 0 && c < last) {  // on the bands: a ground of its own
          Colour ground = m_style.background;
          ground.a = 200;
          const double width = text_width(words);
          m_laid.list.items.emplace_back(PolygonItem{{{text_x - 2, y - row() / 2},
                                                      {text_x + width + 2, y - row() / 2},
                                                      {text_x + width + 2, y + row() / 2},
                                                      {text_x - 2, y + row() / 2}},
                                                     ground});
        }
        m_laid.list.items.emplace_back(TextItem{{text_x, y}, words, m_size, m_style.ink, anchor, 0.5, false});
      }
    }
  }

  const SankeyFigure& m_figure;
  const ChartStyle& m_style;
  const MeasureText& m_measure;
  const double m_size;
  Laid m_laid;
  double m_scale = 1;
  std::vector<double> m_x;
  std::vector<std::vector<Place>> m_places;
};

}  // namespace

Laid lay_out(const SankeyFigure& figure, double width, double height, const ChartStyle& style,
             const MeasureText& measure) {
  return SankeyLayout(figure, width, height, style, measure).run();
}

}  // namespace zaitu::chart
