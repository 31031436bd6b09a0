#include "planning/forecast.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <set>

#include "base/error.h"
#include "base/message.h"
#include "base/parallel.h"
#include "planning/compensated_sum.h"
#include "planning/counter_random.h"
#include "planning/forecast_runs.h"
#include "planning/remaining_stages.h"

namespace zaitu::planning {

namespace {

constexpr int most_draws = 100000;
constexpr int most_years_ahead = 50;

// Dates of kind forecast by phase and place on its way; of several the one recorded last.
class ForecastDates {
 public:
  explicit ForecastDates(const model::Project& project) {
    if (!project.stage_events) return;
    for (const model::StageEvent& event : *project.stage_events) {
      if (event.kind == model::EventKind::forecast && event.phase) m_events[event.phase].push_back(&event);
    }
    for (auto& [phase, events] : m_events) {
      std::sort(events.begin(), events.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
    }
  }
  std::optional<base::Date> of(model::PhaseId phase, std::string_view stage_code) const {
    const auto found = m_events.find(phase);
    if (found == m_events.end()) return std::nullopt;
    std::optional<base::Date> date;
    for (const model::StageEvent* event : found->second) {
      if (event->stage_code == stage_code) date = event->dated;
    }
    return date;
  }

 private:
  std::unordered_map<model::PhaseId, std::vector<const model::StageEvent*>> m_events;
};

std::optional<Triangular> duration_days(const model::PathwayStage& row) {
  const Triangular days{row.min_months * days_per_month, row.typical_months * days_per_month,
                        row.max_months * days_per_month};
  if (!days.is_valid() || days.min < 0 || row.max_months > most_months) return std::nullopt;
  return days;
}

// Fills `drawn` and `result` from what lies ahead of a phase; a reason when it cannot be drawn.
std::optional<LeftOut::Reason> prepare(const RemainingStages& remaining, const ForecastDates* dates,
                                       const model::Phase& phase, base::Date as_of, std::uint64_t seed, Drawn& drawn,
                                       PhaseForecast& result, std::set<const model::PathwayStage*>& used) {
  using Course = RemainingStages::Course;
  if (remaining.course == Course::stalled) return LeftOut::Reason::stalled;
  if (remaining.course == Course::no_pathway) return LeftOut::Reason::no_pathway;
  if (remaining.course == Course::never_counts) return LeftOut::Reason::never_counts;
  const auto row_of = [&](int place) { return remaining.way[static_cast<std::size_t>(place)].row; };

  result.off_pathway = remaining.off_pathway;
  result.without_event = !remaining.last_event;
  if (remaining.present < 0) return LeftOut::Reason::no_probability;
  result.conversion = row_of(remaining.present)->conversion_probability;
  if (!(result.conversion >= 0 && result.conversion <= 1)) return LeftOut::Reason::no_probability;

  // The last stage up to the one that counts whose date is given, from which the rest is drawn.
  int from = remaining.present;
  for (int place = remaining.present + 1; place < static_cast<int>(remaining.way.size()) && dates != nullptr; ++place) {
    const auto date = dates->of(phase.id, row_of(place)->stage_code);
    if (!date) continue;
    const int day = date->days() - as_of.days();
    if (day <= 0) {
      result.outdated_forecast = true;
    } else if (place <= remaining.counts_at) {
      from = place;
      drawn.start_day = std::min(day, far_day);
    } else {
      drawn.latest_day = std::min(drawn.latest_day, day);
    }
  }

  const std::uint64_t key = stream_key(stream_key(0, seed), static_cast<std::uint64_t>(phase.id.value));
  drawn.completed_key = stream_key(key, 0);
  drawn.conversion = result.conversion;
  for (int place = from; place < remaining.counts_at; ++place) {
    const auto days = duration_days(*row_of(place));
    if (!days) return LeftOut::Reason::no_durations;
    if (place == remaining.present && remaining.last_event) {
      drawn.spent_days = static_cast<double>(as_of.days()) - static_cast<double>(remaining.last_event->days());
      result.begins_anew = drawn.spent_days >= days->max;
      if (result.begins_anew) drawn.spent_days = 0;
    }
    const double spent = place == remaining.present ? drawn.spent_days : 0;
    drawn.stages.emplace_back(stream_key(key, static_cast<std::uint64_t>(place) + 1), *days, spent);
    used.insert(row_of(place));
  }
  used.insert(row_of(remaining.present));
  return std::nullopt;
}

// The days at whose ends the runs are looked at.
struct Columns {
  std::vector<base::Date> at;  // [0] = the as-of date, then the ends of quarters
  std::vector<std::uint16_t>
      of;  // by day from the as-of date: the first column that is not before it; at.size(): later
  std::size_t size() const { return at.size(); }
  std::uint16_t of_day(std::int32_t day) const { return of[std::min(static_cast<std::size_t>(day), of.size() - 1)]; }

