#include <fmt/format.h>

#include <cmath>

#include "chart/figure.h"

namespace zaitu::chart {

namespace {

std::string tenth(double value) {
  const double rounded = std::round(value * 10) / 10;
  return fmt::format("{:.1f}", rounded == 0 ? 0.0 : rounded);  // never "-0.0"
}

std::string colour_text(Colour c) { return fmt::format("#{:02x}{:02x}{:02x}{:02x}", c.r, c.g, c.b, c.a); }

std::string points_text(const std::vector<Point>& points) {
  std::string text;
  for (const Point& point : points) text += fmt::format(" {},{}", tenth(point.x), tenth(point.y));
  return text;
}

struct ItemText {
  std::string operator()(const PolylineItem& item) const {
    std::string dash;
    for (const double part : item.dash) dash += (dash.empty() ? " dash " : ",") + tenth(part);
    return fmt::format("line {} {}{}{}", colour_text(item.colour), tenth(item.width), dash, points_text(item.points));
  }
  std::string operator()(const PolygonItem& item) const {
    return fmt::format("fill {}{}", colour_text(item.fill), points_text(item.points));
  }
  std::string operator()(const TextItem& item) const {
    return fmt::format("text {} {}{} at {},{} anchor {:g},{:g} \"{}\"", colour_text(item.colour), tenth(item.size),
                       item.bold ? " bold" : "", tenth(item.at.x), tenth(item.at.y), item.anchor_x, item.anchor_y,
                       item.text);
  }
};

}  // namespace

std::string to_text(const DisplayList& list) {
  std::string text = fmt::format("size {} {}\n", tenth(list.width), tenth(list.height));
  for (const auto& item : list.items) text += std::visit(ItemText{}, item) + "\n";
  return text;
}

}  // namespace zaitu::chart
