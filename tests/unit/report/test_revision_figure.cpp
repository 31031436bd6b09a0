// The past forecasts as a figure: what came is told only of the year's end itself, a target only where there is one.
#include "report/revision_figure.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace zaitu;

std::vector<planning::Revision> three_quarters() {
  const auto day = [](const char* iso) { return *base::Date::parse(iso); };
  return {{day("2025-06-30"), 90e4, 100e4, 120e4, 140e4, 121e4, 0.25},
          {day("2025-09-30"), 95e4, 105e4, 115e4, 125e4, 116e4, std::nullopt},
          {day("2025-12-31"), 110e4, 110e4, 110e4, 110e4, 110e4, 0.0}};
}

TEST(RevisionFigure, what_came_is_told_of_the_end_of_the_year_alone) {
  auto rows = three_quarters();
  const auto figure = report::revision_figure(rows, 2025, 200e4, base::Language::zh);
  ASSERT_EQ(figure.points.size(), 3U);
  EXPECT_EQ(figure.points[0].name, "2025Q2");
  EXPECT_EQ(figure.points[0].low, 100e4);
  EXPECT_EQ(figure.points[0].high, 140e4);
  EXPECT_EQ(figure.points[0].text,
            "截至 2025-06-30\nP10  100.00 万㎡\nP50  120.00 万㎡\nP90  140.00 万㎡\n当时已计入  90.00 万㎡\n达标概率  "
            "25.0 %");
  EXPECT_EQ(figure.points[1].text.find("达标概率"), std::string::npos) << "not known is not 0";
  EXPECT_EQ(figure.points[2].text, "截至 2025-12-31\n实际  110.00 万㎡\n达标概率  0.0 %");
  EXPECT_EQ(figure.actual, 110e4);
  EXPECT_EQ(figure.target, 200e4);
  rows.pop_back();
  const auto before = report::revision_figure(rows, 2025, std::nullopt, base::Language::en);
  EXPECT_TRUE(std::isnan(before.actual));
  EXPECT_TRUE(std::isnan(before.target));
  EXPECT_EQ(before.points[0].text.find("As of 2025-06-30\nP10  "), 0U);
}

}  // namespace