  Columns(base::Date as_of, base::Date last) {
    at.push_back(as_of);
    for (base::Date end = as_of.plus_days(1).quarter_end(); end <= last; end = end.plus_days(1).quarter_end()) {
      at.push_back(end);
    }
    for (std::size_t column = 0; column < at.size(); ++column) {
      of.resize(static_cast<std::size_t>(at[column].days() - as_of.days()) + 1, static_cast<std::uint16_t>(column));
    }
    of.push_back(static_cast<std::uint16_t>(at.size()));
  }
  std::int32_t last_day() const { return at.back().days() - at.front().days(); }
  std::size_t column_of(base::Date date) const {
    return static_cast<std::size_t>(std::find(at.begin(), at.end(), date) - at.begin());
  }
};

// Areas as whole numbers of 2^-bits m², so that sums are exact in any order. As fine as the largest sum allows, and
// never finer than a millionth.
class Units {
 public:
  explicit Units(double largest_sum_m2) {
    constexpr int finest = 20, room = 59;
    m_bits = largest_sum_m2 > 0 ? std::min(finest, room - std::ilogb(largest_sum_m2)) : finest;
  }
  // More than all phases together (a target far off) is cut to what no run reaches.
  std::int64_t of(double area_m2) const {
    constexpr double most = 0x1p61;
    return std::llround(std::clamp(std::ldexp(area_m2, m_bits), -most, most));
  }
  double area_m2(double units) const { return std::ldexp(units, -m_bits); }

 private:
  int m_bits = 0;
};

std::size_t nearest_rank(int percent, std::size_t count) {  // from 0
  return (static_cast<std::size_t>(percent) * count + 99) / 100 - 1;
}

class Simulation {
 public:
  Simulation(std::vector<Drawn> drawn, const Columns& columns, const ForecastOptions& options, unsigned threads,
             base::Progress& progress)
      : m_drawn(std::move(drawn)),
        m_columns(columns),
        m_draws(static_cast<std::size_t>(options.draws)),
        m_progress(progress),
        m_threads(threads == 0 ? base::processors() : threads) {
    if (!options.delay) return;
    m_slowest = options.delay->max;
    const std::uint64_t key = stream_key(stream_key(0, options.seed), 0);  // ids of phases begin at 1
    for (std::size_t i = 0; i < m_draws; ++i) m_delay.push_back(options.delay->quantile(uniform(key, i)));
  }

  // Draws everything; fills each phase's probabilities and median.
  void run(base::Date as_of, const std::vector<std::size_t>& target_columns, std::vector<PhaseForecast>& phases) {
    const std::size_t columns = m_columns.size();
    m_values.assign(columns * m_draws, 0);
    m_shares.assign(m_drawn.size() * columns, 0);
    // The days are kept where there is room: drawing them once more takes longer than reading them.
    constexpr std::size_t most_days = std::size_t{64} << 20U;
    if (m_drawn.size() * m_draws <= most_days && m_columns.last_day() <= std::numeric_limits<std::uint16_t>::max()) {
      m_days.assign(m_drawn.size() * m_draws, 0);
    }
    // A table of all runs for each thread, within a quarter of a gigabyte.
    constexpr std::size_t most_bytes = std::size_t{256} << 20U;
    const std::size_t tables = std::max<std::size_t>(most_bytes / (m_values.size() * sizeof(std::int64_t)), 1);
    const auto parts = static_cast<unsigned>(
        std::max<std::size_t>(std::min({static_cast<std::size_t>(m_threads), tables, m_drawn.size()}), 1));
    std::vector<std::vector<std::int64_t>> sums(parts);
    std::atomic<std::size_t> done{0};
    base::for_stretches(parts, parts, [&](unsigned part, std::size_t, std::size_t) {
      std::vector<std::int64_t>& own = part == 0 ? m_values : sums[part];
      own.resize(m_values.size(), 0);
      Block runs;
      std::vector<std::uint32_t> by_day;
      // Every so-many-th phase: those of a project lie together and are alike.
      for (std::size_t i = part; i < m_drawn.size(); i += parts) {
        m_progress.throw_if_stopped();
        draw_phase(i, own, runs, by_day);
        note_phase(i, by_day, as_of, target_columns, phases[m_drawn[i].result]);
        ++done;
        if (part == 0) m_progress.report(done, m_drawn.size());
      }
    });
    for (unsigned part = 1; part < parts; ++part) {
      for (std::size_t i = 0; i < m_values.size(); ++i) m_values[i] += sums[part][i];
    }
    for (std::size_t i = m_draws; i < m_values.size(); ++i) m_values[i] += m_values[i - m_draws];
  }

