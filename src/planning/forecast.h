// How the supply will grow (product.md, counting rules 7 and 9): seeded Monte Carlo runs over the phases that do not
// count yet. Pure functions of a snapshot; the same input and seed give the same bytes on any number of threads.
//
// In each run a phase is drawn once for whether it is ever completed, with the conversion probability of the stage at
// which it stands; when it is not, it never counts in that run. When it is, every remaining stage up to the first that
// counts begins after a time drawn from the triangular distribution (min, typical, max months) of the stage before it:
// - A month is 365.2425 / 12 days. Times are real numbers of days; a phase counts from the first day that is not before
//   the drawn moment, and never before the day after the as-of date: what has not happened by then has not.
// - The present stage is counted from the phase's newest actual event and drawn conditional on exceeding the time
//   already spent. Where that is its max or more, or where there is no actual event, it begins anew at the as-of date.
// - A stage that is not on the pathway stands for the pathway's stage directly before it.
// - A forecast date (event of kind forecast; of several for a stage the one recorded last) is when that stage begins in
//   every run in which the phase is completed, whatever was drawn for the stages before it, which are passed by then.
//   So a date of a stage beyond the first that counts is the latest day on which the phase begins to count. A forecast
//   date up to the as-of date did not come true and is left aside. Only stages of the pathway have one. When a forecast
//   was made is not recorded: a past as-of date sees those that were made later, too.
// - Phases are independent, but for the optional factor on all of a run's times that are still to come (not on forecast
//   dates).
// - A phase that counts at the as-of date is certain; one at SX never counts in any run.
// - Places (scope, shares) stay as they are in force at the as-of date.
//
// A percentile is the nearest rank: P10 of n runs is the ceil(n / 10)-th smallest. Where no phase adds less than 0, no
// run ever falls, and so no percentile does. A phase that takes away more floor space than it brings (net) can make
// them fall; `negative_phases` says how many there are.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "planning/stage_histories.h"
#include "planning/supply.h"
#include "planning/triangular.h"

namespace zaitu::planning {

struct ForecastOptions {
  // The curve goes to the end of this day's quarter. Default: the last target's year end, at least 8 quarters ahead.
  std::optional<base::Date> until = {};
  int draws = 10000;  // 1 to 100 000
  std::uint64_t seed = 1;
  std::optional<Triangular> delay = {};  // common factor of a run, above 0; typically around 1
  bool use_forecast_dates = true;        // false: events of kind forecast are not looked at
};

// The default of ForecastOptions::until, as the end of a quarter. `targets`: by year.
base::Date default_until(base::Date as_of, const std::vector<TargetGap>& targets);

struct ForecastPoint {  // counted area in m²
  base::Date at;
  double p10_m2 = 0, p50_m2 = 0, p90_m2 = 0, mean_m2 = 0;
};

struct TargetForecast {
  TargetGap target;      // its gap at the as-of date
  bool decided = false;  // its 31 December is not after the as-of date: the probability is 0 or 1, as it turned out
  // Share of the runs that are at the target or above on its 31 December. nullopt: more than 50 years ahead.
  std::optional<double> probability;
  // First day on which P50 is at the target or above, past its 31 December too; the as-of date where the target is
  // reached by then. nullopt: not up to Forecast::horizon.
  std::optional<base::Date> p50_date;
};

struct PhaseForecast {
  std::uint32_t phase = 0;                // row of Project::phases
  double area_m2 = 0;                     // what it adds in a run in which it counts; 0 without an area
  double conversion = 0;                  // chance that it is ever completed
  std::vector<double> probability;        // that it counts on the 31 December of each target of Forecast::ahead
  std::optional<base::Date> median_date;  // of the runs in which it counts, within a century
  bool begins_anew = false;               // it has spent its present stage's max months or more
  bool without_event = false;             // it has no actual event: its present stage begins at the as-of date
  bool off_pathway = false;
  bool outdated_forecast = false;  // a forecast date up to the as-of date was left aside
};

struct LeftOut {
  enum class Reason {
    stalled,
    no_pathway,
    never_counts,    // its pathway has no stage that counts
    no_durations,    // a remaining stage has no months, or not 0 <= min <= typical <= max <= 12000
    no_probability,  // its present stage has no conversion probability within 0..1
    no_area,         // it is drawn, and adds 0 (rule 4)
  };
  std::uint32_t phase = 0;
  Reason reason = Reason::stalled;
};
std::string_view name_of(LeftOut::Reason reason);  // "no_durations" ...

struct Forecast {
  base::Date as_of, until;  // until: the last quarter's end
  base::Date horizon;       // how far p50_date was looked for: until, or the last target when that is later
  CountingRule rule;
  int draws = 0;
  std::uint64_t seed = 0;
  std::optional<Triangular> delay;
  double counted_m2 = 0;                // at the as-of date, as supply() says
  std::vector<ForecastPoint> points;    // the as-of date with its own value, then every quarter's end after it
  std::vector<TargetForecast> targets;  // by year
  std::vector<std::size_t> ahead;       // of `targets`: those after the as-of date that have a probability
  std::vector<PhaseForecast> phases;    // those that are drawn, in the order of phase ids
  std::vector<LeftOut> left_out;        // of the phases that do not count yet; in the order of phase ids
  std::size_t phases_in_scope = 0, counted_phases = 0;
  std::size_t missing_area = 0;      // in scope, counted or not
  std::size_t synthetic_phases = 0;  // in scope
  std::size_t negative_phases = 0;   // drawn phases that add less than 0
  std::size_t assumed_stages = 0;    // stages of pathways that were drawn from and whose source is an assumption
};

// On `threads` threads (0: one for each processor); progress is per phase. Tens of milliseconds for 1 000 phases.
// Throws Error(usage) for an unknown scope, draws out of range, a delay that is no factor, or an `until` before the
// as-of date or more than 50 years after it; Cancelled.
Forecast forecast(const model::Project& project, const Locations& locations, const StageHistories& histories,
                  base::Date as_of, const CountingRule& rule, const ForecastOptions& options, base::Progress& progress,
                  unsigned threads = 0);

// Rule 9: what each phase is expected to add by a target's 31 December (its area times the probability that it counts
// by then), largest first, ties by phase code, with the running sum to hold against the target's gap.
struct LadderStep {
  std::uint32_t phase = 0;
  double area_m2 = 0, probability = 0, expected_m2 = 0;
  double running_m2 = 0;  // of this step and those before it
};
// `target`: a place in Forecast::ahead. Phases that add nothing are left out.
std::vector<LadderStep> gap_ladder(const model::Project& project, const Forecast& forecast, std::size_t target);

}  // namespace zaitu::planning
