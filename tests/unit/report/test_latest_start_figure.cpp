// The latest-start Gantt: which phases have a row, in what order, and that bars and words say what the events do.
#include "report/latest_start_figure.h"

#include <gtest/gtest.h>

#include "base/progress.h"
#include "support/project_builder.h"

namespace {

using namespace zaitu;
using chart::GanttBarKind;
using test::day;

test::Built phases_at_work() {
  test::ProjectBuilder b;
  b.timed_pathway("reserve_grant", {{"S4", 2, 4, 12, 0.75}, {"S5", 18, 24, 42, 0.95}, {"S6", 1, 3, 9, 0.99}});
  b.project("A");
  for (const char* code : {"BUILT", "GRANTED", "SITE", "LATE"}) b.phase(code, "A", {.carrier = 10000});
  b.phase("UNKNOWN", "A", {});
  b.target(2027, 10);
  b.event("BUILT", "S6", "2023-05-01");
  b.event("LATE", "S4", "2024-01-01");
  for (const char* code : {"SITE", "UNKNOWN"}) b.event(code, "S5", "2024-05-01");
  b.event("GRANTED", "S4", "2024-02-01");
  b.event("SITE", "S5", "2024-03-01", model::EventKind::baseline);
  b.event("SITE", "S6", "2026-03-01", model::EventKind::baseline);
  return b.build();
}

chart::GanttFigure figure_of(const test::Built& built, std::string_view as_of) {
  const planning::StageHistories histories(built.project);
  base::Progress progress;
  const auto forecast =
      planning::forecast(built.project, built.locations, histories, day(as_of), {}, {.draws = 200}, progress, 1);
  const auto starts = planning::latest_starts(built.project, built.locations, histories, day(as_of), {});
  return report::latest_start_figure(built.project, forecast, starts, 2027, base::Language::zh);
}

std::vector<std::string> keys(const chart::GanttFigure& figure) {
  std::vector<std::string> found;
  for (const chart::GanttRow& row : figure.rows) found.push_back(row.key);
  return found;
}

TEST(LatestStartFigure, RowsAreWhatCanStillCountTheMostUrgentFirst) {
  const auto built = phases_at_work();
  // Construction must begin by 2025-12-31; the site already stands there and has until the year's end. What counts or
  // adds nothing has no row.
  EXPECT_EQ(keys(figure_of(built, "2025-06-30")), (std::vector<std::string>{"GRANTED", "LATE", "SITE"}));
  const chart::GanttFigure late = figure_of(built, "2026-06-30");
  EXPECT_EQ(keys(late), (std::vector<std::string>{"SITE", "GRANTED", "LATE"}));
  EXPECT_FALSE(late.rows[0].missed);
  EXPECT_TRUE(late.rows[1].missed);
  EXPECT_NE(late.rows[1].text.find("2025-12-31 · 已错过 181 天"), std::string::npos) << late.rows[1].text;
}

TEST(LatestStartFigure, BarsAndMarksStandAtTheDatesOfTheProject) {
  const chart::GanttFigure figure = figure_of(phases_at_work(), "2025-06-30");
  const chart::GanttRow& site = figure.rows[2];
  ASSERT_EQ(site.key, "SITE");
  const auto bar = [&](GanttBarKind kind) {
    for (const chart::GanttBar& each : site.bars) {
      if (each.kind == kind) return each;
    }
    ADD_FAILURE();
    return chart::GanttBar{};
  };
  EXPECT_EQ(bar(GanttBarKind::actual).from, day("2024-05-01").days());
  EXPECT_EQ(bar(GanttBarKind::actual).to, day("2025-06-30").days());
  EXPECT_EQ(bar(GanttBarKind::baseline).from, day("2024-03-01").days());
  EXPECT_EQ(bar(GanttBarKind::baseline).to, day("2026-03-01").days());
  EXPECT_EQ(bar(GanttBarKind::forecast).from, day("2025-06-30").days());
  EXPECT_GT(bar(GanttBarKind::forecast).to, day("2025-11-01").days());  // 18 months at least
  ASSERT_EQ(site.marks.size(), 1U);
  EXPECT_EQ(site.marks[0].key, "SITE@S6");
  EXPECT_EQ(site.marks[0].x, day("2027-12-31").days());
  EXPECT_EQ(figure.target, day("2027-12-31").days());
  EXPECT_LE(figure.from, day("2024-01-01").days());
  EXPECT_GT(figure.to, figure.target);
}

}  // namespace
