// Rules 2-6 of the counting rules: what counts, how much, where it goes, and that nothing is lost or counted twice.
#include "planning/supply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "support/project_builder.h"

using namespace zaitu;
using planning::CountFrom;
using planning::CountingRule;
using planning::FloorArea;
using planning::GroupBy;
using planning::Supply;
using test::ProjectBuilder;
using testing::ElementsAre;

namespace {

constexpr double tolerance_m2 = 1e-6;

double counted(const Supply& supply, const std::vector<std::string>& key) {
  for (const auto& group : supply.groups) {
    if (group.key == key) return group.counted_m2;
  }
  return std::nan("");
}

ProjectBuilder phase_at(const std::string& stage, const test::PhaseFacts& facts) {
  ProjectBuilder b;
  b.project("A");
  b.phase("A1", "A", facts);
  if (!stage.empty()) b.event("A1", stage, "2024-06-30");
  return b;
}

// Projects of every sort: two circles, two towns, programmes, units, stalled, net-negative, no area, no place.
ProjectBuilder a_mixed_project() {
  ProjectBuilder b;
  for (const char* code : {"C1", "C2", "C3"}) b.circle(code);
  for (const char* code : {"T1", "T2"}) b.town(code);
  b.zone("Z1");
  for (const char* code : {"U1", "U2"}) b.unit(code);
  for (const char* code : {"G1", "G2"}) b.programme(code);
  b.parcel("P1", {.area_m2 = 3000, .circles = {{"C1", 1}}, .zones = {{"Z1", 1}}, .towns = {{"T1", 1}}});
  b.parcel("P2", {.area_m2 = 1000, .circles = {{"C2", 0.7}, {"C1", 0.3}}, .towns = {{"T1", 0.2}, {"T2", 0.8}}});
  b.parcel("P3", {.area_m2 = 777.7, .circles = {{"C3", 0.4}}, .zones = {{"Z1", 0.5}}, .towns = {{"T2", 1}}});
  b.project("A", {.parcels = {"P1"}, .programmes = {"G1", "G2"}, .lead_units = {"U1", "U2"}, .owner_type = "state"});
  b.project("B", {.pathway = "renewal",
                  .parcels = {"P1", "P2"},
                  .programmes = {"G2"},
                  .lead_units = {"U2"},
                  .owner_type = "private",
                  .chain_stage = "pilot"});
  b.project("C", {.parcels = {"P3"}, .chain_stage = "own word"});
  b.project("D");
  b.phase("A1", "A", {.carrier = 10000.1, .gross = 12000, .plot_ratio = 11000});
  b.phase("A2", "A", {.carrier = 20000.7, .gross = 26000, .demolished = 333.3});
  b.phase("B1", "B", {.carrier = 4000.3, .demolished = 9000.9});
  b.phase("B2", "B", {.gross = 800});
  b.phase("C1", "C", {.carrier = 55555.55, .synthetic = true});
  b.phase("C2", "C", {.carrier = 1e-3});
  b.phase("D1", "D", {.carrier = 0.1});
  b.event("A1", "S7", "2023-05-01");
  b.event("A2", "S6", "2024-12-31");
  b.event("B1", "S6", "2023-01-01");
  b.event("B2", "S6", "2023-02-01");
  b.event("C1", "S6", "2022-01-01");
  b.event("C1", "SX", "2024-07-01");
  b.event("C2", "S5", "2024-07-01");
  b.event("D1", "S7", "2025-07-01");
  b.target(2023, 1);
  b.target(2024, 2);
  return b;
}

}  // namespace

// ---- rule 2: what counts and how much ------------------------------------------------------------------------------

