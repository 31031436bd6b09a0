// The supply curve's layout: golden display lists, nothing overlapping or cut at the sizes it is used in, exact values
// in the hot spots, nothing drawn of what comes after the as-of date.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/date.h"
#include "base/utf8.h"
#include "chart/figure.h"
#include "support/golden.h"

namespace {

using namespace zaitu;
using namespace zaitu::chart;

// A font without a font: Latin 0.56 em, everything wider 1 em.
double fake_width(const std::string& text, double size, bool bold) {
  double width = 0;
  for (std::size_t i = 0; i < text.size();) width += base::next_code_point(text, i) < 0x2000 ? 0.56 : 1.0;
  return width * size * (bold ? 1.05 : 1.0);
}

double days(int year, int month, int day) { return base::Date::from_ymd(year, month, day)->days(); }

SupplyCurveFigure example() {
  SupplyCurveFigure figure;
  for (base::Date at = *base::Date::from_ymd(2022, 12, 31); at <= base::Date::year_end(2025);
       at = at.plus_days(1).quarter_end()) {
    figure.x.push_back(at.days());
    figure.x_names.push_back(at.quarter_name());
  }
  const struct {
    const char *key, *name;
    Colour colour;
    Pattern pattern;
    double start, step;
  } classes[] = {{"K0", "已投用", {46, 125, 50}, Pattern::solid, 300000, 45000},
                 {"K1", "已竣工", {102, 187, 106}, Pattern::solid, 420000, 8000},
                 {"K2", "在建", {30, 136, 229}, Pattern::solid, 500000, -12000},
                 {"K3", "已出让未开工", {30, 136, 229}, Pattern::hatch, 260000, -9000},
                 {"K4", "收储/动迁中", {255, 179, 0}, Pattern::hatch, 240000, -8000},
                 {"K5", "规划/研究", {158, 158, 158}, Pattern::outline, 320000, -20000}};
  for (const auto& c : classes) {
    Series series{c.key, c.name, c.colour, {}, c.pattern};
    for (std::size_t i = 0; i < figure.x.size(); ++i) series.y.push_back(c.start + c.step * static_cast<double>(i));
    figure.stack.push_back(series);
  }
  figure.counted = {"counted", "已建成", {}, {}, Pattern::solid};
  for (std::size_t i = 0; i < figure.x.size(); ++i)
    figure.counted.y.push_back(figure.stack[0].y[i] + figure.stack[1].y[i]);
  figure.targets = {{days(2023, 12, 31), 1200000, "2023 目标 120", ""},
                    {days(2024, 12, 31), 1500000, "2024 目标 150", ""},
                    {days(2025, 12, 31), 2000000, "2025 目标 200", ""}};
  figure.as_of = days(2025, 12, 31);
  figure.y_title = "万㎡";
  figure.counted_label = "已建成";
  figure.target_label = "目标";
  figure.as_of_label = "截至 2025-12-31";
  return figure;
}

ChartStyle paper() { return {{34, 34, 34}, {110, 110, 110}, {200, 200, 200}, {255, 255, 255}, {183, 28, 28}, 11}; }

struct Frame {
  double x0, y0, x1, y1;
  std::string text;
};

std::vector<Frame> text_frames(const DisplayList& list) {
  std::vector<Frame> frames;
  for (const auto& item : list.items) {
    const auto* text = std::get_if<TextItem>(&item);
    if (text == nullptr) continue;
    const double width = fake_width(text->text, text->size, text->bold), height = text->size * 1.1;
    const double x = text->at.x - text->anchor_x * width, y = text->at.y - text->anchor_y * height;
    frames.push_back({x, y, x + width, y + height, text->text});
  }
  return frames;
}

void expect_tidy(const Laid& laid) {
  const std::vector<Frame> frames = text_frames(laid.list);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_GE(frames[i].x0, 0) << frames[i].text;
    EXPECT_GE(frames[i].y0, 0) << frames[i].text;
    EXPECT_LE(frames[i].x1, laid.list.width) << frames[i].text;
    EXPECT_LE(frames[i].y1, laid.list.height) << frames[i].text;
    for (std::size_t j = i + 1; j < frames.size(); ++j) {
      const bool apart = frames[i].x1 <= frames[j].x0 || frames[j].x1 <= frames[i].x0 || frames[i].y1 <= frames[j].y0 ||
                         frames[j].y1 <= frames[i].y0;
      EXPECT_TRUE(apart) << frames[i].text << " overlaps " << frames[j].text;
    }
  }
}

