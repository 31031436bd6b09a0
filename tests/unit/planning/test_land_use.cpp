// What a parcel's land is used for at a date.
#include "planning/land_use.h"

#include <gtest/gtest.h>

#include "planning/stage_histories.h"
#include "support/project_builder.h"

using namespace zaitu;
using planning::CountFrom;
using test::ProjectBuilder;

namespace {

planning::LandUseAt uses(const test::Built& built, const char* at, CountFrom from = CountFrom::completed) {
  return planning::status_at(built.project, planning::StageHistories(built.project), built.locations, test::day(at),
                             from)
      .land_use;
}
std::string use(const test::Built& built, const char* at, CountFrom from = CountFrom::completed) {
  return planning::land_use_code(*built.project.parcels, uses(built, at, from), 0);
}

TEST(LandUse, IsThePlannedOneFromTheStageOfTheRuleOn) {
  ProjectBuilder builder;
  builder.parcel("A", {.land_use = "1001", .planned = "0802"});
  builder.project("P", {.parcels = {"A"}});
  builder.phase("P-1", "P", {});
  builder.event("P-1", "S5", "2022-05-01");
  builder.event("P-1", "S6", "2024-03-01");
  const auto built = builder.build();
  EXPECT_EQ(use(built, "2024-02-29"), "1001");
  EXPECT_EQ(use(built, "2024-03-01"), "0802");
  EXPECT_EQ(use(built, "2024-03-01", CountFrom::in_use), "1001");
  EXPECT_EQ(use(built, "2022-05-01", CountFrom::under_construction), "0802");
}

TEST(LandUse, OfAParcelOfSeveralPhasesIsThatOfMostOfItsLand) {
  ProjectBuilder builder;
  builder.parcel("A", {.land_use = "1001", .planned = "0802"});
  builder.project("P", {.parcels = {"A"}});
  builder.phase("P-1", "P", {.gross = 1000});
  builder.phase("P-2", "P", {.gross = 3000});
  builder.event("P-1", "S6", "2023-01-01");
  builder.event("P-2", "S6", "2024-01-01");
  const auto built = builder.build();
  EXPECT_DOUBLE_EQ(uses(built, "2023-06-30").planned_share(0), 0.25);
  EXPECT_EQ(use(built, "2023-06-30"), "1001");
  EXPECT_DOUBLE_EQ(uses(built, "2024-01-01").planned_share(0), 1);
  EXPECT_EQ(use(built, "2024-01-01"), "0802");
}

TEST(LandUse, WithoutAPhaseFollowsTheParcelsOwnEvents) {
  ProjectBuilder builder;
  builder.parcel("A", {.land_use = "1001", .planned = "1401"});
  builder.parcel_event("A", "S6", "2023-01-01");
  const auto built = builder.build();
  EXPECT_EQ(use(built, "2022-12-31"), "1001");
  EXPECT_EQ(use(built, "2023-01-01"), "1401");
}

TEST(LandUse, StaysAsItIsWithoutAPlanAndWhereNothingIsBuilt) {
  ProjectBuilder builder;
  builder.parcel("A", {.land_use = "1001", .planned = ""});
  builder.parcel("B", {.land_use = "", .planned = "0802"});
  builder.parcel_event("A", "S6", "2023-01-01");
  const auto built = builder.build();
  EXPECT_EQ(use(built, "2024-01-01"), "1001");
  // What is planned is not yet there.
  EXPECT_EQ(planning::land_use_code(*built.project.parcels, uses(built, "2024-01-01"), 1), "");
}

TEST(LandUse, OfAParcelThatIsNoLongerInForceIsTheCurrentOne) {
  ProjectBuilder builder;
  builder.parcel("A", {.land_use = "1001", .planned = "0802", .to = "2023-06-01"});
  builder.parcel_event("A", "S6", "2023-01-01");
  const auto built = builder.build();
  EXPECT_EQ(use(built, "2023-05-31"), "0802");
  EXPECT_EQ(use(built, "2023-06-01"), "1001");
}

}  // namespace