TEST(Supply, from_says_which_stages_count) {
  const struct {
    const char* stage;
    bool construction, completed, in_use;
  } cases[] = {{"", false, false, false}, {"S4", false, false, false}, {"S5", true, false, false},
               {"S6", true, true, false}, {"S7", true, true, true},    {"SX", false, false, false}};
  for (const auto& c : cases) {
    const auto built = phase_at(c.stage, {.carrier = 1000}).build();
    const auto count = [&](CountFrom from) { return built.supply("2024-12-31", {.from = from}).counted_m2; };
    EXPECT_EQ(count(CountFrom::under_construction), c.construction ? 1000 : 0) << c.stage;
    EXPECT_EQ(count(CountFrom::completed), c.completed ? 1000 : 0) << c.stage;
    EXPECT_EQ(count(CountFrom::in_use), c.in_use ? 1000 : 0) << c.stage;
  }
}

TEST(Supply, a_pathway_without_the_rules_stage_counts_from_the_next_one) {
  ProjectBuilder b;
  b.pathway("straight_to_use", {"S1", "S5", "S7"});
  b.project("A", {.pathway = "straight_to_use"});
  b.phase("A1", "A", {.carrier = 5});
  b.event("A1", "S5", "2024-01-01");
  b.event("A1", "S7", "2024-06-01");
  EXPECT_EQ(b.build().supply("2024-05-31").counted_m2, 0);
  EXPECT_EQ(b.build().supply("2024-06-01").counted_m2, 5);
}

TEST(Supply, the_default_rule_is_completed_carrier_net_everywhere) {
  const CountingRule rule;
  EXPECT_EQ(rule.from, CountFrom::completed);
  EXPECT_EQ(rule.area, FloorArea::carrier);
  EXPECT_TRUE(rule.net);
  EXPECT_TRUE(rule.scope.empty());
  EXPECT_FALSE(rule.split_by_share);
}

TEST(Supply, each_area_kind_is_its_own_number) {
  const auto built = phase_at("S6", {.carrier = 100, .gross = 130, .plot_ratio = 120}).build();
  EXPECT_EQ(built.supply("2025-01-01", {.area = FloorArea::carrier}).counted_m2, 100);
  EXPECT_EQ(built.supply("2025-01-01", {.area = FloorArea::gross}).counted_m2, 130);
  EXPECT_EQ(built.supply("2025-01-01", {.area = FloorArea::plot_ratio}).counted_m2, 120);
}

TEST(Supply, a_renovation_adds_only_what_it_gains_unless_gross_is_asked) {
  const auto built = phase_at("S6", {.carrier = 8000, .demolished = 5000}).build();
  EXPECT_EQ(built.supply("2025-01-01").counted_m2, 3000);
  EXPECT_EQ(built.supply("2025-01-01", {.net = false}).counted_m2, 8000);
}

TEST(Supply, a_phase_that_takes_more_than_it_gives_lowers_the_total) {
  auto b = phase_at("S6", {.carrier = 2000, .demolished = 5000});
  b.phase("A2", "A", {.carrier = 10000});
  b.event("A2", "S6", "2024-01-01");
  EXPECT_EQ(b.build().supply("2025-01-01").counted_m2, 7000);
}

TEST(Supply, demolition_is_not_subtracted_before_the_phase_counts) {
  EXPECT_EQ(phase_at("S5", {.carrier = 2000, .demolished = 5000}).build().supply("2025-01-01").counted_m2, 0);
}

TEST(Supply, event_on_the_day_itself_counts_and_the_day_after_does_not) {
  const auto built = phase_at("S6", {.carrier = 1000}).build();  // 2024-06-30
  EXPECT_EQ(built.supply("2024-06-29").counted_m2, 0);
  EXPECT_EQ(built.supply("2024-06-30").counted_m2, 1000);
}

TEST(Supply, plans_and_promises_never_count) {
  auto b = phase_at("", {.carrier = 1000});
  for (const auto kind : {model::EventKind::commitment, model::EventKind::baseline, model::EventKind::forecast}) {
    b.event("A1", "S7", "2023-01-01", kind);
  }
  EXPECT_EQ(b.build().supply("2025-01-01").counted_m2, 0);
}

