// What is derived from a snapshot: land of all parcels in circles, zones and towns, another date, sums of any grouping.
// "geos_over_own" says how many times longer plain prepared GEOS takes for the same areas on one thread (a tenth of the
// parcels, times ten), "anew_over_own" how many times longer everything takes for a date when nothing is lent,
// "sqlite_over_own" the same for GROUP BY over a table in memory, "pass_over_own" for one plain sum of the values (the
// limit, below 1). ZAITU_BENCH_PROJECT names the project file; it is not written to.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <numeric>

#include "app/commands.h"
#include "geom/geos/overlay.h"
#include "planning/group_sums.h"

namespace zaitu {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double processor_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

base::Date day(const char* iso) { return *base::Date::parse(iso); }

// The project, read once; nullptr without one.
std::shared_ptr<const model::Project> project() {
  static const auto loaded = []() -> std::shared_ptr<const model::Project> {
    const char* const path = std::getenv("ZAITU_BENCH_PROJECT");
    if (path == nullptr) return nullptr;
    base::Progress progress;
    const auto file = store::ProjectFile::open(path, store::Access::read_only);
    return std::make_shared<const model::Project>(file.load(progress));
  }();
  return loaded;
}
constexpr const char* no_project = "set ZAITU_BENCH_PROJECT to a project file";

app::Picture picture(base::Date at, const app::Picture* before = nullptr) {
  base::Progress progress;
  return app::make_picture(project(), at, {}, base::Language::zh, progress, before);
}

void areas_of_parcels(benchmark::State& state) {
  if (!project()) return state.SkipWithError(no_project);
  const model::Project& p = *project();
  base::Progress progress;
  double own = 0;
  for (auto _ : state) {
    const auto start = Clock::now();
    benchmark::DoNotOptimize(planning::locate(p, day("2025-12-31"), progress, static_cast<unsigned>(state.range(0))));
    own += seconds_since(start);
  }
  std::vector<geom::geos::PreparedArea> areas;
  for (const model::Circle& circle : *p.circles) {
    std::vector<geom::FeatureGeometry> members;
    for (std::size_t i = 0; i < p.circle_members->rows.size(); ++i) {
      if (p.circle_members->rows[i].circle == circle.id) members.push_back(p.circle_members->geometry[i]);
    }
    areas.emplace_back(members);
  }
  for (std::size_t i = 0; i < p.zones->rows.size(); ++i) areas.emplace_back(std::vector{p.zones->geometry[i]});
  for (std::size_t i = 0; i < p.towns->rows.size(); ++i) areas.emplace_back(std::vector{p.towns->geometry[i]});
  constexpr std::size_t part = 10;
  const auto start = Clock::now();
  double sum = 0;
  for (std::size_t row = 0; row < p.parcels->size(); row += part) {
    const geom::FeatureGeometry parcel = p.parcels->geometry[row];
    const geom::Envelope box = parcel.envelope();
    for (const auto& area : areas) {
      if (area.envelope().intersects(box)) sum += area.intersection_area(parcel);
    }
  }
  benchmark::DoNotOptimize(sum);
  const double peer = seconds_since(start) * part;
  state.counters["geos_over_own"] = peer * static_cast<double>(state.iterations()) / own;
}
BENCHMARK(areas_of_parcels)->ArgName("threads")->Arg(1)->Arg(0)->Unit(benchmark::kMillisecond)->UseRealTime();

// As when the date is dragged: one day after the other through two years.
void another_date(benchmark::State& state) {
  if (!project()) return state.SkipWithError(no_project);
  const auto fresh = Clock::now();
  app::Picture now = picture(day("2024-06-01"));
  const double anew = seconds_since(fresh);
  double own = 0, cpu_ms = 0;
  int days = 0;
  for (auto _ : state) {
    const double cpu = processor_ms();
    const auto start = Clock::now();
    now = picture(day("2024-06-01").plus_days(++days % 730), &now);
    own += seconds_since(start);
    cpu_ms += processor_ms() - cpu;
  }
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["cpu_ms"] = cpu_ms / rounds;
  state.counters["anew_over_own"] = anew * rounds / own;
}
BENCHMARK(another_date)->Unit(benchmark::kMillisecond)->UseRealTime();

// Its parts.
void stages_at_another_date(benchmark::State& state) {
  if (!project()) return state.SkipWithError(no_project);
  const app::Picture now = picture(day("2024-06-01"));
  int days = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        planning::status_at(*now.histories, *now.locations, day("2024-06-01").plus_days(++days % 730)));
  }
}
BENCHMARK(stages_at_another_date)->Unit(benchmark::kMillisecond);

