#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/error.h"
#include "crs/gcj02.h"
#include "crs/helmert.h"

namespace zaitu::crs {
namespace {

using geom::Coord;

double metres_between(Coord a, Coord b) {
  constexpr double degree_m = 111320;
  return std::hypot((a.x - b.x) * degree_m * std::cos(a.y * 3.141592653589793 / 180), (a.y - b.y) * degree_m);
}

TEST(MapShift, BackIsBackToLessThanAMillimetre) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> lon(75, 134);
  std::uniform_real_distribution<double> lat(18, 53);
  for (int i = 0; i < 2000; ++i) {
    const Coord place{lon(random), lat(random)};
    for (const MapShift shift : {MapShift::gcj02, MapShift::bd09}) {
      EXPECT_LT(metres_between(unshifted(shifted(place, shift), shift), place), 0.001);
    }
    const double off = metres_between(shifted(place, MapShift::gcj02), place);
    EXPECT_GT(off, 1);
    EXPECT_LT(off, 800);
  }
}

TEST(MapShift, AsLargeAsMapsShowIt) {
  // Suzhou and Minhang: 465 to 490 m, Baidu's 1.1 km.
  for (const Coord place : {Coord{120.6, 31.3}, Coord{121.43, 31.03}}) {
    const double gcj02 = metres_between(shifted(place, MapShift::gcj02), place);
    EXPECT_GT(gcj02, 455);
    EXPECT_LT(gcj02, 500);
    const double bd09 = metres_between(shifted(place, MapShift::bd09), place);
    EXPECT_GT(bd09, 1000);
    EXPECT_LT(bd09, 1300);
    EXPECT_GT(shifted(place, MapShift::gcj02).x, place.x);  // eastwards there
  }
  const Coord paris{2.35, 48.85};
  EXPECT_EQ(shifted(paris, MapShift::bd09), paris);
  EXPECT_EQ(shifted({120, 30}, MapShift::none), (Coord{120, 30}));
  EXPECT_EQ(parse_map_shift("bd09"), MapShift::bd09);
  EXPECT_FALSE(parse_map_shift("wgs"));
}

TEST(Helmert, FindsTheParametersAndNamesWhatIsLeft) {
  const double angle = 0.0123;
  const double scale = 1.00004;
  const auto there = [&](Coord c) {
    return Coord{635000 + scale * (std::cos(angle) * c.x - std::sin(angle) * c.y),
                 3456000 + scale * (std::sin(angle) * c.x + std::cos(angle) * c.y)};
  };
  std::vector<ControlPoint> points;
  for (const Coord c : {Coord{-3500, 2100}, Coord{4000, 2500}, Coord{300, -5000}, Coord{-2000, -2500}}) {
    points.push_back({"P" + std::to_string(points.size() + 1), c, there(c)});
  }
  const HelmertFit exact = fit_helmert(points);
  EXPECT_NEAR(exact.parameters.scale(), scale, 1e-12);
  EXPECT_NEAR(exact.parameters.rotation_degrees(), angle * 180 / 3.141592653589793, 1e-10);
  EXPECT_LT(exact.rms, 1e-8);
  const Coord c{123, 456};
  EXPECT_NEAR(exact.parameters(c).x, there(c).x, 1e-8);
  EXPECT_NEAR(exact.parameters(c).y, there(c).y, 1e-8);

  points[2].to.x += 0.4;  // a bad point is seen by its residual
  const HelmertFit fit = fit_helmert(points);
  EXPECT_GT(std::abs(fit.residuals[2].dx), 0.1);
  EXPECT_EQ(fit.residuals[2].name, "P3");
  EXPECT_GT(fit.rms, 0.05);

  EXPECT_TRUE(std::isnan(fit_helmert(std::vector(points.begin(), points.begin() + 2)).rms));
  EXPECT_THROW(fit_helmert(std::vector(1, points[0])), base::Error);
  EXPECT_THROW(fit_helmert(std::vector(3, points[0])), base::Error);
}

}  // namespace
}  // namespace zaitu::crs
