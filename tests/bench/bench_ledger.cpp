// The ledger of all parcels: made, sorted, filtered, beside the sqlite3 library asking the project file for the same.
// "sqlite_over_own" says how many times longer SQLite takes, "cpu_ms" what all processors of this machine spend on one
// round of ours. ZAITU_BENCH_PROJECT names the project file; it is not written to.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>

#include "app/commands.h"
#include "app/ledger_view.h"

namespace zaitu {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double processor_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

struct Open {
  std::string file;
  app::Picture picture;
  app::Ledger ledger;

  explicit Open(const char* path) : file(path) {
    base::Progress progress;
    auto loaded = store::ProjectFile::open(path, store::Access::read_only).load(progress);
    picture = app::make_picture(std::make_shared<const model::Project>(std::move(loaded)),
                                *base::Date::parse("2025-12-31"), {}, base::Language::zh, progress);
    ledger = app::make_ledger(picture, app::LedgerKind::parcels, base::Language::zh);
  }
  int column(std::string_view name) const {
    for (std::size_t c = 0; c < ledger.columns.size(); ++c) {
      if (ledger.columns[c].name == name) return static_cast<int>(c);
    }
    std::abort();
  }
};

// Opened once; nullptr, and the benchmark is skipped, without a project.
const Open* open(benchmark::State& state) {
  static const std::unique_ptr<const Open> opened = []() -> std::unique_ptr<const Open> {
    const char* const path = std::getenv("ZAITU_BENCH_PROJECT");
    return path == nullptr ? nullptr : std::make_unique<const Open>(path);
  }();
  if (!opened) state.SkipWithError("set ZAITU_BENCH_PROJECT to a project file");
  return opened.get();
}

int skip_row(void*, int, char**, char**) { return 0; }

template <class Own>
void against_sqlite(benchmark::State& state, const std::string& sql, Own own_way) {
  const Open* const project = open(state);
  if (project == nullptr) return;
  double own = 0, cpu_ms = 0;
  for (auto _ : state) {
    const double cpu = processor_ms();
    const auto start = Clock::now();
    own_way(*project);
    own += seconds_since(start);
    cpu_ms += processor_ms() - cpu;
  }
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["cpu_ms"] = cpu_ms / rounds;

  sqlite3* db = nullptr;
  const std::string uri = "file:" + project->file + "?immutable=1";
  if (sqlite3_open_v2(uri.c_str(), &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr) == SQLITE_OK) {
    const auto ask = [&] { return sqlite3_exec(db, sql.c_str(), skip_row, nullptr, nullptr); };
    if (ask() != SQLITE_OK) state.SkipWithError(sqlite3_errmsg(db));  // the first time reads the file in
    const auto start = Clock::now();
    ask();
    state.counters["sqlite_over_own"] = seconds_since(start) * rounds / own;
  }
  sqlite3_close(db);
}

app::LedgerView view(const Open& project, const app::LedgerQuery& query) {
  base::Progress progress;
  return app::make_ledger_view(project.ledger, query, progress);
}

void make_ledger(benchmark::State& state) {
  against_sqlite(
      state, "SELECT id, code, name, land_use_current, ownership, area_planar_m2 FROM parcels",
      [](const Open& project) {
        benchmark::DoNotOptimize(app::make_ledger(project.picture, app::LedgerKind::parcels, base::Language::zh));
      });
}
BENCHMARK(make_ledger)->Unit(benchmark::kMillisecond)->UseRealTime();

void sort_by_area(benchmark::State& state) {
  against_sqlite(state, "SELECT id FROM parcels ORDER BY area_planar_m2", [](const Open& project) {
    app::LedgerQuery query;
    query.sort_column = project.column("area");
    benchmark::DoNotOptimize(view(project, query));
  });
}
BENCHMARK(sort_by_area)->Unit(benchmark::kMillisecond)->UseRealTime();

void sort_by_name(benchmark::State& state) {
  against_sqlite(state, "SELECT id FROM parcels ORDER BY name DESC", [](const Open& project) {
    app::LedgerQuery query;
    query.sort_column = project.column("name");
    query.descending = true;
    benchmark::DoNotOptimize(view(project, query));
  });
}
BENCHMARK(sort_by_name)->Unit(benchmark::kMillisecond)->UseRealTime();

void filter_by_text(benchmark::State& state) {
  against_sqlite(state,
                 "SELECT id FROM parcels WHERE code LIKE '%77%' OR name LIKE '%77%' OR land_use_current LIKE '%77%' OR "
                 "right_holder LIKE '%77%' OR note LIKE '%77%'",
                 [](const Open& project) {
                   app::LedgerQuery query;
                   query.text = "77";
                   benchmark::DoNotOptimize(view(project, query));
                 });
}
BENCHMARK(filter_by_text)->Unit(benchmark::kMillisecond)->UseRealTime();

void where(benchmark::State& state) {
  against_sqlite(state, "SELECT id FROM parcels WHERE area_planar_m2 > 500 AND code LIKE '%7%'",
                 [](const Open& project) {
                   benchmark::DoNotOptimize(app::filter_ledger(project.ledger, "area > 500 AND code LIKE '%7%'"));
                 });
}
BENCHMARK(where)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace zaitu

BENCHMARK_MAIN();