TEST(Supply, a_withdrawn_phase_counts_nothing_and_a_resumed_one_counts_again) {
  auto b = phase_at("S6", {.carrier = 1000});  // 2024-06-30
  b.event("A1", "SX", "2024-08-01");
  b.event("A1", "S5", "2025-02-01");
  const auto built = b.build();
  EXPECT_EQ(built.supply("2024-07-31").counted_m2, 1000);
  EXPECT_EQ(built.supply("2024-08-01").counted_m2, 0);
  EXPECT_EQ(built.supply("2024-08-01").stalled, 1U);
  EXPECT_EQ(built.supply("2025-02-01").counted_m2, 1000);
  EXPECT_EQ(built.supply("2025-02-01").stalled, 0U);
}

// ---- rule 3: once, and groups add up -------------------------------------------------------------------------------

TEST(Supply, a_phase_in_two_programmes_counts_once_under_the_primary_one) {
  ProjectBuilder b;
  b.programme("G1");
  b.programme("G2");
  b.project("A", {.programmes = {"G1", "G2"}, .primary_programme = "G2"});
  b.phase("A1", "A", {.carrier = 1000});
  b.event("A1", "S6", "2024-01-01");
  const auto supply = b.build().supply("2025-01-01", {}, {GroupBy::programme});
  ASSERT_EQ(supply.groups.size(), 1U);
  EXPECT_THAT(supply.groups[0].key, ElementsAre("G2"));
  EXPECT_EQ(supply.groups[0].counted_m2, 1000);
  EXPECT_EQ(supply.counted_m2, 1000);
}

TEST(Supply, a_project_with_two_lead_units_counts_once_under_the_first) {
  ProjectBuilder b;
  b.unit("U1");
  b.unit("U2");
  b.project("A", {.lead_units = {"U2", "U1"}});
  b.phase("A1", "A", {.carrier = 1000});
  b.event("A1", "S6", "2024-01-01");
  const auto supply = b.build().supply("2025-01-01", {}, {GroupBy::lead_unit});
  ASSERT_EQ(supply.groups.size(), 1U);
  EXPECT_THAT(supply.groups[0].key, ElementsAre("U2"));
}

TEST(Supply, a_phase_on_two_circles_goes_to_the_larger_share) {
  ProjectBuilder b;
  b.circle("C1");
  b.circle("C2");
  b.parcel("P", {.area_m2 = 1000, .circles = {{"C1", 1}}});
  b.parcel("Q", {.area_m2 = 1500, .circles = {{"C2", 1}}});
  b.project("A", {.parcels = {"P", "Q"}});
  b.phase("A1", "A", {.carrier = 5000});
  b.event("A1", "S6", "2024-01-01");
  const auto built = b.build();
  const auto whole = built.supply("2025-01-01", {}, {GroupBy::circle});
  ASSERT_EQ(whole.groups.size(), 1U);
  EXPECT_THAT(whole.groups[0].key, ElementsAre("C2"));
  EXPECT_EQ(whole.groups[0].counted_m2, 5000);

  const auto split = built.supply("2025-01-01", {.split_by_share = true}, {GroupBy::circle});
  EXPECT_NEAR(counted(split, {"C1"}), 2000, tolerance_m2);
  EXPECT_NEAR(counted(split, {"C2"}), 3000, tolerance_m2);
  EXPECT_EQ(split.counted_m2, 5000);
}

TEST(Supply, on_equal_shares_the_lower_circle_code_takes_it) {
  ProjectBuilder b;
  b.circle("C2");
  b.circle("C1");
  b.parcel("P", {.circles = {{"C2", 0.5}, {"C1", 0.5}}});
  b.project("A", {.parcels = {"P"}});
  b.phase("A1", "A", {.carrier = 5000});
  b.event("A1", "S6", "2024-01-01");
  const auto supply = b.build().supply("2025-01-01", {}, {GroupBy::circle});
  ASSERT_EQ(supply.groups.size(), 1U);
  EXPECT_THAT(supply.groups[0].key, ElementsAre("C1"));
}

