// The Gantt's layout: bars and marks stand at their dates, kinds differ in shape, rows that find no room are a page
// away, nothing overlaps or is cut.
#include "chart/gantt.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/date.h"
#include "base/utf8.h"
#include "support/golden.h"

namespace {

using namespace zaitu;
using namespace zaitu::chart;

double em_width(const std::string& text, double size, bool) {
  double width = 0;
  for (std::size_t i = 0; i < text.size();) width += base::next_code_point(text, i) < 0x2000 ? 0.56 : 1.0;
  return width * size;
}

double day(int year, int month, int date) { return base::Date::from_ymd(year, month, date)->days(); }

const ChartStyle printed{{34, 34, 34}, {110, 110, 110}, {200, 200, 200}, {255, 255, 255}, {183, 28, 28}, 11};

GanttFigure phases(int count) {
  GanttFigure figure;
  for (int i = 0; i < count; ++i) {
    GanttRow row;
    row.key = "P" + std::to_string(100 + i) + "-1";
    row.name = row.key + " 莘庄工业区南滨江智能制造产业园 " + std::to_string(i);
    row.text = row.name + "\n最迟进入 S6 2025-0" + std::to_string(1 + i % 9) + "-15";
    row.bars = {{day(2023, 3, 1), day(2024, 12, 31), GanttBarKind::actual},
                {day(2024, 12, 31), day(2025, 6, 1 + i % 20), GanttBarKind::forecast},
                {day(2023, 1, 1), day(2024, 9, 30), GanttBarKind::baseline}};
    row.missed = i % 3 == 2;
    row.marks = {{day(2024, row.missed ? 6 : 12, 1 + i % 20), "S5", row.key + "@S5", "S5", row.missed},
                 {day(2025, 3, 1 + i % 20), "S6", row.key + "@S6", "S6", false},
                 {day(2025, 9, 30), "S7", row.key + "@S7", "S7", false}};
    figure.rows.push_back(row);
  }
  if (count > 1) figure.rows[1].marks[0].x = day(2021, 5, 1);  // before the axis
  figure.from = day(2022, 12, 31);
  figure.to = day(2026, 6, 30);
  figure.as_of = day(2024, 12, 31);
  figure.target = day(2025, 12, 31);
  figure.as_of_label = "截至 2024-12-31";
  figure.target_label = "2025-12-31";
  figure.actual_label = "实际";
  figure.forecast_label = "推算至 P50 计入日";
  figure.baseline_label = "基线计划";
  figure.latest_label = "最迟进入";
  figure.missed_label = "已错过";
  figure.warning = {200, 30, 30};
  return figure;
}

std::vector<std::string> keys_of_rows(const Laid& laid) {
  std::vector<std::string> keys;
  for (const HotSpot& spot : laid.hot_spots) {
    if (spot.key.find('@') == std::string::npos) keys.push_back(spot.key);
  }
  return keys;
}

void expect_tidy_rows(const Laid& laid) {
  struct Place {
    double x0, y0, x1, y1;
    std::string text;
  };
  std::vector<Place> places;
  for (const auto& item : laid.list.items) {
    if (const auto* text = std::get_if<TextItem>(&item)) {
      const double width = em_width(text->text, text->size, false), height = text->size * 1.1;
      const double x = text->at.x - text->anchor_x * width, y = text->at.y - text->anchor_y * height;
      places.push_back({x, y, x + width, y + height, text->text});
    } else if (const auto* line = std::get_if<PolylineItem>(&item)) {
      for (const Point& point : line->points) {
        EXPECT_TRUE(point.x >= -0.01 && point.x <= laid.list.width && point.y >= 0 && point.y <= laid.list.height);
      }
    } else {
      for (const Point& point : std::get<PolygonItem>(item).points) {
        EXPECT_TRUE(point.x >= 0 && point.x <= laid.list.width && point.y >= 0 && point.y <= laid.list.height);
      }
    }
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    EXPECT_TRUE(places[i].x0 >= 0 && places[i].y0 >= 0 && places[i].x1 <= laid.list.width + 0.01 &&
                places[i].y1 <= laid.list.height)
        << places[i].text;
    for (std::size_t j = i + 1; j < places.size(); ++j) {
      const Place &a = places[i], &b = places[j];
      EXPECT_TRUE(a.x1 <= b.x0 || b.x1 <= a.x0 || a.y1 <= b.y0 || b.y1 <= a.y0) << a.text << " overlaps " << b.text;
    }
  }
}

TEST(Gantt, goldens_of_two_sizes) {
  test::expect_golden("chart/gantt_600x220.txt", to_text(lay_out(phases(12), 600, 220, printed, em_width).list));
  test::expect_golden("chart/gantt_1500x360.txt", to_text(lay_out(phases(12), 1500, 360, printed, em_width).list));
}

TEST(Gantt, nothing_overlaps_or_is_cut) {
  for (const auto& [width, height] :
       std::vector<std::pair<double, double>>{{600, 220}, {1500, 360}, {320, 160}, {760, 200}, {2400, 900}}) {
    for (const double text_size : {9.0, 11.0, 14.0}) {
      SCOPED_TRACE(std::to_string(width) + " " + std::to_string(text_size));
      ChartStyle style = printed;
      style.text_size = text_size;
      for (const int count : {1, 3, 40}) expect_tidy_rows(lay_out(phases(count), width, height, style, em_width));
    }
  }
}

TEST(Gantt, marks_stand_at_their_dates_and_those_before_the_axis_at_its_edge) {
  const Laid laid = lay_out(phases(3), 900, 260, printed, em_width);
  const auto x_of = [&](const std::string& key) {
    const auto found =
        std::find_if(laid.hot_spots.begin(), laid.hot_spots.end(), [&](const HotSpot& s) { return s.key == key; });
    return found == laid.hot_spots.end() ? -1 : (found->x0 + found->x1) / 2;
  };
  const double s6 = x_of("P100-1@S6"), s7 = x_of("P100-1@S7");
  EXPECT_GT(s6, 0);
  // In proportion to the days between: 213 from 1 March to 30 September, 92 more to the target's line.
  const double per_day = (s7 - s6) / (day(2025, 9, 30) - day(2025, 3, 1));
  bool target_line = false;
  for (const auto& item : laid.list.items) {
    const auto* line = std::get_if<PolylineItem>(&item);
    if (line == nullptr || line->points.size() != 2 || line->width != 1.2 || !line->dash.empty()) continue;
    target_line = true;
    EXPECT_NEAR(line->points[0].x, s7 + per_day * 92, 1e-6);
  }
  EXPECT_TRUE(target_line);
  EXPECT_LT(x_of("P101-1@S5"), s6 - per_day * (day(2025, 3, 1) - day(2022, 12, 31)) + 0.01);
}

// Without colour: a hatched bar has lines, a hollow one no ground, a missed mark the background's.
TEST(Gantt, kinds_differ_in_shape) {
  const auto items_of = [](GanttBarKind kind) {
    GanttFigure figure = phases(1);
    figure.rows[0].marks.clear();
    figure.rows[0].bars = {{day(2023, 6, 1), day(2024, 6, 1), kind}};
    figure.actual_label = figure.forecast_label = figure.baseline_label = figure.latest_label = figure.missed_label =
        "";
    std::size_t lines = 0, grounds = 0;
    for (const auto& item : lay_out(figure, 900, 200, printed, em_width).list.items) {
      lines += std::holds_alternative<PolylineItem>(item);
      grounds += std::holds_alternative<PolygonItem>(item);
    }
    return std::pair(lines, grounds);
  };
  const auto actual = items_of(GanttBarKind::actual), forecast = items_of(GanttBarKind::forecast),
             baseline = items_of(GanttBarKind::baseline);
  EXPECT_EQ(actual.second, 1U);
  EXPECT_EQ(forecast.second, 1U);
  EXPECT_EQ(baseline.second, 0U);
  EXPECT_EQ(baseline.first, actual.first + 1);
  EXPECT_GT(forecast.first, baseline.first + 5);
}

TEST(Gantt, every_row_is_a_page_away) {
  GanttFigure figure = phases(40);
  std::set<std::string> seen;
  for (int page = 0; page < 40; ++page) {
    const Laid laid = lay_out(figure, 600, 220, printed, em_width);
    for (const std::string& key : keys_of_rows(laid)) seen.insert(key);
    const auto next = std::find_if(laid.hot_spots.begin(), laid.hot_spots.end(), [&](const HotSpot& spot) {
      return spot.key.starts_with("rows@") && std::stoul(spot.key.substr(5)) > figure.first_row;
    });
    if (next == laid.hot_spots.end()) break;
    figure.first_row = std::stoul(next->key.substr(5));
  }
  EXPECT_EQ(seen.size(), 40U);
  // Beyond the end the last page is shown; where all find room there are no pages.
  figure.first_row = 1000;
  EXPECT_EQ(keys_of_rows(lay_out(figure, 600, 220, printed, em_width)).back(), "P139-1");
  const Laid all = lay_out(phases(3), 600, 220, printed, em_width);
  EXPECT_TRUE(std::none_of(all.hot_spots.begin(), all.hot_spots.end(),
                           [](const HotSpot& spot) { return spot.key.starts_with("rows@"); }));
}

TEST(Gantt, no_rows_nothing_drawn) { EXPECT_TRUE(lay_out(phases(0), 600, 220, printed, em_width).list.items.empty()); }

}  // namespace
