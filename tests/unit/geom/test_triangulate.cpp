#include "geom/triangulate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "geom/measure.h"
#include "unit/geom/polygons.h"

namespace zaitu::geom {
namespace {

using test::Vertices;

double area_of(const Triangles& triangles) {
  double sum = 0;
  for (const auto& corner : triangles.corners) {
    const Coord a = triangles.vertices[corner[0]], b = triangles.vertices[corner[1]], c = triangles.vertices[corner[2]];
    const double twice = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
    EXPECT_GE(twice, 0);
    sum += twice / 2;
  }
  return sum;
}

bool covered(const Triangles& triangles, Coord p) {
  return std::any_of(triangles.corners.begin(), triangles.corners.end(), [&](const auto& corner) {
    const Coord a = triangles.vertices[corner[0]], b = triangles.vertices[corner[1]], c = triangles.vertices[corner[2]];
    const auto left = [&](Coord from, Coord to) {
      return (to.x - from.x) * (p.y - from.y) - (p.x - from.x) * (to.y - from.y) >= 0;
    };
    return left(a, b) && left(b, c) && left(c, a);
  });
}

std::size_t expected_count(const FeatureGeometry& feature) {
  std::size_t count = 0;
  for (std::size_t p = 0; p < feature.part_count(); ++p) {
    count += 2 * (feature.part(p).ring_count() - 1);
    for (std::size_t r = 0; r < feature.part(p).ring_count(); ++r) count += feature.part(p).ring(r).size() - 1;
    count -= 2;
  }
  return count;
}

// Count, area and land: a point is covered exactly when it lies in the polygon.
void expect_exact(const FeatureGeometry& feature, std::mt19937& random) {
  const Triangles triangles = triangulate(feature);
  EXPECT_TRUE(triangles.exact);
  EXPECT_EQ(triangles.corners.size(), expected_count(feature));
  EXPECT_NEAR(area_of(triangles) / area(feature), 1, 1e-9);
  const Envelope box = feature.envelope();
  std::uniform_real_distribution<double> x(box.min_x, box.max_x), y(box.min_y, box.max_y);
  for (int i = 0; i < 60; ++i) {
    const Coord p{x(random), y(random)};
    EXPECT_EQ(covered(triangles, p), contains(feature, p)) << p.x << " " << p.y;
  }
}

// A ring about a centre with a radius that jumps: star-shaped, as ragged as wanted, never crossing itself.
Vertices star(std::mt19937& random, Coord centre, double least, double most, int vertices, bool clockwise) {
  std::uniform_real_distribution<double> radius(least, most), jitter(0, 0.8);
  Vertices ring;
  for (int i = 0; i < vertices; ++i) {
    const double angle = (i + jitter(random)) * 2 * std::numbers::pi / vertices * (clockwise ? -1 : 1);
    const double r = radius(random);
    ring.push_back({centre.x + r * std::cos(angle), centre.y + r * std::sin(angle)});
  }
  ring.push_back(ring.front());
  return ring;
}

TEST(Triangulate, RandomPolygonsWithHoles) {
  std::mt19937 random(11);
  for (int round = 0; round < 400; ++round) {
    const Coord centre{40636000 + round * 3.7, 3430000.25};
    GeometryColumn column;
    column.begin_feature();
    column.begin_part();
    const int vertices = 3 + static_cast<int>(random() % 60);
    column.add_ring(star(random, centre, vertices < 8 ? 95 : 60, 100, vertices < 8 ? 8 : vertices, round % 2 == 0));
    for (unsigned hole = 0; hole < random() % 6; ++hole) {
      const double angle = hole * std::numbers::pi / 3;
      const Coord heart{centre.x + 30 * std::cos(angle), centre.y + 30 * std::sin(angle)};
      column.add_ring(star(random, heart, 2, 11, 3 + static_cast<int>(random() % 20), random() % 2 == 0));
    }
    expect_exact(column[0], random);
  }
}

TEST(Triangulate, LargeRagged) {
  std::mt19937 random(12);
  GeometryColumn column;
  column.begin_feature();
  for (int part = 0; part < 2; ++part) {
    column.begin_part();
    column.add_ring(star(random, {40636000 + part * 900.0, 3430000}, 150, 400, 9000, part == 1));
    column.add_ring(star(random, {40636000 + part * 900.0, 3430000}, 30, 140, 700, part == 1));
  }
  expect_exact(column[0], random);
}

TEST(Triangulate, VerticesOnStraightEdgesAndHolesInLine) {
  std::mt19937 random(13);
  // A parcel whose neighbours' corners lie on its straight edges, with holes whose corners share heights.
  GeometryColumn column =
      test::polygon({{{0, 0}, {3, 0}, {5, 0}, {10, 0}, {10, 4}, {10, 10}, {6, 10}, {0, 10}, {0, 5}, {0, 0}},
                     test::box_ring(1, 2, 2, 3),
                     test::box_ring(3, 2, 4, 3),
                     test::box_ring(5, 2, 6, 3),
                     test::box_ring(1, 5, 2, 6),
                     test::box_ring(8, 5, 9, 6)});
  expect_exact(column[0], random);
  column = test::polygon({{{0, 0}, {8, 0}, {8, 1}, {1, 1}, {1, 7}, {8, 7}, {8, 8}, {0, 8}, {0, 0}}});
  expect_exact(column[0], random);
}

TEST(Triangulate, AHoleThatTouchesItsShell) {
  const GeometryColumn column = test::polygon({test::box_ring(0, 0, 10, 10), {{10, 5}, {6, 3}, {6, 7}, {10, 5}}});
  const Triangles triangles = triangulate(column[0]);
  EXPECT_NEAR(area_of(triangles), 92, 1e-9);
  EXPECT_FALSE(covered(triangles, {7, 5}));
}

TEST(Triangulate, InvalidRingsCoverTheEvenOddLand) {
  struct Case {
    GeometryColumn column;
    double area;
  };
  const Case cases[] = {
      {test::polygon({{{0, 0}, {10, 10}, {10, 0}, {0, 10}, {0, 0}}}), 50},                 // bow-tie
      {test::polygon({test::box_ring(0, 0, 10, 10), test::box_ring(5, 5, 15, 15)}), 150},  // hole sticks out
      {test::polygon({test::box_ring(0, 0, 10, 10), test::box_ring(20, 0, 22, 2)}), 104},  // hole outside
      {test::polygon({{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 1}, {9, 1}, {9, 3}, {0, 3}, {0, 0}}}),
       18},  // crosses itself
  };
  std::mt19937 random(14);
  for (const Case& c : cases) {
    const Triangles triangles = triangulate(c.column[0]);
    EXPECT_FALSE(triangles.exact);
    EXPECT_NEAR(area_of(triangles), c.area, 1e-6);
    std::uniform_real_distribution<double> place(-1, 23);
    for (int i = 0; i < 300; ++i) {
      const Coord p{place(random), place(random)};
      EXPECT_EQ(covered(triangles, p), contains(c.column[0], p)) << p.x << " " << p.y;
    }
  }
}

TEST(Triangulate, NothingIsNothing) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(triangulate(test::polygon({{{0, 0}, {nan, 1}, {1, 0}, {0, 0}}})[0]).corners.empty());
  EXPECT_TRUE(triangulate(test::polygon({{{1, 1}, {1, 1}, {1, 1}, {1, 1}}})[0]).corners.empty());
  EXPECT_TRUE(triangulate(test::polygon({{{0, 0}, {5, 5}, {9, 9}, {0, 0}}})[0]).corners.empty());
  GeometryColumn column;
  column.begin_feature();
  EXPECT_TRUE(triangulate(column[0]).corners.empty());
}

}  // namespace
}  // namespace zaitu::geom