bool has_text(const Laid& laid, const std::string& wanted) {
  const auto frames = text_frames(laid.list);
  return std::any_of(frames.begin(), frames.end(), [&](const Frame& frame) { return frame.text == wanted; });
}

TEST(SupplyCurve, goldens_of_the_two_screen_sizes) {
  test::expect_golden("chart/supply_curve_600x260.txt",
                      to_text(lay_out(example(), 600, 260, paper(), fake_width).list));
  test::expect_golden("chart/supply_curve_1600x400.txt",
                      to_text(lay_out(example(), 1600, 400, paper(), fake_width).list));
}

TEST(SupplyCurve, nothing_overlaps_or_is_cut) {
  for (const auto& [width, height] : std::vector<std::pair<double, double>>{
           {600, 260}, {1600, 400}, {642, 240}, {420, 220}, {900, 180}, {2400, 900}}) {
    SCOPED_TRACE(std::to_string(width));
    for (const double text_size : {9.0, 11.0, 14.0}) {
      ChartStyle style = paper();
      style.text_size = text_size;
      expect_tidy(lay_out(example(), width, height, style, fake_width));
    }
  }
}

TEST(SupplyCurve, the_marks_that_matter_are_labelled) {
  const Laid laid = lay_out(example(), 642, 260, paper(), fake_width);
  for (const char* wanted : {"2023 目标 120", "2024 目标 150", "2025 目标 200", "截至 2025-12-31", "万㎡", "2023",
                             "2025", "Q1", "已投用", "规划/研究"}) {
    EXPECT_TRUE(has_text(laid, wanted)) << wanted;
  }
  const SupplyCurveFigure figure = example();
  const double end = figure.counted.y.back() / 10000.0;
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", end);
  EXPECT_TRUE(has_text(laid, text)) << text;
}

TEST(SupplyCurve, hot_spots_tell_the_exact_values) {
  const SupplyCurveFigure figure = example();
  const Laid laid = lay_out(figure, 600, 260, paper(), fake_width);
  const auto find = [&](const std::string& key) {
    const auto found = std::find_if(laid.hot_spots.begin(), laid.hot_spots.end(),
                                    [&](const HotSpot& spot) { return spot.key == key; });
    return found == laid.hot_spots.end() ? nullptr : &*found;
  };
  ASSERT_NE(find("K1@2024Q2"), nullptr);
  EXPECT_EQ(find("K1@2024Q2")->text, "2024Q2 · 已竣工\n46.80 万㎡");
  ASSERT_NE(find("@2023Q1"), nullptr);
  EXPECT_EQ(find("@2023Q1")->text,
            "2023Q1\n已建成 77.30 万㎡\n规划/研究 30.00 万㎡\n收储/动迁中 23.20 万㎡\n已出让未开工 25.10 万㎡\n在建 "
            "48.80 万㎡\n"
            "已竣工 42.80 万㎡\n已投用 34.50 万㎡");
  ASSERT_NE(find("target@2024"), nullptr);
  EXPECT_EQ(find("target@2024")->text, "2024-12-31\n目标 150.00 万㎡");
  // The columns cover the plot without a gap.
  double reached = find("@2022Q4")->x1;
  for (const char* quarter : {"@2023Q1", "@2023Q2", "@2023Q3", "@2023Q4", "@2024Q1"}) {
    EXPECT_DOUBLE_EQ(find(quarter)->x0, reached);
    reached = find(quarter)->x1;
  }
}

