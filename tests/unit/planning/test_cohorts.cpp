// The cohort triangle against hand-made cohorts, and the revisions of a forecast against forecasts of projects that
// have not seen what came later.
#include "planning/cohorts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "planning/revisions.h"
#include "support/project_builder.h"

using namespace zaitu;
using test::day;
using test::ProjectBuilder;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

planning::CohortTriangle triangle_of(const test::Built& built, std::string_view as_of,
                                     const planning::CountingRule& rule = {}) {
  return planning::cohort_triangle(built.project, built.locations, planning::StageHistories(built.project), day(as_of),
                                   rule);
}

ProjectBuilder some_grants() {
  ProjectBuilder b;
  b.circle("C1");
  b.parcel("L1", {.circles = {{"C1", 1}}});
  b.project("A", {.parcels = {"L1"}});
  b.project("B");
  b.phase("A1", "A", {.carrier = 1000});
  b.phase("A2", "A", {.carrier = 3000, .demolished = 500});
  b.phase("B1", "B", {.carrier = 2000});
  b.phase("B2", "B", {.gross = 700});
  b.phase("B3", "B", {.carrier = 900});
  b.event("A1", "S4", "2020-03-01");
  b.event("A1", "S4", "2021-05-01");  // the first one opens
  b.event("A1", "S6", "2022-06-30");
  b.event("A2", "S4", "2020-12-31");
  b.event("A2", "S6", "2023-12-31");
  b.event("B1", "S4", "2022-02-01");
  b.event("B1", "S6", "2022-11-01");
  b.event("B1", "SX", "2023-06-01");
  b.event("B2", "S4", "2022-07-01");
  b.event("B2", "S6", "2022-08-01");
  b.event("B3", "S4", "2025-01-01");
  b.event("B3", "S4", "2019-01-01", model::EventKind::baseline);
  return b;
}

}  // namespace

TEST(Cohorts, ShowWhatOfAYearsGrantsCountsLater) {
  const auto triangle = triangle_of(some_grants().build(), "2024-05-01");
  ASSERT_EQ(triangle.cohorts.size(), 2U);
  const auto& first = triangle.cohorts[0];
  EXPECT_EQ(first.year, 2020);
  EXPECT_EQ(first.phases, 2U);
  EXPECT_EQ(first.area_m2, 3500);
  EXPECT_THAT(first.built_m2, ElementsAre(0, 0, 1000, 3500, 3500));
  const auto& second = triangle.cohorts[1];
  EXPECT_EQ(second.year, 2022);
  EXPECT_EQ(second.missing_area, 1U);
  EXPECT_EQ(second.area_m2, 2000);
  EXPECT_THAT(second.built_m2, ElementsAre(2000, 0, 0));  // stalled since
  ASSERT_EQ(triangle.without_opening.size(), 1U);
}

TEST(Cohorts, FollowDateAndRule) {
  const auto built = some_grants().build();
  EXPECT_THAT(triangle_of(built, "2022-06-30").cohorts.at(0).built_m2, ElementsAre(0, 0, 1000));
  EXPECT_THAT(triangle_of(built, "2022-06-29").cohorts.at(0).built_m2, ElementsAre(0, 0, 0));
  EXPECT_THAT(triangle_of(built, "2019-06-30").cohorts, IsEmpty());
  EXPECT_EQ(triangle_of(built, "2024-05-01", {.net = false}).cohorts.at(0).area_m2, 4000);
  const auto in_circle = triangle_of(built, "2024-05-01", {.scope = "C1"});
  EXPECT_EQ(in_circle.cohorts.size(), 1U);
  EXPECT_THAT(in_circle.without_opening, IsEmpty());
  EXPECT_THROW(triangle_of(built, "2024-05-01", {.scope = "nowhere"}), base::Error);
}

TEST(Revisions, KnowOnlyWhatHadHappened) {
  const auto project_until = [](std::string_view last) {
    ProjectBuilder b;
    b.timed_pathway("renewal", {{"S1", 4, 8, 20, 0.6}, {"S5", 8, 14, 30, 0.9}, {"S6", 0, 0, 0, 1}});
    b.project("A", {.pathway = "renewal"});
    b.target(2025, 0.9);
    const auto code = [](int i) { return "A" + std::to_string(i); };
    for (int i = 0; i < 12; ++i) b.phase(code(i), "A", {.carrier = 1000.0 + 10 * i});  // the same ids in all projects
    for (int i = 0; i < 12; ++i) {
      const base::Date begun = day("2023-01-15").plus_days(40 * i);
      for (const auto& [stage, after] : {std::pair{"S1", 0}, {"S5", 240}, {"S6", 700}}) {
        const base::Date date = begun.plus_days(after);
        if (date <= day(last)) b.event(code(i), stage, date.iso());
      }
      b.event(code(i), "S6", begun.plus_days(720).iso(), model::EventKind::forecast);
    }
    return b.build();
  };
  const auto built = project_until("2026-12-31");
  base::Progress progress;
  std::uint64_t done = 0, total = 0;
  progress.on_report = [&](std::uint64_t d, std::uint64_t t) {
    EXPECT_GE(d, done);
    done = d;
    total = t;
  };
  const planning::ForecastOptions options{.draws = 2000, .seed = 3};
  const auto rows = planning::revisions(built.project, planning::StageHistories(built.project), {}, 2025,
                                        day("2024-03-01"), day("2030-01-01"), options, progress, 1);
  EXPECT_LE(done, total);
  base::Progress unheard;
  ASSERT_EQ(rows.size(), 8U);  // 2024Q1 to 2025Q4
  for (const auto& row : rows) {
    const auto then = project_until(row.as_of.iso());
    planning::ForecastOptions same = options;
    same.until = day("2025-12-31");
    same.use_forecast_dates = false;
    const auto f = planning::forecast(then.project, then.locations, planning::StageHistories(then.project), row.as_of,
                                      {}, same, unheard, 1);
    EXPECT_EQ(row.counted_m2, f.counted_m2);
    EXPECT_NEAR(row.p50_m2, f.points.back().p50_m2, 1e-6) << row.as_of.iso();
    EXPECT_LE(row.p10_m2, row.p50_m2);
    EXPECT_LE(row.p50_m2, row.p90_m2);
  }
  EXPECT_EQ(rows.back().as_of, day("2025-12-31"));
  EXPECT_EQ(rows.back().p10_m2, rows.back().counted_m2);
  EXPECT_EQ(rows.back().p90_m2, rows.back().counted_m2);
  EXPECT_EQ(rows.back().probability, 1);
  EXPECT_LT(*rows.front().probability, 0.9);
  EXPECT_GT(rows.front().p90_m2 - rows.front().p10_m2, 1000);
}

TEST(Revisions, CanBeStopped) {
  const auto built = some_grants().build();
  base::Progress progress;
  progress.request_stop();
  EXPECT_THROW(planning::revisions(built.project, planning::StageHistories(built.project), {}, 2025, day("2024-01-01"),
                                   day("2025-01-01"), {}, progress),
               base::Cancelled);
}