TEST(Supply, split_keeps_what_lies_outside_the_circles_in_its_own_group) {
  ProjectBuilder b;
  b.circle("C1");
  b.parcel("P", {.circles = {{"C1", 0.75}}});
  b.project("A", {.parcels = {"P"}});
  b.phase("A1", "A", {.carrier = 4000});
  b.event("A1", "S6", "2024-01-01");
  const auto supply = b.build().supply("2025-01-01", {.split_by_share = true}, {GroupBy::circle});
  EXPECT_NEAR(counted(supply, {"C1"}), 3000, tolerance_m2);
  EXPECT_NEAR(counted(supply, {""}), 1000, tolerance_m2);
  EXPECT_EQ(supply.groups.back().label[0], "outside the circles");
}

TEST(Supply, circles_that_overlap_do_not_make_more_of_a_divided_phase) {
  ProjectBuilder b;
  b.circle("C1");
  b.circle("C2");
  b.parcel("P", {.circles = {{"C1", 1}, {"C2", 1}}});
  b.project("A", {.parcels = {"P"}});
  b.phase("A1", "A", {.carrier = 4000});
  b.event("A1", "S6", "2024-01-01");
  const auto supply = b.build().supply("2025-01-01", {.split_by_share = true}, {GroupBy::circle});
  EXPECT_NEAR(counted(supply, {"C1"}), 2000, tolerance_m2);
  EXPECT_NEAR(counted(supply, {"C2"}), 2000, tolerance_m2);
}

TEST(Supply, a_phase_without_a_place_is_shown_as_unplaced) {
  ProjectBuilder b;
  b.circle("C1");
  b.project("A");
  b.phase("A1", "A", {.carrier = 1000});
  b.event("A1", "S6", "2024-01-01");
  const auto built = b.build();
  const auto zh = built.supply("2025-01-01", {}, {GroupBy::circle}, base::Language::zh);
  ASSERT_EQ(zh.groups.size(), 1U);
  EXPECT_THAT(zh.groups[0].key, ElementsAre(""));
  EXPECT_THAT(zh.groups[0].label, ElementsAre("未定位 unplaced"));
  EXPECT_EQ(zh.groups[0].counted_m2, 1000);
  EXPECT_EQ(built.supply("2025-01-01", {}, {GroupBy::town}).groups[0].label[0], "unplaced");
}

TEST(Supply, a_project_with_only_a_point_has_a_place) {
  ProjectBuilder b;
  b.circle("C1");
  b.project("A", {.point_in_circle = "C1"});
  b.phase("A1", "A", {.carrier = 1000});
  b.event("A1", "S6", "2024-01-01");
  EXPECT_EQ(counted(b.build().supply("2025-01-01", {}, {GroupBy::circle}), {"C1"}), 1000);
}

TEST(Supply, groups_come_in_the_order_of_their_codes_and_none_last) {
  const auto supply = a_mixed_project().build().supply("2025-12-31", {}, {GroupBy::circle});
  std::vector<std::string> keys;
  for (const auto& group : supply.groups) keys.push_back(group.key[0]);
  EXPECT_THAT(keys, ElementsAre("C1", "C3", ""));
}

TEST(Supply, without_grouping_there_is_one_group_even_of_nothing) {
  const auto supply = ProjectBuilder().build().supply("2025-01-01");
  ASSERT_EQ(supply.groups.size(), 1U);
  EXPECT_TRUE(supply.groups[0].key.empty());
  EXPECT_EQ(supply.groups[0].phases, 0U);
  EXPECT_EQ(supply.counted_m2, 0);
}

