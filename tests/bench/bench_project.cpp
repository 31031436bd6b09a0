// Opening the demo project, its first frame and a pan, each beside another way to the same result in the same run.
// The counter "peer_over_own" says how many times longer the peer takes: GDAL's own reading of the same tables for
// loading, Cairo's vectors for a frame, a full redraw for a pan. Wall time of one thread.
#include <benchmark/benchmark.h>
#include <cairo.h>
#include <ogrsf_frmts.h>
#include <stdlib.h>

#include <chrono>
#include <cstring>
#include <filesystem>

#include "app/commands.h"
#include "base/paths.h"

namespace zaitu {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// The demo project, made once per run in a folder of its own.
class Demo {
 public:
  static const Demo& get() {
    static const Demo demo;
    return demo;
  }
  const fs::path& file() const { return m_file; }
  std::shared_ptr<const model::Project> load() const {
    base::Progress progress;
    const auto project = store::ProjectFile::open(m_file, store::Access::read_only);
    return std::make_shared<const model::Project>(project.load(progress));
  }
  app::Picture picture() const {
    base::Progress progress;
    return app::make_picture(load(), *base::Date::parse("2025-12-31"), {}, base::Language::zh, progress);
  }
  std::shared_ptr<const render::Scene> scene() const {
    const app::Picture picture_now = picture();
    return render::Scene::build(picture_now.project, picture_now.locations, picture_now.status, picture_now.supply, {});
  }

 private:
  Demo() {
    std::string folder = (fs::temp_directory_path() / "zaitu-bench-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) std::abort();
    m_folder = folder;
    m_file = m_folder / "demo.sqlite";
    base::Progress progress;
    app::InitOptions options;
    options.project = m_file;
    options.demo = true;
    app::init_project(options, progress);
  }
  ~Demo() { fs::remove_all(m_folder); }
  fs::path m_folder, m_file;
};

// Every feature of the parcels and events through GDAL, geometry included: less than Zaitu's load reads.
std::size_t read_with_gdal(const fs::path& file) {
  GDALAllRegister();
  auto* dataset = static_cast<GDALDataset*>(GDALOpenEx(file.c_str(), GDAL_OF_VECTOR, nullptr, nullptr, nullptr));
  std::size_t vertices = 0;
  for (const char* name : {"parcels", "stage_events", "phases", "projects", "reference_polygons", "reference_lines"}) {
    OGRLayer* layer = dataset->GetLayerByName(name);
    if (layer == nullptr) continue;
    for (auto& feature : *layer) {
      if (const OGRGeometry* geometry = feature->GetGeometryRef())
        vertices += static_cast<std::size_t>(geometry->WkbSize());
    }
  }
  GDALClose(dataset);
  return vertices;
}

void load_project(benchmark::State& state) {
  const Demo& demo = Demo::get();
  double own = 0, peer = 0;
  for (auto _ : state) {
    const auto start = Clock::now();
    benchmark::DoNotOptimize(demo.load());
    own += seconds_since(start);
    state.PauseTiming();
    const auto peer_start = Clock::now();
    benchmark::DoNotOptimize(read_with_gdal(demo.file()));
    peer += seconds_since(peer_start);
    state.ResumeTiming();
  }
  state.counters["peer_over_own"] = peer / own;
}
BENCHMARK(load_project)->Unit(benchmark::kMillisecond);

void picture_of_project(benchmark::State& state) {
  const auto project = Demo::get().load();
  base::Progress progress;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        app::make_picture(project, *base::Date::parse("2025-12-31"), {}, base::Language::zh, progress));
  }
}
BENCHMARK(picture_of_project)->Unit(benchmark::kMillisecond);

void paint_with_cairo(const render::Scene& scene, const render::View& view) {
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, view.width_px, view.height_px);
  cairo_t* cr = cairo_create(surface);
  render::paint_vectors(scene, view, cr);
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
}

// From nothing to the first complete frame of 1280 x 800: open, derive, build the scene, paint.
void first_frame(benchmark::State& state) {
  const Demo& demo = Demo::get();
  for (auto _ : state) {
    const auto scene = demo.scene();
    benchmark::DoNotOptimize(render::rasterise(*scene, render::View::fitting(scene->extent(), 1280, 800)));
  }
}
BENCHMARK(first_frame)->Unit(benchmark::kMillisecond);

void frame(benchmark::State& state) {
  const auto scene = Demo::get().scene();
  const render::View view = render::View::fitting(scene->extent(), 1280, 800);
  double own = 0, peer = 0;
  for (auto _ : state) {
    const auto start = Clock::now();
    benchmark::DoNotOptimize(render::rasterise(*scene, view));
    own += seconds_since(start);
    state.PauseTiming();
    const auto peer_start = Clock::now();
    paint_with_cairo(*scene, view);
    peer += seconds_since(peer_start);
    state.ResumeTiming();
  }
  state.counters["peer_over_own"] = peer / own;
}
BENCHMARK(frame)->Unit(benchmark::kMillisecond);

// A pan by one tile: a column of four new tiles, against painting the whole view again.
void pan_by_a_tile(benchmark::State& state) {
  const auto scene = Demo::get().scene();
  const render::View view = render::View::fitting(scene->extent(), 1280, 800);
  const double tile = 256 * view.m_per_px;
  double own = 0, peer = 0;
  for (auto _ : state) {
    const auto start = Clock::now();
    for (int row = 0; row < 4; ++row) {
      const geom::Coord centre{view.extent().max_x + tile / 2, view.extent().max_y - tile * (row + 0.5)};
      benchmark::DoNotOptimize(render::rasterise(*scene, {centre, view.m_per_px, 256, 256}));
    }
    own += seconds_since(start);
    state.PauseTiming();
    const auto peer_start = Clock::now();
    benchmark::DoNotOptimize(
        render::rasterise(*scene, {{view.centre.x + tile, view.centre.y}, view.m_per_px, 1280, 800}));
    peer += seconds_since(peer_start);
    state.ResumeTiming();
  }
  state.counters["peer_over_own"] = peer / own;
}
BENCHMARK(pan_by_a_tile)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zaitu

// The demo is imported through the reading worker, which is this same program (io/source.h).
int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--read-worker") == 0) return zaitu::io::read_worker_main(argc, argv);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
