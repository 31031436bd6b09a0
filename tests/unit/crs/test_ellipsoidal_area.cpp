#include <geodesic.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "crs/crs.h"
#include "geom/measure.h"
#include "unit/crs/vectors.h"
#include "unit/geom/polygons.h"

namespace zaitu::crs {
namespace {

using test::polygon;

CoordinateReferenceSystem crs(const std::string& text) { return CoordinateReferenceSystem::from_text(text); }

test::Vertices densified(const test::Vertices& ring, int pieces) {
  test::Vertices points;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    for (int k = 0; k < pieces; ++k) {
      const double t = static_cast<double>(k) / pieces;
      points.push_back({ring[i].x + t * (ring[i + 1].x - ring[i].x), ring[i].y + t * (ring[i + 1].y - ring[i].y)});
    }
  }
  points.push_back(ring.back());
  return points;
}

TEST(EllipsoidalArea, PublishedVectors) {
  const auto vectors = test::read_area_vectors();
  ASSERT_EQ(vectors.size(), 4U);
  for (const auto& v : vectors) {
    const geom::GeometryColumn square = polygon({test::box_ring(v.west, v.south, v.west + v.size, v.south + v.size)});
    EXPECT_NEAR(EllipsoidalArea(crs("EPSG:4490"))(square[0]), v.ellipsoidal_m2, 0.005) << v.id;
    // The curved sides of the square in the projected system.
    const geom::GeometryColumn ring =
        polygon({densified(test::box_ring(v.west, v.south, v.west + v.size, v.south + v.size), 400)});
    const geom::GeometryColumn projected = transformed(ring, Transformation(crs("EPSG:4490"), crs(v.crs)));
    EXPECT_NEAR(geom::area(projected[0]), v.planar_m2, v.id == "T6" ? 0.06 : 0.01) << v.id;
    EXPECT_NEAR(EllipsoidalArea(crs(v.crs))(projected[0]), v.ellipsoidal_m2, 0.05) << v.id;
  }
}

// A ring as the ground sees it: the edges cut into many pieces, in longitudes and latitudes.
test::Vertices on_the_ground(const test::Vertices& ring, int pieces) {
  const Transformation to_geographic(crs("EPSG:4549"), crs("EPSG:4490"));
  test::Vertices points = densified(ring, pieces);
  to_geographic.forward(points);
  return points;
}

// Karney's geodesic polygon: another algorithm, good to about a thousandth of a square metre.
double area_by_geodesics(const test::Vertices& ground) {
  geod_geodesic ellipsoid;
  geod_init(&ellipsoid, 6378137.0, 1 / 298.257222101);
  geod_polygon sum;
  geod_polygon_init(&sum, 0);
  for (std::size_t i = 0; i + 1 < ground.size(); ++i) geod_polygon_addpoint(&ellipsoid, &sum, ground[i].y, ground[i].x);
  double area = 0;
  geod_polygon_compute(&ellipsoid, &sum, 0, 1, &area, nullptr);
  return std::abs(area);
}

// Trapezoids of authalic latitude in long double, with the authalic function as a series in the eccentricity
// (sin t * (1 + 2/3 e2 sin2 t + 3/5 e4 sin4 t + ...), the integral of M N cos t): no closed form shared with the code.
double area_by_trapezoids(const test::Vertices& ground) {
  const long double e2 = (2 - 1 / 298.257222101L) / 298.257222101L;
  const long double radians = std::numbers::pi_v<long double> / 180;
  const auto strip = [&](double latitude) {
    const long double s = std::sin(static_cast<long double>(latitude) * radians);
    long double sum = 0;
    long double power = s;
    for (int n = 0; n < 10; ++n) {
      sum += static_cast<long double>(n + 1) / static_cast<long double>(2 * n + 1) * power;
      power *= e2 * s * s;
    }
    return 6378137.0L * 6378137.0L * (1 - e2) * sum;
  };
  const long double base = strip(ground[0].y);
  long double sum = 0;
  for (std::size_t i = 0; i + 1 < ground.size(); ++i) {
    const long double step =
        (static_cast<long double>(ground[i + 1].x) - static_cast<long double>(ground[i].x)) * radians;
    sum += step * ((strip(ground[i].y) - base) + (strip(ground[i + 1].y) - base)) / 2;
  }
  return static_cast<double>(std::abs(sum));
}

// The error of cut edges falls with the square of the number of pieces: two cuts give the limit.
template <class Area>
double limit(const test::Vertices& ring, Area area) {
  const double coarse = area(on_the_ground(ring, 200));
  const double fine = area(on_the_ground(ring, 400));
  return fine + (fine - coarse) / 3;
}

TEST(EllipsoidalArea, AgreesWithOtherMethodsToOneInABillion) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> reach(0.4, 1);
  const EllipsoidalArea ellipsoidal(crs("EPSG:4549"));
  for (const double radius : {40.0, 400.0, 8000.0}) {
    test::Vertices ring;
    for (int i = 0; i < 9; ++i) {
      const double angle = 2 * std::numbers::pi * i / 9;
      const double r = radius * reach(random);
      ring.push_back({636535 + r * std::cos(angle), 3435178 + r * std::sin(angle)});
    }
    ring.push_back(ring.front());
    const double area = ellipsoidal(polygon({ring})[0]);
    EXPECT_NEAR(area / limit(ring, area_by_trapezoids), 1, 1e-9) << radius;
    if (radius > 1000) {
      EXPECT_NEAR(area / limit(ring, area_by_geodesics), 1, 1e-9) << radius;
    }
  }
}

