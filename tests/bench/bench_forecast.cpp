// The forecast, and what is computed of a ledger of 1 000 projects with 3 phases and 20 000 events each time its date
// changes. "limit_over_own" says how many times the time allowed is the time taken, "cpu_ms" what all threads took
// together. ZAITU_BENCH_LEDGER names the project file that tools/make_ledger wrote; it is not written to.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>

#include "planning/forecast.h"
#include "planning/latest_start.h"
#include "store/project_file.h"
#include "support/project_builder.h"

namespace zaitu {
namespace {

using test::day;

// Sums up the time of the stretches between its start and stop.
class Watch {
 public:
  void start() {
    m_start = std::chrono::steady_clock::now();
    m_cpu_start = processor_ms();
  }
  void stop() {
    m_wall_ms += std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - m_start).count();
    m_cpu_ms += processor_ms() - m_cpu_start;
  }
  void tell(benchmark::State& state, double limit_ms) const {
    const auto rounds = static_cast<double>(state.iterations());
    state.counters["cpu_ms"] = m_cpu_ms / rounds;
    state.counters["limit_ms"] = limit_ms;
    state.counters["limit_over_own"] = limit_ms * rounds / m_wall_ms;
  }

 private:
  static double processor_ms() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
  }
  std::chrono::steady_clock::time_point m_start;
  double m_cpu_start = 0, m_wall_ms = 0, m_cpu_ms = 0;
};

// 1 000 phases, none of which counts yet, at every stage of the pathway 收储出让 alike.
void thousand_phases_twenty_quarters(benchmark::State& state) {
  test::ProjectBuilder b;
  b.timed_pathway("reserve_grant", {{"S0", 3, 6, 18, 0.15},
                                    {"S1", 6, 9, 24, 0.3},
                                    {"S2", 6, 12, 36, 0.4},
                                    {"S3", 3, 6, 18, 0.55},
                                    {"S4", 2, 4, 12, 0.75},
                                    {"S5", 18, 24, 42, 0.95},
                                    {"S6", 1, 3, 9, 0.99},
                                    {"S7", 0, 0, 0, 1}});
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    const std::string code = "A" + std::to_string(i);
    b.project(code);
    b.phase(code, code, {.carrier = 2000 + static_cast<double>(random() % 18000)});
    b.event(code, "S" + std::to_string(i % 6), day("2024-12-31").plus_days(-static_cast<int>(random() % 600)).iso());
  }
  for (const auto& [year, target] : {std::pair{2026, 100}, {2028, 400}, {2029, 700}}) b.target(year, target);
  const auto built = b.build();
  const planning::StageHistories histories(built.project);
  const planning::ForecastOptions options{.until = day("2029-12-31"), .draws = 10000};
  base::Progress progress;
  Watch watch;
  for (auto _ : state) {
    watch.start();
    const auto forecast = planning::forecast(built.project, built.locations, histories, day("2024-12-31"), {}, options,
                                             progress, static_cast<unsigned>(state.range(0)));
    watch.stop();
    benchmark::DoNotOptimize(forecast.points.data());
  }
  watch.tell(state, 100);
}
BENCHMARK(thousand_phases_twenty_quarters)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// The ledger, read once; nullptr without one.
const model::Project* ledger() {
  static const auto loaded = []() -> std::unique_ptr<const model::Project> {
    const char* const path = std::getenv("ZAITU_BENCH_LEDGER");
    if (path == nullptr) return nullptr;
    base::Progress progress;
    const auto file = store::ProjectFile::open(path, store::Access::read_only);
    return std::make_unique<const model::Project>(file.load(progress));
  }();
  return loaded.get();
}
constexpr const char* no_ledger = "set ZAITU_BENCH_LEDGER to a project file of tools/make_ledger";

// As when the date is dragged: stages and total at another day each time.
void ledger_supply_at_a_date(benchmark::State& state) {
  if (ledger() == nullptr) return state.SkipWithError(no_ledger);
  const model::Project& p = *ledger();
  const planning::StageHistories histories(p);
  const planning::Locations locations = planning::locate_phases(p, day("2024-12-31"));
  Watch watch;
  int days = 0;
  for (auto _ : state) {
    watch.start();
    const auto status = planning::status_at(p, histories, locations, day("2023-01-01").plus_days(++days % 730),
                                            planning::CountFrom::completed);
    benchmark::DoNotOptimize(planning::supply(p, locations, status, {}, {}, base::Language::zh));
    watch.stop();
  }
  watch.tell(state, 2);
}
BENCHMARK(ledger_supply_at_a_date)->Unit(benchmark::kMillisecond);

// Fifteen years of quarters, each by circle.
void ledger_curve_by_quarter_and_circle(benchmark::State& state) {
  if (ledger() == nullptr) return state.SkipWithError(no_ledger);
  const model::Project& p = *ledger();
  Watch watch;
  for (auto _ : state) {
    watch.start();
    const planning::StageHistories histories(p);
    benchmark::DoNotOptimize(planning::supply_curve(p, histories, {}, day("2015-12-31"), day("2029-12-31")));
    for (const model::Circle& circle : *p.circles) {
      benchmark::DoNotOptimize(
          planning::supply_curve(p, histories, {.scope = circle.code}, day("2015-12-31"), day("2029-12-31")));
    }
    watch.stop();
  }
  watch.tell(state, 20);
}
BENCHMARK(ledger_curve_by_quarter_and_circle)->Unit(benchmark::kMillisecond);

void ledger_forecast(benchmark::State& state) {
  if (ledger() == nullptr) return state.SkipWithError(no_ledger);
  const model::Project& p = *ledger();
  const planning::StageHistories histories(p);
  const planning::Locations locations = planning::locate_phases(p, day("2024-12-31"));
  base::Progress progress;
  Watch watch;
  for (auto _ : state) {
    watch.start();
    benchmark::DoNotOptimize(
        planning::forecast(p, locations, histories, day("2024-12-31"), {}, {}, progress, 2).points.data());
    watch.stop();
  }
  watch.tell(state, 300);
}
BENCHMARK(ledger_forecast)->Unit(benchmark::kMillisecond)->UseRealTime();

void ledger_latest_starts(benchmark::State& state) {
  if (ledger() == nullptr) return state.SkipWithError(no_ledger);
  const model::Project& p = *ledger();
  const planning::StageHistories histories(p);
  const planning::Locations locations = planning::locate_phases(p, day("2024-12-31"));
  for (auto _ : state) {
    benchmark::DoNotOptimize(planning::latest_starts(p, locations, histories, day("2024-12-31"), {}));
  }
}
BENCHMARK(ledger_latest_starts)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zaitu

BENCHMARK_MAIN();
