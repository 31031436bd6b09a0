// Absorption: what is known of letting at a date, what is not, and that groups add up.
#include "planning/absorption.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/project_builder.h"

using namespace zaitu;
using model::unknown;
using planning::Absorption;
using planning::CountingRule;
using planning::GroupBy;
using planning::NoClearing;
using test::ProjectBuilder;
using testing::HasSubstr;

namespace {

constexpr double rounding_m2 = 1e-6;

Absorption absorption_at(const test::Built& built, std::string_view date, const std::vector<GroupBy>& by = {},
                         const CountingRule& rule = {}) {
  return planning::absorption(built.project, built.locations, planning::StageHistories(built.project),
                              built.status(date), rule, by, base::Language::en);
}

// One phase in use since the end of 2022, of which 10 000 m² can be let.
ProjectBuilder a_let_phase() {
  ProjectBuilder b;
  b.project("A", {.owner_type = "state"});
  b.phase("A1", "A", {.carrier = 12000, .leasable = 10000});
  b.event("A1", "S7", "2022-11-30");
  return b;
}

}  // namespace

TEST(Absorption, MonthsToClearIsVacantOverTheMeanTakeUpOfFourQuarters) {
  ProjectBuilder b = a_let_phase();
  b.occupancy("A1", "2023-12-31", 10000, 4000, 4500);
  b.occupancy("A1", "2024-12-31", 10000, 7000, 8000);
  const Absorption absorption = absorption_at(b.build(), "2024-12-31");
  EXPECT_DOUBLE_EQ(absorption.total.leasable_m2, 10000);
  EXPECT_DOUBLE_EQ(absorption.total.moved_in_m2, 7000);
  EXPECT_DOUBLE_EQ(absorption.total.vacant_m2, 3000);
  EXPECT_DOUBLE_EQ(absorption.total.vacancy_rate(), 0.3);
  EXPECT_DOUBLE_EQ(absorption.total.signed_rate(), 0.8);
  EXPECT_DOUBLE_EQ(absorption.total.year_take_up_m2, 3000);
  EXPECT_EQ(absorption.total.no_clearing, NoClearing::none);
  EXPECT_DOUBLE_EQ(absorption.total.months_to_clear, 12);  // 3000 / (3000 / 12)
}

TEST(Absorption, TheRecordIsTheNewestOneNotAfterTheDate) {
  ProjectBuilder b = a_let_phase();
  b.occupancy("A1", "2024-12-31", 10000, 7000);
  b.occupancy("A1", "2023-12-31", 10000, 4000);
  EXPECT_DOUBLE_EQ(absorption_at(b.build(), "2024-12-30").total.moved_in_m2, 4000);
  EXPECT_DOUBLE_EQ(absorption_at(b.build(), "2024-12-31").total.moved_in_m2, 7000);
  const Absorption before = absorption_at(b.build(), "2023-12-30");
  EXPECT_EQ(before.total.without_record, 1U);
  EXPECT_TRUE(std::isnan(before.total.vacant_m2));
}

TEST(Absorption, TakeUpThatDoesNotGrowNeverClears) {
  ProjectBuilder b = a_let_phase();
  b.occupancy("A1", "2023-12-31", 10000, 7000);
  b.occupancy("A1", "2024-12-31", 10000, 7000);
  const Absorption absorption = absorption_at(b.build(), "2024-12-31");
  EXPECT_TRUE(std::isnan(absorption.total.months_to_clear));
  EXPECT_EQ(absorption.total.no_clearing, NoClearing::no_take_up);
  EXPECT_DOUBLE_EQ(absorption.total.year_take_up_m2, 0);  // known to be nothing
}

TEST(Absorption, MissingRecordsOfAYearAgoAreNoZero) {
  ProjectBuilder b = a_let_phase();
  b.occupancy("A1", "2024-12-31", 10000, 7000);
  const Absorption absorption = absorption_at(b.build(), "2024-12-31");
  EXPECT_TRUE(std::isnan(absorption.total.months_to_clear));
  EXPECT_TRUE(std::isnan(absorption.total.year_take_up_m2));
  EXPECT_EQ(absorption.total.no_clearing, NoClearing::no_records);
  EXPECT_EQ(absorption.total.without_year, 1U);
}

