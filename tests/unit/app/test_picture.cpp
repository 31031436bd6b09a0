// What a picture holds together, and what it may lend to the next one.
#include "app/picture.h"

#include <gtest/gtest.h>

#include "support/project_builder.h"

using namespace zaitu;
using test::ProjectBuilder;

namespace {

ProjectBuilder one_phase() {
  ProjectBuilder b;
  b.project("A");
  b.phase("A1", "A", {.carrier = 1000});
  b.event("A1", "S6", "2024-05-01");
  b.target(2023, 1);
  b.target(2025, 2);
  return b;
}

app::Picture picture(std::shared_ptr<const model::Project> project, std::string_view as_of,
                     const app::Picture* before = nullptr, const planning::CountingRule& rule = {}) {
  base::Progress progress;
  return make_picture(std::move(project), test::day(as_of), rule, base::Language::zh, progress, before);
}

std::shared_ptr<const model::Project> share(const model::Project& project) {
  return std::make_shared<const model::Project>(project);
}

}  // namespace

TEST(Picture, all_its_parts_speak_of_one_date) {
  const auto now = picture(share(one_phase().build().project), "2024-06-30");
  EXPECT_EQ(now.status->as_of, test::day("2024-06-30"));
  EXPECT_EQ(now.supply->as_of, test::day("2024-06-30"));
  EXPECT_EQ(now.supply->counted_m2, 1000);
  EXPECT_EQ(now.by_circle_and_certainty->counted_m2, 1000);
}

TEST(Picture, curve_runs_from_the_year_end_before_the_first_target_to_the_last) {
  const auto now = picture(share(one_phase().build().project), "2020-01-01");
  ASSERT_EQ(now.curve.size(), 13U);
  EXPECT_EQ(now.curve.front().at, test::day("2022-12-31"));
  EXPECT_EQ(now.curve.back().at, test::day("2025-12-31"));
  EXPECT_EQ(now.curve.back().counted_m2, 1000) << "the curve is the same whatever date is looked at";
}

TEST(Picture, a_mistyped_year_does_not_draw_millennia) {
  auto b = one_phase();
  b.event("A1", "S7", "9024-05-01");
  EXPECT_LE(picture(share(b.build().project), "2024-06-30").curve.size(), 401U);
}

TEST(Picture, without_events_and_targets_there_is_no_curve) {
  EXPECT_TRUE(picture(share(ProjectBuilder().build().project), "2024-06-30").curve.empty());
}

TEST(Picture, another_date_lends_places_and_curve) {
  const auto project = share(one_phase().build().project);
  const auto before = picture(project, "2024-01-01");
  const auto now = picture(project, "2024-06-30", &before);
  EXPECT_EQ(now.locations, before.locations);
  EXPECT_EQ(now.histories, before.histories);
  EXPECT_EQ(before.supply->counted_m2, 0);
  EXPECT_EQ(now.supply->counted_m2, 1000);
  EXPECT_EQ(now.curve.size(), before.curve.size());
}

TEST(Picture, another_rule_draws_another_curve) {
  const auto project = share(one_phase().build().project);
  const auto before = picture(project, "2024-06-30");
  const auto now = picture(project, "2024-06-30", &before, {.from = planning::CountFrom::in_use});
  EXPECT_EQ(before.curve.back().counted_m2, 1000);
  EXPECT_EQ(now.curve.back().counted_m2, 0);
}

TEST(Picture, a_new_event_keeps_the_places_and_draws_the_curve_again) {
  const auto first = one_phase().build().project;
  const auto before = picture(share(first), "2024-06-30");
  model::Project changed = first;
  auto events = *first.stage_events;
  events[0].dated = test::day("2025-05-01");
  changed.stage_events = std::make_shared<const std::vector<model::StageEvent>>(events);
  const auto now = picture(share(changed), "2024-06-30", &before);
  EXPECT_EQ(now.locations, before.locations);
  EXPECT_EQ(now.supply->counted_m2, 0);
  EXPECT_EQ(now.curve[8].at, test::day("2024-12-31"));
  EXPECT_EQ(now.curve[8].counted_m2, 0);
}

TEST(Picture, a_zone_that_comes_into_force_is_located_again) {
  model::Project project = one_phase().build().project;
  model::AreaTable<model::Zone> zones;
  zones.rows.push_back({});
  zones.rows[0].code = "Z1";
  zones.rows[0].valid_from = test::day("2024-03-01");
  zones.geometry.begin_feature();
  project.zones = std::make_shared<const model::AreaTable<model::Zone>>(zones);
  const auto shared = share(project);
  const auto before = picture(shared, "2024-02-28");
  EXPECT_EQ(picture(shared, "2024-02-29", &before).locations, before.locations);
  EXPECT_NE(picture(shared, "2024-03-01", &before).locations, before.locations);
}