TEST(Supply, years_are_those_in_which_the_rules_stage_was_reached) {
  ProjectBuilder b;
  b.project("A");
  b.phase("A1", "A", {.carrier = 1});
  b.phase("A2", "A", {.carrier = 10});
  b.phase("A3", "A", {.carrier = 100});
  b.event("A1", "S5", "2021-12-31");
  b.event("A1", "S6", "2022-12-31");
  b.event("A1", "S7", "2024-01-01");
  b.event("A2", "S7", "2023-01-01");  // straight to use: completed by then at the latest
  b.event("A3", "S5", "2023-01-01");
  const auto built = b.build();
  const auto completed = built.supply("2025-01-01", {}, {GroupBy::year});
  EXPECT_EQ(completed.groups.size(), 3U);
  EXPECT_EQ(counted(completed, {"2022"}), 1);
  EXPECT_EQ(counted(completed, {"2023"}), 10);
  EXPECT_EQ(counted(completed, {""}), 0);
  const auto in_use = built.supply("2025-01-01", {.from = CountFrom::in_use}, {GroupBy::year});
  EXPECT_EQ(counted(in_use, {"2024"}), 1);
  EXPECT_EQ(counted(in_use, {"2023"}), 10);
  const auto construction = built.supply("2025-01-01", {.from = CountFrom::under_construction}, {GroupBy::year});
  EXPECT_EQ(counted(construction, {"2021"}), 1);
  EXPECT_EQ(counted(construction, {"2023"}), 110);
}

TEST(Supply, a_groups_area_is_all_of_it_and_counted_the_part_that_counts) {
  ProjectBuilder b;
  b.project("A", {.owner_type = "state"});
  b.phase("A1", "A", {.carrier = 1000, .demolished = 100});
  b.phase("A2", "A", {.carrier = 2000});
  b.event("A1", "S6", "2024-01-01");
  const auto supply = b.build().supply("2025-01-01", {}, {GroupBy::owner_type});
  ASSERT_EQ(supply.groups.size(), 1U);
  EXPECT_EQ(supply.groups[0].area_m2, 2900);
  EXPECT_EQ(supply.groups[0].counted_m2, 900);
  EXPECT_EQ(supply.groups[0].phases, 2U);
  EXPECT_EQ(supply.groups[0].counted_phases, 1U);
}

// Every grouping, alone and in pairs, under every rule, adds up to the same whole.
TEST(Supply, groups_of_every_kind_add_up_to_the_total) {
  const auto built = a_mixed_project().build();
  const GroupBy all[] = {GroupBy::circle,      GroupBy::town,      GroupBy::stage,
                         GroupBy::certainty,   GroupBy::lead_unit, GroupBy::owner_type,
                         GroupBy::chain_stage, GroupBy::programme, GroupBy::year};
  std::vector<std::vector<GroupBy>> groupings = {{}};
  for (const GroupBy a : all) {
    groupings.push_back({a});
    for (const GroupBy b : all) {
      if (a != b) groupings.push_back({a, b});
    }
  }
  groupings.push_back({GroupBy::circle, GroupBy::town, GroupBy::year});
  for (const char* as_of : {"2022-06-01", "2023-12-31", "2024-07-01", "2025-12-31"}) {
    for (const CountFrom from : {CountFrom::completed, CountFrom::in_use, CountFrom::under_construction}) {
      for (const FloorArea area : {FloorArea::carrier, FloorArea::gross, FloorArea::plot_ratio}) {
        for (const bool net : {true, false}) {
          for (const bool split : {false, true}) {
            for (const char* scope : {"", "C1", "Z1"}) {
              const CountingRule rule{from, area, net, scope, split};
              const double whole = built.supply(as_of, rule).counted_m2;
              const double whole_area = built.supply(as_of, rule).groups[0].area_m2;
              for (const auto& grouping : groupings) {
                const Supply supply = built.supply(as_of, rule, grouping);
                EXPECT_EQ(supply.counted_m2, whole);
                double sum = 0, area_sum = 0;
                for (const auto& group : supply.groups) {
                  sum += group.counted_m2;
                  area_sum += group.area_m2;
                }
                ASSERT_NEAR(sum, whole, tolerance_m2) << describe(rule, base::Language::en) << " at " << as_of;
                ASSERT_NEAR(area_sum, whole_area, tolerance_m2);
              }
            }
          }
        }
      }
    }
  }
}

