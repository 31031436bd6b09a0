#include "planning/forecast_runs.h"

#include <algorithm>
#include <cmath>

#include "planning/counter_random.h"

namespace zaitu::planning {

StageDraw::StageDraw(std::uint64_t stream, const Triangular& days, double spent_days)
    : key(stream), min(days.min), max(days.max) {
  if (max <= min) return;
  left = (max - min) * (days.mode - min);
  right = (max - min) * (max - days.mode);
  at_mode = (days.mode - min) / (max - min);
  from = spent_days > 0 ? days.cdf(spent_days) : 0;
}

int Drawn::last_day(double slowest) const {
  double days = -spent_days;
  for (const StageDraw& stage : stages) days += stage.max;
  const double last = std::ceil(start_day + slowest * days) + 1;
  return std::clamp(static_cast<int>(std::min(last, static_cast<double>(latest_day))), 1, latest_day);
}

// Random numbers and arithmetic are loops of their own, so that the compiler can do the latter for several runs at
// once.
void draw(const Drawn& phase, std::size_t first, std::size_t runs, const double* delay, Block& out) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < runs; ++i) {
    out.lanes[count] = static_cast<std::uint32_t>(i);
    count += uniform(phase.completed_key, first + i) < phase.conversion ? 1U : 0U;
  }
  out.count = count;
  double* const numbers = out.numbers.data();
  double* const times = out.times.data();
  std::fill_n(times, count, -phase.spent_days);
  for (const StageDraw& stage : phase.stages) {
    for (std::size_t i = 0; i < count; ++i) numbers[i] = uniform(stage.key, first + out.lanes[i]);
    const double from = stage.from, scale = 1 - from, at_mode = stage.at_mode;
    const double min = stage.min, max = stage.max, left = stage.left, right = stage.right;
    for (std::size_t i = 0; i < count; ++i) {
      const double u = from + scale * numbers[i];
      const double below = u * left, above = (1 - u) * right;
      const double root = std::sqrt(u < at_mode ? below : above);
      const double rising = min + root, falling = max - root;
      times[i] += u < at_mode ? rising : falling;
    }
  }
  if (delay != nullptr) {
    for (std::size_t i = 0; i < count; ++i) times[i] *= delay[first + out.lanes[i]];
  }
  const double start = phase.start_day, latest = phase.latest_day;
  for (std::size_t i = 0; i < count; ++i) {
    const double time = start + times[i];
    const double day = time < latest ? time : latest;
    const auto whole = static_cast<std::int32_t>(day);
    out.days[i] = std::max(whole + (day > static_cast<double>(whole) ? 1 : 0), 1);
  }
}

}  // namespace zaitu::planning
