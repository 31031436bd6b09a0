// Reading a large project: row by row, from the cache, and after an edit of one parcel. "peer_over_own" says how many
// times longer GDAL takes to read the same table (every feature with its geometry and fields) in the same run,
// "whole_over_own" how many times longer reading everything takes than what an edit needs. Wall time, our reading on
// all processors. ZAITU_BENCH_PROJECT names the project file; it is not written to.
#include <benchmark/benchmark.h>
#include <ogrsf_frmts.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "store/project_file.h"

namespace zaitu {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

fs::path project_path() {
  const char* const path = std::getenv("ZAITU_BENCH_PROJECT");
  return path == nullptr ? fs::path() : fs::path(path);
}

// A folder for the cache and for a copy to edit, removed at the end.
class Scratch {
 public:
  Scratch() {
    std::string folder = (fs::temp_directory_path() / "zaitu-bench-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) std::abort();
    m_folder = folder;
    setenv("XDG_CACHE_HOME", folder.c_str(), 1);
  }
  ~Scratch() { fs::remove_all(m_folder); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& folder() const { return m_folder; }

 private:
  fs::path m_folder;
};

model::Project load(const store::ProjectFile& project, const model::Project* before = nullptr) {
  base::Progress progress;
  return project.load(progress, before);
}

std::shared_ptr<const model::Project> open_and_load(const fs::path& file) {
  return std::make_shared<const model::Project>(load(store::ProjectFile::open(file, store::Access::read_only)));
}

std::size_t read_with_gdal(const fs::path& file) {
  GDALAllRegister();
  auto* dataset = static_cast<GDALDataset*>(GDALOpenEx(file.c_str(), GDAL_OF_VECTOR, nullptr, nullptr, nullptr));
  if (dataset == nullptr) return 0;
  std::size_t bytes = 0;
  if (OGRLayer* layer = dataset->GetLayerByName("parcels"); layer != nullptr) {
    for (auto& feature : *layer) {
      if (const OGRGeometry* geometry = feature->GetGeometryRef()) bytes += geometry->WkbSize();
    }
  }
  GDALClose(dataset);
  return bytes;
}

// Runs `own` as the benchmark and GDAL once for each.
template <class Own>
void against_gdal(benchmark::State& state, const fs::path& file, Own own_reading) {
  double own = 0, peer = 0, own_cpu = 0;
  std::size_t parcels = 0;
  for (auto _ : state) {
    const double cpu = cpu_seconds();
    const auto start = Clock::now();
    const auto project = own_reading();
    own += seconds_since(start);
    own_cpu += cpu_seconds() - cpu;
    parcels = project->parcels->size();
    state.PauseTiming();
    const auto peer_start = Clock::now();
    benchmark::DoNotOptimize(read_with_gdal(file));
    peer += seconds_since(peer_start);
    state.ResumeTiming();
  }
  state.counters["parcels"] = static_cast<double>(parcels);
  state.counters["own_cpu_s"] = own_cpu / static_cast<double>(state.iterations());
  state.counters["peer_over_own"] = peer / own;
}

void read_rows(benchmark::State& state) {
  const fs::path file = project_path();
  if (file.empty()) return state.SkipWithError("set ZAITU_BENCH_PROJECT to a project file");
  setenv("ZAITU_CACHE", "off", 1);
  against_gdal(state, file, [&] { return open_and_load(file); });
  unsetenv("ZAITU_CACHE");
}
BENCHMARK(read_rows)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(2);

void read_cached(benchmark::State& state) {
  const fs::path file = project_path();
  if (file.empty()) return state.SkipWithError("set ZAITU_BENCH_PROJECT to a project file");
  const Scratch scratch;
  {
    const auto project = store::ProjectFile::open(file, store::Access::read_only);
    const model::Project read = load(project);
    const auto write = project.cache_writer(read);
    if (!write) return state.SkipWithError("too few parcels, or written just now: nothing is cached");
    write({});
  }
  against_gdal(state, file, [&] { return open_and_load(file); });
}
BENCHMARK(read_cached)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(1);

// What the storage strand does after one parcel's field was changed.
void read_after_edit(benchmark::State& state) {
  if (project_path().empty()) return state.SkipWithError("set ZAITU_BENCH_PROJECT to a project file");
  const Scratch scratch;
  setenv("ZAITU_CACHE", "off", 1);
  const fs::path file = scratch.folder() / "edited.sqlite";
  fs::copy_file(project_path(), file);
  auto project = store::ProjectFile::open(file, store::Access::read_write);
  const auto start = Clock::now();
  model::Project now = load(project);
  const double whole = seconds_since(start);
  const std::int64_t id = now.parcels->id[now.parcels->size() / 2].value;
  double own = 0;
  int edits = 0;
  for (auto _ : state) {
    state.PauseTiming();
    store::Transaction change = project.begin("edit");
    change.update("parcels", id, {{"name", "name " + std::to_string(edits++)}, {"area_title_m2", 100.5 + edits}});
    change.commit();
    state.ResumeTiming();
    const auto edit_start = Clock::now();
    now = load(project, &now);
    own += seconds_since(edit_start);
  }
  unsetenv("ZAITU_CACHE");
  state.counters["whole_over_own"] = whole * static_cast<double>(state.iterations()) / own;
}
BENCHMARK(read_after_edit)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(20);

}  // namespace
}  // namespace zaitu

BENCHMARK_MAIN();
