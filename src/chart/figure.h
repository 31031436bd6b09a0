// Charts as a display list: a figure is laid out once into lines, rectangles and text in px (1/96 inch), and painted on
// screen (ui) or on paper (report) by painters that know nothing of charts. Pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace zaitu::chart {

struct Colour {
  std::uint8_t r = 0, g = 0, b = 0, a = 255;
};
struct Point {
  double x = 0, y = 0;
};

struct PolylineItem {
  std::vector<Point> points;
  Colour colour;
  double width = 1;
  std::vector<double> dash;
};
struct PolygonItem {
  std::vector<Point> points;
  Colour fill;
};  // x-monotone bands; painters may split them
struct TextItem {
  Point at;  // of the anchor
  std::string text;
  double size = 11;
  Colour colour;
  double anchor_x = 0, anchor_y = 0.5;  // 0 left/top .. 1 right/bottom
  bool bold = false;
};
struct DisplayList {
  double width = 0, height = 0;
  std::vector<std::variant<PolylineItem, PolygonItem, TextItem>> items;
};
// The list as text, one item a line, for golden files.
std::string to_text(const DisplayList& list);

// A place of the chart that answers the mouse: hover shows the text, a click selects `key`: "@2025Q4" for a quarter's
// column, "K1@2025Q4" for a band of it, "target@2025" for a target's mark. Later spots lie above earlier ones.
struct HotSpot {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  std::string key, text;
  int item = -1;  // the item that lights up under the mouse; -1: the box itself
};

// How a band is told from its neighbours where colour is lost (grey print, colour blindness).
enum class Pattern : std::uint8_t { solid, hatch, outline };

struct Series {
  std::string key, name;
  Colour colour;
  std::vector<double> y;  // one for each x of the figure
  Pattern pattern = Pattern::solid;
};
struct TargetMark {
  double x = 0, y = 0;
  std::string label;
  std::string text;  // of its hot spot, below date and value: document, probability
};
// What is to come, as percentiles of many runs: a band with its middle. The first point is the as-of date's own value.
struct ForecastBand {
  std::vector<double> x;             // days, ascending
  std::vector<std::string> x_names;  // for hot spots
  std::vector<double> low, middle, high;
  std::string band_label, middle_label;          // "P10–P90", "P50"
  std::string low_name, middle_name, high_name;  // of the hot spots: "P10" ...
};

// The supply S-curve: areas stacked from the most certain class upwards, the counted line, the target line and its
// marks. Nothing after `as_of` is drawn but the targets and the forecast: what is not yet known has no area. Negative
// areas (more demolished than built) stack downwards from zero.
struct SupplyCurveFigure {
  std::vector<double> x;             // days since 1970, ascending
  std::vector<std::string> x_names;  // "2025Q4", for hot spots
  std::vector<Series> stack;         // bottom first, m²
  Series counted;                    // m²
  std::vector<TargetMark> targets;   // x = days, y = m²
  ForecastBand forecast;             // m²; empty: none
  double until = 0;                  // days: the axis goes there at least, so that it stays while a forecast is made
  double as_of = 0;                  // days; 0 = no as-of line, everything is drawn
  std::string y_title;               // "万㎡"
  std::string counted_label, target_label, as_of_label;
  double y_unit = 10000.0;  // m² per unit shown
};
struct ChartStyle {
  Colour ink, muted, grid, background, accent;
  double text_size = 11;
};
struct Laid {
  DisplayList list;
  std::vector<HotSpot> hot_spots;
};
using MeasureText = std::function<double(const std::string& text, double size, bool bold)>;  // width in px
// Labels that would overlap another are left out (their values stay in the hot spots). A figure without any x gives an
// empty list.
Laid lay_out(const SupplyCurveFigure& figure, double width, double height, const ChartStyle& style,
             const MeasureText& measure);

}  // namespace zaitu::chart
