#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "render/coverage.h"
#include "render/stroke.h"

namespace zaitu::render {
namespace {

// Gathers coverage into a plane.
struct Plane {
  int width, height;
  std::vector<std::int32_t> covers;
  Plane(int w, int h) : width(w), height(h), covers(static_cast<std::size_t>(w * h), 0) {}
  void span(int y, int x, std::span<const std::uint16_t> values) {
    for (std::uint16_t value : values) add(y, x++, value);
  }
  void run(int y, int x, int n, std::int32_t cover) {
    for (int i = 0; i < n; ++i) add(y, x + i, cover);
  }
  void add(int y, int x, std::int32_t cover) {
    ASSERT_GE(x, 0);
    ASSERT_LT(x, width);
    ASSERT_GE(cover, 0);
    ASSERT_LE(cover, full_coverage);
    covers[static_cast<std::size_t>(y * width + x)] += cover;
  }
  double sum() const {
    double total = 0;
    for (std::int32_t cover : covers) total += cover;
    return total / full_coverage;
  }
  double at(int x, int y) const {
    return static_cast<double>(covers[static_cast<std::size_t>(y * width + x)]) / full_coverage;
  }
};

std::vector<Point> sub(const std::vector<std::pair<double, double>>& px) {
  std::vector<Point> points;
  for (auto [x, y] : px) {
    points.push_back(
        {std::llround(x * static_cast<double>(subpixel)), std::llround(y * static_cast<double>(subpixel))});
  }
  return points;
}

double exact_area(const std::vector<Point>& ring) {
  double twice = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point a = ring[i], b = ring[(i + 1) % ring.size()];
    twice += static_cast<double>(a.x) * static_cast<double>(b.y) - static_cast<double>(b.x) * static_cast<double>(a.y);
  }
  return std::abs(twice) / 2 / static_cast<double>(subpixel * subpixel);
}

TEST(Coverage, AreaOfAnyPolygonIsItsExactArea) {
  CoverageRasteriser raster(256, 200);
  std::mt19937 random(7);
  std::uniform_real_distribution<double> unit(0, 1);
  for (int n = 0; n < 200; ++n) {
    std::vector<std::pair<double, double>> star;
    const int corners = 3 + n % 20;
    for (int i = 0; i < corners; ++i) {
      const double angle = 2 * std::numbers::pi * (i + unit(random) * 0.9) / corners;
      const double radius = 0.3 + unit(random) * (n % 3 == 0 ? 2 : 90);
      star.emplace_back(128 + radius * std::cos(angle), 100 + radius * std::sin(angle));
    }
    const std::vector<Point> ring = sub(star);
    raster.add_ring(ring);
    Plane plane(256, 200);
    raster.sweep(FillRule::non_zero, plane);
    // Each pixel of the outline may be off by a fraction of a thousandth; along a long outline that must not pile up.
    const double area = exact_area(ring);
    EXPECT_NEAR(plane.sum(), area, 1.0 / 255 + area * 1e-5) << "polygon " << n;
  }
}

TEST(Coverage, HalfCoveredPixelIsHalf) {
  CoverageRasteriser raster(4, 4);
  raster.add_ring(sub({{1.5, 1}, {3, 1}, {3, 2.25}, {1.5, 2.25}}));
  Plane plane(4, 4);
  raster.sweep(FillRule::even_odd, plane);
  EXPECT_DOUBLE_EQ(plane.at(1, 1), 0.5);
  EXPECT_DOUBLE_EQ(plane.at(2, 1), 1);
  EXPECT_DOUBLE_EQ(plane.at(2, 2), 0.25);
  EXPECT_DOUBLE_EQ(plane.at(1, 2), 0.125);
  EXPECT_DOUBLE_EQ(plane.sum(), 1.5 * 1.25);
}

TEST(Coverage, HolesByRule) {
  CoverageRasteriser raster(100, 100);
  const auto shell = sub({{10, 10}, {90, 10}, {90, 90}, {10, 90}});
  const auto same_way = sub({{30, 30}, {60, 30}, {60, 60}, {30, 60}});
  for (const auto& [rule, area] :
       {std::pair{FillRule::even_odd, 6400.0 - 900}, std::pair{FillRule::non_zero, 6400.0}}) {
    raster.add_ring(shell);
    raster.add_ring(same_way);
    Plane plane(100, 100);
    raster.sweep(rule, plane);
    EXPECT_NEAR(plane.sum(), area, 1e-6);
  }
}

TEST(Coverage, NeighboursShareTheirEdgeWithoutGap) {
  // Two polygons along one crooked edge, in opposite turns: every pixel between them adds up to one.
  CoverageRasteriser raster(64, 64);
  const auto left = sub({{0, 0}, {30.3, 0}, {25.71, 20.13}, {41.9, 33.77}, {28.2, 64}, {0, 64}});
  const auto right = sub({{64, 64}, {28.2, 64}, {41.9, 33.77}, {25.71, 20.13}, {30.3, 0}, {64, 0}});
  Plane plane(64, 64);
  raster.add_ring(left);
  raster.sweep(FillRule::even_odd, plane);
  raster.add_ring(right);
  raster.sweep(FillRule::even_odd, plane);
  for (std::int32_t cover : plane.covers) EXPECT_NEAR(cover, full_coverage, 1);
}

TEST(Coverage, FarAwayVerticesClipExactly) {
  CoverageRasteriser raster(200, 100);
  const double far = 1e7;
  // Everything below the line y = x / 4 + 10, as a polygon ten million pixels wide.
  raster.add_ring(sub({{-far, -far / 4 + 10}, {far, far / 4 + 10}, {far, far}, {-far, far}}));
  Plane plane(200, 100);
  raster.sweep(FillRule::non_zero, plane);
  double expected = 0;
  for (int x = 0; x < 200; ++x) expected += 100 - ((x + 0.5) / 4 + 10);
  EXPECT_NEAR(plane.sum(), expected, 0.05);
  EXPECT_DOUBLE_EQ(plane.at(100, 60), 1);
  EXPECT_DOUBLE_EQ(plane.at(100, 20), 0);
}

TEST(Coverage, TileSeesWhatTheWholeSees) {
  // The same polygon in one 128 px raster and in its four quarters.
  std::mt19937 random(3);
  std::uniform_int_distribution<std::int64_t> place(-40 * subpixel, 170 * subpixel);
  for (int n = 0; n < 50; ++n) {
    std::vector<Point> ring;
    for (int i = 0; i < 9; ++i) ring.push_back({place(random), place(random)});
    CoverageRasteriser whole(128, 128);
    whole.add_ring(ring);
    Plane all(128, 128);
    whole.sweep(FillRule::even_odd, all);
    for (int tile = 0; tile < 4; ++tile) {
      const int left = tile % 2 * 64, top = tile / 2 * 64;
      CoverageRasteriser quarter(64, 64);
      std::vector<Point> moved = ring;
      for (Point& p : moved) p = {p.x - left * subpixel, p.y - top * subpixel};
      quarter.add_ring(moved);
      Plane part(64, 64);
      quarter.sweep(FillRule::even_odd, part);
      for (int y = 0; y < 64; ++y) {
        for (int x = 0; x < 64; ++x) ASSERT_EQ(part.at(x, y), all.at(left + x, top + y)) << n;
      }
    }
  }
}

double stroke_area(const std::vector<std::pair<double, double>>& path, bool closed, const Pen& pen) {
  CoverageRasteriser raster(300, 300);
  add_stroke(raster, sub(path), closed, pen);
  Plane plane(300, 300);
  raster.sweep(FillRule::non_zero, plane);
  return plane.sum();
}

TEST(Stroke, StraightLineHasWidthTimesLength) {
  EXPECT_NEAR(stroke_area({{50, 50}, {170, 140}}, false, {6, false, {}}), 150 * 6, 0.5);
}

TEST(Stroke, RoundCapsAddACircle) {
  const double area = stroke_area({{50, 50}, {170, 140}}, false, {20, true, {}});
  EXPECT_NEAR(area, 150 * 20 + std::numbers::pi * 100, 4);
}

TEST(Stroke, MitredSquareRing) {
  const double area = stroke_area({{50, 50}, {150, 50}, {150, 150}, {50, 150}, {50, 50}}, true, {10, false, {}});
  EXPECT_NEAR(area, 110 * 110 - 90 * 90, 0.5);
  // Turned the other way it is the same ring.
  EXPECT_NEAR(stroke_area({{50, 50}, {50, 150}, {150, 150}, {150, 50}, {50, 50}}, true, {10, false, {}}), area, 1e-6);
}

TEST(Stroke, SharpBendHasNoSpike) {
  const double area = stroke_area({{50, 100}, {250, 100}, {50, 101}}, false, {4, false, {}});
  EXPECT_LT(area, 200 * 4.6 + 120);
}

TEST(Stroke, DashesCoverTheirShare) {
  const float dash[] = {6, 4};
  const double area = stroke_area({{20, 20}, {220, 20}, {220, 220}}, false, {2, false, dash});
  EXPECT_NEAR(area, 400 * 0.6 * 2, 4);
}

TEST(Stroke, DashPhaseFollowsTheLineNotTheTile) {
  const float dash[] = {5, 3};
  const Pen pen{3, false, dash};
  const auto path = sub({{-3000.3, 21}, {40, 30.5}, {90, 110}, {5000, 60}});
  CoverageRasteriser whole(128, 128);
  add_stroke(whole, path, false, pen);
  Plane all(128, 128);
  whole.sweep(FillRule::non_zero, all);
  std::vector<Point> moved = path;
  for (Point& p : moved) p = {p.x - 64 * subpixel, p.y - 32 * subpixel};
  CoverageRasteriser tile(64, 64);
  add_stroke(tile, moved, false, pen);
  Plane part(64, 64);
  tile.sweep(FillRule::non_zero, part);
  EXPECT_GT(part.sum(), 50);
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) ASSERT_EQ(part.at(x, y), all.at(64 + x, 32 + y)) << x << "," << y;
  }
}

}  // namespace
}  // namespace zaitu::render
