#include "geom/measure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "geom/geos/overlay.h"
#include "unit/geom/polygons.h"

namespace zaitu::geom {
namespace {

using test::box_ring;
using test::polygon;

TEST(Measure, SignFollowsDirection) {
  test::Vertices ring = box_ring(0, 0, 4, 3);
  EXPECT_DOUBLE_EQ(signed_area(ring), 12);
  std::reverse(ring.begin(), ring.end());
  EXPECT_DOUBLE_EQ(signed_area(ring), -12);
}

TEST(Measure, HolesAreTakenOffWhateverTheirDirection) {
  test::Vertices hole = box_ring(1, 1, 2, 2);
  EXPECT_DOUBLE_EQ(area(polygon({box_ring(0, 0, 4, 3), hole})[0]), 11);
  std::reverse(hole.begin(), hole.end());
  EXPECT_DOUBLE_EQ(area(polygon({box_ring(0, 0, 4, 3), hole})[0]), 11);
}

// A star-shaped random polygon around a centre.
test::Vertices star(std::mt19937& random, Coord centre, double radius, int corners) {
  std::uniform_real_distribution<double> reach(0.3 * radius, radius);
  test::Vertices ring;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * i / corners;
    const double r = reach(random);
    ring.push_back({centre.x + r * std::cos(angle), centre.y + r * std::sin(angle)});
  }
  ring.push_back(ring.front());
  return ring;
}

TEST(Measure, AreaOfPolygonIsShellMinusHoles) {
  std::mt19937 random(7);
  for (int i = 0; i < 200; ++i) {
    const Coord centre{636535.0 + i, 3435178.0 - i};
    const test::Vertices shell = star(random, centre, 400, 24);
    const test::Vertices hole = star(random, centre, 100, 9);
    const double expected = std::abs(signed_area(shell)) - std::abs(signed_area(hole));
    EXPECT_NEAR(area(polygon({shell, hole})[0]), expected, 1e-9 * expected);
  }
}

TEST(Measure, LargeEastingsLoseNoDigits) {
  // Zone-prefixed coordinates (EPSG:4528) against the same polygon about the origin, computed in long double.
  std::mt19937 random(11);
  for (int i = 0; i < 200; ++i) {
    test::Vertices ring = star(random, {40643144.354466, 3440811.370209}, 60, 12);
    long double exact2 = 0;
    for (std::size_t k = 0; k + 1 < ring.size(); ++k) {
      const auto ax = static_cast<long double>(ring[k].x) - 40643144.0L;
      const auto ay = static_cast<long double>(ring[k].y) - 3440811.0L;
      const auto bx = static_cast<long double>(ring[k + 1].x) - 40643144.0L;
      const auto by = static_cast<long double>(ring[k + 1].y) - 3440811.0L;
      exact2 += ax * by - bx * ay;
    }
    const auto exact = static_cast<double>(exact2 / 2);
    EXPECT_NEAR(signed_area(ring), exact, 1e-12 * exact);
  }
}

TEST(Measure, LengthIsPerimeterWithHoles) {
  EXPECT_DOUBLE_EQ(length(polygon({box_ring(0, 0, 4, 3), box_ring(1, 1, 2, 2)})[0]), 14 + 4);
}

TEST(Measure, CentroidKnowsHolesAndFallsBackOnDegenerates) {
  const Coord c = centroid(polygon({box_ring(0, 0, 10, 10), box_ring(5, 0, 10, 10)})[0]);
  EXPECT_NEAR(c.x, 2.5, 1e-12);
  EXPECT_NEAR(c.y, 5, 1e-12);
  const Coord flat = centroid(polygon({{{0, 0}, {10, 0}, {0, 0}}})[0]);
  EXPECT_NEAR(flat.x, 5, 1e-12);
  GeometryColumn points(GeometryKind::point);
  points.begin_feature();
  for (double x : {1.0, 3.0}) {
    points.begin_part();
    points.add_ring(test::Vertices{{x, 7}});
  }
  EXPECT_EQ(centroid(points[0]), (Coord{2, 7}));
}

TEST(Measure, LabelPointLiesInsideFarFromEdges) {
  // A U: its centroid lies in the gap.
  const GeometryColumn u =
      polygon({{{0, 0}, {30, 0}, {30, 30}, {20, 30}, {20, 6}, {10, 6}, {10, 30}, {0, 30}, {0, 0}}});
  EXPECT_FALSE(contains(u[0], centroid(u[0])));
  const Coord label = label_point(u[0], 0.01);
  EXPECT_TRUE(contains(u[0], label));
  double edge = 1e9;
  const auto ring = u[0].part(0).shell();
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    GeometryColumn line(GeometryKind::line);
    line.begin_feature();
    line.begin_part();
    line.add_ring(ring.subspan(i, 2));
    edge = std::min(edge, distance(line[0], label));
  }
  EXPECT_GT(edge, 4.9);
  EXPECT_LT(edge, 5.6);
  // At the resolution of doubles the search still ends.
  const double e = 40643144.0;
  label_point(
      polygon({{{e, e}, {std::nextafter(e, 1e9), e}, {std::nextafter(e, 1e9), std::nextafter(e, 1e9)}, {e, e}}})[0], 0);
}

