// The supply S-curve as a figure: the same for the window's tab and the summary page. Pure function of a snapshot.
#pragma once

#include <vector>

#include "base/format.h"
#include "chart/figure.h"
#include "model/project.h"
#include "planning/forecast.h"
#include "planning/supply.h"

namespace zaitu::report {

// `curve`: planning::supply_curve of the same rule. Classes that are not stacked (stalled) are left out. `forecast`: of
// the same date and rule; nullptr: nothing is drawn of what is to come.
chart::SupplyCurveFigure supply_figure(const model::Project& project, const std::vector<planning::CurvePoint>& curve,
                                       const std::vector<planning::TargetGap>& targets, base::Date as_of,
                                       base::Language language, const planning::Forecast* forecast = nullptr);

}  // namespace zaitu::report