  // What the runs have added by the column's date, in units.
  std::span<const std::int64_t> values(std::size_t column) const {
    return std::span(m_values).subspan(column * m_draws, m_draws);
  }
  std::size_t reached(std::size_t column, std::int64_t gap) const {
    const auto all = values(column);
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](std::int64_t v) { return v >= gap; }));
  }

  // Runs at each gap or above at the end of each day of a column's quarter: by gap, then by day.
  std::vector<std::vector<std::size_t>> reached_by_day(std::size_t column,
                                                       const std::vector<std::int64_t>& gaps) const {
    const std::int32_t before = m_columns.at[column - 1].days() - m_columns.at[0].days();
    const auto days = static_cast<std::size_t>(m_columns.at[column].days() - m_columns.at[column - 1].days());
    std::vector<std::size_t> moving;
    for (std::size_t i = 0; i < m_drawn.size(); ++i) {
      const std::uint32_t* shares = &m_shares[i * m_columns.size()];
      if (shares[column] > shares[column - 1] && m_drawn[i].units != 0) moving.push_back(i);
    }
    const std::size_t blocks = (m_draws + block - 1) / block;
    const auto parts = static_cast<unsigned>(std::min<std::size_t>(m_threads, blocks));
    std::vector<std::vector<std::vector<std::size_t>>> of_parts(
        parts, std::vector(gaps.size(), std::vector<std::size_t>(days, 0)));
    base::for_stretches(blocks, parts, [&](unsigned part, std::size_t from, std::size_t to) {
      Block runs;
      std::vector<std::int64_t> added(days * block);
      for (std::size_t b = from; b < to; ++b) {
        m_progress.throw_if_stopped();
        const std::size_t first = b * block, count = std::min(block, m_draws - first);
        std::fill(added.begin(), added.end(), 0);
        for (const std::size_t i : moving) {
          within(i, first, count, before, days, runs);
          for (std::size_t r = 0; r < runs.count; ++r) {
            added[static_cast<std::size_t>(runs.days[r]) * block + runs.lanes[r]] += m_drawn[i].units;
          }
        }
        for (std::size_t lane = 0; lane < count; ++lane) {
          std::int64_t value = m_values[(column - 1) * m_draws + first + lane];
          for (std::size_t day = 0; day < days; ++day) {
            value += added[day * block + lane];
            for (std::size_t gap = 0; gap < gaps.size(); ++gap)
              of_parts[part][gap][day] += value >= gaps[gap] ? 1U : 0U;
          }
        }
      }
    });
    auto& all = of_parts.front();
    for (unsigned part = 1; part < parts; ++part) {
      for (std::size_t gap = 0; gap < gaps.size(); ++gap) {
        for (std::size_t day = 0; day < days; ++day) all[gap][day] += of_parts[part][gap][day];
      }
    }
    return std::move(all);
  }

  // Of all runs, in units: the sum of what each phase adds by the column's date.
  double mean(std::size_t column) const {
    CompensatedSum sum;
    for (std::size_t i = 0; i < m_drawn.size(); ++i) {
      sum.add(static_cast<double>(m_drawn[i].units) * m_shares[i * m_columns.size() + column]);
    }
    return sum.value() / static_cast<double>(m_draws);
  }
  unsigned threads() const { return m_threads; }

 private:
  const double* delay() const { return m_delay.empty() ? nullptr : m_delay.data(); }

