// Our tile rasteriser beside a Cairo image surface on the same polygons and tile in the same run: the counter
// "cairo_over_own" says how many times longer Cairo takes. Wall time of one thread.
#include <benchmark/benchmark.h>
#include <cairo.h>

#include <chrono>
#include <cmath>
#include <random>

#include "render/map.h"

namespace zaitu {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Parcels of 40 m by 30 m with eight vertices and three land uses.
std::shared_ptr<const render::Scene> fabric_scene(std::size_t side) {
  auto project = std::make_shared<model::Project>();
  auto uses = std::make_shared<std::vector<model::LandUseClass>>();
  uses->push_back({"07", "居住用地", "Residential", "#FFFF2D", 1, "", ""});
  uses->push_back({"10", "工矿用地", "Industry", "#BB9674", 1, "", ""});
  uses->push_back({"14", "绿地", "Green", "#00FF00", 1, "", ""});
  project->land_use_classes = uses;
  auto parcels = std::make_shared<model::ParcelTable>();
  std::mt19937 random(1);
  std::uniform_real_distribution<double> bend(-1.5, 1.5);
  auto status = std::make_shared<planning::StatusAt>();
  for (std::size_t i = 0; i < side * side; ++i) {
    const double x = 636000 + 40.0 * static_cast<double>(i % side);
    const double y = 3430000 + 30.0 * static_cast<double>(i / side);
    const geom::Coord ring[] = {{x, y},
                                {x + 19, y + bend(random)},
                                {x + 38, y},
                                {x + 38 + bend(random), y + 14},
                                {x + 38, y + 28},
                                {x + 20, y + 28 + bend(random)},
                                {x, y + 28},
                                {x + bend(random), y + 15},
                                {x, y}};
    parcels->geometry.edit().begin_feature();
    parcels->geometry.edit().begin_part();
    parcels->geometry.edit().add_ring(ring);
    parcels->id.edit().push_back(model::ParcelId{static_cast<std::int64_t>(i) + 1});
    parcels->code.edit().push_back("");
    parcels->name.edit().push_back("");
    parcels->land_use_current.edit().push_back((*uses)[i * 7 % 3].code);
    parcels->land_use_planned.edit().push_back("");
    for (auto& area : parcels->area_m2) area.edit().push_back(1064);
    parcels->valid_from.edit().push_back({});
    parcels->valid_to.edit().push_back({});
    parcels->synthetic.edit().push_back(1);
  }
  project->parcels = parcels;
  render::SceneOptions options;
  options.theme.theme = style::Theme::land_use;
  return render::Scene::build(project, std::make_shared<planning::Locations>(), status,
                              std::make_shared<planning::Supply>(), options);
}

// Argument: parcels along each side of a 256 px tile.
void tile(benchmark::State& state) {
  constexpr std::size_t side = 512;
  static const auto scene = fabric_scene(side);
  render::View view;
  view.width_px = 256;
  view.height_px = 256;
  view.centre = scene->extent().centre();
  view.m_per_px = 40.0 * static_cast<double>(state.range(0)) / 256;
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 256, 256);
  cairo_t* cr = cairo_create(surface);
  double own = 0, cairo = 0;
  for (auto _ : state) {
    const Clock::time_point start = Clock::now();
    benchmark::DoNotOptimize(render::rasterise(*scene, view));
    own += seconds_since(start);
    state.PauseTiming();
    const Clock::time_point again = Clock::now();
    render::paint_vectors(*scene, view, cr);
    cairo_surface_flush(surface);
    cairo += seconds_since(again);
    state.ResumeTiming();
  }
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  state.counters["parcels"] = static_cast<double>(scene->parcel_count(view.extent()));
  state.counters["cairo_over_own"] = cairo / own;
}
BENCHMARK(tile)->Arg(4)->Arg(16)->Arg(64)->Arg(256)->Arg(500)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace zaitu

BENCHMARK_MAIN();
