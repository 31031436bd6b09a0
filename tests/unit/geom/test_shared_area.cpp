// The area that a ring shares with an area, against GEOS's overlay.
#include "geom/shared_area.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <random>

#include "geom/geos/overlay.h"
#include "geom/measure.h"
#include "unit/geom/polygons.h"

namespace zaitu::geom {
namespace {

using test::box_ring;
using test::polygon;
using test::Vertices;

std::vector<Edge> edges_of(const FeatureGeometry& area) {
  std::vector<Edge> edges;
  for (std::size_t p = 0; p < area.part_count(); ++p) {
    for (std::size_t r = 0; r < area.part(p).ring_count(); ++r) {
      const Ring ring = area.part(p).ring(r);
      const bool inside_left = (signed_area(ring) > 0) == (r == 0);
      for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
        edges.push_back(inside_left ? Edge{ring[i], ring[i + 1]} : Edge{ring[i + 1], ring[i]});
      }
    }
  }
  return edges;
}

// A star-shaped ring about a point, never crossing itself.
Vertices star(std::mt19937& random, Coord centre, double radius, int corners, bool clockwise) {
  std::uniform_real_distribution<double> length(0.3, 1);
  Vertices ring;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * i / corners, r = radius * length(random);
    ring.push_back({centre.x + r * std::cos(angle), centre.y + r * std::sin(angle)});
  }
  ring.push_back(ring.front());
  if (clockwise) std::reverse(ring.begin(), ring.end());
  return ring;
}

TEST(SharedArea, IsWhatGeosSaysOfManyShapes) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> shift(-60, 60);
  const Coord at{40643144.354, 3440021.7};  // digits are lost here first
  std::size_t partial = 0;
  for (int i = 0; i < 500; ++i) {
    // An area of two parts, one of them with a hole.
    GeometryColumn area;
    area.begin_feature();
    area.begin_part();
    area.add_ring(star(random, at, 100, 40, i % 2 == 0));
    area.add_ring(star(random, at, 25, 9, i % 3 == 0));
    area.begin_part();
    area.add_ring(star(random, {at.x + 210, at.y}, 100, 13, i % 3 == 1));
    const Vertices parcel = star(random, {at.x + 3 * shift(random), at.y + shift(random)}, 30, 11, i % 2 == 1);
    ASSERT_TRUE(is_clearly_simple(parcel));
    const double expected = geos::intersection_area(polygon({parcel})[0], area[0]);
    EXPECT_NEAR(shared_area(parcel, edges_of(area[0])), expected, 1e-6) << i;
    if (expected > 1 && expected < std::abs(signed_area(parcel)) - 1) ++partial;
  }
  EXPECT_GT(partial, 200U);
}

// What an area and the rest of the plane have of a parcel is the parcel. ZAITU_PAIRS=200000 tries longer than each run.
TEST(SharedArea, PiecesAddUpToTheWhole) {
  const char* const wished = std::getenv("ZAITU_PAIRS");
  const int pairs = wished != nullptr ? std::atoi(wished) : 3000;
  std::mt19937 random(11);
  std::uniform_real_distribution<double> shift(-80, 80);
  std::uniform_int_distribution<int> corners(3, 40);
  const Coord at{40643144.354, 3440021.7};
  const Vertices plane = box_ring(at.x - 1000, at.y - 1000, at.x + 1000, at.y + 1000);
  int cut = 0;
  double worst_by_edges = 0, worst_by_geos = 0;
  for (int i = 0; i < pairs; ++i) {
    const Vertices ring = star(random, {at.x + shift(random), at.y + shift(random)}, 60, corners(random), i % 2 == 0);
    Vertices area = star(random, at, 80, corners(random), false);
    if (i % 5 == 0) {  // nearly the same outline: where overlays lose most
      area = ring;
      for (Coord& c : area) c = {c.x + 1e-7 * shift(random), c.y + 1e-7 * shift(random)};
      area.back() = area.front();
    }
    const GeometryColumn parcel = polygon({ring}), inside = polygon({area}), outside = polygon({plane, area});
    if (!is_clearly_simple(ring) || !is_clearly_simple(area)) continue;
    const double whole = geom::area(parcel[0]);
    const double by_edges = shared_area(ring, edges_of(inside[0])) + shared_area(ring, edges_of(outside[0]));
    const double in = geos::intersection_area(parcel[0], inside[0]);
    const double by_geos = in + geos::intersection_area(parcel[0], outside[0]);
    worst_by_edges = std::max(worst_by_edges, std::abs(by_edges - whole));
    worst_by_geos = std::max(worst_by_geos, std::abs(by_geos - whole));
    if (in > 1 && in < whole - 1) ++cut;
  }
  EXPECT_LE(worst_by_edges, 1e-6) << "m2";
  EXPECT_LE(worst_by_geos, 1e-4) << "m2";
  EXPECT_GT(cut, pairs / 2);
  RecordProperty("worst_m2", fmt::format("{:.2e}", std::max(worst_by_edges, worst_by_geos)));
}

TEST(SharedArea, EdgesInCommonAndCornersOnEdges) {
  const Vertices parcel = box_ring(10, 10, 30, 20);
  const auto shared = [&](const Vertices& area) { return shared_area(parcel, edges_of(polygon({area})[0])); };
  EXPECT_DOUBLE_EQ(shared(box_ring(10, 10, 30, 20)), 200);
  EXPECT_DOUBLE_EQ(shared(box_ring(0, 0, 100, 100)), 200);
  EXPECT_DOUBLE_EQ(shared(box_ring(10, 0, 20, 100)), 100);
  EXPECT_DOUBLE_EQ(shared(box_ring(30, 0, 90, 100)), 0);
  EXPECT_DOUBLE_EQ(shared(box_ring(0, 20, 90, 100)), 0);
  EXPECT_DOUBLE_EQ(shared({{10, 10}, {30, 20}, {10, 20}, {10, 10}}), 100);
  EXPECT_DOUBLE_EQ(shared(box_ring(15, 12, 25, 18)), 60);
}

TEST(SharedArea, OnlyClearlySimpleRingsAreTaken) {
  EXPECT_TRUE(is_clearly_simple(Vertices{{0, 0}, {10, 0}, {10, 10}, {4, 3}, {0, 0}}));
  EXPECT_TRUE(is_clearly_simple(Vertices{{0, 0}, {5, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}));    // a straight corner
  EXPECT_FALSE(is_clearly_simple(Vertices{{0, 0}, {10, 10}, {10, 0}, {0, 10}, {0, 0}}));           // bow-tie
  EXPECT_FALSE(is_clearly_simple(Vertices{{0, 0}, {10, 0}, {10, 10}, {10, 0}, {0, 10}, {0, 0}}));  // folds back
  EXPECT_FALSE(is_clearly_simple(Vertices{{0, 0}, {10, 0}, {10, 10}, {5, 0}, {0, 10}, {0, 0}}));   // touches itself
  EXPECT_FALSE(is_clearly_simple(Vertices{{0, 0}, {10, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}));  // a corner twice
  EXPECT_FALSE(is_clearly_simple(Vertices{{0, 0}, {10, 0}, {10, 10}, {0, 10}}));                   // open
  EXPECT_FALSE(is_clearly_simple(Vertices{{0, 0}, {10, 0}, {0, 0}}));
  EXPECT_FALSE(is_clearly_simple(box_ring(3, 3, 3, 9)));  // without area
}

}  // namespace
}  // namespace zaitu::geom