TEST(EllipsoidalArea, LongEdgesAreCut) {
  // A ring of 400 km by 900 km, and the same with a vertex every some hundred metres: the same area, though its edges
  // bend on the ground.
  const test::Vertices ring = test::box_ring(300000, 3000000, 700000, 3900000);
  const EllipsoidalArea area(crs("EPSG:4549"));
  const double fine = area(polygon({densified(ring, 1000)})[0]);
  EXPECT_NEAR(area(polygon({ring})[0]) / fine, 1, 1e-9);
}

// A parcel is integrated in the plane, a town by its projected edges: the parcels of a town make up the town.
TEST(EllipsoidalArea, SmallPiecesMakeUpTheWhole) {
  struct Place {
    const char* crs;
    double x, y;
  };
  for (const Place& place : {Place{"EPSG:4549", 636000, 3435000}, Place{"EPSG:4528", 40300000, 5100000},
                             Place{"EPSG:3857", 13500000, 3600000}, Place{"EPSG:2154", 700000, 6600000},
                             Place{"EPSG:5514", -740000, -1040000}, Place{"EPSG:3413", 500000, -900000}}) {
    const EllipsoidalArea area(crs(place.crs));
    std::mt19937 random(3);
    std::uniform_real_distribution<double> off(-90, 90);
    constexpr int side = 12;
    std::vector<std::vector<geom::Coord>> corners(side + 1, std::vector<geom::Coord>(side + 1));
    for (int j = 0; j <= side; ++j) {
      for (int i = 0; i <= side; ++i) {
        corners[static_cast<std::size_t>(j)][static_cast<std::size_t>(i)] = {place.x + 300 * i + off(random),
                                                                             place.y + 300 * j + off(random)};
      }
    }
    double sum = 0;
    test::Vertices south, east, north, west;
    for (std::size_t j = 0; j < side; ++j) {
      for (std::size_t i = 0; i < side; ++i) {
        sum += area(
            polygon({{corners[j][i], corners[j][i + 1], corners[j + 1][i + 1], corners[j + 1][i], corners[j][i]}})[0]);
      }
      south.push_back(corners[0][j]);
      east.push_back(corners[j][side]);
      north.push_back(corners[side][side - j]);
      west.push_back(corners[side - j][0]);
    }
    test::Vertices town = south;
    for (const auto& edge : {east, north, west}) town.insert(town.end(), edge.begin(), edge.end());
    town.push_back(town.front());
    EXPECT_NEAR(sum / area(polygon({town})[0]), 1, 3e-11) << place.crs;
  }
}

