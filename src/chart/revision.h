// How the forecast of one year's end has moved: what each past quarter foresaw of it as a band with its middle, the
// target, and what came. Pure function.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "chart/figure.h"

namespace zaitu::chart {

struct RevisionPoint {
  std::string name;                      // "2025Q4", ascending
  double low = 0, middle = 0, high = 0;  // P10, P50, P90 of the year's end
  std::string text;                      // of its hot spot
};
struct RevisionFigure {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  std::vector<RevisionPoint> points;
  double target = none;  // of the year's end
  double actual = none;  // what stands on the year's end, once that is past; marked at the last point
  std::string y_title;   // "2025-12-31 万㎡"
  std::string band_label, middle_label, target_label, actual_label;
  double y_unit = 10000.0;  // m² per unit shown
};
// Quarters side by side, each a hot spot with the key "@2025Q4". The axis of areas need not begin at 0: it is labelled.
Laid lay_out(const RevisionFigure& figure, double width, double height, const ChartStyle& style,
             const MeasureText& measure);

}  // namespace zaitu::chart
