// Rule 1 of the counting rules: where a phase or a parcel stands at a date.
#include <gtest/gtest.h>

#include "support/project_builder.h"

using namespace zaitu;
using test::ProjectBuilder;

namespace {

// One project with one phase "A1" on parcel "P"; events are added by the tests.
ProjectBuilder one_phase(const std::string& pathway = "reserve_grant") {
  ProjectBuilder b;
  b.parcel("P");
  b.project("A", {.pathway = pathway, .parcels = {"P"}});
  b.phase("A1", "A", {.carrier = 1000});
  return b;
}

}  // namespace

TEST(Status, without_an_actual_event_a_phase_stands_at_the_first_stage_of_its_pathway) {
  EXPECT_EQ(one_phase().build().stage("2025-01-01", "A1"), "S0");
  EXPECT_EQ(one_phase("renewal").build().stage("2025-01-01", "A1"), "S1");
  const auto built = one_phase().build();
  EXPECT_FALSE(built.status("2025-01-01").phases[0].since.has_value());
}

TEST(Status, without_a_pathway_the_first_stage_is_that_of_the_lowest_seq) {
  EXPECT_EQ(one_phase("no such pathway").build().stage("2025-01-01", "A1"), "S0");
}

TEST(Status, an_event_counts_on_its_own_day_and_not_the_day_before) {
  auto b = one_phase();
  b.event("A1", "S6", "2024-06-30");
  const auto built = b.build();
  EXPECT_EQ(built.stage("2024-06-29", "A1"), "S0");
  EXPECT_EQ(built.stage("2024-06-30", "A1"), "S6");
  EXPECT_EQ(built.stage("2024-07-01", "A1"), "S6");
  EXPECT_EQ(built.status("2024-06-30").phases[0].since, test::day("2024-06-30"));
}

TEST(Status, only_actual_events_move_a_phase) {
  auto b = one_phase();
  b.event("A1", "S5", "2022-01-01", model::EventKind::commitment);
  b.event("A1", "S6", "2023-01-01", model::EventKind::baseline);
  b.event("A1", "S7", "2024-01-01", model::EventKind::forecast);
  b.event("A1", "SX", "2024-02-01", model::EventKind::forecast);
  EXPECT_EQ(b.build().stage("2025-01-01", "A1"), "S0");
}

TEST(Status, the_furthest_stage_holds_when_an_earlier_one_is_recorded_later) {
  auto b = one_phase();
  b.event("A1", "S6", "2023-01-01");
  b.event("A1", "S5", "2024-01-01");  // late paper work does not take a building away
  EXPECT_EQ(b.build().stage("2025-01-01", "A1"), "S6");
}

TEST(Status, since_is_the_first_event_of_the_stage) {
  auto b = one_phase();
  b.event("A1", "S5", "2024-03-01");
  b.event("A1", "S5", "2023-03-01");
  EXPECT_EQ(b.build().status("2025-01-01").phases[0].since, test::day("2023-03-01"));
}

TEST(Status, withdrawn_phase_is_stalled_until_a_later_actual_event) {
  auto b = one_phase();
  b.event("A1", "S6", "2023-01-01");
  b.event("A1", "SX", "2024-01-01");
  b.event("A1", "S5", "2024-09-01");
  const auto built = b.build();
  EXPECT_EQ(built.stage("2023-12-31", "A1"), "S6");
  EXPECT_EQ(built.stage("2024-01-01", "A1"), "SX");
  EXPECT_EQ(built.stage("2024-08-31", "A1"), "SX");
  EXPECT_EQ(built.stage("2024-09-01", "A1"), "S6") << "resumed: the furthest stage ever reached holds again";
}

TEST(Status, a_forecast_does_not_resume_a_stalled_phase) {
  auto b = one_phase();
  b.event("A1", "SX", "2024-01-01");
  b.event("A1", "S5", "2024-02-01", model::EventKind::forecast);
  EXPECT_EQ(b.build().stage("2025-01-01", "A1"), "SX");
}