TEST(EllipsoidalArea, HolesPartsAndDirections) {
  const test::Vertices shell = test::box_ring(636000, 3435000, 636300, 3435200);
  test::Vertices hole = test::box_ring(636100, 3435050, 636200, 3435150);
  const EllipsoidalArea area(crs("EPSG:4549"));
  const double expected = area(polygon({shell})[0]) - area(polygon({hole})[0]);
  std::reverse(hole.begin(), hole.end());
  EXPECT_NEAR(area(polygon({shell, hole})[0]), expected, 1e-9 * expected);
}

TEST(EllipsoidalArea, ZonePrefixChangesNothing) {
  const double plain =
      EllipsoidalArea(crs("EPSG:4549"))(polygon({test::box_ring(643144, 3440811, 643244, 3440911)})[0]);
  const double prefixed =
      EllipsoidalArea(crs("EPSG:4528"))(polygon({test::box_ring(40643144, 3440811, 40643244, 3440911)})[0]);
  EXPECT_NEAR(prefixed / plain, 1, 1e-9);
  // At Minhang the plane is some hundred ppm larger, and the difference is shown, not hidden.
  EXPECT_NEAR((10000 / plain - 1) * 1e6, 497, 30);
}

TEST(EllipsoidalArea, NoDatumShiftAndNoOtherEllipsoidTakesPart) {
  // The Krassowsky ellipsoid is 108 m larger: 34 ppm of area.
  const geom::GeometryColumn square = polygon({test::box_ring(636000, 3435000, 636100, 3435100)});
  const double modern = EllipsoidalArea(crs("EPSG:4549"))(square[0]);
  const double classical = EllipsoidalArea(crs("EPSG:2437"))(square[0]);
  EXPECT_NEAR(classical / modern, 1, 5e-6);
  const double shifted = EllipsoidalArea(
      crs("+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0 +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0"))(
      square[0]);
  EXPECT_NEAR(shifted / classical, 1, 1e-10);
}

TEST(EllipsoidalArea, SphereAndOutside) {
  const double radius = 6371000;
  const geom::GeometryColumn octant = polygon({{{0, 0}, {90, 0}, {90, 89.999999}, {0, 89.999999}, {0, 0}}});
  const EllipsoidalArea sphere(crs("+proj=longlat +a=6371000 +b=6371000"));
  EXPECT_NEAR(sphere(octant[0]) / (std::numbers::pi / 2 * radius * radius), 1, 1e-9);
  const EllipsoidalArea area(crs("EPSG:4549"));
  EXPECT_TRUE(std::isnan(area(polygon({test::box_ring(1e30, 0, 2e30, 1)})[0])));
  EXPECT_TRUE(std::isnan(area(polygon({test::box_ring(0, 0, std::numeric_limits<double>::quiet_NaN(), 1)})[0])));
}

TEST(EllipsoidalArea, LengthIsGeodesic) {
  // One degree of the equator, and a line in the plane whose scale there is known (T3: 1.0002297).
  geom::GeometryColumn lines(geom::GeometryKind::line);
  lines.begin_feature();
  lines.begin_part();
  lines.add_ring(test::Vertices{{120, 0}, {121, 0}});
  EXPECT_NEAR(EllipsoidalArea(crs("EPSG:4490")).length(lines[0]), 6378137.0 * std::numbers::pi / 180, 1e-6);
  geom::GeometryColumn plane(geom::GeometryKind::line);
  plane.begin_feature();
  plane.begin_part();
  plane.add_ring(test::Vertices{{636535, 3435178}, {636635, 3435178}});
  EXPECT_NEAR(EllipsoidalArea(crs("EPSG:4549")).length(plane[0]), 100 / 1.0002297, 1e-3);
}

}  // namespace
}  // namespace zaitu::crs