TEST(Supply, thousands_of_awkward_addends_keep_their_sum) {
  ProjectBuilder b;
  b.programme("G1");
  b.programme("G2");
  b.project("A", {.programmes = {"G1"}});
  b.project("B", {.programmes = {"G2"}});
  // 0.1 is no binary fraction, and 1e9 pushes its bits out of a plain sum.
  b.phase("big", "A", {.carrier = 1e9});
  b.event("big", "S6", "2024-01-01");
  for (int i = 0; i < 2000; ++i) {
    const std::string code = "p" + std::to_string(i);
    b.phase(code, i % 2 == 0 ? "A" : "B", {.carrier = 0.1, .demolished = i % 2 == 0 ? 0.0 : 0.2});
    b.event(code, "S6", "2024-01-01");
  }
  const auto supply = b.build().supply("2025-01-01", {}, {GroupBy::programme});
  EXPECT_NEAR(supply.counted_m2, 1e9, 1e-7);
  EXPECT_NEAR(counted(supply, {"G1"}), 1e9 + 100, 1e-6);
  EXPECT_NEAR(counted(supply, {"G2"}), -100, 1e-9);
}

// ---- scope ---------------------------------------------------------------------------------------------------------

TEST(Supply, a_circles_scope_is_that_circles_group) {
  const auto built = a_mixed_project().build();
  const auto groups = built.supply("2025-12-31", {}, {GroupBy::circle});
  for (const char* circle : {"C1", "C3"}) {
    const auto scoped = built.supply("2025-12-31", {.scope = circle}, {GroupBy::circle});
    EXPECT_EQ(scoped.counted_m2, counted(groups, {circle})) << circle;
    EXPECT_EQ(scoped.groups.size(), 1U);
  }
  EXPECT_EQ(built.supply("2025-12-31", {.scope = "C2"}).counted_m2, 0);
}

TEST(Supply, a_divided_circles_scope_is_that_circles_divided_group) {
  const auto built = a_mixed_project().build();
  const auto groups = built.supply("2025-12-31", {.split_by_share = true}, {GroupBy::circle});
  for (const char* circle : {"C1", "C2", "C3"}) {
    const CountingRule rule{.scope = circle, .split_by_share = true};
    const auto scoped = built.supply("2025-12-31", rule, {GroupBy::circle});
    EXPECT_NEAR(scoped.counted_m2, counted(groups, {circle}), tolerance_m2) << circle;
    EXPECT_EQ(scoped.groups.size(), 1U);
  }
}

TEST(Supply, a_zones_scope_takes_phases_with_at_least_half_of_their_land_in_it) {
  ProjectBuilder b;
  b.zone("Z1", "张江");
  const double inside[] = {1, 0.5, 0.49, 0};
  for (int i = 0; i < 4; ++i) {
    const std::string n = std::to_string(i);
    b.parcel("P" + n, {.zones = inside[i] > 0 ? test::Shares{{"Z1", inside[i]}} : test::Shares{}});
    b.project("A" + n, {.parcels = {"P" + n}});
    b.phase("A1" + n, "A" + n, {.carrier = std::pow(10, i)});
    b.event("A1" + n, "S6", "2024-01-01");
  }
  const auto built = b.build();
  EXPECT_EQ(built.supply("2025-01-01", {.scope = "Z1"}).counted_m2, 11);
  EXPECT_EQ(built.supply("2025-01-01", {.scope = "张江"}).counted_m2, 11) << "by name";
  EXPECT_NEAR(built.supply("2025-01-01", {.scope = "Z1", .split_by_share = true}).counted_m2, 1 + 5 + 49, 1e-9);
}

