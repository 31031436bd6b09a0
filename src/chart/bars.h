// Plots of bars one below the other over the same quarters, each with its own axis and unit: values of different units
// never share an axis. Pure function.
#pragma once

#include <string>
#include <vector>

#include "chart/figure.h"

namespace zaitu::chart {

struct BarPlot {
  std::string title;  // with the unit
  Colour colour;
  std::vector<double> y;      // by x of the figure; NaN: not known, which is drawn as a mark and not as 0
  std::vector<bool> partial;  // by x: known in part, drawn hatched; empty: none
  double y_unit = 1;          // of y per unit shown
};
struct BarFigure {
  std::vector<std::string> x_names;  // "2025Q4", ascending
  std::vector<std::string> hover;    // by x
  std::vector<BarPlot> plots;
};
// Hot spots cover a quarter's column over all plots; their keys are "@2025Q4".
Laid lay_out(const BarFigure& figure, double width, double height, const ChartStyle& style, const MeasureText& measure);

}  // namespace zaitu::chart