TEST(SupplyCurve, bands_stack_from_the_most_certain_up_and_meet) {
  const SupplyCurveFigure figure = example();
  const Laid laid = lay_out(figure, 600, 260, paper(), fake_width);
  const auto spot = [&](const std::string& key) {
    return *std::find_if(laid.hot_spots.begin(), laid.hot_spots.end(), [&](const HotSpot& s) { return s.key == key; });
  };
  const char* order[] = {"K0", "K1", "K2", "K3", "K4", "K5"};
  for (int i = 0; i + 1 < 6; ++i) {
    const HotSpot lower = spot(std::string(order[i]) + "@2024Q4"), upper = spot(std::string(order[i + 1]) + "@2024Q4");
    EXPECT_NEAR(lower.y0, upper.y1, 1e-9);
    // Heights are in proportion to the areas.
    const double per_m2 = (spot("K0@2024Q4").y1 - spot("K0@2024Q4").y0) / figure.stack[0].y[8];
    EXPECT_NEAR((upper.y1 - upper.y0) / figure.stack[static_cast<std::size_t>(i) + 1].y[8], per_m2, 1e-9);
  }
}

TEST(SupplyCurve, nothing_after_the_as_of_date_is_drawn) {
  SupplyCurveFigure figure = example();
  figure.as_of = days(2024, 6, 30);
  figure.as_of_label = "截至 2024-06-30";
  const Laid laid = lay_out(figure, 600, 260, paper(), fake_width);
  expect_tidy(laid);
  for (const HotSpot& spot : laid.hot_spots) {
    if (spot.key.rfind("target", 0) == 0) continue;
    EXPECT_LE(spot.key.substr(spot.key.find('@') + 1), "2024Q2") << spot.key;
  }
  // What lies after it does not even change the drawing, scale included.
  SupplyCurveFigure cut = figure;
  for (Series& series : cut.stack)
    for (std::size_t i = 7; i < series.y.size(); ++i) series.y[i] = 9e6;
  for (std::size_t i = 7; i < cut.counted.y.size(); ++i) cut.counted.y[i] = 9e6;
  EXPECT_EQ(to_text(lay_out(cut, 600, 260, paper(), fake_width).list), to_text(laid.list));
}

TEST(SupplyCurve, hard_figures_do_not_break_it) {
  EXPECT_TRUE(lay_out(SupplyCurveFigure{}, 600, 260, paper(), fake_width).list.items.empty());
  SupplyCurveFigure one = example();
  one.x.resize(1);
  one.x_names.resize(1);
  expect_tidy(lay_out(one, 600, 260, paper(), fake_width));
  SupplyCurveFigure zero = example();
  for (Series& series : zero.stack) std::fill(series.y.begin(), series.y.end(), 0.0);
  std::fill(zero.counted.y.begin(), zero.counted.y.end(), 0.0);
  zero.targets.clear();
  expect_tidy(lay_out(zero, 600, 260, paper(), fake_width));
  SupplyCurveFigure negative = example();  // a renovation that takes more than it gives
  std::fill(negative.stack[3].y.begin(), negative.stack[3].y.end(), -250000.0);
  negative.stack[4].y[2] = std::nan("");
  const Laid laid = lay_out(negative, 600, 260, paper(), fake_width);
  expect_tidy(laid);
  const auto frames = text_frames(laid.list);
  EXPECT_TRUE(std::any_of(frames.begin(), frames.end(), [](const Frame& frame) { return frame.text[0] == '-'; }))
      << "the axis reaches below zero";
  SupplyCurveFigure decades = example();
  decades.x.front() = days(1995, 12, 31);
  expect_tidy(lay_out(decades, 600, 260, paper(), fake_width));
}

SupplyCurveFigure example_with_forecast() {
  SupplyCurveFigure figure = example();
  figure.as_of = days(2024, 12, 31);
  figure.as_of_label = "截至 2024-12-31";
  double middle = figure.counted.y[8], spread = 0;
  for (base::Date at = *base::Date::from_ymd(2024, 12, 31); at <= base::Date::year_end(2026);
       at = at.plus_days(1).quarter_end()) {
    figure.forecast.x.push_back(at.days());
    figure.forecast.x_names.push_back(at.quarter_name());
    figure.forecast.low.push_back(middle - spread);
    figure.forecast.middle.push_back(middle);
    figure.forecast.high.push_back(middle + 2 * spread);
    middle += 90000;
    spread += 40000;
  }
  figure.forecast.low_name = "P10";
  figure.forecast.middle_name = "P50";
  figure.forecast.high_name = "P90";
  figure.forecast.middle_label = "推算 P50";
  figure.forecast.band_label = "推算 P10–P90";
  figure.targets.back().text = "实施意见 · 2023\n达标概率 41.0 %";
  return figure;
}