TEST(Supply, an_unknown_scope_is_an_error_that_lists_the_known_ones) {
  const auto built = a_mixed_project().build();
  try {
    built.supply("2025-01-01", {.scope = "nowhere"});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ExitCode::usage);
    EXPECT_THAT(error.what(), testing::HasSubstr("nowhere"));
    EXPECT_THAT(error.what(), testing::HasSubstr("C1, C2, C3, Z1"));
  }
}

// ---- rule 4: missing areas -----------------------------------------------------------------------------------------

TEST(Supply, a_phase_without_an_area_adds_nothing_and_is_listed) {
  auto b = phase_at("S6", {.gross = 500, .demolished = 300});  // no carrier area
  b.phase("A2", "A", {.demolished = 1});
  const auto built = b.build();
  const auto supply = built.supply("2025-01-01", {}, {GroupBy::stage});
  EXPECT_EQ(supply.counted_m2, 0);
  EXPECT_EQ(supply.missing_area, 2U);
  EXPECT_EQ(supply.missing_area_counted, 1U);
  EXPECT_TRUE(supply.evidence[0].missing_area);
  EXPECT_TRUE(supply.evidence[0].counts);
  EXPECT_EQ(supply.groups[0].missing_area, 1U);
  EXPECT_EQ(built.supply("2025-01-01", {.area = FloorArea::gross}).missing_area, 1U) << "the rule's kind decides";
  EXPECT_EQ(built.supply("2025-01-01", {.area = FloorArea::gross}).counted_m2, 200);
}

TEST(Supply, zero_is_an_area_and_a_pure_demolition_counts) {
  const auto supply = phase_at("S6", {.carrier = 0, .demolished = 300}).build().supply("2025-01-01");
  EXPECT_EQ(supply.missing_area, 0U);
  EXPECT_EQ(supply.counted_m2, -300);
}

TEST(Supply, evidence_names_every_phase_in_scope_once) {
  const auto supply = a_mixed_project().build().supply("2025-12-31");
  std::vector<std::uint32_t> rows;
  double sum = 0;
  for (const auto& row : supply.evidence) {
    rows.push_back(row.phase);
    if (row.counts) sum += row.area_m2;
  }
  EXPECT_THAT(rows, ElementsAre(0U, 1U, 2U, 3U, 4U, 5U, 6U));
  EXPECT_NEAR(sum, supply.counted_m2, tolerance_m2);
  EXPECT_EQ(supply.synthetic_phases, 1U);
  EXPECT_EQ(supply.stalled, 1U);
}

// ---- rule 6: targets -----------------------------------------------------------------------------------------------

TEST(Targets, hold_at_31_december_in_m2_with_the_gap) {
  auto b = phase_at("S6", {.carrier = 700000});
  b.target(2024, 150);
  b.target(2023, 120);
  const auto supply = b.build().supply("2025-01-01");
  ASSERT_EQ(supply.targets.size(), 2U);
  EXPECT_EQ(supply.targets[0].year, 2023);
  EXPECT_EQ(supply.targets[0].target_m2, 1200000);
  EXPECT_EQ(supply.targets[0].gap_m2, 500000);
  EXPECT_EQ(supply.targets[1].gap_m2, 800000);
}

TEST(Targets, line_is_straight_between_year_ends_and_nowhere_else) {
  ProjectBuilder b;
  b.target(2023, 120);
  b.target(2024, 150);
  const auto targets = planning::supply_targets(b.build().project);
  const auto at = [&](const char* date) { return planning::target_at(targets, test::day(date)); };
  EXPECT_EQ(at("2023-12-31"), 1200000);
  EXPECT_EQ(at("2024-12-31"), 1500000);
  EXPECT_NEAR(*at("2024-07-01"), 1200000 + 300000 * 183.0 / 366.0, 1e-6);
  EXPECT_FALSE(at("2023-12-30").has_value());
  EXPECT_FALSE(at("2025-01-01").has_value());
}

