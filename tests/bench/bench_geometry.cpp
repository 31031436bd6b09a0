// The spatial index and the intersection shares, each beside plain GEOS on the same input in the same run: the counter
// "geos_over_own" says how many times longer GEOS takes. Wall time of one thread.
#include <benchmark/benchmark.h>
#include <geos_c.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>

#include "crs/crs.h"
#include "geom/geos/overlay.h"
#include "geom/hilbert_tree.h"
#include "geom/measure.h"

namespace zaitu {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Blocks of 40 m by 30 m with eight vertices, side by side in a square at zone-prefixed eastings.
geom::GeometryColumn fabric(std::size_t count) {
  geom::GeometryColumn parcels;
  parcels.reserve(count, count * 9);
  const auto columns = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  std::mt19937 random(1);
  std::uniform_real_distribution<double> bend(-1, 1);
  for (std::size_t i = 0; i < count; ++i) {
    const double x = 40640000 + 40.0 * static_cast<double>(i % columns);
    const double y = 3430000 + 30.0 * static_cast<double>(i / columns);
    const geom::Coord ring[] = {{x, y},
                                {x + 18, y + bend(random)},
                                {x + 38, y},
                                {x + 37 + bend(random), y + 14},
                                {x + 38, y + 28},
                                {x + 20, y + 28 - 0.5},
                                {x, y + 28},
                                {x + bend(random), y + 15},
                                {x, y}};
    parcels.begin_feature();
    parcels.begin_part();
    parcels.add_ring(ring);
  }
  return parcels;
}

std::vector<geom::Envelope> boxes_of(const geom::GeometryColumn& column) {
  std::vector<geom::Envelope> boxes;
  boxes.reserve(column.size());
  for (std::size_t i = 0; i < column.size(); ++i) boxes.push_back(column[i].envelope());
  return boxes;
}

// A circle of many corners about the middle of the fabric.
geom::GeometryColumn circle_over(const geom::Envelope& extent, double part_of_width) {
  geom::GeometryColumn circle;
  std::vector<geom::Coord> ring;
  const geom::Coord centre = extent.centre();
  const double radius = extent.width() * part_of_width;
  constexpr int corners = 400;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * 3.14159265358979 * i / corners;
    const double r = radius * (1 + 0.05 * std::sin(9 * angle));
    ring.push_back({centre.x + r * std::cos(angle), centre.y + r * std::sin(angle)});
  }
  ring.push_back(ring.front());
  circle.begin_feature();
  circle.begin_part();
  circle.add_ring(ring);
  return circle;
}

// Views of a map window over the fabric.
std::vector<geom::Envelope> views(const geom::Envelope& extent, double part_of_width) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> at(0, 1 - part_of_width);
  std::vector<geom::Envelope> boxes;
  for (int i = 0; i < 200; ++i) {
    const double x = extent.min_x + at(random) * extent.width();
    const double y = extent.min_y + at(random) * extent.height();
    boxes.push_back({x, y, x + part_of_width * extent.width(), y + part_of_width * extent.height()});
  }
  return boxes;
}

class Geos {
 public:
  Geos() : m_context(GEOS_init_r()) {}
  ~Geos() {
    for (GEOSGeometry* geometry : m_geometries) GEOSGeom_destroy_r(m_context, geometry);
    GEOS_finish_r(m_context);
  }
  Geos(const Geos&) = delete;
  Geos& operator=(const Geos&) = delete;
  GEOSContextHandle_t context() const { return m_context; }
  // Owned by this object.
  GEOSGeometry* rectangle(const geom::Envelope& box) {
    return keep(GEOSGeom_createRectangle_r(m_context, box.min_x, box.min_y, box.max_x, box.max_y));
  }
  GEOSGeometry* polygon(const geom::FeatureGeometry& feature) { return keep(make_polygon(feature)); }
  // Owned by the caller.
  GEOSGeometry* make_polygon(const geom::FeatureGeometry& feature) const {
    const geom::Ring ring = feature.part(0).shell();
    GEOSCoordSequence* sequence =
        GEOSCoordSeq_copyFromBuffer_r(m_context, &ring[0].x, static_cast<unsigned>(ring.size()), 0, 0);
    return GEOSGeom_createPolygon_r(m_context, GEOSGeom_createLinearRing_r(m_context, sequence), nullptr, 0);
  }

 private:
  GEOSGeometry* keep(GEOSGeometry* geometry) {
    m_geometries.push_back(geometry);
    return geometry;
  }
  GEOSContextHandle_t m_context;
  std::vector<GEOSGeometry*> m_geometries;
};

// STRtree over rectangles that exist already; the tree builds itself at the first query.
GEOSSTRtree* build_str_tree(Geos& geos, const std::vector<GEOSGeometry*>& rectangles) {
  GEOSSTRtree* tree = GEOSSTRtree_create_r(geos.context(), 10);
  for (GEOSGeometry* rectangle : rectangles) GEOSSTRtree_insert_r(geos.context(), tree, rectangle, rectangle);
  const GEOSGeometry* first = rectangles.front();
  GEOSSTRtree_query_r(
      geos.context(), tree, first, [](void*, void*) {}, nullptr);
  return tree;
}

