// The figure of past forecasts: marks stand at their values, kinds differ in shape, nothing leaves the box.
#include "chart/revision.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/utf8.h"
#include "support/golden.h"

namespace {

using namespace zaitu;
using namespace zaitu::chart;

double em_text_width(const std::string& text, double size, bool) {
  double width = 0;
  for (std::size_t i = 0; i < text.size();) width += base::next_code_point(text, i) < 0x2000 ? 0.56 : 1.0;
  return width * size;
}

const ChartStyle revision_paper{{34, 34, 34}, {110, 110, 110}, {200, 200, 200}, {255, 255, 255}, {11, 110, 142}, 11};

RevisionFigure past_forecasts(std::size_t quarters) {
  RevisionFigure figure;
  for (std::size_t i = 0; i < quarters; ++i) {
    RevisionPoint point;
    point.name = std::to_string(2023 + i / 4) + "Q" + std::to_string(1 + i % 4);
    point.middle = (120 + 5.0 * static_cast<double>(i)) * 1e4;
    const double spread = (30 - 2.0 * static_cast<double>(i)) * 1e4;
    point.low = point.middle - spread;
    point.high = point.middle + spread * 0.7;
    point.text = point.name;
    figure.points.push_back(point);
  }
  figure.target = 200e4;
  figure.actual = 171e4;
  figure.y_title = "2025-12-31 万㎡";
  figure.band_label = "P10–P90";
  figure.middle_label = "P50";
  figure.target_label = "目标 200.00";
  figure.actual_label = "实际";
  return figure;
}

TEST(Revision, goldens_of_two_sizes) {
  test::expect_golden("chart/revision_420x220.txt",
                      to_text(lay_out(past_forecasts(12), 420, 220, revision_paper, em_text_width).list));
  test::expect_golden("chart/revision_900x320.txt",
                      to_text(lay_out(past_forecasts(12), 900, 320, revision_paper, em_text_width).list));
}

TEST(Revision, nothing_leaves_the_box) {
  for (const auto& [width, height] : std::vector<std::pair<double, double>>{{300, 150}, {420, 220}, {1400, 600}}) {
    for (const std::size_t quarters : {std::size_t{1}, std::size_t{2}, std::size_t{13}}) {
      const Laid laid = lay_out(past_forecasts(quarters), width, height, revision_paper, em_text_width);
      EXPECT_EQ(laid.hot_spots.size(), quarters);
      const auto inside = [&, w = width, h = height](double x, double y) {
        EXPECT_TRUE(x >= -0.01 && x <= w + 0.01 && y >= -0.01 && y <= h + 0.01) << x << " " << y;
      };
      for (const auto& item : laid.list.items) {
        if (const auto* line = std::get_if<PolylineItem>(&item)) {
          for (const Point& point : line->points) inside(point.x, point.y);
        } else if (const auto* ground = std::get_if<PolygonItem>(&item)) {
          for (const Point& point : ground->points) inside(point.x, point.y);
        } else {
          const auto& text = std::get<TextItem>(item);
          const double across = em_text_width(text.text, text.size, text.bold);
          inside(text.at.x - text.anchor_x * across, text.at.y);
          inside(text.at.x + (1 - text.anchor_x) * across, text.at.y);
        }
      }
    }
  }
  EXPECT_TRUE(lay_out(RevisionFigure{}, 300, 200, revision_paper, em_text_width).list.items.empty());
}

// The target's dashes, the middle's line and what came are at heights in proportion to their values.
TEST(Revision, values_stand_in_proportion) {
  const RevisionFigure figure = past_forecasts(5);
  const Laid laid = lay_out(figure, 600, 300, revision_paper, em_text_width);
  double target = NAN, diamond = NAN;
  std::vector<Point> middle;
  for (const auto& item : laid.list.items) {
    if (const auto* line = std::get_if<PolylineItem>(&item)) {
      if (line->dash == std::vector<double>{6, 3}) target = line->points[0].y;  // the last one: after the legend's
      if (line->width == 1.8 && line->points.size() == 5) middle = line->points;
    }
    if (const auto* ground = std::get_if<PolygonItem>(&item);
        ground != nullptr && ground->points.size() == 4 && ground->points[1].y == ground->points[3].y) {
      diamond = ground->points[1].y;
    }
  }
  ASSERT_EQ(middle.size(), 5U);
  const double per_m2 = (middle[0].y - middle[4].y) / (figure.points[4].middle - figure.points[0].middle);
  EXPECT_NEAR(middle[0].y - target, (figure.target - figure.points[0].middle) * per_m2, 1e-6);
  EXPECT_NEAR(middle[0].y - diamond, (figure.actual - figure.points[0].middle) * per_m2, 1e-6);
  RevisionFigure bare = figure;
  bare.target = bare.actual = RevisionFigure::none;
  EXPECT_LT(lay_out(bare, 600, 300, revision_paper, em_text_width).list.items.size(), laid.list.items.size() - 4);
}

}  // namespace