  // Adds the phase to the runs' columns; `by_day`: in how many runs it counts from each day on.
  void draw_phase(std::size_t i, std::vector<std::int64_t>& sums, Block& runs, std::vector<std::uint32_t>& by_day) {
    const Drawn& phase = m_drawn[i];
    by_day.assign(static_cast<std::size_t>(phase.last_day(m_slowest)) + 1, 0);
    for (std::size_t first = 0; first < m_draws; first += block) {
      draw(phase, first, std::min(block, m_draws - first), delay(), runs);
      for (std::size_t r = 0; r < runs.count; ++r) ++by_day[static_cast<std::size_t>(runs.days[r])];
      if (phase.units == 0) continue;
      std::uint16_t* days = m_days.empty() ? nullptr : &m_days[i * m_draws + first];
      for (std::size_t r = 0; r < runs.count; ++r) {
        const std::size_t column = m_columns.of_day(runs.days[r]);
        if (column == m_columns.size()) continue;
        sums[column * m_draws + first + runs.lanes[r]] += phase.units;
        if (days != nullptr) days[runs.lanes[r]] = static_cast<std::uint16_t>(runs.days[r]);
      }
    }
  }

  // The runs of a block in which the phase counts from a day of (before, before + days] on; those days less before + 1.
  void within(std::size_t i, std::size_t first, std::size_t count, std::int32_t before, std::size_t days,
              Block& runs) const {
    const auto offset = static_cast<std::size_t>(before) + 1;
    std::size_t found = 0;
    const auto keep = [&](std::uint32_t lane, std::size_t day) {
      runs.lanes[found] = lane;
      runs.days[found] = static_cast<std::int32_t>(day - offset);
      found += day - offset < days ? 1U : 0U;  // days before it are past any limit
    };
    if (!m_days.empty()) {
      const std::uint16_t* stored = &m_days[i * m_draws + first];
      for (std::size_t lane = 0; lane < count; ++lane) keep(static_cast<std::uint32_t>(lane), stored[lane]);
    } else {
      draw(m_drawn[i], first, count, delay(), runs);
      for (std::size_t r = 0; r < runs.count; ++r) keep(runs.lanes[r], static_cast<std::size_t>(runs.days[r]));
    }
    runs.count = found;
  }

  void note_phase(std::size_t i, const std::vector<std::uint32_t>& by_day, base::Date as_of,
                  const std::vector<std::size_t>& target_columns, PhaseForecast& result) {
    std::uint32_t* shares = &m_shares[i * m_columns.size()];
    std::uint32_t completed = 0;
    for (std::size_t day = 1; day < by_day.size(); ++day) {
      const std::size_t column = m_columns.of_day(static_cast<std::int32_t>(day));
      if (column < m_columns.size()) shares[column] += by_day[day];
      completed += by_day[day];
    }
    for (std::size_t column = 1; column < m_columns.size(); ++column) shares[column] += shares[column - 1];
    for (const std::size_t column : target_columns) {
      result.probability.push_back(static_cast<double>(shares[column]) / static_cast<double>(m_draws));
    }
    if (completed == 0) return;
    std::size_t left = nearest_rank(50, completed) + 1;
    for (std::size_t day = 1; day < by_day.size(); ++day) {
      if (by_day[day] < left) {
        left -= by_day[day];
        continue;
      }
      if (day < far_day) result.median_date = as_of.plus_days(static_cast<int>(day));
      return;
    }
  }

  std::vector<Drawn> m_drawn;
  const Columns& m_columns;
  std::size_t m_draws;
  base::Progress& m_progress;
  unsigned m_threads;
  double m_slowest = 1;
  std::vector<double> m_delay;          // by run
  std::vector<std::int64_t> m_values;   // by column, then run
  std::vector<std::uint32_t> m_shares;  // by drawn phase, then column: runs in which it counts by then
  std::vector<std::uint16_t> m_days;  // by drawn phase, then run: when it counts; 0: not up to the last column. Or none
};

void check(base::Date as_of, const ForecastOptions& options) {
  const auto refuse = [](const std::string& what) { throw base::Error(base::ExitCode::usage, what); };
  if (options.draws < 1 || options.draws > most_draws) {
    refuse(base::say("draws: {} is not within 1 to {}", options.draws, most_draws));
  }
  if (options.until && *options.until < as_of) {
    refuse(base::say("until: {} is before the as-of date {}", options.until->iso(), as_of.iso()));
  }
  if (options.until && *options.until > as_of.plus_months(12 * most_years_ahead)) {
    refuse(base::say("until: {} is more than {} years after the as-of date {}", options.until->iso(), most_years_ahead,
                     as_of.iso()));
  }
  constexpr double largest_factor = 100;
  if (options.delay &&
      (!options.delay->is_valid() || !(options.delay->min > 0) || options.delay->max > largest_factor)) {
    refuse(base::say("delay: the factor needs 0 < min <= typical <= max <= 100"));
  }
}

