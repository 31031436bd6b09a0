// How the forecast of one year end has moved: what each past quarter's end would have foreseen of the same 31 December,
// knowing only the actual events dated up to then. Pure function of a snapshot.
#pragma once

#include <optional>
#include <vector>

#include "planning/forecast.h"

namespace zaitu::planning {

struct Revision {
  base::Date as_of;
  double counted_m2 = 0;                                   // at that date
  double p10_m2 = 0, p50_m2 = 0, p90_m2 = 0, mean_m2 = 0;  // of the year end
  std::optional<double> probability;  // of the year's target, where it has one; on the year end 0 or 1
};

// At every quarter's end within [from, to], up to the 31 December of `year`, where it is what came. Areas, durations,
// probabilities and the target are those of the snapshot; forecast dates are not looked at, since when they were made
// is not recorded. `options.until` and `use_forecast_dates` have no effect. As many forecasts as dates. Progress is in
// thousandths of a date. Throws as forecast() does.
std::vector<Revision> revisions(const model::Project& project, const StageHistories& histories,
                                const CountingRule& rule, int year, base::Date from, base::Date to,
                                ForecastOptions options, base::Progress& progress, unsigned threads = 0);

}  // namespace zaitu::planning