TEST(Measure, ContainsAndDistance) {
  const GeometryColumn ring = polygon({box_ring(0, 0, 10, 10), box_ring(4, 4, 6, 6)});
  EXPECT_TRUE(contains(ring[0], {2, 2}));
  EXPECT_FALSE(contains(ring[0], {5, 5}));
  EXPECT_FALSE(contains(ring[0], {11, 5}));
  EXPECT_DOUBLE_EQ(distance(ring[0], {2, 2}), 0);
  EXPECT_DOUBLE_EQ(distance(ring[0], {5, 5}), 1);
  EXPECT_DOUBLE_EQ(distance(ring[0], {13, 14}), 5);
}

TEST(Measure, IntersectsADrawnArea) {
  const GeometryColumn ring_of_land = polygon({box_ring(0, 0, 10, 10), box_ring(2, 2, 8, 8)});
  EXPECT_TRUE(intersects(ring_of_land[0], box_ring(-1, -1, 11, 11)));  // around it
  EXPECT_TRUE(intersects(ring_of_land[0], box_ring(1, 4, 3, 5)));      // over its inner rim
  EXPECT_FALSE(intersects(ring_of_land[0], box_ring(4, 4, 6, 6)));     // in its hole
  EXPECT_TRUE(intersects(ring_of_land[0], box_ring(0.5, 0.5, 1.5, 1.5)));
  EXPECT_TRUE(intersects(ring_of_land[0], box_ring(10, 3, 12, 4)));  // touching
  EXPECT_FALSE(intersects(ring_of_land[0], box_ring(11, 3, 12, 4)));
}

TEST(Measure, IntersectsADrawnAreaAsGeosSays) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> place(0, 12);
  std::size_t meeting = 0;
  for (int i = 0; i < 2000; ++i) {
    const test::Vertices area = star(random, {place(random), place(random)}, 5, 9);
    const GeometryColumn parcel = polygon({star(random, {place(random), place(random)}, 4, 7)});
    // Stars that only touch are as rare as equal doubles: an area in common is the same question.
    const bool expected = geos::intersection_area(parcel[0], polygon({area})[0]) > 0;
    ASSERT_EQ(intersects(parcel[0], area), expected) << i;
    if (expected) ++meeting;
  }
  EXPECT_GT(meeting, 200U);
  EXPECT_LT(meeting, 1800U);
}

TEST(Measure, IntersectsBox) {
  const GeometryColumn ring = polygon({box_ring(0, 0, 10, 10), box_ring(4, 4, 6, 6)});
  EXPECT_TRUE(intersects(ring[0], {1, 1, 2, 2}));           // box inside
  EXPECT_TRUE(intersects(ring[0], {-5, -5, 15, 15}));       // polygon inside
  EXPECT_FALSE(intersects(ring[0], {4.5, 4.5, 5.5, 5.5}));  // in the hole
  EXPECT_TRUE(intersects(ring[0], {-1, 3, 11, 4}));         // across
  EXPECT_TRUE(intersects(ring[0], {10, 10, 12, 12}));       // touching corner
  EXPECT_FALSE(intersects(ring[0], {10.1, 0, 12, 12}));
  EXPECT_FALSE(intersects(polygon({{{0, 0}, {10, 10}, {0, 10}, {0, 0}}})[0], {6, 0, 10, 4}));  // boxes meet only
}

}  // namespace
}  // namespace zaitu::geom