// Did the supply reach the target on its own 31 December?
bool was_reached(const model::Project& project, const StageHistories& histories, const CountingRule& rule,
                 const TargetGap& target) {
  const base::Date at = base::Date::year_end(target.year);
  const auto points = supply_curve(project, histories, rule, at, at);
  return !points.empty() && points.front().counted_m2 >= target.target_m2 - 1e-6;
}

}  // namespace

base::Date default_until(base::Date as_of, const std::vector<TargetGap>& targets) {
  constexpr int eight_quarters_in_months = 24;
  base::Date until = as_of.plus_months(eight_quarters_in_months);
  if (!targets.empty()) until = std::max(until, base::Date::year_end(targets.back().year));
  return std::min(until, as_of.plus_months(12 * most_years_ahead)).quarter_end();
}

std::string_view name_of(LeftOut::Reason reason) {
  switch (reason) {
    case LeftOut::Reason::stalled:
      return "stalled";
    case LeftOut::Reason::no_pathway:
      return "no_pathway";
    case LeftOut::Reason::never_counts:
      return "never_counts";
    case LeftOut::Reason::no_durations:
      return "no_durations";
    case LeftOut::Reason::no_probability:
      return "no_probability";
    case LeftOut::Reason::no_area:
      break;
  }
  return "no_area";
}

