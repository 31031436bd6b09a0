// The Sankey's layout: bands as wide as their values, nodes that hold them exactly, nothing outside the picture.
#include "chart/sankey.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/utf8.h"
#include "support/golden.h"

namespace {

using namespace zaitu;
using namespace zaitu::chart;

double measured(const std::string& text, double size, bool) {
  double width = 0;
  for (std::size_t i = 0; i < text.size();) width += base::next_code_point(text, i) < 0x2000 ? 0.56 : 1.0;
  return width * size;
}

const ChartStyle on_paper{{34, 34, 34}, {110, 110, 110}, {200, 200, 200}, {255, 255, 255}, {183, 28, 28}, 11};

SankeyFigure land_uses() {
  SankeyFigure figure;
  figure.titles = {"2022-12-31", "路径", "2025-12-31"};
  figure.columns = {
      {{"a", "1001 工业用地", "60 亩", {187, 150, 116}}, {"b", "0703 农村宅基地", "25 亩", {250, 220, 100}}},
      {{"p", "收储出让", "55 亩", {154, 165, 177}}, {"q", "存量改建", "30 亩", {154, 165, 177}}},
      {{"c", "0802 科研用地", "70 亩", {230, 80, 150}}, {"d", "1401 公园绿地", "15 亩", {80, 180, 80}}}};
  figure.links = {{0, 0, 0, 30, "a>p", "30"}, {0, 0, 1, 30, "a>q", "30"}, {0, 1, 0, 25, "b>p", "25"},
                  {1, 0, 0, 40, "p>c", "40"}, {1, 0, 1, 15, "p>d", "15"}, {1, 1, 0, 30, "q>c", "30"}};
  return figure;
}

// Height of the boxes of each key: the thickness of a band where it starts.
std::map<std::string, double> thickness(const Laid& laid) {
  std::map<std::string, double> found;
  for (const HotSpot& spot : laid.hot_spots) {
    if (spot.item < 0) continue;
    const auto& band = std::get<PolygonItem>(laid.list.items[static_cast<std::size_t>(spot.item)]).points;
    found[spot.key] = band.back().y - band.front().y;
  }
  return found;
}

TEST(Sankey, BandsAreAsWideAsTheirValues) {
  const Laid laid = lay_out(land_uses(), 700, 240, on_paper, measured);
  const auto found = thickness(laid);
  ASSERT_EQ(found.size(), 6U);
  for (const SankeyLink& link : land_uses().links) {
    EXPECT_NEAR(found.at(link.key) / found.at("a>p"), link.value / 30, 1e-9) << link.key;
  }
}

TEST(Sankey, NodesAreFilledByTheirBands) {
  const Laid laid = lay_out(land_uses(), 700, 240, on_paper, measured);
  const auto found = thickness(laid);
  for (const HotSpot& spot : laid.hot_spots) {
    if (spot.item >= 0) continue;
    const double height = spot.y1 - spot.y0 - 2;  // the spot is a pixel larger
    double bands = 0;
    for (const auto& [key, value] : found) {
      if (key.starts_with(spot.key + ">") || (key.ends_with(">" + spot.key) && spot.key != "p" && spot.key != "q")) {
        bands += value;
      }
    }
    EXPECT_NEAR(height, bands, 1e-9) << spot.key;
  }
}

TEST(Sankey, EverythingLiesInsideAtEverySize) {
  for (const auto& [width, height] : {std::pair(420.0, 130.0), {700.0, 240.0}, {1600.0, 500.0}}) {
    const Laid laid = lay_out(land_uses(), width, height, on_paper, measured);
    for (const auto& item : laid.list.items) {
      if (const auto* polygon = std::get_if<PolygonItem>(&item)) {
        for (const Point& point : polygon->points) {
          EXPECT_TRUE(point.x >= 0 && point.x <= width && point.y >= 0 && point.y <= height + 0.5);
        }
      } else if (const auto* text = std::get_if<TextItem>(&item)) {
        const double length = measured(text->text, text->size, false);
        const double x = text->at.x - text->anchor_x * length;
        EXPECT_GE(x, -1e-9) << text->text;
        EXPECT_LE(x + length, width + 1e-9) << text->text;
      }
    }
  }
}

TEST(Sankey, ABandAnswersWhereItIsDrawn) {
  const Laid laid = lay_out(land_uses(), 700, 240, on_paper, measured);
  for (const HotSpot& spot : laid.hot_spots) {
    if (spot.item < 0) continue;
    const auto& band = std::get<PolygonItem>(laid.list.items[static_cast<std::size_t>(spot.item)]).points;
    const std::size_t half = band.size() / 2;
    for (std::size_t i = 0; i + 1 < half; ++i) {
      const double x = (band[i].x + band[i + 1].x) / 2, y = (band[i].y + band[band.size() - 1 - i].y) / 2;
      EXPECT_TRUE(std::any_of(laid.hot_spots.begin(), laid.hot_spots.end(), [&](const HotSpot& other) {
        return other.key == spot.key && other.x0 <= x && x <= other.x1 && other.y0 <= y && y <= other.y1;
      })) << spot.key;
    }
  }
}

TEST(Sankey, NothingFlowsNothingIsDrawn) {
  SankeyFigure figure = land_uses();
  figure.links.clear();
  EXPECT_TRUE(lay_out(figure, 700, 240, on_paper, measured).list.items.empty());
}

TEST(Sankey, Golden) {
  test::expect_golden("chart/sankey_700x240.txt", to_text(lay_out(land_uses(), 700, 240, on_paper, measured).list));
}

}  // namespace
