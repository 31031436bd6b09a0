// What is derived from a snapshot: land of all parcels in circles, zones and towns, another date, sums of any grouping.
// "geos_over_own" says how many times more processor time prepared geometries of GEOS take for the same areas (of
// a tenth of the parcels, times ten; without the time to make GEOS's geometries), "anew_over_own" how many times longer
// everything takes for a date when nothing is lent, "sqlite_over_own" the same for GROUP BY over a table in memory,
// "pass_over_own" for one plain sum of the values (the limit, below 1). ZAITU_BENCH_PROJECT names the project file; it
// is not written to.
#include <benchmark/benchmark.h>
#include <geos_c.h>
#include <sqlite3.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <numeric>

#include "app/commands.h"
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

// Geometries of GEOS, owned until the end of the benchmark.
class Geos {
 public:
  Geos() : m_context(GEOS_init_r()) {}
  ~Geos() {
    for (const GEOSPreparedGeometry* area : m_prepared) GEOSPreparedGeom_destroy_r(m_context, area);
    for (GEOSGeometry* geometry : m_geometries) GEOSGeom_destroy_r(m_context, geometry);
    GEOS_finish_r(m_context);
  }
  Geos(const Geos&) = delete;
  Geos& operator=(const Geos&) = delete;

  GEOSGeometry* geometry(const std::vector<geom::FeatureGeometry>& members) {
    std::vector<GEOSGeometry*> parts;
    for (const geom::FeatureGeometry& member : members) {
      for (std::size_t p = 0; p < member.part_count(); ++p) parts.push_back(polygon(member.part(p)));
    }
    GEOSGeometry* all =
        GEOSGeom_createCollection_r(m_context, GEOS_MULTIPOLYGON, parts.data(), static_cast<unsigned>(parts.size()));
    GEOSGeometry* whole = members.size() > 1 ? GEOSUnaryUnion_r(m_context, all) : GEOSMakeValid_r(m_context, all);
    GEOSGeom_destroy_r(m_context, all);
    return m_geometries.emplace_back(whole);
  }
  void add_area(const std::vector<geom::FeatureGeometry>& members) {
    m_areas.push_back(geometry(members));
    m_prepared.push_back(GEOSPrepare_r(m_context, m_areas.back()));
    geom::Envelope& box = m_boxes.emplace_back();
    for (const geom::FeatureGeometry& member : members) box.expand(member.envelope());
  }
  // The parcel's area in all areas together.
  double area_in_areas(const GEOSGeometry* parcel, const geom::Envelope& box) const {
    double sum = 0;
    for (std::size_t i = 0; i < m_areas.size(); ++i) {
      if (!m_boxes[i].intersects(box)) continue;
      double m2 = 0;
      if (GEOSPreparedCovers_r(m_context, m_prepared[i], parcel) == 1) {
        GEOSArea_r(m_context, parcel, &m2);
      } else if (GEOSPreparedIntersects_r(m_context, m_prepared[i], parcel) == 1) {
        GEOSGeometry* shared = GEOSIntersection_r(m_context, m_areas[i], parcel);
        if (shared != nullptr) GEOSArea_r(m_context, shared, &m2);
        GEOSGeom_destroy_r(m_context, shared);
      }
      sum += m2;
    }
    return sum;
  }

 private:
  GEOSGeometry* ring(geom::Ring ring) const {
    std::vector<double> xy;
    for (const geom::Coord c : ring) xy.insert(xy.end(), {c.x, c.y});
    return GEOSGeom_createLinearRing_r(
        m_context, GEOSCoordSeq_copyFromBuffer_r(m_context, xy.data(), static_cast<unsigned>(xy.size() / 2), 0, 0));
  }
  template <class Part>
  GEOSGeometry* polygon(const Part& part) const {
    std::vector<GEOSGeometry*> holes;
    for (std::size_t r = 1; r < part.ring_count(); ++r) holes.push_back(ring(part.ring(r)));
    return GEOSGeom_createPolygon_r(m_context, ring(part.ring(0)), holes.data(), static_cast<unsigned>(holes.size()));
  }

  GEOSContextHandle_t m_context;
  std::vector<GEOSGeometry*> m_geometries, m_areas;
  std::vector<const GEOSPreparedGeometry*> m_prepared;
  std::vector<geom::Envelope> m_boxes;
};

void areas_of_parcels(benchmark::State& state) {
  if (!project()) return state.SkipWithError(no_project);
  const model::Project& p = *project();
  base::Progress progress;
  double own = 0, own_m2 = 0, peer_m2 = 0;
  constexpr std::size_t part = 10;
  for (auto _ : state) {
    const double start = processor_ms();
    const auto located = planning::locate(p, day("2025-12-31"), progress, static_cast<unsigned>(state.range(0)));
    own += processor_ms() - start;
    own_m2 = 0;
    for (const auto* lists : {&located.circles, &located.zones, &located.towns}) {
      for (std::size_t row = 0; row < lists->size(); row += part) {
        for (const planning::Share share : (*lists)[row]) own_m2 += share.area_m2;
      }
    }
  }
  Geos geos;
  for (const model::Circle& circle : *p.circles) {
    std::vector<geom::FeatureGeometry> members;
    for (std::size_t i = 0; i < p.circle_members->rows.size(); ++i) {
      if (p.circle_members->rows[i].circle == circle.id) members.push_back(p.circle_members->geometry[i]);
    }
    geos.add_area(members);
  }
  for (std::size_t i = 0; i < p.zones->rows.size(); ++i) geos.add_area({p.zones->geometry[i]});
  for (std::size_t i = 0; i < p.towns->rows.size(); ++i) geos.add_area({p.towns->geometry[i]});
  std::vector<std::pair<const GEOSGeometry*, geom::Envelope>> parcels;
  for (std::size_t row = 0; row < p.parcels->size(); row += part) {
    parcels.emplace_back(geos.geometry({p.parcels->geometry[row]}), p.parcels->geometry[row].envelope());
  }
  const double start = processor_ms();
  for (const auto& [parcel, box] : parcels) peer_m2 += geos.area_in_areas(parcel, box);
  const double peer = (processor_ms() - start) * part;
  state.counters["cpu_ms"] = own / static_cast<double>(state.iterations());
  state.counters["geos_over_own"] = peer * static_cast<double>(state.iterations()) / own;
  // Both found the same land, but for shares of a millionth.
  state.counters["difference"] = std::abs(own_m2 - peer_m2) / peer_m2;
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
    benchmark::DoNotOptimize(planning::status_at(*project(), *now.histories, *now.locations,
                                                 day("2024-06-01").plus_days(++days % 730), now.rule.from));
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
