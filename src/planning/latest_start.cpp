#include "planning/latest_start.h"

#include <algorithm>
#include <cmath>

#include "planning/remaining_stages.h"

namespace zaitu::planning {

namespace {

base::Date minus_months(base::Date date, double months) {
  // Sums of decimal fractions are a hair off: 0.1 + 0.2 months and 0.3 months are the same time.
  constexpr double noise = 1e-9;
  const double whole = std::floor(months + noise);
  const double fraction = std::max(months - whole, 0.0);
  return date.plus_months(-static_cast<int>(whole))
      .plus_days(-static_cast<int>(std::ceil(fraction * days_per_month - noise * days_per_month)));
}

}  // namespace

std::vector<LatestStart> latest_starts(const model::Project& project, const Locations& locations,
                                       const StageHistories& histories, base::Date as_of, const CountingRule& rule) {
  const Scope scope(project, rule);
  const StagesAhead stages_ahead(project, histories, rule, as_of);
  const std::vector<TargetGap> targets = supply_targets(project);
  std::vector<LatestStart> starts;
  for (const std::uint32_t phase : rows_by_id(project)) {
    if (scope.weight(locations, phase) <= 0) continue;
    const RemainingStages remaining = stages_ahead.of(phase);
    if (remaining.course != RemainingStages::Course::ahead) continue;
    for (const TargetGap& target : targets) {
      const base::Date end = base::Date::year_end(target.year);
      if (end <= as_of) continue;
      const std::size_t first = starts.size();
      double months = 0;
      for (int place = remaining.counts_at; place > remaining.present; --place) {
        const WayStage& stage = remaining.way[static_cast<std::size_t>(place)];
        if (place < remaining.counts_at) months += stage.row->typical_months;
        if (!(months >= 0 && months <= most_months)) break;  // not known, or no time at all: nor for what comes before
        const base::Date latest = minus_months(end, months);
        starts.push_back({phase, target.year, stage.stage, latest, latest.days() - as_of.days()});
      }
      std::reverse(starts.begin() + static_cast<std::ptrdiff_t>(first), starts.end());
    }
  }
  return starts;
}

}  // namespace zaitu::planning