// What is left and the pace at which it goes are those of the same phases.
TEST(Absorption, APhaseWithoutAYearOfRecordsDoesNotMakeTheOthersUnknown) {
  ProjectBuilder b = a_let_phase();
  b.phase("A2", "A", {.leasable = 4000});
  b.event("A2", "S7", "2022-11-30");
  b.occupancy("A1", "2023-12-31", 10000, 4000);
  b.occupancy("A1", "2024-12-31", 10000, 7000);
  b.occupancy("A2", "2024-12-31", 4000, 1000);
  const Absorption absorption = absorption_at(b.build(), "2024-12-31");
  EXPECT_DOUBLE_EQ(absorption.total.vacant_m2, 6000);
  EXPECT_DOUBLE_EQ(absorption.total.year_vacant_m2, 3000);
  EXPECT_DOUBLE_EQ(absorption.total.months_to_clear, 12);
  EXPECT_EQ(absorption.total.without_year, 1U);
  EXPECT_THAT(planning::sentence(absorption, base::Language::zh),
              HasSubstr("去化周期 12.0 个月（1 个分期近四季记录不全，未计）"));
}

// The same record at both ends says nothing of the time between.
TEST(Absorption, AnOldRecordIsToldAndGivesNoTakeUp) {
  ProjectBuilder b = a_let_phase();
  b.occupancy("A1", "2023-06-30", 10000, 4000);
  const Absorption absorption = absorption_at(b.build(), "2024-12-31");
  EXPECT_EQ(absorption.total.stale, 1U);
  EXPECT_DOUBLE_EQ(absorption.total.vacant_m2, 6000);
  EXPECT_EQ(absorption.total.no_clearing, NoClearing::no_records);
  EXPECT_EQ(absorption_at(b.build(), "2024-06-30").total.stale, 0U) << "a year to the day is not older than a year";
}

TEST(Absorption, NobodyWasInAPhaseThatWasNotYetInUse) {
  ProjectBuilder b = a_let_phase();
  b.project("B");
  b.phase("B1", "B", {.leasable = 5000});
  b.event("B1", "S7", "2024-07-15");
  b.occupancy("B1", "2024-09-30", 5000, 1000);
  b.occupancy("B1", "2024-12-31", unknown, 2000);  // what can be let: the phase's own
  const Absorption absorption = absorption_at(b.build(), "2024-12-31");
  EXPECT_EQ(absorption.total.without_record, 1U);  // A1
  EXPECT_EQ(absorption.total.measured, 1U);
  EXPECT_DOUBLE_EQ(absorption.total.leasable_m2, 5000);
  EXPECT_DOUBLE_EQ(absorption.total.year_take_up_m2, 2000);
  EXPECT_DOUBLE_EQ(absorption.total.months_to_clear, 18);  // 3000 / (2000 / 12)
  ASSERT_EQ(absorption.quarters.size(), 12U);
  const auto& third = absorption.quarters[10];
  EXPECT_EQ(third.name, "2024Q3");
  EXPECT_DOUBLE_EQ(third.take_up_m2, 1000);
  EXPECT_EQ(third.known, 1U);
  EXPECT_EQ(third.unknown, 1U);
  EXPECT_TRUE(std::isnan(absorption.quarters[9].take_up_m2)) << "no record: not known, not 0";
}

TEST(Absorption, AYearsChangeIsNotTheLastQuarters) {
  ProjectBuilder b = a_let_phase();
  b.occupancy("A1", "2023-12-31", 10000, 4000);
  b.occupancy("A1", "2024-12-31", 10000, 7000);
  const Absorption absorption = absorption_at(b.build(), "2024-12-31");
  EXPECT_TRUE(std::isnan(absorption.quarters.back().take_up_m2));
  EXPECT_EQ(absorption.quarters.back().unknown, 1U);
}

TEST(Absorption, WhatIsHalfKnownIsListedAndNotSummed) {
  ProjectBuilder b = a_let_phase();
  b.project("B");
  b.phase("B1", "B", {});
  b.event("B1", "S7", "2024-01-15");
  b.occupancy("B1", "2024-12-31", unknown, 2000, unknown, true);  // nobody says what can be let
  b.occupancy("A1", "2024-12-31", 10000, 11000);
  const Absorption absorption = absorption_at(b.build(), "2024-12-31");
  EXPECT_EQ(absorption.total.phases, 2U);
  EXPECT_EQ(absorption.total.incomplete, 1U);
  EXPECT_EQ(absorption.total.synthetic, 1U);
  EXPECT_DOUBLE_EQ(absorption.total.moved_in_m2, 11000);
  EXPECT_EQ(absorption.total.over_full, 1U);
  EXPECT_EQ(absorption.total.missing_signed, 1U);
  EXPECT_TRUE(std::isnan(absorption.total.signed_m2));
}