void index_build(benchmark::State& state) {
  const auto boxes = boxes_of(fabric(static_cast<std::size_t>(state.range(0))));
  Geos geos;
  std::vector<GEOSGeometry*> rectangles;
  for (const geom::Envelope& box : boxes) rectangles.push_back(geos.rectangle(box));
  double own_s = 0;
  double geos_s = 0;
  for (auto _ : state) {
    auto start = Clock::now();
    const geom::HilbertTree tree(boxes);
    benchmark::DoNotOptimize(tree.size());
    own_s += seconds_since(start);
    state.SetIterationTime(seconds_since(start));
    start = Clock::now();
    GEOSSTRtree* other = build_str_tree(geos, rectangles);
    geos_s += seconds_since(start);
    GEOSSTRtree_destroy_r(geos.context(), other);
  }
  state.counters["geos_over_own"] = geos_s / own_s;
}
BENCHMARK(index_build)->Arg(10000)->Arg(1000000)->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(0.2);

// 200 views, each a hundredth of the width: about 100 of a million parcels in view at 1/10 000 of the area.
void index_query(benchmark::State& state) {
  const geom::GeometryColumn parcels = fabric(static_cast<std::size_t>(state.range(0)));
  const auto boxes = boxes_of(parcels);
  const auto queries = views(parcels.envelope(), 0.01);
  const geom::HilbertTree tree(boxes);
  Geos geos;
  std::vector<GEOSGeometry*> rectangles;
  for (const geom::Envelope& box : boxes) rectangles.push_back(geos.rectangle(box));
  GEOSSTRtree* other = build_str_tree(geos, rectangles);
  std::vector<GEOSGeometry*> query_rectangles;
  for (const geom::Envelope& box : queries) query_rectangles.push_back(geos.rectangle(box));
  double own_s = 0;
  double geos_s = 0;
  for (auto _ : state) {
    auto start = Clock::now();
    std::size_t own_found = 0;
    for (const geom::Envelope& box : queries) tree.query(box, [&](std::uint32_t) { ++own_found; });
    own_s += seconds_since(start);
    state.SetIterationTime(seconds_since(start));
    start = Clock::now();
    std::size_t geos_found = 0;
    for (const GEOSGeometry* box : query_rectangles) {
      GEOSSTRtree_query_r(
          geos.context(), other, box, [](void*, void* found) { ++*static_cast<std::size_t*>(found); }, &geos_found);
    }
    geos_s += seconds_since(start);
    if (own_found != geos_found) state.SkipWithError("the two indexes disagree");
  }
  GEOSSTRtree_destroy_r(geos.context(), other);
  state.counters["geos_over_own"] = geos_s / own_s;
  state.counters["us_per_query"] = own_s / static_cast<double>(state.iterations()) / 200 * 1e6;
}
BENCHMARK(index_query)->Arg(10000)->Arg(1000000)->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(0.2);

// Areas of all parcels in one area of 400 corners: with its edges indexed and box-first, and by plain GEOS intersection
// with a test of the boxes.
void intersection_shares(benchmark::State& state) {
  const geom::GeometryColumn parcels = fabric(static_cast<std::size_t>(state.range(0)));
  const geom::GeometryColumn circle = circle_over(parcels.envelope(), 0.4);
  double own_s = 0;
  double geos_s = 0;
  for (auto _ : state) {
    auto start = Clock::now();
    const geom::geos::PreparedArea prepared({circle[0]});
    double own_m2 = 0;
    for (std::size_t i = 0; i < parcels.size(); ++i) own_m2 += prepared.intersection_area(parcels[i]);
    own_s += seconds_since(start);
    state.SetIterationTime(seconds_since(start));

    start = Clock::now();
    Geos geos;
    const GEOSGeometry* area = geos.polygon(circle[0]);
    double geos_m2 = 0;
    for (std::size_t i = 0; i < parcels.size(); ++i) {
      if (!parcels[i].envelope().intersects(prepared.envelope())) continue;
      GEOSGeometry* parcel = geos.make_polygon(parcels[i]);
      GEOSGeometry* shared = GEOSIntersection_r(geos.context(), area, parcel);
      double shared_m2 = 0;
      GEOSArea_r(geos.context(), shared, &shared_m2);
      geos_m2 += shared_m2;
      GEOSGeom_destroy_r(geos.context(), shared);
      GEOSGeom_destroy_r(geos.context(), parcel);
    }
    geos_s += seconds_since(start);
    if (std::abs(own_m2 - geos_m2) > 1e-9 * geos_m2) state.SkipWithError("the two areas disagree");
  }
  state.counters["geos_over_own"] = geos_s / own_s;
  state.counters["us_per_parcel"] =
      own_s / static_cast<double>(state.iterations()) / static_cast<double>(parcels.size()) * 1e6;
}
BENCHMARK(intersection_shares)->Arg(10000)->Arg(100000)->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(0.2);

void ellipsoidal_area(benchmark::State& state) {
  const geom::GeometryColumn parcels = fabric(static_cast<std::size_t>(state.range(0)));
  const crs::EllipsoidalArea area(crs::CoordinateReferenceSystem::from_text("EPSG:4528"));
  double sum_m2 = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < parcels.size(); ++i) sum_m2 += area(parcels[i]);
  }
  benchmark::DoNotOptimize(sum_m2);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(ellipsoidal_area)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zaitu

BENCHMARK_MAIN();
