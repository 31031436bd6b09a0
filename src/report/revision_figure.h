// The past forecasts of one year's end as a figure. Pure function.
#pragma once

#include <optional>

#include "base/format.h"
#include "chart/revision.h"
#include "planning/revisions.h"

namespace zaitu::report {

// `revisions`: of the 31 December of `year`, by date. `target_m2`: of that year.
chart::RevisionFigure revision_figure(const std::vector<planning::Revision>& revisions, int year,
                                      std::optional<double> target_m2, base::Language language);

}  // namespace zaitu::report