TEST(Absorption, GroupsAddUpToTheTotal) {
  ProjectBuilder b;
  for (const char* code : {"C1", "C2"}) b.circle(code);
  b.parcel("P1", {.area_m2 = 3000, .circles = {{"C1", 1}}});
  b.parcel("P2", {.area_m2 = 1000.3, .circles = {{"C2", 0.7}, {"C1", 0.2}}});
  b.project("A", {.parcels = {"P1"}, .owner_type = "state", .chain_stage = "pilot"});
  b.project("B", {.parcels = {"P2"}, .owner_type = "private"});
  b.project("C");
  for (const auto& [phase, project] : {std::pair("A1", "A"), {"A2", "A"}, {"B1", "B"}, {"C1", "C"}, {"C2", "C"}}) {
    b.phase(phase, project, {.carrier = 9000});
    b.event(phase, "S7", "2022-01-15");
  }
  double area = 1000.1;
  for (const char* phase : {"A1", "A2", "B1", "C1"}) {
    b.occupancy(phase, "2023-12-31", area * 3, area, area * 1.1);
    b.occupancy(phase, "2024-12-31", area * 3, area * 1.7, area * 2);
    area *= 1.37;
  }
  const test::Built built = b.build();
  for (const bool split : {false, true}) {
    for (const GroupBy by : {GroupBy::circle, GroupBy::owner_type, GroupBy::chain_stage, GroupBy::lead_unit}) {
      const Absorption absorption = absorption_at(built, "2024-12-31", {by}, {.split_by_share = split});
      double leasable = 0, moved_in = 0, vacant = 0, signed_area = 0, take_up = 0;
      std::size_t without_record = 0;
      for (const auto& group : absorption.groups) {
        without_record += group.figures.without_record;
        if (group.figures.measured == 0) continue;
        leasable += group.figures.leasable_m2;
        moved_in += group.figures.moved_in_m2;
        vacant += group.figures.vacant_m2;
        signed_area += group.figures.signed_m2;
        take_up += group.figures.year_take_up_m2;
      }
      EXPECT_NEAR(leasable, absorption.total.leasable_m2, rounding_m2);
      EXPECT_NEAR(moved_in, absorption.total.moved_in_m2, rounding_m2);
      EXPECT_NEAR(vacant, absorption.total.vacant_m2, rounding_m2);
      EXPECT_NEAR(vacant, leasable - moved_in, rounding_m2);
      EXPECT_NEAR(signed_area, absorption.total.signed_m2, rounding_m2);
      EXPECT_NEAR(take_up, absorption.total.year_take_up_m2, rounding_m2);
      EXPECT_EQ(without_record, 1U);
    }
  }
  const Absorption all = absorption_at(built, "2024-12-31", {GroupBy::circle});
  const Absorption scoped = absorption_at(built, "2024-12-31", {}, {.scope = "C1"});
  EXPECT_DOUBLE_EQ(scoped.total.vacant_m2, all.groups.front().figures.vacant_m2);
}

TEST(Absorption, TheSentenceSaysWhatIsNotKnown) {
  ProjectBuilder b = a_let_phase();
  const test::Built without = b.build();
  const std::string nothing = planning::sentence(absorption_at(without, "2024-12-31"), base::Language::zh);
  EXPECT_EQ(nothing, "2024Q4 本季新增载体 0.00 万㎡，新增入驻 不详，空置率 不详，去化周期 不详（无去化记录）。");
  b.phase("A2", "A", {.carrier = 20000, .leasable = 10000});
  b.event("A2", "S6", "2024-11-01");
  b.occupancy("A1", "2023-12-31", 10000, 4000);
  b.occupancy("A1", "2024-09-30", 10000, 6500);
  b.occupancy("A1", "2024-12-31", 10000, 7000);
  const test::Built built = b.build();
  EXPECT_EQ(planning::sentence(absorption_at(built, "2024-12-31"), base::Language::zh),
            "2024Q4 本季新增载体 2.00 万㎡，新增入驻 0.05 万㎡，空置率 30.0 %，去化周期 12.0 个月。");
  EXPECT_THAT(planning::sentence(absorption_at(built, "2024-12-31"), base::Language::en),
              HasSubstr("vacancy 30.0 %, time to clear 12.0 months."));
}
