// Rule 8: the latest dates against those worked out by hand on the calendar.
#include "planning/latest_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "support/project_builder.h"

using namespace zaitu;
using planning::CountFrom;
using planning::CountingRule;
using test::day;
using test::ProjectBuilder;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

// "S5 2025-12-31 +12" of a phase for the target of a year: stage, date, slack in days.
std::vector<std::string> starts(const test::Built& built, const std::string& phase, int year, std::string_view as_of,
                                const CountingRule& rule = {}) {
  std::vector<std::string> rows;
  for (const auto& row : planning::latest_starts(built.project, built.locations,
                                                 planning::StageHistories(built.project), day(as_of), rule)) {
    if ((*built.project.phases)[row.phase].code != phase || row.year != year) continue;
    EXPECT_EQ(row.missed(), row.slack_days < 0);
    rows.push_back((*built.project.stages)[static_cast<std::size_t>(row.stage)].code + " " + row.latest.iso() + " " +
                   std::to_string(row.slack_days));
  }
  return rows;
}

ProjectBuilder reserve_grant() {
  ProjectBuilder b;
  b.timed_pathway("reserve_grant", {{"S0", 3, 6, 18, 0.15},
                                    {"S1", 6, 9, 24, 0.3},
                                    {"S2", 6, 12, 36, 0.4},
                                    {"S3", 3, 6, 18, 0.55},
                                    {"S4", 2, 4, 12, 0.75},
                                    {"S5", 18, 24, 42, 0.95},
                                    {"S6", 1, 3, 9, 0.99},
                                    {"S7", 0, 0, 0, 1}});
  b.project("A");
  b.phase("A1", "A", {.carrier = 1000});
  for (int year : {2024, 2025, 2028}) b.target(year, 10);
  return b;
}

}  // namespace

TEST(LatestStart, CountsBackInCalendarMonths) {
  ProjectBuilder b = reserve_grant();
  b.event("A1", "S2", "2024-05-01");
  const auto built = b.build();
  // Construction takes 24 months, grant 4, reserve 6; days are cut to the month's end.
  EXPECT_THAT(starts(built, "A1", 2028, "2024-12-31"),
              ElementsAre("S3 2026-02-28 424", "S4 2026-08-31 608", "S5 2026-12-31 730", "S6 2028-12-31 1461"));
  EXPECT_THAT(starts(built, "A1", 2025, "2024-12-31"),
              ElementsAre("S3 2023-02-28 -672", "S4 2023-08-31 -488", "S5 2023-12-31 -366", "S6 2025-12-31 365"));
  EXPECT_THAT(starts(built, "A1", 2024, "2024-12-31"), IsEmpty());  // nothing can be saved any more
  EXPECT_THAT(starts(built, "A1", 2024, "2024-12-30"),
              ElementsAre("S3 2022-02-28 -1036", "S4 2022-08-31 -852", "S5 2022-12-31 -730", "S6 2024-12-31 1"));
}

TEST(LatestStart, FollowsTheRuleAndTheStanding) {
  ProjectBuilder b = reserve_grant();
  b.event("A1", "S5", "2024-05-01");
  const auto built = b.build();
  EXPECT_THAT(starts(built, "A1", 2028, "2025-06-30"), ElementsAre("S6 2028-12-31 1280"));
  EXPECT_THAT(starts(built, "A1", 2028, "2025-06-30", {.from = CountFrom::in_use}),
              ElementsAre("S6 2028-09-30 1188", "S7 2028-12-31 1280"));
  EXPECT_THAT(starts(built, "A1", 2028, "2025-06-30", {.from = CountFrom::under_construction}), IsEmpty());
  // Before it was begun, and before anything was.
  EXPECT_THAT(starts(built, "A1", 2025, "2024-04-30", {.from = CountFrom::under_construction}),
              ElementsAre("S1 2023-05-31 -335", "S2 2024-02-29 -61", "S3 2025-02-28 304", "S4 2025-08-31 488",
                          "S5 2025-12-31 610"));
}

TEST(LatestStart, AFractionOfAMonthGoesToTheEarlierDay) {
  ProjectBuilder b;
  b.timed_pathway("renewal", {{"S1", 1, 7.5, 9, 1}, {"S5", 1, 12.5, 20, 1}, {"S6", 0, 0, 0, 1}});
  b.project("A", {.pathway = "renewal"});
  b.phase("A1", "A", {.carrier = 1000});
  b.target(2026, 10);
  // 12.5 months: 31 December 2025 less 15.2 days. 12.5 + 7.5 are 20 whole months, 7.5 alone have not begun.
  EXPECT_THAT(starts(b.build(), "A1", 2026, "2024-12-31"), ElementsAre("S5 2025-12-15 349", "S6 2026-12-31 730"));
  b.timed_pathway("renewal", {{"S0", 1, 1, 1, 1}, {"S1", 1, 7.5, 9, 1}, {"S5", 1, 12.5, 20, 1}, {"S6", 0, 0, 0, 1}});
  EXPECT_THAT(starts(b.build(), "A1", 2026, "2024-12-31"),
              ElementsAre("S1 2025-04-30 120", "S5 2025-12-15 349", "S6 2026-12-31 730"));
}

TEST(LatestStart, LeavesOutWhatHasNoCourseOrNoDuration) {
  ProjectBuilder b = reserve_grant();
  b.event("A1", "S5", "2023-01-01");
  b.event("A1", "SX", "2024-01-01");
  b.timed_pathway("gap", {{"S0", 1, 1, 1, 1}, {"S1", 1, model::unknown, 2, 1}, {"S5", 1, 6, 9, 1}, {"S6", 0, 0, 0, 1}});
  for (const char* pathway : {"gap", "unheard_of"}) {
    b.project(pathway, {.pathway = pathway});
    b.phase(pathway, pathway, {.carrier = 1000});
  }
  b.phase("done", "A", {.carrier = 1000});
  b.event("done", "S6", "2024-01-01");
  const auto built = b.build();
  EXPECT_THAT(starts(built, "A1", 2028, "2024-12-31"), IsEmpty());
  EXPECT_THAT(starts(built, "done", 2028, "2024-12-31"), IsEmpty());
  EXPECT_THAT(starts(built, "unheard_of", 2028, "2024-12-31"), IsEmpty());
  EXPECT_THAT(starts(built, "gap", 2028, "2024-12-31"), ElementsAre("S5 2028-06-30 1277", "S6 2028-12-31 1461"));
}

TEST(LatestStart, OnlyOfPhasesInScope) {
  ProjectBuilder b = reserve_grant();
  b.circle("C1");
  b.parcel("P1", {.circles = {{"C1", 1}}});
  b.project("B", {.parcels = {"P1"}});
  b.phase("B1", "B", {.carrier = 1000});
  const auto built = b.build();
  EXPECT_FALSE(starts(built, "A1", 2028, "2024-12-31").empty());
  EXPECT_THAT(starts(built, "A1", 2028, "2024-12-31", {.scope = "C1"}), IsEmpty());
  EXPECT_EQ(starts(built, "B1", 2028, "2024-12-31", {.scope = "C1"}).size(), 6U);
  EXPECT_THROW(starts(built, "B1", 2028, "2024-12-31", {.scope = "nowhere"}), base::Error);
}
