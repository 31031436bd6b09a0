// What may not be stored of stages, pathways, numbers and targets, and what the register says of each number.
#include "planning/plan_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "planning/assumption_register.h"
#include "support/project_builder.h"

using namespace zaitu;
using planning::StageNumber;
using test::ProjectBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

std::vector<std::string> fields(const planning::Refusals& refusals) {
  std::vector<std::string> list;
  for (const planning::Refusal& refusal : refusals) {
    EXPECT_FALSE(refusal.zh.empty());
    EXPECT_FALSE(refusal.en.empty());
    list.push_back(refusal.field);
  }
  return list;
}

ProjectBuilder with_events() {
  ProjectBuilder b;
  b.project("P", {.pathway = "renewal"});
  b.phase("P-1", "P", {.carrier = 10});
  b.event("P-1", "S1", "2023-01-01");
  b.event("P-1", "S5", "2024-01-01", model::EventKind::forecast);
  return b;
}

model::PathwayStage step(double min, double typical, double max, double probability = 0.5) {
  model::PathwayStage row;
  row.stage_code = "S5";
  row.min_months = min;
  row.typical_months = typical;
  row.max_months = max;
  row.conversion_probability = probability;
  return row;
}

model::Stage stage_of(const std::string& code, const std::string& name, const std::string& colour,
                      const std::string& certainty) {
  model::Stage row;
  row.code = code;
  row.name_zh = name;
  row.colour = colour;
  row.certainty_class = certainty;
  return row;
}

TEST(PlanRules, NumbersKeepTheirOrderAsFarAsTheyAreKnown) {
  EXPECT_THAT(fields(planning::check_numbers(step(8, 14, 30))), IsEmpty());
  EXPECT_THAT(fields(planning::check_numbers(step(0, 0, 0, 1))), IsEmpty());
  EXPECT_THAT(fields(planning::check_numbers(step(8, 14, 13))), ElementsAre("max_months"));
  EXPECT_THAT(fields(planning::check_numbers(step(15, 14, 30))), ElementsAre("typical_months"));
  EXPECT_THAT(fields(planning::check_numbers(step(-1, 14, 30))), ElementsAre("min_months"));
  EXPECT_THAT(fields(planning::check_numbers(step(8, 14, 12001))), ElementsAre("max_months"));
  EXPECT_THAT(fields(planning::check_numbers(step(8, model::unknown, 30))), IsEmpty());
  EXPECT_THAT(fields(planning::check_numbers(step(31, model::unknown, 30))), ElementsAre("max_months"));
  EXPECT_THAT(fields(planning::check_numbers(step(8, 14, 30, 1.01))), ElementsAre("conversion_probability"));
  EXPECT_THAT(fields(planning::check_numbers(step(8, 14, 30, -0.1))), ElementsAre("conversion_probability"));
  EXPECT_THAT(fields(planning::check_numbers(step(8, 14, 30, model::unknown))), IsEmpty());
}

TEST(PlanRules, CodesAreFreeAndPlain) {
  const auto built = ProjectBuilder().build();
  model::Stage stage = stage_of("S8", "运营", "#12abEF", "K0");
  EXPECT_THAT(fields(planning::check_stage(built.project, stage, true)), IsEmpty());
  stage.code = "S5";
  EXPECT_THAT(fields(planning::check_stage(built.project, stage, true)), ElementsAre("code"));
  EXPECT_THAT(fields(planning::check_stage(built.project, stage, false)), IsEmpty());
  for (const char* code : {"", "S 8", "S.8", "a,b"}) {
    stage.code = code;
    EXPECT_THAT(fields(planning::check_stage(built.project, stage, true)), ElementsAre("code")) << code;
  }
  stage = stage_of("S8", "", "red", "K9");
  EXPECT_THAT(fields(planning::check_stage(built.project, stage, true)),
              ElementsAre("name_zh", "colour", "certainty_class"));

  model::Pathway pathway;
  pathway.code = "renewal";
  pathway.name_zh = "另一条";
  EXPECT_THAT(fields(planning::check_pathway(built.project, pathway, true)), ElementsAre("code"));
  pathway.code = "urban";
  pathway.name_zh = "renewal";  // the builder's pathways are named by their codes
  EXPECT_THAT(fields(planning::check_pathway(built.project, pathway, true)), ElementsAre("name_zh"));
  pathway.name_zh = "城中村改造";
  EXPECT_THAT(fields(planning::check_pathway(built.project, pathway, true)), IsEmpty());
}