TEST(Status, of_two_events_on_one_day_the_higher_id_is_the_newest) {
  auto stalled_last = one_phase();
  stalled_last.event("A1", "S5", "2024-01-01");
  stalled_last.event("A1", "SX", "2024-01-01");
  EXPECT_EQ(stalled_last.build().stage("2024-01-01", "A1"), "SX");

  auto resumed_last = one_phase();
  resumed_last.event("A1", "SX", "2024-01-01");
  resumed_last.event("A1", "S5", "2024-01-01");
  EXPECT_EQ(resumed_last.build().stage("2024-01-01", "A1"), "S5");
}

TEST(Status, the_order_of_the_table_does_not_matter) {
  auto b = one_phase();
  b.event("A1", "S7", "2024-05-01");
  b.event("A1", "S5", "2022-05-01");
  b.event("A1", "S6", "2023-05-01");
  const auto built = b.build();
  EXPECT_EQ(built.stage("2022-12-31", "A1"), "S5");
  EXPECT_EQ(built.stage("2023-12-31", "A1"), "S6");
  EXPECT_EQ(built.stage("2024-12-31", "A1"), "S7");
}

TEST(Status, a_stage_off_the_pathway_ranks_by_its_seq) {
  auto b = one_phase("renewal");  // S1 S5 S6 S7
  b.event("A1", "S3", "2023-01-01");
  EXPECT_EQ(b.build().stage("2025-01-01", "A1"), "S3") << "after S1";
  b.event("A1", "S5", "2022-01-01");
  EXPECT_EQ(b.build().stage("2025-01-01", "A1"), "S5") << "before S5";
}

TEST(Status, the_pathway_says_the_order_not_the_number) {
  ProjectBuilder b;
  b.pathway("plan_last", {"S2", "S3", "S1", "S5", "S6", "S7"});
  b.project("A", {.pathway = "plan_last"});
  b.phase("A1", "A", {.carrier = 1});
  b.event("A1", "S1", "2022-01-01");
  b.event("A1", "S3", "2023-01-01");
  EXPECT_EQ(b.build().stage("2025-01-01", "A1"), "S1");
}

TEST(Status, certainty_follows_the_stage) {
  auto b = one_phase();
  b.event("A1", "S4", "2024-01-01");
  const auto built = b.build();
  const auto standing = built.status("2024-01-01").phases[0];
  EXPECT_EQ((*built.project.certainty_classes)[static_cast<std::size_t>(standing.certainty)].code, "K3");
  ASSERT_NE(standing.event, nullptr);
  EXPECT_EQ(standing.event->stage_code, "S4");
}

TEST(Status, a_parcel_of_which_nothing_is_known_has_no_stage) {
  ProjectBuilder b;
  b.parcel("P");
  EXPECT_EQ(b.build().parcel_stage("2025-01-01", "P"), "");
}

TEST(Status, a_parcel_stands_at_the_furthest_of_its_events_and_its_phases) {
  auto b = one_phase();
  b.phase("A2", "A", {.carrier = 1000});
  b.parcel_event("P", "S3", "2023-01-01");
  EXPECT_EQ(b.build().parcel_stage("2023-06-01", "P"), "S3");
  b.event("A2", "S5", "2024-01-01");
  EXPECT_EQ(b.build().parcel_stage("2023-12-31", "P"), "S3");
  EXPECT_EQ(b.build().parcel_stage("2024-01-01", "P"), "S5");
}

TEST(Status, a_parcel_is_stalled_only_when_all_on_it_is) {
  auto b = one_phase();
  b.event("A1", "SX", "2024-01-01");
  EXPECT_EQ(b.build().parcel_stage("2024-06-01", "P"), "SX");
  b.phase("A2", "A", {.carrier = 1000});
  EXPECT_EQ(b.build().parcel_stage("2024-06-01", "P"), "S0");
}

TEST(Status, a_phase_with_its_own_parcels_does_not_move_the_others) {
  ProjectBuilder b;
  b.parcel("P");
  b.parcel("Q");
  b.project("A", {.parcels = {"P", "Q"}});
  b.phase("A1", "A", {.carrier = 1, .parcels = {"P"}});
  b.phase("A2", "A", {.carrier = 1, .parcels = {"Q"}});
  b.event("A1", "S7", "2024-01-01");
  const auto built = b.build();
  EXPECT_EQ(built.parcel_stage("2024-01-01", "P"), "S7");
  EXPECT_EQ(built.parcel_stage("2024-01-01", "Q"), "S0");
}
