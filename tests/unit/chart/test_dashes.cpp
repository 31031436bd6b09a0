// Dashes: they run on across corners and come to an end on every line.
#include "chart/dashes.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace zaitu::chart;

double drawn(const std::vector<std::pair<Point, Point>>& pieces) {
  double sum = 0;
  for (const auto& [a, b] : pieces) sum += std::hypot(b.x - a.x, b.y - a.y);
  return sum;
}

TEST(Dashes, RunOnAcrossCorners) {
  const auto pieces = dashes({{0, 0}, {10, 0}, {10, 10}}, {6, 2});
  ASSERT_EQ(pieces.size(), 4U);
  EXPECT_EQ(pieces[0].second.x, 6);
  EXPECT_EQ(pieces[1].first.x, 8);  // after the gap; the dash goes round the corner
  EXPECT_EQ(pieces[2].second.y, 4);
  EXPECT_EQ(pieces[3].first.y, 6);
  EXPECT_NEAR(drawn(pieces), 16, 1e-9);
  EXPECT_NEAR(drawn(dashes({{0, 0}, {18, 0}}, {3})), 9, 1e-9);  // dash and gap alike
  EXPECT_TRUE(dashes({{0, 0}, {0, 0}}, {3, 3}).empty());
}

// A length that rounding leaves over must not stop the walk: it did, on lines of many corners.
TEST(Dashes, EndOnEveryLine) {
  for (int width = 1; width < 3000; ++width) {
    std::vector<Point> points;
    for (int i = 0; i <= 12; ++i) points.push_back({i * width * 0.0713, 100 - i * 0.37});
    double length = 0;
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
      length += std::hypot(points[i + 1].x - points[i].x, points[i + 1].y - points[i].y);
    }
    const auto pieces = dashes(points, {7, 4});
    EXPECT_LE(drawn(pieces), length + 1e-6);
    EXPECT_GE(drawn(pieces), length * 7 / 11 - 4);
    EXPECT_LE(pieces.size(), length / 11 + 14);
  }
}

}  // namespace
