// A dashed line as the pieces that are drawn, for painters without dashes of their own.
#pragma once

#include <utility>
#include <vector>

#include "chart/figure.h"

namespace zaitu::chart {

// `pattern`: lengths of dash and gap by turns, used again and again; an uneven one twice, as SVG has it. The pattern
// runs on across the corners. Lengths below half a unit are taken as that.
std::vector<std::pair<Point, Point>> dashes(const std::vector<Point>& points, const std::vector<double>& pattern);

}  // namespace zaitu::chart