TEST(SupplyCurve, forecast_goes_on_where_what_was_ends) {
  const SupplyCurveFigure figure = example_with_forecast();
  test::expect_golden("chart/supply_curve_forecast_900x260.txt",
                      to_text(lay_out(figure, 900, 260, paper(), fake_width).list));
  const Laid laid = lay_out(figure, 900, 260, paper(), fake_width);
  const auto find = [&](const std::string& key) {
    return *std::find_if(laid.hot_spots.begin(), laid.hot_spots.end(), [&](const HotSpot& s) { return s.key == key; });
  };
  EXPECT_EQ(find("@2025Q2").text, "2025Q2 · 2025-06-30\nP90 148.40 万㎡\nP50 132.40 万㎡\nP10 124.40 万㎡");
  EXPECT_EQ(find("target@2025").text, "2025-12-31\n目标 200.00 万㎡\n实施意见 · 2023\n达标概率 41.0 %");
  // Its columns follow each other up to the end of the axis.
  EXPECT_DOUBLE_EQ(find("@2025Q2").x1, find("@2025Q3").x0);
  EXPECT_DOUBLE_EQ(find("@2026Q4").x1, 900 - 12);
  for (const char* wanted : {"推算 P50", "推算 P10–P90", "2026"}) EXPECT_TRUE(has_text(laid, wanted)) << wanted;
}

TEST(SupplyCurve, within_a_quarter_the_line_goes_on_to_the_as_of_date) {
  SupplyCurveFigure figure = example_with_forecast();
  figure.as_of = days(2025, 2, 14);
  figure.forecast.x.front() = days(2025, 2, 14);
  figure.forecast.low.front() = figure.forecast.middle.front() = figure.forecast.high.front() = 1190000;
  const Laid laid = lay_out(figure, 900, 260, paper(), fake_width);
  expect_tidy(laid);
  EXPECT_TRUE(has_text(laid, "119.00"));
  double counted_end = 0, middle_start = 0;
  for (const auto& item : laid.list.items) {
    const auto* line = std::get_if<PolylineItem>(&item);
    if (line != nullptr && line->width == 2.8) counted_end = line->points.back().x;
    if (line != nullptr && line->dash == std::vector<double>{7, 4}) middle_start = line->points.front().x;
  }
  EXPECT_GT(middle_start, 0);
  EXPECT_DOUBLE_EQ(counted_end, middle_start);
}

TEST(SupplyCurve, forecast_overlaps_nothing_and_is_not_cut) {
  for (const auto& [width, height] : std::vector<std::pair<double, double>>{
           {600, 220}, {600, 260}, {1500, 360}, {642, 240}, {420, 220}, {900, 180}}) {
    SCOPED_TRACE(std::to_string(width));
    SupplyCurveFigure figure = example_with_forecast();
    const Laid laid = lay_out(figure, width, height, paper(), fake_width);
    expect_tidy(laid);
    // Even where it leads far above the targets or below zero, it stays in the picture.
    figure.forecast.high.back() = 9e6;
    figure.forecast.low.back() = -5e5;
    const Laid wide = lay_out(figure, width, height, paper(), fake_width);
    expect_tidy(wide);
    for (const auto& item : wide.list.items) {
      const auto* polyline = std::get_if<PolylineItem>(&item);
      if (polyline == nullptr) continue;
      for (const Point& point : polyline->points) {
        EXPECT_TRUE(point.x >= 0 && point.x <= width && point.y >= 0 && point.y <= height);
      }
    }
  }
}

TEST(SupplyCurve, the_axis_is_the_same_before_the_forecast_is_there) {
  const SupplyCurveFigure with = example_with_forecast();
  SupplyCurveFigure waiting = with;
  waiting.forecast = {};
  waiting.until = with.forecast.x.back();
  const auto mark_x = [](const SupplyCurveFigure& figure) {
    const Laid laid = lay_out(figure, 900, 260, paper(), fake_width);
    return std::find_if(laid.hot_spots.begin(), laid.hot_spots.end(),
                        [](const HotSpot& s) { return s.key == "target@2025"; })
        ->x0;
  };
  EXPECT_DOUBLE_EQ(mark_x(with), mark_x(waiting));
}

}  // namespace
