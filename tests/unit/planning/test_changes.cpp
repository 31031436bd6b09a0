#include "planning/changes.h"

#include <gtest/gtest.h>

#include "support/project_builder.h"

using namespace zaitu;
using planning::ChangeOfLand;
using test::ProjectBuilder;

namespace {

std::vector<ChangeOfLand> changes(const test::Built& built, const char* from, const char* to) {
  return planning::changes_between(built.project, planning::StageHistories(built.project), test::day(from),
                                   test::day(to));
}

TEST(ChangesBetween, EveryActualStepIsTold) {
  ProjectBuilder builder;
  builder.parcel("A", {.to = "2024-05-01"});
  builder.parcel("B", {.from = "2024-05-01"});
  builder.project("P", {.parcels = {"A"}});
  builder.phase("P-1", "P", {.carrier = 10});
  builder.event("P-1", "S4", "2023-12-31");
  builder.event("P-1", "S5", "2024-02-01");
  builder.event("P-1", "S3", "2024-03-01");  // entered late: the stage stays
  builder.event("P-1", "S6", "2024-04-01", model::EventKind::forecast);
  builder.parcel_event("B", "S2", "2024-12-31");
  const auto built = builder.build();
  const auto told = changes(built, "2023-12-31", "2024-12-31");
  const auto code = [&](int stage) {
    return stage < 0 ? "" : (*built.project.stages)[static_cast<std::size_t>(stage)].code;
  };
  ASSERT_EQ(told.size(), 5U);
  EXPECT_EQ(told[0].at, test::day("2024-02-01"));
  EXPECT_EQ(code(told[0].before), "S4");
  EXPECT_EQ(code(told[0].after), "S5");
  EXPECT_EQ(told[0].event->stage_code, "S5");
  EXPECT_EQ(code(told[1].before) + code(told[1].after), "S5S5");
  EXPECT_EQ(told[2].kind, ChangeOfLand::Kind::retired);
  EXPECT_EQ(told[2].parcel, 0);
  EXPECT_EQ(told[3].kind, ChangeOfLand::Kind::made);
  EXPECT_EQ(told[3].parcel, 1);
  EXPECT_EQ(code(told[4].before), "");
  EXPECT_EQ(code(told[4].after), "S2");
  EXPECT_TRUE(changes(built, "2024-12-31", "2024-12-31").empty());
}

TEST(ChangesBetween, TheirLandIsThatOfTheDateTheyAreLookedAt) {
  ProjectBuilder builder;
  builder.parcel("OLD", {.to = "2024-05-01"});
  builder.parcel("NEW", {.from = "2024-05-01"});
  builder.parcel("FAR");
  builder.project("P", {.parcels = {"OLD", "NEW"}});
  builder.phase("P-1", "P", {.carrier = 10});
  builder.project("NOWHERE");
  builder.phase("N-1", "NOWHERE", {.carrier = 10});
  builder.event("P-1", "S5", "2024-02-01");
  builder.event("P-1", "S6", "2024-11-01");
  builder.event("N-1", "S6", "2024-11-01");
  const auto built = builder.build();
  const auto told = changes(built, "2023-12-31", "2024-12-31");
  ASSERT_EQ(told.size(), 5U);
  const auto at = [&](const char* date) {
    return planning::changed_parcels(told, planning::locate_phases(built.project, test::day(date)));
  };
  EXPECT_EQ(at("2024-01-01"), (std::vector<std::uint32_t>{0, 1})) << "each once, the retired and the made one too";
  std::vector<ChangeOfLand> steps;
  for (const ChangeOfLand& change : told) {
    if (change.phase >= 0) steps.push_back(change);
  }
  EXPECT_EQ(planning::changed_parcels(steps, planning::locate_phases(built.project, test::day("2024-01-01"))),
            (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(planning::changed_parcels(steps, planning::locate_phases(built.project, test::day("2024-12-31"))),
            (std::vector<std::uint32_t>{1}));
}

}  // namespace
