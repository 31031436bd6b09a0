#include "geom/geos/overlay.h"

#include <geos_c.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "base/error.h"
#include "geom/geos/surely_valid.h"
#include "geom/measure.h"
#include "geom/wkb.h"
#include "unit/geom/polygons.h"

namespace zaitu::geom::geos {
namespace {

using test::box_ring;
using test::polygon;

const test::Vertices bow_tie{{0, 0}, {10, 10}, {10, 0}, {0, 10}, {0, 0}};

TEST(Overlay, ValidityNamesReasonAndPlace) {
  EXPECT_FALSE(invalidity(polygon({box_ring(0, 0, 1, 1)})[0]));
  const auto crossing = invalidity(polygon({bow_tie})[0]);
  ASSERT_TRUE(crossing);
  EXPECT_EQ(crossing->reason, "Self-intersection");
  EXPECT_EQ(crossing->place, (Coord{5, 5}));
  EXPECT_TRUE(invalidity(polygon({{{0, 0}, {1, 0}, {0, 0}}})[0]));
  EXPECT_TRUE(invalidity(polygon({{{0, 0}, {1, 0}, {1, 1}, {0, 1}}})[0]));            // open
  EXPECT_TRUE(invalidity(polygon({box_ring(0, 0, 1, 1), box_ring(5, 5, 6, 6)})[0]));  // hole outside
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto broken = invalidity(polygon({{{0, 0}, {nan, 0}, {1, 1}, {0, 0}}})[0]);
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->reason, "Invalid Coordinate");
}

bool valid_for_geos(const FeatureGeometry& polygon) {
  const GEOSContextHandle_t context = GEOS_init_r();
  const Bytes wkb = to_wkb(polygon);
  GEOSGeometry* geometry = GEOSGeomFromWKB_buf_r(context, wkb.data(), wkb.size());
  const bool valid = geometry != nullptr && GEOSisValid_r(context, geometry) == 1;
  GEOSGeom_destroy_r(context, geometry);
  GEOS_finish_r(context);
  return valid;
}

// The quick look never calls valid what GEOS does not; on coordinates of a small grid nearly everything touches.
TEST(Overlay, TheQuickLookAtValidityIsNeverWrong) {
  std::mt19937 random(7);
  std::size_t sure = 0, valid = 0;
  for (int round = 0; round < 30000; ++round) {
    const int grid = 2 + round % 9;
    const double scale = round % 2 == 0 ? 1 : 0.1;
    std::uniform_int_distribution<int> step(0, grid);
    const auto ring = [&](int corners) {
      test::Vertices vertices;
      for (int i = 0; i < corners; ++i) {
        vertices.push_back({40640000 + scale * step(random), 3440000 + scale * step(random)});
      }
      vertices.push_back(vertices.front());
      return vertices;
    };
    const GeometryColumn shape = round % 4 == 3 ? polygon({ring(3 + round % 5), ring(3), ring(3)})
                                 : round % 4 == 2
                                     ? polygon({test::box_ring(40640000 - 1, 3440000 - 1, 40640020, 3440020), ring(3)})
                                     : polygon({ring(3 + round % 6)});
    const bool geos = valid_for_geos(shape[0]);
    valid += geos ? 1 : 0;
    if (!surely_valid(shape[0])) continue;
    ++sure;
    ASSERT_TRUE(geos) << "round " << round;
  }
  EXPECT_GT(sure, 3000U);
  EXPECT_GT(valid, sure);
}

TEST(Overlay, TheQuickLookKnowsOrdinaryParcels) {
  std::mt19937 random(8);
  std::uniform_real_distribution<double> reach(60, 100);
  for (const int corners : {3, 14, 40, 500, 5000}) {
    const auto star = [&](double x, double size) {
      test::Vertices vertices;
      for (int i = 0; i < corners; ++i) {
        const double angle = 2 * std::numbers::pi * i / corners;
        const double r = size * reach(random);
        vertices.push_back({40640000 + x + r * std::cos(angle), 3440000 + r * std::sin(angle)});
      }
      vertices.push_back(vertices.front());
      return vertices;
    };
    const GeometryColumn holed = polygon({star(0, 1), star(-10, 0.1), star(15, 0.1)});
    EXPECT_TRUE(surely_valid(holed[0])) << corners;
    EXPECT_TRUE(valid_for_geos(holed[0])) << corners;
    GeometryColumn two = holed;
    two.begin_part();
    two.add_ring(star(500, 1));
    EXPECT_TRUE(surely_valid(two[0])) << corners;
    // A hole in another, a hole outside, a part on a part.
    EXPECT_FALSE(surely_valid(polygon({star(0, 1), star(0, 0.3), star(0, 0.1)})[0]));
    EXPECT_FALSE(surely_valid(polygon({star(0, 1), star(300, 0.1)})[0]));
    two.begin_part();
    two.add_ring(star(0, 1));
    EXPECT_FALSE(surely_valid(two[0]));
  }
}

TEST(Overlay, RepairKeepsTheAreaThatIsThere) {
  GeometryColumn out;
  ASSERT_TRUE(make_valid(polygon({bow_tie})[0], out));
  ASSERT_EQ(out.size(), 1U);
  EXPECT_FALSE(invalidity(out[0]));
  EXPECT_DOUBLE_EQ(area(out[0]), 50);
  EXPECT_EQ(out[0].part_count(), 2U);
  // A ring that passes over itself twice counts once.
  GeometryColumn twice;
  ASSERT_TRUE(make_valid(polygon({{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}})[0],
                         twice));
  EXPECT_DOUBLE_EQ(area(twice[0]), 100);
}

// Writers turn rings and begin them where they like: a bow-tie's ground must not depend on it.
TEST(Overlay, RepairDoesNotDependOnWhereTheRingBeginsNorOnItsDirection) {
  std::mt19937 random(20);
  std::uniform_int_distribution<int> millimetre(0, 20000);
  int invalid = 0;
  for (int round = 0; round < 400; ++round) {
    test::Vertices corners(static_cast<std::size_t>(4 + round % 7));
    for (Coord& c : corners) c = {40640000 + millimetre(random) / 1000.0, 3440000 + millimetre(random) / 1000.0};
    if (round % 3 == 0) corners.push_back(corners[1]);  // touches itself in a corner
    const auto ground = [&](bool reversed, std::size_t start) {
      test::Vertices ring = corners;
      if (reversed) std::reverse(ring.begin(), ring.end());
      std::rotate(ring.begin(), ring.begin() + static_cast<std::ptrdiff_t>(start), ring.end());
      ring.push_back(ring.front());
      const GeometryColumn whole = polygon({ring});
      if (invalidity(whole[0])) ++invalid;
      GeometryColumn out;
      return make_valid(whole[0], out) ? area(out[0]) : 0.0;
    };
    const double expected = ground(false, 0);
    for (std::size_t start = 0; start < corners.size(); ++start) {
      EXPECT_NEAR(ground(false, start), expected, 1e-9 * expected) << "round " << round << " start " << start;
      EXPECT_NEAR(ground(true, start), expected, 1e-9 * expected) << "round " << round << " reversed " << start;
    }
  }
  EXPECT_GT(invalid, 2000);
}

TEST(Overlay, RepairOfNothingSaysSo) {
  const double inf = std::numeric_limits<double>::infinity();
  for (const GeometryColumn& hopeless :
       {polygon({{{0, 0}, {10, 0}, {0, 0}}}), polygon({{{0, 0}, {10, 0}, {20, 0}, {0, 0}}}),
        polygon({{{0, 0}, {inf, 0}, {1, 1}, {0, 0}}})}) {
    GeometryColumn out;
    EXPECT_FALSE(make_valid(hopeless[0], out));
    EXPECT_EQ(out.size(), 1U);
  }
}

TEST(Overlay, IntersectionArea) {
  const GeometryColumn a = polygon({box_ring(0, 0, 10, 10), box_ring(4, 4, 6, 6)});
  EXPECT_DOUBLE_EQ(intersection_area(a[0], polygon({box_ring(5, 0, 20, 10)})[0]), 50 - 2);
  EXPECT_EQ(intersection_area(a[0], polygon({box_ring(10, 0, 20, 10)})[0]), 0);  // a shared edge
  EXPECT_EQ(intersection_area(a[0], polygon({box_ring(20, 0, 30, 10)})[0]), 0);
}

TEST(Overlay, InvalidInputIsRepairedFirst) {
  // The bow tie's shoelace area is 0; its ground is two triangles of 25.
  const GeometryColumn tie = polygon({bow_tie});
  EXPECT_NEAR(intersection_area(tie[0], polygon({box_ring(-5, -5, 5, 15)})[0]), 25, 1e-12);
  const GeometryColumn half = polygon({box_ring(-5, -5, 5, 15)});
  EXPECT_NEAR(PreparedArea({half[0]}).intersection_area(tie[0]), 25, 1e-12);
  // Two overlapping parts are one piece of ground.
  GeometryColumn overlapping;
  overlapping.begin_feature();
  for (double x : {0.0, 5.0}) {
    overlapping.begin_part();
    overlapping.add_ring(box_ring(x, 0, x + 10, 10));
  }
  EXPECT_NEAR(intersection_area(overlapping[0], polygon({box_ring(-5, -5, 50, 50)})[0]), 150, 1e-12);
}

TEST(Overlay, CoordinatesThatAreNotFiniteAreRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const GeometryColumn broken = polygon({{{0, 0}, {10, 0}, {10, nan}, {0, 10}, {0, 0}}});
  const GeometryColumn fine = polygon({box_ring(0, 0, 5, 5)});
  EXPECT_THROW(intersection_area(broken[0], fine[0]), base::Error);
  EXPECT_THROW(PreparedArea({broken[0]}), base::Error);
  EXPECT_THROW(PreparedArea({fine[0]}).intersection_area(broken[0]), base::Error);
}

TEST(PreparedArea, InsideOutsideAcross) {
  const GeometryColumn ring = polygon({box_ring(0, 0, 100, 100), box_ring(40, 40, 60, 60)});
  const PreparedArea prepared({ring[0]});
  EXPECT_EQ(prepared.envelope(), (Envelope{0, 0, 100, 100}));
  EXPECT_EQ(prepared.intersection_area(polygon({box_ring(10, 10, 20, 20)})[0]), 100);
  EXPECT_EQ(prepared.intersection_area(polygon({box_ring(45, 45, 50, 50)})[0]), 0);    // in the hole
  EXPECT_EQ(prepared.intersection_area(polygon({box_ring(200, 10, 210, 20)})[0]), 0);  // boxes apart
  EXPECT_EQ(prepared.intersection_area(polygon({box_ring(0, 0, 10, 10)})[0]), 100);    // along the edge
  EXPECT_EQ(prepared.intersection_area(polygon({box_ring(100, 0, 110, 10)})[0]), 0);   // touching from outside
  EXPECT_NEAR(prepared.intersection_area(polygon({box_ring(95, 0, 105, 10)})[0]), 50, 1e-12);
  EXPECT_NEAR(prepared.intersection_area(polygon({box_ring(-10, -10, 110, 110)})[0]), 10000 - 400, 1e-9);
}

TEST(PreparedArea, MembersThatOverlapCountOnce) {
  GeometryColumn members;
  test::add_polygon(members, {box_ring(0, 0, 10, 10)});
  test::add_polygon(members, {box_ring(5, 0, 15, 10)});
  test::add_polygon(members, {bow_tie});
  const PreparedArea prepared({members[0], members[1], members[2]});
  EXPECT_NEAR(prepared.intersection_area(polygon({box_ring(-1, -1, 20, 20)})[0]), 150, 1e-12);
  const PreparedArea nothing(std::vector<FeatureGeometry>{});
  EXPECT_EQ(nothing.intersection_area(members[0]), 0);
}

TEST(PreparedArea, CanBeMoved) {
  const GeometryColumn box = polygon({box_ring(0, 0, 10, 10)});
  std::vector<PreparedArea> areas;
  for (int i = 0; i < 5; ++i) areas.emplace_back(std::vector<FeatureGeometry>{box[0]});
  areas.erase(areas.begin());
  for (const PreparedArea& area : areas) EXPECT_EQ(area.intersection_area(box[0]), 100);
}

TEST(PreparedArea, SharesOfAPartitionAddUpToTheParcel) {
  // The plane cut by two lines into four areas, at zone-prefixed eastings; random parcels with holes across the cuts.
  const double x0 = 40643144.354466;
  const double y0 = 3440811.370209;
  const double far = 5000;
  GeometryColumn quarters;
  const Coord north{x0 + 37.7, y0 + far};
  const Coord south{x0 - 41.3, y0 - far};
  const Coord west{x0 - far, y0 + 12.9};
  const Coord east{x0 + far, y0 - 53.1};
  // Where the lines cross.
  const double rise = (east.y - west.y) / (east.x - west.x);
  const double run = (north.x - south.x) / (north.y - south.y);
  const double cross_y = (west.y + rise * (south.x - west.x) - rise * run * south.y) / (1 - rise * run);
  const Coord centre{south.x + run * (cross_y - south.y), cross_y};
  test::add_polygon(quarters, {{centre, east, {x0 + far, y0 + far}, north, centre}});
  test::add_polygon(quarters, {{centre, north, {x0 - far, y0 + far}, west, centre}});
  test::add_polygon(quarters, {{centre, west, {x0 - far, y0 - far}, south, centre}});
  test::add_polygon(quarters, {{centre, south, {x0 + far, y0 - far}, east, centre}});
  std::vector<PreparedArea> areas;
  for (std::size_t i = 0; i < 4; ++i) areas.emplace_back(std::vector<FeatureGeometry>{quarters[i]});

  std::mt19937 random(9);
  std::uniform_real_distribution<double> shift(-150, 150);
  std::uniform_real_distribution<double> reach(0.5, 1);
  for (int k = 0; k < 200; ++k) {
    const Coord at{centre.x + shift(random), centre.y + shift(random)};
    const auto star = [&](double radius) {
      test::Vertices ring;
      for (int i = 0; i < 15; ++i) {
        const double angle = 2 * std::numbers::pi * i / 15;
        const double r = radius * reach(random);
        ring.push_back({at.x + r * std::cos(angle), at.y + r * std::sin(angle)});
      }
      ring.push_back(ring.front());
      return ring;
    };
    const GeometryColumn parcel = polygon({star(120), star(40)});
    const double whole = area(parcel[0]);
    double prepared_sum = 0;
    double plain_sum = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      prepared_sum += areas[i].intersection_area(parcel[0]);
      plain_sum += intersection_area(parcel[0], quarters[i]);
    }
    // Crossing points are rounded to 7e-9 m there.
    EXPECT_NEAR(prepared_sum, whole, 1e-9 * whole);
    EXPECT_NEAR(plain_sum, whole, 1e-9 * whole);
  }
}

}  // namespace
}  // namespace zaitu::geom::geos
