// A Gantt chart: one row for each phase with what was planned, what has happened and what is expected, and as marks the
// last dates that still serve. Pure functions.
#pragma once

#include "chart/figure.h"

namespace zaitu::chart {

// Told apart by shape, so that they are without colour too: actual is a full bar, forecast a hatched one in the same
// lane, baseline a thin hollow one below them.
enum class GanttBarKind : std::uint8_t { actual, forecast, baseline };
struct GanttBar {
  double from = 0, to = 0;  // days since 1970
  GanttBarKind kind = GanttBarKind::actual;
};
struct GanttMark {  // a full diamond; a missed one is hollow and in the warning colour
  double x = 0;     // days
  std::string label;
  std::string key, text;  // of its hot spot
  bool missed = false;
};
struct GanttRow {
  std::string name;
  std::string key, text;  // of its hot spot
  std::vector<GanttBar> bars;
  std::vector<GanttMark> marks;
  bool missed = false;    // its name in the warning colour
  bool selected = false;  // on a tinted ground
};
struct GanttFigure {
  std::vector<GanttRow> rows;
  std::size_t first_row = 0;     // the topmost shown, as far as the rows below it fill the chart
  double from = 0, to = 0;       // days: the axis; what lies outside is cut, marks stand at its edge
  double as_of = 0, target = 0;  // days: the two lines
  std::string as_of_label, target_label;
  std::string actual_label, forecast_label, baseline_label, latest_label, missed_label;  // of the legend
  Colour warning;
};

// Shows as many rows as find room. Where there are more, two arrows below the names have hot spots "rows@N", N being
// the first row to show next. Hot spots: rows, above them their marks. Labels that would overlap another are left out.
// A figure without rows gives an empty list.
Laid lay_out(const GanttFigure& figure, double width, double height, const ChartStyle& style,
             const MeasureText& measure);

}  // namespace zaitu::chart