void places_at_another_date(benchmark::State& state) {
  if (!project()) return state.SkipWithError(no_project);
  const app::Picture now = picture(day("2024-06-01"));
  base::Progress progress;
  int days = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(planning::relocate(*now.project, day("2024-06-01").plus_days(++days % 730), *now.project,
                                                *now.locations, progress));
  }
}
BENCHMARK(places_at_another_date)->Unit(benchmark::kMillisecond);

void supply_by_circle_and_certainty(benchmark::State& state) {
  if (!project()) return state.SkipWithError(no_project);
  const app::Picture now = picture(day("2024-06-01"));
  for (auto _ : state) {
    benchmark::DoNotOptimize(planning::supply(*now.project, *now.locations, *now.status, {},
                                              {planning::GroupBy::circle, planning::GroupBy::certainty},
                                              base::Language::zh));
  }
}
BENCHMARK(supply_by_circle_and_certainty)->Unit(benchmark::kMillisecond);

void stage_histories(benchmark::State& state) {
  if (!project()) return state.SkipWithError(no_project);
  for (auto _ : state) benchmark::DoNotOptimize(planning::StageHistories(*project()));
}
BENCHMARK(stage_histories)->Unit(benchmark::kMillisecond);

// Land by stage and town.
void group_sums(benchmark::State& state) {
  if (!project()) return state.SkipWithError(no_project);
  const app::Picture now = picture(day("2025-12-31"));
  const model::Project& p = *now.project;
  const planning::Standings& standings = now.status->parcels;
  const planning::ShareLists& towns = now.locations->towns;
  const std::size_t stages = p.stages->size() + 1, places = p.towns->rows.size() + 1;
  const std::vector<double>& area_m2 = *now.locations->parcel_m2;

  double own = 0;
  for (auto _ : state) {
    const auto start = Clock::now();
    std::vector<std::uint32_t> stage_of_code, town_of_code;
    for (const planning::Standing& standing : standings.by_code())
      stage_of_code.push_back(static_cast<std::uint32_t>(standing.stage + 1));
    for (std::uint32_t code = 0; code < towns.code_count(); ++code)
      town_of_code.push_back(static_cast<std::uint32_t>(towns.largest_of_code(code) + 1));
    const std::vector<planning::GroupColumn> by = {{standings.codes(), stage_of_code, stages},
                                                   {towns.codes(), town_of_code, places}};
    benchmark::DoNotOptimize(planning::group_sums(by, area_m2));
    own += seconds_since(start);
  }
  const auto rounds = static_cast<double>(state.iterations());

  const auto pass_start = Clock::now();
  double sum = std::accumulate(area_m2.begin(), area_m2.end(), 0.0);
  benchmark::DoNotOptimize(sum);
  state.counters["pass_over_own"] = seconds_since(pass_start) * rounds / own;

  sqlite3* db = nullptr;
  sqlite3_open(":memory:", &db);
  sqlite3_exec(db, "CREATE TABLE land (stage INTEGER, town INTEGER, area REAL); BEGIN", nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO land VALUES (?, ?, ?)", -1, &insert, nullptr);
  for (std::size_t row = 0; row < area_m2.size(); ++row) {
    sqlite3_bind_int(insert, 1, standings[row].stage);
    sqlite3_bind_int(insert, 2, planning::largest(towns[row]));
    sqlite3_bind_double(insert, 3, area_m2[row]);
    sqlite3_step(insert);
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
  const auto peer_start = Clock::now();
  sqlite3_exec(db, "SELECT stage, town, count(*), sum(area) FROM land GROUP BY stage, town", nullptr, nullptr, nullptr);
  state.counters["sqlite_over_own"] = seconds_since(peer_start) * rounds / own;
  sqlite3_close(db);
}
BENCHMARK(group_sums)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace zaitu

BENCHMARK_MAIN();
