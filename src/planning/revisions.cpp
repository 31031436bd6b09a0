#include "planning/revisions.h"

#include <algorithm>

namespace zaitu::planning {

std::vector<Revision> revisions(const model::Project& project, const StageHistories& histories,
                                const CountingRule& rule, int year, base::Date from, base::Date to,
                                ForecastOptions options, base::Progress& progress, unsigned threads) {
  const base::Date end = base::Date::year_end(year);
  std::vector<base::Date> dates;
  for (base::Date at = from.quarter_end(); at <= std::min(to, end); at = at.plus_days(1).quarter_end()) {
    dates.push_back(at);
  }
  options.until = end;
  options.use_forecast_dates = false;

  std::vector<Revision> rows;
  for (const base::Date at : dates) {
    progress.throw_if_stopped();
    constexpr std::uint64_t thousandths = 1000;
    base::Progress of_date;
    of_date.on_report = [&](std::uint64_t done, std::uint64_t total) {
      progress.report(rows.size() * thousandths + done * thousandths / total, dates.size() * thousandths);
      if (progress.stop_requested()) of_date.request_stop();
    };
    const Forecast f = forecast(project, locate_phases(project, at), histories, at, rule, options, of_date, threads);
    const auto point =
        std::find_if(f.points.begin(), f.points.end(), [&](const ForecastPoint& p) { return p.at == end; });
    const auto target = std::find_if(f.targets.begin(), f.targets.end(),
                                     [&](const TargetForecast& t) { return t.target.year == year; });
    rows.push_back({at, f.counted_m2, point->p10_m2, point->p50_m2, point->p90_m2, point->mean_m2,
                    target == f.targets.end() ? std::nullopt : target->probability});
  }
  return rows;
}

}  // namespace zaitu::planning