Forecast forecast(const model::Project& project, const Locations& locations, const StageHistories& histories,
                  base::Date as_of, const CountingRule& rule, const ForecastOptions& options, base::Progress& progress,
                  unsigned threads) {
  check(as_of, options);
  Forecast result;
  result.as_of = as_of;
  result.rule = rule;
  result.draws = options.draws;
  result.seed = options.seed;
  result.delay = options.delay;

  // What is there already.
  const Supply now =
      supply(project, locations, {as_of, histories.phases_at(as_of), {}, {}}, rule, {}, base::Language::en);
  result.counted_m2 = now.counted_m2;
  result.phases_in_scope = now.evidence.size();
  result.counted_phases = now.counted_phases;
  result.missing_area = now.missing_area;
  result.synthetic_phases = now.synthetic_phases;

  // What is drawn.
  const StagesAhead stages_ahead(project, histories, rule, as_of);
  std::optional<ForecastDates> dates;
  if (options.use_forecast_dates) dates.emplace(project);
  std::vector<Drawn> drawn;
  std::set<const model::PathwayStage*> used;
  double largest_sum = 0;
  for (const PhaseCount& count : now.evidence) {
    if (count.counts) continue;
    PhaseForecast phase;
    Drawn ready;
    phase.phase = count.phase;
    phase.area_m2 = count.area_m2;
    const auto reason = prepare(stages_ahead.of(count.phase), dates ? &*dates : nullptr, (*project.phases)[count.phase],
                                as_of, options.seed, ready, phase, used);
    if (reason) {
      result.left_out.push_back({count.phase, *reason});
      continue;
    }
    if (count.missing_area) result.left_out.push_back({count.phase, LeftOut::Reason::no_area});
    if (phase.area_m2 < 0) ++result.negative_phases;
    largest_sum += std::abs(phase.area_m2);
    ready.result = result.phases.size();
    result.phases.push_back(std::move(phase));
    drawn.push_back(std::move(ready));
  }
  result.assumed_stages = static_cast<std::size_t>(std::count_if(used.begin(), used.end(), [](const auto* stage) {
    return std::string_view(stage->source).substr(0, std::string_view("assumption").size()) == "assumption";
  }));

  // Until when.
  result.until = options.until ? options.until->quarter_end() : default_until(as_of, now.targets);
  result.horizon = result.until;
  const base::Date farthest = as_of.plus_months(12 * most_years_ahead).quarter_end();
  for (const TargetGap& target : now.targets) {
    const base::Date at = base::Date::year_end(target.year);
    if (at <= farthest) result.horizon = std::max(result.horizon, at);
  }
  const Columns columns(as_of, result.horizon);
  std::vector<std::size_t> target_columns;
  for (const TargetGap& target : now.targets) {
    TargetForecast& row = result.targets.emplace_back();
    row.target = target;
    const base::Date at = base::Date::year_end(target.year);
    row.decided = at <= as_of;
    if (row.decided) {
      row.probability = was_reached(project, histories, rule, target) ? 1 : 0;
    } else if (at <= farthest) {
      result.ahead.push_back(result.targets.size() - 1);
      target_columns.push_back(columns.column_of(at));
    }
  }

  const Units units(largest_sum);
  for (Drawn& phase : drawn) phase.units = units.of(result.phases[phase.result].area_m2);
  Simulation simulation(std::move(drawn), columns, options, threads, progress);
  simulation.run(as_of, target_columns, result.phases);

  // The curve.
  const auto draws = static_cast<std::size_t>(options.draws);
  result.points.resize(columns.column_of(result.until) + 1);
  base::for_stretches(result.points.size(), std::min<unsigned>(simulation.threads(), 2),
                      [&](unsigned, auto from, auto to) {
                        std::vector<std::int64_t> sorted;
                        for (std::size_t column = from; column < to; ++column) {
                          progress.throw_if_stopped();
                          ForecastPoint& point = result.points[column];
                          point.at = columns.at[column];
                          sorted.assign(simulation.values(column).begin(), simulation.values(column).end());
                          point.mean_m2 = result.counted_m2 + units.area_m2(simulation.mean(column));
                          auto from_here = sorted.begin();
                          const auto percentile = [&](int percent) {
                            const auto nth = sorted.begin() + static_cast<std::ptrdiff_t>(nearest_rank(percent, draws));
                            std::nth_element(from_here, nth, sorted.end());
                            from_here = nth;
                            return result.counted_m2 + units.area_m2(static_cast<double>(*nth));
                          };
                          point.p10_m2 = percentile(10);
                          point.p50_m2 = percentile(50);
                          point.p90_m2 = percentile(90);
                        }
                      });

  // The targets.
  const std::size_t half = draws - nearest_rank(50, draws);          // so many runs at a value: P50 is at it, or above
  std::vector<std::vector<std::size_t>> crossed_in(columns.size());  // by column: targets
  std::vector<std::int64_t> gaps;
  for (std::size_t i = 0; i < result.targets.size(); ++i) {
    TargetForecast& row = result.targets[i];
    gaps.push_back(units.of(row.target.gap_m2));
    if (gaps.back() <= 0) row.p50_date = as_of;
    for (std::size_t column = 1; column < columns.size() && !row.p50_date; ++column) {
      if (simulation.reached(column, gaps[i]) < half) continue;
      crossed_in[column].push_back(i);
      break;
    }
  }
  for (std::size_t i = 0; i < result.ahead.size(); ++i) {
    const std::size_t target = result.ahead[i];
    result.targets[target].probability =
        static_cast<double>(simulation.reached(target_columns[i], gaps[target])) / static_cast<double>(draws);
  }
  for (std::size_t column = 1; column < columns.size(); ++column) {
    if (crossed_in[column].empty()) continue;
    std::vector<std::int64_t> wanted;
    for (const std::size_t target : crossed_in[column]) wanted.push_back(gaps[target]);
    const auto reached = simulation.reached_by_day(column, wanted);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto first =
          std::find_if(reached[i].begin(), reached[i].end(), [&](std::size_t runs) { return runs >= half; });
      result.targets[crossed_in[column][i]].p50_date =
          columns.at[column - 1].plus_days(static_cast<int>(first - reached[i].begin()) + 1);
    }
  }
  return result;
}

std::vector<LadderStep> gap_ladder(const model::Project& project, const Forecast& forecast, std::size_t target) {
  std::vector<LadderStep> ladder;
  for (const PhaseForecast& phase : forecast.phases) {
    const double probability = phase.probability[target];
    const double expected = phase.area_m2 * probability;
    if (expected != 0) ladder.push_back({phase.phase, phase.area_m2, probability, expected, 0});
  }
  std::stable_sort(ladder.begin(), ladder.end(), [&](const LadderStep& a, const LadderStep& b) {
    if (a.expected_m2 != b.expected_m2) return a.expected_m2 > b.expected_m2;
    return (*project.phases)[a.phase].code < (*project.phases)[b.phase].code;
  });
  CompensatedSum running;
  for (LadderStep& step : ladder) {
    running.add(step.expected_m2);
    step.running_m2 = running.value();
  }
  return ladder;
}

}  // namespace zaitu::planning