TEST(PlanRules, AStageComesOnceOnAPathwayAndTheStalledOneNever) {
  const auto built = ProjectBuilder().build();
  const model::Pathway& renewal = *model::find_pathway(built.project, "renewal");
  EXPECT_THAT(fields(planning::check_added_stage(built.project, renewal, "S2")), IsEmpty());
  EXPECT_THAT(fields(planning::check_added_stage(built.project, renewal, "S5")), ElementsAre("stage_code"));
  EXPECT_THAT(fields(planning::check_added_stage(built.project, renewal, "SX")), ElementsAre("stage_code"));
  EXPECT_THAT(fields(planning::check_added_stage(built.project, renewal, "S9")), ElementsAre("stage_code"));
}

TEST(PlanRules, WhatIsInUseStaysAndSaysHowManyRowsUseIt) {
  const auto built = with_events().build();
  const auto stage = planning::check_removed_stage(built.project, "S1");
  ASSERT_EQ(stage.size(), 1u);
  EXPECT_THAT(stage[0].en, HasSubstr("1 stage events and 2 pathways"));
  EXPECT_THAT(stage[0].zh, HasSubstr("1 条阶段事件"));
  EXPECT_THAT(planning::check_removed_stage(built.project, "S5")[0].en, HasSubstr("counting rules"));
  EXPECT_THAT(planning::check_removed_stage(built.project, "S9"), IsEmpty());

  EXPECT_THAT(planning::check_removed_pathway(built.project, "renewal")[0].en, HasSubstr("1 projects"));
  EXPECT_THAT(planning::check_removed_pathway(built.project, "reserve_grant"), IsEmpty());

  const model::Pathway& renewal = *model::find_pathway(built.project, "renewal");
  EXPECT_THAT(planning::check_removed_step(built.project, renewal, "S5")[0].en, HasSubstr("1 stage events"));
  EXPECT_THAT(planning::check_removed_step(built.project, renewal, "S7"), IsEmpty());
  const model::Pathway& other = *model::find_pathway(built.project, "reserve_grant");
  EXPECT_THAT(planning::check_removed_step(built.project, other, "S1"), IsEmpty()) << "events of another pathway";
}

TEST(PlanRules, OneTargetForEachYearAndDocument) {
  ProjectBuilder b;
  b.document("F0", "2023-01-01");
  b.document("F9", "2026-01-01");
  b.target(2025, 200, "万㎡", "F0");
  const auto built = b.build();
  model::IndicatorTarget target = built.project.indicator_targets->front();
  target.id = 7;
  EXPECT_THAT(fields(planning::check_target(built.project, target)), ElementsAre("year"));
  target.document = built.project.documents->back().id;
  EXPECT_THAT(fields(planning::check_target(built.project, target)), IsEmpty());
  target.year = 12;
  target.value = -1;
  EXPECT_THAT(fields(planning::check_target(built.project, target)), ElementsAre("year", "value"));
  target.value = model::unknown;
  EXPECT_THAT(fields(planning::check_target(built.project, target)), ElementsAre("year", "value"));
}

TEST(AssumptionRegister, HoldsEveryNumberOnceWithItsOwnSourceAndOwner) {
  ProjectBuilder b;
  b.timed_pathway("renewal", {{"S1", 4, 8, 20, 0.45}, {"S5", 8, 14, 30, 0.95}});
  b.assumption("renewal.S5.typical_months", "14", "竣工备案统计", "王工");
  b.assumption("absorption.rate", "0.8", "assumption", "李工");
  const auto built = b.build();
  const auto lines = planning::assumption_register(built.project);
  const auto line = [&](std::string_view code) {
    std::vector<const planning::RegisterLine*> found;
    for (const auto& row : lines) {
      if (row.code == code) found.push_back(&row);
    }
    EXPECT_EQ(found.size(), 1u) << code;
    return *found.at(0);
  };
  EXPECT_EQ(line("renewal.S5.typical_months").source, "竣工备案统计");
  EXPECT_EQ(line("renewal.S5.typical_months").owner, "王工");
  EXPECT_EQ(line("renewal.S5.typical_months").value, "14");
  EXPECT_TRUE(line("renewal.S5.typical_months").of_stage);
  // Without a row of its own a number has its stage's source, and nobody's name.
  EXPECT_EQ(line("renewal.S5.max_months").source, "test");
  EXPECT_EQ(line("renewal.S5.max_months").owner, "");
  EXPECT_EQ(line("renewal.S5.conversion_probability").unit, "1");
  EXPECT_FALSE(line("absorption.rate").of_stage);
  EXPECT_EQ(lines.back().code, "absorption.rate");
}

}  // namespace
