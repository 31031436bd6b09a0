// The latest-start Gantt of one target as a figure: the phases that do not count yet, the most urgent first. Pure
// function of a snapshot.
#pragma once

#include "base/format.h"
#include "chart/gantt.h"
#include "planning/forecast.h"
#include "planning/latest_start.h"

namespace zaitu::report {

// `forecast`, `starts`: of the same date and rule. `year`: of a target after the as-of date. Rows: phases that can
// still be in time by the slack of their next stage, then those that have missed it, the nearest first; those that add
// nothing are left out. Keys: the phase's code, of a mark "CODE@S6". Colours of the look are the caller's.
chart::GanttFigure latest_start_figure(const model::Project& project, const planning::Forecast& forecast,
                                       const std::vector<planning::LatestStart>& starts, int year,
                                       base::Language language);

}  // namespace zaitu::report