TEST(Targets, of_two_documents_the_one_issued_last_holds) {
  ProjectBuilder b;
  b.document("draft", "2022-01-01");
  b.document("revised", "2023-06-01");
  b.target(2025, 210, "万㎡", "revised");
  b.target(2025, 200, "万㎡", "draft");
  const auto targets = planning::supply_targets(b.build().project);
  ASSERT_EQ(targets.size(), 1U);
  EXPECT_EQ(targets[0].target_m2, 2100000);
  EXPECT_EQ(targets[0].document, "revised");
}

TEST(Targets, of_an_indicator_that_is_no_area_are_left_out) {
  ProjectBuilder b;
  b.target(2025, 300, "家");
  EXPECT_TRUE(planning::supply_targets(b.build().project).empty());
  EXPECT_EQ(planning::floor_area_unit_m2("万 ㎡"), std::nullopt);
  EXPECT_EQ(planning::floor_area_unit_m2(" 万平方米 "), 10000);
  EXPECT_EQ(planning::floor_area_unit_m2("M2"), 1);
}

// ---- rule 5 and the curve ------------------------------------------------------------------------------------------

TEST(Curve, stacks_all_phases_by_certainty_at_each_quarters_end) {
  const auto built = a_mixed_project().build();
  const auto curve = planning::supply_curve(built.project, {}, test::day("2022-11-15"), test::day("2025-12-31"));
  ASSERT_EQ(curve.size(), 13U);
  EXPECT_EQ(curve.front().at, test::day("2022-12-31"));
  EXPECT_EQ(curve.back().at, test::day("2025-12-31"));
  for (const auto& point : curve) {
    const auto supply = built.supply(point.at.iso(), {}, {GroupBy::certainty});
    EXPECT_NEAR(point.counted_m2, supply.counted_m2, tolerance_m2) << point.at.iso();
    double all = 0;
    for (const double area : point.by_certainty_m2) all += area;
    EXPECT_NEAR(all, built.supply(point.at.iso()).groups[0].area_m2, tolerance_m2);
    for (std::size_t i = 0; i < point.by_certainty_m2.size(); ++i) {
      for (const auto& group : supply.groups) {
        if (group.key[0] == (*built.project.certainty_classes)[i].code) {
          EXPECT_NEAR(point.by_certainty_m2[i], group.area_m2, tolerance_m2);
        }
      }
    }
  }
}

TEST(Curve, an_event_on_the_quarters_last_day_is_in_that_quarter) {
  const auto built = phase_at("S6", {.carrier = 1000}).build();  // 2024-06-30
  const auto curve = planning::supply_curve(built.project, {}, test::day("2024-03-31"), test::day("2024-06-30"));
  ASSERT_EQ(curve.size(), 2U);
  EXPECT_EQ(curve[0].counted_m2, 0);
  EXPECT_EQ(curve[1].counted_m2, 1000);
}

// ---- words ---------------------------------------------------------------------------------------------------------

TEST(Words, of_the_rule_read_back_as_themselves) {
  for (const auto from : {CountFrom::completed, CountFrom::in_use, CountFrom::under_construction}) {
    EXPECT_EQ(planning::parse_count_from(planning::name_of(from)), from);
  }
  for (const auto area : {FloorArea::carrier, FloorArea::gross, FloorArea::plot_ratio}) {
    EXPECT_EQ(planning::parse_floor_area(planning::name_of(area)), area);
  }
  EXPECT_EQ(planning::parse_group_by("lead_unit"), GroupBy::lead_unit);
  EXPECT_EQ(planning::parse_group_by("county"), std::nullopt);
}

TEST(Words, rule_in_one_line) {
  EXPECT_EQ(describe(CountingRule{}, base::Language::zh), "计竣工(S6)起 · 载体面积 · 净增(扣拆除) · 全部");
  EXPECT_EQ(describe(CountingRule{CountFrom::in_use, FloorArea::gross, false, "C1", true}, base::Language::en),
            "counted from use (S7) · gross floor area · not net (demolished not subtracted) · scope C1 · divided by "
            "share of area");
}
