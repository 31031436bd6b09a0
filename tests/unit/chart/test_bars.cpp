// Bars by quarter: what is not known is a mark and no bar, hot spots give the quarter under the mouse.
#include "chart/bars.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace zaitu::chart;

namespace {

BarFigure four_quarters() {
  BarFigure figure;
  figure.x_names = {"2024Q3", "2024Q4", "2025Q1", "2025Q2"};
  figure.hover = {"a", "b", "c", "d"};
  BarPlot plot;
  plot.title = "take-up";
  plot.colour = {10, 20, 30, 255};
  plot.y = {10000, std::nan(""), 0, -5000};
  plot.partial = {false, false, false, true};
  plot.y_unit = 10000;
  figure.plots = {plot};
  return figure;
}

Laid lay_bars(const BarFigure& figure) {
  const ChartStyle style;
  return lay_out(figure, 400, 160, style, [](const std::string& text, double size, bool) {
    return static_cast<double>(text.size()) * size * 0.5;
  });
}

std::size_t texts(const Laid& chart, const std::string& wanted) {
  std::size_t count = 0;
  for (const auto& item : chart.list.items) {
    const auto* text = std::get_if<TextItem>(&item);
    if (text != nullptr && text->text == wanted) ++count;
  }
  return count;
}

}  // namespace

TEST(Bars, WhatIsNotKnownIsAMarkAndNoBar) {
  const Laid chart = lay_bars(four_quarters());
  std::vector<PolygonItem> bars;
  for (const auto& item : chart.list.items) {
    if (const auto* bar = std::get_if<PolygonItem>(&item)) bars.push_back(*bar);
  }
  ASSERT_EQ(bars.size(), 3U);  // of four quarters
  EXPECT_EQ(texts(chart, "?"), 1U);
  const auto height = [](const PolygonItem& bar) { return bar.points[2].y - bar.points[0].y; };
  EXPECT_GT(height(bars[0]), 0) << "upwards from zero";
  EXPECT_DOUBLE_EQ(height(bars[1]), 0);
  EXPECT_NEAR(height(bars[2]), -height(bars[0]) / 2, 1e-9) << "downwards, half as long";
  EXPECT_LT(bars[2].fill.a, bars[0].fill.a) << "known in part";
}

TEST(Bars, HotSpotsCoverEveryQuarterOnce) {
  const Laid chart = lay_bars(four_quarters());
  ASSERT_EQ(chart.hot_spots.size(), 4U);
  for (std::size_t i = 0; i + 1 < 4; ++i) EXPECT_DOUBLE_EQ(chart.hot_spots[i].x1, chart.hot_spots[i + 1].x0);
  EXPECT_EQ(chart.hot_spots[1].key, "@2024Q4");
  EXPECT_EQ(chart.hot_spots[1].text, "b");
  EXPECT_EQ(texts(chart, "2024"), 1U);
  EXPECT_EQ(texts(chart, "2025"), 1U);
}

TEST(Bars, NothingInsideLeavesTheBox) {
  const Laid chart = lay_bars(four_quarters());
  for (const auto& item : chart.list.items) {
    if (const auto* line = std::get_if<PolylineItem>(&item)) {
      for (const Point& point : line->points) {
        EXPECT_GE(point.x, 0);
        EXPECT_LE(point.x, 400);
        EXPECT_GE(point.y, 0);
        EXPECT_LE(point.y, 160);
      }
    }
  }
  EXPECT_TRUE(lay_bars(BarFigure{}).list.items.empty());
}
